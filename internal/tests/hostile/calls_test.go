package hostile_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// A call is one operation of one service, with how a healthy service responds.
type call struct {
	service    string
	operation  string
	idempotent bool // a repetition does no harm
	good       string
	make       func(ctx context.Context, c clients) error
}

// changes reports whether there is something to carry out.
func (c call) changes() bool {
	return !strings.HasPrefix(c.operation, "Get") && !strings.HasPrefix(c.operation, "Describe")
}

type clients struct {
	finspace *finspace.Client
	proton   *proton.Client
	flink    *flink.Client
	dlc      *dlc.Client
}

func newClients(t *testing.T, endpoint string, timeout time.Duration, transport http.RoundTripper) clients {
	t.Helper()
	cfg := cloud.Config{
		Region: "us-east-1", Endpoint: endpoint, Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "not-a-real-secret", ""),
		Retry:      cloud.Retry{MinDelay: time.Millisecond, MaxDelay: 5 * time.Millisecond},
		HTTPClient: &http.Client{Transport: transport}, Timeout: timeout, RequestRate: -1,
	}
	var c clients
	var err error
	c.finspace, err = finspace.New(cfg)
	require.NoError(t, err)
	c.proton, err = proton.New(cfg)
	require.NoError(t, err)
	c.flink, err = flink.New(cfg, flink.WithWorkspace("w"), flink.WithNamespace("n"))
	require.NoError(t, err)
	c.dlc, err = dlc.New(cfg)
	require.NoError(t, err)
	return c
}

// calls has, for each service, a read, a change that a token or its kind makes safe to repeat, a change that
// nothing does, and, where the service has one, a call whose response has no members.
func calls() []call {
	return []call{
		{"finspace", "GetKxCluster", true, `{"status":"RUNNING","clusterName":"hdb-prod"}`, func(ctx context.Context, c clients) error {
			_, err := c.finspace.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"})
			return err
		}},
		{"finspace", "CreateKxChangeset", true, `{"changesetId":"cs1","status":"PENDING"}`, func(ctx context.Context, c clients) error {
			_, err := c.finspace.CreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
				EnvironmentID: "kx7example", DatabaseName: "trades",
				ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypeDelete, DBPath: "/2026.11.29/"}},
			})
			return err
		}},
		{"finspace", "UpdateKxClusterCodeConfiguration", true, "", func(ctx context.Context, c clients) error {
			_, err := c.finspace.UpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
				EnvironmentID: "kx7example", ClusterName: "hdb-prod", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
				DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategyRolling},
			})
			return err
		}},
		{"finspace", "TagResource", false, "", func(ctx context.Context, c clients) error {
			_, err := c.finspace.TagResource(ctx, finspace.TagResourceRequest{
				ResourceARN: "arn:aws:finspace:us-east-1:123456789012:environment/abcdefghijklmnopqrstuvwxyz", Tags: map[string]string{"team": "rates"},
			})
			return err
		}},
		{"proton", "GetServiceInstance", true, `{"serviceInstance":{"name":"i","serviceName":"s","deploymentStatus":"SUCCEEDED"}}`, func(ctx context.Context, c clients) error {
			_, err := c.proton.GetServiceInstance(ctx, proton.GetServiceInstanceRequest{Name: "i", ServiceName: "s"})
			return err
		}},
		{"proton", "UpdateServiceInstance", true, `{"serviceInstance":{"name":"i","serviceName":"s","deploymentStatus":"IN_PROGRESS"}}`, func(ctx context.Context, c clients) error {
			_, err := c.proton.UpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
				Name: "i", ServiceName: "s", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "proton: ServiceSpec\n",
			})
			return err
		}},
		{"proton", "UpdateEnvironment", false, `{"environment":{"name":"e","deploymentStatus":"IN_PROGRESS"}}`, func(ctx context.Context, c clients) error {
			_, err := c.proton.UpdateEnvironment(ctx, proton.UpdateEnvironmentRequest{
				Name: "e", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "proton: EnvironmentSpec\n",
			})
			return err
		}},
		{"flink", "GetJob", true, `{"success":true,"requestId":"r","data":{"jobId":"j","status":{"currentJobStatus":"RUNNING"}}}`, func(ctx context.Context, c clients) error {
			_, err := c.flink.GetJob(ctx, flink.GetJobRequest{JobID: "j"})
			return err
		}},
		{"flink", "HotUpdateJob", false, `{"success":true,"requestId":"r","data":{"jobHotUpdateId":"h"}}`, func(ctx context.Context, c clients) error {
			_, err := c.flink.HotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "j"})
			return err
		}},
		{"flink", "CreateSavepoint", false, `{"success":true,"requestId":"r","data":{"savepointId":"sp"}}`, func(ctx context.Context, c clients) error {
			_, err := c.flink.CreateSavepoint(ctx, flink.CreateSavepointRequest{DeploymentID: "d"})
			return err
		}},
		{"dlc", "DescribeDataEngine", true, `{"Response":{"RequestId":"r","DataEngine":{"DataEngineName":"e","DataEngineId":"DataEngine-1","State":2}}}`, func(ctx context.Context, c clients) error {
			_, err := c.dlc.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: "e"})
			return err
		}},
		{"dlc", "SwitchDataEngineImage", false, `{"Response":{"RequestId":"r"}}`, func(ctx context.Context, c clients) error {
			_, err := c.dlc.SwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "v2"})
			return err
		}},
		{"dlc", "LaunchStandardEngineResourceGroups", false, `{"Response":{"RequestId":"r"}}`, func(ctx context.Context, c clients) error {
			_, err := c.dlc.LaunchStandardEngineResourceGroups(ctx, dlc.LaunchStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{"g"}})
			return err
		}},
	}
}
