package emulator_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// manyResources returns a seed file with n resources of each of some kinds.
func manyResources(n int) string {
	list := func(format string) string {
		all := make([]string, n)
		for i := range all {
			all[i] = fmt.Sprintf(format, i)
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	return `{"finspace": {"KxCluster": ` + list(`{"environmentId": "kxenv", "clusterName": "cluster-%d"}`) + `},
		"proton": {"ServiceInstance": ` + list(`{"name": "instance-%d", "serviceName": "orders"}`) + `},
		"flink": {"Job": ` + list(`{"workspace": "w", "namespace": "n", "jobId": "job-%d", "deploymentId": "d"}`) + `},
		"dlc": {"DataEngine": ` + list(`{"DataEngineId": "engine-%d", "DataEngineName": "engine-%[1]d"}`) + `}}`
}

// lists read a page in the middle of a list.
func lists(cfg cloud.Config) map[string]func(ctx context.Context) error {
	cfg.RequestRate = 1e6
	f, _ := finspace.New(cfg)
	p, _ := proton.New(cfg)
	l, _ := flink.New(cfg, flink.WithWorkspace("w"), flink.WithNamespace("n"))
	d, _ := dlc.New(cfg)
	return map[string]func(ctx context.Context) error{
		"ListKxClusters": func(ctx context.Context) error {
			_, err := f.ListKxClusters(ctx, finspace.ListKxClustersRequest{EnvironmentID: "kxenv"})
			return err
		},
		"ListServiceInstances": func(ctx context.Context) error {
			_, err := p.ListServiceInstances(ctx, proton.ListServiceInstancesRequest{ServiceName: "orders"})
			return err
		},
		"ListJobs": func(ctx context.Context) error {
			_, err := l.ListJobs(ctx, flink.ListJobsRequest{DeploymentID: "d", PageIndex: 100})
			return err
		},
		"DescribeDataEngines": func(ctx context.Context) error {
			_, err := d.DescribeDataEngines(ctx, dlc.DescribeDataEnginesRequest{Offset: 1000})
			return err
		},
	}
}

// TestLoadOfManyClients has 200 requests in flight against many resources: over loopback with a state directory, and in
// process.
func TestLoadOfManyClients(t *testing.T) {
	t.Parallel()
	t.Run("loopback", func(t *testing.T) {
		t.Parallel()
		loadWithClients(t, emulator.WithStateDir(t.TempDir()))
	})
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		loadWithClients(t, emulator.InProcess())
	})
}

func loadWithClients(t *testing.T, opts ...emulator.Option) {
	t.Helper()
	const resources, requests, inFlight = 4000, 400, 200
	emu := startFull(t, resources/4, opts...)
	calls := lists(emu.Config())
	cfg := emu.Config()
	cfg.RequestRate = 1e6
	c, err := dlc.New(cfg)
	require.NoError(t, err)
	calls["CreateTask"] = func(ctx context.Context) error {
		_, err := c.CreateTask(ctx, dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}})
		return err
	}
	for name, call := range calls {
		began := time.Now()
		var wg sync.WaitGroup
		for range inFlight {
			wg.Go(func() {
				for range requests / inFlight {
					if !assert.NoError(t, call(t.Context()), name) {
						return
					}
				}
			})
		}
		wg.Wait()
		took := time.Since(began)
		t.Logf("%s: %d requests, 200 in flight, in %v: %v each", name, requests, took.Round(time.Millisecond), took/time.Duration(requests))
	}
}
