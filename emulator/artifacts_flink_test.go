package emulator_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// flinkArtifacts are the resources that jobs use.
var flinkArtifacts = map[string]func(t *testing.T, c clients){
	"Deployment targets": func(t *testing.T, c clients) {
		made, err := c.flink.CreateDeploymentTarget(t.Context(), flink.CreateDeploymentTargetRequest{
			DeploymentTargetName: "queue", ResourceSpec: flink.ResourceSpec{CPU: new(2.0), Memory: "8Gi"},
		})
		require.NoError(t, err)
		assert.Equal(t, &flink.ResourceSpec{CPU: new(2.0), Memory: "8Gi"}, made.Data.Quota.Limit)
		elastic := flink.Resource{
			FixedResource:   flink.ResourceSpec{CPU: new(1.0), Memory: "4Gi"},
			ElasticResource: &flink.ResourceSpec{CPU: new(0.5), Memory: "512Mi"},
		}
		_, err = c.flink.CreateDeploymentTargetV2(t.Context(), flink.CreateDeploymentTargetV2Request{
			DeploymentTargetName: "queue", Resource: elastic,
		})
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		second, err := c.flink.CreateDeploymentTargetV2(t.Context(), flink.CreateDeploymentTargetV2Request{
			DeploymentTargetName: "elastic", Resource: elastic,
		})
		require.NoError(t, err)
		assert.Equal(t, &flink.ResourceSpec{CPU: new(1.5), Memory: "4608Mi"}, second.Data.Quota.Limit)
		assert.Equal(t, &elastic.FixedResource, second.Data.Quota.Request)
		updated, err := c.flink.UpdateDeploymentTargetV2(t.Context(), flink.UpdateDeploymentTargetV2Request{
			DeploymentTargetName: "queue", Resource: elastic,
		})
		require.NoError(t, err)
		list, err := c.flink.ListDeploymentTargets(t.Context(), flink.ListDeploymentTargetsRequest{PageSize: 1})
		require.NoError(t, err)
		assert.Equal(t, []flink.DeploymentTarget{*updated.Data}, list.Data)
		assert.Equal(t, 2, list.TotalSize)
		_, err = c.flink.UpdateDeploymentTarget(t.Context(), flink.UpdateDeploymentTargetRequest{
			DeploymentTargetName: "elastic", ResourceSpec: flink.ResourceSpec{CPU: new(3.0)},
		})
		require.NoError(t, err)

		_, err = c.flink.UpdateDeployment(t.Context(), flink.UpdateDeploymentRequest{DeploymentID: deployment, Deployment: flink.Deployment{
			DeploymentTarget: &flink.BriefDeploymentTarget{Name: "queue", Mode: flink.DeploymentTargetModePerJob},
		}})
		require.NoError(t, err)
		drop := func(name string) error {
			_, err := c.flink.DeleteDeploymentTarget(t.Context(), flink.DeleteDeploymentTargetRequest{DeploymentTargetName: name})
			return err
		}
		require.ErrorIs(t, drop("queue"), cloud.Code("StateConflict"), "a job runs there")
		require.NoError(t, drop("elastic"))
		require.ErrorIs(t, drop("elastic"), cloud.ErrNotFound)
	},
	"SQL files": func(t *testing.T, c clients) {
		in := flink.SQLFile{Name: "q", ParentID: "root", SessionClusterName: sessionCluster, SQLScript: "SELECT 1"}
		made, err := c.flink.CreateSQLFile(t.Context(), flink.CreateSQLFileRequest{SQLFile: in})
		require.NoError(t, err)
		id := made.Data.SQLFileID
		updated, err := c.flink.UpdateSQLFile(t.Context(), flink.UpdateSQLFileRequest{
			SQLFileID: id, SQLFile: flink.SQLFile{SQLScript: "SELECT 3", SQLFileID: "mine"},
		})
		require.NoError(t, err)
		got, err := c.flink.GetSQLFile(t.Context(), flink.GetSQLFileRequest{SQLFileID: id})
		require.NoError(t, err)
		assert.Equal(t, updated.Data, got.Data)
		assert.Equal(t, "SELECT 3", got.Data.SQLScript)
		assert.Equal(t, "q", got.Data.Name)
		in.ParentID = "nowhere"
		_, err = c.flink.CreateSQLFile(t.Context(), flink.CreateSQLFileRequest{SQLFile: in})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.flink.DeleteSQLFile(t.Context(), flink.DeleteSQLFileRequest{SQLFileID: id})
		require.NoError(t, err)
		_, err = c.flink.GetSQLFile(t.Context(), flink.GetSQLFileRequest{SQLFileID: id})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Connectors": func(t *testing.T, c clients) {
		register := flink.RegisterCustomConnectorRequest{JarURL: "oss://bucket/redis.jar"}
		made, err := c.flink.RegisterCustomConnector(t.Context(), register)
		require.NoError(t, err)
		require.Len(t, made.Data, 1)
		assert.Equal(t, "redis", made.Data[0].Name)
		_, err = c.flink.RegisterCustomConnector(t.Context(), register)
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		list, err := c.flink.ListCustomConnectors(t.Context(), flink.ListCustomConnectorsRequest{})
		require.NoError(t, err)
		assert.Equal(t, made.Data, list.Data)
		execute(t, c, "CREATE TABLE cache (k STRING) WITH ('connector' = 'redis')")
		deleted, err := c.flink.DeleteCustomConnector(t.Context(), flink.DeleteCustomConnectorRequest{ConnectorName: "redis"})
		require.NoError(t, err)
		assert.Equal(t, []flink.TableMeta{{CatalogName: "vvp", DatabaseName: "default", TableName: "cache"}}, deleted.Data)
		_, err = c.flink.DeleteCustomConnector(t.Context(), flink.DeleteCustomConnectorRequest{ConnectorName: "redis"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Functions": func(t *testing.T, c clients) {
		in := flink.UDFArtifact{Name: "f.jar", JarURL: "oss://b/f.jar", UDFClasses: []flink.UDFClass{{ClassName: "a.Upper"}}}
		made, err := c.flink.CreateUDFArtifact(t.Context(), flink.CreateUDFArtifactRequest{UDFArtifact: in})
		require.NoError(t, err)
		require.True(t, made.Data.CreateSuccess)
		assert.Equal(t, flink.UDFArtifactTypeJava, made.Data.UDFArtifact.ArtifactType)
		in.Name = "g.jar"
		colliding, err := c.flink.CreateUDFArtifact(t.Context(), flink.CreateUDFArtifactRequest{UDFArtifact: in})
		require.NoError(t, err)
		assert.False(t, colliding.Data.CreateSuccess)
		assert.Equal(t, made.Data.UDFArtifact.UDFClasses, colliding.Data.CollidingClasses)

		register := flink.RegisterUDFFunctionRequest{ClassName: "a.Upper", FunctionName: "up", UDFArtifactName: "f.jar"}
		function, err := c.flink.RegisterUDFFunction(t.Context(), register)
		require.NoError(t, err)
		assert.Equal(t, &flink.UDFFunction{ClassName: "a.Upper", FunctionName: "up", UDFArtifactName: "f.jar"}, function.Data)
		_, err = c.flink.RegisterUDFFunction(t.Context(), register)
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		deleted, err := c.flink.DeleteUDFArtifact(t.Context(), flink.DeleteUDFArtifactRequest{UDFArtifactName: "f.jar"})
		require.NoError(t, err)
		assert.False(t, deleted.Data.DeleteSuccess)
		assert.Len(t, deleted.Data.ReferencedClasses, 1)
		update := func(classes ...flink.UDFClass) *flink.UpdateUDFArtifactResult {
			out, err := c.flink.UpdateUDFArtifact(t.Context(), flink.UpdateUDFArtifactRequest{
				UDFArtifactName: "f.jar", UDFArtifact: flink.UDFArtifact{Name: "f.jar", JarURL: "oss://b/f2.jar", UDFClasses: classes},
			})
			require.NoError(t, err)
			return out.Data
		}
		assert.Len(t, update(flink.UDFClass{ClassName: "a.Lower"}).MissingClasses, 1)
		assert.True(t, update(flink.UDFClass{ClassName: "a.Upper"}, flink.UDFClass{ClassName: "a.Lower"}).UpdateSuccess)
		got, err := c.flink.GetUDFArtifacts(t.Context(), flink.GetUDFArtifactsRequest{UDFArtifactName: "f.jar"})
		require.NoError(t, err)
		require.Len(t, got.Data, 1)
		assert.Equal(t, "oss://b/f2.jar", got.Data[0].JarURL)
		assert.Equal(t, []string{"up"}, got.Data[0].UDFClasses[0].FunctionNames)

		unregister := flink.DeleteUDFFunctionRequest{ClassName: "a.Upper", FunctionName: "up", UDFArtifactName: "f.jar"}
		_, err = c.flink.DeleteUDFFunction(t.Context(), unregister)
		require.NoError(t, err)
		_, err = c.flink.DeleteUDFFunction(t.Context(), unregister)
		require.ErrorIs(t, err, cloud.ErrNotFound)
		deleted, err = c.flink.DeleteUDFArtifact(t.Context(), flink.DeleteUDFArtifactRequest{UDFArtifactName: "f.jar"})
		require.NoError(t, err)
		assert.True(t, deleted.Data.DeleteSuccess)
		got, err = c.flink.GetUDFArtifacts(t.Context(), flink.GetUDFArtifactsRequest{})
		require.NoError(t, err)
		assert.Empty(t, got.Data)
	},
	"Uploads": func(t *testing.T, c clients) {
		out, err := c.flink.GetPreSignedURLForPutObject(t.Context(), flink.GetPreSignedURLForPutObjectRequest{FileName: "job.jar"})
		require.NoError(t, err)
		assert.Contains(t, out.Data.JarURL, namespace+"/job.jar")
		assert.Contains(t, out.Data.PreSignedURL, "job.jar?Signature=")
	},
	"Engines": func(t *testing.T, c clients) {
		out, err := c.flink.ListEngineVersionMetadata(t.Context(), flink.ListEngineVersionMetadataRequest{})
		require.NoError(t, err)
		var names []string
		for _, e := range out.Data.EngineVersionMetadata {
			names = append(names, e.EngineVersion)
		}
		assert.Contains(t, names, out.Data.DefaultEngineVersion)
	},
	"Flink's API": func(t *testing.T, c clients) {
		get := func(id, path string) (string, error) {
			out, err := c.flink.FlinkAPIProxy(t.Context(), flink.FlinkAPIProxyRequest{
				ResourceType: flink.ProxiedResourceTypeJobs, ResourceID: id, FlinkAPIPath: path, Namespace: namespace,
			})
			if err != nil {
				return "", err
			}
			return out.Data, nil
		}
		for path, want := range map[string]string{
			"/jobs/" + job: `"state":"RUNNING"`, "/jobs/" + job + "/metrics": "numRestarts", "/jobs/overview": `"jid":"5af678c0`,
			"/overview": `"jobs-running":1`,
		} {
			data, err := get(job, path)
			require.NoError(t, err, path)
			assert.Contains(t, data, want)
		}
		_, err := get(job, "/jobs/"+job+"/plan")
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = get("another", "/overview")
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = get(endedJob, "/overview")
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
	},
}
