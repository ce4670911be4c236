package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// names are the changes, as the flags name them.
var names = []string{"code", "changeset", "hotupdate", "image", "instance"}

// failures are how each of them fails, when it is to fail.
var failures = map[string]emulator.Outcome{
	"code": {
		Operation: "UpdateKxClusterCodeConfiguration", Reason: "init.q exited with 'type at line 12",
	},
	"changeset": {
		Operation: "CreateKxChangeset", Reason: "s3://releases/2026.11.21/ cannot be read",
		ReasonType: string(finspace.ErrorDetailsAccessDenied),
	},
	"hotupdate": {
		Operation: "HotUpdateJob", Reason: "the job has 4 slots and needs 16", ReasonType: "RESCALE_FAILED", Severity: "CRITICAL",
	},
	"image": {
		Operation: "SwitchDataEngineImage", Reason: "the image does not fit the engine's parameters",
	},
	"instance": {
		Operation: "UpdateServiceInstance", Reason: "Resource handler returned message: the subnet is full",
	},
}

// emulated seeds emu and returns the five changes, of which the one called fail fails.
func emulated(emu *emulator.Emulator, fail string) ([]change, error) {
	if fail != "none" {
		o, ok := failures[fail]
		if !ok {
			return nil, fmt.Errorf("-fail must be %s or none, given %q", strings.Join(names, ", "), fail)
		}
		o.Fail, o.After = true, 7*time.Second
		emu.Script(o)
	}
	// Three refusals in a row are more than one call's retries get over, so one look fails.
	emu.Inject(emulator.Fault{Operation: "DescribeDataEngine", Kind: emulator.Throttle, Skip: 1, Times: 3})
	seed(emu)

	changes, err := fiveChanges(emu.Config())
	if i := slices.Index(names, fail); err == nil && i >= 0 {
		changes[i].expected = cloud.Failed
	}
	return changes, err
}

func seed(emu *emulator.Emulator) {
	emu.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
	emu.AddKxDatabase("kx7example", "trades")
	emu.AddFlinkJob("a14bd5d90a", "default", flink.Job{JobID: "job-1"})
	emu.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "image-2"})
	emu.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", ImageVersionID: "image-1"})
	emu.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod"})
}

// fiveChanges returns the changes, in the order of their names.
func fiveChanges(cfg cloud.Config) ([]change, error) {
	kx, err := finspace.New(cfg)
	if err != nil {
		return nil, err
	}
	jobs, err := flink.New(cfg, flink.WithWorkspace("a14bd5d90a"), flink.WithNamespace("default"))
	if err != nil {
		return nil, err
	}
	engines, err := dlc.New(cfg)
	if err != nil {
		return nil, err
	}
	instances, err := proton.New(cfg)
	if err != nil {
		return nil, err
	}
	return []change{
		updateCode(kx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kx7example", ClusterName: "hdb-prod",
			Code:                    finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
			DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategyRolling},
		}),
		createChangeset(kx, finspace.CreateKxChangesetRequest{
			EnvironmentID: "kx7example", DatabaseName: "trades",
			ChangeRequests: []finspace.ChangeRequest{
				{ChangeType: finspace.ChangeTypePut, S3Path: "s3://releases/2026.11.21/", DBPath: "/2026.11.21/"},
				{ChangeType: finspace.ChangeTypeDelete, DBPath: "/2025.11.21/"},
			},
		}),
		hotUpdate(jobs, flink.HotUpdateJobRequest{JobID: "job-1"}),
		switchImage(engines, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "image-2"}),
		updateInstance(instances, proton.UpdateServiceInstanceRequest{
			ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
			Spec: "proton: ServiceSpec\ninstances:\n  - name: prod\n    spec:\n      replicas: 3\n",
		}),
	}, nil
}

func updateCode(c *finspace.Client, r finspace.UpdateKxClusterCodeConfigurationRequest) change {
	return change{"finspace", "code", cloud.Succeeded, func(ctx context.Context) (watcher, error) {
		return started(c.BeginUpdateKxClusterCodeConfiguration(ctx, r))
	}}
}

func createChangeset(c *finspace.Client, r finspace.CreateKxChangesetRequest) change {
	return change{"finspace", "changeset", cloud.Succeeded, func(ctx context.Context) (watcher, error) {
		return started(c.BeginCreateKxChangeset(ctx, r))
	}}
}

func hotUpdate(c *flink.Client, r flink.HotUpdateJobRequest) change {
	return change{"flink", "hotupdate", cloud.Succeeded, func(ctx context.Context) (watcher, error) {
		return started(c.BeginHotUpdateJob(ctx, r))
	}}
}

func switchImage(c *dlc.Client, r dlc.SwitchDataEngineImageRequest) change {
	return change{"dlc", "image", cloud.Succeeded, func(ctx context.Context) (watcher, error) {
		return started(c.BeginSwitchDataEngineImage(ctx, r))
	}}
}

func updateInstance(c *proton.Client, r proton.UpdateServiceInstanceRequest) change {
	return change{"proton", "instance", cloud.Succeeded, func(ctx context.Context) (watcher, error) {
		return started(c.BeginUpdateServiceInstance(ctx, r))
	}}
}
