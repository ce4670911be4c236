// Audit prints the deletion of a kdb cluster as a signed command of curl, for somebody else to review. It deletes nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func main() {
	environment := flag.String("environment", "kx7example", "ID of the kdb environment")
	cluster := flag.String("cluster", "hdb-old", "name of the cluster")
	flag.Parse()
	c, err := finspace.New(cloud.FromEnvironment())
	if err != nil {
		log.Fatal(err)
	}
	command, err := deletion(context.Background(), c, finspace.DeleteKxClusterRequest{
		EnvironmentID: *environment, ClusterName: *cluster,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(command)
}

// deletion returns the deletion of a cluster as a signed command of curl, and deletes nothing.
func deletion(ctx context.Context, c *finspace.Client, request finspace.DeleteKxClusterRequest) (string, error) {
	signed, err := cloud.DryRun(ctx, func(ctx context.Context) error {
		_, err := c.DeleteKxCluster(ctx, request)
		return err
	})
	if err != nil {
		return "", err
	}
	return signed.Curl()
}
