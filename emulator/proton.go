package emulator

import (
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	emulated "github.com/polycloud-sdk/polycloud-go/internal/emulate/proton"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// Proton adds resources to AWS Proton, as if they had been there for some time.
type Proton struct{ resources }

// AddComponent adds or replaces a component, and returns its name. Empty fields default to those of a component in an
// environment, attached to no service instance, whose only deployment succeeded a day ago.
func (h *Proton) AddComponent(component proton.Component) string {
	return h.add("Component", front.Nowhere{}, component)
}

// AddEnvironmentAccountConnection adds a connection, or replaces the one with its ID, and returns the ID. Empty fields
// default to those of one that was accepted a day ago.
func (h *Proton) AddEnvironmentAccountConnection(connection proton.EnvironmentAccountConnection) string {
	return h.add("EnvironmentAccountConnection", front.Nowhere{}, connection)
}

// AddEnvironment adds or replaces an environment, and returns its name. Empty fields default to those of an
// environment whose only deployment succeeded a day ago.
func (h *Proton) AddEnvironment(environment proton.Environment) string {
	return h.add("Environment", front.Nowhere{}, environment)
}

// AddServiceInstance adds or replaces a service instance, and returns its name. Empty fields default to those of an
// instance whose only deployment succeeded a day ago.
func (h *Proton) AddServiceInstance(instance proton.ServiceInstance) string {
	return h.add("ServiceInstance", front.Nowhere{}, instance)
}

// AddService adds or replaces a service, and returns its name. Empty fields default to those of a service that has
// been active for a day. It has a pipeline only if one is given, whose empty fields default to those of a pipeline
// that was deployed with the service. Add its instances with [Proton.AddServiceInstance].
func (h *Proton) AddService(service proton.Service) string {
	return h.add("Service", front.Nowhere{}, service)
}

// SetRepositorySync sets the latest sync of a repository's branch. Empty fields default to those of a sync that
// succeeded a day ago.
func (h *Proton) SetRepositorySync(of proton.GetRepositorySyncStatusRequest, latest proton.RepositorySyncAttempt) {
	h.add("RepositorySync", of, latest)
}

// SetServiceInstanceSync sets the sync status of a service instance. Empty fields of a sync default to those of one
// that succeeded a day ago.
func (h *Proton) SetServiceInstanceSync(
	of proton.GetServiceInstanceSyncStatusRequest, status proton.GetServiceInstanceSyncStatusResponse,
) {
	h.add("ServiceInstanceSync", of, status)
}

// SetTemplateSync sets the sync status of a template's major version. Empty fields of a sync default to those of one
// that succeeded a day ago.
func (h *Proton) SetTemplateSync(of proton.GetTemplateSyncStatusRequest, status proton.GetTemplateSyncStatusResponse) {
	h.add("TemplateSync", of, status)
}

// AddEnvironmentTemplateVersion adds or replaces a version of an environment template, and returns its ARN. Empty
// fields default to those of version 1.0, published a day ago.
func (h *Proton) AddEnvironmentTemplateVersion(version proton.EnvironmentTemplateVersion) string {
	return h.add("EnvironmentTemplateVersion", front.Nowhere{}, version)
}

// AddServiceTemplateVersion adds or replaces a version of a service template, and returns its ARN. Empty fields
// default to those of version 1.0, published a day ago.
func (h *Proton) AddServiceTemplateVersion(version proton.ServiceTemplateVersion) string {
	return h.add("ServiceTemplateVersion", front.Nowhere{}, version)
}

// AddEnvironmentTemplate adds or replaces an environment template, and returns its name. Empty fields default to those of
// one that was created a day ago. [Proton.AddEnvironmentTemplateVersion] adds the template that it names if it does not
// exist.
func (h *Proton) AddEnvironmentTemplate(template proton.EnvironmentTemplate) string {
	return h.add("EnvironmentTemplate", front.Nowhere{}, template)
}

// AddServiceTemplate adds or replaces a service template, and returns its name. Empty fields default to those of one that
// was created a day ago. [Proton.AddServiceTemplateVersion] adds the template that it names if it does not exist.
func (h *Proton) AddServiceTemplate(template proton.ServiceTemplate) string {
	return h.add("ServiceTemplate", front.Nowhere{}, template)
}

// AddRepository adds or replaces a linked repository, and returns its ARN. Empty fields default to those of
// example/repository at GitHub.
func (h *Proton) AddRepository(repository proton.Repository) string {
	return h.add("Repository", front.Nowhere{}, repository)
}

// AddServiceSyncBlocker adds or replaces what blocks the sync of a service, or of an instance if one is named, and returns
// the ID of the blocker. Empty fields default to those of one that has been active for a day.
func (h *Proton) AddServiceSyncBlocker(service, instance string, blocker proton.SyncBlocker) string {
	return h.add("ServiceSyncBlocker", emulated.OfSync{ServiceName: service, ServiceInstanceName: instance}, blocker)
}
