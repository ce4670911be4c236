package flink

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestEveryPatrolStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	places(t, PatrolStatus("").Values(), map[PatrolStatus]cloud.Outcome{
		PatrolStatusPending: pending, PatrolStatusInProgress: pending, PatrolStatusCompleted: succeeded, PatrolStatusFailed: failed,
	}, func(s PatrolStatus) cloud.Verdict { return judgePatrol(new(wait.Course), &PatrolReport{Status: s}) })
	assert.Equal(t, "no diagnosis", judgePatrol(new(wait.Course), &PatrolReport{Status: PatrolStatusFailed, ErrorMessage: "no diagnosis"}).Reason)
}

// TestPatrolsNeedAReport checks that a wait for no report in particular is refused before the list is read.
func TestPatrolsNeedAReport(t *testing.T) {
	t.Parallel()
	c, err := New(cloud.Config{Region: "cn-hangzhou"}, WithWorkspace("w"), WithNamespace("n"))
	require.NoError(t, err)
	_, err = c.UntilPatrolCompleted(PatrolReportRequest{}).Wait(t.Context())
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.ErrorContains(t, err, "reportId: required")
}
