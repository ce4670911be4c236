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
	emu.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old"})
	emu.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
	emu.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", ImageVersionID: "old"})
}

var dlcFlows = []flow{
	{
		service: "dlc", start: "SwitchDataEngineImage", read: "DescribeDataEngine", oldState: "2",
		seed: seedEngine, thorough: true,
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.dlc.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "new"}))
		},
		resume: func(c clients, token string) (*waiter, error) {
			return erased(c.dlc.ResumeSwitchDataEngineImage(token))
		},
		live: func(t *testing.T, value any) {
			engine := value.(*dlc.DescribeDataEngineResponse).DataEngine
			assert.Equal(t, dlc.DataEngineRunning, engine.State)
			assert.Equal(t, "new", engine.ImageVersionID)
		},
		until: func(c clients) *waiter {
			return mustErase(c.dlc.UntilDataEngineRunsImage(dlc.DescribeDataEngineRequest{DataEngineName: "etl"}, "new"))
		},
		ends: []ending{
			{"runs the old image", emulator.Outcome{Fail: true, Reason: "image is broken"}, cloud.Failed, "2", "image is broken", false},
			{"breaks", emulator.Outcome{Fail: true, State: "-1", Reason: "out of units"}, cloud.Failed, "-1", "out of units", true},
		},
	},
}
