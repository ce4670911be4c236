package proton

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// SetRepositorySync sets the latest sync of a repository's branch.
func (s *Service) SetRepositorySync(of proton.GetRepositorySyncStatusRequest, latest proton.RepositorySyncAttempt) {
	v := latest
	v.StartedAt = cmp.Or(v.StartedAt, s.World.Now().Add(-24*time.Hour))
	v.Status = cmp.Or(v.Status, proton.RepositorySyncStatusSucceeded)
	v.Events = nonNil(v.Events)
	s.repositorySyncs[of] = v
}

// SetServiceInstanceSync sets the sync status of a service instance.
func (s *Service) SetServiceInstanceSync(
	of proton.GetServiceInstanceSyncStatusRequest, status proton.GetServiceInstanceSyncStatusResponse,
) {
	v := status
	s.fillSync(v.LatestSync, of.ServiceInstanceName)
	s.fillSync(v.LatestSuccessfulSync, of.ServiceInstanceName)
	fillRevision(v.DesiredState)
	s.instanceSyncs[of] = v
}

// SetTemplateSync sets the sync status of a template's major version.
func (s *Service) SetTemplateSync(of proton.GetTemplateSyncStatusRequest, status proton.GetTemplateSyncStatusResponse) {
	v := status
	s.fillSync(v.LatestSync, of.TemplateName)
	s.fillSync(v.LatestSuccessfulSync, of.TemplateName)
	fillRevision(v.DesiredState)
	s.templateSyncs[of] = v
}

// fillSync sets the fields that every sync has.
func (s *Service) fillSync(v *proton.ResourceSyncAttempt, target string) {
	if v == nil {
		return
	}
	v.Target = cmp.Or(v.Target, target)
	v.StartedAt = cmp.Or(v.StartedAt, s.World.Now().Add(-24*time.Hour))
	v.Status = cmp.Or(v.Status, proton.ResourceSyncStatusSucceeded)
	v.Events = nonNil(v.Events)
	fillRevision(&v.InitialRevision)
	fillRevision(&v.TargetRevision)
}

func fillRevision(v *proton.Revision) {
	if v == nil {
		return
	}
	v.RepositoryName = cmp.Or(v.RepositoryName, "example/repository")
	v.RepositoryProvider = cmp.Or(v.RepositoryProvider, proton.RepositoryProviderGitHub)
	v.Branch = cmp.Or(v.Branch, "main")
	v.Directory = cmp.Or(v.Directory, "/")
	v.Sha = cmp.Or(v.Sha, "da39a3ee5e6b4b0d3255bfef95601890afd80709")
}

// nonNil returns list, or an empty one for nil. The codec omits nil.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (s *Service) syncOperations() front.Handlers {
	return front.Handlers{
		"GetRepositorySyncStatus":      front.Handle(s.getRepositorySync),
		"GetServiceInstanceSyncStatus": front.Handle(s.getInstanceSync),
		"GetTemplateSyncStatus":        front.Handle(s.getTemplateSync),
	}
}

func (s *Service) getRepositorySync(_ *front.Received, in proton.GetRepositorySyncStatusRequest) (any, error) {
	latest, ok := s.repositorySyncs[in]
	if !ok {
		return nil, aws.NotFound("sync of branch", in.RepositoryName+" "+in.Branch)
	}
	return &proton.GetRepositorySyncStatusResponse{LatestSync: &latest}, nil
}

func (s *Service) getInstanceSync(_ *front.Received, in proton.GetServiceInstanceSyncStatusRequest) (any, error) {
	status, ok := s.instanceSyncs[in]
	if !ok {
		return nil, aws.NotFound("sync of service instance", in.ServiceName+"/"+in.ServiceInstanceName)
	}
	return &status, nil
}

func (s *Service) getTemplateSync(_ *front.Received, in proton.GetTemplateSyncStatusRequest) (any, error) {
	status, ok := s.templateSyncs[in]
	if !ok {
		return nil, aws.NotFound("sync of template", in.TemplateName+" "+in.TemplateVersion)
	}
	return &status, nil
}
