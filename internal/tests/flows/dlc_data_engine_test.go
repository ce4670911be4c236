package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func seedEngine(emu *emulator.Emulator) {
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old"}, "old.1", "old.2", "old.3")
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", ImageVersionID: "old", ChildImageVersionID: "old.2"})
}

func seedUpgradedEngine(emu *emulator.Emulator) {
	seedEngine(emu)
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", ImageVersionID: "old", ChildImageVersionID: "old.3"})
}

func seedSuspendedEngine(emu *emulator.Emulator) {
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", State: dlc.DataEngineStateSuspended})
}

var etl = dlc.DescribeDataEngineRequest{DataEngineName: "etl"}

// engineIs checks the state of an engine, and what else there is to it.
func engineIs(state dlc.DataEngineState, also ...func(*testing.T, *dlc.DataEngineInfo)) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		engine := value.(*dlc.DescribeDataEngineResponse).DataEngine
		assert.Equal(t, "etl", engine.DataEngineName)
		assert.Equal(t, state, engine.State)
		for _, check := range also {
			check(t, engine)
		}
	}
}

var engineBreaks = ending{"breaks", emulator.Ending{Fail: true, State: "-1", Reason: "out of units"}, cloud.Failed, "Failed", "out of units", true}

func suspension(operate dlc.DataEngineOperation) func(context.Context, clients) (cloud.AnyChange, error) {
	return func(ctx context.Context, c clients) (cloud.AnyChange, error) {
		return c.dlc.PrepareSuspendResumeDataEngine(ctx, dlc.SuspendResumeDataEngineRequest{DataEngineName: "etl", Operate: operate})
	}
}

func resumeSuspension(c clients, token string) (cloud.AnyChange, error) {
	return c.dlc.ResumeSuspendResumeDataEngine(token)
}

// resize asks for a size. For the one that the engine has, the wait has only the time of the change.
func resize(size int, autoResume bool) func(context.Context, clients) (cloud.AnyChange, error) {
	return func(ctx context.Context, c clients) (cloud.AnyChange, error) {
		return c.dlc.PrepareUpdateDataEngine(ctx, dlc.UpdateDataEngineRequest{
			DataEngineName: "etl", Size: size, MinClusters: 1, MaxClusters: 2, AutoResume: autoResume, Message: "for reports",
		})
	}
}

func resumeResize(c clients, token string) (cloud.AnyChange, error) {
	return c.dlc.ResumeUpdateDataEngine(token)
}

func hasSize(size int) func(*testing.T, *dlc.DataEngineInfo) {
	return func(t *testing.T, e *dlc.DataEngineInfo) {
		assert.Equal(t, size, e.Size)
		assert.Equal(t, "for reports", e.Message)
	}
}

func hasChild(id string) func(*testing.T, *dlc.DataEngineInfo) {
	return func(t *testing.T, e *dlc.DataEngineInfo) { assert.Equal(t, id, e.ChildImageVersionID) }
}

// ofEngine reads what get returns of the engine; nil if there is none.
func ofEngine[T any](get func(*dlc.DataEngineInfo) T) func(context.Context, clients) (any, error) {
	return func(ctx context.Context, c clients) (any, error) {
		out, err := c.dlc.DescribeDataEngine(ctx, etl)
		if cloud.KindOf(err) == cloud.ErrNotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return get(out.DataEngine), nil
	}
}

func engineState(e *dlc.DataEngineInfo) dlc.DataEngineState { return e.State }

func engineChild(e *dlc.DataEngineInfo) string { return e.ChildImageVersionID }

// engineSize is everything that the updates here change.
func engineSize(e *dlc.DataEngineInfo) any {
	return []any{e.Size, e.MinClusters, e.MaxClusters, e.AutoResume, e.Message}
}

var dlcEngineFlows = []flow{
	{
		service: "dlc", start: "SwitchDataEngineImage", read: "DescribeDataEngine", oldState: "Running", shown: true,
		seed: seedEngine, thorough: true,
		content: ofEngine(func(e *dlc.DataEngineInfo) string { return e.ImageVersionID }),
		diff:    []string{"NewImageVersionId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "new"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeSwitchDataEngineImage(token)
		},
		live: func(t *testing.T, value any) {
			engine := value.(*dlc.DescribeDataEngineResponse).DataEngine
			assert.Equal(t, dlc.DataEngineStateRunning, engine.State)
			assert.Equal(t, "new", engine.ImageVersionID)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilDataEngineRunsImage(dlc.DataEngineImageRequest{DataEngineName: "etl", ImageVersionID: "new"})
		},
		ends: []ending{
			{"runs the old image", emulator.Ending{Fail: true, Reason: "image is broken"}, cloud.Failed, "Running", "image is broken", false},
			{"breaks", emulator.Ending{Fail: true, State: "-1", Reason: "out of units"}, cloud.Failed, "Failed", "out of units", true},
		},
	},
	{
		service: "dlc", start: "UpgradeDataEngineImage", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedEngine,
		content: ofEngine(engineChild),
		diff:    []string{"DataEngineId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareUpgradeDataEngineImage(ctx, dlc.UpgradeDataEngineImageRequest{DataEngineID: "DataEngine-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeUpgradeDataEngineImage(token)
		},
		live: engineIs(dlc.DataEngineStateRunning, hasChild("old.3")),
		ends: []ending{
			{"runs the old image", emulator.Ending{Fail: true, Reason: "image is broken"}, cloud.Failed, "Running", "image is broken", false},
			engineBreaks,
		},
	},
	{
		service: "dlc", start: "RollbackDataEngineImage", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedUpgradedEngine,
		content: ofEngine(engineChild),
		diff:    []string{"DataEngineId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareRollbackDataEngineImage(ctx, dlc.RollbackDataEngineImageRequest{DataEngineID: "DataEngine-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeRollbackDataEngineImage(token)
		},
		live: engineIs(dlc.DataEngineStateRunning, hasChild("old.2")),
		ends: []ending{
			{"runs the new image", emulator.Ending{Fail: true, Reason: "no record"}, cloud.Failed, "Running", "no record", false},
			engineBreaks,
		},
	},
	{
		service: "dlc", start: "CreateDataEngine", read: "DescribeDataEngine", seed: func(*emulator.Emulator) {},
		content: ofEngine(engineState),
		diff:    []string{"AutoResume", "ClusterType", "DataEngineName", "EngineType", "Mode", "Size"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateDataEngine(ctx, dlc.CreateDataEngineRequest{
				DataEngineName: "etl", EngineType: "spark", ClusterType: "spark_cu", Mode: 1, Size: new(32),
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeCreateDataEngine(token) },
		live:   engineIs(dlc.DataEngineStateRunning, func(t *testing.T, e *dlc.DataEngineInfo) { assert.Equal(t, 32, e.Size) }),
		until:  func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineRunning(etl) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "sold out"}, cloud.Failed, "Failed", "sold out", true},
		},
	},
	{
		name: "suspension", service: "dlc", start: "SuspendResumeDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedEngine,
		content: ofEngine(engineState),
		diff:    []string{"Operate"},
		prepare: suspension(dlc.DataEngineOperationSuspend), resume: resumeSuspension, live: engineIs(dlc.DataEngineStateSuspended),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineSuspended(etl) },
		ends: []ending{
			{"runs on", emulator.Ending{Fail: true, Reason: "tasks are running"}, cloud.Failed, "Running", "tasks are running", false},
			engineBreaks,
		},
	},
	{
		name: "resumption", service: "dlc", start: "SuspendResumeDataEngine", read: "DescribeDataEngine", oldState: "Suspended", shown: true, seed: seedSuspendedEngine,
		content: ofEngine(engineState),
		diff:    []string{"Operate"},
		prepare: suspension(dlc.DataEngineOperationResume), resume: resumeSuspension, live: engineIs(dlc.DataEngineStateRunning),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineRunning(etl) },
		ends: []ending{
			{"stays suspended", emulator.Ending{Fail: true, Reason: "sold out"}, cloud.Failed, "Suspended", "sold out", false},
			engineBreaks,
		},
	},
	{
		service: "dlc", start: "RestartDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedEngine,
		diff: []string{"DataEngineId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareRestartDataEngine(ctx, dlc.RestartDataEngineRequest{DataEngineID: "DataEngine-1"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeRestartDataEngine(token)
		},
		live:  engineIs(dlc.DataEngineStateRunning),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineRunning(etl) },
		ends:  []ending{engineBreaks},
	},
	{
		service: "dlc", start: "UpdateDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true, seed: seedEngine,
		content: ofEngine(engineSize),
		diff:    []string{"MaxClusters", "Message", "MinClusters", "Size"},
		prepare: resize(64, false), resume: resumeResize, live: engineIs(dlc.DataEngineStateRunning, hasSize(64)),
		ends: []ending{
			{"keeps its size", emulator.Ending{Fail: true, Reason: "sold out"}, cloud.Failed, "Running", "sold out", false},
			engineBreaks,
		},
	},
	{
		name: "update without a trace", service: "dlc", start: "UpdateDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true,
		seed: func(emu *emulator.Emulator) {
			emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "etl", Size: 16, MinClusters: 1, MaxClusters: 2, Message: "for reports"})
		},
		content: ofEngine(engineSize),
		diff:    []string{"AutoResume"},
		prepare: resize(16, true), resume: resumeResize, live: engineIs(dlc.DataEngineStateRunning, hasSize(16)),
		ends: []ending{engineBreaks},
	},
	{
		service: "dlc", start: "DeleteDataEngine", read: "DescribeDataEngine", oldState: "Running", shown: true, deletes: true,
		seed: func(emu *emulator.Emulator) {
			emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "etl"})
			emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "sql"})
		},
		diff: []string{"DataEngineNames"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareDeleteDataEngine(ctx, dlc.DeleteDataEngineRequest{DataEngineNames: []string{"etl", "sql"}})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) { return c.dlc.ResumeDeleteDataEngine(token) },
		live:   gone,
		until:  func(c clients) cloud.AnyWaiter { return c.dlc.UntilDataEngineDeleted(etl) },
		ends: []ending{
			{"stays", emulator.Ending{Fail: true, Reason: "tasks are running"}, cloud.Failed, "Running", "tasks are running", false},
			{"breaks", emulator.Ending{Fail: true, State: "-1", Reason: "half of it is gone"}, cloud.Failed, "Failed", "half of it is gone", false},
		},
	},
}
