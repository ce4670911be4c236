package proton

import (
	"context"
	"errors"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// BeginCreateService starts the creation of a service and returns a waiter for it. The wait ends well
// when the service is active, which is after its instances and its pipeline are deployed; it fails with
// the service's message when the creation failed and what it left behind is cleaned up. An older service
// of that name does not count; the two are told apart by when they were created.
func (c *Client) BeginCreateService(ctx context.Context, r CreateServiceRequest) (*cloud.Waiter[GetServiceResponse], error) {
	out, err := c.CreateService(ctx, r)
	if err != nil {
		return nil, err
	}
	s := &serviceState{Name: r.Name, CreatedAt: out.Service.CreatedAt}
	return follow.Begin(c.api, &opCreateService, s, c.serviceCreation), nil
}

// ResumeCreateService returns the waiter whose token is given.
func (c *Client) ResumeCreateService(token string) (*cloud.Waiter[GetServiceResponse], error) {
	return follow.Resume(c.api, &opCreateService, token, c.serviceCreation)
}

// BeginUpdateService starts an update of a service's description or of the list of its instances and
// returns a waiter for it. The wait ends well only when the service is active and was modified later
// than before this call; it fails with the service's message when the update failed and what it left
// behind is cleaned up. It reads the service once before the update, to know when it was modified last.
// An update by somebody else that comes right after this one cannot be told from it.
func (c *Client) BeginUpdateService(ctx context.Context, r UpdateServiceRequest) (*cloud.Waiter[GetServiceResponse], error) {
	if err := c.api.Prepare(&opUpdateService, &r); err != nil {
		return nil, err
	}
	before, err := c.GetService(ctx, GetServiceRequest{Name: r.Name})
	if err != nil {
		return nil, err
	}
	out, err := c.UpdateService(ctx, r)
	if err != nil {
		return nil, err
	}
	s := &serviceState{Name: r.Name, CreatedAt: out.Service.CreatedAt, ModifiedAt: out.Service.LastModifiedAt}
	if before.Service != nil {
		s.Before = before.Service.LastModifiedAt
	}
	return follow.Begin(c.api, &opUpdateService, s, c.serviceUpdate), nil
}

// ResumeUpdateService returns the waiter whose token is given.
func (c *Client) ResumeUpdateService(token string) (*cloud.Waiter[GetServiceResponse], error) {
	return follow.Resume(c.api, &opUpdateService, token, c.serviceUpdate)
}

// BeginDeleteService starts the deletion of a service with its instances and pipeline and returns a
// waiter for it. The wait ends well when the service is gone, or a newer one has its name; it fails with
// the service's message when the deletion failed. It reads the service once before, because nothing tells
// the failure of an earlier deletion from that of this one: where one had failed, an end counts only when
// a second look confirms it.
func (c *Client) BeginDeleteService(ctx context.Context, r DeleteServiceRequest) (*cloud.Waiter[GetServiceResponse], error) {
	if err := c.api.Prepare(&opDeleteService, &r); err != nil {
		return nil, err
	}
	before, err := c.GetService(ctx, GetServiceRequest(r))
	if err != nil && !errors.Is(err, cloud.ErrNotFound) { // what is new may not be visible yet
		return nil, err
	}
	s := &serviceState{Name: r.Name}
	if before != nil && before.Service != nil {
		s.CreatedAt = before.Service.CreatedAt
		s.FailedBefore = before.Service.Status == ServiceStatusDeleteFailed
	}
	out, err := c.DeleteService(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Service != nil {
		s.CreatedAt = out.Service.CreatedAt
	}
	return follow.Begin(c.api, &opDeleteService, s, c.serviceDeletion), nil
}

// ResumeDeleteService returns the waiter whose token is given.
func (c *Client) ResumeDeleteService(token string) (*cloud.Waiter[GetServiceResponse], error) {
	return follow.Resume(c.api, &opDeleteService, token, c.serviceDeletion)
}

// UntilServiceActive waits until a service is active, after its creation or an update, whoever started
// that. It fails when a creation or an update failed, or the service is being deleted. It may end at
// the state before an update; [Client.BeginUpdateService] waits for the update itself.
func (c *Client) UntilServiceActive(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return follow.Until(c.api, "UntilServiceActive", created(c.serviceWait(r, judgeServiceActive)))
}

// UntilServiceDeleted waits until a service is gone, whoever deletes it. It fails when the deletion
// failed, and may take an earlier deletion's failure for that; [Client.BeginDeleteService] knows of it.
func (c *Client) UntilServiceDeleted(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return follow.Until(c.api, "UntilServiceDeleted", deleted(c.serviceWait(r, judgeServiceDeleted), false))
}

// serviceState is what has to be known to recognise the end of a change to a service.
type serviceState struct {
	Name string `json:"name"`

	CreatedAt    time.Time `json:"createdAt,omitzero"`    // of this very service, whose name may be used again
	Before       time.Time `json:"before,omitzero"`       // when it was last modified before an update
	ModifiedAt   time.Time `json:"modifiedAt,omitzero"`   // when it was last modified as the update began
	FailedBefore bool      `json:"failedBefore,omitzero"` // an earlier deletion had failed
}

func (c *Client) serviceCreation(s *serviceState) cloud.Wait[GetServiceResponse] {
	return created(c.serviceWait(GetServiceRequest{Name: s.Name}, s.judgeCreation))
}

func (c *Client) serviceUpdate(s *serviceState) cloud.Wait[GetServiceResponse] {
	return c.serviceWait(GetServiceRequest{Name: s.Name}, s.judgeUpdate)
}

func (c *Client) serviceDeletion(s *serviceState) cloud.Wait[GetServiceResponse] {
	return deleted(c.serviceWait(GetServiceRequest{Name: s.Name}, s.judgeDeletion), s.FailedBefore)
}

func (c *Client) serviceWait(r GetServiceRequest, judge func(*GetServiceResponse) cloud.Judgement) cloud.Wait[GetServiceResponse] {
	return cloud.Wait[GetServiceResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*GetServiceResponse, error) { return c.GetService(ctx, r) },
		Judge:   judge,
	}
}

func (s *serviceState) judgeCreation(out *GetServiceResponse) cloud.Judgement {
	j := judgeServiceActive(out)
	switch age := s.age(out); {
	case age < 0:
		j.Outcome = cloud.Pending
	case age > 0:
		j.Outcome, j.Reason = cloud.Failed, "superseded: it was deleted, and a new one has its name"
	}
	return j
}

// judgeUpdate believes only what was modified after the state before the update.
func (s *serviceState) judgeUpdate(out *GetServiceResponse) cloud.Judgement {
	j := s.judgeCreation(out)
	if out.Service == nil || s.age(out) > 0 {
		return j
	}
	// A read may show the time that the answer gave less exactly.
	if modified := out.Service.LastModifiedAt; !modified.After(s.Before) || s.ModifiedAt.Sub(modified) > time.Second {
		j.Outcome = cloud.Pending
	}
	return j
}

// judgeDeletion takes a newer service of that name as a sign that this one is gone.
func (s *serviceState) judgeDeletion(out *GetServiceResponse) cloud.Judgement {
	j := judgeServiceDeleted(out)
	switch age := s.age(out); {
	case age > 0:
		j.Outcome = cloud.Succeeded
	case age < 0:
		j.Outcome = cloud.Pending
	}
	return j
}

func (s *serviceState) age(out *GetServiceResponse) int {
	if out.Service == nil {
		return 0
	}
	return follow.Age(out.Service.CreatedAt, s.CreatedAt)
}

// judgeServiceActive is for waits for a creation or an update. While Proton cleans up after one that
// failed, the end is still to come.
func judgeServiceActive(out *GetServiceResponse) cloud.Judgement {
	if out.Service == nil {
		return cloud.Judgement{}
	}
	j := cloud.Judgement{State: string(out.Service.Status), Reason: out.Service.StatusMessage}
	switch out.Service.Status {
	case ServiceStatusActive:
		j.Outcome = cloud.Succeeded
	case ServiceStatusCreateFailed, ServiceStatusCreateFailedCleanupComplete, ServiceStatusCreateFailedCleanupFailed,
		ServiceStatusUpdateFailed, ServiceStatusUpdateFailedCleanupComplete, ServiceStatusUpdateFailedCleanupFailed,
		ServiceStatusUpdateCompleteCleanupFailed, ServiceStatusDeleteInProgress, ServiceStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

// judgeServiceDeleted is for waits for a service to be gone.
func judgeServiceDeleted(out *GetServiceResponse) cloud.Judgement {
	if out.Service == nil {
		return cloud.Judgement{}
	}
	j := cloud.Judgement{State: string(out.Service.Status), Reason: out.Service.StatusMessage}
	if out.Service.Status == ServiceStatusDeleteFailed {
		j.Outcome = cloud.Failed
	}
	return j
}

func isServiceDeletion(status ServiceStatus) bool {
	return status == ServiceStatusDeleteInProgress || status == ServiceStatusDeleteFailed
}
