package otel_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/otel"
)

func TestAWaitInAnotherProcessIsLinkedToTheStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, first, second := start(t, emulator.WithChangeTime(longChangeTime)), newProcess(), newProcess()
		ctx, release := first.traces.Tracer("test").Start(t.Context(), "release")
		w, err := first.finspace(t, emu).BeginUpdateKxClusterCodeConfiguration(ctx, codeUpdate)
		require.NoError(t, err)
		release.End()
		token := w.Token()
		info, err := cloud.PeekToken(token)
		require.NoError(t, err)

		resumed, err := second.finspace(t, emu).ResumeUpdateKxClusterCodeConfiguration(token)
		require.NoError(t, err)
		_, err = resumed.Wait(t.Context(), cloud.Within(24*time.Hour))
		require.NoError(t, err)

		begin := first.span(t, "start "+updateCode)
		assert.Equal(t, release.SpanContext().SpanID(), begin.Parent().SpanID())
		assert.Equal(t, begin.SpanContext().SpanID(), first.span(t, updateCode).Parent().SpanID(), "the call is part of the start")
		assert.Empty(t, begin.Links(), "the preparation has the same parent")
		assert.Equal(t, trace.SpanKindInternal, begin.SpanKind())
		assert.Equal(t, map[string]any{
			"polycloud.change.operation": "finspace/UpdateKxClusterCodeConfiguration", "cloud.region": "us-east-1",
			"deployment.id": info.ID, "deployment.name": "kx7example/hdb-prod", "polycloud.start.outcome": "begun",
		}, attributes(begin.Attributes()))
		assert.Equal(t, codes.Unset, begin.Status().Code)

		assert.Equal(t, []string{"wait " + updateCode}, second.names(), "the polls have no spans")
		end := second.span(t, "wait "+updateCode)
		require.Len(t, end.Links(), 1)
		link := end.Links()[0].SpanContext
		assert.Equal(t, begin.SpanContext().TraceID(), link.TraceID())
		assert.Equal(t, begin.SpanContext().SpanID(), link.SpanID())
		assert.True(t, link.IsRemote())
		assert.True(t, link.IsSampled())
		assert.NotEqual(t, begin.SpanContext().TraceID(), end.SpanContext().TraceID(), "it is a trace of its own")
		assert.Zero(t, end.EndTime().Sub(end.StartTime()), "after hours")
		assert.Equal(t, codes.Unset, end.Status().Code)
		got := attributes(end.Attributes())
		elapsed, _ := got["polycloud.change.elapsed"].(float64)
		assert.InDelta(t, longChangeTime.Seconds(), elapsed, 4000)
		assert.InDelta(t, elapsed, got["polycloud.wait.duration"], 1)
		polls, _ := got["polycloud.change.polls"].(int64)
		assert.Greater(t, polls, int64(10))
		for _, key := range []string{"polycloud.change.elapsed", "polycloud.wait.duration", "polycloud.change.polls"} {
			delete(got, key)
		}
		assert.Equal(t, map[string]any{
			"polycloud.change.operation": "finspace/UpdateKxClusterCodeConfiguration", "cloud.region": "us-east-1",
			"deployment.id": info.ID, "deployment.name": "kx7example/hdb-prod", "deployment.status": "succeeded",
			"polycloud.change.result": "success", "polycloud.change.state": "RUNNING", "polycloud.change.resumed": true,
		}, got)

		points := second.points(t, "polycloud.change.duration")
		point := points[changeSeries+",polycloud.change.result=success"]
		require.Len(t, points, 1)
		assert.InDelta(t, elapsed, point.Sum, 1e-6)
		assert.Equal(t, []float64{1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400}, point.Bounds)
		assert.Equal(t, map[string]int64{changeSeries: polls}, second.sums(t, "polycloud.change.polls"))
		assert.Equal(t, map[string]int64{changeSeries: 0}, second.sums(t, "polycloud.change.active"))
		calls := second.points(t, "rpc.client.call.duration")
		polled := calls["cloud.region=us-east-1,polycloud.poll=true,rpc.method=finspace/GetKxCluster,rpc.system.name=aws-api"]
		assert.EqualValues(t, polls, polled.Count, "metrics count the calls of polls")
	})
}

func TestAStartElsewhereIsLinkedToThePreparation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, first, second := start(t), newProcess(), newProcess()
		ctx, plan := first.traces.Tracer("test").Start(t.Context(), "plan")
		ch, err := first.finspace(t, emu).PrepareUpdateKxClusterCodeConfiguration(ctx, codeUpdate)
		require.NoError(t, err)
		plan.End()
		resumed, err := second.finspace(t, emu).ResumeUpdateKxClusterCodeConfiguration(ch.Token())
		require.NoError(t, err)
		require.NoError(t, resumed.Start(t.Context()))

		links := second.span(t, "start "+updateCode).Links()
		require.Len(t, links, 1)
		assert.Equal(t, plan.SpanContext().SpanID(), links[0].SpanContext.SpanID())
		info, err := cloud.PeekToken(resumed.Token())
		require.NoError(t, err)
		began := second.span(t, "start "+updateCode).SpanContext()
		assert.Equal(t, "00-"+began.TraceID().String()+"-"+began.SpanID().String()+"-01", info.Traceparent)
	})
}

func TestUnsampledStartsAreLinkedToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, first, second := start(t), newProcess(sdktrace.WithSampler(sdktrace.NeverSample())), newProcess()
		w, err := first.finspace(t, emu).BeginUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate)
		require.NoError(t, err)
		resumed, err := second.finspace(t, emu).ResumeUpdateKxClusterCodeConfiguration(w.Token())
		require.NoError(t, err)
		_, err = resumed.Wait(t.Context())
		require.NoError(t, err)
		links := second.span(t, "wait "+updateCode).Links()
		require.Len(t, links, 1)
		assert.False(t, links[0].SpanContext.IsSampled())
	})
}

func TestPollSpans(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		w, err := p.finspace(t, emu, otel.WithPollSpans()).BeginUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate)
		require.NoError(t, err)
		before := len(p.named("finspace.GetKxCluster"))
		ctx, parent := p.traces.Tracer("test").Start(t.Context(), "release")
		_, err = w.Wait(ctx)
		require.NoError(t, err)
		polls := p.named("finspace.GetKxCluster")[before:]
		require.NotEmpty(t, polls)
		for _, s := range polls {
			assert.Equal(t, parent.SpanContext().SpanID(), s.Parent().SpanID())
			assert.Equal(t, true, attributes(s.Attributes())["polycloud.poll"])
		}
	})
}

// TestPollsLeaveTheSpanOfTheCallerAlone checks that attempts of polls, which have no span, are not added to another.
func TestPollsLeaveTheSpanOfTheCallerAlone(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]otel.Option{"events": nil, "spans": {otel.WithAttemptSpans()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu, p := start(t), newProcess()
				w, err := p.finspace(t, emu, opts...).BeginUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate)
				require.NoError(t, err)
				before := len(p.spans.Ended())
				emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.ServerError})
				ctx, parent := p.traces.Tracer("test").Start(t.Context(), "release")
				_, err = w.Wait(ctx)
				require.NoError(t, err)
				parent.End()
				assert.Equal(t, []string{"wait " + updateCode, "release"}, p.names()[before:])
				assert.Empty(t, p.span(t, "release").Events())
				assert.Len(t, p.sums(t, "polycloud.call.retries"), 1)
			})
		})
	}
}

func TestWaitOutcomes(t *testing.T) {
	t.Parallel()
	ends := func(e emulator.Ending) func(*emulator.Emulator) {
		return func(emu *emulator.Emulator) {
			e.Operation = "UpdateKxClusterCodeConfiguration"
			emu.Script(e)
		}
	}
	none := func(*emulator.Emulator) {}
	tests := []struct {
		name           string
		prepare        func(*emulator.Emulator)
		during         func(*emulator.Emulator, *finspace.Client, context.CancelFunc) // after a minute
		within         time.Duration
		status, result string
		errorType      any
		code           codes.Code
		recorded       bool
	}{
		{"success", none, nil, 0, "succeeded", "success", nil, codes.Unset, true},
		{"failure", ends(emulator.Ending{Fail: true, Reason: "init.q failed"}), nil, 0, "failed", "failure", "failed", codes.Error, true},
		{"another change replaces it", none, func(_ *emulator.Emulator, c *finspace.Client, _ context.CancelFunc) {
			time.Sleep(shortChange - 30*time.Second) // between the end and the next poll
			other := codeUpdate
			other.Code.S3Key = "2.zip"
			_, _ = c.UpdateKxClusterCodeConfiguration(context.Background(), other)
		}, 0, "failed", "cancellation", "superseded", codes.Error, true},
		{"the maximum time", none, nil, 2 * time.Minute, "pending", "timeout", "context deadline exceeded", codes.Error, true},
		{"the caller stops", none, func(_ *emulator.Emulator, _ *finspace.Client, stop context.CancelFunc) { stop() },
			0, "pending", "", "context canceled", codes.Unset, false},
		{"polls fail for good", none, func(emu *emulator.Emulator, _ *finspace.Client, _ context.CancelFunc) {
			emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.Refuse, Code: "AccessDeniedException", Status: 403, Times: -1})
		}, 0, "pending", "error", "access denied", codes.Error, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu, p := start(t, emulator.WithChangeTime(shortChange)), newProcess()
				tt.prepare(emu)
				c := p.finspace(t, emu)
				w, err := c.BeginUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate)
				require.NoError(t, err)
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				if tt.during != nil {
					time.AfterFunc(time.Minute, func() { tt.during(emu, c, stop) })
				}
				opts := []cloud.WaitOption{cloud.Every(3 * shortChange)}
				if tt.within != 0 {
					opts = append(opts, cloud.Within(tt.within))
				}
				_, err = w.Wait(ctx, opts...)
				assert.Equal(t, tt.errorType != nil, err != nil, "%v", err)

				s := p.span(t, "wait "+updateCode)
				got := attributes(s.Attributes())
				assert.Equal(t, tt.status, got["deployment.status"])
				if tt.result == "" {
					assert.NotContains(t, got, "polycloud.change.result")
				} else {
					assert.Equal(t, tt.result, got["polycloud.change.result"])
				}
				assert.Equal(t, tt.errorType, got["error.type"])
				assert.Equal(t, sdktrace.Status{Code: tt.code}, s.Status())
				points := p.points(t, "polycloud.change.duration")
				if !tt.recorded {
					assert.Empty(t, points)
					return
				}
				require.Len(t, points, 1)
				assert.Contains(t, points, changeSeries+",polycloud.change.result="+tt.result)
			})
		})
	}
}

func TestADeadlineOfTheCallerIsATimeoutOfTheWaitAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t, emulator.WithChangeTime(shortChange)), newProcess()
		w, err := p.finspace(t, emu).BeginUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate)
		require.NoError(t, err)
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		_, err = w.Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		s := p.span(t, "wait "+updateCode)
		assert.Equal(t, "timeout", attributes(s.Attributes())["polycloud.change.result"])
		assert.Equal(t, codes.Error, s.Status().Code)
		assert.Empty(t, p.points(t, "polycloud.change.duration"), "another wait may follow")

		_, err = w.Wait(t.Context())
		require.NoError(t, err)
		assert.Len(t, p.points(t, "polycloud.change.duration"), 1)
	})
}

func TestActiveChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t, emulator.WithChangeTime(shortChange)), newProcess()
		emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{ClusterName: "rdb-prod"})
		c := p.finspace(t, emu)
		var waiters []cloud.AnyWaiter
		for _, name := range []string{cluster, "rdb-prod"} {
			request := codeUpdate
			request.ClusterName = name
			w, err := c.BeginUpdateKxClusterCodeConfiguration(t.Context(), request)
			require.NoError(t, err)
			waiters = append(waiters, w)
		}
		active := map[string]int64{}
		time.AfterFunc(time.Minute, func() { active = p.sums(t, "polycloud.change.active") })
		_, err := cloud.WaitAll(t.Context(), waiters...)
		require.NoError(t, err)
		assert.Equal(t, map[string]int64{changeSeries: 2}, active)
		assert.Equal(t, map[string]int64{changeSeries: 0}, p.sums(t, "polycloud.change.active"))
		assert.Len(t, p.named("wait "+updateCode), 2)
	})
}

func TestWaitsForAState(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		_, err := p.finspace(t, emu).UntilKxClusterRunning(getCluster).Wait(t.Context())
		require.NoError(t, err)
		s := p.span(t, "wait finspace.UntilKxClusterRunning")
		assert.Empty(t, s.Links())
		assert.NotContains(t, attributes(s.Attributes()), "deployment.id")
		assert.Len(t, p.points(t, "polycloud.change.duration"), 1)
	})
}

func TestUncertainStarts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		c := p.finspace(t, emu)
		ch, err := c.PrepareUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate)
		require.NoError(t, err)
		emu.Inject(emulator.Fault{Operation: "UpdateKxClusterCodeConfiguration", Kind: emulator.Reset, Times: -1})
		emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.Unavailable, Times: -1})
		require.Error(t, ch.Start(t.Context()))

		s := p.span(t, "start "+updateCode)
		got := attributes(s.Attributes())
		assert.Equal(t, "uncertain", got["polycloud.start.outcome"])
		assert.NotEmpty(t, got["error.type"])
		assert.Equal(t, sdktrace.Status{Code: codes.Error}, s.Status())
		assert.Equal(t, map[string]int64{changeSeries: 1}, p.sums(t, "polycloud.change.uncertain"))
	})
}

func TestRefusedStarts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, p := start(t), newProcess()
		emu.Inject(emulator.Fault{Operation: "UpdateKxClusterCodeConfiguration", Kind: emulator.Refuse, Code: "ConflictException", Status: 409})
		_, err := p.finspace(t, emu).BeginUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate)
		require.ErrorIs(t, err, cloud.ErrConflict)
		got := attributes(p.span(t, "start "+updateCode).Attributes())
		assert.Equal(t, "refused", got["polycloud.start.outcome"])
		assert.Equal(t, "conflict", got["error.type"])
		assert.Empty(t, p.sums(t, "polycloud.change.uncertain"))
	})
}
