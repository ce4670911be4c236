package flows_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// protonRemembered are the creations whose client token Proton remembers for eight hours.
var protonRemembered = map[string]bool{
	"CreateEnvironmentTemplateVersion": true, "CreateServiceTemplateVersion": true, "CreateEnvironmentAccountConnection": true,
}

// protonFlow returns a flow of Proton by its operation.
func protonFlow(t *testing.T, operation string) flow {
	for _, f := range protonFlows {
		if f.start == operation {
			return f
		}
	}
	require.Fail(t, "no flow", operation)
	return flow{}
}

// eachProton runs test for every flow of Proton, with reads that are up to a minute old.
func eachProton(t *testing.T, test func(t *testing.T, f flow, emu *emulator.Emulator)) {
	for _, f := range protonFlows {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, f, func(emu *emulator.Emulator) { test(t, f, emu) }, emulator.WithStaleReads(time.Minute))
			})
		})
	}
}

// loseProton starts a change whose response is lost, before or after its effect.
func loseProton(t *testing.T, f flow, emu *emulator.Emulator, afterEffect bool) cloud.AnyChange {
	t.Helper()
	ch, err := f.prepare(t.Context(), newClients(t, emu))
	require.NoError(t, err)
	remove := emu.Inject(emulator.Fault{Operation: f.start, Kind: emulator.Reset, AfterEffect: afterEffect, Times: -1})
	err = ch.Start(t.Context())
	remove()
	require.ErrorIs(t, err, cloud.ErrUncertain)
	require.ErrorIs(t, err, cloud.ErrTransport)
	lost, _ := errors.AsType[*cloud.StartError](err)
	assert.Positive(t, lost.Next)
	if protonRemembered[f.start] {
		assert.Less(t, lost.Next, time.Minute, "it can be sent again")
	}
	return ch
}

// startProton calls Start until the service shows whether the change has begun. That of an update of a service shows
// when it is over.
func startProton(t *testing.T, ch cloud.AnyChange) error {
	t.Helper()
	for range 100 {
		err := ch.Start(t.Context())
		failed, ok := errors.AsType[*cloud.StartError](err)
		if !ok || failed.Status == cloud.NotBegun || failed.Next == 0 {
			return err
		}
		time.Sleep(failed.Next)
	}
	return errors.New("Start never finds out")
}

func protonLive(t *testing.T, f flow, ch cloud.AnyChange) {
	t.Helper()
	value, err := ch.WaitAny(t.Context())
	require.NoError(t, err)
	f.live(t, value)
}

// TestProtonLostBeforeTheEffect is a request that never arrives: it takes effect once when it is sent again, or prepared
// anew.
func TestProtonLostBeforeTheEffect(t *testing.T) {
	t.Parallel()
	eachProton(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		ch := loseProton(t, f, emu, false)
		lost, began := count(emu, f.start), time.Now()
		err := ch.Start(t.Context())
		if !protonRemembered[f.start] {
			require.ErrorIs(t, err, cloud.ErrNotBegun)
			assert.Greater(t, time.Since(began), 4*time.Minute, "until nothing can take effect any more")
			assert.Equal(t, lost, count(emu, f.start), "it was not sent again")
			require.NoError(t, ch.Renew(t.Context()))
			err = ch.Start(t.Context())
		}
		require.NoError(t, err)
		protonLive(t, f, ch)
		assert.Equal(t, lost+1, count(emu, f.start))
	})
}

// TestProtonLostAfterTheEffect is a request that takes effect without a response: it is followed, at once or when all is
// over, also by a process that has only the token from before the start.
func TestProtonLostAfterTheEffect(t *testing.T) {
	t.Parallel()
	for name, later := range map[string]time.Duration{"at once": 0, "when it is over": 2 * changeTime, "when the token is forgotten": 9 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachProton(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
				ch := loseProton(t, f, emu, true)
				sent := count(emu, f.start)
				time.Sleep(later)
				other, err := f.resume(newClients(t, emu), ch.Token())
				require.NoError(t, err)
				for _, ch := range []cloud.AnyChange{ch, other} {
					require.NoError(t, startProton(t, ch))
					protonLive(t, f, ch)
				}
				if !protonRemembered[f.start] || later > 8*time.Hour {
					assert.Equal(t, sent, count(emu, f.start), "it was not sent again")
				}
			})
		})
	}
}

// TestProtonDeadProcess is a process that dies between saving the token and sending the request.
func TestProtonDeadProcess(t *testing.T) {
	t.Parallel()
	eachProton(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		dead, err := f.prepare(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		time.Sleep(3 * time.Minute)
		ch, err := f.resume(newClients(t, emu), dead.Token())
		require.NoError(t, err)
		err = ch.Start(t.Context())
		if !protonRemembered[f.start] {
			require.ErrorIs(t, err, cloud.ErrNotBegun)
			assert.Zero(t, count(emu, f.start))
			require.NoError(t, ch.Renew(t.Context()))
			err = ch.Start(t.Context())
		}
		require.NoError(t, err)
		protonLive(t, f, ch)
		assert.Equal(t, 1, count(emu, f.start))
	})
}

// TestProtonFailedMeanwhile is a change that has ended badly before anyone looks: it is not started again.
func TestProtonFailedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, f := range protonFlows {
		for _, end := range f.ends {
			if end.name == "is abandoned" || f.start == "UpdateService" && end.name == "is torn down" {
				continue // nothing shows that it was tried
			}
			t.Run(f.start+" "+end.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					run(t, f, func(emu *emulator.Emulator) {
						outcome := end.outcome
						outcome.Service, outcome.Operation = f.service, f.start
						emu.Script(outcome)
						ch := loseProton(t, f, emu, true)
						sent := count(emu, f.start)
						time.Sleep(9 * time.Hour)
						require.NoError(t, ch.Start(t.Context()))
						_, err := ch.WaitAny(t.Context())
						var wait *cloud.WaitError
						require.ErrorAs(t, err, &wait)
						assert.Equal(t, end.want, wait.Outcome)
						assert.Equal(t, end.state, wait.State)
						assert.Equal(t, end.reason, wait.Reason)
						assert.Equal(t, sent, count(emu, f.start))
					})
				})
			})
		}
	}
}

// TestProtonChangesOfOthers is what another caller does while a start is lost: it counts only if it is what was asked for.
func TestProtonChangesOfOthers(t *testing.T) {
	t.Parallel()
	type caller = func(context.Context, *proton.Client) error
	instance := func(spec string) caller {
		return func(ctx context.Context, c *proton.Client) error {
			w, err := c.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
				ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: spec,
			})
			if err == nil {
				_, err = w.Wait(ctx)
			}
			return err
		}
	}
	environment := func(minor, spec string) caller {
		return func(ctx context.Context, c *proton.Client) error {
			w, err := c.BeginUpdateEnvironment(ctx, proton.UpdateEnvironmentRequest{
				Name: "staging", DeploymentType: proton.DeploymentUpdateTypeMinorVersion, TemplateMinorVersion: minor, Spec: spec,
			})
			if err == nil {
				_, err = w.Wait(ctx)
			}
			return err
		}
	}
	creation := func(spec string) caller {
		return func(ctx context.Context, c *proton.Client) error {
			_, err := c.CreateEnvironment(ctx, proton.CreateEnvironmentRequest{Name: "staging", TemplateName: "vpc", TemplateMajorVersion: "1", Spec: spec})
			return err
		}
	}
	component := func(service string) caller {
		return func(ctx context.Context, c *proton.Client) error {
			r := proton.CreateComponentRequest{Name: "bucket", EnvironmentName: "staging", TemplateFile: "Resources: {}", Manifest: "infrastructure: {}"}
			if service != "" {
				r.EnvironmentName, r.ServiceName, r.ServiceInstanceName = "production", service, "prod"
			}
			_, err := c.CreateComponent(ctx, r)
			return err
		}
	}
	service := func(spec string) caller {
		return func(ctx context.Context, c *proton.Client) error {
			w, err := c.BeginUpdateService(ctx, proton.UpdateServiceRequest{Name: "shop", Spec: spec})
			if err == nil {
				_, err = w.Wait(ctx)
			}
			return err
		}
	}
	deletion := func(ctx context.Context, c *proton.Client) error {
		w, err := c.BeginDeleteEnvironment(ctx, proton.DeleteEnvironmentRequest{Name: "staging"})
		if err == nil {
			_, err = w.Wait(ctx)
		}
		return err
	}
	cancellation := func(ctx context.Context, c *proton.Client) error {
		_, err := c.CancelEnvironmentDeployment(ctx, proton.CancelEnvironmentDeploymentRequest{EnvironmentName: "staging"})
		return err
	}
	connection := func(account string) caller {
		return func(ctx context.Context, c *proton.Client) error {
			_, err := c.CreateEnvironmentAccountConnection(ctx, proton.CreateEnvironmentAccountConnectionRequest{ManagementAccountID: account, EnvironmentName: "staging"})
			return err
		}
	}
	version := func(description *string) caller {
		return func(ctx context.Context, c *proton.Client) error {
			_, err := c.CreateEnvironmentTemplateVersion(ctx, proton.CreateEnvironmentTemplateVersionRequest{
				TemplateName: "vpc", Description: description, Source: proton.TemplateVersionSourceInput{S3: &proton.S3ObjectSource{Bucket: "bundles", Key: "vpc.tar.gz"}},
			})
			return err
		}
	}
	for name, tt := range map[string]struct {
		operation string
		lost      bool // the request takes effect, without a response
		others    []caller
		later     time.Duration // when the change is looked for
		want      error
		ends      string // why the wait fails; empty if it succeeds
	}{
		"an equal update":                           {"UpdateServiceInstance", false, []caller{instance("new")}, changeTime, nil, ""},
		"another update":                            {"UpdateServiceInstance", false, []caller{instance("other")}, changeTime, cloud.ErrNotBegun, ""},
		"ours and another update":                   {"UpdateServiceInstance", true, []caller{instance("other")}, changeTime, nil, "superseded"},
		"an equal update and another":               {"UpdateServiceInstance", false, []caller{instance("new"), instance("other")}, changeTime, nil, "superseded"},
		"an equal update of an environment":         {"UpdateEnvironment", false, []caller{environment("4", "new")}, changeTime, nil, ""},
		"an update to another version":              {"UpdateEnvironment", false, []caller{environment("3", "new")}, changeTime, cloud.ErrNotBegun, ""},
		"ours and an update to another version":     {"UpdateEnvironment", true, []caller{environment("3", "other")}, changeTime, nil, "superseded"},
		"a deletion of what is to be updated":       {"UpdateEnvironment", false, []caller{deletion}, changeTime, cloud.ErrNotBegun, ""},
		"a new one of what is to be updated":        {"UpdateEnvironment", false, []caller{deletion, creation("new")}, changeTime, cloud.ErrUncertain, ""},
		"ours, and a new one of what it updates":    {"UpdateEnvironment", true, []caller{deletion, creation("new")}, changeTime, nil, "superseded: it was deleted"},
		"an equal creation":                         {"CreateEnvironment", false, []caller{creation("new")}, changeTime, nil, ""},
		"another creation":                          {"CreateEnvironment", false, []caller{creation("other")}, changeTime, cloud.ErrUncertain, ""},
		"an equal component":                        {"CreateComponent", false, []caller{component("")}, changeTime, nil, ""},
		"another component":                         {"CreateComponent", false, []caller{component("shop")}, changeTime, cloud.ErrUncertain, ""},
		"an equal update of a service":              {"UpdateService", false, []caller{service("new")}, changeTime, nil, ""},
		"another update of a service":               {"UpdateService", false, []caller{service("other")}, changeTime, cloud.ErrUncertain, ""},
		"a deletion":                                {"DeleteEnvironment", false, []caller{deletion}, changeTime, nil, ""},
		"a deletion, and a new one":                 {"DeleteEnvironment", false, []caller{deletion, creation("new")}, changeTime, nil, ""},
		"a cancellation":                            {"CancelEnvironmentDeployment", false, []caller{cancellation}, changeTime, nil, ""},
		"a cancellation, and another deployment":    {"CancelEnvironmentDeployment", false, []caller{cancellation, waiting, environment("4", "new")}, changeTime, cloud.ErrUncertain, ""},
		"an equal connection":                       {"CreateEnvironmentAccountConnection", false, []caller{connection("210987654321")}, 9 * time.Hour, nil, ""},
		"another connection":                        {"CreateEnvironmentAccountConnection", false, []caller{connection("310987654321")}, 9 * time.Hour, cloud.ErrNotBegun, ""},
		"an equal connection beside ours":           {"CreateEnvironmentAccountConnection", true, []caller{connection("210987654321")}, 9 * time.Hour, cloud.ErrUncertain, ""},
		"another connection beside ours":            {"CreateEnvironmentAccountConnection", true, []caller{connection("310987654321")}, 9 * time.Hour, nil, ""},
		"an equal connection beside ours, at once":  {"CreateEnvironmentAccountConnection", true, []caller{connection("210987654321")}, 0, nil, ""},
		"an equal version":                          {"CreateEnvironmentTemplateVersion", false, []caller{version(nil)}, 9 * time.Hour, nil, ""},
		"another version":                           {"CreateEnvironmentTemplateVersion", false, []caller{version(new("faster"))}, 9 * time.Hour, cloud.ErrNotBegun, ""},
		"an equal version beside ours":              {"CreateEnvironmentTemplateVersion", true, []caller{version(nil)}, 9 * time.Hour, cloud.ErrUncertain, ""},
		"an equal version beside ours, and at once": {"CreateEnvironmentTemplateVersion", true, []caller{version(nil)}, 0, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := protonFlow(t, tt.operation)
			protonTest(t, f.seed, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
				ch := loseProton(t, f, emu, tt.lost)
				if tt.lost && tt.later == changeTime {
					time.Sleep(changeTime)
				}
				for _, other := range tt.others {
					require.NoError(t, other(t.Context(), c))
				}
				time.Sleep(tt.later)
				err := startProton(t, ch)
				if tt.want != nil {
					require.ErrorIs(t, err, tt.want)
					return
				}
				require.NoError(t, err)
				_, err = ch.WaitAny(t.Context())
				if tt.ends == "" {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, tt.ends)
			})
		})
	}
}

// waiting lets the others' change end.
func waiting(context.Context, *proton.Client) error {
	time.Sleep(changeTime)
	return nil
}

// TestProtonCurrentValues is an update whose spec the service fills in, so that only the client token recognizes it.
func TestProtonCurrentValues(t *testing.T) {
	t.Parallel()
	const spec = "input: ${Proton::CURRENT_VAL}"
	protonTest(t, seedProtonEnvironment, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
		f := protonFlow(t, "UpdateEnvironment")
		f.prepare = func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareUpdateEnvironment(ctx, proton.UpdateEnvironmentRequest{
				Name: "staging", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: spec,
			})
		}
		ch := loseProton(t, f, emu, false)
		_, err := c.UpdateEnvironment(t.Context(), proton.UpdateEnvironmentRequest{
			Name: "staging", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "input: filled in",
		})
		require.NoError(t, err)
		require.ErrorIs(t, startProton(t, ch), cloud.ErrUncertain)
	})
}

// TestProtonRepeatedBegin is a start that is repeated with the client token of the caller, because its result was lost.
// It never waits for a deployment that the repetition does not start.
func TestProtonRepeatedBegin(t *testing.T) {
	t.Parallel()
	type begin = func(ctx context.Context, c *proton.Client, spec string) (cloud.AnyChange, error)
	token := func(spec string) string { return "release-" + spec[:3] }
	for name, tt := range map[string]struct {
		seed  func(*emulator.Emulator)
		start string
		begin begin
	}{
		"instance": {seedInstance, "UpdateServiceInstance", func(ctx context.Context, c *proton.Client, spec string) (cloud.AnyChange, error) {
			r := proton.UpdateServiceInstanceRequest{
				ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: spec, ClientToken: token(spec),
			}
			ch, err := c.BeginUpdateServiceInstance(ctx, r)
			return ch, err
		}},
		"component": {func(emu *emulator.Emulator) {
			emu.Proton.AddComponent(proton.Component{Name: "bucket", ServiceName: "shop", ServiceInstanceName: "prod", ServiceSpec: "old"})
		}, "UpdateComponent", func(ctx context.Context, c *proton.Client, spec string) (cloud.AnyChange, error) {
			r := proton.UpdateComponentRequest{
				Name: "bucket", DeploymentType: proton.ComponentDeploymentUpdateTypeCurrentVersion, ServiceSpec: spec, ClientToken: token(spec),
			}
			ch, err := c.BeginUpdateComponent(ctx, r)
			return ch, err
		}},
	} {
		for _, later := range []time.Duration{time.Second, changeTime / 2, changeTime + time.Minute, 5 * time.Hour, 9 * time.Hour} {
			t.Run(name+" after "+later.String(), func(t *testing.T) {
				t.Parallel()
				protonTest(t, tt.seed, func(t *testing.T, emu *emulator.Emulator, _ *proton.Client) {
					_, err := tt.begin(t.Context(), newClients(t, emu).proton, "new")
					require.NoError(t, err)
					time.Sleep(later)
					ch, err := tt.begin(t.Context(), newClients(t, emu).proton, "new")
					require.NoError(t, err)
					began := time.Now()
					_, err = ch.WaitAny(t.Context())
					require.NoError(t, err)
					assert.Less(t, time.Since(began), changeTime*5/4)
					if later > changeTime {
						assert.Equal(t, 1, count(emu, tt.start), "it is live already")
					}
				})
			})
		}
		t.Run(name+" after another", func(t *testing.T) {
			t.Parallel()
			protonTest(t, tt.seed, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
				for _, spec := range []string{"new", "other"} {
					_, err := tt.begin(t.Context(), c, spec)
					require.NoError(t, err)
					time.Sleep(changeTime + time.Minute)
				}
				ch, err := tt.begin(t.Context(), newClients(t, emu).proton, "new")
				require.NoError(t, err)
				_, err = ch.WaitAny(t.Context())
				require.ErrorIs(t, err, cloud.ErrSuperseded)
			})
		})
		t.Run(name+" for something else", func(t *testing.T) {
			t.Parallel()
			protonTest(t, tt.seed, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
				_, err := tt.begin(t.Context(), c, "new")
				require.NoError(t, err)
				time.Sleep(changeTime + time.Minute)
				_, err = tt.begin(t.Context(), newClients(t, emu).proton, "newer")
				require.ErrorIs(t, err, cloud.ErrInvalid, "the service refuses the token")
			})
		})
		t.Run(name+" after a failure", func(t *testing.T) {
			t.Parallel()
			protonTest(t, tt.seed, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
				emu.Script(emulator.Ending{Operation: tt.start, Fail: true, Reason: "subnet is full"})
				_, err := tt.begin(t.Context(), c, "new")
				require.NoError(t, err)
				time.Sleep(changeTime + time.Minute)
				ch, err := tt.begin(t.Context(), newClients(t, emu).proton, "new")
				require.NoError(t, err)
				_, err = ch.WaitAny(t.Context())
				require.ErrorContains(t, err, "subnet is full")
			})
		})
	}
}

// TestProtonTokensWithoutSpecs tests that the token of an update that has begun holds no spec: what was there before is
// read from its deployment.
func TestProtonTokensWithoutSpecs(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"UpdateServiceInstance", "UpdateEnvironment", "UpdateComponent", "UpdateServicePipeline"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			f := protonFlow(t, operation)
			protonTest(t, func(emu *emulator.Emulator) {
				emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod", Spec: "hunter2"})
				emu.Proton.AddService(proton.Service{Name: "shop", Pipeline: &proton.ServicePipeline{Spec: "hunter2"}})
				emu.Proton.AddEnvironment(proton.Environment{Name: "staging", Spec: "hunter2"})
				emu.Proton.AddComponent(proton.Component{Name: "bucket", ServiceName: "shop", ServiceInstanceName: "old", ServiceSpec: "hunter2"})
			}, func(t *testing.T, emu *emulator.Emulator, _ *proton.Client) {
				payload := func(ch cloud.AnyChange) string {
					text, err := base64.RawURLEncoding.DecodeString(strings.Split(ch.Token(), ".")[3])
					require.NoError(t, err)
					return string(text)
				}
				ch, err := f.prepare(t.Context(), newClients(t, emu))
				require.NoError(t, err)
				assert.Contains(t, payload(ch), "hunter2", "for Diff")
				token := ch.Token()
				require.NoError(t, ch.Start(t.Context()))
				assert.NotContains(t, payload(ch), "hunter2")
				again, err := f.resume(newClients(t, emu), token)
				require.NoError(t, err)
				require.NoError(t, again.Start(t.Context()))
				assert.NotContains(t, payload(again), "hunter2")
			})
		})
	}
}

// TestProtonCancel cancels the deployment of each change for which the service can.
func TestProtonCancel(t *testing.T) {
	t.Parallel()
	cancels := map[string]bool{
		"CreateComponent": true, "UpdateComponent": true, "UpdateEnvironment": true, "UpdateServiceInstance": true, "UpdateServicePipeline": true,
	}
	eachProton(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		ch, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		time.Sleep(time.Minute)
		again, err := f.resume(newClients(t, emu), ch.Token())
		require.NoError(t, err)
		err = again.Cancel(t.Context())
		if !cancels[f.start] {
			require.ErrorIs(t, err, cloud.ErrUnsupported)
			return
		}
		require.NoError(t, err)
		_, err = ch.WaitAny(t.Context())
		require.ErrorIs(t, err, cloud.ErrCanceled)
	})
}

// TestProtonCancelOfAnother tests that what is over cancels no later deployment.
func TestProtonCancelOfAnother(t *testing.T) {
	t.Parallel()
	protonTest(t, seedProtonEnvironment, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
		update := proton.UpdateEnvironmentRequest{Name: "staging", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "new"}
		ours, err := c.BeginUpdateEnvironment(t.Context(), update)
		require.NoError(t, err)
		time.Sleep(changeTime)
		update.Spec = "other"
		theirs, err := c.BeginUpdateEnvironment(t.Context(), update)
		require.NoError(t, err)
		for _, says := range []string{"its status is SUCCEEDED", "another one has followed it"} {
			err = ours.Cancel(t.Context())
			require.ErrorIs(t, err, cloud.ErrConflict)
			require.ErrorContains(t, err, says, "the first read is stale")
			time.Sleep(time.Minute)
		}
		_, err = theirs.Wait(t.Context())
		require.NoError(t, err)
		assert.Zero(t, count(emu, "CancelEnvironmentDeployment"))
	})
}

// TestProtonWaysBack is what an update can bring back, beside the spec.
func TestProtonWaysBack(t *testing.T) {
	t.Parallel()
	current, minor, major := proton.DeploymentUpdateTypeCurrentVersion, proton.DeploymentUpdateTypeMinorVersion, proton.DeploymentUpdateTypeMajorVersion
	seeded := proton.Environment{
		Name: "staging", Spec: "old", Description: "first", TemplateMinorVersion: "2", ComponentRoleARN: "arn:aws:iam::123456789012:role/old",
	}
	component := proton.Component{Name: "bucket", ServiceName: "shop", ServiceInstanceName: "prod", ServiceSpec: "old"}
	environment := func(r proton.UpdateEnvironmentRequest) func(context.Context, clients) (cloud.AnyChange, error) {
		r.Name = "staging"
		return func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareUpdateEnvironment(ctx, r)
		}
	}
	bucket := func(r proton.UpdateComponentRequest) func(context.Context, clients) (cloud.AnyChange, error) {
		r.Name, r.DeploymentType = "bucket", proton.ComponentDeploymentUpdateTypeCurrentVersion
		return func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareUpdateComponent(ctx, r)
		}
	}
	for name, tt := range map[string]struct {
		prepare func(context.Context, clients) (cloud.AnyChange, error)
		fails   bool   // the update itself
		refusal string // of Undo
	}{
		"settings":                {environment(proton.UpdateEnvironmentRequest{DeploymentType: current, Spec: "new", Description: new("second"), ComponentRoleARN: "arn:aws:iam::123456789012:role/new"}), false, ""},
		"minor version":           {environment(proton.UpdateEnvironmentRequest{DeploymentType: minor, TemplateMinorVersion: "3"}), false, ""},
		"minor version, failed":   {environment(proton.UpdateEnvironmentRequest{DeploymentType: minor, TemplateMinorVersion: "3", Description: new("second")}), true, ""},
		"major version":           {environment(proton.UpdateEnvironmentRequest{DeploymentType: major, TemplateMajorVersion: "2"}), false, "the service does not return to another major version of a template, from 2 to 1"},
		"setting that is not set": {environment(proton.UpdateEnvironmentRequest{DeploymentType: current, CodeBuildRoleARN: "arn:aws:iam::123456789012:role/build"}), false, "codebuildRoleArn was not set before"},
		"repository": {environment(proton.UpdateEnvironmentRequest{DeploymentType: current, ProvisioningRepository: &proton.RepositoryBranchInput{
			Name: "example/infra", Branch: "main", Provider: proton.RepositoryProviderGitHub,
		}}), false, "provisioningRepository was not set before"},
		"component's code":   {bucket(proton.UpdateComponentRequest{TemplateFile: "Resources: {Bucket: {}}"}), false, ""},
		"component detached": {bucket(proton.UpdateComponentRequest{ServiceName: new(""), ServiceInstanceName: new("")}), false, ""},
		"component moved":    {bucket(proton.UpdateComponentRequest{ServiceName: new("shop"), ServiceInstanceName: new("test"), ServiceSpec: "new"}), false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			protonTest(t, func(emu *emulator.Emulator) {
				emu.Proton.AddEnvironment(seeded)
				emu.Proton.AddComponent(component)
			}, func(t *testing.T, emu *emulator.Emulator, _ *proton.Client) {
				c, ctx := newClients(t, emu), t.Context()
				content := func() (all []any) {
					for _, read := range []func(context.Context, clients) (any, error){protonEnvironmentContent, protonComponentContent} {
						v, err := read(ctx, c)
						require.NoError(t, err)
						all = append(all, v)
					}
					return all
				}
				before := content()
				if tt.fails {
					emu.Script(emulator.Ending{Operation: "UpdateEnvironment", Fail: true})
				}
				ch, err := tt.prepare(ctx, c)
				require.NoError(t, err)
				require.NoError(t, ch.Start(ctx))
				_, err = ch.WaitAny(ctx)
				require.Equal(t, tt.fails, err != nil)
				again, err := c.proton.Resume(ch.Token())
				require.NoError(t, err)
				back, err := again.Undo(ctx)
				if tt.refusal != "" {
					require.ErrorIs(t, err, cloud.ErrUnsupported)
					require.ErrorContains(t, err, tt.refusal)
					return
				}
				require.NoError(t, err)
				require.NotEqual(t, before, content())
				require.NoError(t, back.Start(ctx))
				_, err = back.WaitAny(ctx)
				require.NoError(t, err)
				assert.Equal(t, before, content())
			})
		})
	}
}

// TestProtonUndoneMeanwhile tests that undoing the creation of a resource does not delete a newer one of its name, and
// undoing an update does not change it.
func TestProtonUndoneMeanwhile(t *testing.T) {
	t.Parallel()
	for operation, prepare := range map[string]func(ctx context.Context, c *proton.Client) (cloud.AnyChange, error){
		"CreateEnvironment": func(ctx context.Context, c *proton.Client) (cloud.AnyChange, error) {
			return c.PrepareCreateEnvironment(ctx, proton.CreateEnvironmentRequest{Name: "staging", TemplateName: "vpc", TemplateMajorVersion: "1", Spec: "new"})
		},
		"CreateService": func(ctx context.Context, c *proton.Client) (cloud.AnyChange, error) {
			return c.PrepareCreateService(ctx, proton.CreateServiceRequest{Name: "shop", TemplateName: "web", TemplateMajorVersion: "1", Spec: "new"})
		},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			protonTest(t, seedProtonVersions, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
				ctx := t.Context()
				ch, err := prepare(ctx, c)
				require.NoError(t, err)
				require.NoError(t, ch.Start(ctx))
				_, err = ch.WaitAny(ctx)
				require.NoError(t, err)
				back, err := ch.Undo(ctx)
				require.NoError(t, err)
				require.NoError(t, back.Start(ctx))
				_, err = back.WaitAny(ctx)
				require.NoError(t, err)
				_, err = ch.Undo(ctx)
				require.ErrorIs(t, err, cloud.ErrNotFound)
				newer, err := prepare(ctx, c)
				require.NoError(t, err)
				require.NoError(t, newer.Start(ctx))
				time.Sleep(time.Minute)
				_, err = ch.Undo(ctx)
				require.ErrorIs(t, err, cloud.ErrSuperseded)
			})
		})
	}
}
