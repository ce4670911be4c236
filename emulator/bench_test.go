package emulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// startFull starts an emulator with n resources of one kind of each service.
func startFull(tb testing.TB, n int, opts ...emulator.Option) *emulator.Emulator {
	tb.Helper()
	emu, err := emulator.Start(opts...)
	require.NoError(tb, err)
	tb.Cleanup(emu.Close)
	require.NoError(tb, emu.Load(strings.NewReader(manyResources(n))))
	return emu
}

// answer answers a request without a connection, so that a benchmark measures the emulator alone.
func answer(tb testing.TB, emu *emulator.Emulator, req *http.Request) {
	tb.Helper()
	req.RequestURI = req.URL.RequestURI()
	w := httptest.NewRecorder()
	emu.Handler().ServeHTTP(w, req)
	require.Equal(tb, http.StatusOK, w.Code, w.Body.String())
}

// measure measures requests in batches, without what makes them, and reports the time of processors besides that of the
// clock.
func measure(b *testing.B, emu *emulator.Emulator, next func() *http.Request) {
	b.Helper()
	b.ReportAllocs()
	const batch = 100
	var used time.Duration
	b.ResetTimer()
	for i := 0; i < b.N; i += batch {
		b.StopTimer()
		requests := make([]*http.Request, min(batch, b.N-i))
		for i := range requests {
			requests[i] = next()
		}
		b.StartTimer()
		before := cpuTime()
		for _, req := range requests {
			answer(b, emu, req)
		}
		used += cpuTime() - before
	}
	b.ReportMetric(float64(used.Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// jobsCall lists the jobs of a deployment.
func jobsCall(parameters string) call {
	c := flinkCall("ListJobs", "GET", "/api/v2/namespaces/n/jobs", "deploymentId=d"+parameters, "")
	c.header.Set("Workspace", "w")
	return c
}

// pages are pages of lists, in the middle and at the end, sorted and selected.
func pages(n int) map[string]call {
	middle, last := n/2, n-10
	return map[string]call{
		"finspace":          finspaceCall("GET", "/kx/environments/kxenv/clusters", "", ""),
		"finspace/selected": finspaceCall("GET", "/kx/environments/kxenv/clusters", "clusterType=HDB", ""),
		"proton":            protonCall("ListServiceInstances", `{"maxResults":20}`),
		"proton/sorted":     protonCall("ListServiceInstances", `{"maxResults":20,"sortBy":"name","sortOrder":"DESCENDING"}`),
		"proton/selected":   protonCall("ListServiceInstances", `{"maxResults":20,"filters":[{"key":"templateName","value":"x"}]}`),
		"flink":             jobsCall(fmt.Sprintf("&pageIndex=%d", middle/10)),
		"flink/last":        jobsCall(fmt.Sprintf("&pageIndex=%d", last/10)),
		"flink/sorted":      jobsCall("&sortName=gmt_create&sortOrder=desc"),
		"dlc":               dlcCall("DescribeDataEngines", fmt.Sprintf(`{"Offset":%d}`, middle)),
		"dlc/last":          dlcCall("DescribeDataEngines", fmt.Sprintf(`{"Offset":%d,"Sorting":"desc"}`, last)),
		"dlc/selected":      dlcCall("DescribeDataEngines", `{"Filters":[{"Name":"state","Values":["1"]}]}`),
	}
}

func BenchmarkList100000(b *testing.B) {
	emu := startFull(b, 100_000)
	for name, c := range pages(100_000) {
		b.Run(name, func(b *testing.B) {
			measure(b, emu, func() *http.Request { return c.request(b, emu) })
		})
	}
}

func jobCall(id string) call {
	c := flinkCall("GetJob", "GET", "/api/v2/namespaces/n/jobs/"+id, "", "")
	c.header.Set("Workspace", "w")
	return c
}

// BenchmarkDecide fails one change among many resources.
func BenchmarkDecide(b *testing.B) {
	emu := startFull(b, 25_000) // of each service
	i := 0
	for b.Loop() {
		b.StopTimer()
		answer(b, emu, finspaceCall("DELETE", fmt.Sprintf("/kx/environments/kxenv/clusters/cluster-%d", i), "", "").request(b, emu))
		changes := emu.ChangesUnderWay()
		i++
		b.StartTimer()
		require.NoError(b, emu.FailChange(changes[len(changes)-1].ID, "no capacity"))
	}
}

// BenchmarkPage draws the page, and lists resources for it, with many of them.
func BenchmarkPage(b *testing.B) {
	emu := startFull(b, 100_000)
	for name, path := range map[string]string{
		"page": "/_emulator/", "selected": "/_emulator/?filter=cluster-777", "state": "/_emulator/state?limit=200",
	} {
		b.Run(name, func(b *testing.B) {
			measure(b, emu, func() *http.Request {
				req := httptest.NewRequest("GET", path, http.NoBody)
				req.Host = strings.TrimPrefix(emu.URL(), "http://")
				return req
			})
		})
	}
}

// TestListAllocations checks that a page does not cost more allocations if there are more resources. It runs alone,
// because it counts the allocations of the process.
func TestListAllocations(t *testing.T) {
	if testing.Short() {
		t.Skip("it counts what ten thousand resources take")
	}
	count := func(n int) map[string]float64 {
		emu, counts := startFull(t, n), map[string]float64{}
		for name, c := range pages(1000) { // the same pages of both lists
			var requests []*http.Request
			for range 12 {
				requests = append(requests, c.request(t, emu))
			}
			counts[name] = testing.AllocsPerRun(10, func() {
				answer(t, emu, requests[0])
				requests = requests[1:]
			})
		}
		return counts
	}
	few, many := count(1000), count(10_000)
	for name := range few {
		assert.InDelta(t, few[name], many[name], few[name]/4, name)
	}
}
