package flink

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// TestIdempotence covers operations that are not what their HTTP method says.
func TestIdempotence(t *testing.T) {
	t.Parallel()
	for _, op := range []transport.Operation{opGetLineageInfo, opValidateSQLStatement} {
		assert.Equal(t, "POST", op.Method)
		assert.True(t, op.Idempotent, "%s reads", op.Name)
	}
	assert.Equal(t, "DELETE", opDeleteDeploymentByName.Method)
	assert.False(t, opDeleteDeploymentByName.Idempotent, "another deployment may have the name by then")
	for _, op := range []transport.Operation{
		opGetDeploymentDraftLock, opStartJobWithParams, opStartJob, opStopJob, opHotUpdateJob, opCreateSavepoint, opExecuteSQLStatement,
		opStopApplyScheduledPlan, opChatAIAgent, opTriggerPatrol,
	} {
		assert.False(t, op.Idempotent, op.Name)
	}
}

// TestVerbsAreEscaped in paths, as the service's own client sends and signs them.
func TestVerbsAreEscaped(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "/api/v2/namespaces/{namespace}/scheduled-plans%3AgetExecutedScheduledPlan", opGetAppliedScheduledPlan.Path)
	assert.Equal(t, "PATCH", opStopApplyScheduledPlan.Method)
	assert.True(t, strings.HasSuffix(opStopApplyScheduledPlan.Path, "/{scheduledPlanId}%3Astop"))
	assert.Equal(t, "/api/v2/engine-version-meta.json", opListEngineVersionMetadata.Path)
}
