package emulator_test

import (
	"bufio"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// addRichResources adds resources that have all the parts that the operations return.
func addRichResources(emu *emulator.Emulator) {
	emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{
		ClusterName: cluster, ClusterType: finspace.KxClusterTypeHDB,
		StatusReason: "", Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "v1.zip", S3ObjectVersion: "3"},
		CommandLineArguments:  []finspace.KxCommandLineArgument{{Key: "s", Value: "8"}},
		Databases:             []finspace.KxDatabaseConfiguration{{DatabaseName: database}},
		Volumes:               []finspace.Volume{{VolumeName: "hot"}},
		CapacityConfiguration: &finspace.CapacityConfiguration{NodeType: "kx.s.16xlarge", NodeCount: 5},
		CreatedTimestamp:      time.Unix(1758124800, 125e6), LastModifiedTimestamp: time.Unix(1773744123, 457e6),
	})
	emu.Proton.AddServiceInstance(proton.ServiceInstance{
		Name: instance, ServiceName: serviceName, DeploymentStatusMessage: "done", LastClientRequestToken: "t",
	})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{
		DataEngineID: engine, DataEngineName: engineName,
		ImageVersionID: oldImage, TagList: []dlc.TagInfo{{TagKey: "team", TagValue: new("etl")}},
		NetworkConnectionSet:         []dlc.NetworkConnection{{ID: 1}},
		CrontabResumeSuspendStrategy: &dlc.CrontabResumeSuspendStrategy{ResumeTime: "1"},
	})
}

// rawResponses returns the responses of all operations, by name.
func rawResponses(t *testing.T, emu *emulator.Emulator) map[string]result {
	t.Helper()
	changesets := "/kx/environments/" + environment + "/databases/" + database + "/changesets"
	clusters := "/kx/environments/" + environment + "/clusters"
	spaces := "/api/v2/namespaces/" + namespace
	calls := []struct {
		operation string
		call      call
	}{
		{"GetKxCluster", finspaceCall("GET", clusters+"/"+cluster, "", "")},
		{"ListKxClusters", finspaceCall("GET", clusters, "maxResults=1", "")},
		{"CreateKxChangeset", finspaceCall("POST", changesets, "",
			`{"changeRequests":[{"changeType":"DELETE","dbPath":"/2020.01.01/"}],"clientToken":"t-1"}`)},
		{"ListKxChangesets", finspaceCall("GET", changesets, "", "")},
		{"UpdateKxClusterCodeConfiguration", finspaceCall("PUT", clusters+"/"+cluster+"/configuration/code", "",
			`{"code":{"s3Bucket":"releases","s3Key":"v2.zip"}}`)},
		{"GetServiceInstance", protonCall("GetServiceInstance", `{"name":"frontend-prod","serviceName":"storefront"}`)},
		{"ListServiceInstances", protonCall("ListServiceInstances", `{}`)},
		{"UpdateServiceInstance", protonCall("UpdateServiceInstance",
			`{"name":"frontend-prod","serviceName":"storefront","deploymentType":"CURRENT_VERSION","spec":"a: b"}`)},
		{"CancelServiceInstanceDeployment", protonCall("CancelServiceInstanceDeployment",
			`{"serviceInstanceName":"frontend-prod","serviceName":"storefront"}`)},
		{"GetDeployment", flinkCall("GetDeployment", "GET", spaces+"/deployments/"+deployment, "", "")},
		{"ListDeployments", flinkCall("ListDeployments", "GET", spaces+"/deployments", "", "")},
		{"UpdateDeployment", flinkCall("UpdateDeployment", "PUT", spaces+"/deployments/"+deployment, "",
			`{"flinkConf":{"a":1},"streamingResourceSetting":{"basicResourceSetting":{"parallelism":8}}}`)},
		{"HotUpdateJob", flinkCall("HotUpdateJob", "POST", spaces+"/jobs/"+job+"%3AhotUpdate", "", "")},
		{"GetJob", flinkCall("GetJob", "GET", spaces+"/jobs/"+job, "", "")},
		{"ListJobs", flinkCall("ListJobs", "GET", spaces+"/jobs", "deploymentId="+deployment, "")},
		{"DescribeDataEngine", dlcCall("DescribeDataEngine", `{"DataEngineName":"dlc-spark"}`)},
		{"DescribeDataEngines", dlcCall("DescribeDataEngines", `{}`)},
		{"DescribeDataEngineImageVersions", dlcCall("DescribeDataEngineImageVersions", `{"EngineType":"SparkSQL"}`)},
		{"CheckDataEngineImageCanBeUpgrade", dlcCall("CheckDataEngineImageCanBeUpgrade", `{"DataEngineId":"`+engine+`"}`)},
		{"SwitchDataEngineImage", dlcCall("SwitchDataEngineImage", `{"DataEngineId":"`+engine+`","NewImageVersionId":"`+newImage+`"}`)},
	}
	all := map[string]result{}
	for _, c := range calls {
		r := c.call.send(t, emu)
		require.Equal(t, http.StatusOK, r.status, "%s: %s", c.operation, r.body)
		require.Empty(t, r.code(c.call.scheme), "%s: %s", c.operation, r.body)
		all[c.operation] = r
	}
	id, _ := all["CreateKxChangeset"].at("changesetId").(string)
	all["GetKxChangeset"] = finspaceCall("GET", changesets+"/"+id, "", "").send(t, emu)
	hotUpdate, _ := all["HotUpdateJob"].at("data.jobHotUpdateId").(string)
	all["GetHotUpdateJobResult"] = flinkCall("GetHotUpdateJobResult", "GET", spaces+"/jobs/hot-updates/"+hotUpdate, "", "").send(t, emu)
	return all
}

// members collects the paths of all members of a document, without indices.
func members(v any, path string, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			p := strings.TrimPrefix(path+"."+name, ".")
			into[p] = true
			members(inner, p, into)
		}
	case []any:
		for _, inner := range v {
			members(inner, path, into)
		}
	}
}

// TestResponsesAgainstCorpus compares the members of the responses with recorded ones. The emulator must not
// send members that no service sends, or leave out members that tell how a change progresses.
func TestResponsesAgainstCorpus(t *testing.T) {
	t.Parallel()
	recorded := map[string]map[string]bool{}
	for service, operations := range emulated {
		readCorpus(t, service+".responses.jsonl", func(line []byte) {
			var r struct {
				Op   string `json:"op"`
				Body any    `json:"body"`
			}
			require.NoError(t, json.Unmarshal(line, &r))
			if !slices.Contains(operations, r.Op) {
				return
			}
			if recorded[r.Op] == nil {
				recorded[r.Op] = map[string]bool{}
			}
			members(r.Body, "", recorded[r.Op])
		})
	}
	emu := start(t, emulator.WithStaleReads(0))
	addRichResources(emu)
	free := regexp.MustCompile(`\.(flinkConf|newFlinkConf|labels|userFlinkConf)\.`) // members of maps
	all := rawResponses(t, emu)
	assert.ElementsMatch(t, slices.Collect(maps.Keys(recorded)), slices.Collect(maps.Keys(all)))
	for operation, r := range all {
		have := map[string]bool{}
		members(r.json, "", have)
		for path := range have {
			assert.True(t, recorded[operation][path] || free.MatchString(path), "%s: the service has no member %s", operation, path)
		}
		if strings.HasPrefix(r.header.Get("Content-Type"), "application/json") && r.at("Response") != nil {
			for path := range recorded[operation] {
				parent, _, nested := cutLast(path)
				if !nested || have[path] || r.isEmpty(parent) {
					continue
				}
				assert.Fail(t, "missing member", "%s: %s", operation, path)
			}
		}
	}
}

func cutLast(path string) (before, after string, found bool) {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

// isEmpty reports whether a member is missing, null or an empty list.
func (r result) isEmpty(path string) bool {
	found := map[string]bool{}
	members(r.json, "", found)
	return !slices.ContainsFunc(slices.Collect(maps.Keys(found)), func(p string) bool { return strings.HasPrefix(p, path+".") })
}

// readCorpus calls f with each line of a file of recorded traffic. The files are in a directory beside the
// module; the test is skipped if it is missing.
func readCorpus(t *testing.T, name string, f func(line []byte)) {
	t.Helper()
	root, err := filepath.Abs(".")
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		require.NotEqual(t, filepath.Dir(root), root)
		root = filepath.Dir(root)
	}
	file, err := os.Open(filepath.Join(filepath.Dir(root), "shared", "corpus", name))
	if os.IsNotExist(err) {
		t.Skip("there is no recorded traffic")
	}
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		f(lines.Bytes())
	}
	require.NoError(t, lines.Err())
}

// TestRecordedRequests sends what the official clients send. The resources in it do not exist, so a valid
// request gets a not found error, or breaks a rule.
func TestRecordedRequests(t *testing.T) {
	t.Parallel()
	accepted := []string{
		"", "ValidationException", "ResourceNotFoundException", "990301", "InvalidParameter", "MissingParameter", "InvalidParameterValue",
		"ResourceNotFound.DataEngineNotFound", "InvalidParameter.ImageEngineTypeNotMatch",
		"InvalidParameter.DescribeDataEnginesSortByTypeNotMatch",
	}
	emu := start(t)
	count := 0
	for service, scheme := range map[string]string{"finspace": "finspace", "proton": "proton", "flink": "acs3", "dlc": "tc3"} {
		readCorpus(t, service+".requests.jsonl", func(line []byte) {
			var r struct {
				Op      string `json:"op"`
				Request struct {
					Method, Path, Query string
					Headers             map[string]string
					Body                json.RawMessage
				} `json:"request"`
			}
			require.NoError(t, json.Unmarshal(line, &r))
			if !slices.Contains(emulated[service], r.Op) {
				return
			}
			count++
			c := call{
				scheme: scheme, method: r.Request.Method, path: r.Request.Path, query: r.Request.Query,
				body: string(r.Request.Body), header: http.Header{},
			}
			for name, value := range r.Request.Headers {
				c.header.Set(name, value)
			}
			got := c.send(t, emu)
			assert.Contains(t, accepted, got.code(scheme), "%s: %s", r.Op, got.body)
		})
	}
	assert.Equal(t, 44, count)
}

// emulated are operations that the emulator has.
var emulated = map[string][]string{
	"finspace": {
		"UpdateKxClusterCodeConfiguration", "GetKxCluster", "ListKxClusters", "CreateKxChangeset", "GetKxChangeset",
		"ListKxChangesets",
	},
	"proton": {"UpdateServiceInstance", "GetServiceInstance", "ListServiceInstances", "CancelServiceInstanceDeployment"},
	"flink":  {"HotUpdateJob", "GetHotUpdateJobResult", "GetJob", "ListJobs", "GetDeployment", "ListDeployments", "UpdateDeployment"},
	"dlc": {
		"SwitchDataEngineImage", "DescribeDataEngine", "DescribeDataEngines", "DescribeDataEngineImageVersions",
		"CheckDataEngineImageCanBeUpgrade",
	},
}

// TestRawResponses checks the exact bodies of a few responses.
func TestRawResponses(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithStaleReads(0))
	addRichResources(emu)
	all := rawResponses(t, emu)

	assert.JSONEq(t, `{"status":"RUNNING","clusterName":"hdb-prod","clusterType":"HDB","volumes":[{"volumeName":"hot"}],
		"databases":[{"databaseName":"equities"}],"capacityConfiguration":{"nodeType":"kx.s.16xlarge","nodeCount":5},"releaseLabel":"1.0",
		"commandLineArguments":[{"key":"s","value":"8"}],"code":{"s3Bucket":"releases","s3Key":"v1.zip","s3ObjectVersion":"3"},
		"lastModifiedTimestamp":1773744123.457,"azMode":"SINGLE","availabilityZoneId":"use1-az4","createdTimestamp":1758124800.125}`,
		string(all["GetKxCluster"].body))
	assert.Contains(t, string(all["GetKxCluster"].body), `"lastModifiedTimestamp":1773744123.457`, "epoch seconds, not a string")
	assert.Empty(t, all["UpdateKxClusterCodeConfiguration"].body, "the response to an update has no body")
	assert.Equal(t, "application/json", all["GetKxCluster"].header.Get("Content-Type"))
	assert.Len(t, all["GetKxCluster"].header.Get("X-Amzn-Requestid"), 36)

	assert.Equal(t, "application/x-amz-json-1.0", all["GetServiceInstance"].header.Get("Content-Type"))
	assert.Equal(t, "IN_PROGRESS", all["UpdateServiceInstance"].at("serviceInstance.deploymentStatus"))
	assert.IsType(t, 0.5, all["GetServiceInstance"].at("serviceInstance.createdAt"))

	hotUpdate := all["HotUpdateJob"]
	assert.Equal(t, "application/json;charset=utf-8", hotUpdate.header.Get("Content-Type"))
	assert.Equal(t, true, hotUpdate.at("success"))
	assert.Equal(t, 200.0, hotUpdate.at("httpCode"))
	assert.Equal(t, "", hotUpdate.at("errorCode"))
	assert.Equal(t, hotUpdate.header.Get("X-Acs-Request-Id"), hotUpdate.at("requestId"))
	assert.Equal(t, 8.0, hotUpdate.at("data.hotUpdateParams.rescaleJobParam.jobParallelism"))
	assert.Equal(t, 1.0, hotUpdate.at("data.hotUpdateParams.updateJobConfigParam.newFlinkConf.a"))
	assert.Equal(t, 1.0, all["ListJobs"].at("totalSize"))
	assert.Regexp(t, `^\d{10}$`, all["GetDeployment"].at("data.createdAt"))

	switched := all["SwitchDataEngineImage"]
	assert.JSONEq(t, `{"Response":{"RequestId":"`+switched.at("Response.RequestId").(string)+`"}}`, string(switched.body))
	assert.Equal(t, 2.0, all["DescribeDataEngine"].at("Response.DataEngine.State"))
	assert.Equal(t, "", all["DescribeDataEngine"].at("Response.DataEngine.Message"), "empty members are sent too")
}

func TestRawRefusals(t *testing.T) {
	t.Parallel()
	emu := start(t)
	rawResponses(t, emu) // so that all resources are busy
	code := "/kx/environments/" + environment + "/clusters/" + cluster + "/configuration/code"

	r := finspaceCall("PUT", code, "", `{"code":{"s3Bucket":"releases","s3Key":"v3.zip"}}`).send(t, emu)
	assert.Equal(t, http.StatusConflict, r.status)
	assert.Equal(t, "ConflictException", r.header.Get("X-Amzn-Errortype"))
	assert.JSONEq(t, `{"message":"The cluster hdb-prod is UPDATING.","reason":"CONCURRENT_UPDATE"}`, string(r.body))

	r = protonCall("UpdateServiceInstance",
		`{"name":"frontend-prod","serviceName":"storefront","deploymentType":"CURRENT_VERSION"}`).send(t, emu)
	assert.Equal(t, http.StatusBadRequest, r.status)
	assert.Empty(t, r.header.Get("X-Amzn-Errortype"))
	assert.JSONEq(t, `{"__type":"com.amazonaws.proton#ConflictException",
		"message":"The service instance frontend-prod has a deployment that is CANCELLING."}`, string(r.body))

	r = flinkCall("GetJob", "GET", "/api/v2/namespaces/"+namespace+"/jobs/another", "", "").send(t, emu)
	assert.Equal(t, http.StatusOK, r.status)
	assert.JSONEq(t, `{"requestId":"`+r.header.Get("X-Acs-Request-Id")+`","success":false,"httpCode":200,
		"errorCode":"990301","errorMessage":"job \"another\" does not exist","data":null}`, string(r.body))

	c := flinkCall("GetJob", "GET", "/api/v2/namespaces/"+namespace+"/jobs/"+job, "", "")
	c.key.AccessKeyID = "nobody"
	r = c.send(t, emu)
	assert.Equal(t, http.StatusNotFound, r.status)
	assert.ElementsMatch(t, []string{"RequestId", "HostId", "Code", "Message", "Recommend"}, slices.Collect(maps.Keys(r.json)))

	r = dlcCall("DescribeDataEngine", `{"DataEngineName":"another"}`).send(t, emu)
	assert.Equal(t, http.StatusOK, r.status)
	id, _ := r.at("Response.RequestId").(string)
	assert.JSONEq(t, `{"Response":{"Error":{"Code":"ResourceNotFound.DataEngineNotFound",
		"Message":"The data engine \"another\" does not exist."},"RequestId":"`+id+`"}}`, string(r.body))
}

func TestVerbColon(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/jobs/" + job + ":hotUpdate", "/jobs/" + job + "%3AhotUpdate", "/jobs/" + job + "%3ahotUpdate"} {
		for _, scheme := range []string{"acs3", "roa"} {
			emu := start(t)
			c := flinkCall("HotUpdateJob", "POST", "/api/v2/namespaces/"+namespace+path, "", "")
			c.scheme = scheme
			r := c.send(t, emu)
			assert.Equal(t, true, r.at("success"), "%s %s: %s", scheme, path, r.body)
		}
	}
}

// TestForms checks two older formats of parameters: in a signed query, and with the signature among them.
func TestForms(t *testing.T) {
	t.Parallel()
	emu := start(t)
	flat := url.Values{
		"Filters.0.Name": {"engine-id"}, "Filters.0.Values.0": {"another"}, "Filters.0.Values.1": {engine},
		"Limit": {"1"}, "ExcludePublicEngine": {"true"},
	}
	get := dlcCall("DescribeDataEngines", "")
	get.method, get.query = "GET", flat.Encode()
	get.header.Set("Content-Type", "application/x-www-form-urlencoded")
	r := get.send(t, emu)
	assert.Equal(t, 1.0, r.at("Response.TotalCount"), "%s", r.body)

	for _, method := range []string{"GET", "POST"} {
		for _, algorithm := range []string{"", "HmacSHA1", "HmacSHA256"} {
			r := parameterCall(t, emu, method, algorithm, flat).send(t, emu)
			assert.Equal(t, 1.0, r.at("Response.TotalCount"), "%s %s: %s", method, algorithm, r.body)

			c := parameterCall(t, emu, method, algorithm, flat)
			c.query, c.body = strings.Replace(c.query, "Limit=1", "Limit=2", 1), strings.Replace(c.body, "Limit=1", "Limit=2", 1)
			assert.Equal(t, "AuthFailure.SignatureFailure", c.send(t, emu).code("tc3"))
		}
	}
	unknown := maps.Clone(flat)
	unknown.Set("Color", "red")
	assert.Equal(t, "UnknownParameter", parameterCall(t, emu, "POST", "", unknown).send(t, emu).code("tc3"))
}
