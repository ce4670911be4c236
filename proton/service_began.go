package proton

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// serviceCreationBegun finds out whether the creation of a service has begun that was prepared at a time.
func (c *Client) serviceCreationBegun(
	ctx context.Context, s *serviceChange, r *CreateServiceRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	out, err := c.GetService(ctx, s.request())
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.NotBegun, nil
	case err != nil:
		return cloud.Uncertain, err
	case !wait.MadeSince(prepared, out.Service.CreatedAt, out.Service.Status == ServiceStatusCreateInProgress):
		return cloud.NotBegun, nil
	}
	asked := content{Spec: r.Spec, TemplateName: r.TemplateName}
	if asked.contradicts(content{Spec: out.Service.Spec, TemplateName: out.Service.TemplateName}) || !hasSource(out.Service, r) {
		return cloud.Uncertain, nil // another's, or updated since
	}
	s.CreatedAt = out.Service.CreatedAt
	return cloud.Begun, nil
}

// hasSource reports whether a service has the source code that a request names.
func hasSource(s *Service, r *CreateServiceRequest) bool {
	return s.RepositoryConnectionARN == r.RepositoryConnectionARN && s.RepositoryID == r.RepositoryID && s.BranchName == r.BranchName
}

// serviceUpdateBegun finds out whether an update of a service has begun.
func (c *Client) serviceUpdateBegun(ctx context.Context, s *serviceChange, r *UpdateServiceRequest) (cloud.StartStatus, error) {
	out, err := c.GetService(ctx, s.request())
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.NotBegun, nil // it is gone, and nothing can begin any more
	case err != nil:
		return cloud.Uncertain, err
	}
	now, age := out.Service, s.age(out)
	isNew := now.LastModifiedAt.After(s.Before)
	switch {
	case age > 0:
		return cloud.Uncertain, nil // nothing shows what became of the service that was to be updated
	case age < 0, !isNew && now.Status == s.StatusBefore:
		return cloud.NotBegun, nil // a stale read, or nothing has happened
	case isUpdated(now, r) && isNew:
		return cloud.Begun, nil
	case now.Status == ServiceStatusUpdateInProgress:
		return cloud.Uncertain, errors.New("the service is being updated; whether by this change shows when that is done")
	case s.isUnchanged(now) && isUpdateFailure(now.Status) && now.Status != s.StatusBefore:
		return cloud.Begun, nil
	case s.isUnchanged(now) && !isUpdateFailure(now.Status):
		return cloud.NotBegun, nil
	}
	return cloud.Uncertain, nil // it may have been updated by this change, and then by another
}

// isUpdated reports whether a service has all that an update asks for.
func isUpdated(now *Service, r *UpdateServiceRequest) bool {
	return (r.Spec == "" || strings.TrimSpace(r.Spec) == strings.TrimSpace(now.Spec)) &&
		(r.Description == nil || *r.Description == now.Description)
}

// isUnchanged reports whether a service has still what the update replaces.
func (s *serviceChange) isUnchanged(now *Service) bool {
	return (s.SpecBefore == nil || *s.SpecBefore == now.Spec) && (s.DescriptionBefore == nil || *s.DescriptionBefore == now.Description)
}

// isUpdateFailure reports whether an update of a service has failed.
func isUpdateFailure(status ServiceStatus) bool {
	return slices.Contains([]ServiceStatus{
		ServiceStatusUpdateFailed, ServiceStatusUpdateFailedCleanupInProgress, ServiceStatusUpdateFailedCleanupComplete,
		ServiceStatusUpdateFailedCleanupFailed, ServiceStatusUpdateCompleteCleanupFailed,
	}, status)
}

// serviceDeletionBegun finds out whether the deletion of a service has begun, by this or another caller.
func (c *Client) serviceDeletionBegun(ctx context.Context, s *serviceChange) (cloud.StartStatus, error) {
	out, err := c.GetService(ctx, s.request())
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return c.goneSince(s.CreatedAt, s.StatusBefore != ""), nil
	case err != nil:
		return cloud.Uncertain, err
	case s.StatusBefore == "": // it was not visible before
		s.CreatedAt = out.Service.CreatedAt
	}
	age, status := s.age(out), out.Service.Status
	switch {
	case age > 0:
		return cloud.Begun, nil // a newer one has its name
	case age < 0:
		return cloud.NotBegun, nil // a stale read
	case status == ServiceStatusDeleteInProgress:
		return cloud.Begun, nil
	case status != ServiceStatusDeleteFailed:
		return cloud.NotBegun, nil
	case s.StatusBefore != ServiceStatusDeleteFailed, out.Service.LastModifiedAt.After(s.Before):
		return cloud.Begun, nil
	}
	return cloud.Uncertain, nil // nothing distinguishes this deletion from the one that had failed before
}
