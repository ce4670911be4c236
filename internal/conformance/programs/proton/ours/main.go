// Command ours updates a service instance with the client of this module.
package main

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/programs/run"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

func main() {
	run.Main(func(url string) (any, error) {
		c, err := proton.New(cloud.Config{
			Region: "us-east-1", Endpoint: url, Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
		})
		if err != nil {
			return nil, err
		}
		_, err = c.UpdateServiceInstance(context.Background(), proton.UpdateServiceInstanceRequest{
			ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "proton: ServiceSpec",
		})
		return c, err
	})
}
