// Command ours switches the image of a data engine with the client of this module.
package main

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/programs/run"
)

func main() {
	run.Main(func(url string) (any, error) {
		c, err := dlc.New(cloud.Config{
			Region: "ap-guangzhou", Endpoint: url, Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
		})
		if err != nil {
			return nil, err
		}
		_, err = c.SwitchDataEngineImage(context.Background(), dlc.SwitchDataEngineImageRequest{
			DataEngineID: "DataEngine-1", NewImageVersionID: "new",
		})
		return c, err
	})
}
