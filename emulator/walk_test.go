package emulator_test

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// keptAtLeast is how many operations keep what they are told, or read what is kept.
const keptAtLeast = 533

// tierRecorder notes the tier of the last response.
type tierRecorder struct {
	http.RoundTripper
	tier front.Tier
}

func (r *tierRecorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.RoundTripper.RoundTrip(req)
	if err == nil {
		r.tier = front.Tier(resp.Header.Get(front.TierHeader))
	}
	return resp, err
}

// TestEveryOperation calls every operation of the four services with a request that has no more than it needs. None is
// unknown, and every response is one that the clients accept.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithStaleReads(0))
	recorder := &tierRecorder{RoundTripper: emu.Config().HTTPClient.Transport}
	cfg := withoutRetries(emu)
	cfg.RequestRate, cfg.HTTPClient = -1, &http.Client{Transport: recorder}
	c := clientsOf(t, cfg)
	all, kept, modeled := 0, 0, 0
	for service, client := range map[string]any{"finspace": c.finspace, "proton": c.proton, "flink": c.flink, "dlc": c.dlc} {
		methods := methodsOf(client)
		modeled += countOperations(t, service)
		count := map[front.Tier]int{}
		api := emu.API(service)
		for _, name := range slices.Sorted(maps.Keys(api)) {
			op := api[name]
			method, ok := methods[strings.ToLower(name)]
			require.True(t, ok, "%s %s has no method", service, name)
			recorder.tier = ""
			err := invoke(t, method, validRequest(t, op.Request))
			if recorder.tier == front.Example {
				assert.NoError(t, err, "%s %s", service, name)
			}
			assert.NotEmpty(t, recorder.tier, "%s %s: %v", service, name, err)
			assert.False(t, isBroken(err), "%s %s: %v", service, name, err)
			count[recorder.tier]++
		}
		t.Logf("operations: %-8s %3d stateful, %3d example", service, count[front.Stateful], count[front.Example])
		kept += count[front.Stateful]
		all += count[front.Stateful] + count[front.Example]
	}
	t.Logf("operations: %d in all, %d of them stateful", all, kept)
	assert.Equal(t, modeled, all, "operations of the models")
	assert.GreaterOrEqual(t, kept, keptAtLeast)
}

// countOperations returns how many operations the model of a service has.
func countOperations(t *testing.T, service string) int {
	t.Helper()
	n := 0
	for _, shape := range readModel(t, service) {
		if shape.Type == "operation" {
			n++
		}
	}
	return n
}

// isBroken reports whether an error is none that a service has for a request like this.
func isBroken(err error) bool {
	failed, ok := err.(*cloud.Error)
	if err == nil || ok && failed.Code != "" && !strings.HasPrefix(string(failed.Code), "Internal") &&
		!strings.HasPrefix(string(failed.Code), "InvalidAction") && failed.Code != "UnknownOperationException" {
		return false
	}
	return true
}

// methodsOf returns the methods of a client by the names of operations, in lower case: Go spells initialisms in its own way.
func methodsOf(client any) map[string]reflect.Value {
	methods := map[string]reflect.Value{}
	for m, v := range reflect.ValueOf(client).Methods() {
		methods[strings.ToLower(m.Name)] = v
	}
	return methods
}

// invoke calls an operation, and reads all of its response.
func invoke(t *testing.T, method, request reflect.Value) error {
	t.Helper()
	out := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), request})
	if len(out) == 2 {
		err, _ := reflect.TypeAssert[error](out[1])
		return err
	}
	events := 0
	for event, failed := range out[0].Seq2() { // a stream
		if err, _ := reflect.TypeAssert[error](failed); err != nil {
			return err
		}
		assert.False(t, event.IsNil())
		events++
	}
	assert.NotZero(t, events)
	return nil
}
