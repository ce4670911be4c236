package proton

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// shown is what a read shows of a resource that was created an hour before.
func shown(status DeploymentStatus, at time.Time, attempted, succeeded string) snapshot {
	return snapshot{
		createdAt: before.Add(-time.Hour), status: status, message: "because",
		attempted: attempted, attemptedAt: at, succeeded: succeeded,
	}
}

// of is the same for a resource that was created at another time.
func (now snapshot) of(createdAt time.Time) snapshot {
	now.createdAt = createdAt
	return now
}

// resourceChange is a change of the resource that the response to the start shows.
func resourceChange(response snapshot) *deploymentChange {
	s := &deploymentChange{}
	s.recordResource(response)
	return s
}

// laterChange is a change of a resource that was read before.
func laterChange(before snapshot) *deploymentChange {
	s := &deploymentChange{}
	s.recordBefore(before)
	return s
}

// updateChange is an update of a resource that was read before.
func updateChange(before, response snapshot) *deploymentChange {
	s := laterChange(before)
	s.recordUpdate(response)
	return s
}

type snapshotTest struct {
	name     string
	state    *deploymentChange
	snapshot snapshot
	want     cloud.Outcome
	reason   string
	inferred bool
}

func runSnapshotTests(t *testing.T, judge func(*deploymentChange, snapshot) cloud.Verdict, tests []snapshotTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := *tt.state
			v := judge(&s, tt.snapshot)
			assert.Equal(t, tt.inferred, v.Inferred)
			assert.Equal(t, strings.HasPrefix(tt.reason, "superseded: "), v.Superseded)
			assert.Equal(t, tt.want, v.Outcome)
			assert.Equal(t, tt.reason, v.Reason)
			assert.Equal(t, string(tt.snapshot.status), v.State)
		})
	}
}

const replacement = "superseded: it was deleted, and a new one has its name"

func TestJudgeUpdate(t *testing.T) {
	t.Parallel()
	last := shown(DeploymentStatusSucceeded, before, "d1", "d1")
	known := updateChange(last, shown(DeploymentStatusInProgress, after, "d2", "d1"))
	unknown := updateChange(last, last)                                               // the response shows the deployment before
	theirs := updateChange(last, shown(DeploymentStatusSucceeded, after, "d2", "d2")) // the response shows one that has ended
	steppedBack := updateChange(last, shown(DeploymentStatusInProgress, before.Add(-time.Hour), "d2", "d1"))
	noIDs := updateChange(shown(DeploymentStatusSucceeded, before, "", ""), shown(DeploymentStatusSucceeded, before, "", ""))
	atOnly := updateChange(shown(DeploymentStatusSucceeded, before, "", ""), shown(DeploymentStatusInProgress, after, "", ""))
	sameSecond := updateChange(shown(DeploymentStatusSucceeded, before, "", ""), shown(DeploymentStatusInProgress, before, "", ""))
	first := updateChange(snapshot{}, snapshot{status: DeploymentStatusInProgress}) // of a resource that was never deployed
	staleBaseline := updateChange(shown(DeploymentStatusSucceeded, before, "d1", "d1").of(before.Add(-3*time.Hour)), shown(DeploymentStatusInProgress, after, "d2", ""))
	refused := *unknown
	refused.Refusal.Code = "ConflictException"
	between := before.Add(time.Second)
	runSnapshotTests(t, (*deploymentChange).judgeUpdate, []snapshotTest{
		{"stale success", known, last, cloud.Pending, "because", false},
		{"stale failure", known, shown(DeploymentStatusFailed, before, "d1", "d0"), cloud.Pending, "because", false},
		{"stale cancellation", known, shown(DeploymentStatusCancelled, before, "d1", "d0"), cloud.Pending, "because", false},
		{"stale, and not the one that was last seen", known, shown(DeploymentStatusSucceeded, between, "d1b", "d1b"), cloud.Pending, "because", false},
		{"older than the baseline", unknown, shown(DeploymentStatusSucceeded, before.Add(-time.Minute), "d0", "d0"), cloud.Pending, "because", false},
		{"in progress", known, shown(DeploymentStatusInProgress, after, "d2", "d1"), cloud.Pending, "because", false},
		{"canceling", known, shown(DeploymentStatusCancelling, after, "d2", "d1"), cloud.Pending, "because", false},
		{"live", known, shown(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Succeeded, "because", false},
		{"live, ID not known before", unknown, shown(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Succeeded, "because", true},
		{"live, no IDs", noIDs, shown(DeploymentStatusSucceeded, after, "", ""), cloud.Succeeded, "because", true},
		{"live, no IDs, time known", atOnly, shown(DeploymentStatusSucceeded, after, "", ""), cloud.Succeeded, "because", false},
		{"live, the first", first, shown(DeploymentStatusSucceeded, after, "d1", "d1"), cloud.Succeeded, "because", true},
		{"no IDs, stale", noIDs, shown(DeploymentStatusSucceeded, before, "", ""), cloud.Pending, "because", false},
		{"no IDs, time known, stale", atOnly, shown(DeploymentStatusSucceeded, before, "", ""), cloud.Pending, "because", false},
		{"never deployed", first, snapshot{}, cloud.Pending, "", false},
		{"status ahead of the IDs", known, shown(DeploymentStatusSucceeded, after, "d2", "d1"), cloud.Pending, "because", false},
		{"failed", known, shown(DeploymentStatusFailed, after, "d2", "d1"), cloud.Failed, "because", false},
		{"canceled", known, shown(DeploymentStatusCancelled, after, "d2", "d1"), cloud.Canceled, "because", false},
		{"superseded", known, shown(DeploymentStatusInProgress, after.Add(time.Minute), "d3", "d1"), cloud.Failed, "superseded: deployment d3 came after", true},
		{"live, then another began", known, shown(DeploymentStatusInProgress, after.Add(time.Minute), "d3", "d2"), cloud.Succeeded, "because", false},
		{"deleted meanwhile", known, shown(DeploymentStatusDeleteInProgress, after, "d2", "d1"), cloud.Failed, "because", false},
		{"live, and deleted then", known, shown(DeploymentStatusDeleteInProgress, after, "d2", "d2"), cloud.Failed, "because", false},
		{"older resource", known, shown(DeploymentStatusSucceeded, after, "d2", "d2").of(before.Add(-2 * time.Hour)), cloud.Pending, "because", false},
		{"newer resource", known, shown(DeploymentStatusSucceeded, after, "d9", "d9").of(after), cloud.Failed, replacement, false},
		{"clock stepped back, stale", steppedBack, last, cloud.Pending, "because", false},
		{"clock stepped back, live", steppedBack, shown(DeploymentStatusSucceeded, before.Add(-time.Hour), "d2", "d2"), cloud.Succeeded, "because", false},
		{"no IDs, the same second", sameSecond, shown(DeploymentStatusSucceeded, before, "", ""), cloud.Pending, "because", false},
		{"another's in the response", theirs, shown(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Succeeded, "because", true},
		{"superseded in the same second", known, shown(DeploymentStatusSucceeded, after, "d3", "d3"), cloud.Failed, "superseded: deployment d3 came after", true},
		{"succeeded ID is not shown", known, shown(DeploymentStatusSucceeded, after, "d2", ""), cloud.Succeeded, "because", true},
		{"stale baseline, live", staleBaseline, shown(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Succeeded, "because", false},
		{"newer resource by seconds", known, shown(DeploymentStatusSucceeded, after, "d9", "d9").of(before.Add(-time.Hour + 4*time.Second)), cloud.Failed, replacement, false},
		{"refused, and nothing happens", &refused, last, cloud.Failed, "the service refused the repeated call with ConflictException", true},
		{"refused, but under way", &refused, shown(DeploymentStatusInProgress, after, "d2", "d1"), cloud.Pending, "because", false},
		{"status of next year", known, shown("ROLLING", after, "d2", "d1"), cloud.Pending, "because", false},
	})
}

func TestJudgeCreation(t *testing.T) {
	t.Parallel()
	made := resourceChange(shown(DeploymentStatusInProgress, after, "d1", "").of(after))
	bare := resourceChange(snapshot{createdAt: after}) // the response shows no deployment
	nameless := resourceChange(snapshot{})             // the response shows nothing
	runSnapshotTests(t, (*deploymentChange).judgeCreation, []snapshotTest{
		{"older resource", made, shown(DeploymentStatusSucceeded, before, "d0", "d0"), cloud.Pending, "because", false},
		{"older resource that is gone", made, shown(DeploymentStatusDeleteComplete, before, "d0", "d0"), cloud.Pending, "because", false},
		{"in progress", made, shown(DeploymentStatusInProgress, after, "d1", "").of(after), cloud.Pending, "because", false},
		{"live", made, shown(DeploymentStatusSucceeded, after, "d1", "d1").of(after), cloud.Succeeded, "because", false},
		{"live, ID not known before", bare, shown(DeploymentStatusSucceeded, after, "d1", "d1").of(after), cloud.Succeeded, "because", false},
		{"live, nothing known", bare, shown(DeploymentStatusSucceeded, time.Time{}, "", "").of(after), cloud.Succeeded, "because", false},
		{"failed", made, shown(DeploymentStatusFailed, after, "d1", "").of(after), cloud.Failed, "because", false},
		{"live, not even a time known", nameless, shown(DeploymentStatusSucceeded, after, "d1", "d1").of(after), cloud.Succeeded, "because", true},
		{"newer resource", made, shown(DeploymentStatusSucceeded, after, "d9", "d9").of(after.Add(time.Hour)), cloud.Failed, replacement, false},
	})
}

func TestJudgeCancellation(t *testing.T) {
	t.Parallel()
	asked := resourceChange(shown(DeploymentStatusCancelling, after, "d2", "d1"))
	unnamed := resourceChange(snapshot{status: DeploymentStatusCancelling, createdAt: before.Add(-time.Hour)})
	runSnapshotTests(t, (*deploymentChange).judgeCancellation, []snapshotTest{
		{"stale cancellation", asked, shown(DeploymentStatusCancelled, before, "d1", "d0"), cloud.Pending, "because", false},
		{"stale success", asked, shown(DeploymentStatusSucceeded, before, "d1", "d1"), cloud.Pending, "because", false},
		{"not yet", asked, shown(DeploymentStatusInProgress, after, "d2", "d1"), cloud.Pending, "because", false},
		{"canceled", asked, shown(DeploymentStatusCancelled, after, "d2", "d1"), cloud.Succeeded, "because", false},
		{"canceled, ID not known before", unnamed, shown(DeploymentStatusCancelled, after, "d2", "d1"), cloud.Succeeded, "because", true},
		{"succeeded first", asked, shown(DeploymentStatusSucceeded, after, "d2", "d2"), cloud.Failed, "too late: the deployment succeeded: because", false},
		{"failed first", asked, shown(DeploymentStatusFailed, after, "d2", "d1"), cloud.Failed, "too late: the deployment failed: because", false},
		{"succeeded, and another began", asked, shown(DeploymentStatusInProgress, after.Add(time.Minute), "d3", "d2"), cloud.Failed, "too late: the deployment succeeded: because", false},
		{"status ahead of the IDs", asked, shown(DeploymentStatusSucceeded, after, "d2", "d1"), cloud.Pending, "because", false},
		{"superseded", asked, shown(DeploymentStatusCancelled, after.Add(time.Minute), "d3", "d1"), cloud.Failed, "superseded: deployment d3 came after", true},
		{"deleted meanwhile", asked, shown(DeploymentStatusDeleteInProgress, after, "d2", "d1"), cloud.Failed, "because", false},
		{"newer resource", asked, shown(DeploymentStatusCancelled, after, "d2", "d1").of(after), cloud.Failed, replacement, false},
	})
}

func TestJudgeDeletion(t *testing.T) {
	t.Parallel()
	seen := shown(DeploymentStatusDeleteFailed, before, "d1", "d1")
	s := laterChange(seen)
	idle := laterChange(shown(DeploymentStatusSucceeded, before, "d1", "d1"))
	refused := *idle
	refused.Refusal.Code = "ConflictException"
	underway := *idle
	assert.Equal(t, cloud.Pending, underway.judgeDeletion(shown(DeploymentStatusDeleteInProgress, before, "d1", "d1")).Outcome)
	runSnapshotTests(t, (*deploymentChange).judgeDeletion, []snapshotTest{
		{"stale", s, shown(DeploymentStatusSucceeded, before, "d1", "d1"), cloud.Pending, "because", false},
		{"under way", s, shown(DeploymentStatusDeleteInProgress, before, "d1", "d1"), cloud.Pending, "because", false},
		{"complete", s, shown(DeploymentStatusDeleteComplete, before, "d1", "d1"), cloud.Succeeded, "because", false},
		{"failed, or had failed", s, shown(DeploymentStatusDeleteFailed, before, "d1", "d1"), cloud.Failed, "because", true},
		{"failed, and was under way", &underway, shown(DeploymentStatusDeleteFailed, before, "d1", "d1"), cloud.Failed, "because", false},
		{"abandoned", &underway, shown(DeploymentStatusSucceeded, before, "d1", "d1"), cloud.Failed, "abandoned: the state is SUCCEEDED again, and not deleted: because", true},
		{"deployed anew", &underway, shown(DeploymentStatusInProgress, after, "d2", "d1"), cloud.Pending, "because", false},
		{"refused, and nothing happens", &refused, shown(DeploymentStatusSucceeded, before, "d1", "d1"), cloud.Failed, "the service refused the repeated call with ConflictException", true},
		{"refused, but under way", &refused, shown(DeploymentStatusDeleteInProgress, before, "d1", "d1"), cloud.Pending, "because", false},
		{"older resource", s, shown(DeploymentStatusDeleteFailed, before, "d1", "d1").of(before.Add(-2 * time.Hour)), cloud.Pending, "because", false},
		{"newer resource", s, shown(DeploymentStatusInProgress, after, "d9", "").of(after), cloud.Succeeded, "because", false},
	})
}

// TestJudgeUpdateDuringDeployment tests that a deployment without an ID that was under way before is not taken for
// that of the update.
func TestJudgeUpdateDuringDeployment(t *testing.T) {
	t.Parallel()
	was := shown(DeploymentStatusInProgress, before, "", "")
	s := updateChange(was, was)
	assert.Equal(t, cloud.Pending, s.judgeUpdate(was).Outcome)
	assert.Equal(t, cloud.Pending, s.judgeUpdate(shown(DeploymentStatusSucceeded, before, "", "")).Outcome)
	assert.Equal(t, cloud.Succeeded, s.judgeUpdate(shown(DeploymentStatusSucceeded, after, "", "")).Outcome)
}
