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
	token       string // the client token of the last request, where the service shows it
	content     content
}

// A deployable is a kind of resource that has deployments. Q is the request to read one, T the response.
type deployable[Q, T any] struct {
	kind    DeploymentTargetResourceType
	get     func(c *Client, ctx context.Context, r Q) (*T, error)
	request func(s *deploymentChange) Q
	show    func(out *T) snapshot
	// judge judges a response if a snapshot does not hold everything that counts; nil if it does.
	judge func(out *T, judge func(snapshot) cloud.Verdict) cloud.Verdict
	// share makes a wait share the reads of a list; nil if no list shows what a snapshot holds.
	share func(c *Client, r Q, w cloud.WaitSpec[T]) cloud.WaitSpec[T]
}

// spec describes a wait that judges snapshots.
func (d deployable[Q, T]) spec(c *Client, r Q, judge func(snapshot) cloud.Verdict) cloud.WaitSpec[T] {
	get := func(ctx context.Context, r Q) (*T, error) { return d.get(c, ctx, r) }
	w := pollSpec(get, r, deploymentWithin, func(out *T) cloud.Verdict {
		if d.judge != nil {
			return d.judge(out, judge)
		}
		return judge(d.show(out))
	})
	if d.share != nil {
		w = d.share(c, r, w)
	}
	w.Diagnose = d.diagnosis(c, r, "", "")
	return w
}

// changeSpec describes the wait for a change.
func (d deployable[Q, T]) changeSpec(c *Client, s *deploymentChange, judge func(snapshot) cloud.Verdict) cloud.WaitSpec[T] {
	w := d.spec(c, d.request(s), judge)
	w.Diagnose = d.diagnosis(c, d.request(s), s.DeploymentID, s.LastID)
	return w
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

// A creation is the creation of a deployable.
type creation[R, O any] struct {
	state func(*R) *deploymentChange
	shown func(*O) snapshot          // what the response shows of it
	asked func(*R) (content, string) // what is to be created, and the client token
	// undo prepares its deletion; nil if there is none.
	undo func(c *Client, ctx context.Context, s *deploymentChange) (cloud.AnyChange, error)
	// cancel stops its deployment; nil if the service cannot.
	cancel func(c *Client, ctx context.Context, s *deploymentChange) error
}

// declareCreation declares the creation of a deployable.
func declareCreation[R, O, Q, T any](d deployable[Q, T], op creation[R, O]) deployableChange[R, O, T] {
	return deployableChange[R, O, T]{
		State: op.state,
		Accepted: func(s *deploymentChange, _ *R, out *O, _ time.Time) error {
			s.recordResource(op.shown(out))
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
		Began: func(c *Client, ctx context.Context, s *deploymentChange, r *R, prepared time.Time) (cloud.StartStatus, error) {
			*s = *op.state(r)
			asked, token := op.asked(r)
			return d.creationBegun(c, ctx, s, asked, token, prepared)
		},
		Spec: func(c *Client, s *deploymentChange) cloud.WaitSpec[T] {
			return creationSpec(d.changeSpec(c, s, s.judgeCreation))
		},
		Undo:   d.undoCreation(op.undo),
		Cancel: d.cancellation(op.cancel),
	}
}

// An update is an update of a deployable.
type update[R, O any] struct {
	check func(*R) error
	state func(*R) *deploymentChange
	shown func(*O) snapshot // what the response shows of it
	asked func(*R) asked
	// back returns the update to other content, which leaves out what this update does not change.
	back func(s *deploymentChange, to content, how DeploymentUpdateType) *R
	// prepare prepares an update. It calls through an interface because the declaration of the update must not refer to
	// itself.
	prepare func(c updater, ctx context.Context, r *R) (cloud.AnyChange, error)
	// cancel stops its deployment.
	cancel func(c *Client, ctx context.Context, s *deploymentChange) error
}

// declareUpdate declares an update of a deployable.
func declareUpdate[R, O, Q, T any](d deployable[Q, T], op update[R, O]) deployableChange[R, O, T] {
	return deployableChange[R, O, T]{
		Check:  op.check,
		State:  op.state,
		Before: d.before,
		Repeated: func(s *deploymentChange, r *R) {
			s.recordRepeat(op.asked(r))
		},
		AlreadyDone: func(s *deploymentChange) bool { return s.done },
		Accepted: func(s *deploymentChange, _ *R, out *O, _ time.Time) error {
			s.recordUpdate(op.shown(out))
			s.Update.hide()
			return nil
		},
		Refused: func(_ *Client, _ context.Context, s *deploymentChange, _ time.Time, err error) error {
			return s.Refusal.Note(err, cloud.ErrConflict)
		},
		Began: func(c *Client, ctx context.Context, s *deploymentChange, r *R, _ time.Time) (cloud.StartStatus, error) {
			status, err := d.updateBegun(c, ctx, s, op.asked(r))
			if status == cloud.Begun {
				s.Update.hide()
			}
			return status, err
		},
		Spec: func(c *Client, s *deploymentChange) cloud.WaitSpec[T] { return d.changeSpec(c, s, s.judgeUpdate) },
		Restore: func(s *deploymentChange) *R {
			if before := s.Update.before(); before != nil {
				return op.back(s, *before, s.Update.How)
			}
			return nil
		},
		Undo: func(c *Client, ctx context.Context, s *deploymentChange) (cloud.AnyChange, error) {
			to, how, err := d.beforeUpdate(c, ctx, s)
			if err != nil {
				return nil, err
			}
			return op.prepare(c, ctx, op.back(s, to, how))
		},
		Cancel: d.cancellation(op.cancel),
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
		Began: func(c *Client, ctx context.Context, s *deploymentChange, _ *R, _ time.Time) (cloud.StartStatus, error) {
			return d.deletionBegun(c, ctx, s)
		},
		Spec: func(c *Client, s *deploymentChange) cloud.WaitSpec[T] {
			return deletionSpec(d.changeSpec(c, s, s.judgeDeletion))
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
		Began: func(c *Client, ctx context.Context, s *deploymentChange, r *R, prepared time.Time) (cloud.StartStatus, error) {
			*s = *state(r)
			return d.cancellationBegun(c, ctx, s, prepared)
		},
		Spec: func(c *Client, s *deploymentChange) cloud.WaitSpec[T] {
			return d.changeSpec(c, s, s.judgeCancellation)
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
	w := pollSpec(c.GetDeployment, r, deploymentWithin, func(out *GetDeploymentResponse) cloud.Verdict {
		return judge(snapshot{status: out.Deployment.DeploymentStatus, message: out.Deployment.DeploymentStatusMessage})
	})
	w.Diagnose = func(ctx context.Context, _ *GetDeploymentResponse) (*cloud.Diagnosis, error) {
		return wait.Diagnose(ctx, c.deploymentSource(r.ID))
	}
	return w
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
