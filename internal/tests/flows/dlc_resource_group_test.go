package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func seedGroup(state dlc.ResourceGroupState) func(*emulator.Emulator) {
	return func(emu *emulator.Emulator) {
		emu.DLC.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "reports", ResourceGroupState: state})
		emu.DLC.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", ResourceGroupState: state})
	}
}

var groupNames = []string{"reports", "etl"}

func groupIs(state dlc.ResourceGroupState) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		group := value.(*dlc.StandardEngineResourceGroupInfo)
		assert.Equal(t, "etl", group.EngineResourceGroupName)
		assert.Equal(t, state, group.ResourceGroupState)
	}
}

// ofGroup reads what get returns of the resource group; nil if there is none.
func ofGroup(get func(*dlc.StandardEngineResourceGroupInfo) any) func(context.Context, clients) (any, error) {
	return func(ctx context.Context, c clients) (any, error) {
		for g, err := range c.dlc.AllStandardEngineResourceGroups(ctx, dlc.DescribeStandardEngineResourceGroupsRequest{}) {
			if err != nil {
				return nil, err
			}
			if g.EngineResourceGroupName == "etl" {
				return get(&g), nil
			}
		}
		return nil, nil
	}
}

func groupState(g *dlc.StandardEngineResourceGroupInfo) any { return g.ResourceGroupState }

var groupIsIsolated = ending{"is isolated", emulator.Ending{Fail: true, State: "11"}, cloud.Failed, "Isolated", "the resource group is isolated", true}

var dlcGroupFlows = []flow{
	{
		service: "dlc", start: "CreateStandardEngineResourceGroup", read: "DescribeStandardEngineResourceGroups", seed: func(*emulator.Emulator) {},
		content: ofGroup(groupState),
		diff:    []string{"DataEngineName", "EngineResourceGroupName"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateStandardEngineResourceGroup(ctx, dlc.CreateStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl", DataEngineName: "standard"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateStandardEngineResourceGroup(token)
		},
		live: groupIs(dlc.ResourceGroupStateRunning),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{groupIsIsolated},
	},
	{
		name: "CreateStandardEngineResourceGroup without launch", service: "dlc", start: "CreateStandardEngineResourceGroup",
		read: "DescribeStandardEngineResourceGroups", seed: func(*emulator.Emulator) {},
		content: ofGroup(groupState),
		diff:    []string{"DataEngineName", "EngineResourceGroupName", "IsLaunchNow"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateStandardEngineResourceGroup(ctx, dlc.CreateStandardEngineResourceGroupRequest{
				EngineResourceGroupName: "etl", DataEngineName: "standard", IsLaunchNow: new(1),
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateStandardEngineResourceGroup(token)
		},
		live: groupIs(dlc.ResourceGroupStatePaused),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupPaused(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{groupIsIsolated},
	},
	{
		service: "dlc", start: "LaunchStandardEngineResourceGroups", read: "DescribeStandardEngineResourceGroups", oldState: "Paused",
		seed:    seedGroup(dlc.ResourceGroupStatePaused),
		content: ofGroup(groupState),
		diff:    []string{"EngineResourceGroupNames"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareLaunchStandardEngineResourceGroups(ctx, dlc.LaunchStandardEngineResourceGroupsRequest{EngineResourceGroupNames: groupNames})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeLaunchStandardEngineResourceGroups(token)
		},
		live: groupIs(dlc.ResourceGroupStateRunning),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{
			{"is paused again", emulator.Ending{Fail: true}, cloud.Failed, "Paused", "the resource group is paused again", false},
			groupIsIsolated,
		},
	},
	{
		service: "dlc", start: "PauseStandardEngineResourceGroups", read: "DescribeStandardEngineResourceGroups", oldState: "Running",
		seed:    seedGroup(dlc.ResourceGroupStateRunning),
		content: ofGroup(groupState),
		diff:    []string{"EngineResourceGroupNames"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PreparePauseStandardEngineResourceGroups(ctx, dlc.PauseStandardEngineResourceGroupsRequest{EngineResourceGroupNames: groupNames})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumePauseStandardEngineResourceGroups(token)
		},
		live: groupIs(dlc.ResourceGroupStatePaused),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupPaused(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{
			{"runs again", emulator.Ending{Fail: true}, cloud.Failed, "Running", "the resource group runs again", false},
			groupIsIsolated,
		},
	},
	{
		service: "dlc", start: "UpdateStandardEngineResourceGroupResourceInfo", read: "DescribeStandardEngineResourceGroups", oldState: "Running", shown: true,
		seed:    seedGroup(dlc.ResourceGroupStateRunning),
		content: ofGroup(func(g *dlc.StandardEngineResourceGroupInfo) any { return g.MaxExecutorNums }),
		diff:    []string{"MaxExecutorNums"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareUpdateStandardEngineResourceGroupResourceInfo(ctx, dlc.UpdateStandardEngineResourceGroupResourceInfoRequest{
				EngineResourceGroupName: "etl", MaxExecutorNums: new(4), IsEffectiveNow: new(0),
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeUpdateStandardEngineResourceGroupResourceInfo(token)
		},
		live: groupIs(dlc.ResourceGroupStateRunning),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{
			{"is paused", emulator.Ending{Fail: true, State: "3"}, cloud.Failed, "Paused", "the resource group is paused", true},
			groupIsIsolated,
		},
	},
	{
		service: "dlc", start: "UpdateStandardEngineResourceGroupConfigInfo", read: "DescribeStandardEngineResourceGroups", oldState: "Running", shown: true,
		seed: seedGroup(dlc.ResourceGroupStateRunning),
		diff: []string{"EngineResourceGroupName", "IsEffectiveNow", "UpdateConfContext"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareUpdateStandardEngineResourceGroupConfigInfo(ctx, dlc.UpdateStandardEngineResourceGroupConfigInfoRequest{
				EngineResourceGroupName: "etl", UpdateConfContext: []dlc.UpdateConfContext{{
					ConfigType: dlc.ConfigTypeDynamic, Params: []dlc.Param{{ConfigItem: "spark.sql.shuffle.partitions", ConfigValue: "64", Operate: dlc.ParamOperationAdd}},
				}},
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeUpdateStandardEngineResourceGroupConfigInfo(token)
		},
		live: groupIs(dlc.ResourceGroupStateRunning),
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{groupIsIsolated},
	},
	{
		service: "dlc", start: "UpdateEngineResourceGroupNetworkConfigInfo", read: "DescribeStandardEngineResourceGroups", oldState: "Running", shown: true,
		seed: func(emu *emulator.Emulator) {
			emu.DLC.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl", EngineResourceGroupID: "rg-1"})
		},
		content: ofGroup(func(g *dlc.StandardEngineResourceGroupInfo) any { return len(g.NetworkConfigNames) }),
		diff:    []string{"NetworkConfigNames"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareUpdateEngineResourceGroupNetworkConfigInfo(ctx, dlc.UpdateEngineResourceGroupNetworkConfigInfoRequest{
				EngineResourceGroupID: "rg-1", NetworkConfigNames: []string{"to-orders"},
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeUpdateEngineResourceGroupNetworkConfigInfo(token)
		},
		live: func(t *testing.T, value any) {
			groupIs(dlc.ResourceGroupStateRunning)(t, value)
			assert.Equal(t, []string{"to-orders"}, value.(*dlc.StandardEngineResourceGroupInfo).NetworkConfigNames)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupRunning(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{groupIsIsolated},
	},
	{
		service: "dlc", start: "UpdateStandardEngineResourceGroupBaseInfo", read: "DescribeStandardEngineResourceGroups", oldState: "Running", shown: true,
		seed:    seedGroup(dlc.ResourceGroupStateRunning),
		content: ofGroup(func(g *dlc.StandardEngineResourceGroupInfo) any { return g.AutoLaunch }),
		diff:    []string{"AutoLaunch", "AutoPauseTime", "MaxConcurrency"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareUpdateStandardEngineResourceGroupBaseInfo(ctx, dlc.UpdateStandardEngineResourceGroupBaseInfoRequest{
				EngineResourceGroupName: "etl", AutoLaunch: 1, AutoPause: 0, AutoPauseTime: 15, MaxConcurrency: new(8),
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeUpdateStandardEngineResourceGroupBaseInfo(token)
		},
		live: func(t *testing.T, value any) {
			groupIs(dlc.ResourceGroupStateRunning)(t, value)
			assert.Equal(t, 8, value.(*dlc.StandardEngineResourceGroupInfo).MaxConcurrency)
		},
		ends: []ending{
			{"keeps its settings", emulator.Ending{Fail: true}, cloud.Failed, "Running", "the resource group keeps its settings", false},
			groupIsIsolated,
		},
	},
	{
		service: "dlc", start: "DeleteStandardEngineResourceGroup", read: "DescribeStandardEngineResourceGroups", oldState: "Paused", shown: true, deletes: true,
		seed: seedGroup(dlc.ResourceGroupStatePaused),
		diff: []string{"EngineResourceGroupName"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareDeleteStandardEngineResourceGroup(ctx, dlc.DeleteStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeDeleteStandardEngineResourceGroup(token)
		},
		live: gone,
		until: func(c clients) cloud.AnyWaiter {
			return c.dlc.UntilStandardEngineResourceGroupDeleted(dlc.StandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})
		},
		ends: []ending{
			{"stays", emulator.Ending{Fail: true}, cloud.Failed, "Paused", "the resource group is paused again", false},
		},
	},
}
