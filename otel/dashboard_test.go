package otel_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// reportAll makes a process report every metric and every attribute.
func reportAll(t *testing.T) *process {
	t.Helper()
	p := newProcess()
	synctest.Test(t, func(t *testing.T) {
		emu := start(t)
		c := p.finspace(t, emu)
		emu.Inject(emulator.Fault{Kind: emulator.Throttle})
		emu.Inject(emulator.Fault{Operation: "GetKxCluster", Skip: 4, Kind: emulator.Refuse, Code: "ConflictException", Status: 409})
		w, err := c.BeginUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate)
		require.NoError(t, err)
		_, _ = w.Wait(t.Context())

		emu.Inject(emulator.Fault{Operation: "UpdateKxClusterCodeConfiguration", Kind: emulator.Reset, Times: -1})
		ch, err := c.PrepareUpdateKxClusterCodeConfiguration(t.Context(), codeUpdate)
		require.NoError(t, err)
		emu.Inject(emulator.Fault{Operation: "GetKxCluster", Kind: emulator.Unavailable, Times: -1})
		require.Error(t, ch.Start(t.Context()))

		cfg := emu.Config()
		cfg.Observer, cfg.RequestRate = p.observer(), 1
		emu.Inject(emulator.Fault{Service: "proton", Kind: emulator.ServerError, Delay: time.Millisecond})
		require.NoError(t, callOf(t, "proton", cfg))
		emu.Inject(emulator.Fault{Service: "flink", Kind: emulator.Refuse, Code: "Throttling", Status: 400, Times: -1})
		require.Error(t, callOf(t, "flink", cfg))
	})
	return p
}

// prometheusNames are the names of a metric and its attributes as OpenTelemetry exports them to Prometheus.
func prometheusNames(m metricdata.Metrics) (series, labels []string) {
	name := underscores(m.Name)
	addLabels := func(set attribute.Set) {
		for _, a := range set.ToSlice() {
			labels = append(labels, underscores(string(a.Key)))
		}
	}
	switch data := m.Data.(type) {
	case metricdata.Histogram[float64]:
		for _, suffix := range []string{"_bucket", "_sum", "_count"} {
			series = append(series, name+"_seconds"+suffix)
		}
		for _, d := range data.DataPoints {
			addLabels(d.Attributes)
		}
		labels = append(labels, "le")
	case metricdata.Sum[int64]:
		if data.IsMonotonic {
			name += "_total"
		}
		series = []string{name}
		for _, d := range data.DataPoints {
			addLabels(d.Attributes)
		}
	}
	return series, labels
}

func underscores(s string) string { return strings.ReplaceAll(s, ".", "_") }

var (
	query  = regexp.MustCompile(`"(?:expr|query|definition)": "((?:[^"\\]|\\.)*(?:rpc|polycloud)_(?:[^"\\]|\\.)*)"`)
	named  = regexp.MustCompile(`\b(?:rpc|polycloud)_(?:client|call|change)_[a-z_]+\b`)
	labels = regexp.MustCompile(`\bby \(([a-z_, ]+)\)|([a-z_]+)(?:=|!=|=~)\\"|label_values\([a-z_]+, ([a-z_]+)\)`)
)

func TestDashboardShowsWhatIsReported(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("dashboard.json")
	require.NoError(t, err)
	var dashboard struct {
		Panels []struct {
			ID      int
			Type    string
			Targets []struct{ Expr string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &dashboard))
	ids := map[int]bool{}
	for _, p := range dashboard.Panels {
		assert.False(t, ids[p.ID], "two panels have the ID %d", p.ID)
		ids[p.ID] = true
		assert.Equal(t, p.Type == "row", len(p.Targets) == 0)
	}

	series, known := map[string]bool{}, map[string]bool{}
	for _, m := range reportAll(t).metrics(t) {
		names, attributes := prometheusNames(m)
		for _, n := range names {
			series[n] = true
		}
		for _, l := range attributes {
			known[l] = true
		}
	}
	shown := map[string]bool{}
	for _, q := range query.FindAllStringSubmatch(string(text), -1) {
		for _, l := range labels.FindAllStringSubmatch(q[1], -1) {
			for label := range strings.SplitSeq(l[1]+l[2]+l[3], ", ") {
				assert.True(t, known[label], "no metric has the label %s in %s", label, q[1])
			}
		}
		for _, name := range named.FindAllString(labels.ReplaceAllStringFunc(q[1], onlyMetric), -1) {
			assert.True(t, series[name], "%s is not reported", name)
			shown[regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")] = true
		}
	}
	for name := range series {
		assert.True(t, shown[regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")], "%s is not shown", name)
	}
}

// onlyMetric keeps the metric of label_values, and nothing of other labels.
func onlyMetric(s string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(s, "label_values("), ",")
	if strings.HasPrefix(s, "label_values(") {
		return name
	}
	return ""
}
