package emulator

import "github.com/polycloud-sdk/polycloud-go/proton"

// AddRepositorySync sets the latest sync of a repository's branch, in the place of the one before.
func (e *Emulator) AddRepositorySync(of proton.GetRepositorySyncStatusRequest, latest proton.RepositorySyncAttempt) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.proton.repositorySyncs[of] = copyOf(latest)
}

// AddServiceInstanceSync sets the sync status of a service instance, in the place of the one before.
func (e *Emulator) AddServiceInstanceSync(of proton.GetServiceInstanceSyncStatusRequest, status proton.GetServiceInstanceSyncStatusResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.proton.instanceSyncs[of] = copyOf(status)
}

// AddTemplateSync sets the sync status of a template's major version, in the place of the one before.
func (e *Emulator) AddTemplateSync(of proton.GetTemplateSyncStatusRequest, status proton.GetTemplateSyncStatusResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.proton.templateSyncs[of] = copyOf(status)
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
		return nil, notFound("sync of branch", in.RepositoryName+" "+in.Branch)
	}
	return &proton.GetRepositorySyncStatusResponse{LatestSync: &latest}, nil
}

func (s *protonService) getInstanceSync(_ *received, in proton.GetServiceInstanceSyncStatusRequest) (any, error) {
	status, ok := s.instanceSyncs[in]
	if !ok {
		return nil, notFound("sync of service instance", in.ServiceName+"/"+in.ServiceInstanceName)
	}
	return &status, nil
}

func (s *protonService) getTemplateSync(_ *received, in proton.GetTemplateSyncStatusRequest) (any, error) {
	status, ok := s.templateSyncs[in]
	if !ok {
		return nil, notFound("sync of template", in.TemplateName+" "+in.TemplateVersion)
	}
	return &status, nil
}
