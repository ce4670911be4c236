package emulator_test

import (
	"context"
	"fmt"
	"os"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// status is the program under test: it reads the status of a cluster.
func status(cfg cloud.Config, cluster string) (finspace.KxClusterStatus, error) {
	c, err := finspace.New(cfg)
	if err != nil {
		return "", err
	}
	found, err := c.GetKxCluster(context.Background(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: cluster})
	if err != nil {
		return "", err
	}
	return found.Status, nil
}

// An emulator stands for the real service here. Otherwise the configuration would have only the region, and the
// credentials would be those of the environment.
func ExampleRecord() {
	real, err := emulator.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	real.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
	dir, err := os.MkdirTemp("", "recording")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()

	rec, err := emulator.Record(dir, real.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status(rec.Config(), "hdb-prod"))
	if err := rec.Close(); err != nil {
		fmt.Println(err)
	}
	real.Close()

	files, err := os.ReadDir(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(files[0].Name())

	replay, err := emulator.Replay(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status(replay.Config(), "hdb-prod"))
	fmt.Println(replay.Close())
	// Output:
	// RUNNING <nil>
	// 000001-finspace-GetKxCluster.json
	// RUNNING <nil>
	// <nil>
}

// A request that was not recorded says which recorded one is nearest, and what is different.
func ExampleReplayer_Unexpected() {
	replay, err := emulator.Replay("testdata/recording")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _ = status(replay.Config(), "rdb-prod")
	for _, u := range replay.Unexpected() {
		fmt.Println(u.Operation, u.Nearest, u.Differences)
	}
	fmt.Println(replay.Close())
	// Output:
	// GetKxCluster 000001-finspace-GetKxCluster.json [clusterName: recorded "hdb-prod", given "rdb-prod"]
	// emulator: replay: The request finspace GetKxCluster is not in the recording; the nearest is 000001-finspace-GetKxCluster.json, which differs in clusterName: recorded "hdb-prod", given "rdb-prod"
	// nothing asked for 000001-finspace-GetKxCluster.json
}

// The twin of an account has its resources. What the caller may not read is named.
func ExampleSnapshotOf() {
	account, err := emulator.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer account.Close()
	account.FinSpace.AddKxVolume("kxenv", finspace.GetKxVolumeResponse{VolumeName: "cache"})
	account.Inject(emulator.Fault{
		Operation: "ListKxScalingGroups", Kind: emulator.Refuse, Code: "AccessDeniedException", Message: "not allowed", Status: 403,
	})

	client, err := finspace.New(account.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	twin, err := emulator.SnapshotOf(context.Background(), emulator.Live{FinSpace: client, KxEnvironments: []string{"kxenv"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(twin.Seed) > 0)
	for _, u := range twin.Unread {
		if u.Kind == "KxScalingGroup" {
			fmt.Println("not read:", u.Kind, "in", u.In)
		}
	}
	// Output:
	// true
	// not read: KxScalingGroup in kxenv
}
