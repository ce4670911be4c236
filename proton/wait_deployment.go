package proton

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
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
func judgeDeployed(f facts) cloud.Judgement {
	j := cloud.Judgement{State: string(f.status), Reason: f.message}
	switch f.status {
	case DeploymentStatusSucceeded:
		j.Outcome = cloud.Succeeded
	case DeploymentStatusFailed, DeploymentStatusDeleteInProgress, DeploymentStatusDeleteFailed, DeploymentStatusDeleteComplete:
		j.Outcome = cloud.Failed
	case DeploymentStatusCancelled:
		j.Outcome = cloud.Cancelled
	}
	return j
}

// judgeDeleted is for waits for the resource to be gone.
func judgeDeleted(f facts) cloud.Judgement {
	j := cloud.Judgement{State: string(f.status), Reason: f.message}
	switch f.status {
	case DeploymentStatusDeleteComplete:
		j.Outcome = cloud.Succeeded
	case DeploymentStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

// judgeCancelled is for waits for the last deployment to be cancelled.
func judgeCancelled(f facts) cloud.Judgement {
	j := cloud.Judgement{State: string(f.status), Reason: f.message}
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
func tooLate(ended, message string) string {
	reason := "too late: the deployment " + ended
	if message == "" {
		return reason
	}
	return reason + ": " + message
}

// deploymentState is what has to be known to recognise the end of a change to a resource that has
// deployments.
type deploymentState struct {
	Name        string `json:"name"`                 // of the resource; of the service for a pipeline
	ServiceName string `json:"serviceName,omitzero"` // of a service instance

	CreatedAt    time.Time `json:"createdAt,omitzero"` // of this very resource, whose name may be used again
	LastID       string    `json:"lastId,omitzero"`    // the last deployment attempted before
	LastAt       time.Time `json:"lastAt,omitzero"`
	DeploymentID string    `json:"deploymentId,omitzero"` // the change's own, or the one to cancel, if the service told
	DeploymentAt time.Time `json:"deploymentAt,omitzero"`
	FailedBefore bool      `json:"failedBefore,omitzero"` // an earlier deletion had failed
}

// own takes down the deployment that the service named when the change began.
func (s *deploymentState) own(f facts) {
	s.CreatedAt, s.DeploymentID, s.DeploymentAt = f.createdAt, f.attempted, f.attemptedAt
}

// about is the state of a change whose deployment the answer shows: of a new resource, or one to cancel.
func (s deploymentState) about(answer facts) *deploymentState {
	s.own(answer)
	return &s
}

// update is the state of a change to a resource that was there before.
func (s deploymentState) update(before, answer facts) *deploymentState {
	s.CreatedAt, s.LastID, s.LastAt = before.createdAt, before.attempted, before.attemptedAt
	if s.later(answer) {
		s.own(answer)
	}
	return &s
}

// deletion is the state of a change that ends a resource. Either look at it may be missing.
func (s deploymentState) deletion(before, answer facts) *deploymentState {
	s.CreatedAt = answer.createdAt
	if s.CreatedAt.IsZero() {
		s.CreatedAt = before.createdAt
	}
	s.FailedBefore = before.status == DeploymentStatusDeleteFailed
	return &s
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
func (s *deploymentState) order(f facts) int {
	switch {
	case s.DeploymentID != "" && f.attempted == s.DeploymentID:
		return 0
	case s.DeploymentID != "" && f.attempted != "" && f.attemptedAt.After(s.DeploymentAt):
		return 1
	case s.DeploymentID != "" && f.attempted != "", f.attemptedAt.Before(s.DeploymentAt):
		return -1
	case s.DeploymentID == "" && s.DeploymentAt.IsZero() && !s.later(f):
		return -1
	}
	return 0
}

// judgeCreation believes the first deployment of the resource that was made, not what an older
// resource of that name had.
func (s *deploymentState) judgeCreation(f facts) cloud.Judgement {
	if s.DeploymentID == "" && s.DeploymentAt.IsZero() {
		return s.judge(f, 0)
	}
	return s.judge(f, s.order(f))
}

// judgeUpdate believes the deployment of the update, not the one before it.
func (s *deploymentState) judgeUpdate(f facts) cloud.Judgement { return s.judge(f, s.order(f)) }

func (s *deploymentState) judge(f facts, order int) cloud.Judgement {
	j := judgeDeployed(f)
	switch age := follow.Age(f.createdAt, s.CreatedAt); {
	case age != 0:
		return replaced(j, f, age)
	case s.succeeded(f) && !isDeletion(f.status):
		j.Outcome = cloud.Succeeded
	case order != 0:
		return another(j, f, order)
	case j.Outcome == cloud.Succeeded && f.succeeded != f.attempted:
		j.Outcome = cloud.Pending // the status is newer than the rest, or older
	}
	return j
}

// judgeCancellation believes the end of the deployment that was to be cancelled, not that of another.
func (s *deploymentState) judgeCancellation(f facts) cloud.Judgement {
	j, order := judgeCancelled(f), s.order(f)
	switch age := follow.Age(f.createdAt, s.CreatedAt); {
	case age != 0:
		return replaced(j, f, age)
	case s.succeeded(f):
		j.Outcome, j.Reason = cloud.Failed, tooLate("succeeded", f.message)
	case order != 0:
		return another(j, f, order)
	case f.status == DeploymentStatusSucceeded && f.succeeded != f.attempted:
		j.Outcome, j.Reason = cloud.Pending, f.message // the status is newer than the rest, or older
	}
	return j
}

// judgeDeletion takes a newer resource of that name as a sign that this one is gone.
func (s *deploymentState) judgeDeletion(f facts) cloud.Judgement {
	j := judgeDeleted(f)
	switch age := follow.Age(f.createdAt, s.CreatedAt); {
	case age > 0:
		j.Outcome = cloud.Succeeded
	case age < 0:
		j.Outcome = cloud.Pending
	}
	return j
}

// succeeded reports whether f names the change's own deployment as one that succeeded.
func (s *deploymentState) succeeded(f facts) bool {
	return s.DeploymentID != "" && f.succeeded == s.DeploymentID
}

// replaced judges what a read shows of an older or newer resource of that name.
func replaced(j cloud.Judgement, f facts, age int) cloud.Judgement {
	j.Outcome, j.Reason = cloud.Pending, f.message
	if age > 0 {
		j.Outcome, j.Reason = cloud.Failed, "superseded: it was deleted, and a new one has its name"
	}
	return j
}

// another judges what a read shows of an older or newer deployment.
func another(j cloud.Judgement, f facts, order int) cloud.Judgement {
	j.Outcome, j.Reason = cloud.Pending, f.message
	if order > 0 {
		j.Outcome, j.Reason = cloud.Failed, "superseded: deployment "+f.attempted+" came after"
	}
	return j
}

func isDeletion(status DeploymentStatus) bool {
	switch status {
	case DeploymentStatusDeleteInProgress, DeploymentStatusDeleteFailed, DeploymentStatusDeleteComplete:
		return true
	}
	return false
}

// UntilDeploymentSucceeded waits until one deployment has succeeded; for one that deletes its
// resource that is DELETE_COMPLETE. It fails when the deployment failed, and ends as cancelled when it
// was cancelled. The id is that of one deployment only, so no other can be mistaken for it.
func (c *Client) UntilDeploymentSucceeded(r GetDeploymentRequest) *cloud.Waiter[GetDeploymentResponse] {
	return follow.Until(c.api, "UntilDeploymentSucceeded", created(c.deploymentWait(r, judgeDeployment)))
}

// UntilDeploymentCancelled waits until one deployment is cancelled. It fails when the deployment
// succeeded or failed, because the cancellation came too late then, and when it deletes its resource.
func (c *Client) UntilDeploymentCancelled(r GetDeploymentRequest) *cloud.Waiter[GetDeploymentResponse] {
	return follow.Until(c.api, "UntilDeploymentCancelled", created(c.deploymentWait(r, judgeCancelled)))
}

func (c *Client) deploymentWait(r GetDeploymentRequest, judge func(facts) cloud.Judgement) cloud.Wait[GetDeploymentResponse] {
	return cloud.Wait[GetDeploymentResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*GetDeploymentResponse, error) { return c.GetDeployment(ctx, r) },
		Judge: func(out *GetDeploymentResponse) cloud.Judgement {
			if out.Deployment == nil {
				return cloud.Judgement{}
			}
			return judge(facts{status: out.Deployment.DeploymentStatus, message: out.Deployment.DeploymentStatusMessage})
		},
	}
}

// judgeDeployment is judgeDeployed for a deployment itself, which may be one that deletes.
func judgeDeployment(f facts) cloud.Judgement {
	j := judgeDeployed(f)
	switch f.status {
	case DeploymentStatusDeleteInProgress:
		j.Outcome = cloud.Pending
	case DeploymentStatusDeleteComplete:
		j.Outcome = cloud.Succeeded
	}
	return j
}
