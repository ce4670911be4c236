package proton

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// deploymentChange is the resume state of a change to a resource that has deployments.
type deploymentChange struct {
	Name        string `json:"name"`                 // of the resource; of the service for a pipeline
	ServiceName string `json:"serviceName,omitzero"` // of a service instance

	CreatedAt    time.Time        `json:"createdAt,omitzero"` // of this resource, because its name may be reused
	LastID       string           `json:"lastId,omitzero"`    // the last deployment attempted before
	LastAt       time.Time        `json:"lastAt,omitzero"`
	LastStatus   DeploymentStatus `json:"lastStatus,omitzero"`   // empty if the resource was not read before
	DeploymentID string           `json:"deploymentId,omitzero"` // the change's own, or the one to cancel, if a response named it
	DeploymentAt time.Time        `json:"deploymentAt,omitzero"`
	Refusal      wait.Refusal     `json:"refusal,omitzero"`

	LastSucceeded string `json:"lastSucceeded,omitzero"` // the last deployment before that succeeded
	LastToken     string `json:"lastToken,omitzero"`     // the client token of the last request before
	Repeats       bool   `json:"repeats,omitzero"`       // the client token is the caller's own and may have been used before

	Update updateBaseline `json:"update,omitzero"` // what an update replaces

	course wait.Course
	done   bool // the update is live already
}

// Resource is what the change is about.
func (s *deploymentChange) Resource() string {
	if s.ServiceName != "" {
		return s.ServiceName + "/" + s.Name
	}
	return s.Name
}

// Check refuses a state that names nothing.
func (s *deploymentChange) Check() error { return wait.Lacks("name", s.Name) }

// recordResource records the resource that a response shows: a new one, or one whose deployment is to be canceled.
func (s *deploymentChange) recordResource(now snapshot) {
	s.CreatedAt = now.createdAt
	s.recordDeployment(now)
}

// recordBefore records the resource as it was before the change.
func (s *deploymentChange) recordBefore(before snapshot) {
	s.CreatedAt, s.LastID, s.LastAt, s.LastStatus = before.createdAt, before.attempted, before.attemptedAt, before.status
	s.LastSucceeded, s.LastToken = before.succeeded, before.token
	s.Update.keep(before.content)
}

// recordRepeat records that the caller may have sent an update before. If the resource shows its client token, its last
// deployment is that of the update. If that is live, there is nothing to send.
func (s *deploymentChange) recordRepeat(a asked) {
	s.Repeats = true
	if s.LastToken != a.token {
		return
	}
	s.DeploymentID, s.DeploymentAt = s.LastID, s.LastAt
	s.done = s.LastStatus == DeploymentStatusSucceeded && s.LastID == s.LastSucceeded && a.isShown(s.Update.Content)
	if s.done {
		s.Update.hide()
	}
}

// recordUpdate records what the response to an update shows. If it shows a newer resource than the one that was read
// before, that read was stale.
func (s *deploymentChange) recordUpdate(now snapshot) {
	if wait.Age(now.createdAt, s.CreatedAt) > 0 {
		*s = deploymentChange{Name: s.Name, ServiceName: s.ServiceName}
		s.recordResource(now)
		return
	}
	s.recordDeployment(now)
}

// recordDeployment records the deployment that a response shows under way, if it may be that of the change. One
// that has ended already is older than a change that has only just begun.
func (s *deploymentChange) recordDeployment(now snapshot) {
	another := now.attempted != s.LastID // IDs are never reused
	if now.attempted == "" || s.LastID == "" {
		another = !isUnderway(s.LastStatus) || now.attemptedAt.After(s.LastAt)
	}
	if another && isUnderway(now.status) {
		s.DeploymentID, s.DeploymentAt = now.attempted, now.attemptedAt
	}
}

// saw records whether a read shows the deployment of the change under way, and reports whether this waiter has
// ever seen that. It also records the deployment's ID if the response to the start did not have it.
func (s *deploymentChange) saw(now snapshot) bool {
	if s.DeploymentID == "" && now.attempted != "" && now.attempted != s.LastID && !now.attemptedAt.Before(s.LastAt) {
		s.recordDeployment(now)
	}
	return s.course.Saw(isUnderway(now.status) && !isUnderway(s.LastStatus) && now.attempted == s.DeploymentID)
}

// isLast reports whether a response shows the deployment from before the change. Without IDs, a deployment of the
// same second is another one if it was seen under way.
func (s *deploymentChange) isLast(now snapshot, seen bool) bool {
	if now.attempted != "" || s.LastID != "" {
		return now.attempted == s.LastID
	}
	return s.LastStatus != "" && now.attemptedAt.Equal(s.LastAt) && !seen
}

// isLater reports whether a response shows a deployment that began after the one before the change.
func (s *deploymentChange) isLater(now snapshot) bool {
	if now.attempted == "" || s.LastID == "" {
		return now.attemptedAt.After(s.LastAt)
	}
	return now.attempted != s.LastID && !now.attemptedAt.Before(s.LastAt)
}

// isOwn reports whether a response names the deployment of the change as the last one.
func (s *deploymentChange) isOwn(now snapshot) bool {
	return s.DeploymentID != "" && now.attempted == s.DeploymentID
}

// succeeded reports whether a response names the deployment of the change as the last one that succeeded.
func (s *deploymentChange) succeeded(now snapshot) bool {
	return s.DeploymentID != "" && now.succeeded == s.DeploymentID
}

// order compares the deployment that a response shows with that of the change: negative if it is an earlier one,
// positive if it is a later one.
func (s *deploymentChange) order(now snapshot, seen bool) int {
	switch {
	case s.isOwn(now):
		return 0
	case s.Repeats && s.isLast(now, seen) && s.DeploymentAt.Before(s.LastAt) && s.DeploymentID != "":
		return 1 // the response was that to an earlier request, which another has followed
	case s.isLast(now, seen), now.attemptedAt.Before(s.DeploymentAt):
		return -1
	case s.DeploymentID != "" && now.attempted != "":
		return 1
	case s.DeploymentID == "" && s.DeploymentAt.IsZero() && !seen && !s.isLater(now):
		return -1
	}
	return 0
}

// age compares the resource that a response shows with the one that the change is about.
func (s *deploymentChange) age(now snapshot) int {
	if s.LastStatus == "" {
		return wait.Age(now.createdAt, s.CreatedAt)
	}
	return wait.Compare(now.createdAt, s.CreatedAt)
}

// judgeCreation judges the first deployment of the created resource, not those of an older resource of its name.
func (s *deploymentChange) judgeCreation(now snapshot) cloud.Verdict {
	if s.DeploymentID != "" || !s.DeploymentAt.IsZero() {
		return s.judgeUpdate(now)
	}
	v := judgeDeployed(now)
	if age := s.age(now); age != 0 {
		return replaced(v, age, "name")
	}
	return proven(v, now, !s.CreatedAt.IsZero() && !now.createdAt.IsZero())
}

// judgeUpdate judges the deployment of the update, not the one before it.
func (s *deploymentChange) judgeUpdate(now snapshot) cloud.Verdict {
	v := judgeDeployed(now)
	if age := s.age(now); age != 0 {
		return replaced(v, age, "name")
	}
	seen := s.saw(now)
	order := s.order(now, seen)
	switch {
	case s.succeeded(now) && !isDeletion(now.status):
		v.Outcome = cloud.Succeeded
		return v
	case order > 0:
		return followed(v, now)
	case order < 0 && isUnderway(now.status):
		v.Outcome = cloud.Pending
		return v
	case order < 0:
		return s.Refusal.Verdict(v)
	}
	return proven(v, now, seen || s.isOwn(now) || now.attempted == "" && !s.DeploymentAt.IsZero())
}

// judgeCancellation judges the deployment to cancel, not another one.
func (s *deploymentChange) judgeCancellation(now snapshot) cloud.Verdict {
	if age := s.age(now); age != 0 {
		return replaced(judgeDeployed(now), age, "name")
	}
	if s.DeploymentID == "" {
		s.recordDeployment(now)
	}
	v, order := judgeCanceled(now), s.order(now, true)
	canceling := s.course.Saw(order == 0 && now.status == DeploymentStatusCancelling)
	switch {
	case s.succeeded(now):
		v.Outcome, v.Reason = cloud.Failed, tooLate("succeeded", now.message)
		return v
	case order > 0:
		return followed(v, now)
	case order < 0, now.contradicts():
		v.Outcome, v.Reason = cloud.Pending, now.message
		return v
	case canceling && now.status == DeploymentStatusInProgress:
		return abandoned(v, "and not canceled")
	}
	v.Inferred = v.Outcome != cloud.Pending && !s.isOwn(now)
	return v
}

// judgeDeletion takes a newer resource of that name as a sign that this one is gone. No response says when a deletion
// began: a failure counts at once only if the deletion was seen under way.
func (s *deploymentChange) judgeDeletion(now snapshot) cloud.Verdict {
	v := deployableDeleted.Verdict(now.status, now.message)
	if age := s.age(now); age != 0 {
		return deletedOrStale(v, age)
	}
	seen := s.course.Saw(now.status == DeploymentStatusDeleteInProgress)
	switch now.status {
	case DeploymentStatusDeleteFailed:
		v.Inferred = !seen
	case DeploymentStatusSucceeded, DeploymentStatusFailed, DeploymentStatusCancelled:
		if seen {
			return abandoned(v, "and not deleted")
		}
		return s.Refusal.Verdict(v)
	}
	return v
}

// contradicts reports whether the status of a snapshot is newer or older than the rest of it: the last deployment
// has succeeded, but another one is the last that did.
func (now snapshot) contradicts() bool {
	return now.status == DeploymentStatusSucceeded && now.succeeded != "" && now.succeeded != now.attempted
}

// proven is the verdict on a response that shows the deployment of the change. Its end is inferred unless the
// response proves whose it is, and, for a success, names the deployment that succeeded.
func proven(v cloud.Verdict, now snapshot, isProven bool) cloud.Verdict {
	if now.contradicts() {
		v.Outcome = cloud.Pending
		return v
	}
	if v.Outcome == cloud.Succeeded && now.succeeded != now.attempted {
		isProven = false
	}
	v.Inferred = v.Outcome != cloud.Pending && !isProven
	return v
}

// followed is the verdict on a response that shows a later deployment. A later response may show that ours succeeded.
func followed(v cloud.Verdict, now snapshot) cloud.Verdict {
	v = wait.Superseded(v, "deployment "+now.attempted+" came after")
	v.Inferred = true
	return v
}
