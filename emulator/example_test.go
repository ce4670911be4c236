package emulator_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

func Example() {
	// Changes take no time, so the test does not wait.
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})

	c, err := finspace.New(emu.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kxenv", ClusterName: "hdb-prod",
		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	cluster, err := w.Wait(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cluster.Status, cluster.Code.S3Key)
	// Output: RUNNING 2026.11.21.zip
}

func ExampleEmulator_Script() {
	emu, err := emulator.Start(emulator.WithStaleReads(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()
	emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "storefront", Name: "frontend-prod"})
	emu.Script(emulator.Ending{Operation: "UpdateServiceInstance", Fail: true, Reason: "out of addresses", After: time.Minute})

	c, err := proton.New(emu.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	w, err := c.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
		ServiceName: "storefront", Name: "frontend-prod",
		DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "proton: ServiceSpec",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	emu.Advance(time.Minute)
	_, err = w.Wait(ctx)
	if e, ok := errors.AsType[*cloud.WaitError](err); ok {
		fmt.Println(e.State, e.Reason)
	}
	// Output: FAILED out of addresses
}

func ExampleEmulator_Inject() {
	emu, err := emulator.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()
	emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "storefront", Name: "frontend-prod"})
	emu.Inject(emulator.Fault{Service: "proton", Kind: emulator.Throttle})

	cfg := emu.Config()
	cfg.Retry.MinDelay = time.Millisecond
	c, err := proton.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = c.GetServiceInstance(context.Background(), proton.GetServiceInstanceRequest{ServiceName: "storefront", Name: "frontend-prod"})
	fmt.Println(err)
	for _, r := range emu.Requests() {
		fmt.Println(r.Operation, r.Status, r.Code)
	}
	// Output:
	// <nil>
	// GetServiceInstance 400 ThrottlingException
	// GetServiceInstance 200
}
