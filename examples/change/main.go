// Change puts new code on a kdb cluster and waits until the cluster runs it. It needs an AWS account
// that FinSpace still supports; the test beside it does the same against the emulator.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := rollout(ctx, cloud.Config{Region: "us-east-1"}, "2026.11.21.zip"); err != nil {
		log.Fatal(err)
	}
}

// rollout updates the cluster's code and returns nil only when it is live.
func rollout(ctx context.Context, cfg cloud.Config, key string) error {
	c, err := finspace.New(cfg)
	if err != nil {
		return err
	}
	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kx7example", ClusterName: "hdb-prod",
		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: key},
	})
	if err != nil {
		return err
	}
	fmt.Println("to resume after a restart:", w.Token())

	for p, err := range w.Watch(ctx) {
		if err != nil {
			return err // the service's reason, or the end of ctx: the token resumes the wait then
		}
		fmt.Println(p.Elapsed.Round(time.Second), p.State, p.Reason, p.Err)
	}
	return nil
}
