// Command official updates a service instance with the official client.
package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/proton"
	"github.com/aws/aws-sdk-go-v2/service/proton/types"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/programs/run"
)

func main() {
	key := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
	})
	run.Main(func(url string) (any, error) {
		c := proton.New(proton.Options{Region: "us-east-1", BaseEndpoint: &url, Credentials: key})
		//lint:ignore SA1019 all operations of Proton are deprecated
		_, err := c.UpdateServiceInstance(context.Background(), &proton.UpdateServiceInstanceInput{
			ServiceName: aws.String("shop"), Name: aws.String("prod"),
			DeploymentType: types.DeploymentUpdateTypeCurrentVersion, Spec: aws.String("proton: ServiceSpec"),
		})
		return c, err
	})
}
