// Lists prints the clusters of a kdb environment, or advice on the error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func main() {
	if err := printClusters(context.Background(), cloud.Config{Region: "us-east-1"}, "kx7example", os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// printClusters writes a line for each cluster of the environment.
func printClusters(ctx context.Context, cfg cloud.Config, environmentID string, out io.Writer) error {
	c, err := finspace.New(cfg)
	if err != nil {
		return err
	}
	request := finspace.ListKxClustersRequest{EnvironmentID: environmentID}
	for cluster, err := range c.AllKxClusters(ctx, request) { // the items of all pages
		if err != nil {
			return advise(err)
		}
		fmt.Fprintf(out, "%s is %s\n", cluster.ClusterName, cluster.Status)
	}
	return nil
}

// advise adds what a person can do about an error.
func advise(err error) error {
	switch cloud.KindOf(err) {
	case cloud.ErrInvalid:
		return fmt.Errorf("fix the request: %w", err)
	case cloud.ErrUnauthenticated, cloud.ErrDenied:
		return fmt.Errorf("check the credentials: %w", err)
	case cloud.ErrThrottled, cloud.ErrUnavailable:
		return fmt.Errorf("try again later: %w", err)
	}
	var call *cloud.Error
	if errors.As(err, &call) && call.Code == finspace.CodeLimitExceededException {
		return fmt.Errorf("ask for a higher limit, naming request %s: %w", call.RequestID, err)
	}
	return err
}
