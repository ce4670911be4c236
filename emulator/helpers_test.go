package emulator_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
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
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// Resources that seed adds.
const (
	environment = "kxenv"
	cluster     = "hdb-prod"
	database    = "equities"
	serviceName = "storefront"
	instance    = "frontend-prod"
	workspace   = "a14bd5d90a1234"
	namespace   = "default-namespace"
	deployment  = "58718c99-3b29-4c5e-93bb-c9fc4ec60001"
	job         = "5af678c0-7db0-4650-94c2-d2604f0a0001"
	engine      = "DataEngine-1a2b3c4d"
	engineName  = "dlc-spark"
	oldImage    = "7ac9cc78-bc95-440f-9768-4f4a79048755"
	newImage    = "d3018ad4-9a7e-4f64-a3f4-f38507c69742"
)

// start starts an emulator with one resource of each kind, and closes it at the end of the test.
func start(t *testing.T, opts ...emulator.Option) *emulator.Emulator {
	t.Helper()
	emu, err := emulator.Start(opts...)
	require.NoError(t, err)
	t.Cleanup(func() {
		checkReplay(t, emu)
		emu.Close()
	})
	seed(emu)
	return emu
}

// checkReplay checks that all that has happened to an emulator makes the same state when it happens again.
func checkReplay(t *testing.T, emu *emulator.Emulator) {
	t.Helper()
	fork, err := emu.Fork(emulator.InProcess())
	if !assert.NoError(t, err) {
		return
	}
	defer fork.Close()
	assert.Equal(t, emu.ChangesUnderWay(), fork.ChangesUnderWay())
	assert.Equal(t, saved(t, emu), saved(t, fork))
	for _, c := range fork.ChangesUnderWay() {
		assert.NoError(t, fork.FailChange(c.ID, "the reason"), c.Operation)
	}
	fork.Advance(1000 * time.Hour)
	checkSeed(t, fork)
}

// checkSeed checks that nothing is lost when a seed of what an emulator has is loaded into another one. That may have more:
// what other resources imply, and the defaults of members that are left out.
func checkSeed(t *testing.T, emu *emulator.Emulator) {
	t.Helper()
	loaded, err := emulator.Start(emulator.InProcess())
	require.NoError(t, err)
	defer loaded.Close()
	seed := saved(t, emu)
	require.NoError(t, loaded.Load(strings.NewReader(seed)))
	var want, got map[string]map[string][]any
	require.NoError(t, json.Unmarshal([]byte(seed), &want))
	require.NoError(t, json.Unmarshal([]byte(saved(t, loaded)), &got))
	for service, kinds := range want {
		for kind, documents := range kinds {
			left := got[service][kind]
			for _, document := range documents { // in their order
				i := slices.IndexFunc(left, func(other any) bool { return contains(other, document) })
				if !assert.GreaterOrEqual(t, i, 0, "%s %s: %v is not in %v", service, kind, document, got[service][kind]) {
					return
				}
				left = left[i+1:]
			}
		}
	}
}

// contains reports whether a JSON value has all that another one has.
func contains(all, part any) bool {
	switch part := part.(type) {
	case map[string]any:
		members, ok := all.(map[string]any)
		for name, value := range part {
			ok = ok && contains(members[name], value)
		}
		return ok
	case []any:
		items, ok := all.([]any)
		return ok && slices.EqualFunc(items, part, contains)
	}
	return all == part
}

func seed(emu *emulator.Emulator) {
	emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{
		ClusterName: cluster, ClusterType: finspace.KxClusterTypeHDB,
		Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "v1.zip"}, InitializationScript: "init/start.q",
	})
	emu.FinSpace.AddKxDatabase(environment, finspace.GetKxDatabaseResponse{DatabaseName: database})
	emu.Proton.AddServiceInstance(proton.ServiceInstance{
		Name: instance, ServiceName: serviceName, TemplateMajorVersion: "2", TemplateMinorVersion: "3",
	})
	emu.Flink.AddDeployment(workspace, namespace, flink.Deployment{
		DeploymentID: deployment, Name: "orders", FlinkConf: map[string]any{"state.backend.type": "gemini"},
	})
	emu.Flink.AddJob(workspace, namespace, flink.Job{JobID: job, DeploymentID: deployment})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: oldImage, ImageVersion: "Spark 3.2"}, "child-1", "child-2")
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: newImage, ImageVersion: "Spark 3.5"}, "child-3")
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{
		DataEngineID: engine, DataEngineName: engineName, ImageVersionID: oldImage, ChildImageVersionID: "child-1",
	})
}

// bubble runs a test in virtual time, with an emulator in process.
func bubble(t *testing.T, f func(t *testing.T, emu *emulator.Emulator), opts ...emulator.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f(t, start(t, append(opts, emulator.InProcess())...))
	})
}

type clients struct {
	finspace *finspace.Client
	proton   *proton.Client
	flink    *flink.Client
	dlc      *dlc.Client
}

func clientsOf(t testing.TB, cfg cloud.Config) clients {
	t.Helper()
	var c clients
	var err error
	c.finspace, err = finspace.New(cfg)
	require.NoError(t, err)
	c.proton, err = proton.New(cfg)
	require.NoError(t, err)
	c.flink, err = flink.New(cfg, flink.WithWorkspace(workspace), flink.WithNamespace(namespace))
	require.NoError(t, err)
	c.dlc, err = dlc.New(cfg)
	require.NoError(t, err)
	return c
}

// withoutRetries returns a configuration whose calls are not retried.
func withoutRetries(emu *emulator.Emulator) cloud.Config {
	cfg := emu.Config()
	cfg.Retry.MaxAttempts = 1
	return cfg
}

// call is one request, signed with the module's signers but sent without its clients.
type call struct {
	scheme string // "finspace", "proton", "acs3", "roa", "tc3" or "tc3-action"
	method string
	path   string
	query  string
	header http.Header
	body   string

	key    sign.Credentials // defaults to the emulator's
	at     time.Time        // defaults to now
	nonce  string           // defaults to a random one
	region string           // defaults to the emulator's
	tamper func(h http.Header)
}

// result is a response, with its body as JSON if it is JSON.
type result struct {
	status int
	header http.Header
	body   []byte
	json   map[string]any
}

var emulatorKey = sign.Credentials{AccessKeyID: emulator.AccessKeyID, SecretAccessKey: emulator.SecretAccessKey}

func (c call) send(t *testing.T, emu *emulator.Emulator) result {
	t.Helper()
	resp, err := emu.Config().HTTPClient.Do(c.request(t, emu))
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	r := result{status: resp.StatusCode, header: resp.Header}
	r.body, err = io.ReadAll(resp.Body)
	require.NoError(t, err)
	_ = json.Unmarshal(r.body, &r.json)
	return r
}

func (c call) request(t testing.TB, emu *emulator.Emulator) *http.Request {
	t.Helper()
	address := emu.URL() + c.path
	if c.query != "" {
		address += "?" + c.query
	}
	target, err := url.Parse(address)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(context.Background(), c.method, target.String(), strings.NewReader(c.body))
	require.NoError(t, err)
	maps.Copy(req.Header, c.header)
	c.sign(&sign.Request{
		Method: c.method, Host: target.Host, Path: target.EscapedPath(), Query: target.RawQuery,
		Header: req.Header, Body: []byte(c.body),
	}, emu.Config().Region)
	if c.tamper != nil {
		c.tamper(req.Header)
	}
	return req
}

func (c call) sign(r *sign.Request, region string) {
	if c.key == (sign.Credentials{}) {
		c.key = emulatorKey
	}
	if c.at.IsZero() {
		c.at = time.Now()
	}
	if c.nonce == "" {
		c.nonce = rand.Text()
	}
	if c.region != "" {
		region = c.region
	}
	switch c.scheme {
	case "finspace", "proton":
		sigv4.New(region, c.scheme).Sign(r, c.key, c.at)
	case "acs3":
		acs3.Signer{}.Sign(r, c.key, c.at, c.nonce)
	case "roa":
		roa.Signer{}.Sign(r, c.key, c.at, c.nonce)
	case "tc3", "tc3-action":
		tc3.New("dlc", c.scheme == "tc3-action").Sign(r, c.key, c.at)
	}
}

// finspaceCall, protonCall, flinkCall and dlcCall return requests as the official clients send them.
func finspaceCall(method, path, query, body string) call {
	c := call{scheme: "finspace", method: method, path: path, query: query, body: body, header: http.Header{}}
	if body != "" {
		c.header.Set("Content-Type", "application/x-amz-json-1.1")
	}
	return c
}

func protonCall(operation, body string) call {
	return call{scheme: "proton", method: "POST", path: "/", body: body, header: http.Header{
		"Content-Type": {"application/x-amz-json-1.0"},
		"X-Amz-Target": {"AwsProton20200720." + operation},
	}}
}

func flinkCall(operation, method, path, query, body string) call {
	c := call{scheme: "acs3", method: method, path: path, query: query, body: body, header: http.Header{
		"Accept": {"application/json"}, "Workspace": {workspace},
		"X-Acs-Version": {"2022-07-18"}, "X-Acs-Action": {operation},
	}}
	if body != "" {
		c.header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return c
}

func dlcCall(action, body string) call {
	return call{scheme: "tc3", method: "POST", path: "/", body: body, header: http.Header{
		"Content-Type": {"application/json"}, "X-Tc-Action": {action}, "X-Tc-Version": {"2021-01-25"},
		"X-Tc-Region": {"ap-guangzhou"}, "X-Tc-Language": {"en-US"},
	}}
}

// at returns a value in a JSON document by a path like "Response.Error.Code".
func (r result) at(path string) any {
	var v any = r.json
	for name := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// code returns the error code of a response, in the format of the service that the call was for.
func (r result) code(scheme string) string {
	var value any
	switch scheme {
	case "finspace":
		return r.header.Get("X-Amzn-Errortype")
	case "proton":
		value = r.at("__type")
	case "acs3", "roa":
		if value = r.at("Code"); value == nil {
			value = r.at("errorCode")
		}
	default:
		value = r.at("Response.Error.Code")
	}
	s, _ := value.(string)
	_, after, found := strings.Cut(s, "#")
	if found {
		return after
	}
	return s
}
