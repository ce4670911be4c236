package flows_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// canned responds to every request with the same body, at little cost of its own.
type canned []byte

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(c)),
		ContentLength: int64(len(c)), Request: r, ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// BenchmarkCall is one whole call without a network: check, encode, sign, send, read, decode.
func BenchmarkCall(b *testing.B) {
	config := func(body string) cloud.Config {
		return cloud.Config{
			Region: "us-east-1", Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
			HTTPClient: &http.Client{Transport: canned(body)}, RequestRate: -1,
		}
	}
	ctx := context.Background()
	run := func(name, body string, call func(cloud.Config) func() error) {
		b.Run(name, func(b *testing.B) {
			one := call(config(body))
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if err := one(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	kx := func(cfg cloud.Config) *finspace.Client {
		c, err := finspace.New(cfg)
		require.NoError(b, err)
		return c
	}
	run("finspace/UpdateKxClusterCodeConfiguration", "", func(cfg cloud.Config) func() error {
		c := kx(cfg)
		return func() error {
			_, err := c.UpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
				EnvironmentID: "kxenv", ClusterName: "hdb-prod", InitializationScript: "code/init.q",
				Code:                    finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
				CommandLineArguments:    []finspace.KxCommandLineArgument{{Key: "s", Value: "4"}, {Key: "tick", Value: "1"}},
				DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategyRolling},
			})
			return err
		}
	})
	cluster := `{"status":"RUNNING","clusterName":"hdb-%d","clusterType":"HDB","createdTimestamp":1763700000.123,"lastModifiedTimestamp":1763780000.456,` +
		`"clusterDescription":"historical database of the equities desk","releaseLabel":"1.0","azMode":"SINGLE","availabilityZoneId":"use1-az1"}`
	run("finspace/GetKxCluster", fmt.Sprintf(cluster, 1), func(cfg cloud.Config) func() error {
		c := kx(cfg)
		return func() error {
			_, err := c.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb-1"})
			return err
		}
	})
	var items []string
	for i := range 100 {
		items = append(items, fmt.Sprintf(cluster, i))
	}
	run("finspace/ListKxClusters100", `{"kxClusterSummaries":[`+strings.Join(items, ",")+`]}`, func(cfg cloud.Config) func() error {
		c := kx(cfg)
		return func() error {
			_, err := c.ListKxClusters(ctx, finspace.ListKxClustersRequest{EnvironmentID: "kxenv"})
			return err
		}
	})
	run("proton/UpdateServiceInstance", `{"serviceInstance":{"name":"prod","serviceName":"shop","deploymentStatus":"IN_PROGRESS","createdAt":1763700000.1}}`, func(cfg cloud.Config) func() error {
		c, err := proton.New(cfg)
		require.NoError(b, err)
		spec := strings.Repeat("replicas: 3\n", 170)
		return func() error {
			_, err := c.UpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
				Name: "prod", ServiceName: "shop", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: spec,
			})
			return err
		}
	})
	run("flink/HotUpdateJob", `{"requestId":"R","success":true,"httpCode":200,"data":{"jobHotUpdateId":"h1","jobId":"j1","status":{"status":"INIT"}}}`, func(cfg cloud.Config) func() error {
		c, err := flink.New(cfg, flink.WithWorkspace("w"), flink.WithNamespace("n"))
		require.NoError(b, err)
		return func() error {
			_, err := c.HotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "88a8fc49-e090-430a-85d8-3ee8c79c0001"})
			return err
		}
	})
	run("dlc/SwitchDataEngineImage", `{"Response":{"RequestId":"R"}}`, func(cfg cloud.Config) func() error {
		c, err := dlc.New(cfg)
		require.NoError(b, err)
		return func() error {
			_, err := c.SwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "image-2"})
			return err
		}
	})
}
