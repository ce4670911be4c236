package proton

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) syncConfigOperations() front.Handlers {
	return front.Handlers{
		"CreateServiceSyncConfig":       front.Handle(s.createServiceSync),
		"GetServiceSyncConfig":          front.Handle(s.getServiceSync),
		"UpdateServiceSyncConfig":       front.Handle(s.updateServiceSync),
		"DeleteServiceSyncConfig":       front.Handle(s.deleteServiceSync),
		"CreateTemplateSyncConfig":      front.Handle(s.createTemplateSync),
		"GetTemplateSyncConfig":         front.Handle(s.getTemplateSyncConfig),
		"UpdateTemplateSyncConfig":      front.Handle(s.updateTemplateSync),
		"DeleteTemplateSyncConfig":      front.Handle(s.deleteTemplateSync),
		"ListRepositorySyncDefinitions": front.Handle(s.listSyncDefinitions),
		"GetServiceSyncBlockerSummary":  front.Handle(s.getBlockers),
		"UpdateServiceSyncBlocker":      front.Handle(s.updateBlocker),
	}
}

func (s *Service) createServiceSync(_ *front.Received, in proton.CreateServiceSyncConfigRequest) (any, error) {
	if err := s.requireRepository(in.RepositoryProvider, in.RepositoryName); err != nil {
		return nil, err
	}
	existing, ok := s.serviceSyncs.Row(in.ServiceName).Actual(s.World.Now())
	repeated, err := s.recordCreation("sync configuration of the service", in.ServiceName, ok, &in)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &proton.CreateServiceSyncConfigResponse{ServiceSyncConfig: &existing}, nil
	}
	c, v := s.Instant(), world.CommonTo[proton.ServiceSyncConfig](in)
	world.Schedule(s.serviceSyncs.Create(in.ServiceName), c, c.Start, v)
	return &proton.CreateServiceSyncConfigResponse{ServiceSyncConfig: &v}, nil
}

func (s *Service) getServiceSync(_ *front.Received, in proton.GetServiceSyncConfigRequest) (any, error) {
	v, ok := s.serviceSyncs.Row(in.ServiceName).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("sync configuration of the service", in.ServiceName)
	}
	return &proton.GetServiceSyncConfigResponse{ServiceSyncConfig: &v}, nil
}

func (s *Service) updateServiceSync(_ *front.Received, in proton.UpdateServiceSyncConfigRequest) (any, error) {
	row, c := s.serviceSyncs.Row(in.ServiceName), s.Instant()
	if _, ok := row.Actual(c.Start); !ok {
		return nil, aws.NotFound("sync configuration of the service", in.ServiceName)
	}
	if err := s.requireRepository(in.RepositoryProvider, in.RepositoryName); err != nil {
		return nil, err
	}
	v := world.CommonTo[proton.ServiceSyncConfig](in)
	world.Schedule(row, c, c.Start, v)
	return &proton.UpdateServiceSyncConfigResponse{ServiceSyncConfig: &v}, nil
}

func (s *Service) deleteServiceSync(_ *front.Received, in proton.DeleteServiceSyncConfigRequest) (any, error) {
	row, c := s.serviceSyncs.Row(in.ServiceName), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return &proton.DeleteServiceSyncConfigResponse{}, nil
	}
	world.Remove(row, c)
	return &proton.DeleteServiceSyncConfigResponse{ServiceSyncConfig: &v}, nil
}

// requireTemplate returns a refusal if there is no template of the type with the name.
func (s *Service) requireTemplate(kind proton.TemplateType, name string) error {
	_, ok := s.serviceTemplates.Row(name).Actual(s.World.Now())
	if kind == proton.TemplateTypeEnvironment {
		_, ok = s.environmentTemplates.Row(name).Actual(s.World.Now())
	}
	if !ok {
		return aws.Invalid("There is no template " + name + " of type " + string(kind) + ".")
	}
	return nil
}

func (s *Service) createTemplateSync(_ *front.Received, in proton.CreateTemplateSyncConfigRequest) (any, error) {
	if err := s.requireRepository(in.RepositoryProvider, in.RepositoryName); err != nil {
		return nil, err
	}
	if err := s.requireTemplate(in.TemplateType, in.TemplateName); err != nil {
		return nil, err
	}
	key := world.KeyOf(string(in.TemplateType), in.TemplateName)
	existing, ok := s.templateSyncConfigs.Row(key).Actual(s.World.Now())
	repeated, err := s.recordCreation("sync configuration of the template", string(in.TemplateType)+" "+in.TemplateName, ok, &in)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &proton.CreateTemplateSyncConfigResponse{TemplateSyncConfig: &existing}, nil
	}
	c, v := s.Instant(), world.CommonTo[proton.TemplateSyncConfig](in)
	world.Schedule(s.templateSyncConfigs.Create(key), c, c.Start, v)
	return &proton.CreateTemplateSyncConfigResponse{TemplateSyncConfig: &v}, nil
}

func (s *Service) getTemplateSyncConfig(_ *front.Received, in proton.GetTemplateSyncConfigRequest) (any, error) {
	v, ok := s.templateSyncConfigs.Row(world.KeyOf(string(in.TemplateType), in.TemplateName)).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("sync configuration of the template", in.TemplateName)
	}
	return &proton.GetTemplateSyncConfigResponse{TemplateSyncConfig: &v}, nil
}

func (s *Service) updateTemplateSync(_ *front.Received, in proton.UpdateTemplateSyncConfigRequest) (any, error) {
	row, c := s.templateSyncConfigs.Row(world.KeyOf(string(in.TemplateType), in.TemplateName)), s.Instant()
	if _, ok := row.Actual(c.Start); !ok {
		return nil, aws.NotFound("sync configuration of the template", in.TemplateName)
	}
	if err := s.requireRepository(in.RepositoryProvider, in.RepositoryName); err != nil {
		return nil, err
	}
	v := world.CommonTo[proton.TemplateSyncConfig](in)
	world.Schedule(row, c, c.Start, v)
	return &proton.UpdateTemplateSyncConfigResponse{TemplateSyncConfig: &v}, nil
}

func (s *Service) deleteTemplateSync(_ *front.Received, in proton.DeleteTemplateSyncConfigRequest) (any, error) {
	row, c := s.templateSyncConfigs.Row(world.KeyOf(string(in.TemplateType), in.TemplateName)), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return &proton.DeleteTemplateSyncConfigResponse{}, nil
	}
	world.Remove(row, c)
	return &proton.DeleteTemplateSyncConfigResponse{TemplateSyncConfig: &v}, nil
}

// listSyncDefinitions lists the templates: the operation does not list other syncs.
func (s *Service) listSyncDefinitions(_ *front.Received, in proton.ListRepositorySyncDefinitionsRequest) (any, error) {
	return &proton.ListRepositorySyncDefinitionsResponse{
		SyncDefinitions: s.templateDefinitions(in.RepositoryProvider, in.RepositoryName),
	}, nil
}

// syncsService reports whether a service is synced from a repository.
func (s *Service) syncsService(provider proton.RepositoryProvider, name string) bool {
	return slices.ContainsFunc(s.serviceSyncs.List(s.World.Now()), func(v *proton.ServiceSyncConfig) bool {
		return v.RepositoryProvider == provider && v.RepositoryName == name
	})
}

// templateDefinitions returns which templates are synced from a repository.
func (s *Service) templateDefinitions(provider proton.RepositoryProvider, name string) []proton.RepositorySyncDefinition {
	list := []proton.RepositorySyncDefinition{}
	for _, v := range s.templateSyncConfigs.List(s.World.Now()) {
		if v.RepositoryProvider == provider && v.RepositoryName == name {
			list = append(list, proton.RepositorySyncDefinition{
				Target: v.TemplateName, Parent: name, Branch: v.Branch, Directory: cmp.Or(v.Subdirectory, "/"),
			})
		}
	}
	return list
}

// AddServiceSyncBlocker adds or replaces what blocks the sync of a service or of an instance, and returns its ID.
func (s *Service) AddServiceSyncBlocker(service, instance string, blocker proton.SyncBlocker) string {
	now, v := s.World.Now(), blocker
	v.ID = cmp.Or(v.ID, s.World.NewUUID())
	v.Type = cmp.Or(v.Type, proton.BlockerTypeAutomated)
	v.Status = cmp.Or(v.Status, proton.BlockerStatusActive)
	v.CreatedReason = cmp.Or(v.CreatedReason, "The instance was changed outside of the repository.")
	v.CreatedAt = cmp.Or(v.CreatedAt, now.Add(-24*time.Hour))
	s.blockers.Add(v.ID, now, proton.UpdateServiceSyncBlockerResponse{
		ServiceName: service, ServiceInstanceName: instance, ServiceSyncBlocker: v,
	})
	return v.ID
}

func (s *Service) getBlockers(_ *front.Received, in proton.GetServiceSyncBlockerSummaryRequest) (any, error) {
	now := s.World.Now()
	if _, ok := s.services.Row(in.ServiceName).Visible(now); !ok {
		return nil, aws.NotFound("service", in.ServiceName)
	}
	summary := proton.ServiceSyncBlockerSummary{ServiceName: in.ServiceName, ServiceInstanceName: in.ServiceInstanceName}
	for _, v := range s.blockers.List(now) {
		if v.ServiceName == in.ServiceName && world.MatchesName(in.ServiceInstanceName, v.ServiceInstanceName) {
			summary.LatestBlockers = append(summary.LatestBlockers, v.ServiceSyncBlocker)
		}
	}
	return &proton.GetServiceSyncBlockerSummaryResponse{ServiceSyncBlockerSummary: &summary}, nil
}

// updateBlocker resolves a blocker.
func (s *Service) updateBlocker(_ *front.Received, in proton.UpdateServiceSyncBlockerRequest) (any, error) {
	row, c := s.blockers.Row(in.ID), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return nil, aws.NotFound("sync blocker", in.ID)
	}
	b := &v.ServiceSyncBlocker
	if b.Status == proton.BlockerStatusResolved && b.ResolvedReason != in.ResolvedReason {
		return nil, aws.Conflict("The sync blocker "+in.ID+" is already resolved.", "")
	}
	b.ResolvedAt = cmp.Or(b.ResolvedAt, c.Start)
	b.Status, b.ResolvedReason = proton.BlockerStatusResolved, in.ResolvedReason
	world.Schedule(row, c, c.Start, v)
	return &v, nil
}
