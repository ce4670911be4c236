package emulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// The key of the account whose exchanges are recorded.
const (
	realKey    = "ASIAREALACCESSKEY001"
	realSecret = "real-secret-key-5c1f"
	realToken  = "real-session-token/with+odd=characters"
)

// realConfig returns the configuration for an emulator that stands for the real services.
func realConfig(emu *emulator.Emulator) cloud.Config {
	emu.AddCredentials(cloud.Credentials{
		AccessKeyID: realKey, SecretAccessKey: cloud.NewSecret(realSecret), SessionToken: cloud.NewSecret(realToken),
	})
	cfg := emu.Config()
	cfg.Credentials = cloud.StaticCredentials(realKey, realSecret, realToken)
	cfg.Retry.MaxAttempts = 1
	return cfg
}

// record starts a recorder of an emulator, into a new directory.
func record(t *testing.T, cfg cloud.Config, opts ...emulator.RecordOption) (*emulator.Recorder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "recording")
	rec, err := emulator.Record(dir, cfg, opts...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, rec.Close()) })
	return rec, dir
}

func replay(t *testing.T, dir string, opts ...emulator.ReplayOption) *emulator.Replayer {
	t.Helper()
	p, err := emulator.Replay(dir, opts...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Close() })
	return p
}

// filesOf returns the content of a recording by the names of its files.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		require.NoError(t, err)
		files[entry.Name()] = string(data)
	}
	return files
}

// tour makes a call of each service, and returns what they respond.
func tour(ctx context.Context, t *testing.T, c clients) []any {
	t.Helper()
	cluster, err := c.finspace.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
	require.NoError(t, err)
	found, err := c.proton.GetServiceInstance(ctx, proton.GetServiceInstanceRequest{ServiceName: serviceName, Name: instance})
	require.NoError(t, err)
	jobs, err := c.flink.GetJob(ctx, flink.GetJobRequest{JobID: job})
	require.NoError(t, err)
	engines, err := c.dlc.DescribeDataEngines(ctx, dlc.DescribeDataEnginesRequest{Limit: 10})
	require.NoError(t, err)
	_, err = c.dlc.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: "no-such-engine"})
	require.Error(t, err)
	return []any{cluster, found.ServiceInstance.ARN, jobs.Data.DeploymentName, engines, err.Error()}
}

// assertNoSecrets searches all bytes of a recording.
func assertNoSecrets(t *testing.T, dir string, more ...string) {
	t.Helper()
	for name, content := range filesOf(t, dir) {
		for _, secret := range append(more, realKey, realSecret, realToken, "real-session-token", `"Authorization"`, "Credential=", "Nonce") {
			assert.False(t, strings.Contains(content, secret), "%s has %s", name, secret)
		}
		assert.NotRegexp(t, `[0-9a-f]{64}`, content, name) // a signature
	}
}

func TestRecordAndReplay(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	recorded := tour(t.Context(), t, clientsOf(t, rec.Config()))
	assert.Empty(t, rec.Skipped())
	assertNoSecrets(t, dir)
	files := filesOf(t, dir)
	assert.Len(t, files, 5)
	assert.Contains(t, files, "000001-finspace-GetKxCluster.json")
	assert.Contains(t, files, "000005-dlc-DescribeDataEngine.json")
	for _, r := range emu.Requests() {
		assert.Equal(t, realKey, r.AccessKeyID)
	}

	p := replay(t, dir)
	cfg := p.Config()
	cfg.Retry.MaxAttempts = 1
	assert.Equal(t, recorded, tour(t.Context(), t, clientsOf(t, cfg)))
	assert.Empty(t, p.Unused())
	assert.NoError(t, p.Verify())
}

func TestRecordThroughProxy(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	cfg := cloud.Config{
		Region: emulator.DefaultRegion, Endpoint: rec.URL(), Retry: cloud.Retry{MaxAttempts: 1},
		Credentials: cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, ""),
	}
	c := clientsOf(t, cfg)
	recorded := tour(t.Context(), t, c)
	older, err := flink.New(cfg, flink.WithWorkspace(workspace), flink.WithNamespace(namespace), flink.WithHMACSHA1())
	require.NoError(t, err)
	_, err = older.GetJob(t.Context(), flink.GetJobRequest{JobID: job})
	require.NoError(t, err)
	requests := emu.Requests()
	assert.Len(t, requests, 6)
	for _, r := range requests {
		assert.Equal(t, realKey, r.AccessKeyID, r.Operation)
	}
	assert.Empty(t, rec.Skipped())
	assertNoSecrets(t, dir)
	assert.Equal(t, recorded, tour(t.Context(), t, clientsOf(t, replay(t, dir).Config())))
}

// sendTo sends a request to a recorder's proxy.
func (c call) sendTo(t *testing.T, rec *emulator.Recorder) result {
	t.Helper()
	target, err := url.Parse(rec.URL() + c.path + "?" + c.query)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), c.method, target.String(), strings.NewReader(c.body))
	require.NoError(t, err)
	maps.Copy(req.Header, c.header)
	c.sign(&sign.Request{
		Method: c.method, Host: target.Host, Path: target.EscapedPath(), Query: target.RawQuery, Header: req.Header, Body: []byte(c.body),
	}, emulator.DefaultRegion)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	r := result{status: resp.StatusCode, header: resp.Header}
	r.body, err = io.ReadAll(resp.Body)
	require.NoError(t, err)
	_ = json.Unmarshal(r.body, &r.json)
	return r
}

// Older clients of DLC send members in the query. The proxy sends them on as JSON, and so are they recorded.
func TestProxyOlderForms(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	c := dlcCall("DescribeDataEngines", "")
	c.method, c.query = "GET", "Limit=5&Filters.0.Name=data-engine-name&Filters.0.Values.0="+engineName
	c.header.Set("Content-Type", "application/x-www-form-urlencoded")
	r := c.sendTo(t, rec)
	assert.InDelta(t, 1, r.at("Response.TotalCount"), 0, string(r.body))
	require.Len(t, emu.Requests(), 1)
	assert.Equal(t, "POST", emu.Requests()[0].Method)
	content := filesOf(t, dir)["000001-dlc-DescribeDataEngines.json"]
	assert.Contains(t, content, `"Limit": 5`)
	assert.NotContains(t, content, `"query"`)

	// A signature in the query cannot be made again.
	signed := call{method: "GET", path: "/", query: "Action=DescribeDataEngines&Version=2021-01-25&SecretId=x&Signature=y&Timestamp=1&Nonce=1"}
	r = signed.sendTo(t, rec)
	assert.NotEmpty(t, r.at("Response.Error.Code"))
	assert.Len(t, emu.Requests(), 1)
}

// The endpoint may have a path, behind which the service's own begins.
func TestRecordEndpointWithPath(t *testing.T) {
	t.Parallel()
	emu := start(t)
	strip := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		assert.True(t, strings.HasPrefix(r.URL.Path, "/gateway/kx/"), r.URL.Path)
		_, _ = io.WriteString(w, `{"environments":[]}`)
	}))
	t.Cleanup(strip.Close)
	cfg := realConfig(emu)
	cfg.Endpoint = strip.URL + "/gateway"
	rec, dir := record(t, cfg)
	c, err := finspace.New(rec.Config())
	require.NoError(t, err)
	_, err = c.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
	require.NoError(t, err)
	finspaceCall("GET", "/kx/environments", "", "").sendTo(t, rec)
	for _, name := range []string{"000001-finspace-ListKxEnvironments.json", "000002-finspace-ListKxEnvironments.json"} {
		assert.Contains(t, filesOf(t, dir)[name], `"path": "/kx/environments"`, name)
	}
	assert.Empty(t, rec.Skipped())
}

func TestRecordConcurrently(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	c := clientsOf(t, rec.Config())
	var running sync.WaitGroup
	for range 20 {
		running.Go(func() {
			_, err := getCluster(t, c, cluster)
			assert.NoError(t, err)
		})
	}
	running.Wait()
	files := filesOf(t, dir)
	assert.Len(t, files, 20)
	assert.Contains(t, files, "000020-finspace-GetKxCluster.json")
	p := replay(t, dir)
	again := clientsOf(t, p.Config())
	for range 20 {
		running.Go(func() {
			_, err := getCluster(t, again, cluster)
			assert.NoError(t, err)
		})
	}
	running.Wait()
	assert.NoError(t, p.Verify())
}

func TestProxyChecksSignatures(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	c, err := finspace.New(cloud.Config{
		Region: emulator.DefaultRegion, Endpoint: rec.URL(), Credentials: cloud.StaticCredentials("another-key", "another-secret", ""),
		Retry: cloud.Retry{MaxAttempts: 1},
	})
	require.NoError(t, err)
	_, err = c.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	assert.Empty(t, emu.Requests())
	assert.Empty(t, filesOf(t, dir))
}

func TestProxyWithoutResponse(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	emu.Inject(emulator.Fault{Kind: emulator.Reset, Times: -1})
	c, err := finspace.New(cloud.Config{
		Region: emulator.DefaultRegion, Endpoint: rec.URL(), Retry: cloud.Retry{MaxAttempts: 1},
		Credentials: cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, ""),
	})
	require.NoError(t, err)
	_, err = c.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
	require.Error(t, err)
	assert.Empty(t, filesOf(t, dir))
	require.Len(t, rec.Skipped(), 1)
	assert.Contains(t, rec.Skipped()[0], "finspace ListKxEnvironments: no response")
}

func TestRecordHidesSecrets(t *testing.T) {
	t.Parallel()
	const password, spec = "hunter2-password", "proton: ServiceSpec # hunter3-spec"
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	c := clientsOf(t, rec.Config())
	// A response that quotes the request's token, as those about signatures do, and a signed address.
	emu.Inject(emulator.Fault{
		Operation: "ListServices", Kind: emulator.Refuse,
		Message: "canonical: x-amz-security-token:" + realToken + " see https://b.s3.amazonaws.com/k?X-Amz-Signature=deadbeef&X-Amz-Date=1",
	})
	_, err := c.proton.ListServices(t.Context(), proton.ListServicesRequest{})
	require.Error(t, err)
	_, err = c.proton.UpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
		ServiceName: serviceName, Name: instance, DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: spec,
	})
	require.NoError(t, err)
	_, err = c.flink.UpdateDeployment(t.Context(), flink.UpdateDeploymentRequest{
		DeploymentID: deployment, Deployment: flink.Deployment{FlinkConf: map[string]any{"s3.secret": password, "retries": 3}},
	})
	_ = err // whether the emulator has the operation does not matter
	assertNoSecrets(t, dir, password, "hunter3", "deadbeef")
	var all strings.Builder
	for _, content := range filesOf(t, dir) {
		all.WriteString(content)
	}
	assert.Contains(t, all.String(), `"spec": "[redacted]"`)
	assert.Contains(t, all.String(), `"s3.secret": "[redacted]"`)
	assert.Contains(t, all.String(), `X-Amz-Signature=[redacted]&X-Amz-Date=1`)
	assert.Equal(t, 3, len(filesOf(t, dir)))
}

func TestRecordReplacesAccounts(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu), emulator.ReplaceAccount("123456789012", "999999999999"))
	tour(t.Context(), t, clientsOf(t, rec.Config()))
	var all strings.Builder
	for _, content := range filesOf(t, dir) {
		assert.NotContains(t, content, "123456789012")
		all.WriteString(content)
	}
	assert.Contains(t, all.String(), "arn:aws:proton:us-east-1:999999999999:service/storefront")
}

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	used := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(used, "000001-x.json"), nil, 0o600))
	file := filepath.Join(used, "000001-x.json")
	tests := []struct {
		name, dir, region string
		opt               emulator.RecordOption
		want              string
	}{
		{name: "no region", dir: t.TempDir(), want: "needs a Config with a Region"},
		{name: "used directory", dir: used, region: "us-east-1", want: "already has a recording (000001-x.json)"},
		{name: "file", dir: file, region: "us-east-1", want: "not a directory"},
		{
			name: "account", dir: t.TempDir(), region: "us-east-1", opt: emulator.ReplaceAccount("prod", "999999999999"),
			want: `must have 8 digits or more, and nothing else, not "prod"`,
		},
		{
			name: "stand-in", dir: t.TempDir(), region: "us-east-1", opt: emulator.ReplaceAccount("123456789012", "9"),
			want: `must have 12 digits, as the account number has, not "9"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var opts []emulator.RecordOption
			if tt.opt != nil {
				opts = append(opts, tt.opt)
			}
			_, err := emulator.Record(tt.dir, cloud.Config{Region: tt.region}, opts...)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestRecordReportsLostFiles(t *testing.T) {
	t.Parallel()
	emu := start(t)
	dir := filepath.Join(t.TempDir(), "recording")
	rec, err := emulator.Record(dir, realConfig(emu))
	require.NoError(t, err)
	require.NoError(t, os.Remove(dir))
	tour(t.Context(), t, clientsOf(t, rec.Config()))
	require.ErrorContains(t, rec.Close(), "no such file or directory")
}

func TestRecordSkipsInterruptedResponses(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	emu.Inject(emulator.Fault{Kind: emulator.Truncate})
	c := clientsOf(t, rec.Config())
	_, err := c.finspace.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
	require.Error(t, err)
	assert.Equal(t, []string{"finspace ListKxEnvironments: the response was not read to its end"}, rec.Skipped())
	resp, err := rec.Config().HTTPClient.Post(emu.URL()+"/nothing", "text/plain", strings.NewReader("x"))
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusNotFound, resp.StatusCode)
	assert.Equal(t, "POST /nothing: is for none of the services", rec.Skipped()[1])
	assert.Empty(t, filesOf(t, dir))
}

// What is not JSON is recorded as text, and replayed as it was.
func TestRecordText(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	emu.Inject(emulator.Fault{Kind: emulator.HTML})
	_, err := clientsOf(t, rec.Config()).finspace.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
	require.Error(t, err)
	p := replay(t, dir)
	cfg := p.Config()
	cfg.Retry.MaxAttempts = 1
	_, again := clientsOf(t, cfg).finspace.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
	require.Error(t, again)
	assert.Equal(t, err.Error(), again.Error())
	assert.NoError(t, p.Verify())
}

// A whole change, with its polls, in virtual time.
func TestRecordAndReplayChange(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	update := func(ctx context.Context, t *testing.T, cfg cloud.Config) finspace.KxClusterStatus {
		c, err := finspace.New(cfg)
		require.NoError(t, err)
		w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: environment, ClusterName: cluster, Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "v2.zip"},
		})
		require.NoError(t, err)
		updated, err := w.Wait(ctx)
		require.NoError(t, err)
		assert.Equal(t, "v2.zip", updated.Code.S3Key)
		return updated.Status
	}
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		rec, err := emulator.Record(dir, realConfig(emu), emulator.WithoutProxy())
		require.NoError(t, err)
		assert.Empty(t, rec.URL())
		assert.Equal(t, finspace.KxClusterStatusRunning, update(t.Context(), t, rec.Config()))
		require.NoError(t, rec.Close())
	}, emulator.WithChangeTime(time.Hour))
	assert.Greater(t, len(filesOf(t, dir)), 10)

	synctest.Test(t, func(t *testing.T) {
		p, err := emulator.Replay(dir, emulator.ReplayInProcess(), emulator.RepeatLast())
		require.NoError(t, err)
		assert.Equal(t, finspace.KxClusterStatusRunning, update(t.Context(), t, p.Config()))
		assert.Empty(t, p.Unexpected())
		p.Close() //nolint:errcheck // how many polls there were depends on chance
	})
}

func TestRecordedFile(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rec, dir := record(t, realConfig(emu))
	_, err := clientsOf(t, rec.Config()).flink.GetJob(t.Context(), flink.GetJobRequest{JobID: job})
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(dir, "000001-flink-GetJob.json"))
	require.NoError(t, err)
	head, _, _ := bytes.Cut(content, []byte(`"response"`))
	_, head, _ = bytes.Cut(head, []byte("\n  \"region\""))
	assert.Equal(t, `: "us-east-1",
  "service": "flink",
  "operation": "GetJob",
  "request": {
    "method": "GET",
    "path": "/api/v2/namespaces/default-namespace/jobs/5af678c0-7db0-4650-94c2-d2604f0a0001",
    "header": {
      "Workspace": "a14bd5d90a1234"
    }
  },
  `, string(head))
}
