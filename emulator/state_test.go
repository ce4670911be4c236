package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// The paths that most requests start with.
const (
	kxPath    = "/kx/environments/" + environment
	flinkPath = "/api/v2/namespaces/" + namespace
)

func TestStaleReads(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, emu.Config())
		status := func() finspace.KxClusterStatus {
			out, err := c.finspace.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
			require.NoError(t, err)
			list, err := c.finspace.ListKxClusters(t.Context(), finspace.ListKxClustersRequest{EnvironmentID: environment})
			require.NoError(t, err)
			assert.Equal(t, out.Status, list.KxClusterSummaries[0].Status, "lists and reads agree")
			return out.Status
		}
		_, err := c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("v2.zip", ""))
		require.NoError(t, err)
		time.Sleep(5*time.Second - time.Millisecond)
		assert.Equal(t, finspace.KxClusterStatusRunning, status())
		time.Sleep(time.Millisecond)
		assert.Equal(t, finspace.KxClusterStatusUpdating, status())
		time.Sleep(15*time.Second - time.Millisecond)
		assert.Equal(t, finspace.KxClusterStatusUpdating, status())
		time.Sleep(time.Millisecond)
		assert.Equal(t, finspace.KxClusterStatusRunning, status())
	}, emulator.WithStaleReads(5*time.Second), emulator.WithChangeTime(20*time.Second))
}

func TestStaleReadsOfShortChange(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, emu.Config())
		_, err := c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("v2.zip", ""))
		require.NoError(t, err)
		time.Sleep(3 * time.Second)
		read := finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster}
		out, err := c.finspace.GetKxCluster(t.Context(), read)
		require.NoError(t, err)
		assert.Equal(t, "v1.zip", out.Code.S3Key, "the change has finished, but reads are stale")
		_, err = c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("v3.zip", ""))
		require.NoError(t, err, "the actual state counts")
		time.Sleep(10 * time.Second)
		out, err = c.finspace.GetKxCluster(t.Context(), read)
		require.NoError(t, err)
		assert.Equal(t, "v3.zip", out.Code.S3Key)
	}, emulator.WithStaleReads(10*time.Second), emulator.WithChangeTime(time.Second))
}

func TestAdvance(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithStaleReads(0))
	c := clientsOf(t, withoutRetries(emu))
	_, err := c.dlc.SwitchDataEngineImage(t.Context(), dlc.SwitchDataEngineImageRequest{DataEngineID: engine, NewImageVersionID: newImage})
	require.NoError(t, err)
	read := func() *dlc.DataEngineInfo {
		out, err := c.dlc.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: engineName})
		require.NoError(t, err, "signatures are checked against time.Now")
		return out.DataEngine
	}
	assert.Equal(t, dlc.DataEngineStateStarting, read().State)
	emu.Advance(24 * time.Hour)
	assert.Equal(t, newImage, read().ImageVersionID)
}

func TestConflicts(t *testing.T) {
	t.Parallel()
	update := func(c clients, t *testing.T) error {
		_, err := c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("v2.zip", ""))
		return err
	}
	deploy := func(c clients, t *testing.T) error {
		_, err := c.proton.UpdateServiceInstance(t.Context(), instanceUpdate("4", ""))
		return err
	}
	cancel := func(c clients, t *testing.T) error {
		_, err := c.proton.CancelServiceInstanceDeployment(t.Context(), proton.CancelServiceInstanceDeploymentRequest{
			ServiceInstanceName: instance, ServiceName: serviceName,
		})
		return err
	}
	hotUpdate := func(c clients, t *testing.T) error {
		_, err := c.flink.HotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: job})
		return err
	}
	switchTo := func(image string) func(c clients, t *testing.T) error {
		return func(c clients, t *testing.T) error {
			_, err := c.dlc.SwitchDataEngineImage(t.Context(),
				dlc.SwitchDataEngineImageRequest{DataEngineID: engine, NewImageVersionID: image})
			return err
		}
	}
	tests := []struct {
		name  string
		setup func(emu *emulator.Emulator)
		first func(c clients, t *testing.T) error
		then  func(c clients, t *testing.T) error
		code  cloud.Code
	}{
		{"cluster is updating", nil, update, update, finspace.CodeConflictException},
		{"cluster never ran", func(emu *emulator.Emulator) {
			emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{ClusterName: cluster, Status: finspace.KxClusterStatusCreateFailed})
		}, nil, update, finspace.CodeConflictException},
		{"deployment in progress", nil, deploy, deploy, proton.CodeConflictException},
		{"nothing to cancel", nil, nil, cancel, proton.CodeConflictException},
		{"already canceling", nil, func(c clients, t *testing.T) error {
			require.NoError(t, deploy(c, t))
			return cancel(c, t)
		}, cancel, proton.CodeConflictException},
		{"hot update in progress", nil, hotUpdate, hotUpdate, "StateConflict"},
		{"job not running", func(emu *emulator.Emulator) {
			emu.Flink.AddJob(workspace, namespace, flink.Job{JobID: job, Status: &flink.JobStatus{CurrentJobStatus: flink.JobStateFinished}})
		}, nil, hotUpdate, "StateConflict"},
		{"engine is switching", nil, switchTo(newImage), switchTo(newImage), dlc.CodeResourceNotFoundDataEngineNotActivity},
		{"engine is suspended", func(emu *emulator.Emulator) {
			emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: engine, State: dlc.DataEngineStateSuspended})
		}, nil, switchTo(newImage), dlc.CodeResourceNotFoundDataEngineNotActivity},
		{"missing image", nil, nil, switchTo("another"), dlc.CodeResourceNotFoundImageVersionNotFound},
		{"image is not online", func(emu *emulator.Emulator) {
			emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: newImage, State: dlc.ImageVersionStateOffline})
		}, nil, switchTo(newImage), dlc.CodeResourceNotFoundImageVersionNotActivity},
		{"image of another engine type", func(emu *emulator.Emulator) {
			emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: newImage, EngineType: "PrestoSQL"})
		}, nil, switchTo(newImage), dlc.CodeInvalidParameterImageEngineTypeNotMatch},
		{"lower major version", nil, nil, func(c clients, t *testing.T) error {
			r := instanceUpdate("0", "")
			r.DeploymentType, r.TemplateMajorVersion = proton.DeploymentUpdateTypeMajorVersion, "1"
			_, err := c.proton.UpdateServiceInstance(t.Context(), r)
			return err
		}, proton.CodeValidationException},
		{"minor update to another major version", nil, nil, func(c clients, t *testing.T) error {
			r := instanceUpdate("0", "")
			r.TemplateMajorVersion = "3"
			_, err := c.proton.UpdateServiceInstance(t.Context(), r)
			return err
		}, proton.CodeValidationException},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			emu := start(t)
			c := clientsOf(t, withoutRetries(emu))
			if tt.setup != nil {
				tt.setup(emu)
			}
			if tt.first != nil {
				require.NoError(t, tt.first(c, t))
			}
			require.ErrorIs(t, tt.then(c, t), tt.code)
		})
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		call   call
		code   string
		status int
	}{
		{"cluster", finspaceCall("GET", kxPath+"/clusters/another", "", ""), "ResourceNotFoundException", 404},
		{"cluster of another environment", finspaceCall("GET", "/kx/environments/another/clusters/"+cluster, "", ""),
			"ResourceNotFoundException", 404},
		{"environment", finspaceCall("GET", "/kx/environments/another/clusters", "", ""), "ResourceNotFoundException", 404},
		{"cluster to update", finspaceCall("PUT", kxPath+"/clusters/another/configuration/code", "",
			`{"code":{"s3Bucket":"releases","s3Key":"k"}}`),
			"ResourceNotFoundException", 404},
		{"database", finspaceCall("GET", kxPath+"/databases/another/changesets", "", ""), "ResourceNotFoundException", 404},
		{"changeset", finspaceCall("GET", kxPath+"/databases/"+database+"/changesets/another", "", ""), "ResourceNotFoundException", 404},
		{"instance", protonCall("GetServiceInstance", `{"name":"another","serviceName":"storefront"}`), "ResourceNotFoundException", 400},
		{"instance to cancel", protonCall("CancelServiceInstanceDeployment",
			`{"serviceInstanceName":"another","serviceName":"storefront"}`),
			"ResourceNotFoundException", 400},
		{"job", flinkCall("GetJob", "GET", flinkPath+"/jobs/another", "", ""), "990301", 200},
		{"job of another namespace", flinkCall("GetJob", "GET", "/api/v2/namespaces/another/jobs/"+job, "", ""), "990301", 200},
		{"job to update", flinkCall("HotUpdateJob", "POST", flinkPath+"/jobs/another%3AhotUpdate", "", ""), "990301", 200},
		{"hot update", flinkCall("GetHotUpdateJobResult", "GET", flinkPath+"/jobs/hot-updates/another", "", ""), "990301", 200},
		{"deployment", flinkCall("GetDeployment", "GET", flinkPath+"/deployments/another", "", ""), "990301", 200},
		{"deployment to update", flinkCall("UpdateDeployment", "PUT", flinkPath+"/deployments/another", "", "{}"), "990301", 200},
		{"engine", dlcCall("DescribeDataEngine", `{"DataEngineName":"another"}`), "ResourceNotFound.DataEngineNotFound", 200},
		{"engine to switch", dlcCall("SwitchDataEngineImage", `{"DataEngineId":"another","NewImageVersionId":"`+newImage+`"}`),
			"ResourceNotFound.DataEngineNotFound", 200},
		{"engine to check", dlcCall("CheckDataEngineImageCanBeUpgrade", `{"DataEngineId":"another"}`),
			"ResourceNotFound.DataEngineNotFound", 200},
		{"operation of FinSpace", finspaceCall("GET", kxPath+"/everything", "", ""), "UnknownOperationException", 404},
		{"operation of Proton", protonCall("DeleteEverything", "{}"), "UnknownOperationException", 400},
		{"operation of Flink", flinkCall("DeleteEverything", "DELETE", flinkPath+"/everything", "", ""), "InvalidAction.NotFound", 404},
		{"operation of DLC", dlcCall("CreateNothing", "{}"), "InvalidAction", 200},
	}
	emu := start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := tt.call.send(t, emu)
			assert.Equal(t, tt.status, r.status, "%s", r.body)
			assert.Equal(t, tt.code, r.code(tt.call.scheme), "%s", r.body)
		})
	}
}

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	code := kxPath + "/clusters/" + cluster + "/configuration/code"
	tests := []struct {
		name   string
		call   call
		code   string
		status int
	}{
		{"missing member", finspaceCall("PUT", code, "", `{"code":{"s3Bucket":"releases"},"deploymentConfiguration":{}}`),
			"ValidationException", 400},
		{"documented rule", finspaceCall("PUT", code, "", `{"code":{"s3Bucket":"releases"},"initializationScript":"a.q",
			"deploymentConfiguration":{"deploymentStrategy":"NO_RESTART"}}`),
			"ValidationException", 400},
		{"not JSON", finspaceCall("PUT", code, "", `{"code":`), "SerializationException", 400},
		{"more than JSON", finspaceCall("PUT", code, "", `{} {}`), "SerializationException", 400},
		{"an array", finspaceCall("PUT", code, "", `[]`), "SerializationException", 400},
		{"number for a string", finspaceCall("PUT", code, "", `{"code":{"s3Bucket":5}}`), "SerializationException", 400},
		{"page size that is not a number", finspaceCall("GET", kxPath+"/clusters", "maxResults=many", ""), "SerializationException", 400},
		{"page size out of range", finspaceCall("GET", kxPath+"/clusters", "maxResults=101", ""), "ValidationException", 400},
		{"unknown page token", finspaceCall("GET", kxPath+"/clusters", "nextToken=abcd", ""), "ValidationException", 400},
		{"string for a number", protonCall("ListServiceInstances", `{"maxResults":"5"}`), "SerializationException", 400},
		{"fraction for an integer", protonCall("ListServiceInstances", `{"maxResults":1.5}`), "SerializationException", 400},
		{"unknown filter", protonCall("ListServiceInstances", `{"filters":[{"key":"color","value":"red"}]}`), "ValidationException", 400},
		{"filter that is not a time", protonCall("ListServiceInstances", `{"filters":[{"key":"createdAtAfter","value":"yesterday"}]}`),
			"ValidationException", 400},
		{"version with CURRENT_VERSION", protonCall("UpdateServiceInstance", `{"name":"frontend-prod","serviceName":"storefront",
			"deploymentType":"CURRENT_VERSION","templateMinorVersion":"4"}`),
			"ValidationException", 400},
		{"page number", flinkCall("ListDeployments", "GET", flinkPath+"/deployments", "pageIndex=0x1", ""), "InvalidParameter", 400},
		{"page size", flinkCall("ListDeployments", "GET", flinkPath+"/deployments", "pageSize=101", ""), "InvalidParameter", 400},
		{"missing query", flinkCall("ListJobs", "GET", flinkPath+"/jobs", "", ""), "MissingParameter", 400},
		{"missing parameter", dlcCall("SwitchDataEngineImage", `{"DataEngineId":"`+engine+`"}`), "MissingParameter", 200},
		{"unknown parameter", dlcCall("SwitchDataEngineImage", `{"DataEngineId":"`+engine+`","NewImageVersionId":"x","Force":true}`),
			"UnknownParameter", 200},
		{"unknown parameter within", dlcCall("DescribeDataEngines", `{"Filters":[{"Name":"engine-id","Value":"x"}]}`),
			"UnknownParameter", 200},
		{"parameter of another type", dlcCall("DescribeDataEngines", `{"Limit":"10"}`), "InvalidParameter", 200},
		{"parameter out of range", dlcCall("DescribeDataEngines", `{"Limit":101}`), "InvalidParameterValue", 200},
		{"unknown DLC filter", dlcCall("DescribeDataEngines", `{"Filters":[{"Name":"color","Values":["red"]}]}`), "InvalidParameter", 200},
		{"unknown sort order", dlcCall("DescribeDataEngines", `{"SortBy":"color"}`),
			"InvalidParameter.DescribeDataEnginesSortByTypeNotMatch", 200},
		{"unknown engine type", dlcCall("DescribeDataEngineImageVersions", `{"EngineType":"Ray"}`),
			"InvalidParameter.ImageEngineTypeNotMatch", 200},
		{"too large", dlcCall("DescribeDataEngine", `{"DataEngineName":"`+strings.Repeat("x", 10<<20)+`"}`),
			"RequestSizeLimitExceeded", 200},
	}
	emu := start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := tt.call.send(t, emu)
			assert.Equal(t, tt.status, r.status, "%.300s", r.body)
			assert.Equal(t, tt.code, r.code(tt.call.scheme), "%.300s", r.body)
		})
	}
}

func TestIgnoredMembers(t *testing.T) {
	t.Parallel()
	emu := start(t)
	r := protonCall("GetServiceInstance", `{"name":"frontend-prod","serviceName":"storefront","color":"red"}`).send(t, emu)
	assert.Equal(t, http.StatusOK, r.status, "AWS ignores unknown members")
}

func TestTokens(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, withoutRetries(emu))
		update := func(key string) error {
			_, err := c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), codeUpdate(key, "token-1"))
			return err
		}
		require.NoError(t, update("v2.zip"))
		require.NoError(t, update("v2.zip"), "repeated while the cluster is updating")
		require.ErrorIs(t, update("v3.zip"), finspace.CodeValidationException)
		emu.Advance(10 * time.Minute)
		require.NoError(t, update("v3.zip"), "the token has expired")

		first, err := c.finspace.CreateKxChangeset(t.Context(), changeset("token-1"))
		require.NoError(t, err, "each operation has its own tokens")
		again, err := c.finspace.CreateKxChangeset(t.Context(), changeset("token-1"))
		require.NoError(t, err)
		assert.Equal(t, first, again)
		another, err := c.finspace.CreateKxChangeset(t.Context(), changeset("token-2"))
		require.NoError(t, err)
		assert.NotEqual(t, first.ChangesetID, another.ChangesetID)

		one, err := c.proton.UpdateServiceInstance(t.Context(), instanceUpdate("4", "token-1"))
		require.NoError(t, err)
		emu.Advance(7 * time.Hour)
		two, err := c.proton.UpdateServiceInstance(t.Context(), instanceUpdate("4", "token-1"))
		require.NoError(t, err)
		assert.Equal(t, one, two, "the response is the first one, although the deployment has finished")
		_, err = c.proton.UpdateServiceInstance(t.Context(), instanceUpdate("5", "token-1"))
		require.ErrorIs(t, err, proton.CodeValidationException)
		emu.Advance(time.Hour)
		three, err := c.proton.UpdateServiceInstance(t.Context(), instanceUpdate("5", "token-1"))
		require.NoError(t, err)
		assert.NotEqual(t, one.ServiceInstance.LastAttemptedDeploymentID, three.ServiceInstance.LastAttemptedDeploymentID)
	})
}

func TestTokenOfRefusedRequest(t *testing.T) {
	t.Parallel()
	emu := start(t)
	c := clientsOf(t, withoutRetries(emu))
	r := changeset("token-1")
	r.DatabaseName = "another"
	_, err := c.finspace.CreateKxChangeset(t.Context(), r)
	require.ErrorIs(t, err, cloud.ErrNotFound)
	_, err = c.finspace.CreateKxChangeset(t.Context(), changeset("token-1"))
	require.NoError(t, err)
}

func TestMetadataUpdateWithoutDeployment(t *testing.T) {
	t.Parallel()
	emu := start(t)
	c := clientsOf(t, withoutRetries(emu))
	out, err := c.proton.UpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
		Name: instance, ServiceName: serviceName, DeploymentType: proton.DeploymentUpdateTypeNone, ClientToken: "token-1",
	})
	require.NoError(t, err)
	assert.Equal(t, proton.DeploymentStatusSucceeded, out.ServiceInstance.DeploymentStatus)
	assert.Equal(t, "token-1", out.ServiceInstance.LastClientRequestToken)
}

func TestPaging(t *testing.T) {
	t.Parallel()
	const n = 23
	emu := start(t, emulator.WithStaleReads(0))
	for i := range n {
		emu.FinSpace.AddKxCluster("paged", finspace.GetKxClusterResponse{ClusterName: fmt.Sprintf("cluster-%02d", i)})
		emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "paged", Name: fmt.Sprintf("instance-%02d", i)})
		emu.Flink.AddDeployment("paged", "paged", flink.Deployment{Name: fmt.Sprintf("deployment-%02d", i)})
		emu.Flink.AddJob("paged", "paged", flink.Job{DeploymentID: "paged", DeploymentName: fmt.Sprintf("job-%02d", i)})
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{EngineGeneration: "Native", DataEngineName: fmt.Sprintf("engine-%02d", i)})
	}
	c := clientsOf(t, withoutRetries(emu))
	paged, err := flink.New(withoutRetries(emu), flink.WithWorkspace("paged"), flink.WithNamespace("paged"))
	require.NoError(t, err)

	tests := map[string]func(add func(name string, err error)){
		"cluster": func(add func(string, error)) {
			r := finspace.ListKxClustersRequest{EnvironmentID: "paged", MaxResults: 5}
			for v, err := range c.finspace.AllKxClusters(t.Context(), r) {
				add(v.ClusterName, err)
			}
		},
		"instance": func(add func(string, error)) {
			r := proton.ListServiceInstancesRequest{ServiceName: "paged", MaxResults: 5}
			for v, err := range c.proton.AllServiceInstances(t.Context(), r) {
				add(v.Name, err)
			}
		},
		"deployment": func(add func(string, error)) {
			for v, err := range paged.AllDeployments(t.Context(), flink.ListDeploymentsRequest{}) {
				add(v.Name, err)
			}
		},
		"job": func(add func(string, error)) {
			for v, err := range paged.AllJobs(t.Context(), flink.ListJobsRequest{DeploymentID: "paged", PageSize: 5}) {
				add(v.DeploymentName, err)
			}
		},
		"engine": func(add func(string, error)) {
			for v, err := range c.dlc.AllDataEngines(t.Context(), dlc.DescribeDataEnginesRequest{EngineGeneration: "Native"}) {
				add(v.DataEngineName, err)
			}
		},
	}
	for kind, list := range tests {
		var names []string
		list(func(name string, err error) {
			require.NoError(t, err)
			names = append(names, name)
		})
		require.Len(t, names, n, kind)
		for i, name := range names {
			assert.Equal(t, fmt.Sprintf("%s-%02d", kind, i), name)
		}
	}
}

func TestPageTokensBelongToTheirList(t *testing.T) {
	t.Parallel()
	emu := start(t)
	emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "another", Name: "b"})
	c := clientsOf(t, withoutRetries(emu))
	page, err := c.proton.ListServiceInstances(t.Context(), proton.ListServiceInstancesRequest{MaxResults: 1})
	require.NoError(t, err)
	require.NotEmpty(t, page.NextToken)
	_, err = c.proton.ListServiceInstances(t.Context(),
		proton.ListServiceInstancesRequest{ServiceName: "another", NextToken: page.NextToken})
	require.ErrorIs(t, err, proton.CodeValidationException)
}

func TestSortedInstances(t *testing.T) {
	t.Parallel()
	emu := start(t)
	for _, name := range []string{"b", "c", "a"} {
		emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "sorted", Name: name, EnvironmentName: "env-" + name})
	}
	c := clientsOf(t, withoutRetries(emu))
	out, err := c.proton.ListServiceInstances(t.Context(), proton.ListServiceInstancesRequest{
		ServiceName: "sorted", SortBy: proton.ListServiceInstancesSortByName, SortOrder: proton.SortOrderDescending,
		Filters: []proton.ListServiceInstancesFilter{
			{Key: proton.ListServiceInstancesFilterByEnvironmentName, Value: new("env-a")},
			{Key: proton.ListServiceInstancesFilterByEnvironmentName, Value: new("env-c")},
			{Key: proton.ListServiceInstancesFilterByDeploymentStatus, Value: new("SUCCEEDED")},
			{Key: proton.ListServiceInstancesFilterByCreatedAtBefore, Value: new(time.Now().Format(time.RFC3339))},
		},
	})
	require.NoError(t, err)
	var names []string
	for _, i := range out.ServiceInstances {
		names = append(names, i.Name)
	}
	assert.Equal(t, []string{"c", "a"}, names)
}

func TestAddCopiesResources(t *testing.T) {
	t.Parallel()
	emu := start(t)
	code := &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "before"}
	emu.FinSpace.AddKxCluster("copies", finspace.GetKxClusterResponse{ClusterName: "copied", Code: code})
	code.S3Key = "after"
	out, err := clientsOf(t, withoutRetries(emu)).finspace.GetKxCluster(t.Context(),
		finspace.GetKxClusterRequest{EnvironmentID: "copies", ClusterName: "copied"})
	require.NoError(t, err)
	assert.Equal(t, "before", out.Code.S3Key)
}
