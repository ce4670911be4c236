package proton

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a service mean for each wait.
var (
	// serviceActive is for a creation or an update. While Proton cleans up after a failure, the change has not
	// ended.
	serviceActive = wait.Statuses[ServiceStatus]{
		Succeeded: []ServiceStatus{ServiceStatusActive},
		Failed: []ServiceStatus{
			ServiceStatusCreateFailed, ServiceStatusCreateFailedCleanupComplete, ServiceStatusCreateFailedCleanupFailed,
			ServiceStatusUpdateFailed, ServiceStatusUpdateFailedCleanupComplete, ServiceStatusUpdateFailedCleanupFailed,
			ServiceStatusUpdateCompleteCleanupFailed, ServiceStatusDeleteInProgress, ServiceStatusDeleteFailed,
		},
	}
	// serviceDeleted is for a deletion. A service that is deleted is not found; no status says so.
	serviceDeleted = wait.Statuses[ServiceStatus]{Failed: []ServiceStatus{ServiceStatusDeleteFailed}}
)

var createService = change[CreateServiceRequest, CreateServiceResponse, serviceChange, GetServiceResponse]{
	State: func(r *CreateServiceRequest) *serviceChange { return &serviceChange{Name: r.Name} },
	Accepted: func(s *serviceChange, _ *CreateServiceRequest, out *CreateServiceResponse, _ time.Time) error {
		s.CreatedAt = out.Service.CreatedAt
		return nil
	},
	Refused: (*Client).refusedServiceCreation,
	Began: func(c *Client, ctx context.Context, s *serviceChange, r *CreateServiceRequest, prepared time.Time) (cloud.StartStatus, error) {
		*s = serviceChange{Name: r.Name}
		return c.serviceCreationBegun(ctx, s, r, prepared)
	},
	Spec: func(c *Client, s *serviceChange) cloud.WaitSpec[GetServiceResponse] {
		return creationSpec(c.serviceSpec(s.request(), s.judgeCreation))
	},
	Undo: func(c *Client, ctx context.Context, s *serviceChange) (cloud.AnyChange, error) {
		now, err := c.GetService(ctx, s.request())
		switch {
		case err != nil:
			return nil, err
		case s.age(now) > 0:
			return nil, errReplaced()
		}
		return wait.AnyChange(c.PrepareDeleteService(ctx, DeleteServiceRequest{Name: s.Name}))
	},
}

var updateService = change[UpdateServiceRequest, UpdateServiceResponse, serviceChange, GetServiceResponse]{
	State: func(r *UpdateServiceRequest) *serviceChange {
		return &serviceChange{Name: r.Name, SpecBefore: replaces(r.Spec != ""), DescriptionBefore: replaces(r.Description != nil)}
	},
	Before: (*Client).beforeService,
	Accepted: func(s *serviceChange, _ *UpdateServiceRequest, out *UpdateServiceResponse, _ time.Time) error {
		if wait.Age(out.Service.CreatedAt, s.CreatedAt) > 0 { // the earlier read showed an older service
			*s = serviceChange{Name: s.Name, CreatedAt: out.Service.CreatedAt}
		}
		s.ModifiedAt = out.Service.LastModifiedAt
		return nil
	},
	Began: func(c *Client, ctx context.Context, s *serviceChange, r *UpdateServiceRequest, _ time.Time) (cloud.StartStatus, error) {
		return c.serviceUpdateBegun(ctx, s, r)
	},
	Spec: func(c *Client, s *serviceChange) cloud.WaitSpec[GetServiceResponse] {
		return c.serviceSpec(s.request(), s.judgeUpdate)
	},
	Restore: (*serviceChange).restore,
}

var deleteService = change[DeleteServiceRequest, DeleteServiceResponse, serviceChange, GetServiceResponse]{
	State: func(r *DeleteServiceRequest) *serviceChange { return &serviceChange{Name: r.Name} },
	Before: func(c *Client, ctx context.Context, s *serviceChange) error {
		return beforeDeletion(c.beforeService(ctx, s))
	},
	Accepted: func(s *serviceChange, _ *DeleteServiceRequest, out *DeleteServiceResponse, _ time.Time) error {
		if out.Service != nil && s.CreatedAt.IsZero() {
			s.CreatedAt = out.Service.CreatedAt
		}
		return nil
	},
	Refused: func(_ *Client, _ context.Context, s *serviceChange, _ time.Time, err error) error {
		return s.Refusal.NoteDeletion(err, s.StatusBefore != "", cloud.ErrConflict)
	},
	Began: func(c *Client, ctx context.Context, s *serviceChange, _ *DeleteServiceRequest, _ time.Time) (cloud.StartStatus, error) {
		return c.serviceDeletionBegun(ctx, s)
	},
	Spec: func(c *Client, s *serviceChange) cloud.WaitSpec[GetServiceResponse] {
		return deletionSpec(c.serviceSpec(s.request(), s.judgeDeletion))
	},
}

// UntilServiceActive waits until a service is active, after its creation or an update. It fails when a creation or an
// update failed, and when the service is being deleted. It may succeed on the state before an update;
// [Client.BeginUpdateService] waits for the update itself.
func (c *Client) UntilServiceActive(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return wait.Until(c.api, "UntilServiceActive", creationSpec(c.serviceSpec(r, judgeServiceActive)))
}

// UntilServiceDeleted waits until a service is gone. It fails when the deletion failed, and may mistake an earlier
// deletion's failure for that; [Client.BeginDeleteService] tells them apart.
func (c *Client) UntilServiceDeleted(r GetServiceRequest) *cloud.Waiter[GetServiceResponse] {
	return wait.Until(c.api, "UntilServiceDeleted", deletionSpec(c.serviceSpec(r, new(serviceChange).judgeDeletion)))
}

// serviceChange is the resume state of a change to a service.
type serviceChange struct {
	Name string `json:"name"`

	CreatedAt    time.Time     `json:"createdAt,omitzero"`    // of this service, because its name may be reused
	Before       time.Time     `json:"before,omitzero"`       // when it was last modified before the change
	StatusBefore ServiceStatus `json:"statusBefore,omitzero"` // empty if the service was not read before
	ModifiedAt   time.Time     `json:"modifiedAt,omitzero"`   // when it was last modified as the update began
	Refusal      wait.Refusal  `json:"refusal,omitzero"`

	// What an update replaces; nil if it leaves that as it is. No read shows the spec afterward.
	SpecBefore        *string `json:"specBefore,omitzero" sensitive:"true"`
	DescriptionBefore *string `json:"descriptionBefore,omitzero" sensitive:"true"`

	course wait.Course
	at     time.Time // when it was last modified as it was seen under way
}

// Resource is what the change is about.
func (s *serviceChange) Resource() string { return s.Name }

// Check refuses a state that names nothing.
func (s *serviceChange) Check() error { return wait.Lacks("name", s.Name) }

func (s *serviceChange) request() GetServiceRequest { return GetServiceRequest{Name: s.Name} }

// beforeService records the service before a change.
func (c *Client) beforeService(ctx context.Context, s *serviceChange) error {
	out, err := c.GetService(ctx, s.request())
	if err != nil {
		return err
	}
	s.CreatedAt, s.Before, s.StatusBefore = out.Service.CreatedAt, out.Service.LastModifiedAt, out.Service.Status
	if s.SpecBefore != nil {
		*s.SpecBefore = out.Service.Spec
	}
	if s.DescriptionBefore != nil {
		*s.DescriptionBefore = out.Service.Description
	}
	return nil
}

// restore returns the update that brings back what was there before an update.
func (s *serviceChange) restore() *UpdateServiceRequest {
	r := &UpdateServiceRequest{Name: s.Name, Spec: value(s.SpecBefore)}
	if r.Spec == "" && s.DescriptionBefore == nil {
		return nil
	}
	if d := s.DescriptionBefore; d != nil {
		r.Description = new(*d)
	}
	return r
}

// refusedServiceCreation returns nil if an earlier attempt may have created the service, and records that service.
func (c *Client) refusedServiceCreation(ctx context.Context, s *serviceChange, sent time.Time, err error) error {
	var createdAt time.Time
	err = wait.CreatedAnyway(sent, err, func() (time.Time, bool, error) {
		out, err := c.GetService(ctx, s.request())
		if err != nil {
			return time.Time{}, false, err
		}
		createdAt = out.Service.CreatedAt
		return createdAt, out.Service.Status == ServiceStatusCreateInProgress, nil
	})
	if err == nil {
		s.CreatedAt = createdAt
	}
	return err
}

func (c *Client) serviceSpec(r GetServiceRequest, judge func(*GetServiceResponse) cloud.Verdict) cloud.WaitSpec[GetServiceResponse] {
	l := wait.List[ServiceSummary, GetServiceResponse]{
		Op:  &opListServices,
		IDs: []string{r.Name},
		Items: func(ctx context.Context, _ []string) iter.Seq2[ServiceSummary, error] {
			return c.AllServices(ctx, ListServicesRequest{MaxResults: pageSize})
		},
		ID: func(s *ServiceSummary) string { return s.Name },
	}
	w := pollSpec(c.GetService, r, serviceWithin, judge)
	w.Diagnose = func(ctx context.Context, last *GetServiceResponse) (*cloud.Diagnosis, error) {
		return c.diagnoseService(ctx, r, last)
	}
	return sharing(c, w, l, func(s *ServiceSummary) *GetServiceResponse {
		return &GetServiceResponse{Service: wait.Widened[Service](s)}
	})
}

func (s *serviceChange) judgeCreation(out *GetServiceResponse) cloud.Verdict {
	v := judgeServiceActive(out)
	if age := s.age(out); age != 0 {
		return replaced(v, age, "name")
	}
	return v
}

// judgeUpdate judges only responses that are newer than the state before the update.
func (s *serviceChange) judgeUpdate(out *GetServiceResponse) cloud.Verdict {
	v := s.judgeCreation(out)
	if s.age(out) != 0 {
		return v
	}
	shown, proven := s.shows(out.Service)
	if !shown {
		v.Outcome = cloud.Pending
	}
	v.Inferred = v.Outcome != cloud.Pending && !proven
	return v
}

// shows reports whether a response is from after the start of the update, and whether that is proven. Where its
// modification time does not decide, because it is rounded or the service's clock stepped back, it does so if the
// update was seen under way.
func (s *serviceChange) shows(now *Service) (shown, proven bool) {
	modified := now.LastModifiedAt
	underway := now.Status == ServiceStatusUpdateInProgress &&
		(s.StatusBefore != ServiceStatusUpdateInProgress || modified.After(s.Before))
	if underway {
		s.at = modified
	}
	seen, same := s.course.Saw(underway), modified.Equal(s.Before)
	switch {
	case modified.After(s.Before):
		// A read may show the time of the response with less precision.
		return s.ModifiedAt.Sub(modified) <= wait.SameTime, true
	case same:
		seen = seen && s.at.Equal(modified)
		return seen, seen
	}
	return seen || !s.ModifiedAt.IsZero() && wait.Compare(modified, s.ModifiedAt) == 0, false
}

// judgeDeletion takes a newer service of that name as a sign that this one is gone. No response says when a deletion
// began: a failure counts at once only if the deletion was seen under way.
func (s *serviceChange) judgeDeletion(out *GetServiceResponse) cloud.Verdict {
	v := judgeService(serviceDeleted, out)
	if age := s.age(out); age != 0 {
		return deletedOrStale(v, age)
	}
	status := out.Service.Status
	seen := s.course.Saw(status == ServiceStatusDeleteInProgress)
	switch {
	case v.Outcome == cloud.Failed:
		v.Inferred = !seen
	case !isSettled(status):
	case seen:
		return abandoned(v, "and not deleted")
	default:
		return s.Refusal.Verdict(v)
	}
	return v
}

// age compares the service that a response shows with the one that the change is about.
func (s *serviceChange) age(out *GetServiceResponse) int {
	if s.StatusBefore == "" {
		return wait.Age(out.Service.CreatedAt, s.CreatedAt)
	}
	return wait.Compare(out.Service.CreatedAt, s.CreatedAt)
}

// judgeServiceActive is for waits for a creation or an update.
func judgeServiceActive(out *GetServiceResponse) cloud.Verdict {
	return judgeService(serviceActive, out)
}

// judgeService adds the reasons of the service and its pipeline to a failure.
func judgeService(statuses wait.Statuses[ServiceStatus], out *GetServiceResponse) cloud.Verdict {
	v := statuses.Verdict(out.Service.Status, out.Service.StatusMessage)
	if v.Outcome == cloud.Failed {
		v.Reason = serviceReason(out.Service)
	}
	return v
}

// serviceReason is why a service has failed: its own message and that of its pipeline, if that has failed too.
func serviceReason(s *Service) string {
	if s.Pipeline == nil || s.Pipeline.DeploymentStatusMessage == "" {
		return s.StatusMessage
	}
	switch s.Pipeline.DeploymentStatus {
	case DeploymentStatusFailed, DeploymentStatusCancelled, DeploymentStatusDeleteFailed:
		return with(cmp.Or(s.StatusMessage, "the pipeline is "+string(s.Pipeline.DeploymentStatus)), s.Pipeline.DeploymentStatusMessage)
	}
	return s.StatusMessage
}

// isSettled reports whether a service does not change by itself.
func isSettled(status ServiceStatus) bool {
	return slices.Contains(allServiceStatus, status) && !strings.HasSuffix(string(status), "_IN_PROGRESS")
}

func isServiceDeletion(status ServiceStatus) bool {
	return status == ServiceStatusDeleteInProgress || status == ServiceStatusDeleteFailed
}
