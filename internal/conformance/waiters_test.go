//lint:file-ignore SA1019 all operations of Proton are deprecated

package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	official "github.com/aws/aws-sdk-go-v2/service/proton"
	"github.com/aws/aws-sdk-go-v2/service/proton/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// protonWaiter is one of the waiters that AWS publishes for Proton, beside ours for the same end.
type protonWaiter struct {
	name     string
	statuses []string
	answer   string // with the status in the place of %s
	theirs   func(context.Context, *official.Client) error
	ours     func(context.Context, *proton.Client) (cloud.Outcome, error)

	operation string // that starts the change in the emulator
	seed      func(*emulator.Emulator)
	start     func(context.Context, *proton.Client) error
}

// glance is less than the minimum delay of the official waiters, so that they poll once and time out.
const glance = time.Second

// outcome is the outcome of our waiter after one poll, and another one if that must be confirmed.
func outcome[T any](ctx context.Context, w *cloud.Waiter[T]) (cloud.Outcome, error) {
	p, err := w.Poll(ctx, cloud.ConfirmAfter(time.Nanosecond))
	if err == nil && !p.Done() {
		p, err = w.Poll(ctx, cloud.ConfirmAfter(time.Nanosecond))
	}
	if failed, ok := errors.AsType[*cloud.WaitError](err); ok && failed.Err == nil {
		return failed.Outcome, nil
	}
	return p.Outcome, err
}

// theirOutcome returns the outcome of an official waiter after one poll.
func theirOutcome(t *testing.T, err error) cloud.Outcome {
	t.Helper()
	switch {
	case err == nil:
		return cloud.Succeeded
	case strings.Contains(err.Error(), "transitioned to Failure"):
		return cloud.Failed
	case strings.Contains(err.Error(), "exceeded max wait time"):
		return cloud.Pending
	}
	require.NoError(t, err)
	return cloud.Pending
}

func words[T ~string](values []T) []string {
	var list []string
	for _, v := range values {
		list = append(list, string(v))
	}
	return append(list, "SOMETHING_NEW")
}

func discard[T any](_ T, err error) error { return err }

// protonWaiters are all ten.
func protonWaiters() []protonWaiter {
	name, shop := "staging", "shop"
	deployments, services := words(types.DeploymentStatus("").Values()), words(types.ServiceStatus("").Values())
	versions := words(types.TemplateVersionStatus("").Values())
	service := &official.GetServiceInput{Name: &shop}
	component := &official.GetComponentInput{Name: &name}
	major, minor := "1", "0"
	s3 := proton.TemplateVersionSourceInput{S3: &proton.S3ObjectSource{Bucket: "bundles", Key: "bundle.tar.gz"}}
	addService := func(e *emulator.Emulator) {
		e.Proton.AddService(proton.Service{Name: shop, Pipeline: &proton.ServicePipeline{}})
	}
	addComponent := func(e *emulator.Emulator) { e.Proton.AddComponent(proton.Component{Name: name, EnvironmentName: "e"}) }
	return []protonWaiter{
		{
			"ComponentDeployed", deployments, `{"component":{"deploymentStatus":"%s"}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewComponentDeployedWaiter(c).Wait(ctx, component, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilComponentDeployed(proton.GetComponentRequest{Name: name}))
			},
			"UpdateComponent", addComponent,
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.UpdateComponent(ctx, proton.UpdateComponentRequest{
					Name: name, DeploymentType: proton.ComponentDeploymentUpdateTypeCurrentVersion, TemplateFile: "Resources: {}",
				}))
			},
		},
		{
			"ComponentDeleted", deployments, `{"component":{"deploymentStatus":"%s"}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewComponentDeletedWaiter(c).Wait(ctx, component, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilComponentDeleted(proton.GetComponentRequest{Name: name}))
			},
			"DeleteComponent", addComponent,
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.DeleteComponent(ctx, proton.DeleteComponentRequest{Name: name}))
			},
		},
		{
			"EnvironmentDeployed", deployments, `{"environment":{"deploymentStatus":"%s"}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewEnvironmentDeployedWaiter(c).Wait(ctx, &official.GetEnvironmentInput{Name: &name}, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilEnvironmentDeployed(proton.GetEnvironmentRequest{Name: name}))
			},
			"CreateEnvironment", func(emu *emulator.Emulator) {
				emu.Proton.AddEnvironmentTemplateVersion(proton.EnvironmentTemplateVersion{TemplateName: "vpc"})
			},
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.CreateEnvironment(ctx, proton.CreateEnvironmentRequest{Name: name, TemplateName: "vpc", TemplateMajorVersion: "1", Spec: "a: b"}))
			},
		},
		{
			"EnvironmentTemplateVersionRegistered", versions, `{"environmentTemplateVersion":{"status":"%s"}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewEnvironmentTemplateVersionRegisteredWaiter(c).Wait(ctx, &official.GetEnvironmentTemplateVersionInput{TemplateName: &name, MajorVersion: &major, MinorVersion: &minor}, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilEnvironmentTemplateVersionRegistered(proton.GetEnvironmentTemplateVersionRequest{TemplateName: name, MajorVersion: major, MinorVersion: minor}))
			},
			"CreateEnvironmentTemplateVersion", func(emu *emulator.Emulator) {
				emu.Proton.AddEnvironmentTemplate(proton.EnvironmentTemplate{Name: name})
			},
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.CreateEnvironmentTemplateVersion(ctx, proton.CreateEnvironmentTemplateVersionRequest{TemplateName: name, Source: s3}))
			},
		},
		{
			"ServiceTemplateVersionRegistered", versions, `{"serviceTemplateVersion":{"status":"%s"}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewServiceTemplateVersionRegisteredWaiter(c).Wait(ctx, &official.GetServiceTemplateVersionInput{TemplateName: &name, MajorVersion: &major, MinorVersion: &minor}, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilServiceTemplateVersionRegistered(proton.GetServiceTemplateVersionRequest{TemplateName: name, MajorVersion: major, MinorVersion: minor}))
			},
			"CreateServiceTemplateVersion", func(emu *emulator.Emulator) {
				emu.Proton.AddServiceTemplate(proton.ServiceTemplate{Name: name})
			},
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.CreateServiceTemplateVersion(ctx, proton.CreateServiceTemplateVersionRequest{
					TemplateName: name, Source: s3, CompatibleEnvironmentTemplates: []proton.CompatibleEnvironmentTemplateInput{{TemplateName: "vpc", MajorVersion: "1"}},
				}))
			},
		},
		{
			"ServiceCreated", services, `{"service":{"status":"%s"}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewServiceCreatedWaiter(c).Wait(ctx, service, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilServiceActive(proton.GetServiceRequest{Name: shop}))
			},
			"CreateService", func(emu *emulator.Emulator) {
				emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "web"})
			},
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.CreateService(ctx, proton.CreateServiceRequest{Name: shop, TemplateName: "web", TemplateMajorVersion: "1", Spec: "a: b"}))
			},
		},
		{
			"ServiceUpdated", services, `{"service":{"status":"%s"}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewServiceUpdatedWaiter(c).Wait(ctx, service, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilServiceActive(proton.GetServiceRequest{Name: shop}))
			},
			"UpdateService", addService,
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.UpdateService(ctx, proton.UpdateServiceRequest{Name: shop, Spec: "a: b"}))
			},
		},
		{
			"ServiceDeleted", services, `{"service":{"status":"%s"}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewServiceDeletedWaiter(c).Wait(ctx, service, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilServiceDeleted(proton.GetServiceRequest{Name: shop}))
			},
			"DeleteService", addService,
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.DeleteService(ctx, proton.DeleteServiceRequest{Name: shop}))
			},
		},
		{
			"ServicePipelineDeployed", deployments, `{"service":{"status":"ACTIVE","pipeline":{"deploymentStatus":"%s"}}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewServicePipelineDeployedWaiter(c).Wait(ctx, service, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilServicePipelineDeployed(proton.GetServiceRequest{Name: shop}))
			},
			"UpdateServicePipeline", addService,
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.UpdateServicePipeline(ctx, proton.UpdateServicePipelineRequest{ServiceName: shop, DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "a: b"}))
			},
		},
		{
			"ServiceInstanceDeployed", deployments, `{"serviceInstance":{"deploymentStatus":"%s"}}`,
			func(ctx context.Context, c *official.Client) error {
				return official.NewServiceInstanceDeployedWaiter(c).Wait(ctx, &official.GetServiceInstanceInput{ServiceName: &shop, Name: &name}, glance)
			},
			func(ctx context.Context, c *proton.Client) (cloud.Outcome, error) {
				return outcome(ctx, c.UntilServiceInstanceDeployed(proton.GetServiceInstanceRequest{ServiceName: shop, Name: name}))
			},
			"UpdateServiceInstance", func(e *emulator.Emulator) {
				e.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: shop, Name: name})
			},
			func(ctx context.Context, c *proton.Client) error {
				return discard(c.UpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{ServiceName: shop, Name: name, DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "a: b"}))
			},
		},
	}
}

// TestEveryStatusAsTheOfficialWaitersReadIt checks that what AWS considers a success is one for us, nothing else
// is, and what it considers a failure is a failure. Ours end at more: theirs keep polling after a cancellation.
func TestEveryStatusAsTheOfficialWaitersReadIt(t *testing.T) {
	t.Parallel()
	alsoGone := map[string]bool{"ComponentDeleted DELETE_COMPLETE": true} // theirs waits for the component to be unknown
	for _, w := range protonWaiters() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{}
			target := clients.Target{Transport: r}
			ours, err := clients.Proton(target)
			require.NoError(t, err)
			for _, status := range w.statuses {
				r.answer = answerOf(fmt.Sprintf(w.answer, status))
				want := theirOutcome(t, w.theirs(t.Context(), clients.OfficialProton(target)))
				got, err := w.ours(t.Context(), ours)
				require.NoError(t, err, status)
				if alsoGone[w.name+" "+status] {
					assert.Equal(t, cloud.Succeeded, got, status)
					continue
				}
				if want == cloud.Pending {
					assert.NotEqual(t, cloud.Succeeded, got, status)
					continue
				}
				assert.Equal(t, want, got, status)
			}
		})
	}
}

func answerOf(body string) answer { return answer{status: http.StatusOK, body: []byte(body)} }

// TestOfficialWaitersOnTheEmulator checks that the official waiters and ours agree about the emulator: pending
// while a change goes on, then its success, or its failure.
func TestOfficialWaitersOnTheEmulator(t *testing.T) {
	t.Parallel()
	for _, w := range protonWaiters() {
		for _, fails := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, fails=%t", w.name, fails), func(t *testing.T) {
				t.Parallel()
				emu, target := start(t)
				w.seed(emu)
				emu.Script(emulator.Ending{Service: "proton", Operation: w.operation, Fail: fails})
				ours, err := clients.Proton(target)
				require.NoError(t, err)
				check := func(want cloud.Outcome) {
					got, err := w.ours(t.Context(), ours)
					require.NoError(t, err)
					assert.Equal(t, want, got)
					assert.Equal(t, want, theirOutcome(t, w.theirs(t.Context(), clients.OfficialProton(target))))
				}
				require.NoError(t, w.start(t.Context(), ours))
				check(cloud.Pending)
				emu.Advance(time.Minute)
				if fails {
					check(cloud.Failed)
				} else {
					check(cloud.Succeeded)
				}
			})
		}
	}
}
