package proton

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// deploymentFields points to the fields of a resource that describe its deployments. All kinds of resources
// have them.
type deploymentFields struct {
	target                   proton.Deployment       // the fields of a deployment that describe its resource
	state                    *proton.DeploymentState // what the resource is like
	status                   *proton.DeploymentStatus
	message                  *string
	attempted, succeeded     *string
	attemptedAt, succeededAt *time.Time
}

// deployable is a kind of resource that has deployments.
type deployable[T any] struct {
	service *Service
	what    string
	rows    *world.Table[T]
	fields  func(*T) deploymentFields
	become  func(*T, *proton.DeploymentState) // changes a resource to what a deployment is to make it
}

// get returns what reads show.
func (d *deployable[T]) get(names ...string) (T, error) {
	v, ok := d.rows.Row(world.KeyOf(names...)).Visible(d.service.World.Now())
	if !ok {
		return v, aws.NotFound(d.what, strings.Join(names, "/"))
	}
	return v, nil
}

// actual returns the actual state of a resource, and whether it exists.
func (d *deployable[T]) actual(names ...string) (*world.Timeline[T], T, bool) {
	row := d.rows.Row(world.KeyOf(names...))
	v, ok := row.Actual(d.service.World.Now())
	return row, v, ok
}

// idle returns a resource that has no deployment in progress.
func (d *deployable[T]) idle(names ...string) (*world.Timeline[T], T, error) {
	row, v, ok := d.actual(names...)
	if !ok {
		return nil, v, aws.NotFound(d.what, strings.Join(names, "/"))
	}
	if status := *d.fields(&v).status; isDeploying(status) {
		return nil, v, aws.Conflict(fmt.Sprintf("The %s %s has a deployment that is %s.", d.what, names[len(names)-1], status), "")
	}
	return row, v, nil
}

func isDeploying(status proton.DeploymentStatus) bool {
	switch status {
	case proton.DeploymentStatusInProgress, proton.DeploymentStatusCancelling, proton.DeploymentStatusDeleteInProgress:
		return true
	}
	return false
}

// add adds a resource. Empty fields of its deployments default to those of a resource whose only deployment
// succeeded when it was created. A resource that is being deployed has a second deployment.
func (d *deployable[T]) add(v T, createdAt time.Time, names ...string) {
	now, p := d.service.World.Now(), d.fields(&v)
	*p.status = cmp.Or(*p.status, proton.DeploymentStatusSucceeded)
	*p.attemptedAt = cmp.Or(*p.attemptedAt, createdAt)
	*p.succeededAt = cmp.Or(*p.succeededAt, createdAt)
	*p.succeeded = cmp.Or(*p.succeeded, d.service.World.NewUUID())
	if *p.status == proton.DeploymentStatusInProgress || *p.status == proton.DeploymentStatusCancelling {
		*p.attempted = cmp.Or(*p.attempted, d.service.World.NewUUID())
	}
	*p.attempted = cmp.Or(*p.attempted, *p.succeeded)
	d.rows.Add(world.KeyOf(names...), now, v)
	record := p.record(*p.attemptedAt)
	record.TargetState = p.state
	d.service.ensureDeployment(record)
	if *p.succeeded != *p.attempted {
		record.ID, record.ARN = *p.succeeded, p.target.TargetARN+"/deployment/"+*p.succeeded
		record.DeploymentStatus, record.DeploymentStatusMessage = proton.DeploymentStatusSucceeded, ""
		record.CreatedAt, record.LastModifiedAt, record.CompletedAt = createdAt, *p.succeededAt, *p.succeededAt
		d.service.ensureDeployment(record)
	}
}

// ensureDeployment adds a deployment unless it exists: then more may be known of it than its resource says. The resource has
// another status if a deletion followed.
func (s *Service) ensureDeployment(record proton.Deployment) {
	now := s.World.Now()
	before, ok := s.deployments.Row(record.ID).Actual(now)
	deletion := strings.HasPrefix(string(record.DeploymentStatus), "DELETE_")
	if ok && before.TargetARN == record.TargetARN && (deletion || before.DeploymentStatus == record.DeploymentStatus) {
		return
	}
	s.deployments.Add(record.ID, now, record)
}

// deploy plans a deployment. The resource stays as in running until the deployment succeeds, then it is as in
// goal.
func (d *deployable[T]) deploy(c world.Change, row *world.Timeline[T], running, goal T) T {
	after := d.plan(c, &running, &goal)
	d.put(c, row, running, goal, after)
	return running
}

// plan sets the fields of the deployment during a change, and returns the resource at its end.
func (d *deployable[T]) plan(c world.Change, running, goal *T) T {
	start := d.fields(running)
	*start.status, *start.message = proton.DeploymentStatusInProgress, ""
	*start.attempted = d.service.World.NewUUID()
	*start.attemptedAt = world.NextTimestamp(c.Start, *start.attemptedAt)

	after := *running
	if !c.Failed() {
		after = *goal
	}
	end := d.fields(&after)
	*end.attempted, *end.attemptedAt = *start.attempted, *start.attemptedAt
	switch {
	case c.Cancel:
		*end.status, *end.message = proton.DeploymentStatusCancelled, cmp.Or(c.Reason, "The deployment was canceled.")
	case c.Fail:
		*end.status, *end.message = proton.DeploymentStatusFailed, cmp.Or(c.Reason, "The infrastructure could not be provisioned.")
	default:
		*end.status, *end.message = proton.DeploymentStatusSucceeded, c.Reason
		*end.succeeded, *end.succeededAt = *start.attempted, c.End
	}
	*end.status = cmp.Or(proton.DeploymentStatus(c.State), *end.status)
	return after
}

// put schedules a change of a resource and of its last attempted deployment, which is to make it as in goal.
func (d *deployable[T]) put(c world.Change, row *world.Timeline[T], running, goal, after T) {
	world.Schedule(row, c, c.Start, running)
	world.Finish(row, c, after)
	first, last := d.fields(&running).record(c.Start), d.fields(&after).record(c.End)
	record := d.service.deployments.Create(first.ID)
	if before, ok := record.Actual(c.Start); ok { // it is canceled
		first.InitialState, first.TargetState = before.InitialState, before.TargetState
	} else {
		first.InitialState, first.TargetState = d.service.deployedState(first.LastSucceededDeploymentID), d.fields(&goal).state
	}
	last.InitialState, last.TargetState = first.InitialState, first.TargetState
	world.Schedule(record, c, c.Start, first)
	world.Finish(record, c, last)
}

// cancel stops the deployment in progress.
func (d *deployable[T]) cancel(operation string, names ...string) (T, error) {
	row, before, ok := d.actual(names...)
	if !ok {
		return before, aws.NotFound(d.what, strings.Join(names, "/"))
	}
	if status := *d.fields(&before).status; status != proton.DeploymentStatusInProgress {
		return before, aws.Conflict(fmt.Sprintf("The %s %s has no deployment in progress; the last one is %s.", d.what,
			names[len(names)-1], status), "")
	}
	c := d.service.World.Begin("proton", operation)
	canceling, after := before, before
	*d.fields(&canceling).status = proton.DeploymentStatusCancelling
	end := d.fields(&after)
	*end.status, *end.message = proton.DeploymentStatusCancelled, cmp.Or(c.Reason, "The deployment was canceled.")
	if c.Fail {
		*end.status, *end.message = proton.DeploymentStatusFailed, cmp.Or(c.Reason, "The deployment failed before it could be canceled.")
	}
	*end.status = cmp.Or(proton.DeploymentStatus(c.State), *end.status)
	if *end.status == proton.DeploymentStatusSucceeded {
		*end.message = c.Reason
		*end.succeeded, *end.succeededAt = *end.attempted, c.End
	}
	d.put(c, row, canceling, before, after)
	return canceling, nil
}

// remove deletes a resource and returns it, or nil if it does not exist. Repeating it changes nothing.
func (d *deployable[T]) remove(operation string, names ...string) (*T, error) {
	row, before, ok := d.actual(names...)
	if !ok {
		return nil, nil
	}
	if *d.fields(&before).status == proton.DeploymentStatusDeleteInProgress {
		return &before, nil
	}
	if _, _, err := d.idle(names...); err != nil {
		return nil, err
	}
	c := d.service.World.Begin("proton", operation)
	deleting, after := before, before
	p := d.fields(&deleting)
	*p.status, *p.message = proton.DeploymentStatusDeleteInProgress, ""
	world.Schedule(row, c, c.Start, deleting)
	if !c.Failed() && c.State == "" {
		world.Remove(row, c)
		return &deleting, nil
	}
	p = d.fields(&after)
	*p.status = cmp.Or(proton.DeploymentStatus(c.State), proton.DeploymentStatusDeleteFailed)
	*p.message = cmp.Or(c.Reason, "The infrastructure could not be deleted.")
	world.Finish(row, c, after)
	return &deleting, nil
}

// record returns the last attempted deployment of a resource, as GetDeployment does.
func (d deploymentFields) record(modified time.Time) proton.Deployment {
	r := d.target
	r.ID, r.ARN = *d.attempted, r.TargetARN+"/deployment/"+*d.attempted
	r.DeploymentStatus, r.DeploymentStatusMessage = *d.status, *d.message
	r.CreatedAt, r.LastModifiedAt = *d.attemptedAt, modified
	r.LastAttemptedDeploymentID, r.LastSucceededDeploymentID = *d.attempted, *d.succeeded
	if !isDeploying(r.DeploymentStatus) {
		r.CompletedAt = modified
	}
	return r
}

// deployedState returns what a deployment has left behind, nil if there is none with that ID.
func (s *Service) deployedState(id string) *proton.DeploymentState {
	d, _ := s.deployments.Row(id).Actual(s.World.Now())
	return d.TargetState
}

// versionsAfter returns the versions of the template after a deployment. A version that the request leaves out
// stays the same, or is minor version 0 of another major version.
func versionsAfter(deployment proton.DeploymentUpdateType, major, minor, oldMajor, oldMinor string) (string, string, error) {
	refuse := func(message string) (string, string, error) {
		return "", "", &front.Refusal{Code: "ValidationException", Message: message}
	}
	switch deployment {
	case proton.DeploymentUpdateTypeMinorVersion:
		if major != "" && major != oldMajor {
			return refuse("templateMajorVersion must be the one in use, which is " + oldMajor + ", with deploymentType MINOR_VERSION.")
		}
		return oldMajor, cmp.Or(minor, oldMinor), nil
	case proton.DeploymentUpdateTypeMajorVersion:
		if major != "" && !isHigher(major, oldMajor) {
			return refuse("templateMajorVersion must be higher than the one in use, which is " + oldMajor + ".")
		}
		return cmp.Or(major, oldMajor), cmp.Or(minor, "0"), nil
	}
	return oldMajor, oldMinor, nil
}

// isHigher compares numbers of any length without leading zeros.
func isHigher(a, b string) bool {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) > 0
}

func (s *Service) deploymentOperations() front.Handlers {
	return front.Handlers{
		"GetDeployment":   front.Handle(s.getDeployment),
		"ListDeployments": front.Handle(s.listDeployments),
	}
}

func (s *Service) getDeployment(_ *front.Received, in proton.GetDeploymentRequest) (any, error) {
	d, ok := s.deployments.Row(in.ID).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("deployment", in.ID)
	}
	return &proton.GetDeploymentResponse{Deployment: &d}, nil
}

func (s *Service) listDeployments(_ *front.Received, in proton.ListDeploymentsRequest) (any, error) {
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	list := selected(s, s.deployments, &scope, func(d *proton.Deployment) bool {
		return world.MatchesName(in.EnvironmentName, d.EnvironmentName) && world.MatchesName(in.ServiceName, d.ServiceName) &&
			world.MatchesName(in.ServiceInstanceName, d.ServiceInstanceName) && world.MatchesName(in.ComponentName, d.ComponentName)
	})
	page, next, err := sortedPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListDeploymentsResponse{Deployments: world.ShownAs(page, summaryOfProtonDeployment), NextToken: next}, err
}

func summaryOfProtonDeployment(d *proton.Deployment) proton.DeploymentSummary {
	return proton.DeploymentSummary{
		ID: d.ID, ARN: d.ARN, TargetARN: d.TargetARN, TargetResourceCreatedAt: d.TargetResourceCreatedAt,
		TargetResourceType: d.TargetResourceType, CreatedAt: d.CreatedAt, LastModifiedAt: d.LastModifiedAt,
		CompletedAt: d.CompletedAt, EnvironmentName: d.EnvironmentName, ServiceName: d.ServiceName,
		ServiceInstanceName: d.ServiceInstanceName, ComponentName: d.ComponentName,
		LastAttemptedDeploymentID: d.LastAttemptedDeploymentID, LastSucceededDeploymentID: d.LastSucceededDeploymentID,
		DeploymentStatus: d.DeploymentStatus,
	}
}
