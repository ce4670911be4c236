package conformance_test

import (
	"testing"
	"time"

	"github.com/alibabacloud-go/tea/tea"
	"github.com/aws/aws-sdk-go-v2/aws"
	officialfinspace "github.com/aws/aws-sdk-go-v2/service/finspace"
	finspacetypes "github.com/aws/aws-sdk-go-v2/service/finspace/types"
	officialproton "github.com/aws/aws-sdk-go-v2/service/proton"
	protontypes "github.com/aws/aws-sdk-go-v2/service/proton/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	tcerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// start starts an emulator that has what the five changes need. A change takes a minute of its clock.
func start(t *testing.T) (*emulator.Emulator, clients.Target) {
	t.Helper()
	emu, err := emulator.Start(emulator.WithChangeTime(time.Minute), emulator.WithStaleReads(0))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
	emu.FinSpace.AddKxDatabase("kxenv", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
	emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod", Spec: "old"})
	emu.Flink.AddJob("w1", "default", flink.Job{JobID: "job-1"})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old"})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", ImageVersionID: "old"})
	return emu, clients.Target{URL: emu.URL(), AccessKeyID: emulator.AccessKeyID, Secret: emulator.SecretAccessKey}
}

func TestOfficialUpdateKxClusterCodeConfiguration(t *testing.T) {
	t.Parallel()
	emu, target := start(t)
	c := clients.OfficialFinspace(target)
	update := func(cluster string) error {
		_, err := c.UpdateKxClusterCodeConfiguration(t.Context(), &officialfinspace.UpdateKxClusterCodeConfigurationInput{
			EnvironmentId: aws.String("kxenv"), ClusterName: &cluster,
			Code: &finspacetypes.CodeConfiguration{S3Bucket: aws.String("releases"), S3Key: aws.String("new.zip")},
		})
		return err
	}
	get := func() *officialfinspace.GetKxClusterOutput {
		out, err := c.GetKxCluster(t.Context(), &officialfinspace.GetKxClusterInput{EnvironmentId: aws.String("kxenv"), ClusterName: aws.String("hdb")})
		require.NoError(t, err)
		return out
	}
	require.NoError(t, update("hdb"))
	assert.Equal(t, finspacetypes.KxClusterStatusUpdating, get().Status)
	var conflict *finspacetypes.ConflictException
	require.ErrorAs(t, update("hdb"), &conflict)
	emu.Advance(time.Minute)
	assert.Equal(t, finspacetypes.KxClusterStatusRunning, get().Status)
	assert.Equal(t, "new.zip", *get().Code.S3Key)

	var notFound *finspacetypes.ResourceNotFoundException
	require.ErrorAs(t, update("other"), &notFound)
	assert.Contains(t, notFound.ErrorMessage(), "other")
}

func TestOfficialCreateKxChangeset(t *testing.T) {
	t.Parallel()
	emu, target := start(t)
	c := clients.OfficialFinspace(target)
	create := func(path string) (*officialfinspace.CreateKxChangesetOutput, error) {
		return c.CreateKxChangeset(t.Context(), &officialfinspace.CreateKxChangesetInput{
			EnvironmentId: aws.String("kxenv"), DatabaseName: aws.String("trades"),
			ChangeRequests: []finspacetypes.ChangeRequest{{
				ChangeType: finspacetypes.ChangeTypePut, S3Path: aws.String("s3://releases/2026.11.21/"), DbPath: &path,
			}},
		})
	}
	out, err := create("/2026.11.21/")
	require.NoError(t, err)
	emu.Advance(time.Minute)
	changeset, err := c.GetKxChangeset(t.Context(), &officialfinspace.GetKxChangesetInput{
		EnvironmentId: aws.String("kxenv"), DatabaseName: aws.String("trades"), ChangesetId: out.ChangesetId,
	})
	require.NoError(t, err)
	assert.Equal(t, finspacetypes.ChangesetStatusCompleted, changeset.Status)

	_, err = create("no slash")
	var invalid *finspacetypes.ValidationException
	require.ErrorAs(t, err, &invalid)
	assert.Contains(t, invalid.ErrorMessage(), "dbPath")
}

func TestOfficialUpdateServiceInstance(t *testing.T) {
	t.Parallel()
	emu, target := start(t)
	c := clients.OfficialProton(target)
	update := func(name string, deployment protontypes.DeploymentUpdateType) error {
		//lint:ignore SA1019 all operations of Proton are deprecated
		_, err := c.UpdateServiceInstance(t.Context(), &officialproton.UpdateServiceInstanceInput{
			ServiceName: aws.String("shop"), Name: &name, DeploymentType: deployment, Spec: aws.String("new"),
		})
		return err
	}
	require.NoError(t, update("prod", protontypes.DeploymentUpdateTypeCurrentVersion))
	emu.Advance(time.Minute)
	waiter := officialproton.NewServiceInstanceDeployedWaiter(c)
	out, err := waiter.WaitForOutput(t.Context(), &officialproton.GetServiceInstanceInput{ServiceName: aws.String("shop"), Name: aws.String("prod")}, time.Minute)
	require.NoError(t, err)
	assert.Equal(t, "new", *out.ServiceInstance.Spec)

	var notFound *protontypes.ResourceNotFoundException
	require.ErrorAs(t, update("other", protontypes.DeploymentUpdateTypeCurrentVersion), &notFound)
	var invalid *protontypes.ValidationException
	require.ErrorAs(t, update("prod", "SOMEHOW"), &invalid)
}

func TestOfficialHotUpdateJob(t *testing.T) {
	t.Parallel()
	emu, target := start(t)
	c, err := clients.OfficialFlink(target, false)
	require.NoError(t, err)
	do := func(action, method, path, workspace string) (map[string]any, error) {
		return c.Do(clients.FlinkCall{
			Action: action, Method: method, Path: "/api/v2/namespaces/default/jobs/" + path, Headers: map[string]*string{"workspace": &workspace},
		})
	}
	body, err := do("HotUpdateJob", "POST", "job-1%3AhotUpdate", "w1")
	require.NoError(t, err)
	data := body["data"].(map[string]any)
	emu.Advance(time.Minute)
	body, err = do("GetHotUpdateJobResult", "GET", "hot-updates/"+data["jobHotUpdateId"].(string), "w1")
	require.NoError(t, err)
	assert.Equal(t, "HOT_UPDATED", body["data"].(map[string]any)["status"].(map[string]any)["status"])

	// An error of the service is in a 200, which the official runtime takes for a success.
	body, err = do("HotUpdateJob", "POST", "job-2%3AhotUpdate", "w1")
	require.NoError(t, err)
	assert.Equal(t, false, body["success"])
	assert.Equal(t, "990301", body["errorCode"])

	_, err = do("HotUpdateJob", "POST", "job-1%3AhotUpdate", "")
	var refused *tea.SDKError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "MissingParameter", tea.StringValue(refused.Code))
}

func TestOfficialSwitchDataEngineImage(t *testing.T) {
	t.Parallel()
	emu, target := start(t)
	c := clients.OfficialDLC(target)
	send := func(action string, parameters map[string]any, response tchttp.Response) error {
		request := tchttp.NewCommonRequest("dlc", clients.DLCVersion, action)
		require.NoError(t, request.SetActionParameters(parameters))
		return c.Send(request, response)
	}
	change := func(parameters map[string]any) error {
		return send("SwitchDataEngineImage", parameters, tchttp.NewCommonResponse())
	}
	require.NoError(t, change(map[string]any{"DataEngineId": "DataEngine-1", "NewImageVersionId": "new"}))
	emu.Advance(time.Minute)
	var described dlc.DescribeDataEngineResponse
	require.NoError(t, send("DescribeDataEngine", map[string]any{"DataEngineName": "etl"}, clients.NewDLCResponse(&described)))
	assert.Equal(t, dlc.DataEngineStateRunning, described.DataEngine.State)
	assert.Equal(t, "new", described.DataEngine.ImageVersionID)

	for want, err := range map[string]error{
		"ResourceNotFound": change(map[string]any{"DataEngineId": "DataEngine-2", "NewImageVersionId": "new"}),
		"MissingParameter": change(map[string]any{"DataEngineId": "DataEngine-1"}),
	} {
		var refused *tcerrors.TencentCloudSDKError
		require.ErrorAs(t, err, &refused)
		assert.Contains(t, refused.Code, want)
	}
}
