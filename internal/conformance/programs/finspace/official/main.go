// Command official updates the code of a cluster with the official client.
package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/finspace"
	"github.com/aws/aws-sdk-go-v2/service/finspace/types"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/programs/run"
)

func main() {
	key := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
	})
	run.Main(func(url string) (any, error) {
		c := finspace.New(finspace.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key})
		_, err := c.UpdateKxClusterCodeConfiguration(context.Background(), &finspace.UpdateKxClusterCodeConfigurationInput{
			EnvironmentId: aws.String("kxenv"), ClusterName: aws.String("hdb"),
			Code: &types.CodeConfiguration{S3Bucket: aws.String("releases"), S3Key: aws.String("new.zip")},
		})
		return c, err
	})
}
