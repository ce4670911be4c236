// Command ours updates a running job with the client of this module.
package main

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/programs/run"
)

func main() {
	run.Main(func(url string) (any, error) {
		c, err := flink.New(cloud.Config{
			Region: "cn-hangzhou", Endpoint: url, Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
		})
		if err != nil {
			return nil, err
		}
		_, err = c.HotUpdateJob(context.Background(), flink.HotUpdateJobRequest{JobID: "job-1", Namespace: "default", Workspace: "w1"})
		return c, err
	})
}
