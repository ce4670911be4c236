package cloud_test

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// A provider of your own fetches short-lived keys; the clients cache them and call it again before they
// expire.
func ExampleCredentialsFunc() {
	provider := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		return cloud.Credentials{
			AccessKeyID:     "AKIDEXAMPLE",
			SecretAccessKey: cloud.NewSecret("from the vault"),
			Expires:         time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
		}, nil
	})
	c, err := provider.Credentials(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c, c.SecretAccessKey)
	// Output: credentials of AKIDEXAMPLE until 2026-11-22T12:00:00Z [redacted]
}

// A service has added a type of cluster that this version does not have, and longer names. Everything else is
// still checked.
func ExampleConfig_skipProblem() {
	c, err := finspace.New(cloud.Config{
		Region: "us-east-1", Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""),
		SkipProblem: func(p cloud.Problem) bool {
			return p.Check == cloud.CheckEnum || p.Field == "clusterName"
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.BeginCreateKxCluster(context.Background(), finspace.CreateKxClusterRequest{
		EnvironmentID: "kx7example", ClusterName: strings.Repeat("x", 80), ClusterType: "VECTOR", ReleaseLabel: "1.0",
	})
	fmt.Println(err)
	// Output: finspace CreateKxCluster: invalid: azMode: required
}

// A wait of your own needs a way to poll and a way to judge what was seen.
func ExampleNewWaiter() {
	type deployment struct{ Phase string }
	phases := []string{"Scheduled", "Running"}
	w := cloud.NewWaiter(cloud.WaitSpec[deployment]{
		Service: "shop", Operation: "Deploy",
		Read: func(context.Context) (*deployment, error) {
			d := &deployment{phases[0]}
			phases = phases[1:]
			return d, nil
		},
		Judge: func(d *deployment) cloud.Verdict {
			j := cloud.Verdict{State: d.Phase}
			if d.Phase == "Running" {
				j.Outcome = cloud.Succeeded
			}
			return j
		},
		MinInterval: time.Millisecond,
	})
	for p, err := range w.Watch(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(p.Attempt, p.State, p.Outcome)
	}
	// Output:
	// 1 Scheduled pending
	// 2 Running succeeded
}
