package emulator_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// fakeT is a test that ends when done is called.
type fakeT struct {
	failures []string
	cleanups []func()
}

func (t *fakeT) Helper() {}

func (t *fakeT) Errorf(format string, args ...any) {
	t.failures = append(t.failures, fmt.Sprintf(format, args...))
}

func (t *fakeT) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

func (t *fakeT) done() string {
	for _, f := range t.cleanups {
		f()
	}
	return strings.Join(t.failures, "\n")
}

// read reads the cluster, and the engine n times.
func read(t *testing.T, emu *emulator.Emulator, n int) {
	t.Helper()
	kx, err := finspace.New(emu.Config())
	require.NoError(t, err)
	_, err = kx.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
	require.NoError(t, err)
	engines, err := dlc.New(emu.Config())
	require.NoError(t, err)
	for range n {
		_, err = engines.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: engineName})
		require.NoError(t, err)
	}
}

func named(name string) func(emulator.Request) bool {
	return emulator.Input(func(r dlc.DescribeDataEngineRequest) bool { return r.DataEngineName == name })
}

func TestExpectations(t *testing.T) {
	t.Parallel()
	none := func(emulator.Request) bool { return false }
	tests := []struct {
		name   string
		expect func(emu *emulator.Emulator)
		says   []string // nothing if the expectation is met
	}{
		{"at least one", func(emu *emulator.Emulator) { emu.Expect("DescribeDataEngine") }, nil},
		{"as many as expected", func(emu *emulator.Emulator) { emu.Expect("DescribeDataEngine").Times(3) }, nil},
		{"more than the least", func(emu *emulator.Emulator) { emu.Expect("DescribeDataEngine").AtLeast(2) }, nil},
		{"any number", func(emu *emulator.Emulator) { emu.Expect("StopJob").AtLeast(0) }, nil},
		{"none", func(emu *emulator.Emulator) { emu.Expect("StopJob").Times(0) }, nil},
		{"of a service", func(emu *emulator.Emulator) { emu.Expect("GetKxCluster").Service("finspace").Times(1) }, nil},
		{"of the other service", func(emu *emulator.Emulator) { emu.Expect("GetEnvironment").Service("proton").Times(0) }, nil},
		{"with what was sent", func(emu *emulator.Emulator) {
			emu.Expect("DescribeDataEngine").With(named(engineName)).With(emulator.Accepted).Times(3)
		}, nil},
		{"with a member of the path", func(emu *emulator.Emulator) {
			emu.Expect("GetKxCluster").With(emulator.Input(func(r finspace.GetKxClusterRequest) bool {
				return r.EnvironmentID == environment && r.ClusterName == cluster
			}))
		}, nil},
		{"missing", func(emu *emulator.Emulator) { emu.Expect("StopJob").Service("flink") }, []string{
			"expected at least 1 request for flink StopJob, got 0. Instead arrived finspace GetKxCluster once, dlc DescribeDataEngine 3 times",
		}},
		{"too few", func(emu *emulator.Emulator) { emu.Expect("GetKxCluster").AtLeast(2) }, []string{
			"expected at least 2 requests for GetKxCluster, got 1: 00:00:00.000Z status 200. Instead arrived dlc DescribeDataEngine 3 times",
		}},
		{"too many", func(emu *emulator.Emulator) { emu.Expect("DescribeDataEngine").Times(1) }, []string{
			"expected exactly 1 request for DescribeDataEngine, got 3: 00:00:00.000Z status 200; 00:00:00.000Z status 200; 00:00:00.050Z status 200",
		}},
		{"unwanted", func(emu *emulator.Emulator) { emu.Expect("GetKxCluster").Times(0) }, []string{
			"expected no requests for GetKxCluster, got 1",
		}},
		{"no match", func(emu *emulator.Emulator) { emu.Expect("DescribeDataEngine").With(named("other")) }, []string{
			"expected at least 1 request for DescribeDataEngine that match, got 0 and 3 that did not match: 00:00:00.000Z status 200",
		}},
		{"one of two does not match", func(emu *emulator.Emulator) {
			emu.Expect("DescribeDataEngine").With(named(engineName)).With(none)
		}, []string{"got 0 and 3 that did not match"}},
		{"a matcher of another operation", func(emu *emulator.Emulator) {
			emu.Expect("GetKxCluster").With(named(engineName))
		}, []string{"got 0 and 1 that did not match"}},
		{"two at once", func(emu *emulator.Emulator) {
			emu.Expect("StopJob").Times(2)
			emu.Expect("GetJob")
		}, []string{"exactly 2 requests for StopJob", "at least 1 request for GetJob"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				tt.expect(emu)
				read(t, emu, 3)
				err := emu.Verify()
				if tt.says == nil {
					assert.NoError(t, err)
				}
				for _, part := range tt.says {
					assert.ErrorContains(t, err, part)
				}
			})
		})
	}
}

func TestExpectationsCountFromThenOn(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		read(t, emu, 1)
		emu.Expect("DescribeDataEngine")
		assert.ErrorContains(t, emu.Verify(), "got 0")
		read(t, emu, 1)
		assert.NoError(t, emu.Verify())
	})
}

func TestExpectationsCountBeyondTheRequestsThatAreKept(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		emu.Expect("DescribeDataEngine").Times(1002)
		read(t, emu, 1001)
		assert.ErrorContains(t, emu.Verify(), "got 1001: ")
		assert.ErrorContains(t, emu.Verify(), "; 996 more")
		read(t, emu, 1)
		assert.NoError(t, emu.Verify())
	})
}

func TestExpectationsCountRefusedRequestsAndRetries(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		emu.Inject(emulator.Fault{Operation: "GetJob", Kind: emulator.Unavailable})
		emu.Expect("GetJob").Times(1)
		c, err := flink.New(emu.Config())
		require.NoError(t, err)
		_, err = c.GetJob(t.Context(), flink.GetJobRequest{Workspace: workspace, Namespace: namespace, JobID: job})
		require.NoError(t, err)
		err = emu.Verify()
		assert.ErrorContains(t, err, "got 2: ")
		assert.ErrorContains(t, err, "status 503 ServiceUnavailable (fault unavailable)")
		for _, r := range emu.Requests() {
			assert.Equal(t, r.Status == 200, emulator.Accepted(r))
			assert.IsType(t, flink.GetJobRequest{}, r.Input, "also if a fault kept it from being executed")
		}
	})
}

func TestLongInputsAreNotKept(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		long := strings.Repeat("x", 17<<10)
		emu.Expect("DescribeDataEngine").With(named(long))
		c, err := dlc.New(emu.Config())
		require.NoError(t, err)
		_, err = c.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: long})
		require.Error(t, err)
		assert.NoError(t, emu.Verify())
		assert.Nil(t, emu.Requests()[0].Input)
	})
}

func TestExpectWhatCannotArrive(t *testing.T) {
	t.Parallel()
	emu := start(t)
	assert.PanicsWithValue(t, `emulator: operation: must be one of a service, given "StopJobs"`, func() { emu.Expect("StopJobs") })
	assert.PanicsWithValue(t, `emulator: service: must be one that has StopJob, given "dlc"`, func() { emu.Expect("StopJob").Service("dlc") })
}

func TestVerifyAtCleanup(t *testing.T) {
	t.Parallel()
	emu := start(t)
	emu.Expect("GetJob")
	var test fakeT
	emu.VerifyAtCleanup(&test)
	assert.Empty(t, test.failures)
	assert.Contains(t, test.done(), "expected at least 1 request for GetJob, got 0. No other requests arrived")
}

func TestWithTest(t *testing.T) {
	t.Parallel()
	latency := emulator.Fault{Kind: emulator.Latency}
	tests := []struct {
		name    string
		prepare func(emu *emulator.Emulator)
		says    string // nothing if the test passes
	}{
		{"nothing", func(*emulator.Emulator) {}, ""},
		{"an expectation", func(emu *emulator.Emulator) { emu.Expect("GetJob") }, "expected at least 1 request for GetJob, got 0"},
		{"an ending", func(emu *emulator.Emulator) { emu.Script(emulator.Ending{Operation: "StopJob", Service: "flink"}) },
			"an ending was scripted for flink StopJob, and no such change began"},
		{"a fault for another operation", func(emu *emulator.Emulator) {
			emu.Inject(emulator.Fault{Operation: "GetJob", Kind: emulator.Throttle})
		}, "a fault throttle was injected for GetJob, and it applied to no request"},
		{"a fault that was used up", func(emu *emulator.Emulator) { emu.Inject(latency) }, ""},
		{"a fault for all", func(emu *emulator.Emulator) { emu.Inject(emulator.Fault{Kind: emulator.Latency, Times: -1}) }, ""},
		{"a fault for all of none", func(emu *emulator.Emulator) {
			emu.Inject(emulator.Fault{Service: "proton", Kind: emulator.Latency, Times: -1})
		}, "a fault latency was injected for proton, and it applied to no request"},
		{"a fault for more", func(emu *emulator.Emulator) { emu.Inject(emulator.Fault{Kind: emulator.Latency, Times: 3}) },
			"a fault latency was injected for any operation, and it applied to 2 of 3 requests"},
		{"a skipped fault", func(emu *emulator.Emulator) { emu.Inject(emulator.Fault{Kind: emulator.Latency, Skip: 2}) },
			"applied to no request"},
		{"a removed fault", func(emu *emulator.Emulator) {
			emu.Inject(emulator.Fault{Operation: "GetJob", Kind: emulator.Throttle})()
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var test fakeT
				emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(&test))
				require.NoError(t, err)
				seed(emu)
				tt.prepare(emu)
				read(t, emu, 1)
				failures := test.done()
				if tt.says == "" {
					assert.Empty(t, failures)
				}
				assert.Contains(t, failures, tt.says)
				c, err := finspace.New(emu.Config())
				require.NoError(t, err)
				_, err = c.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
				assert.Error(t, err, "it is closed")
			})
		})
	}
}

func TestWithTestInATest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // which ends only when all goroutines of the emulator have
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t))
		require.NoError(t, err)
		seed(emu)
		emu.Expect("GetKxCluster").Times(1)
		read(t, emu, 0)
	})
}

func TestInputsArePrintedWithoutSecrets(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c, err := proton.New(emu.Config())
		require.NoError(t, err)
		_, err = c.UpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
			ServiceName: serviceName, Name: instance, DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
			Spec: "proton: ServiceSpec\npassword: hunter2\n",
		})
		require.NoError(t, err)
		r := emu.Requests()[0]
		assert.Contains(t, r.Input.(proton.UpdateServiceInstanceRequest).Spec, "hunter2")
		body, err := json.Marshal(r)
		require.NoError(t, err)
		printed := string(body) + fmt.Sprintf("%v %+v", r, r)
		assert.Contains(t, printed, serviceName)
		assert.NotContains(t, printed, "hunter2")
	})
}
