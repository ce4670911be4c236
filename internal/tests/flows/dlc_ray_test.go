package flows_test

import (
	"context"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func seedRayCluster(status dlc.RayClusterStatus) func(*emulator.Emulator) {
	return func(emu *emulator.Emulator) {
		emu.DLC.AddRayCluster(dlc.GetRayClusterResponse{ID: "ray-1", Status: status, Image: "ray:2"})
	}
}

func seedLab(status dlc.RayClusterStatus) func(*emulator.Emulator) {
	return func(emu *emulator.Emulator) { emu.DLC.AddLab(dlc.GetLabDetailResponse{ID: "lab-1", Status: status}) }
}

func rayClusterIs(status dlc.RayClusterStatus) func(*testing.T, any) {
	return func(t *testing.T, value any) { assert.Equal(t, status, value.(*dlc.GetRayClusterResponse).Status) }
}

func labIs(status dlc.RayClusterStatus) func(*testing.T, any) {
	return func(t *testing.T, value any) { assert.Equal(t, status, value.(*dlc.GetLabDetailResponse).Status) }
}

// rayClusterRuns reports whether a cluster runs.
func rayClusterRuns(ctx context.Context, c clients) (any, error) {
	return anyOf(c.dlc.AllRayClusters(ctx, dlc.ListRayClustersRequest{}), func(v dlc.RayClusterEntity) bool {
		return v.Status == dlc.RayClusterStatusRunning
	})
}

func labRuns(ctx context.Context, c clients) (any, error) {
	return anyOf(c.dlc.AllLabs(ctx, dlc.ListLabsRequest{}), func(v dlc.LabResponse) bool { return v.Status == dlc.RayClusterStatusRunning })
}

// anyOf reports whether an item of a list matches.
func anyOf[T any](items iter.Seq2[T, error], matches func(T) bool) (bool, error) {
	for item, err := range items {
		if err != nil || matches(item) {
			return err == nil, err
		}
	}
	return false, nil
}

func rayClusterExists(ctx context.Context, c clients) (any, error) {
	return anyOf(c.dlc.AllRayClusters(ctx, dlc.ListRayClustersRequest{}), func(v dlc.RayClusterEntity) bool {
		return v.Status != dlc.RayClusterStatusDeleted
	})
}

func labExists(ctx context.Context, c clients) (any, error) {
	return anyOf(c.dlc.AllLabs(ctx, dlc.ListLabsRequest{}), func(v dlc.LabResponse) bool { return v.Status != dlc.RayClusterStatusDeleted })
}

func rayJobIs(status dlc.RayJobStatus) func(*testing.T, any) {
	return func(t *testing.T, value any) { assert.Equal(t, status, value.(*dlc.GetRayJobResponse).Status) }
}

var dlcRayClusterFlows = []flow{
	{
		service: "dlc", start: "CreateRayCluster", read: "GetRayCluster", seed: func(*emulator.Emulator) {},
		content: rayClusterExists,
		diff:    []string{"Name"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateRayCluster(ctx, dlc.CreateRayClusterRequest{Name: "train"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCreateRayCluster(token) },
		live:   rayClusterIs(dlc.RayClusterStatusCreated),
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such image"}, cloud.Failed, "FAILED", "no such image", false},
			{"is deleted", emulator.Ending{State: "DELETED"}, cloud.Failed, "DELETED", "superseded: the cluster is deleted", false},
			{"is stopped", emulator.Ending{State: "STOPPED"}, cloud.Failed, "STOPPED", "superseded: the cluster was stopped", false},
		},
	},
	{
		service: "dlc", start: "StartRayCluster", read: "GetRayCluster", oldState: "STOPPED", shown: true,
		seed:    seedRayCluster(dlc.RayClusterStatusStopped),
		content: rayClusterRuns,
		diff:    []string{"Id"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareStartRayCluster(ctx, dlc.StartRayClusterRequest{ID: "ray-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeStartRayCluster(token) },
		live:   rayClusterIs(dlc.RayClusterStatusRunning),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilRayClusterRunning(dlc.GetRayClusterRequest{ID: "ray-1"})
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no quota"}, cloud.Failed, "FAILED", "no quota", false},
			{"is stopped again", emulator.Ending{State: "STOPPED"}, cloud.Failed, "STOPPED", "the cluster is stopped again", false},
			{"is deleted", emulator.Ending{State: "DELETED", Reason: "by root"}, cloud.Failed, "DELETED", "superseded: the cluster is deleted: by root", true},
		},
	},
	{
		service: "dlc", start: "StopRayCluster", read: "GetRayCluster", oldState: "RUNNING", shown: true,
		seed:    seedRayCluster(dlc.RayClusterStatusRunning),
		content: rayClusterRuns,
		diff:    []string{"Id"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareStopRayCluster(ctx, dlc.StopRayClusterRequest{ID: "ray-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeStopRayCluster(token) },
		live:   rayClusterIs(dlc.RayClusterStatusStopped),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilRayClusterStopped(dlc.GetRayClusterRequest{ID: "ray-1"})
		},
		ends: []ending{
			{"runs again", emulator.Ending{Fail: true}, cloud.Failed, "RUNNING", "the cluster is running again", false},
			{"fails", emulator.Ending{State: "FAILED", Reason: "lost"}, cloud.Failed, "FAILED", "lost", true},
		},
	},
	{
		service: "dlc", start: "DeleteRayCluster", read: "GetRayCluster", oldState: "STOPPED", shown: true, deletes: true,
		seed: seedRayCluster(dlc.RayClusterStatusStopped),
		diff: []string{"Id"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareDeleteRayCluster(ctx, dlc.DeleteRayClusterRequest{ID: "ray-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeDeleteRayCluster(token) },
		live:   gone,
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilRayClusterDeleted(dlc.GetRayClusterRequest{ID: "ray-1"})
		},
		ends: []ending{
			{"stays", emulator.Ending{Fail: true}, cloud.Failed, "STOPPED", "the cluster is stopped again", false},
			{"fails", emulator.Ending{State: "FAILED"}, cloud.Failed, "FAILED", "the cluster is failed", false},
		},
	},
}

var dlcLabFlows = []flow{
	{
		service: "dlc", start: "CreateLab", read: "GetLabDetail", seed: func(*emulator.Emulator) {},
		content: labExists,
		diff:    []string{"Name", "Queue", "ResourcePartitionId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateLab(ctx, dlc.CreateLabRequest{Name: "study", ResourcePartitionID: "p-1", Queue: "default"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCreateLab(token) },
		live:   labIs(dlc.RayClusterStatusCreated),
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such image"}, cloud.Failed, "FAILED", "no such image", false},
			{"is deleted", emulator.Ending{State: "DELETED"}, cloud.Failed, "DELETED", "superseded: the lab is deleted", false},
			{"is stopped", emulator.Ending{State: "STOPPED"}, cloud.Failed, "STOPPED", "superseded: the lab was stopped", false},
		},
	},
	{
		service: "dlc", start: "StartLab", read: "GetLabDetail", oldState: "STOPPED", shown: true,
		seed:    seedLab(dlc.RayClusterStatusStopped),
		content: labRuns,
		diff:    []string{"Id"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareStartLab(ctx, dlc.StartLabRequest{ID: "lab-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeStartLab(token) },
		live:   labIs(dlc.RayClusterStatusRunning),
		until:  func(c clients) cloud.AnyWaiter { return c.dlc.UntilLabRunning(dlc.GetLabDetailRequest{ID: "lab-1"}) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no quota"}, cloud.Failed, "FAILED", "no quota", false},
			{"is stopped again", emulator.Ending{State: "STOPPED"}, cloud.Failed, "STOPPED", "the lab is stopped again", false},
			{"is deleted", emulator.Ending{State: "DELETED", Reason: "by root"}, cloud.Failed, "DELETED", "superseded: the lab is deleted: by root", true},
		},
	},
	{
		service: "dlc", start: "StopLab", read: "GetLabDetail", oldState: "RUNNING", shown: true,
		seed:    seedLab(dlc.RayClusterStatusRunning),
		content: labRuns,
		diff:    []string{"Id"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareStopLab(ctx, dlc.StopLabRequest{ID: "lab-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeStopLab(token) },
		live:   labIs(dlc.RayClusterStatusStopped),
		until:  func(c clients) cloud.AnyWaiter { return c.dlc.UntilLabStopped(dlc.GetLabDetailRequest{ID: "lab-1"}) },
		ends: []ending{
			{"runs again", emulator.Ending{Fail: true}, cloud.Failed, "RUNNING", "the lab is running again", false},
			{"fails", emulator.Ending{State: "FAILED", Reason: "lost"}, cloud.Failed, "FAILED", "lost", true},
		},
	},
	{
		service: "dlc", start: "DeleteLab", read: "GetLabDetail", oldState: "STOPPED", shown: true, deletes: true,
		seed: seedLab(dlc.RayClusterStatusStopped),
		diff: []string{"Id"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareDeleteLab(ctx, dlc.DeleteLabRequest{ID: "lab-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeDeleteLab(token) },
		live:   labIs(dlc.RayClusterStatusDeleted),
		until:  func(c clients) cloud.AnyWaiter { return c.dlc.UntilLabDeleted(dlc.GetLabDetailRequest{ID: "lab-1"}) },
		ends: []ending{
			{"stays", emulator.Ending{Fail: true}, cloud.Failed, "STOPPED", "the lab is stopped again", false},
			{"fails", emulator.Ending{State: "FAILED"}, cloud.Failed, "FAILED", "the lab is failed", false},
		},
	},
}

var dlcRayJobFlows = []flow{
	{
		service: "dlc", start: "RunJobSpec", read: "GetRayJob", seed: func(emu *emulator.Emulator) { emu.DLC.AddJobSpec(dlc.GetJobSpecResponse{ID: "spec-1"}) },
		diff: []string{"SpecId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareRunJobSpec(ctx, dlc.RunJobSpecRequest{SpecID: "spec-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeRunJobSpec(token) },
		live:   rayJobIs(dlc.RayJobStatusSucceeded),
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "exit code 127"}, cloud.Failed, "FAILED", "exit code 127", false},
			{"is canceled", emulator.Ending{Cancel: true, Reason: "by root"}, cloud.Canceled, "STOPPED", "by root", false},
		},
	},
	{
		service: "dlc", start: "CancelRayJob", read: "GetRayJob", oldState: "RUNNING", repeatable: true,
		seed: func(emu *emulator.Emulator) { emu.DLC.AddRayJob(dlc.GetRayJobResponse{ID: "rayjob-1"}) },
		diff: []string{"Id"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCancelRayJob(ctx, dlc.CancelRayJobRequest{ID: "rayjob-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCancelRayJob(token) },
		live:   rayJobIs("STOPPED"),
		ends: []ending{
			tooLate("SUCCEEDED"),
			{"fails first", emulator.Ending{State: "FAILED", Reason: "exit code 1"}, cloud.Failed, "FAILED", "exit code 1", true},
		},
	},
}
