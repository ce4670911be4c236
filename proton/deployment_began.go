package proton

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

const (
	// maxListed limits how many deployments are searched, and maxCompared how many of them are read.
	maxListed, maxCompared = 5000, 10
	// staleWithin is how old a read may be.
	staleWithin = 2 * time.Minute
	// tokenLife is how long Proton remembers the client token of a creation, where that is documented.
	tokenLife = 8 * time.Hour
	// clockPrecision is how much later than now a time of the service may seem to be.
	clockPrecision = 10 * time.Second
)

// isSoonAfter reports whether a time is so soon after the preparation of a request that the request may have taken effect
// then. What was created later is another's.
func isSoonAfter(prepared, at time.Time) bool { return at.Before(prepared.Add(tokenLife + time.Hour)) }

// creationBegun finds out whether a creation has begun that was prepared at a time.
func (d deployable[Q, T]) creationBegun(
	c *Client, ctx context.Context, s *deploymentChange, asked content, token string, prepared time.Time,
) (cloud.StartStatus, error) {
	now, err := d.now(c, ctx, s)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.NotBegun, nil
	case err != nil:
		return cloud.Uncertain, err
	case token != "" && now.token == token:
	case !wait.MadeSince(prepared, now.createdAt, isUnderway(now.status)):
		return cloud.NotBegun, nil
	case asked.contradicts(now.content):
		return cloud.Uncertain, nil // another's, or updated since
	}
	s.recordResource(now)
	return cloud.Begun, nil
}

// updateBegun finds out whether an update has begun.
func (d deployable[Q, T]) updateBegun(c *Client, ctx context.Context, s *deploymentChange, a asked) (cloud.StartStatus, error) {
	now, err := d.now(c, ctx, s)
	age := s.age(now)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.NotBegun, nil // it is gone, and nothing can begin any more
	case err != nil:
		return cloud.Uncertain, err
	case age < 0:
		return cloud.NotBegun, nil // a stale read
	case age == 0 && a.token != "" && now.token == a.token && s.LastToken != a.token:
		s.recordOwn(now.attempted, now.attemptedAt)
		return cloud.Begun, nil
	case age == 0 && !s.isLater(now):
		return cloud.NotBegun, nil
	}
	found, status, err := d.findDeployment(c, ctx, s, a)
	switch {
	case found != nil:
		s.recordOwn(found.ID, found.CreatedAt)
	case err == nil && age > 0:
		status = cloud.Uncertain // the list may not show the deployments of a deleted resource
	}
	return status, err
}

// recordOwn records the deployment of an update that has begun, unless it is the one before.
func (s *deploymentChange) recordOwn(id string, at time.Time) {
	if id == "" || id != s.LastID {
		s.DeploymentID, s.DeploymentAt = id, at
	}
}

// findDeployment searches the deployments since the one before the update for the last one that is what the update asks
// for. What another caller has deployed counts too then.
func (d deployable[Q, T]) findDeployment(
	c *Client, ctx context.Context, s *deploymentChange, a asked,
) (*Deployment, cloud.StartStatus, error) {
	list, err := d.laterDeployments(c, ctx, s)
	if err != nil {
		return nil, cloud.Uncertain, err
	}
	status := cloud.NotBegun
	if len(list) > maxCompared {
		list, status = list[:maxCompared], cloud.Uncertain
	}
	for _, summary := range list {
		out, err := c.GetDeployment(ctx, GetDeploymentRequest{ID: summary.ID})
		switch {
		case cloud.KindOf(err) == cloud.ErrNotFound: // its record was deleted
			status = cloud.Uncertain
			continue
		case err != nil:
			return nil, cloud.Uncertain, err
		}
		switch m := a.match(out.Deployment); {
		case m == same:
			return out.Deployment, cloud.Begun, nil
		case m == unknown && !isDeletion(out.Deployment.DeploymentStatus):
			status = cloud.Uncertain
		}
	}
	return nil, status, nil
}

// laterDeployments lists the deployments of the resource after the one before the change, the last one first. The
// order of the service's list is not documented.
func (d deployable[Q, T]) laterDeployments(c *Client, ctx context.Context, s *deploymentChange) ([]DeploymentSummary, error) {
	var list []DeploymentSummary
	n := 0
	for summary, err := range c.AllDeployments(ctx, s.deploymentsRequest(d.kind)) {
		if err != nil {
			return nil, err
		}
		if n++; n > maxListed {
			return nil, errors.New("there are too many deployments to search")
		}
		if summary.TargetResourceType == d.kind && s.precedes(&summary) {
			list = append(list, summary)
		}
	}
	slices.SortFunc(list, func(a, b DeploymentSummary) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return list, nil
}

// deploymentsRequest returns the narrowest list with the deployments of the resource, which is of some kind.
func (s *deploymentChange) deploymentsRequest(kind DeploymentTargetResourceType) ListDeploymentsRequest {
	r := ListDeploymentsRequest{MaxResults: pageSize}
	switch kind {
	case DeploymentTargetResourceTypeEnvironment:
		r.EnvironmentName = s.Name
	case DeploymentTargetResourceTypeComponent:
		r.ComponentName = s.Name
	case DeploymentTargetResourceTypeServiceInstance:
		r.ServiceName, r.ServiceInstanceName = s.ServiceName, s.Name
	case DeploymentTargetResourceTypeServicePipeline:
		r.ServiceName = s.Name
	}
	return r
}

// precedes reports whether a deployment of the same resource came after the one before the change.
func (s *deploymentChange) precedes(d *DeploymentSummary) bool {
	return d.ID != s.LastID && wait.Compare(d.CreatedAt, s.LastAt) >= 0 &&
		wait.Compare(d.TargetResourceCreatedAt, s.CreatedAt) == 0
}

// deletionBegun finds out whether a deletion has begun, by this or another caller.
func (d deployable[Q, T]) deletionBegun(c *Client, ctx context.Context, s *deploymentChange) (cloud.StartStatus, error) {
	now, err := d.now(c, ctx, s)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return c.goneSince(s.CreatedAt, s.LastStatus != ""), nil
	case err != nil:
		return cloud.Uncertain, err
	case s.LastStatus == "": // it was not visible before
		s.CreatedAt = now.createdAt
	}
	age := s.age(now)
	switch {
	case age > 0:
		return cloud.Begun, nil // a newer one has its name
	case age < 0:
		return cloud.NotBegun, nil // a stale read
	case now.status == DeploymentStatusDeleteInProgress, now.status == DeploymentStatusDeleteComplete:
		return cloud.Begun, nil
	case now.status != DeploymentStatusDeleteFailed:
		return cloud.NotBegun, nil
	case s.LastStatus != DeploymentStatusDeleteFailed, s.isLater(now):
		return cloud.Begun, nil
	}
	return cloud.Uncertain, nil // nothing distinguishes this deletion from the one that had failed before
}

// goneSince says what it means for a deletion that a resource is not found. wasThere reports that it was read before.
func (c *Client) goneSince(createdAt time.Time, wasThere bool) cloud.StartStatus {
	if !wasThere {
		return cloud.NotBegun
	}
	if now, _ := c.api.Now(); now.Sub(createdAt) < staleWithin {
		return cloud.Uncertain // the read may be from before its creation
	}
	return cloud.Begun
}

// cancellationBegun finds out whether the cancellation has begun, by this or another caller, of the deployment that was
// in progress when it was prepared. If that deployment has ended since, the cancellation has ended.
func (d deployable[Q, T]) cancellationBegun(
	c *Client, ctx context.Context, s *deploymentChange, prepared time.Time,
) (cloud.StartStatus, error) {
	now, err := d.now(c, ctx, s)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.NotBegun, nil // it is gone, and nothing can begin any more
	case err != nil:
		return cloud.Uncertain, err
	case now.status == DeploymentStatusCancelling:
		s.recordResource(now)
		return cloud.Begun, nil
	case now.attemptedAt.After(prepared.Add(clockPrecision)):
		return cloud.Uncertain, nil // nothing shows what became of the one before
	case now.status == DeploymentStatusInProgress:
		return cloud.NotBegun, nil
	case now.attempted == "":
		return cloud.Uncertain, nil
	}
	out, err := c.GetDeployment(ctx, GetDeploymentRequest{ID: now.attempted})
	if err != nil {
		return cloud.Uncertain, err
	}
	ended := out.Deployment.CompletedAt
	if ended.IsZero() {
		ended = out.Deployment.LastModifiedAt
	}
	if !wait.MadeSince(prepared, ended, false) {
		return cloud.NotBegun, nil // there was nothing to cancel
	}
	s.CreatedAt, s.DeploymentID, s.DeploymentAt = now.createdAt, now.attempted, now.attemptedAt
	return cloud.Begun, nil
}

// undoCreation returns how a creation is undone: by the deletion of the resource, unless another one has its name.
func (d deployable[Q, T]) undoCreation(
	undo func(*Client, context.Context, *deploymentChange) (cloud.AnyChange, error),
) func(*Client, context.Context, *deploymentChange) (cloud.AnyChange, error) {
	if undo == nil {
		return nil
	}
	return func(c *Client, ctx context.Context, s *deploymentChange) (cloud.AnyChange, error) {
		now, err := d.now(c, ctx, s)
		switch {
		case err != nil:
			return nil, err
		case s.age(now) > 0:
			return nil, errReplaced()
		}
		return undo(c, ctx, s)
	}
}

// beforeUpdate returns what the last successful deployment before an update has left behind, and how to deploy that.
func (d deployable[Q, T]) beforeUpdate(
	c *Client, ctx context.Context, s *deploymentChange,
) (to content, how DeploymentUpdateType, err error) {
	now, err := d.now(c, ctx, s)
	switch {
	case err != nil:
		return to, "", err
	case s.age(now) > 0:
		return to, "", errReplaced()
	case s.LastSucceeded == "":
		return to, "", errNoWayBack("no deployment is known to have succeeded before")
	}
	out, err := c.GetDeployment(ctx, GetDeploymentRequest{ID: s.LastSucceeded})
	if err != nil {
		return to, "", err
	}
	shown := deployed(out.Deployment.TargetState)
	if shown == nil {
		return to, "", errNoWayBack("the service does not show what was deployed before")
	}
	to, how = *shown, DeploymentUpdateTypeCurrentVersion
	if to.MinorVersion != now.content.MinorVersion {
		how = DeploymentUpdateTypeMinorVersion
	}
	return to, how, cmp.Or(s.Update.restore(&to), d.checkBack(s, to, now.content))
}

// checkBack refuses to go back to what no update can bring about.
func (d deployable[Q, T]) checkBack(s *deploymentChange, to, now content) error {
	isComponent := d.kind == DeploymentTargetResourceTypeComponent
	switch {
	case to.MajorVersion != now.MajorVersion:
		return errNoWayBack(fmt.Sprintf(
			"the service does not return to another major version of a template, from %s to %s", now.MajorVersion, to.MajorVersion,
		))
	case !isComponent && to.Spec == "", s.Update.File && to.ComponentFile == "":
		return errNoWayBack("the service does not show what was deployed before")
	case isComponent && to.Spec == "" && now.Spec != "" && to.ServiceName != "":
		return errNoWayBack("an update cannot take the serviceSpec away")
	}
	return nil
}

// cancellation returns how the deployment of a change is canceled, unless a later one would be.
func (d deployable[Q, T]) cancellation(
	cancel func(*Client, context.Context, *deploymentChange) error,
) func(*Client, context.Context, *deploymentChange) error {
	if cancel == nil {
		return nil
	}
	return func(c *Client, ctx context.Context, s *deploymentChange) error {
		now, err := d.now(c, ctx, s)
		switch {
		case err != nil:
			return err
		case s.age(now) > 0:
			return errReplaced()
		case s.DeploymentID != "" && s.order(now, true) > 0:
			return errOver("another one has followed it")
		case s.isOwn(now) && !isUnderway(now.status):
			return errOver("its status is " + string(now.status))
		}
		return cancel(c, ctx, s)
	}
}

func errOver(why string) error {
	return &cloud.Error{Kind: cloud.ErrConflict, Message: "the deployment has ended: " + why}
}

func errReplaced() error {
	return &cloud.Error{Kind: cloud.ErrSuperseded, Message: "it was deleted, and a new one has its name"}
}

func errNoWayBack(why string) error {
	return &cloud.Error{Kind: cloud.ErrUnsupported, Message: "there is no way back from this change: " + why}
}
