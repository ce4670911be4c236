package otel_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	api "go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/otel"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// secret stands in everything that a program gives to a client, and a service to the program.
const secret = "hunter2"

// everything is all that a process has reported, as text.
func (p *process) everything(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, s := range tracetest.SpanStubsFromReadOnlySpans(p.spans.Ended()) {
		fmt.Fprintf(&b, "%s %+v %+v %+v %s\n", s.Name, s.Attributes, s.Events, s.Status, s.SpanContext.TraceState())
		for _, l := range s.Links {
			fmt.Fprintf(&b, "%+v %s\n", l.Attributes, l.SpanContext.TraceState())
		}
	}
	for name, m := range p.metrics(t) {
		fmt.Fprintf(&b, "%s %+v\n", name, m)
	}
	return b.String()
}

// TestSpansAndMetricsHaveNoSecrets makes calls and changes of all services whose requests, responses, errors, reasons
// and address hold one.
func TestSpansAndMetricsHaveNoSecrets(t *testing.T) {
	t.Parallel()
	faults := map[string]emulator.Fault{
		"none":    {Operation: "None", Kind: emulator.Reset},
		"message": {Kind: emulator.Refuse, Code: "ConflictException", Message: "cannot parse " + secret, Status: 409, Times: -1},
		"code":    {Kind: emulator.Refuse, Code: secret, Message: secret, Status: 400, Times: -1},
		"lost":    {Kind: emulator.Reset, AfterEffect: true},
		"page":    {Kind: emulator.HTML, Times: 2},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, opts := range [][]otel.Option{nil, {otel.WithAttemptSpans(), otel.WithPollSpans()}} {
				synctest.Test(t, func(t *testing.T) {
					p := newProcess()
					emu := start(t)
					emu.Inject(fault)
					cfg := emu.Config()
					cfg.Observer = p.observer(opts...)
					changeEverything(t, emu, cfg)
					assert.NotEmpty(t, p.spans.Ended())
					text := p.everything(t)
					assert.NotContains(t, text, secret)
					assert.NotContains(t, text, dlc.Base64("SELECT '"+secret+"'"))
				})
			}
		})
	}
}

// changeEverything makes a change on each service with secrets in it, which fails for a reason with another one.
func changeEverything(t *testing.T, emu *emulator.Emulator, cfg cloud.Config) {
	t.Helper()
	emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "storefront", Name: "frontend-prod"})
	for _, operation := range []string{"UpdateServiceInstance", "CreateTask"} {
		emu.Script(emulator.Ending{Operation: operation, Fail: true, Reason: "cannot parse " + secret})
	}
	ctx, stop := context.WithTimeout(t.Context(), 24*time.Hour)
	defer stop()

	services, err := proton.New(cfg)
	require.NoError(t, err)
	w, err := services.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
		ServiceName: "storefront", Name: "frontend-prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
		Spec: "proton: ServiceSpec\npassword: " + secret,
	})
	if err == nil {
		_, err = w.Wait(ctx)
		assert.Error(t, err)
	}
	tasks, err := dlc.New(cfg)
	require.NoError(t, err)
	task, err := tasks.BeginCreateTask(ctx, dlc.CreateTaskRequest{
		Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT '" + secret + "'")}},
	})
	if err == nil {
		_, err = task.Wait(ctx)
		assert.Error(t, err)
	}
	jobs, err := flink.New(cfg, flink.WithWorkspace("a14bd5d90a"), flink.WithNamespace("default"))
	require.NoError(t, err)
	_, _ = jobs.CreateVariable(ctx, flink.CreateVariableRequest{
		Variable: flink.Variable{Kind: flink.VariableKindEncrypted, Name: "password", Value: secret},
	})
}

// TestHostileResponses checks what a server could smuggle in where names and IDs are expected.
func TestHostileResponses(t *testing.T) {
	t.Parallel()
	p := newProcess()
	cfg := stubbed()
	cfg.Observer, cfg.Endpoint = p.observer(), "https://proton.internal/"+secret
	cfg.HTTPClient = &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusBadRequest, Body: io.NopCloser(strings.NewReader(`{"message":"` + secret + `"}`)), Header: http.Header{
				"X-Amzn-Requestid": {"the password is " + secret}, "X-Amzn-Errortype": {secret}, "Content-Type": {"application/json"},
			},
		}, nil
	})}
	require.ErrorContains(t, callOf(t, "proton", cfg), secret)

	_, err := cloud.NewWaiter(cloud.WaitSpec[string]{
		Service: "things", Operation: "MakeThing", Observer: p.observer(),
		Read: func(context.Context) (*string, error) { return new("x"), nil },
		Judge: func(*string) cloud.Verdict {
			return cloud.Verdict{State: "password: " + secret, Outcome: cloud.Failed, Reason: secret}
		},
	}).Wait(t.Context())
	require.ErrorContains(t, err, secret)

	_, err = cloud.NewWaiter(cloud.WaitSpec[string]{
		Service: "things", Operation: "MakeThing", Observer: p.observer(),
		Read:  func(context.Context) (*string, error) { return nil, errors.New(secret) },
		Judge: func(*string) cloud.Verdict { return cloud.Verdict{} },
	}).Wait(t.Context())
	require.ErrorContains(t, err, secret)

	assert.Len(t, p.spans.Ended(), 3)
	assert.NotContains(t, p.everything(t), secret)
	assert.Equal(t, "_OTHER", attributes(p.spans.Ended()[2].Attributes())["error.type"], "as an error without a kind")
}

// TestNoHeaderIsInjected compares the requests of a change with and without spans, in the same virtual time.
func TestNoHeaderIsInjected(t *testing.T) {
	api.SetTextMapPropagator(propagation.TraceContext{}) // which no test but this one needs
	requests := func(t *testing.T, observe func(*cloud.Config)) (list []http.Header) {
		synctest.Test(t, func(t *testing.T) {
			emu := start(t, emulator.WithSeedIDs(1))
			cfg := emu.Config()
			observe(&cfg)
			var mu sync.Mutex
			through := cfg.HTTPClient.Transport
			cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				mu.Lock()
				defer mu.Unlock()
				list = append(list, r.Header.Clone())
				return through.RoundTrip(r)
			})}
			for _, service := range []string{"proton", "flink", "dlc"} {
				_ = callOf(t, service, cfg)
			}
		})
		for _, h := range list {
			h.Del("X-Acs-Signature-Nonce") // a random one, and what follows from it
			if h.Get("X-Acs-Action") != "" {
				h.Del("Authorization")
			}
		}
		return list
	}
	p := newProcess()
	with := requests(t, func(cfg *cloud.Config) { cfg.Observer = p.observer(otel.WithAttemptSpans(), otel.WithPollSpans()) })
	without := requests(t, func(*cloud.Config) {})
	require.GreaterOrEqual(t, len(with), 3)
	assert.Equal(t, without, with)
	assert.NotEmpty(t, p.spans.Ended())
	for _, h := range with {
		assert.NotContains(t, h, "Traceparent")
	}
}
