package emulator_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// TestDataMaskStrategies takes a declared resource of DLC through its life.
func TestDataMaskStrategies(t *testing.T) {
	t.Parallel()
	c := clientsOf(t, withoutRetries(start(t, emulator.WithStaleReads(0)))).dlc
	ids := map[string]string{}
	for _, name := range []string{"hash", "hide", "keep"} {
		out, err := c.CreateDataMaskStrategy(t.Context(), dlc.CreateDataMaskStrategyRequest{
			Strategy: &dlc.DataMaskStrategyInfo{StrategyName: name},
		})
		require.NoError(t, err)
		ids[name] = out.StrategyID
	}
	_, err := c.CreateDataMaskStrategy(t.Context(), dlc.CreateDataMaskStrategyRequest{
		Strategy: &dlc.DataMaskStrategyInfo{StrategyName: "hide"},
	})
	require.Error(t, err)

	description := "of the names"
	change := dlc.UpdateDataMaskStrategyRequest{
		Strategy: &dlc.DataMaskStrategyInfo{StrategyID: ids["hide"], StrategyName: "hide", StrategyDesc: &description},
	}
	_, err = c.UpdateDataMaskStrategy(t.Context(), change)
	require.NoError(t, err)
	list, err := c.DescribeDataMaskStrategies(t.Context(), dlc.DescribeDataMaskStrategiesRequest{
		Filters: []dlc.Filter{{Name: "strategy-name", Values: []string{"hide", "keep"}}}, Limit: 1,
	})
	require.NoError(t, err)
	require.Len(t, list.Strategies, 1)
	assert.Equal(t, 2, list.TotalCount)
	assert.Equal(t, description, list.Strategies[0].StrategyDesc)
	assert.NotZero(t, list.Strategies[0].CreateTime)

	_, err = c.DeleteDataMaskStrategy(t.Context(), dlc.DeleteDataMaskStrategyRequest{StrategyID: ids["hide"]})
	require.NoError(t, err)
	list, err = c.DescribeDataMaskStrategies(t.Context(), dlc.DescribeDataMaskStrategiesRequest{})
	require.NoError(t, err)
	assert.Len(t, list.Strategies, 2)
	_, err = c.UpdateDataMaskStrategy(t.Context(), change)
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

// TestScripts deletes several resources in one request.
func TestScripts(t *testing.T) {
	t.Parallel()
	c := clientsOf(t, withoutRetries(start(t, emulator.WithStaleReads(0)))).dlc
	for _, name := range []string{"a", "b", "c"} {
		_, err := c.CreateScript(t.Context(), dlc.CreateScriptRequest{ScriptName: name, SQLStatement: "SELECT 1"})
		require.NoError(t, err)
	}
	list, err := c.DescribeScripts(t.Context(), dlc.DescribeScriptsRequest{})
	require.NoError(t, err)
	require.Len(t, list.Scripts, 3)
	_, err = c.DeleteScript(t.Context(), dlc.DeleteScriptRequest{ScriptIDs: []string{list.Scripts[0].ScriptID, list.Scripts[2].ScriptID}})
	require.NoError(t, err)
	list, err = c.DescribeScripts(t.Context(), dlc.DescribeScriptsRequest{})
	require.NoError(t, err)
	require.Len(t, list.Scripts, 1)
	assert.Equal(t, "b", list.Scripts[0].ScriptName)
}

// TestServiceTemplates takes a declared resource of Proton through its life, with its tags.
func TestServiceTemplates(t *testing.T) {
	t.Parallel()
	c := clientsOf(t, withoutRetries(start(t, emulator.WithStaleReads(0)))).proton
	for _, name := range []string{"web", "worker"} {
		_, err := c.CreateServiceTemplate(t.Context(), proton.CreateServiceTemplateRequest{
			Name: name, DisplayName: "shown", Tags: []proton.Tag{{Key: "team", Value: "a"}},
		})
		require.NoError(t, err)
	}
	_, err := c.CreateServiceTemplate(t.Context(), proton.CreateServiceTemplateRequest{Name: "web"})
	require.ErrorIs(t, err, cloud.ErrConflict)

	description := "serves pages"
	changed, err := c.UpdateServiceTemplate(t.Context(), proton.UpdateServiceTemplateRequest{Name: "web", Description: &description})
	require.NoError(t, err)
	got, err := c.GetServiceTemplate(t.Context(), proton.GetServiceTemplateRequest{Name: "web"})
	require.NoError(t, err)
	assert.Equal(t, changed.ServiceTemplate, got.ServiceTemplate)
	assert.Equal(t, "shown", got.ServiceTemplate.DisplayName)
	assert.Equal(t, description, got.ServiceTemplate.Description)
	assert.False(t, got.ServiceTemplate.CreatedAt.IsZero())

	var names []string
	for item, err := range c.AllServiceTemplates(t.Context(), proton.ListServiceTemplatesRequest{MaxResults: 1}) {
		require.NoError(t, err)
		names = append(names, item.Name)
	}
	assert.Equal(t, []string{"template", "web", "worker"}, names, "the first is that of the service")

	arn := got.ServiceTemplate.ARN
	_, err = c.TagResource(t.Context(), proton.TagResourceRequest{ResourceARN: arn, Tags: []proton.Tag{{Key: "env", Value: "test"}}})
	require.NoError(t, err)
	_, err = c.UntagResource(t.Context(), proton.UntagResourceRequest{ResourceARN: arn, TagKeys: []string{"team"}})
	require.NoError(t, err)
	tags, err := c.ListTagsForResource(t.Context(), proton.ListTagsForResourceRequest{ResourceARN: arn})
	require.NoError(t, err)
	assert.Equal(t, []proton.Tag{{Key: "env", Value: "test"}}, tags.Tags)

	_, err = c.DeleteServiceTemplate(t.Context(), proton.DeleteServiceTemplateRequest{Name: "web"})
	require.NoError(t, err)
	_, err = c.GetServiceTemplate(t.Context(), proton.GetServiceTemplateRequest{Name: "web"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
	_, err = c.ListTagsForResource(t.Context(), proton.ListTagsForResourceRequest{ResourceARN: arn})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}
