package flows_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// The changes that the international site has, and the actions that it has to follow them.
var (
	internationalChanges = []string{
		"CancelSparkSessionBatchSQL", "CancelTask", "CopyDLCTable", "CreateDataEngine", "CreateResultDownload", "CreateSparkAppTask",
		"CreateSparkSessionBatchSQL", "CreateTask", "CreateTasks", "DeleteDataEngine", "RestartDataEngine", "RollbackDataEngineImage",
		"SuspendResumeDataEngine", "SwitchDataEngineImage", "UpdateDataEngine", "UpgradeDataEngineImage",
	}
	internationalReads = []string{
		"CheckDataEngineImageCanBeRollback", "CheckDataEngineImageCanBeUpgrade", "DescribeDataEngine", "DescribeDataEnginesScaleDetail",
		"DescribeResultDownload", "DescribeSparkAppJob", "DescribeSparkAppTasks", "DescribeSparkSessionBatchSqlLog", "DescribeTaskResult",
		"DescribeTasks", "DescribeUpdatableDataEngines",
	}
)

// internationalSite refuses the actions that only the mainland site has.
type internationalSite struct{ site http.RoundTripper }

func (s internationalSite) RoundTrip(r *http.Request) (*http.Response, error) {
	action := r.Header.Get("X-Tc-Action")
	if slices.Contains(internationalChanges, action) || slices.Contains(internationalReads, action) {
		return s.site.RoundTrip(r)
	}
	body := `{"Response":{"Error":{"Code":"InvalidAction","Message":"The action does not exist."},"RequestId":"r-1"}}`
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

func internationalClients(t *testing.T, emu *emulator.Emulator, opts ...dlc.Option) clients {
	cfg := emu.Config()
	cfg.HTTPClient = &http.Client{Transport: internationalSite{cfg.HTTPClient.Transport}}
	c, err := dlc.New(cfg, append([]dlc.Option{dlc.WithSite(dlc.International)}, opts...)...)
	require.NoError(t, err)
	return clients{dlc: c}
}

// TestInternationalSite takes all changes of the international site to their end, with the actions that it has, and to
// each of their failures.
func TestInternationalSite(t *testing.T) {
	t.Parallel()
	ran := map[string]bool{}
	for _, f := range flows {
		if f.service != "dlc" || !slices.Contains(internationalChanges, f.start) {
			continue
		}
		ran[f.start] = true
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, f, func(emu *emulator.Emulator) {
					w, err := f.begin(t.Context(), internationalClients(t, emu))
					require.NoError(t, err)
					time.Sleep(time.Minute)
					w, err = f.resume(internationalClients(t, emu), w.Token())
					require.NoError(t, err)
					value, err := w.WaitAny(t.Context())
					require.NoError(t, err)
					assert.Equal(t, 1, count(emu, f.start))
					if f.start != "CreateSparkSessionBatchSQL" {
						f.live(t, value)
					}
				})
				for _, end := range f.ends {
					run(t, f, func(emu *emulator.Emulator) {
						outcome := end.outcome
						outcome.Service, outcome.Operation = f.service, f.start
						emu.Script(outcome)
						w, err := f.begin(t.Context(), internationalClients(t, emu))
						require.NoError(t, err, end.name)
						_, err = w.WaitAny(t.Context())
						var wait *cloud.WaitError
						require.ErrorAs(t, err, &wait, end.name)
						assert.Equal(t, end.want, wait.Outcome, end.name)
						if f.start != "CreateSparkSessionBatchSQL" || end.want != cloud.Canceled { // a log has no event
							assert.Equal(t, end.reason, wait.Reason, end.name)
						}
					})
				}
			})
		})
	}
	assert.Len(t, ran, len(internationalChanges))
}

// TestEngineNames is about the name of an engine that a change names by its ID.
func TestEngineNames(t *testing.T) {
	t.Parallel()
	const lists = "DescribeDataEnginesScaleDetail"
	tests := map[string]struct {
		engine dlc.DataEngineInfo
		fault  string // the list that is refused
		opts   []dlc.Option
		want   cloud.Kind
		says   string
	}{
		"from the sizes":                   {engine: dlc.DataEngineInfo{EngineTypeDetail: "SparkBatch"}},
		"from the updatable engines":       {fault: lists},
		"from neither, as far as is shown": {engine: dlc.DataEngineInfo{EngineTypeDetail: "SparkBatch"}, fault: lists, want: cloud.ErrDenied},
		"given": {
			engine: dlc.DataEngineInfo{EngineTypeDetail: "SparkBatch"}, fault: lists, opts: []dlc.Option{dlc.WithDataEngineName("DataEngine-1", "etl")},
		},
		"given for another": {opts: []dlc.Option{dlc.WithDataEngineName("DataEngine-2", "other")}},
		"given wrongly": {
			opts: []dlc.Option{dlc.WithDataEngineName("DataEngine-1", "other")}, want: cloud.ErrConflict,
			says: "the engine other has the ID DataEngine-2 instead of DataEngine-1",
		},
		"given for no engine": {opts: []dlc.Option{dlc.WithDataEngineName("DataEngine-1", "none")}, want: cloud.ErrNotFound},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, flow{seed: seedEngine}, func(emu *emulator.Emulator) {
					tt.engine.DataEngineID, tt.engine.DataEngineName = "DataEngine-1", "etl"
					emu.DLC.AddDataEngine(tt.engine)
					emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-2", DataEngineName: "other"})
					if tt.fault != "" {
						emu.Inject(emulator.Fault{Operation: tt.fault, Kind: emulator.Refuse, Times: 5})
					}
					w, err := internationalClients(t, emu, tt.opts...).dlc.BeginRestartDataEngine(t.Context(), dlc.RestartDataEngineRequest{DataEngineID: "DataEngine-1"})
					if tt.want != "" {
						require.ErrorIs(t, err, tt.want)
						assert.ErrorContains(t, err, tt.says)
						assert.Zero(t, count(emu, "RestartDataEngine"))
						return
					}
					require.NoError(t, err)
					out, err := w.Wait(t.Context())
					require.NoError(t, err)
					assert.Equal(t, "etl", out.DataEngine.DataEngineName)
				})
			})
		})
	}
}

// TestEngineThatNoListHas checks that a list without an engine is not taken for the service's word that there is none.
func TestEngineThatNoListHas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seedEngine}, func(emu *emulator.Emulator) {
			_, err := internationalClients(t, emu).dlc.BeginRestartDataEngine(t.Context(), dlc.RestartDataEngineRequest{DataEngineID: "DataEngine-9"})
			require.ErrorIs(t, err, cloud.ErrUnsupported)
			assert.ErrorContains(t, err, "dlc RestartDataEngine")
			assert.ErrorContains(t, err, "give its name with WithDataEngineName")
		})
	})
}
