package emulator_test

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// startEmpty starts an emulator in process without resources, and closes it at the end of the test.
func startEmpty(t *testing.T, opts ...emulator.Option) *emulator.Emulator {
	t.Helper()
	emu, err := emulator.Start(append(opts, emulator.InProcess())...)
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	return emu
}

// saved returns what reads show.
func saved(t *testing.T, emu *emulator.Emulator) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, emu.Save(&b))
	return b.String()
}

func finspaceClient(t *testing.T, emu *emulator.Emulator) *finspace.Client {
	t.Helper()
	c, err := finspace.New(emu.Config())
	require.NoError(t, err)
	return c
}

func deleteCluster(t *testing.T, emu *emulator.Emulator) {
	t.Helper()
	_, err := finspaceClient(t, emu).DeleteKxCluster(t.Context(), finspace.DeleteKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
	require.NoError(t, err)
}

func clusterStatus(t *testing.T, emu *emulator.Emulator) finspace.KxClusterStatus {
	t.Helper()
	c, err := finspaceClient(t, emu).GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
	require.NoError(t, err)
	return c.Status
}

func TestDecideChange(t *testing.T) {
	t.Parallel()
	decisions := []struct {
		name   string
		decide func(emu *emulator.Emulator, id int) error
		status finspace.KxClusterStatus
		reason string
	}{
		{"fail", func(emu *emulator.Emulator, id int) error { return emu.FailChange(id, "no capacity") }, "DELETE_FAILED", "no capacity"},
		{"cancel", (*emulator.Emulator).CancelChange, "DELETE_FAILED", "The endpoint cannot be taken down."},
		{"finish", (*emulator.Emulator).FinishChange, "", ""},
	}
	for _, tt := range decisions {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu := startEmpty(t)
				emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
				emu.Script(emulator.Ending{Operation: "DeleteKxCluster", Fail: true, Reason: "scripted"})
				require.ErrorContains(t, tt.decide(emu, 1), "no change has ID 1")
				deleteCluster(t, emu)
				began := time.Now().UTC()
				assert.Equal(t, []emulator.ChangeUnderWay{{
					ID: 1, Service: "finspace", Operation: "DeleteKxCluster", Resource: "kxenv/hdb",
					Started: began, Ends: began.Add(emulator.DefaultChangeTime),
				}}, emu.ChangesUnderWay())

				time.Sleep(time.Second)
				require.NoError(t, tt.decide(emu, 1))
				assert.Empty(t, emu.ChangesUnderWay())
				ended := began.Add(time.Second).Format(time.RFC3339)
				require.ErrorContains(t, tt.decide(emu, 1), "change 1 (DeleteKxCluster of kxenv/hdb) ended at "+ended)
				c, err := finspaceClient(t, emu).GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
				if tt.status == "" {
					require.ErrorContains(t, err, "does not exist")
					return
				}
				require.NoError(t, err)
				assert.Equal(t, tt.status, c.Status)
				assert.Equal(t, tt.reason, c.StatusReason)
			})
		})
	}
}

// TestDecideReplacedChange checks that a change that another one has replaced is not under way.
func TestDecideReplacedChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := startEmpty(t)
		c, err := dlc.New(emu.Config())
		require.NoError(t, err)
		task, err := c.CreateTask(t.Context(), dlc.CreateTaskRequest{
			Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}, DatabaseName: new("db"),
		})
		require.NoError(t, err)
		_, err = c.CancelTask(t.Context(), dlc.CancelTaskRequest{TaskID: task.TaskID})
		require.NoError(t, err)
		changes := emu.ChangesUnderWay()
		require.Len(t, changes, 1)
		assert.Equal(t, "CancelTask", changes[0].Operation)
		assert.Equal(t, task.TaskID, changes[0].Resource)
		require.ErrorContains(t, emu.FinishChange(1), "change 1 (CreateTask of "+task.TaskID+") was replaced by another change")
		require.NoError(t, emu.FinishChange(2))
	})
}

func TestSnapshotAndRestore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := startEmpty(t, emulator.WithChangeTime(time.Minute))
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
		emu.Advance(24 * time.Hour)
		emu.Script(emulator.Ending{Operation: "DeleteKxCluster", Fail: true})
		deleteCluster(t, emu)
		time.Sleep(30 * time.Second)
		require.Equal(t, finspace.KxClusterStatusDeleting, clusterStatus(t, emu))
		before, changes := saved(t, emu), emu.ChangesUnderWay()
		snapshot, err := emu.Snapshot()
		require.NoError(t, err)

		emu.Advance(time.Hour)
		require.Equal(t, finspace.KxClusterStatusDeleteFailed, clusterStatus(t, emu))
		require.NoError(t, emu.Restore(snapshot))
		assert.Equal(t, before, saved(t, emu))
		assert.Equal(t, changes, emu.ChangesUnderWay(), "the clock goes on from the snapshot")
		time.Sleep(30 * time.Second)
		assert.Equal(t, finspace.KxClusterStatusDeleteFailed, clusterStatus(t, emu))

		other := startEmpty(t)
		require.NoError(t, other.Restore(snapshot))
		assert.Equal(t, before, saved(t, other))
		assert.Equal(t, changes, other.ChangesUnderWay())
		require.NoError(t, other.FailChange(1, "why"))
	})
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	emu := startEmpty(t)
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{})
	before := saved(t, emu)
	elsewhere, err := startEmpty(t, emulator.WithRegion("eu-west-1")).Snapshot()
	require.NoError(t, err)
	good, err := emu.Snapshot()
	require.NoError(t, err)
	replaced := func(from, to string) []byte { return bytes.ReplaceAll(good, []byte(from), []byte(to)) }
	tests := []struct {
		name     string
		snapshot []byte
		want     string
	}{
		{"not JSON", good[:10], "the snapshot is not valid JSON"},
		{"not a snapshot", []byte("{}"), `the snapshot has format ""`},
		{"a later version", replaced(`"version":1`, `"version":2`), "the snapshot has version 2 of its format; only version 1 can be read"},
		{"another region", elsewhere, "the journal is of region eu-west-1, but the emulator is in us-east-1"},
		{"an unknown kind", replaced(`"KxCluster"`, `"KxCloud"`), `finspace has no kind of resource named "KxCloud"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.ErrorContains(t, emu.Restore(tt.snapshot), tt.want)
			assert.Equal(t, before, saved(t, emu))
		})
	}
}

func TestFork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := startEmpty(t, emulator.WithChangeTime(time.Minute))
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
		emu.Advance(time.Hour)
		deleteCluster(t, emu)
		fork, err := emu.Fork()
		require.NoError(t, err)
		defer fork.Close()
		assert.Equal(t, saved(t, emu), saved(t, fork))
		assert.Equal(t, emu.ChangesUnderWay(), fork.ChangesUnderWay())

		require.NoError(t, fork.FailChange(1, "only in the fork"))
		assert.Equal(t, finspace.KxClusterStatusDeleteFailed, clusterStatus(t, fork))
		time.Sleep(emulator.DefaultStaleReads)
		assert.Equal(t, finspace.KxClusterStatusDeleting, clusterStatus(t, emu))
	})
}

func TestReset(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := startEmpty(t)
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
		emu.Script(emulator.Ending{Operation: "DeleteKxCluster", Fail: true})
		emu.Inject(emulator.Fault{Kind: emulator.Throttle, Skip: 1})
		deleteCluster(t, emu)
		emu.Reset()
		assert.Equal(t, "{}\n", saved(t, emu))
		assert.Empty(t, emu.ChangesUnderWay())
		assert.Empty(t, emu.Requests())

		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
		deleteCluster(t, emu)
		assert.Equal(t, time.Now().UTC(), emu.ChangesUnderWay()[0].Started)
	})
}

func TestSeedIDs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run := func(seed uint64) (string, []emulator.Request) {
			emu := startEmpty(t, emulator.WithSeedIDs(seed))
			emu.DLC.AddTask(dlc.TaskResponseInfo{})
			emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
			emu.FinSpace.AddKxClusterNode("kxenv", "hdb", finspace.KxNode{})
			clusterStatus(t, emu)
			return saved(t, emu), emu.Requests()
		}
		first, firstRequests := run(1)
		again, againRequests := run(1)
		other, otherRequests := run(2)
		assert.Equal(t, first, again)
		assert.Equal(t, firstRequests, againRequests)
		assert.NotEqual(t, first, other)
		assert.NotEqual(t, firstRequests, otherRequests)
	})
}
