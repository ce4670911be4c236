package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// facts are what a resource says about its deployments. Environments, service instances, pipelines
// and components say it in the same words.
type facts struct {
	createdAt   time.Time // of the resource
	status      DeploymentStatus
	message     string
	attempted   string // the id of the last deployment
	attemptedAt time.Time
	succeeded   string // the id of the last one that succeeded
}

// judgeDeployed is for waits for the last deployment to succeed.
func judgeDeployed(f facts) cloud.Verdict {
	j := cloud.Verdict{State: string(f.status), Reason: f.message}
	switch f.status {
	case DeploymentStatusSucceeded:
		j.Outcome = cloud.Succeeded
	case DeploymentStatusFailed, DeploymentStatusDeleteInProgress, DeploymentStatusDeleteFailed, DeploymentStatusDeleteComplete:
		j.Outcome = cloud.Failed
	case DeploymentStatusCancelled:
		j.Outcome = cloud.Canceled
	}
	return j
}

// judgeDeleted is for waits for the resource to be gone.
func judgeDeleted(f facts) cloud.Verdict {
	j := cloud.Verdict{State: string(f.status), Reason: f.message}
	switch f.status {
	case DeploymentStatusDeleteComplete:
		j.Outcome = cloud.Succeeded
	case DeploymentStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

// judgeCanceled is for waits for the last deployment to be canceled.
func judgeCanceled(f facts) cloud.Verdict {
	j := cloud.Verdict{State: string(f.status), Reason: f.message}
	switch f.status {
	case DeploymentStatusCancelled:
		j.Outcome = cloud.Succeeded
	case DeploymentStatusSucceeded:
		j.Outcome, j.Reason = cloud.Failed, tooLate("succeeded", f.message)
	case DeploymentStatusFailed:
		j.Outcome, j.Reason = cloud.Failed, tooLate("failed", f.message)
	case DeploymentStatusDeleteInProgress, DeploymentStatusDeleteFailed, DeploymentStatusDeleteComplete:
		j.Outcome = cloud.Failed
	}
	return j
}

// tooLate is why a cancellation had no effect.
func tooLate(ended, message string) string { return with("too late: the deployment "+ended, message) }

// deploymentState is what has to be known to recognize the end of a change to a resource that has
// deployments.
type deploymentState struct {
	Name        string `json:"name"`                 // of the resource; of the service for a pipeline
	ServiceName string `json:"serviceName,omitzero"` // of a service instance

	CreatedAt    time.Time        `json:"createdAt,omitzero"` // of this very resource, whose name may be used again
	LastID       string           `json:"lastId,omitzero"`    // the last deployment attempted before
	LastAt       time.Time        `json:"lastAt,omitzero"`
	LastStatus   DeploymentStatus `json:"lastStatus,omitzero"`   // empty if nobody looked
	DeploymentID string           `json:"deploymentId,omitzero"` // the change's own, or the one to cancel, if the service told
	DeploymentAt time.Time        `json:"deploymentAt,omitzero"`
	Refusal      wait.Refusal     `json:"refusal,omitzero"`

	course wait.Course
}

// Check refuses a state that names nothing.
func (s *deploymentState) Check() error { return wait.Lacks("name", s.Name) }

// about is the state of a change whose resource the response shows: a new one, or one to cancel a deployment of.
func (s deploymentState) about(answer facts) *deploymentState {
	s.CreatedAt = answer.createdAt
	s.own(answer)
	return &s
}

// after is the state of a change to a resource that was there before.
func (s deploymentState) after(before facts) *deploymentState {
	s.CreatedAt, s.LastID, s.LastAt, s.LastStatus = before.createdAt, before.attempted, before.attemptedAt, before.status
	return &s
}

// answered takes down what the response to an update shows. A resource that is newer than the one that was read
// before shows that the read was out of date.
func (s *deploymentState) answered(answer facts) *deploymentState {
	if wait.Age(answer.createdAt, s.CreatedAt) > 0 {
		return deploymentState{Name: s.Name, ServiceName: s.ServiceName}.about(answer)
	}
	s.own(answer)
	return s
}

// own takes down the deployment that a response shows under way, if it may be that of the change. One that
// has ended already is older than a change that has only just begun.
func (s *deploymentState) own(f facts) {
	another := f.attempted != s.LastID // no deployment has the id of another
	if f.attempted == "" || s.LastID == "" {
		another = !isUnderway(s.LastStatus) || f.attemptedAt.After(s.LastAt)
	}
	if another && isUnderway(f.status) {
		s.DeploymentID, s.DeploymentAt = f.attempted, f.attemptedAt
	}
}

// saw takes down whether a read shows the deployment of the change under way, and reports whether this waiter
// has ever seen that. Where the response to the start did not name it, a read may.
func (s *deploymentState) saw(f facts) bool {
	if s.DeploymentID == "" && f.attempted != "" && f.attempted != s.LastID && !f.attemptedAt.Before(s.LastAt) {
		s.own(f)
	}
	return s.course.Saw(isUnderway(f.status) && !isUnderway(s.LastStatus) && f.attempted == s.DeploymentID)
}

// isLast reports whether f shows the deployment from before the change. Without ids, a deployment of the same
// second is another one if it was seen under way.
func (s *deploymentState) isLast(f facts, seen bool) bool {
	if f.attempted != "" || s.LastID != "" {
		return f.attempted == s.LastID
	}
	return s.LastStatus != "" && f.attemptedAt.Equal(s.LastAt) && !seen
}

// later reports whether f shows a deployment that began after the one before the change.
func (s *deploymentState) later(f facts) bool {
	if f.attempted == "" || s.LastID == "" {
		return f.attemptedAt.After(s.LastAt)
	}
	return f.attempted != s.LastID && !f.attemptedAt.Before(s.LastAt)
}

// order reports whether f shows a deployment before that of the change (below 0), that one (0) or
// one after it (above 0).
func (s *deploymentState) order(f facts, seen bool) int {
	switch {
	case s.isOwn(f):
		return 0
	case s.isLast(f, seen), f.attemptedAt.Before(s.DeploymentAt):
		return -1
	case s.DeploymentID != "" && f.attempted != "":
		return 1
	case s.DeploymentID == "" && s.DeploymentAt.IsZero() && !seen && !s.later(f):
		return -1
	}
	return 0
}

// isOwn reports whether f names the deployment of the change as the last one.
func (s *deploymentState) isOwn(f facts) bool {
	return s.DeploymentID != "" && f.attempted == s.DeploymentID
}

// age compares the resource that f shows with the one that the change is about.
func (s *deploymentState) age(f facts) int {
	if s.LastStatus == "" {
		return wait.Age(f.createdAt, s.CreatedAt)
	}
	return compareTimes(f.createdAt, s.CreatedAt)
}

// judgeCreation believes the first deployment of the resource that was made, not what an older
// resource of that name had.
func (s *deploymentState) judgeCreation(f facts) cloud.Verdict {
	if s.DeploymentID != "" || !s.DeploymentAt.IsZero() {
		return s.judgeUpdate(f)
	}
	j := judgeDeployed(f)
	if age := s.age(f); age != 0 {
		return replaced(j, age, "name")
	}
	return s.ended(j, f, !s.CreatedAt.IsZero() && !f.createdAt.IsZero())
}

// judgeUpdate believes the deployment of the update, not the one before it.
func (s *deploymentState) judgeUpdate(f facts) cloud.Verdict {
	j := judgeDeployed(f)
	if age := s.age(f); age != 0 {
		return replaced(j, age, "name")
	}
	seen := s.saw(f)
	order := s.order(f, seen)
	switch {
	case s.succeeded(f) && !isDeletion(f.status):
		j.Outcome = cloud.Succeeded
		return j
	case order > 0:
		return another(j, f)
	case order < 0 && isUnderway(f.status):
		j.Outcome = cloud.Pending
		return j
	case order < 0:
		return refused(j, s.Refusal)
	}
	return s.ended(j, f, seen || s.isOwn(f) || f.attempted == "" && !s.DeploymentAt.IsZero())
}

// ended makes an end of the change's own deployment one that is inferred, unless it is proven, and takes it back
// where the response contradicts itself.
func (s *deploymentState) ended(j cloud.Verdict, f facts, proven bool) cloud.Verdict {
	if j.Outcome == cloud.Succeeded && f.succeeded != f.attempted {
		if f.succeeded != "" {
			j.Outcome = cloud.Pending // the status is newer than the rest, or older
			return j
		}
		proven = false
	}
	j.Inferred = j.Outcome != cloud.Pending && !proven
	return j
}

// judgeCancellation believes the end of the deployment that was to be canceled, not that of another.
func (s *deploymentState) judgeCancellation(f facts) cloud.Verdict {
	j := judgeCanceled(f)
	if age := s.age(f); age != 0 {
		return replaced(judgeDeployed(f), age, "name")
	}
	if s.DeploymentID == "" {
		s.own(f)
	}
	order := s.order(f, true)
	canceling := s.course.Saw(order == 0 && f.status == DeploymentStatusCancelling)
	switch {
	case s.succeeded(f):
		j.Outcome, j.Reason = cloud.Failed, tooLate("succeeded", f.message)
		return j
	case order > 0:
		return another(j, f)
	case order < 0:
		j.Outcome, j.Reason = cloud.Pending, f.message
		return j
	case canceling && f.status == DeploymentStatusInProgress:
		return givenUp(j, "and not canceled")
	case f.status == DeploymentStatusSucceeded && f.succeeded != f.attempted && f.succeeded != "":
		j.Outcome, j.Reason = cloud.Pending, f.message // the status is newer than the rest, or older
		return j
	}
	j.Inferred = j.Outcome != cloud.Pending && !s.isOwn(f)
	return j
}

// judgeDeletion takes a newer resource of that name as a sign that this one is gone. Nothing dates a deletion:
// a failure counts at once only if the deletion was seen under way.
func (s *deploymentState) judgeDeletion(f facts) cloud.Verdict {
	j := judgeDeleted(f)
	switch age := s.age(f); {
	case age > 0:
		j.Outcome = cloud.Succeeded
		return j
	case age < 0:
		j.Outcome = cloud.Pending
		return j
	}
	seen := s.course.Saw(f.status == DeploymentStatusDeleteInProgress)
	switch f.status {
	case DeploymentStatusDeleteFailed:
		j.Inferred = !seen
	case DeploymentStatusSucceeded, DeploymentStatusFailed, DeploymentStatusCancelled:
		if seen {
			return givenUp(j, "and not deleted")
		}
		return refused(j, s.Refusal)
	}
	return j
}

// delete reads a resource and sends its deletion, unless it is deleted already.
func (s *deploymentState) delete(look, send func() (facts, error)) error {
	before, err := look()
	there := err == nil
	if !there && cloud.KindOf(err) != cloud.ErrNotFound { // what is new may not be visible yet
		return err
	}
	*s = *s.after(before)
	if before.status == DeploymentStatusDeleteComplete {
		return nil
	}
	answer, err := send()
	switch {
	case err == nil:
		if s.CreatedAt.IsZero() {
			s.CreatedAt = answer.createdAt
		}
		return nil
	case there && wait.Accepted(err, cloud.ErrNotFound), s.Refusal.Note(err, cloud.ErrConflict):
		return nil
	}
	return err
}

// made takes in the refusal of a repeated creation. It is none if the resource that stands in the way was made
// since the first attempt.
func (s *deploymentState) made(start time.Time, skew time.Duration, err error, look func() (facts, error)) error {
	if !wait.Accepted(err, cloud.ErrConflict) {
		return err
	}
	now, lookErr := look()
	if cloud.KindOf(lookErr) == cloud.ErrNotFound {
		return nil // what is new may not be visible yet
	}
	if lookErr != nil || !wait.MadeSince(start.Add(skew), now.createdAt, isUnderway(now.status)) {
		return err
	}
	*s = *s.about(now)
	return nil
}

// succeeded reports whether f names the change's own deployment as one that succeeded.
func (s *deploymentState) succeeded(f facts) bool {
	return s.DeploymentID != "" && f.succeeded == s.DeploymentID
}

// another judges what a read shows of a newer deployment. That ours has not succeeded may show later.
func another(j cloud.Verdict, f facts) cloud.Verdict {
	j = superseded(j, "deployment "+f.attempted+" came after")
	j.Inferred = true
	return j
}

// isUnderway reports whether a deployment goes on.
func isUnderway(status DeploymentStatus) bool {
	return status == DeploymentStatusInProgress || status == DeploymentStatusCancelling
}

func isDeletion(status DeploymentStatus) bool {
	switch status {
	case DeploymentStatusDeleteInProgress, DeploymentStatusDeleteFailed, DeploymentStatusDeleteComplete:
		return true
	}
	return false
}

// UntilDeploymentSucceeded waits until one deployment has succeeded; for one that deletes its
// resource that is DELETE_COMPLETE. It fails when the deployment failed, and ends as canceled when it
// was canceled. The id is that of one deployment only, so no other can be mistaken for it.
func (c *Client) UntilDeploymentSucceeded(r GetDeploymentRequest) *cloud.Waiter[GetDeploymentResponse] {
	return wait.Until(c.api, "UntilDeploymentSucceeded", created(c.deploymentWait(r, judgeDeployment)))
}

// UntilDeploymentCanceled waits until one deployment is canceled. It fails when the deployment
// succeeded or failed, because the cancellation came too late then, and when it deletes its resource.
func (c *Client) UntilDeploymentCanceled(r GetDeploymentRequest) *cloud.Waiter[GetDeploymentResponse] {
	return wait.Until(c.api, "UntilDeploymentCanceled", created(c.deploymentWait(r, judgeCanceled)))
}

func (c *Client) deploymentWait(r GetDeploymentRequest, judge func(facts) cloud.Verdict) cloud.WaitSpec[GetDeploymentResponse] {
	return cloud.WaitSpec[GetDeploymentResponse]{
		Service: service,
		Within:  deploymentWithin,
		Read:    func(ctx context.Context) (*GetDeploymentResponse, error) { return c.GetDeployment(ctx, r) },
		Judge: func(out *GetDeploymentResponse) cloud.Verdict {
			if out.Deployment == nil {
				return cloud.Verdict{}
			}
			return judge(facts{status: out.Deployment.DeploymentStatus, message: out.Deployment.DeploymentStatusMessage})
		},
	}
}

// judgeDeployment is judgeDeployed for a deployment itself, which may be one that deletes.
func judgeDeployment(f facts) cloud.Verdict {
	j := judgeDeployed(f)
	switch f.status {
	case DeploymentStatusDeleteInProgress:
		j.Outcome = cloud.Pending
	case DeploymentStatusDeleteComplete:
		j.Outcome = cloud.Succeeded
	}
	return j
}
