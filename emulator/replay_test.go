package emulator_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// replayOf replays what f exchanges with an emulator.
func replayOf(t *testing.T, f func(emu *emulator.Emulator, c clients), opts ...emulator.ReplayOption) (*emulator.Replayer, clients) {
	t.Helper()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	f(emu, clientsOf(t, rec.Config()))
	p := replay(t, dir, opts...)
	cfg := p.Config()
	cfg.Retry.MaxAttempts = 1
	return p, clientsOf(t, cfg)
}

func getCluster(t *testing.T, c clients, name string) (*finspace.GetKxClusterResponse, error) {
	t.Helper()
	return c.finspace.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: name})
}

func TestReplayInOrder(t *testing.T) {
	t.Parallel()
	for _, repeat := range []bool{false, true} {
		var opts []emulator.ReplayOption
		if repeat {
			opts = append(opts, emulator.RepeatLast())
		}
		p, c := replayOf(t, func(emu *emulator.Emulator, c clients) {
			for _, status := range []finspace.KxClusterStatus{finspace.KxClusterStatusPending, finspace.KxClusterStatusRunning} {
				emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{ClusterName: cluster, Status: status})
				_, err := getCluster(t, c, cluster)
				require.NoError(t, err)
			}
		}, opts...)
		for _, status := range []finspace.KxClusterStatus{finspace.KxClusterStatusPending, finspace.KxClusterStatusRunning} {
			found, err := getCluster(t, c, cluster)
			require.NoError(t, err)
			assert.Equal(t, status, found.Status)
		}
		found, err := getCluster(t, c, cluster)
		if repeat {
			require.NoError(t, err)
			assert.Equal(t, finspace.KxClusterStatusRunning, found.Status)
			assert.NoError(t, p.Verify())
			continue
		}
		require.ErrorContains(t, err, "was recorded 2 times and has been answered as often; the last is 000002-finspace-GetKxCluster.json")
		assert.Equal(t, []emulator.UnexpectedRequest{
			{Service: "finspace", Operation: "GetKxCluster", Nearest: "000002-finspace-GetKxCluster.json"},
		}, p.Unexpected())
		require.Error(t, p.Verify())
	}
}

func TestReplayUnexpected(t *testing.T) {
	t.Parallel()
	p, c := replayOf(t, func(emu *emulator.Emulator, c clients) {
		emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{ClusterName: "rdb"})
		for _, name := range []string{cluster, "rdb"} {
			_, err := getCluster(t, c, name)
			require.NoError(t, err)
		}
		tour(t.Context(), t, c)
	})
	ctx := t.Context()
	tests := []struct {
		name string
		call func() error
		want string
	}{
		{"finspace", func() error { _, err := getCluster(t, c, "rdb2"); return err }, `clusterName: recorded "hdb-prod", given "rdb2"`},
		{"proton", func() error {
			_, err := c.proton.GetServiceInstance(ctx, proton.GetServiceInstanceRequest{ServiceName: "other", Name: instance})
			return err
		}, `serviceName: recorded "storefront", given "other"`},
		{"flink", func() error {
			_, err := c.flink.GetJob(ctx, flink.GetJobRequest{Workspace: "other", JobID: job})
			return err
		}, `workspace: recorded "a14bd5d90a1234", given "other"`},
		{"dlc", func() error {
			_, err := c.dlc.DescribeDataEngines(ctx, dlc.DescribeDataEnginesRequest{
				Limit: 11, Filters: []dlc.Filter{{Name: "data-engine-id", Values: []string{"x"}}},
			})
			return err
		}, `Filters: recorded none, given [{"Name":"data-engine-id","Values":["x"]}]; Limit: recorded 10, given 11`},
		{"unknown", func() error {
			_, err := c.finspace.ListKxEnvironments(ctx, finspace.ListKxEnvironmentsRequest{})
			return err
		}, "is not in the recording, nor another of this operation"},
	}
	for _, tt := range tests {
		err := tt.call()
		require.ErrorContains(t, err, tt.want, tt.name)
		assert.Equal(t, cloud.Code("UnexpectedRequest"), errorCode(err))
	}
	unexpected := p.Unexpected()
	require.Len(t, unexpected, len(tests))
	assert.Equal(t, emulator.UnexpectedRequest{
		Service: "finspace", Operation: "GetKxCluster", Nearest: "000001-finspace-GetKxCluster.json",
		Differences: []emulator.Difference{{Member: "clusterName", Recorded: `"hdb-prod"`, Given: `"rdb2"`}},
	}, unexpected[0])
	err := p.Close()
	require.ErrorContains(t, err, "The request flink GetJob is not in the recording")
	require.ErrorContains(t, err, "nothing asked for 000002-finspace-GetKxCluster.json")
}

func errorCode(err error) cloud.Code {
	if e, ok := errors.AsType[*cloud.Error](err); ok {
		return e.Code
	}
	return ""
}

// Tokens differ in each run. What is secret must be given, but its value is unknown.
func TestReplayMatchesTokensAndSecrets(t *testing.T) {
	t.Parallel()
	update := func(c clients, spec string) error {
		_, err := c.proton.UpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
			ServiceName: serviceName, Name: instance, DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: spec,
		})
		return err
	}
	p, c := replayOf(t, func(_ *emulator.Emulator, c clients) { require.NoError(t, update(c, "proton: ServiceSpec # a")) })
	require.ErrorContains(t, update(c, ""), `spec: recorded "[redacted]", given none`)
	require.NoError(t, update(c, "proton: ServiceSpec # b"))
	assert.Len(t, p.Unexpected(), 1)
	assert.Empty(t, p.Unused())
	assert.NotContains(t, p.Verify().Error(), "ServiceSpec")
}

func TestReplayIgnoresMembers(t *testing.T) {
	t.Parallel()
	list := func(c clients, start, filter string) error {
		_, err := c.dlc.DescribeTasks(t.Context(), dlc.DescribeTasksRequest{
			StartTime: start, Filters: []dlc.Filter{{Name: "task-id", Values: []string{filter}}},
		})
		return err
	}
	p, c := replayOf(t, func(_ *emulator.Emulator, c clients) { require.NoError(t, list(c, "2026-11-01 00:00:00", "a")) },
		emulator.IgnoreMembers("StartTime", "Filters.Values"))
	require.NoError(t, list(c, "2026-11-02 00:00:00", "b"))
	assert.NoError(t, p.Verify())
}

func TestReplayRefusesFiles(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	_, err := getCluster(t, clientsOf(t, rec.Config()), cluster)
	require.NoError(t, err)
	content := filesOf(t, dir)["000001-finspace-GetKxCluster.json"]
	tests := []struct{ name, content, want string }{
		{"empty", "", "is not an exchange: EOF"},
		{"unknown member", strings.Replace(content, `"service"`, `"color": 1, "service"`, 1), `is not an exchange: unknown field "color"`},
		{"two", content + content, "has data after the exchange"},
		{"service", strings.Replace(content, `"finspace"`, `"s3"`, 1), `service must be one of dlc, finspace, flink, proton, not "s3"`},
		{"operation", strings.Replace(content, `"GetKxCluster"`, `"GetKx"`, 1), `operation must be an operation of finspace, not "GetKx"`},
		{"method", strings.Replace(content, `"GET"`, `"PUT"`, 1), `request.method must be GET, not "PUT"`},
		{
			"path", strings.Replace(content, "/clusters/", "/", 1),
			`request.path must be of the form /kx/environments/{environmentId}/clusters/{clusterName}, not "/kx/environments/kxenv/hdb-prod"`,
		},
		{"status", strings.Replace(content, "200", "99", 1), `response.status must be between 200 and 599, not "99"`},
		{"both", strings.Replace(content, `"status"`, `"text": "x", "status"`, 1), `response.text must be empty, because there is a body, not "x"`},
		{"header", strings.Replace(content, `"Content-Type"`, `"Set-Cookie"`, 1), `response.header must be one of Content-Type`},
		{"other region", strings.Replace(content, "us-east-1", "eu-west-1", 1), `region must be that of 000001-finspace-GetKxCluster.json, us-east-1, not "eu-west-1"`},
		{"no region", strings.Replace(content, "us-east-1", "", 1), "region is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "000001-finspace-GetKxCluster.json"), []byte(content), 0o600))
			bad := filepath.Join(dir, "000002-bad.json")
			require.NoError(t, os.WriteFile(bad, []byte(tt.content), 0o600))
			_, err := emulator.Replay(dir)
			require.ErrorContains(t, err, "emulator: replay: "+bad+": "+tt.want)
		})
	}
	_, err = emulator.Replay(t.TempDir())
	require.ErrorContains(t, err, "has no recorded exchanges: files named *.json")
	_, err = emulator.Replay(filepath.Join(t.TempDir(), "missing"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
