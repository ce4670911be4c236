package emulator

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// AddRepositorySync sets the latest sync of a repository's branch. Empty fields default to those of a sync that
// succeeded a day ago.
func (e *Emulator) AddRepositorySync(of proton.GetRepositorySyncStatusRequest, latest proton.RepositorySyncAttempt) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(latest)
	v.StartedAt = cmp.Or(v.StartedAt, e.now().Add(-24*time.Hour))
	v.Status = cmp.Or(v.Status, proton.RepositorySyncStatusSucceeded)
	v.Events = nonNil(v.Events)
	e.proton.repositorySyncs[of] = v
}

// AddServiceInstanceSync sets the sync status of a service instance. Empty fields of a sync default to those of
// one that succeeded a day ago.
func (e *Emulator) AddServiceInstanceSync(
	of proton.GetServiceInstanceSyncStatusRequest, status proton.GetServiceInstanceSyncStatusResponse,
) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(status)
	e.fillSync(v.LatestSync, of.ServiceInstanceName)
	e.fillSync(v.LatestSuccessfulSync, of.ServiceInstanceName)
	fillRevision(v.DesiredState)
	e.proton.instanceSyncs[of] = v
}

// AddTemplateSync sets the sync status of a template's major version. Empty fields of a sync default to those
// of one that succeeded a day ago.
func (e *Emulator) AddTemplateSync(of proton.GetTemplateSyncStatusRequest, status proton.GetTemplateSyncStatusResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(status)
	e.fillSync(v.LatestSync, of.TemplateName)
	e.fillSync(v.LatestSuccessfulSync, of.TemplateName)
	fillRevision(v.DesiredState)
	e.proton.templateSyncs[of] = v
}

// fillSync sets the fields that every sync has.
func (e *Emulator) fillSync(v *proton.ResourceSyncAttempt, target string) {
	if v == nil {
		return
	}
	v.Target = cmp.Or(v.Target, target)
	v.StartedAt = cmp.Or(v.StartedAt, e.now().Add(-24*time.Hour))
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

func (s *protonService) syncOperations() map[string]handler {
	return map[string]handler{
		"GetRepositorySyncStatus":      operation(s.getRepositorySync),
		"GetServiceInstanceSyncStatus": operation(s.getInstanceSync),
		"GetTemplateSyncStatus":        operation(s.getTemplateSync),
	}
}

func (s *protonService) getRepositorySync(_ *received, in proton.GetRepositorySyncStatusRequest) (any, error) {
	latest, ok := s.repositorySyncs[in]
	if !ok {
		return nil, awsNotFound("sync of branch", in.RepositoryName+" "+in.Branch)
	}
	return &proton.GetRepositorySyncStatusResponse{LatestSync: &latest}, nil
}

func (s *protonService) getInstanceSync(_ *received, in proton.GetServiceInstanceSyncStatusRequest) (any, error) {
	status, ok := s.instanceSyncs[in]
	if !ok {
		return nil, awsNotFound("sync of service instance", in.ServiceName+"/"+in.ServiceInstanceName)
	}
	return &status, nil
}

func (s *protonService) getTemplateSync(_ *received, in proton.GetTemplateSyncStatusRequest) (any, error) {
	status, ok := s.templateSyncs[in]
	if !ok {
		return nil, awsNotFound("sync of template", in.TemplateName+" "+in.TemplateVersion)
	}
	return &status, nil
}
