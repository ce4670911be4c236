package emulator_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// starts start a change of each service: of resource i, with a token where the service has them.
func starts(i, token int) map[string]call {
	hotUpdate := flinkCall("HotUpdateJob", "POST", fmt.Sprintf("/api/v2/namespaces/n/jobs/job-%d%%3AhotUpdate", i), "", "")
	hotUpdate.header.Set("Workspace", "w")
	return map[string]call{
		"finspace": finspaceCall("PUT", fmt.Sprintf("/kx/environments/kxenv/clusters/cluster-%d/configuration/code", i), "",
			fmt.Sprintf(`{"clientToken":"token-%d","code":{"s3Bucket":"bucket","s3Key":"k"}}`, token)),
		"proton": protonCall("UpdateServiceInstance", fmt.Sprintf(
			`{"name":"instance-%d","serviceName":"orders","deploymentType":"CURRENT_VERSION","clientToken":"token-%d","spec":"a: b"}`, i, token)),
		"flink": hotUpdate,
		"dlc":   dlcCall("CreateTask", fmt.Sprintf(`{"Task":{"SQLTask":{"SQL":"U0VMRUNUIDE="}},"DataEngineName":"engine-%d"}`, i)),
	}
}

// startRemembering starts an emulator that remembers n resources of each service, a change of each, and the tokens, nonces
// and requests of these.
func startRemembering(tb testing.TB, n int) *emulator.Emulator {
	tb.Helper()
	emu := startFull(tb, n, emulator.WithChangeTime(0))
	for i := range n {
		for _, c := range starts(i, i) {
			answer(tb, emu, c.request(tb, emu))
		}
	}
	return emu
}

// callsAmong are a read, a start and a list of each service, for an emulator that remembers n. The argument must be another
// one each time, so that none repeats a token.
func callsAmong(n int) map[string]func(i int) call {
	all := map[string]func(i int) call{}
	for service, c := range map[string]call{
		"finspace": finspaceCall("GET", "/kx/environments/kxenv/clusters/cluster-7", "", ""),
		"proton":   protonCall("GetServiceInstance", `{"name":"instance-7","serviceName":"orders"}`),
		"flink":    jobCall("job-7"),
		"dlc":      dlcCall("DescribeDataEngine", `{"DataEngineName":"engine-7"}`),
	} {
		all[service+"/read"] = func(int) call { return c }
		all[service+"/start"] = func(i int) call { return starts(i%n, n+i)[service] }
	}
	for service, c := range map[string]call{
		"finspace": finspaceCall("GET", "/kx/environments/kxenv/clusters", "maxResults=20", ""),
		"proton":   protonCall("ListServiceInstances", `{"maxResults":20}`),
		"flink":    jobsCall("&pageIndex=3"),
		"dlc":      dlcCall("DescribeDataEngines", `{"Offset":50}`),
	} {
		all[service+"/list"] = func(int) call { return c }
	}
	return all
}

// BenchmarkRemembering measures the calls of an emulator that remembers much. Its times are the emulator's alone; that of
// the client, for the same call, is beside them.
func BenchmarkRemembering(b *testing.B) {
	for _, n := range []int{100, 20_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			emu := startRemembering(b, n)
			for name, next := range callsAmong(n) {
				i := 0
				emu.Advance(time.Minute) // so that reads show all changes, and lists the same each time
				b.Run(name, func(b *testing.B) {
					measure(b, emu, func() *http.Request {
						i++
						return next(i).request(b, emu)
					})
				})
			}
		})
	}
}

// A handlerTransport sends requests to a handler without a connection.
type handlerTransport struct{ http.Handler }

func (h handlerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	if req.Body == nil { // as no server gets it
		req.Body = http.NoBody
	}
	req.RequestURI = req.URL.RequestURI()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Result(), nil
}

// BenchmarkClientAndEmulator measures reads by clients with the emulator behind them, and without: then one response is
// sent again and again.
func BenchmarkClientAndEmulator(b *testing.B) {
	emu := startRemembering(b, 20_000)
	for name, read := range readsOf(b, emu, handlerTransport{emu.Handler()}) {
		b.Run("both/"+name, func(b *testing.B) { measureCalls(b, read) })
	}
	for _, name := range []string{"finspace", "proton", "flink", "dlc"} {
		w := httptest.NewRecorder()
		recorded := http.HandlerFunc(func(out http.ResponseWriter, req *http.Request) {
			if w.Body.Len() == 0 {
				emu.Handler().ServeHTTP(w, req)
			}
			maps.Copy(out.Header(), w.Header())
			_, _ = out.Write(w.Body.Bytes())
		})
		read := readsOf(b, emu, handlerTransport{recorded})[name]
		b.Run("client/"+name, func(b *testing.B) { measureCalls(b, read) })
	}
}

func measureCalls(b *testing.B, f func(ctx context.Context) error) {
	b.Helper()
	b.ReportAllocs()
	before := cpuTime()
	for b.Loop() {
		if err := f(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((cpuTime()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// readsOf returns the reads of callsAmong, by clients.
func readsOf(tb testing.TB, emu *emulator.Emulator, transport http.RoundTripper) map[string]func(ctx context.Context) error {
	tb.Helper()
	cfg := emu.Config()
	cfg.HTTPClient, cfg.RequestRate = &http.Client{Transport: transport}, 1e6
	c := clientsOf(tb, cfg)
	return map[string]func(ctx context.Context) error{
		"finspace": func(ctx context.Context) error {
			_, err := c.finspace.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "cluster-7"})
			return err
		},
		"proton": func(ctx context.Context) error {
			_, err := c.proton.GetServiceInstance(ctx, proton.GetServiceInstanceRequest{Name: "instance-7", ServiceName: "orders"})
			return err
		},
		"flink": func(ctx context.Context) error {
			_, err := c.flink.GetJob(ctx, flink.GetJobRequest{Workspace: "w", Namespace: "n", JobID: "job-7"})
			return err
		},
		"dlc": func(ctx context.Context) error {
			_, err := c.dlc.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: "engine-7"})
			return err
		},
	}
}

// TestRememberingCostsNothing checks that a call takes as much memory, which is what copying or listing takes, if the
// emulator remembers thirty times as much. It runs alone, because it counts what the process allocates.
func TestRememberingCostsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes the emulator remember ten thousand changes")
	}
	const few, many = 300, 10_000 // few, but more requests than are kept
	little, much := costs(t, few), costs(t, many)
	require.Len(t, little, 12)
	for name, before := range little {
		assert.InDelta(t, before.allocs, much[name].allocs, before.allocs/4, "%s: allocations", name)
		if !strings.HasSuffix(name, "/start") { // whose journal grows by a part of its length, now and then
			assert.InDelta(t, before.bytes, much[name].bytes, before.bytes/4, "%s: bytes", name)
		}
	}
}

type cost struct{ allocs, bytes float64 }

// costs returns what a call takes if the emulator remembers n.
func costs(t *testing.T, n int) map[string]cost {
	t.Helper()
	const calls = 64
	emu, all := startRemembering(t, n), map[string]cost{}
	for name, next := range callsAmong(n) {
		var requests []*http.Request
		for i := range calls + 1 {
			requests = append(requests, next(i).request(t, emu))
		}
		emu.Advance(time.Minute) // so that reads show all changes, and lists the same each time
		answer(t, emu, requests[0])
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for _, req := range requests[1:] {
			answer(t, emu, req)
		}
		runtime.ReadMemStats(&after)
		all[name] = cost{float64(after.Mallocs-before.Mallocs) / calls, float64(after.TotalAlloc-before.TotalAlloc) / calls}
	}
	return all
}
