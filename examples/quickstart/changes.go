package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

var names = []string{"code", "changeset", "hotupdate", "image", "instance"}

// failures are how the changes fail, for -fail.
var failures = map[string]emulator.Ending{
	"code": {Operation: "UpdateKxClusterCodeConfiguration", Reason: "init.q exited with 'type at line 12"},
	"changeset": {
		Operation: "CreateKxChangeset", Reason: "s3://releases/2026.11.21/ cannot be read",
		ReasonType: string(finspace.ErrorDetailsAccessDenied),
	},
	"hotupdate": {
		Operation: "HotUpdateJob", Reason: "the job has 4 slots and needs 16", ReasonType: "RESCALE_FAILED", Severity: "CRITICAL",
	},
	"image":    {Operation: "SwitchDataEngineImage", Reason: "the image does not fit the engine's parameters"},
	"instance": {Operation: "UpdateServiceInstance", Reason: "Resource handler returned message: the subnet is full"},
}

// seed adds to the emulator what the changes need, and makes the change named by fail fail.
func seed(emu *emulator.Emulator, fail string) {
	if o, ok := failures[fail]; ok {
		o.Fail, o.After = true, 7*time.Second
		emu.Script(o)
	}
	// Three consecutive refusals are more than the retries of one call, so one poll fails.
	emu.Inject(emulator.Fault{Operation: "DescribeDataEngine", Kind: emulator.Throttle, Skip: 1, Times: 3})
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})
	emu.FinSpace.AddKxDatabase("kx7example", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
	emu.Flink.AddJob("a14bd5d90a", "default", flink.Job{JobID: "job-1"})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "image-2"})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", ImageVersionID: "image-1"})
	emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod"})
}

// change is one change and its progress.
type change struct {
	service, name string
	begin         func(context.Context, options) (cloud.AnyWaiter, error)

	shown, outcome, reason string
	token                  string // set if the wait was interrupted
	polls                  int
	elapsed                time.Duration
}

// newChanges returns the changes, in the order of their names. The clients of those that are wanted must be made; others
// may lack their region.
func newChanges(cfg cloud.Config, site dlc.Site, wanted ...string) ([]*change, error) {
	kx, err1 := finspace.New(cfg)
	jobs, err2 := flink.New(cfg)
	engines, err3 := dlc.New(cfg, dlc.WithSite(site))
	instances, err4 := proton.New(cfg)
	failed := map[string]error{"code": err1, "changeset": err1, "hotupdate": err2, "image": err3, "instance": err4}
	for _, name := range wanted {
		if failed[name] != nil {
			return nil, failed[name]
		}
	}
	return []*change{
		newChange("finspace", "code", kx.BeginUpdateKxClusterCodeConfiguration, kx.ResumeUpdateKxClusterCodeConfiguration,
			finspace.UpdateKxClusterCodeConfigurationRequest{
				EnvironmentID: "kx7example", ClusterName: "hdb-prod",
				Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
				DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{
					DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategyRolling,
				},
			}),
		newChange("finspace", "changeset", kx.BeginCreateKxChangeset, kx.ResumeCreateKxChangeset, finspace.CreateKxChangesetRequest{
			EnvironmentID: "kx7example", DatabaseName: "trades", ChangeRequests: []finspace.ChangeRequest{
				{ChangeType: finspace.ChangeTypePut, S3Path: "s3://releases/2026.11.21/", DBPath: "/2026.11.21/"},
				{ChangeType: finspace.ChangeTypeDelete, DBPath: "/2025.11.21/"},
			},
		}),
		newChange("flink", "hotupdate", jobs.BeginHotUpdateJob, jobs.ResumeHotUpdateJob, flink.HotUpdateJobRequest{
			Workspace: "a14bd5d90a", Namespace: "default", JobID: "job-1",
		}),
		newChange("dlc", "image", engines.BeginSwitchDataEngineImage, engines.ResumeSwitchDataEngineImage, dlc.SwitchDataEngineImageRequest{
			DataEngineID: "DataEngine-1", NewImageVersionID: "image-2",
		}),
		newChange("proton", "instance", instances.BeginUpdateServiceInstance, instances.ResumeUpdateServiceInstance,
			proton.UpdateServiceInstanceRequest{
				ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
				Spec: "proton: ServiceSpec\ninstances:\n  - name: prod\n    spec:\n      replicas: 3\n",
			}),
	}, nil
}

func newChange[R, T any](
	service, name string, begin func(context.Context, R) (*cloud.Change[T], error), resume func(string) (*cloud.Change[T], error),
	example R,
) *change {
	return &change{service: service, name: name, begin: func(ctx context.Context, o options) (cloud.AnyWaiter, error) {
		switch {
		case o.live == "":
			return begin(ctx, example)
		case o.resume != "":
			return resume(o.resume)
		}
		var request R
		decoder := json.NewDecoder(strings.NewReader(o.request))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&request); err != nil {
			return nil, fmt.Errorf("-request: %w", err)
		}
		return begin(ctx, request)
	}}
}
