package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	official "github.com/aws/aws-sdk-go-v2/service/finspace"
	"github.com/aws/aws-sdk-go-v2/service/finspace/types"

	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
)

func finspaceService() service {
	list := success(list(`{"kxClusterSummaries":[`, "kx_cluster_item.json", `],"nextToken":"AAAAZnV0dXJlcy1wYWdlLTI="}`))
	return service{"finspace", []operation{
		{"update", success(""), updateCode, officialUpdateCode, floorUpdateCode},
		{"read", success(document("kx_cluster.json")), getCluster, officialGetCluster, floorGetCluster},
		{"list", list, listClusters, officialListClusters, floorListClusters},
		{"error", conflict(409), refusedBy(updateCode, isConflict), refusedBy(officialUpdateCode, as[*types.ConflictException]), floorRefused(floorUpdateCode)},
	}, []Case{
		{
			Name:   "client",
			Ours:   func() error { _, err := clients.Finspace(clients.Target{}); return err },
			Theirs: func() error { clients.OfficialFinspace(clients.Target{}); return nil },
		},
		awsSigning("finspace"),
	}}
}

// side makes the call of one side.
type side = func(clients.Target) (func() error, error)

// refusedBy makes a call that must be refused.
func refusedBy(make side, isExpected func(error) bool) side {
	return func(t clients.Target) (func() error, error) {
		call, err := make(t)
		return refused(call, isExpected), err
	}
}

func floorRefused(make func(*floor) func() error) func(*floor) func() error {
	return func(f *floor) func() error { return refused(make(f), isFloorRefusal) }
}

func updateCode(t clients.Target) (func() error, error) {
	c, err := clients.Finspace(t)
	return func() error {
		_, err := c.UpdateKxClusterCodeConfiguration(context.Background(), finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv0123456789", ClusterName: "rdb-futures-live", ClientToken: requestID, InitializationScript: "start/futures.q",
			Code: finspace.CodeConfiguration{S3Bucket: "desk-releases-us-east", S3Key: "futures/2026-11-20/bundle.zip", S3ObjectVersion: "Zp4mQ1xN8vT7bYc2LkWd5RjHs9GfEa30"},
			CommandLineArguments: []finspace.KxCommandLineArgument{
				{Key: "s", Value: "4"}, {Key: "codePath", Value: "/opt/kx/app/code"}, {Key: "schema", Value: "futures"},
			},
			DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategyRolling},
		})
		return err
	}, err
}

func officialUpdateCode(t clients.Target) (func() error, error) {
	c := clients.OfficialFinspace(t)
	return func() error {
		_, err := c.UpdateKxClusterCodeConfiguration(context.Background(), &official.UpdateKxClusterCodeConfigurationInput{
			EnvironmentId: aws.String("kxenv0123456789"), ClusterName: aws.String("rdb-futures-live"), ClientToken: aws.String(requestID), InitializationScript: aws.String("start/futures.q"),
			Code: &types.CodeConfiguration{
				S3Bucket: aws.String("desk-releases-us-east"), S3Key: aws.String("futures/2026-11-20/bundle.zip"), S3ObjectVersion: aws.String("Zp4mQ1xN8vT7bYc2LkWd5RjHs9GfEa30"),
			},
			CommandLineArguments: []types.KxCommandLineArgument{
				{Key: aws.String("s"), Value: aws.String("4")}, {Key: aws.String("codePath"), Value: aws.String("/opt/kx/app/code")}, {Key: aws.String("schema"), Value: aws.String("futures")},
			},
			DeploymentConfiguration: &types.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: types.KxClusterCodeDeploymentStrategyRolling},
		})
		return err
	}, nil
}

func floorUpdateCode(f *floor) func() error {
	return func() error {
		return f.call("PUT", "/kx/environments/kxenv0123456789/clusters/rdb-futures-live/configuration/code", finspace.UpdateKxClusterCodeConfigurationRequest{
			ClientToken: requestID, InitializationScript: "start/futures.q",
			Code: finspace.CodeConfiguration{S3Bucket: "desk-releases-us-east", S3Key: "futures/2026-11-20/bundle.zip", S3ObjectVersion: "Zp4mQ1xN8vT7bYc2LkWd5RjHs9GfEa30"},
			CommandLineArguments: []finspace.KxCommandLineArgument{
				{Key: "s", Value: "4"}, {Key: "codePath", Value: "/opt/kx/app/code"}, {Key: "schema", Value: "futures"},
			},
			DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategyRolling},
		}, nil)
	}
}

func getCluster(t clients.Target) (func() error, error) {
	c, err := clients.Finspace(t)
	return func() error {
		_, err := c.GetKxCluster(context.Background(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv0123456789", ClusterName: "rdb-futures-live"})
		return err
	}, err
}

func officialGetCluster(t clients.Target) (func() error, error) {
	c := clients.OfficialFinspace(t)
	return func() error {
		_, err := c.GetKxCluster(context.Background(), &official.GetKxClusterInput{EnvironmentId: aws.String("kxenv0123456789"), ClusterName: aws.String("rdb-futures-live")})
		return err
	}, nil
}

// floorCluster has the times as numbers, as encoding/json reads them.
type floorCluster struct {
	finspace.GetKxClusterResponse
	LastModifiedTimestamp float64 `json:"lastModifiedTimestamp"`
	CreatedTimestamp      float64 `json:"createdTimestamp"`
}

func floorGetCluster(f *floor) func() error {
	return func() error {
		return f.call("GET", "/kx/environments/kxenv0123456789/clusters/rdb-futures-live", nil, new(floorCluster))
	}
}

func listClusters(t clients.Target) (func() error, error) {
	c, err := clients.Finspace(t)
	return func() error {
		out, err := c.ListKxClusters(context.Background(), finspace.ListKxClustersRequest{EnvironmentID: "kxenv0123456789", MaxResults: 100})
		if err != nil {
			return err
		}
		return complete(len(out.KxClusterSummaries))
	}, err
}

func officialListClusters(t clients.Target) (func() error, error) {
	c := clients.OfficialFinspace(t)
	return func() error {
		out, err := c.ListKxClusters(context.Background(), &official.ListKxClustersInput{EnvironmentId: aws.String("kxenv0123456789"), MaxResults: 100})
		if err != nil {
			return err
		}
		return complete(len(out.KxClusterSummaries))
	}, nil
}

type floorClusters struct {
	KxClusterSummaries []struct {
		finspace.KxCluster
		LastModifiedTimestamp float64 `json:"lastModifiedTimestamp"`
		CreatedTimestamp      float64 `json:"createdTimestamp"`
	} `json:"kxClusterSummaries"`
	NextToken string `json:"nextToken"`
}

func floorListClusters(f *floor) func() error {
	return func() error {
		var out floorClusters
		err := f.call("GET", "/kx/environments/kxenv0123456789/clusters?maxResults=100", nil, &out)
		if err != nil {
			return err
		}
		return complete(len(out.KxClusterSummaries))
	}
}
