// Package migration has what programs do with the vendors' SDKs, and the same with this one, side by side.
// docs/from-the-vendors-sdk.md shows it, and the tests run both sides against the emulator.
package migration

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsfinspace "github.com/aws/aws-sdk-go-v2/service/finspace"
	"github.com/aws/aws-sdk-go-v2/service/finspace/types"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// before: the caller carries the token of the pages, and strings are pointers.
func clustersBefore(ctx context.Context, client *awsfinspace.Client, environment string) (names []string, err error) {
	input := &awsfinspace.ListKxClustersInput{EnvironmentId: aws.String(environment), ClusterType: types.KxClusterTypeHdb}
	for {
		page, err := client.ListKxClusters(ctx, input)
		if err != nil {
			return nil, err
		}
		for _, cluster := range page.KxClusterSummaries {
			names = append(names, aws.ToString(cluster.ClusterName))
		}
		if page.NextToken == nil {
			return names, nil
		}
		input.NextToken = page.NextToken
	}
}

// after
func clustersAfter(ctx context.Context, client *finspace.Client, environment string) (names []string, err error) {
	request := finspace.ListKxClustersRequest{EnvironmentID: environment, ClusterType: finspace.KxClusterTypeHDB}
	for cluster, err := range client.AllKxClusters(ctx, request) {
		if err != nil {
			return nil, err
		}
		names = append(names, cluster.ClusterName)
	}
	return names, nil
}

// before: RUNNING is also the state of a cluster whose update has not begun, and of one whose update failed.
func updateBefore(ctx context.Context, client *awsfinspace.Client, environment, cluster, key string, every time.Duration) error {
	_, err := client.UpdateKxClusterCodeConfiguration(ctx, &awsfinspace.UpdateKxClusterCodeConfigurationInput{
		EnvironmentId: aws.String(environment), ClusterName: aws.String(cluster),
		Code: &types.CodeConfiguration{S3Bucket: aws.String("releases"), S3Key: aws.String(key)},
	})
	for err == nil {
		var out *awsfinspace.GetKxClusterOutput
		out, err = client.GetKxCluster(ctx, &awsfinspace.GetKxClusterInput{
			EnvironmentId: aws.String(environment), ClusterName: aws.String(cluster),
		})
		if err == nil && out.Status == types.KxClusterStatusRunning {
			return nil // or so it seems
		}
		time.Sleep(every)
	}
	return err
}

// after: nil means that the cluster runs this code; a failure has the reason of the service.
func updateAfter(ctx context.Context, client *finspace.Client, environment, cluster, key string) error {
	w, err := client.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: environment, ClusterName: cluster, Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: key},
	})
	if err != nil {
		return err
	}
	_, err = w.Wait(ctx)
	return err
}

// before: a type for each error.
func explainBefore(err error) string {
	var notFound *types.ResourceNotFoundException
	var limit *types.LimitExceededException
	switch {
	case errors.As(err, &notFound):
		return "no such cluster"
	case errors.As(err, &limit):
		return "ask for more"
	}
	return fmt.Sprint(err)
}

// after: a kind for what they mean, on all clouds; smithy.APIError holds too.
func explainAfter(err error) string {
	switch cloud.KindOf(err) {
	case cloud.ErrNotFound:
		return "no such cluster"
	case cloud.ErrQuota:
		return "ask for more"
	}
	return fmt.Sprint(err)
}
