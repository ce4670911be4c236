package proton_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// newClient returns a client of an emulator with two service instances, whose changes take no time. A real program
// uses cloud.Config{Region: "us-east-1"}.
func newClient() (*proton.Client, *emulator.Emulator) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"prod", "staging"} {
		emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: name, Spec: "proton: ServiceSpec", TemplateMinorVersion: "1"})
	}
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	c, err := proton.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return c, emu
}

// redeploy is a request for a deployment of an instance with the template that it has.
func redeploy(instance string) proton.UpdateServiceInstanceRequest {
	return proton.UpdateServiceInstanceRequest{
		ServiceName: "shop", Name: instance, Spec: "proton: ServiceSpec", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
	}
}

// The filters of a list are applied by the service, those of one list all together.
func ExampleClient_AllServiceInstances() {
	c, emu := newClient()
	defer emu.Close()
	request := proton.ListServiceInstancesRequest{ServiceName: "shop", Filters: []proton.ListServiceInstancesFilter{
		{Key: proton.ListServiceInstancesFilterByName, Value: new("staging")},
	}}
	for instance, err := range c.AllServiceInstances(context.Background(), request) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(instance.Name, instance.DeploymentStatus)
	}
	// Output: staging SUCCEEDED
}

// An error has a kind, which is the same on every cloud, and the code of the service.
func ExampleClient_GetServiceInstance() {
	c, emu := newClient()
	defer emu.Close()
	_, err := c.GetServiceInstance(context.Background(), proton.GetServiceInstanceRequest{ServiceName: "shop", Name: "gone"})
	switch cloud.KindOf(err) {
	case cloud.ErrNotFound:
		fmt.Println("no such instance:", errors.Is(err, proton.CodeResourceNotFoundException))
	case cloud.ErrDenied:
		fmt.Println("ask for the right to read it")
	default:
		log.Fatal(err)
	}
	// Output: no such instance: true
}

// Diff says what a prepared change replaces, and Undo prepares the way back from what it has replaced.
func ExampleClient_PrepareUpdateServiceInstance() {
	c, emu := newClient()
	defer emu.Close()
	ctx := context.Background()
	request := redeploy("prod")
	request.DeploymentType, request.TemplateMajorVersion, request.TemplateMinorVersion = proton.DeploymentUpdateTypeMinorVersion, "1", "2"
	emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "backend", MajorVersion: "1", MinorVersion: "2"})
	ch, err := c.PrepareUpdateServiceInstance(ctx, request)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range ch.Diff() {
		fmt.Println(d.Field, d.Before, "->", d.After)
	}
	if err := ch.Start(ctx); err != nil {
		log.Fatal(err)
	}
	if _, err := ch.Wait(ctx); err != nil {
		log.Fatal(err)
	}
	back, err := ch.Undo(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(back.Diff()[0].Before, "->", back.Diff()[0].After) // to be started and waited for like ch
	// Output:
	// templateMinorVersion 1 -> 2
	// 2 -> 1
}

// A wait that did not succeed has the reason of the service, and Diagnose fetches what else it shows.
func ExampleClient_BeginUpdateServiceInstance_failure() {
	c, emu := newClient()
	defer emu.Close()
	emu.Script(emulator.Ending{Operation: "UpdateServiceInstance", Fail: true, Reason: "the subnet has no free addresses"})
	ctx := context.Background()
	w, err := c.BeginUpdateServiceInstance(ctx, redeploy("prod"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = w.Wait(ctx)
	wait, ok := errors.AsType[*cloud.WaitError](err)
	if !ok {
		log.Fatal(err)
	}
	fmt.Println(wait.Outcome, wait.State, wait.Reason)
	d, err := wait.Diagnose(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(d.Events) > 0)
	// Output:
	// failed FAILED the subnet has no free addresses
	// true
}

// Until waits for a state, no matter what causes it.
func ExampleClient_UntilServiceInstanceDeployed() {
	c, emu := newClient()
	defer emu.Close()
	w := c.UntilServiceInstanceDeployed(proton.GetServiceInstanceRequest{ServiceName: "shop", Name: "prod"})
	out, err := w.Wait(context.Background(), cloud.Within(time.Hour))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.ServiceInstance.Name, out.ServiceInstance.DeploymentStatus)
	// Output: prod SUCCEEDED
}

// WaitAll waits for changes of all types and services, and says of each how it ended.
func ExampleClient_BeginUpdateServiceInstance_many() {
	c, emu := newClient()
	defer emu.Close()
	ctx := context.Background()
	var waiters []cloud.AnyWaiter
	for _, name := range []string{"prod", "staging"} {
		w, err := c.BeginUpdateServiceInstance(ctx, redeploy(name))
		if err != nil {
			log.Fatal(err)
		}
		waiters = append(waiters, w)
	}
	results, err := cloud.WaitAll(ctx, waiters...)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range results {
		instance := r.Value.(*proton.GetServiceInstanceResponse).ServiceInstance
		fmt.Println(instance.Name, instance.DeploymentStatus)
	}
	// Output:
	// prod SUCCEEDED
	// staging SUCCEEDED
}

// A throttled call is retried by itself; the caller sees how it ended.
func ExampleClient_GetServiceInstance_retry() {
	c, emu := newClient()
	defer emu.Close()
	emu.Inject(emulator.Fault{Operation: "GetServiceInstance", Kind: emulator.Throttle})
	out, err := c.GetServiceInstance(context.Background(), proton.GetServiceInstanceRequest{ServiceName: "shop", Name: "prod"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.ServiceInstance.DeploymentStatus, "after", len(emu.Requests()), "requests")
	// Output: SUCCEEDED after 2 requests
}

// Validate reports all problems of a request, before anything is sent.
func ExampleUpdateServiceInstanceRequest_Validate() {
	request := redeploy("prod")
	request.TemplateMinorVersion = "2"
	request.ServiceName = ""
	if invalid, ok := errors.AsType[*cloud.ValidationError](request.Validate()); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p)
		}
	}
	// Output:
	// serviceName: required
	// templateMinorVersion: must be empty with deploymentType CURRENT_VERSION, given "2"
}
