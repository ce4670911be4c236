package emulator_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// noDefault are the kinds that an account has only if they say something.
var noDefault = []string{
	"dlc StoreLocation", "dlc AdvancedStoreLocation", "dlc ThirdPartyAccessUser", "dlc NotebookSessionStatementBatch",
	"finspace Tags", "proton Tags",
}

// TestEveryKind adds a resource of every kind that says nothing of itself. Seeds and snapshots keep it.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	emu := startEmpty(t)
	file, total := map[string]map[string][]any{}, 0
	for service, kinds := range emu.Kinds() {
		file[service] = map[string][]any{}
		for _, kind := range kinds {
			file[service][kind], total = []any{map[string]any{}}, total+1
		}
	}
	t.Logf("%d kinds", total)
	seed, err := json.Marshal(file)
	require.NoError(t, err)
	require.NoError(t, emu.Load(strings.NewReader(string(seed))))
	var kept map[string]map[string][]any
	require.NoError(t, json.Unmarshal([]byte(saved(t, emu)), &kept))
	for service, kinds := range emu.Kinds() {
		for _, kind := range kinds {
			if len(kept[service][kind]) == 0 {
				assert.Contains(t, noDefault, service+" "+kind, "it is not kept")
			}
		}
	}
	snapshot, err := emu.Snapshot()
	require.NoError(t, err)
	restored := startEmpty(t)
	require.NoError(t, restored.Restore(snapshot))
	assert.Equal(t, saved(t, emu), saved(t, restored))
}

// TestSeedHasWhatRequestsMake checks the tags and the outputs that seeds have: those of what exists.
func TestSeedHasWhatRequestsMake(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithStaleReads(0))
	c := clientsOf(t, withoutRetries(emu))
	read := must(c.proton.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{Name: instance, ServiceName: serviceName}))(t)
	target := read.ServiceInstance
	must(c.proton.TagResource(t.Context(), proton.TagResourceRequest{
		ResourceARN: target.ARN, Tags: []proton.Tag{{Key: "team", Value: "web"}},
	}))(t)
	must(c.proton.NotifyResourceDeploymentStatusChange(t.Context(), proton.NotifyResourceDeploymentStatusChangeRequest{
		ResourceARN: target.ARN, Outputs: []proton.Output{{Key: "url", ValueString: "https://shop.example"}},
	}))(t)
	user := must(c.finspace.CreateKxUser(t.Context(), finspace.CreateKxUserRequest{
		EnvironmentID: environment, UserName: "ana", IAMRole: "arn:aws:iam::123456789012:role/ana", Tags: map[string]string{"team": "desk"},
	}))(t)

	loaded := startEmpty(t, emulator.WithStaleReads(0))
	require.NoError(t, loaded.Load(strings.NewReader(saved(t, emu))))
	l := clientsOf(t, withoutRetries(loaded))
	tags := must(l.proton.ListTagsForResource(t.Context(), proton.ListTagsForResourceRequest{ResourceARN: target.ARN}))(t)
	assert.Equal(t, []proton.Tag{{Key: "team", Value: "web"}}, tags.Tags)
	outputs := must(l.proton.ListServiceInstanceOutputs(t.Context(), proton.ListServiceInstanceOutputsRequest{
		ServiceName: serviceName, ServiceInstanceName: instance,
	}))(t)
	assert.Equal(t, []proton.Output{{Key: "url", ValueString: "https://shop.example"}}, outputs.Outputs)
	kept := must(l.finspace.ListTagsForResource(t.Context(), finspace.ListTagsForResourceRequest{ResourceARN: user.UserARN}))(t)
	assert.Equal(t, map[string]string{"team": "desk"}, kept.Tags)

	must(c.finspace.DeleteKxUser(t.Context(), finspace.DeleteKxUserRequest{EnvironmentID: environment, UserName: "ana"}))(t)
	assert.NotContains(t, saved(t, emu), user.UserARN, "tags go with their resource")
}
