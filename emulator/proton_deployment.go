package emulator

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// deployed points at what a resource says about its deployments. All kinds have the same members.
type deployed struct {
	target                   proton.Deployment // what the record of a deployment says about its resource
	status                   *proton.DeploymentStatus
	message                  *string
	attempted, succeeded     *string
	attemptedAt, succeededAt *time.Time
}

// deployable is a kind of resource that has deployments.
type deployable[T any] struct {
	service *protonService
	what    string
	rows    *table[T]
	parts   func(*T) deployed
}

// get returns what reads show.
func (d *deployable[T]) get(names ...string) (T, error) {
	v, ok := d.rows.row(keyOf(names...)).seen(d.service.emulator.now())
	if !ok {
		return v, notFound(d.what, strings.Join(names, "/"))
	}
	return v, nil
}

// truth returns the resource as it is, and whether it is there.
func (d *deployable[T]) truth(names ...string) (*timeline[T], T, bool) {
	row := d.rows.row(keyOf(names...))
	v, ok := row.truth(d.service.emulator.now())
	return row, v, ok
}

// idle returns a resource that is not under way to another state.
func (d *deployable[T]) idle(names ...string) (*timeline[T], T, error) {
	row, v, ok := d.truth(names...)
	if !ok {
		return nil, v, notFound(d.what, strings.Join(names, "/"))
	}
	if status := *d.parts(&v).status; isDeploying(status) {
		return nil, v, conflict(fmt.Sprintf("The %s %s has a deployment that is %s.", d.what, names[len(names)-1], status), "")
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

// add puts in a resource. What it leaves empty of its deployments becomes that of a resource whose only
// deployment succeeded when it was created; one that is being deployed has a second deployment.
func (d *deployable[T]) add(v T, createdAt time.Time, names ...string) {
	now, p := d.service.emulator.now(), d.parts(&v)
	*p.status = cmp.Or(*p.status, proton.DeploymentStatusSucceeded)
	*p.attemptedAt = cmp.Or(*p.attemptedAt, createdAt)
	*p.succeededAt = cmp.Or(*p.succeededAt, createdAt)
	*p.succeeded = cmp.Or(*p.succeeded, newUUID())
	if *p.status == proton.DeploymentStatusInProgress || *p.status == proton.DeploymentStatusCancelling {
		*p.attempted = cmp.Or(*p.attempted, newUUID())
	}
	*p.attempted = cmp.Or(*p.attempted, *p.succeeded)
	d.rows.add(keyOf(names...), now, v)
	record := p.record(*p.attemptedAt)
	d.service.deployments.add(record.ID, now, record)
}

// deploy plans a deployment. Until it has succeeded, the resource stays as it is in running; then it
// is as in goal.
func (d *deployable[T]) deploy(c change, row *timeline[T], running, goal T) T {
	after := d.plan(c, &running, &goal)
	d.put(c, row, running, after)
	return running
}

// plan fills in the deployment of a change, under way and at its end, and returns the end.
func (d *deployable[T]) plan(c change, running, goal *T) T {
	start := d.parts(running)
	*start.status, *start.message = proton.DeploymentStatusInProgress, ""
	*start.attempted = newUUID()
	*start.attemptedAt = later(c.start, *start.attemptedAt)

	after := *running
	if !c.failed() {
		after = *goal
	}
	end := d.parts(&after)
	*end.attempted, *end.attemptedAt = *start.attempted, *start.attemptedAt
	switch {
	case c.Cancel:
		*end.status, *end.message = proton.DeploymentStatusCancelled, cmp.Or(c.Reason, "The deployment was canceled.")
	case c.Fail:
		*end.status, *end.message = proton.DeploymentStatusFailed, cmp.Or(c.Reason, "The infrastructure could not be provisioned.")
	default:
		*end.status, *end.message = proton.DeploymentStatusSucceeded, c.Reason
		*end.succeeded, *end.succeededAt = *start.attempted, c.end
	}
	*end.status = cmp.Or(proton.DeploymentStatus(c.State), *end.status)
	return after
}

// put shows a change of a resource, and of the deployment that it attempted last.
func (d *deployable[T]) put(c change, row *timeline[T], running, after T) {
	during(row, c, c.start, running)
	finish(row, c, after)
	first, last := d.parts(&running).record(c.start), d.parts(&after).record(c.end)
	record := d.service.deployments.create(first.ID)
	during(record, c, c.start, first)
	finish(record, c, last)
}

// cancel stops the deployment in progress.
func (d *deployable[T]) cancel(operation string, names ...string) (T, error) {
	row, before, ok := d.truth(names...)
	if !ok {
		return before, notFound(d.what, strings.Join(names, "/"))
	}
	if status := *d.parts(&before).status; status != proton.DeploymentStatusInProgress {
		return before, conflict(fmt.Sprintf("The %s %s has no deployment in progress; the last one is %s.", d.what, names[len(names)-1], status), "")
	}
	c := d.service.emulator.begin("proton", operation)
	canceling, after := before, before
	*d.parts(&canceling).status = proton.DeploymentStatusCancelling
	end := d.parts(&after)
	*end.status, *end.message = proton.DeploymentStatusCancelled, cmp.Or(c.Reason, "The deployment was canceled.")
	if c.Fail {
		*end.status, *end.message = proton.DeploymentStatusFailed, cmp.Or(c.Reason, "The deployment failed before it could be canceled.")
	}
	*end.status = cmp.Or(proton.DeploymentStatus(c.State), *end.status)
	if *end.status == proton.DeploymentStatusSucceeded {
		*end.message = c.Reason
		*end.succeeded, *end.succeededAt = *end.attempted, c.end
	}
	d.put(c, row, canceling, after)
	return canceling, nil
}

// remove deletes a resource and returns it, or nil if there is none. A repeat changes nothing.
func (d *deployable[T]) remove(operation string, names ...string) (*T, error) {
	row, before, ok := d.truth(names...)
	if !ok {
		return nil, nil
	}
	if *d.parts(&before).status == proton.DeploymentStatusDeleteInProgress {
		return &before, nil
	}
	if _, _, err := d.idle(names...); err != nil {
		return nil, err
	}
	c := d.service.emulator.begin("proton", operation)
	deleting, after := before, before
	p := d.parts(&deleting)
	*p.status, *p.message = proton.DeploymentStatusDeleteInProgress, ""
	during(row, c, c.start, deleting)
	if !c.failed() && c.State == "" {
		remove(row, c)
		return &deleting, nil
	}
	p = d.parts(&after)
	*p.status = cmp.Or(proton.DeploymentStatus(c.State), proton.DeploymentStatusDeleteFailed)
	*p.message = cmp.Or(c.Reason, "The infrastructure could not be deleted.")
	finish(row, c, after)
	return &deleting, nil
}

// record is what GetDeployment says about the deployment that a resource attempted last.
func (d deployed) record(modified time.Time) proton.Deployment {
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

// versionsAfter are the versions of the template that a deployment leads to. The emulator keeps a
// version that the request does not name, and takes minor version 0 of another major version.
func versionsAfter(deployment proton.DeploymentUpdateType, major, minor, oldMajor, oldMinor string) (string, string, error) {
	refuse := func(message string) (string, string, error) {
		return "", "", &refusal{code: "ValidationException", message: message}
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

// isHigher compares numbers without leading zeros, of any length.
func isHigher(a, b string) bool {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) > 0
}

func (s *protonService) deploymentOperations() map[string]handler {
	return map[string]handler{
		"GetDeployment":   operation(s.getDeployment),
		"ListDeployments": operation(s.listDeployments),
	}
}

func (s *protonService) getDeployment(_ *received, in proton.GetDeploymentRequest) (any, error) {
	d, ok := s.deployments.row(in.ID).seen(s.emulator.now())
	if !ok {
		return nil, notFound("deployment", in.ID)
	}
	return &proton.GetDeploymentResponse{Deployment: &d}, nil
}

func (s *protonService) listDeployments(_ *received, in proton.ListDeploymentsRequest) (any, error) {
	list := []proton.DeploymentSummary{}
	for _, d := range s.deployments.list(s.emulator.now()) {
		if fitsName(in.EnvironmentName, d.EnvironmentName) && fitsName(in.ServiceName, d.ServiceName) &&
			fitsName(in.ServiceInstanceName, d.ServiceInstanceName) && fitsName(in.ComponentName, d.ComponentName) {
			list = append(list, summaryOfProtonDeployment(&d))
		}
	}
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := protonPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListDeploymentsResponse{Deployments: page, NextToken: next}, err
}

func summaryOfProtonDeployment(d *proton.Deployment) proton.DeploymentSummary {
	return proton.DeploymentSummary{
		ID: d.ID, ARN: d.ARN, TargetARN: d.TargetARN, TargetResourceCreatedAt: d.TargetResourceCreatedAt,
		TargetResourceType: d.TargetResourceType, CreatedAt: d.CreatedAt, LastModifiedAt: d.LastModifiedAt, CompletedAt: d.CompletedAt,
		EnvironmentName: d.EnvironmentName, ServiceName: d.ServiceName, ServiceInstanceName: d.ServiceInstanceName, ComponentName: d.ComponentName,
		LastAttemptedDeploymentID: d.LastAttemptedDeploymentID, LastSucceededDeploymentID: d.LastSucceededDeploymentID,
		DeploymentStatus: d.DeploymentStatus,
	}
}

// fitsName reports whether a name is the one that a list is to be limited to, if any.
func fitsName(want, value string) bool { return want == "" || want == value }
