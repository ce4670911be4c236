package dlc

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// groupConfig reads the configuration of a resource group, as values by kind and item.
func (c *Client) groupConfig(ctx context.Context, id string) (map[ConfigType]map[string]string, error) {
	op := &opDescribeStandardEngineResourceGroupConfigInfo
	out, err := c.DescribeStandardEngineResourceGroupConfigInfo(ctx, DescribeStandardEngineResourceGroupConfigInfoRequest{
		Filters: []Filter{{Name: "engine-resource-group-id", Values: []string{id}}},
	})
	if err != nil {
		return nil, err
	}
	config, err := wait.Find(service, op, "resource group "+id, wait.Items(out.StandardEngineResourceGroupConfigInfos),
		func(v *StandardEngineResourceGroupConfigInfo) bool { return v.ResourceGroupID == id })
	if err != nil {
		return nil, err
	}
	return map[ConfigType]map[string]string{
		ConfigTypeStatic: configValues(config.StaticConfigPairs), ConfigTypeDynamic: configValues(config.DynamicConfigPairs),
	}, nil
}

func configValues(pairs []EngineResourceGroupConfigPair) map[string]string {
	values := map[string]string{}
	for _, p := range pairs {
		values[p.ConfigItem] = p.ConfigValue
	}
	return values
}

// isConfigMet reports whether a configuration is as changes of it ask.
func isConfigMet(asked []UpdateConfContext, config map[ConfigType]map[string]string) bool {
	for _, kind := range asked {
		for _, p := range kind.Params {
			value, ok := config[kind.ConfigType][p.ConfigItem]
			if ok == (p.Operate == ParamOperationDelete) || ok && value != p.ConfigValue {
				return false
			}
		}
	}
	return true
}

// groupConfigBegan compares the configuration with the requested one. It was not read before the change, so that only
// the update time shows that it is new.
func (c *Client) groupConfigBegan(
	ctx context.Context, s *groupChange, r *UpdateStandardEngineResourceGroupConfigInfoRequest, _ time.Time,
) (cloud.StartStatus, error) {
	return c.groupUpdateBegan(ctx, s, func(g *StandardEngineResourceGroupInfo) (signs, error) {
		if groupSnapshotOf(g) == s.Groups[0].Before {
			return signs{}, nil
		}
		config, err := c.groupConfig(ctx, g.EngineResourceGroupID)
		return signs{met: isConfigMet(r.UpdateConfContext, config), wasMet: true}, err
	})
}
