package proton

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// shown is what a read shows of a resource that was created an hour before.
func shown(status DeploymentStatus, at time.Time, attempted, succeeded string) facts {
	return facts{
		createdAt: before.Add(-time.Hour), status: status, message: "because",
		attempted: attempted, attemptedAt: at, succeeded: succeeded,
	}
}

// of is the same for a resource that was created at another time.
func (f facts) of(createdAt time.Time) facts {
	f.createdAt = createdAt
	return f
}

type factsTest struct {
	name   string
	state  *deploymentState
	facts  facts
	want   cloud.Outcome
	reason string
}

func runFactsTests(t *testing.T, judge func(*deploymentState, facts) cloud.Judgement, tests []factsTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := judge(tt.state, tt.facts)
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, tt.reason, j.Reason)
			assert.Equal(t, string(tt.facts.status), j.State)
		})
	}
}

const replacement = "superseded: it was deleted, and a new one has its name"

func TestJudgeUpdate(t *testing.T) {
	t.Parallel()
	last := shown(DeploymentStatusSucceeded, before, "d1", "d1")
	known := deploymentState{}.update(last, shown(DeploymentStatusInProgress, after, "d2", "d1"))
	unknown := deploymentState{}.update(last, last) // the answer shows the deployment before
	noIDs := deploymentState{}.update(shown(DeploymentStatusSucceeded, before, "", ""), shown(DeploymentStatusSucceeded, before, "", ""))
	atOnly := deploymentState{}.update(shown(DeploymentStatusSucceeded, before, "", ""), shown(DeploymentStatusInProgress, after, "", ""))
	first := deploymentState{}.update(facts{}, facts{status: DeploymentStatusInProgress}) // of a resource that was never deployed
	between := before.Add(time.Second)
	runFactsTests(t, (*deploymentState).judgeUpdate, []factsTest{
		{"stale success", known, last, cloud.Pending, "because"},
		{"stale failure", known, shown(DeploymentStatusFailed, before, "d1", "d0"), cloud.Pending, "because"},
		{"stale cancellation", known, shown(DeploymentStatusCancelled, before, "d1", "d0"), cloud.Pending, "because"},
		{"stale, and not the one that was last seen", known, shown(DeploymentStatusSucceeded, between, "d1b", "d1b"), cloud.Pending, "because"},
		{"older than the baseline", unknown, shown(DeploymentStatusSucceeded, before.Add(-time.Minute), "d0", "d0"), cloud.Pending, "because"},
		{"in progress", known, shown(DeploymentStatusInProgress, after, "d2", "d1"), cloud.Pending, "because"},
		{"cancelling", known, shown(DeploymentStatusCancelling, after, "d2", "d1"), cloud.Pending, "because"},
		{"live", known, shown(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Succeeded, "because"},
		{"live, id not known before", unknown, shown(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Succeeded, "because"},
		{"live, no ids", noIDs, shown(DeploymentStatusSucceeded, after, "", ""), cloud.Succeeded, "because"},
		{"live, no ids, time known", atOnly, shown(DeploymentStatusSucceeded, after, "", ""), cloud.Succeeded, "because"},
		{"live, the first", first, shown(DeploymentStatusSucceeded, after, "d1", "d1"), cloud.Succeeded, "because"},
		{"no ids, stale", noIDs, shown(DeploymentStatusSucceeded, before, "", ""), cloud.Pending, "because"},
		{"no ids, time known, stale", atOnly, shown(DeploymentStatusSucceeded, before, "", ""), cloud.Pending, "because"},
		{"never deployed", first, facts{}, cloud.Pending, ""},
		{"status ahead of the ids", known, shown(DeploymentStatusSucceeded, after, "d2", "d1"), cloud.Pending, "because"},
		{"failed", known, shown(DeploymentStatusFailed, after, "d2", "d1"), cloud.Failed, "because"},
		{"cancelled", known, shown(DeploymentStatusCancelled, after, "d2", "d1"), cloud.Cancelled, "because"},
		{"superseded", known, shown(DeploymentStatusInProgress, after.Add(time.Minute), "d3", "d1"), cloud.Failed, "superseded: deployment d3 came after"},
		{"live, then another began", known, shown(DeploymentStatusInProgress, after.Add(time.Minute), "d3", "d2"), cloud.Succeeded, "because"},
		{"deleted meanwhile", known, shown(DeploymentStatusDeleteInProgress, after, "d2", "d1"), cloud.Failed, "because"},
		{"live, and deleted then", known, shown(DeploymentStatusDeleteInProgress, after, "d2", "d2"), cloud.Failed, "because"},
		{"older resource", known, shown(DeploymentStatusSucceeded, after, "d2", "d2").of(before.Add(-2 * time.Hour)), cloud.Pending, "because"},
		{"newer resource", known, shown(DeploymentStatusSucceeded, after, "d9", "d9").of(after), cloud.Failed, replacement},
		{"status of next year", known, shown("ROLLING", after, "d2", "d1"), cloud.Pending, "because"},
	})
}

func TestJudgeCreation(t *testing.T) {
	t.Parallel()
	made := deploymentState{}.about(shown(DeploymentStatusInProgress, after, "d1", "").of(after))
	bare := deploymentState{}.about(facts{createdAt: after}) // the answer shows no deployment
	runFactsTests(t, (*deploymentState).judgeCreation, []factsTest{
		{"older resource", made, shown(DeploymentStatusSucceeded, before, "d0", "d0"), cloud.Pending, "because"},
		{"older resource that is gone", made, shown(DeploymentStatusDeleteComplete, before, "d0", "d0"), cloud.Pending, "because"},
		{"in progress", made, shown(DeploymentStatusInProgress, after, "d1", "").of(after), cloud.Pending, "because"},
		{"live", made, shown(DeploymentStatusSucceeded, after, "d1", "d1").of(after), cloud.Succeeded, "because"},
		{"live, id not known before", bare, shown(DeploymentStatusSucceeded, after, "d1", "d1").of(after), cloud.Succeeded, "because"},
		{"live, nothing known", bare, shown(DeploymentStatusSucceeded, time.Time{}, "", "").of(after), cloud.Succeeded, "because"},
		{"failed", made, shown(DeploymentStatusFailed, after, "d1", "").of(after), cloud.Failed, "because"},
		{"newer resource", made, shown(DeploymentStatusSucceeded, after, "d9", "d9").of(after.Add(time.Hour)), cloud.Failed, replacement},
	})
}

func TestJudgeCancellation(t *testing.T) {
	t.Parallel()
	asked := deploymentState{}.about(shown(DeploymentStatusCancelling, after, "d2", "d1"))
	runFactsTests(t, (*deploymentState).judgeCancellation, []factsTest{
		{"stale cancellation", asked, shown(DeploymentStatusCancelled, before, "d1", "d0"), cloud.Pending, "because"},
		{"stale success", asked, shown(DeploymentStatusSucceeded, before, "d1", "d1"), cloud.Pending, "because"},
		{"not yet", asked, shown(DeploymentStatusInProgress, after, "d2", "d1"), cloud.Pending, "because"},
		{"cancelled", asked, shown(DeploymentStatusCancelled, after, "d2", "d1"), cloud.Succeeded, "because"},
		{"succeeded first", asked, shown(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Failed, "too late: the deployment succeeded: because"},
		{"failed first", asked, shown(DeploymentStatusFailed, after, "d2", "d1"), cloud.Failed, "too late: the deployment failed: because"},
		{"succeeded, and another began", asked, shown(DeploymentStatusInProgress, after.Add(time.Minute), "d3", "d2"), cloud.Failed, "too late: the deployment succeeded: because"},
		{"status ahead of the ids", asked, shown(DeploymentStatusSucceeded, after, "d2", "d1"), cloud.Pending, "because"},
		{"superseded", asked, shown(DeploymentStatusCancelled, after.Add(time.Minute), "d3", "d1"), cloud.Failed, "superseded: deployment d3 came after"},
		{"deleted meanwhile", asked, shown(DeploymentStatusDeleteInProgress, after, "d2", "d1"), cloud.Failed, "because"},
		{"newer resource", asked, shown(DeploymentStatusCancelled, after, "d2", "d1").of(after), cloud.Failed, replacement},
	})
}

func TestJudgeDeletion(t *testing.T) {
	t.Parallel()
	seen := shown(DeploymentStatusDeleteFailed, before, "d1", "d1")
	s := deploymentState{}.deletion(seen, facts{})
	assert.Equal(t, seen.createdAt, s.CreatedAt, "the answer may leave out what is gone")
	assert.True(t, s.FailedBefore)
	assert.Equal(t, follow.ConfirmWithin, (&Client{}).environmentDeletion(s).Confirm, "a failure may be that of the deletion before")
	assert.Zero(t, (&Client{}).environmentDeletion(&deploymentState{}).Confirm)
	runFactsTests(t, (*deploymentState).judgeDeletion, []factsTest{
		{"stale", s, shown(DeploymentStatusSucceeded, before, "d1", "d1"), cloud.Pending, "because"},
		{"under way", s, shown(DeploymentStatusDeleteInProgress, before, "d1", "d1"), cloud.Pending, "because"},
		{"complete", s, shown(DeploymentStatusDeleteComplete, before, "d1", "d1"), cloud.Succeeded, "because"},
		{"failed", s, shown(DeploymentStatusDeleteFailed, before, "d1", "d1"), cloud.Failed, "because"},
		{"older resource", s, shown(DeploymentStatusDeleteFailed, before, "d1", "d1").of(before.Add(-2 * time.Hour)), cloud.Pending, "because"},
		{"newer resource", s, shown(DeploymentStatusInProgress, after, "d9", "").of(after), cloud.Succeeded, "because"},
	})
}
