package proton

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateService starts the creation of a service and returns a waiter for it. The wait ends well
// when the service is active, which is after its instances and its pipeline are deployed; it fails with the
// messages of the service and its pipeline when the creation failed and what it left behind is cleaned up. An
// older service of that name does not count; the two are told apart by when they were created.
func (c *Client) BeginCreateService(ctx context.Context, r CreateServiceRequest) (*cloud.Waiter[GetServiceResponse], error) {
	s, start := &serviceState{Name: r.Name}, time.Now()
	out, err := c.CreateService(ctx, r)
	if err == nil {
		s.CreatedAt = out.Service.CreatedAt
	} else if err := s.made(start, c.api.Skew(), err, func() (*GetServiceResponse, error) { return c.GetService(ctx, s.request()) }); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateService, s, c.serviceCreation), nil
}

// ResumeCreateService returns the waiter whose token is given.
func (c *Client) ResumeCreateService(token string) (*cloud.Waiter[GetServiceResponse], error) {
	return wait.Resume(c.api, &opCreateService, token, c.serviceCreation)
}

// BeginUpdateService starts an update of a service's description or of the list of its instances and
// returns a waiter for it. The wait ends well only when the service is active and was modified since, by its
// time of modification or because it was seen under way; it fails with the messages of the service and its
// pipeline when the update failed and what it left behind is cleaned up. It reads the service once before the
// update, to know when it was modified last. An update by somebody else that comes right after this one
// cannot be told from it.
func (c *Client) BeginUpdateService(ctx context.Context, r UpdateServiceRequest) (*cloud.Waiter[GetServiceResponse], error) {
	if err := c.api.Prepare(&opUpdateService, &r); err != nil {
		return nil, err
	}
	s := &serviceState{Name: r.Name}
	before, err := c.GetService(ctx, s.request())
	if err != nil {
		return nil, err
	}
	s.note(before.Service)
	out, err := c.UpdateService(ctx, r)
	if err != nil {
		return nil, err
	}
	if wait.Age(out.Service.CreatedAt, s.CreatedAt) > 0 { // what was read before was an older one
		s = &serviceState{Name: r.Name, CreatedAt: out.Service.CreatedAt}
	}
	s.ModifiedAt = out.Service.LastModifiedAt
	return wait.Begin(c.api, &opUpdateService, s, c.serviceUpdate), nil
}

// ResumeUpdateService returns the waiter whose token is given.
func (c *Client) ResumeUpdateService(token string) (*cloud.Waiter[GetServiceResponse], error) {
	return wait.Resume(c.api, &opUpdateService, token, c.serviceUpdate)
}

// BeginDeleteService starts the deletion of a service with its instances and pipeline and returns a
// waiter for it. The wait ends well when the service is gone, or a newer one has its name; it fails with
// the messages of the service and its pipeline when the deletion failed, and when the service was being
// deleted and is at rest again. It reads the service once before. Nothing dates a deletion: a failure that shows
// before the deletion was seen under way counts only when it is still seen half a minute later.
func (c *Client) BeginDeleteService(ctx context.Context, r DeleteServiceRequest) (*cloud.Waiter[GetServiceResponse], error) {
	if err := c.api.Prepare(&opDeleteService, &r); err != nil {
		return nil, err
	}
	s := &serviceState{Name: r.Name}
	before, err := c.GetService(ctx, s.request())
	there := err == nil
	if !there && cloud.KindOf(err) != cloud.ErrNotFound { // what is new may not be visible yet
		return nil, err
	}
	if there {
		s.note(before.Service)
	}
	out, err := c.DeleteService(ctx, r)
	switch {
	case err == nil && out.Service != nil && s.CreatedAt.IsZero():
		s.CreatedAt = out.Service.CreatedAt
	case err == nil, there && wait.Accepted(err, cloud.ErrNotFound), s.Refusal.Note(err, cloud.ErrConflict):
	default:
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteService, s, c.serviceDeletion), nil
}

// ResumeDeleteService returns the waiter whose token is given.
func (c *Client) ResumeDeleteService(token string) (*cloud.Waiter[GetServiceResponse], error) {
	return wait.Resume(c.api, &opDeleteService, token, c.serviceDeletion)
}

// UntilServiceActive waits until a service is active, after its creation or an update, whoever started
// that. It fails when a creation or an update failed, or the service is being deleted. It may end at
// the state before an update; [Client.BeginUpdateService] waits for the update itself.
func (c *Client) UntilServiceActive(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return wait.Until(c.api, "UntilServiceActive", created(c.serviceWait(r, judgeServiceActive)))
}

// UntilServiceDeleted waits until a service is gone, whoever deletes it. It fails when the deletion
// failed, and may take an earlier deletion's failure for that; [Client.BeginDeleteService] knows of it.
func (c *Client) UntilServiceDeleted(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return wait.Until(c.api, "UntilServiceDeleted", deleted(c.serviceWait(r, new(serviceState).judgeDeletion)))
}

// serviceState is what has to be known to recognize the end of a change to a service.
type serviceState struct {
	Name string `json:"name"`

	CreatedAt    time.Time     `json:"createdAt,omitzero"`    // of this very service, whose name may be used again
	Before       time.Time     `json:"before,omitzero"`       // when it was last modified before the change
	StatusBefore ServiceStatus `json:"statusBefore,omitzero"` // empty if nobody looked
	ModifiedAt   time.Time     `json:"modifiedAt,omitzero"`   // when it was last modified as the update began
	Refusal      wait.Refusal  `json:"refusal,omitzero"`

	course wait.Course
	at     time.Time // when it was last modified as it was seen under way
}

// Check refuses a state that names nothing.
func (s *serviceState) Check() error { return wait.Lacks("name", s.Name) }

func (s *serviceState) request() GetServiceRequest { return GetServiceRequest{Name: s.Name} }

// note takes down how a service stands before a change.
func (s *serviceState) note(before *Service) {
	if before != nil {
		s.CreatedAt, s.Before, s.StatusBefore = before.CreatedAt, before.LastModifiedAt, before.Status
	}
}

// made is that of a deploymentState.
func (s *serviceState) made(start time.Time, skew time.Duration, err error, look func() (*GetServiceResponse, error)) error {
	if !wait.Accepted(err, cloud.ErrConflict) {
		return err
	}
	now, lookErr := look()
	switch {
	case cloud.KindOf(lookErr) == cloud.ErrNotFound:
		return nil // what is new may not be visible yet
	case lookErr != nil || now.Service == nil,
		!wait.MadeSince(start.Add(skew), now.Service.CreatedAt, now.Service.Status == ServiceStatusCreateInProgress):
		return err
	}
	s.CreatedAt = now.Service.CreatedAt
	return nil
}

func (c *Client) serviceCreation(s *serviceState) cloud.WaitSpec[GetServiceResponse] {
	return created(c.serviceWait(s.request(), s.judgeCreation))
}

func (c *Client) serviceUpdate(s *serviceState) cloud.WaitSpec[GetServiceResponse] {
	return c.serviceWait(s.request(), s.judgeUpdate)
}

func (c *Client) serviceDeletion(s *serviceState) cloud.WaitSpec[GetServiceResponse] {
	return deleted(c.serviceWait(s.request(), s.judgeDeletion))
}

func (c *Client) serviceWait(r GetServiceRequest, judge func(*GetServiceResponse) cloud.Verdict) cloud.WaitSpec[GetServiceResponse] {
	return cloud.WaitSpec[GetServiceResponse]{
		Service: service,
		Within:  serviceWithin,
		Read:    func(ctx context.Context) (*GetServiceResponse, error) { return c.GetService(ctx, r) },
		Judge:   judge,
	}
}

func (s *serviceState) judgeCreation(out *GetServiceResponse) cloud.Verdict {
	j := judgeServiceActive(out)
	if age := s.age(out); age != 0 {
		return replaced(j, age, "name")
	}
	return j
}

// judgeUpdate believes only what is from after the state before the update.
func (s *serviceState) judgeUpdate(out *GetServiceResponse) cloud.Verdict {
	j := s.judgeCreation(out)
	if out.Service == nil || s.age(out) != 0 {
		return j
	}
	shown, proven := s.shows(out.Service)
	if !shown {
		j.Outcome = cloud.Pending
	}
	j.Inferred = j.Outcome != cloud.Pending && !proven
	return j
}

// shows reports whether a response is from after the start of the update, and whether that is proven. Where its
// time of modification does not tell, because it is rounded or the service's clock stepped back, a response that
// showed the update under way does.
func (s *serviceState) shows(now *Service) (shown, proven bool) {
	modified := now.LastModifiedAt
	underway := now.Status == ServiceStatusUpdateInProgress &&
		(s.StatusBefore != ServiceStatusUpdateInProgress || modified.After(s.Before))
	if underway {
		s.at = modified
	}
	seen, same := s.course.Saw(underway), modified.Equal(s.Before)
	switch {
	case modified.After(s.Before):
		// A read may show the time that the response gave less exactly.
		return s.ModifiedAt.Sub(modified) <= sameTime, true
	case same:
		seen = seen && s.at.Equal(modified)
		return seen, seen
	}
	return seen || !s.ModifiedAt.IsZero() && compareTimes(modified, s.ModifiedAt) == 0, false
}

// judgeDeletion takes a newer service of that name as a sign that this one is gone. Nothing dates a deletion: a
// failure counts at once only if the deletion was seen under way.
func (s *serviceState) judgeDeletion(out *GetServiceResponse) cloud.Verdict {
	j := judgeServiceDeleted(out)
	switch age := s.age(out); {
	case out.Service == nil:
		return j
	case age > 0:
		j.Outcome = cloud.Succeeded
		return j
	case age < 0:
		j.Outcome = cloud.Pending
		return j
	}
	status := out.Service.Status
	seen := s.course.Saw(status == ServiceStatusDeleteInProgress)
	switch {
	case j.Outcome == cloud.Failed:
		j.Inferred = !seen
	case !isSettled(status):
	case seen:
		return givenUp(j, "and not deleted")
	default:
		return refused(j, s.Refusal)
	}
	return j
}

// isSettled reports whether a service stays as it is until somebody changes it.
func isSettled(status ServiceStatus) bool {
	return slices.Contains(allServiceStatus, status) && !strings.HasSuffix(string(status), "_IN_PROGRESS")
}

func (s *serviceState) age(out *GetServiceResponse) int {
	if out.Service == nil {
		return 0
	}
	if s.StatusBefore == "" {
		return wait.Age(out.Service.CreatedAt, s.CreatedAt)
	}
	return compareTimes(out.Service.CreatedAt, s.CreatedAt)
}

// reasonOf is why a service has failed: its own message and that of its pipeline, if that has failed too.
func reasonOf(s *Service) string {
	if s.Pipeline == nil || s.Pipeline.DeploymentStatusMessage == "" {
		return s.StatusMessage
	}
	switch s.Pipeline.DeploymentStatus {
	case DeploymentStatusFailed, DeploymentStatusCancelled, DeploymentStatusDeleteFailed:
		return with(cmp.Or(s.StatusMessage, "the pipeline is "+string(s.Pipeline.DeploymentStatus)), s.Pipeline.DeploymentStatusMessage)
	}
	return s.StatusMessage
}

// judgeServiceActive is for waits for a creation or an update. While Proton cleans up after one that
// failed, the end is still to come.
func judgeServiceActive(out *GetServiceResponse) cloud.Verdict {
	if out.Service == nil {
		return cloud.Verdict{}
	}
	j := cloud.Verdict{State: string(out.Service.Status), Reason: out.Service.StatusMessage}
	switch out.Service.Status {
	case ServiceStatusActive:
		j.Outcome = cloud.Succeeded
	case ServiceStatusCreateFailed, ServiceStatusCreateFailedCleanupComplete, ServiceStatusCreateFailedCleanupFailed,
		ServiceStatusUpdateFailed, ServiceStatusUpdateFailedCleanupComplete, ServiceStatusUpdateFailedCleanupFailed,
		ServiceStatusUpdateCompleteCleanupFailed, ServiceStatusDeleteInProgress, ServiceStatusDeleteFailed:
		j.Outcome, j.Reason = cloud.Failed, reasonOf(out.Service)
	}
	return j
}

// judgeServiceDeleted is for waits for a service to be gone.
func judgeServiceDeleted(out *GetServiceResponse) cloud.Verdict {
	if out.Service == nil {
		return cloud.Verdict{}
	}
	j := cloud.Verdict{State: string(out.Service.Status), Reason: out.Service.StatusMessage}
	if out.Service.Status == ServiceStatusDeleteFailed {
		j.Outcome, j.Reason = cloud.Failed, reasonOf(out.Service)
	}
	return j
}

func isServiceDeletion(status ServiceStatus) bool {
	return status == ServiceStatusDeleteInProgress || status == ServiceStatusDeleteFailed
}
