package emulator

import (
	emulated "github.com/polycloud-sdk/polycloud-go/internal/emulate/proton"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// Proton adds resources to AWS Proton, as if they had been there for some time.
type Proton struct{ service *emulated.Service }

// AddComponent adds or replaces a component, and returns its name. Empty fields default to those of a component in an
// environment, attached to no service instance, whose only deployment succeeded a day ago.
func (h *Proton) AddComponent(component proton.Component) string {
	return h.service.AddComponent(component)
}

// AddEnvironmentAccountConnection adds a connection, or replaces the one with its ID, and returns the ID. Empty fields
// default to those of one that was accepted a day ago.
func (h *Proton) AddEnvironmentAccountConnection(connection proton.EnvironmentAccountConnection) string {
	return h.service.AddEnvironmentAccountConnection(connection)
}

// AddEnvironment adds or replaces an environment, and returns its name. Empty fields default to those of an
// environment whose only deployment succeeded a day ago.
func (h *Proton) AddEnvironment(environment proton.Environment) string {
	return h.service.AddEnvironment(environment)
}

// AddServiceInstance adds or replaces a service instance, and returns its name. Empty fields default to those of an
// instance whose only deployment succeeded a day ago.
func (h *Proton) AddServiceInstance(instance proton.ServiceInstance) string {
	return h.service.AddServiceInstance(instance)
}

// AddService adds or replaces a service, and returns its name. Empty fields default to those of a service that has
// been active for a day. It has a pipeline only if one is given, whose empty fields default to those of a pipeline
// that was deployed with the service. Add its instances with [Proton.AddServiceInstance].
func (h *Proton) AddService(service proton.Service) string {
	return h.service.AddService(service)
}

// SetRepositorySync sets the latest sync of a repository's branch. Empty fields default to those of a sync that
// succeeded a day ago.
func (h *Proton) SetRepositorySync(of proton.GetRepositorySyncStatusRequest, latest proton.RepositorySyncAttempt) {
	h.service.SetRepositorySync(of, latest)
}

// SetServiceInstanceSync sets the sync status of a service instance. Empty fields of a sync default to those of one
// that succeeded a day ago.
func (h *Proton) SetServiceInstanceSync(
	of proton.GetServiceInstanceSyncStatusRequest, status proton.GetServiceInstanceSyncStatusResponse,
) {
	h.service.SetServiceInstanceSync(of, status)
}

// SetTemplateSync sets the sync status of a template's major version. Empty fields of a sync default to those of one
// that succeeded a day ago.
func (h *Proton) SetTemplateSync(of proton.GetTemplateSyncStatusRequest, status proton.GetTemplateSyncStatusResponse) {
	h.service.SetTemplateSync(of, status)
}

// AddEnvironmentTemplateVersion adds or replaces a version of an environment template, and returns its ARN. Empty
// fields default to those of version 1.0, published a day ago.
func (h *Proton) AddEnvironmentTemplateVersion(version proton.EnvironmentTemplateVersion) string {
	return h.service.AddEnvironmentTemplateVersion(version)
}

// AddServiceTemplateVersion adds or replaces a version of a service template, and returns its ARN. Empty fields
// default to those of version 1.0, published a day ago.
func (h *Proton) AddServiceTemplateVersion(version proton.ServiceTemplateVersion) string {
	return h.service.AddServiceTemplateVersion(version)
}
