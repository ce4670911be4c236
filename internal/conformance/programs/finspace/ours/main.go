// Command ours updates the code of a cluster with the client of this module.
package main

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/programs/run"
)

func main() {
	run.Main(func(url string) (any, error) {
		c, err := finspace.New(cloud.Config{
			Region: "us-east-1", Endpoint: url, Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
		})
		if err != nil {
			return nil, err
		}
		_, err = c.UpdateKxClusterCodeConfiguration(context.Background(), finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
		})
		return c, err
	})
}
