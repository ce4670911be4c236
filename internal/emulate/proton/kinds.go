package proton

import (
	"cmp"
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// OfSync is the place of what blocks the sync of a service, or of an instance if one is named.
type OfSync struct {
	ServiceName         string `json:"serviceName"`
	ServiceInstanceName string `json:"serviceInstanceName,omitzero"`
}

// OfDeployment has the outputs of a deployment that were notified, if any were.
type OfDeployment struct {
	Outputs []proton.Output `json:"outputs,omitzero"`
}

// OfResource says which resource tags belong to.
type OfResource struct {
	ResourceARN string `json:"resourceArn"`
}

// Kinds returns the kinds of resources that can be added.
func (s *Service) Kinds() []front.Kind {
	return []front.Kind{
		kind(s, "EnvironmentTemplate", s.AddEnvironmentTemplate, s.environmentTemplates),
		kind(s, "ServiceTemplate", s.AddServiceTemplate, s.serviceTemplates),
		kind(s, "Repository", s.AddRepository, s.repositories),
		kind(s, "EnvironmentTemplateVersion", s.AddEnvironmentTemplateVersion, s.environmentVersions),
		kind(s, "ServiceTemplateVersion", s.AddServiceTemplateVersion, s.serviceVersions),
		kind(s, "EnvironmentAccountConnection", s.AddEnvironmentAccountConnection, s.connections),
		front.KindOf("Deployment", s.addDeployment, s.allDeployments), // before the resources, which add those that they lack
		kind(s, "Environment", s.AddEnvironment, s.environments.rows),
		kind(s, "Service", s.AddService, s.services),
		kind(s, "ServiceInstance", s.AddServiceInstance, s.instances.rows),
		kind(s, "Component", s.AddComponent, s.components.rows),
		row(s, "ServiceSyncConfig", s.serviceSyncs, func(v proton.ServiceSyncConfig) string { return v.ServiceName }),
		row(s, "TemplateSyncConfig", s.templateSyncConfigs, func(v proton.TemplateSyncConfig) string {
			return world.KeyOf(string(v.TemplateType), v.TemplateName)
		}),
		row(s, "AccountSettings", s.settings, func(proton.AccountSettings) string { return settingsKey }),
		front.KindOf("Tags", func(of OfResource, v proton.ListTagsForResourceResponse) string {
			s.tags.Add(of.ResourceARN, s.World.Now(), tagMap(v.Tags))
			return of.ResourceARN
		}, s.allTags),
		front.KindOf("ServiceSyncBlocker", func(of OfSync, v proton.SyncBlocker) string {
			return s.AddServiceSyncBlocker(of.ServiceName, of.ServiceInstanceName, v)
		}, s.allBlockers),
		syncKind("RepositorySync", s.SetRepositorySync, s.repositorySyncs, func(of proton.GetRepositorySyncStatusRequest) string {
			return world.KeyOf(string(of.RepositoryProvider), of.RepositoryName, of.Branch, string(of.SyncType))
		}),
		syncKind("ServiceInstanceSync", s.SetServiceInstanceSync, s.instanceSyncs,
			func(of proton.GetServiceInstanceSyncStatusRequest) string {
				return world.KeyOf(of.ServiceName, of.ServiceInstanceName)
			}),
		syncKind("TemplateSync", s.SetTemplateSync, s.templateSyncs, func(of proton.GetTemplateSyncStatusRequest) string {
			return world.KeyOf(of.TemplateName, string(of.TemplateType), of.TemplateVersion)
		}),
	}
}

// kind returns a kind of resources that have all their members in a table.
func kind[T any](s *Service, name string, add func(T) string, t *world.Table[T]) front.Kind {
	return front.KindOf(name, func(_ front.Nowhere, v T) string { return add(v) }, func(yield func(front.Nowhere, T) bool) {
		for _, v := range t.All(s.World.Now()) {
			if !yield(front.Nowhere{}, *v) {
				return
			}
		}
	})
}

// row returns a kind of resources that are complete as they are, with the key that they have in a table.
func row[T any](s *Service, name string, t *world.Table[T], key func(T) string) front.Kind {
	return kind(s, name, func(v T) string {
		t.Add(key(v), s.World.Now(), v)
		return key(v)
	}, t)
}

// addDeployment adds or replaces a deployment with its outputs, and returns its ID.
func (s *Service) addDeployment(of OfDeployment, v proton.Deployment) string {
	s.deployments.Add(v.ID, s.World.Now(), v)
	if of.Outputs != nil {
		s.outputs.Add(v.ID, s.World.Now(), of.Outputs)
	}
	return v.ID
}

func (s *Service) allDeployments(yield func(OfDeployment, proton.Deployment) bool) {
	now := s.World.Now()
	for id, v := range s.deployments.All(now) {
		outputs, _ := s.outputs.Row(id).Actual(now)
		if !yield(OfDeployment{outputs}, *v) {
			return
		}
	}
}

// allTags returns the tags of the resources that exist and have any.
func (s *Service) allTags(yield func(OfResource, proton.ListTagsForResourceResponse) bool) {
	now, exists := s.World.Now(), map[string]bool{}
	for arn := range s.arns(now) {
		exists[arn] = true
	}
	for arn, tags := range s.tags.All(now) {
		if len(*tags) == 0 || !exists[arn] {
			continue
		}
		if !yield(OfResource{arn}, proton.ListTagsForResourceResponse{Tags: tagList(*tags)}) {
			return
		}
	}
}

// syncKind returns a kind of syncs, of which the request says what is synced.
func syncKind[Of comparable, T any](name string, set func(Of, T), all map[Of]T, key func(Of) string) front.Kind {
	add := func(of Of, v T) string {
		set(of, v)
		return ""
	}
	return front.KindOf(name, add, func(yield func(Of, T) bool) {
		order := func(a, b Of) int { return cmp.Compare(key(a), key(b)) }
		for _, of := range slices.SortedFunc(maps.Keys(all), order) {
			if !yield(of, all[of]) {
				return
			}
		}
	})
}

func (s *Service) allBlockers(yield func(OfSync, proton.SyncBlocker) bool) {
	for _, v := range s.blockers.All(s.World.Now()) {
		if !yield(OfSync{v.ServiceName, v.ServiceInstanceName}, v.ServiceSyncBlocker) {
			return
		}
	}
}
