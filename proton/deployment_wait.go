package proton

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// deletionStatuses are the statuses of a resource that is being deleted or should have been.
var deletionStatuses = []DeploymentStatus{DeploymentStatusDeleteInProgress, DeploymentStatusDeleteFailed, DeploymentStatusDeleteComplete}

// What the statuses of deployments mean for each wait.
var (
	// lastDeployed is for the last deployment of a resource.
	lastDeployed = wait.Statuses[DeploymentStatus]{
		Succeeded: []DeploymentStatus{DeploymentStatusSucceeded},
		Failed:    append([]DeploymentStatus{DeploymentStatusFailed}, deletionStatuses...),
		Canceled:  []DeploymentStatus{DeploymentStatusCancelled},
	}
	// deploymentCanceled is for the cancellation of a deployment.
	deploymentCanceled = wait.Statuses[DeploymentStatus]{
		Succeeded: []DeploymentStatus{DeploymentStatusCancelled},
		Failed:    append([]DeploymentStatus{DeploymentStatusSucceeded, DeploymentStatusFailed}, deletionStatuses...),
	}
	// deployableDeleted is for the deletion of a resource.
	deployableDeleted = wait.Statuses[DeploymentStatus]{
		Succeeded: []DeploymentStatus{DeploymentStatusDeleteComplete},
		Failed:    []DeploymentStatus{DeploymentStatusDeleteFailed},
	}
	// deploymentSucceeded is for a deployment itself, which may be one that deletes.
	deploymentSucceeded = wait.Statuses[DeploymentStatus]{
		Succeeded: []DeploymentStatus{DeploymentStatusSucceeded, DeploymentStatusDeleteComplete},
		Failed:    []DeploymentStatus{DeploymentStatusFailed, DeploymentStatusDeleteFailed},
		Canceled:  []DeploymentStatus{DeploymentStatusCancelled},
	}
)

// A snapshot is what a response shows of a resource and its deployments. It is the same for environments, service
// instances, pipelines and components.
type snapshot struct {
	createdAt   time.Time // of the resource
	status      DeploymentStatus
	message     string
	attempted   string // the ID of the last deployment
	attemptedAt time.Time
	succeeded   string // the ID of the last one that succeeded
}

// A deployable is a kind of resource that has deployments. Q is the request to read one, T the response.
type deployable[Q, T any] struct {
	get     func(c *Client, ctx context.Context, r Q) (*T, error)
	request func(s *deploymentChange) Q
	show    func(out *T) snapshot
	// judge judges a response if a snapshot does not hold everything that counts; nil if it does.
	judge func(out *T, judge func(snapshot) cloud.Verdict) cloud.Verdict
}

// spec describes a wait that judges snapshots.
func (d deployable[Q, T]) spec(c *Client, r Q, judge func(snapshot) cloud.Verdict) cloud.WaitSpec[T] {
	get := func(ctx context.Context, r Q) (*T, error) { return d.get(c, ctx, r) }
	return pollSpec(get, r, deploymentWithin, func(out *T) cloud.Verdict {
		if d.judge != nil {
			return d.judge(out, judge)
		}
		return judge(d.show(out))
	})
}

// now reads the resource of a change.
func (d deployable[Q, T]) now(c *Client, ctx context.Context, s *deploymentChange) (snapshot, error) {
	out, err := d.get(c, ctx, d.request(s))
	if err != nil {
		return snapshot{}, err
	}
	return d.show(out), nil
}

// before records the resource before a change.
func (d deployable[Q, T]) before(c *Client, ctx context.Context, s *deploymentChange) error {
	now, err := d.now(c, ctx, s)
	if err == nil {
		s.recordBefore(now)
	}
	return err
}

// A deployableChange declares how one operation on a deployable is begun and followed.
type deployableChange[R, O, T any] = change[R, O, deploymentChange, T]

// declareCreation declares the creation of a deployable. shown is what the response shows of it.
func declareCreation[R, O, Q, T any](
	d deployable[Q, T], state func(*R) *deploymentChange, shown func(*O) snapshot,
) deployableChange[R, O, T] {
	return deployableChange[R, O, T]{
		State: state,
		Accepted: func(s *deploymentChange, _ *R, out *O, _ time.Time) error {
			s.recordResource(shown(out))
			return nil
		},
		Refused: func(c *Client, ctx context.Context, s *deploymentChange, sent time.Time, err error) error {
			var now snapshot
			err = wait.CreatedAnyway(sent, err, func() (createdAt time.Time, underway bool, err error) {
				now, err = d.now(c, ctx, s)
				return now.createdAt, isUnderway(now.status), err
			})
			if err == nil {
				s.recordResource(now)
			}
			return err
		},
		Spec: func(c *Client, s *deploymentChange) cloud.WaitSpec[T] {
			return creationSpec(d.spec(c, d.request(s), s.judgeCreation))
		},
	}
}

// declareUpdate declares an update of a deployable. shown is what the response shows of it.
func declareUpdate[R, O, Q, T any](
	d deployable[Q, T], check func(*R) error, state func(*R) *deploymentChange, shown func(*O) snapshot,
) deployableChange[R, O, T] {
	return deployableChange[R, O, T]{
		Check:  check,
		State:  state,
		Before: d.before,
		Accepted: func(s *deploymentChange, _ *R, out *O, _ time.Time) error {
			s.recordUpdate(shown(out))
			return nil
		},
		Refused: func(_ *Client, _ context.Context, s *deploymentChange, _ time.Time, err error) error {
			return s.Refusal.Note(err, cloud.ErrConflict)
		},
		Spec: func(c *Client, s *deploymentChange) cloud.WaitSpec[T] { return d.spec(c, d.request(s), s.judgeUpdate) },
	}
}

// declareDeletion declares the deletion of a deployable. shown is what the response shows of it, if anything.
func declareDeletion[R, O, Q, T any](
	d deployable[Q, T], state func(*R) *deploymentChange, shown func(*O) snapshot,
) deployableChange[R, O, T] {
	return deployableChange[R, O, T]{
		State: state,
		Before: func(c *Client, ctx context.Context, s *deploymentChange) error {
			return beforeDeletion(d.before(c, ctx, s))
		},
		AlreadyDone: func(s *deploymentChange) bool { return s.LastStatus == DeploymentStatusDeleteComplete },
		Accepted: func(s *deploymentChange, _ *R, out *O, _ time.Time) error {
			if s.CreatedAt.IsZero() {
				s.CreatedAt = shown(out).createdAt
			}
			return nil
		},
		Refused: func(_ *Client, _ context.Context, s *deploymentChange, _ time.Time, err error) error {
			return s.Refusal.NoteDeletion(err, s.LastStatus != "", cloud.ErrConflict)
		},
		Spec: func(c *Client, s *deploymentChange) cloud.WaitSpec[T] {
			return deletionSpec(d.spec(c, d.request(s), s.judgeDeletion))
		},
	}
}

// declareCancellation declares the cancellation of a deployable's last deployment. shown is what the response shows
// of the deployable.
func declareCancellation[R, O, Q, T any](
	d deployable[Q, T], state func(*R) *deploymentChange, shown func(*O) snapshot,
) deployableChange[R, O, T] {
	return deployableChange[R, O, T]{
		State: state,
		Accepted: func(s *deploymentChange, _ *R, out *O, _ time.Time) error {
			s.recordResource(shown(out))
			return nil
		},
		Spec: func(c *Client, s *deploymentChange) cloud.WaitSpec[T] {
			return d.spec(c, d.request(s), s.judgeCancellation)
		},
	}
}

// UntilDeploymentSucceeded waits until one deployment is SUCCEEDED or, if it deletes its resource, DELETE_COMPLETE.
// It fails when the deployment failed, and ends as canceled when it was canceled. IDs are never reused, so no other
// deployment can be mistaken for it.
func (c *Client) UntilDeploymentSucceeded(r GetDeploymentRequest) *cloud.Waiter[GetDeploymentResponse] {
	return wait.Until(c.api, "UntilDeploymentSucceeded", creationSpec(c.deploymentSpec(r, judgeDeployment)))
}

// UntilDeploymentCanceled waits until one deployment is canceled. It fails when the deployment succeeded or failed,
// because the cancellation came too late, and when it deletes its resource.
func (c *Client) UntilDeploymentCanceled(r GetDeploymentRequest) *cloud.Waiter[GetDeploymentResponse] {
	return wait.Until(c.api, "UntilDeploymentCanceled", creationSpec(c.deploymentSpec(r, judgeCanceled)))
}

func (c *Client) deploymentSpec(r GetDeploymentRequest, judge func(snapshot) cloud.Verdict) cloud.WaitSpec[GetDeploymentResponse] {
	return pollSpec(c.GetDeployment, r, deploymentWithin, func(out *GetDeploymentResponse) cloud.Verdict {
		return judge(snapshot{status: out.Deployment.DeploymentStatus, message: out.Deployment.DeploymentStatusMessage})
	})
}

// judgeDeployment is for waits for one deployment to succeed.
func judgeDeployment(now snapshot) cloud.Verdict {
	return deploymentSucceeded.Verdict(now.status, now.message)
}

// judgeDeployed is for waits for the last deployment of a resource to succeed.
func judgeDeployed(now snapshot) cloud.Verdict { return lastDeployed.Verdict(now.status, now.message) }

// judgeCanceled is for waits for a deployment to be canceled.
func judgeCanceled(now snapshot) cloud.Verdict {
	v := deploymentCanceled.Verdict(now.status, now.message)
	if v.Outcome == cloud.Failed && !isDeletion(now.status) {
		v.Reason = tooLate(strings.ToLower(v.State), now.message)
	}
	return v
}

// tooLate is why a cancellation had no effect.
func tooLate(ended, message string) string { return with("too late: the deployment "+ended, message) }

// isUnderway reports whether a deployment is in progress.
func isUnderway(status DeploymentStatus) bool {
	return status == DeploymentStatusInProgress || status == DeploymentStatusCancelling
}

func isDeletion(status DeploymentStatus) bool { return slices.Contains(deletionStatuses, status) }
