package emulator

import (
	"cmp"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

const (
	protonTarget = "AwsProton20200720."
	// protonTokenLife is how long Proton remembers a client token.
	protonTokenLife = 8 * time.Hour
	// protonPage is the default page size.
	protonPage = 100
)

// protonChanges are the operations that start a change.
var protonChanges = []string{
	"CreateEnvironment", "UpdateEnvironment", "DeleteEnvironment", "CancelEnvironmentDeployment",
	"CreateService", "UpdateService", "DeleteService", "UpdateServicePipeline", "CancelServicePipelineDeployment",
	"CreateServiceInstance", "UpdateServiceInstance", "CancelServiceInstanceDeployment",
	"CreateComponent", "UpdateComponent", "DeleteComponent", "CancelComponentDeployment",
	"CreateEnvironmentTemplateVersion", "CreateServiceTemplateVersion", "CreateEnvironmentAccountConnection",
}

type protonService struct {
	aws
	operations map[string]handler
	tokens     tokens
	creations  map[string]string // the request that created each resource without a token, by kind and name

	environments *deployable[proton.Environment]
	services     *table[proton.Service]
	pipelines    *deployable[proton.Service]         // the same services
	instances    *deployable[proton.ServiceInstance] // by service and name
	components   *deployable[proton.Component]
	deployments  *table[proton.Deployment]

	componentFiles map[string]string // the code of each component as it was last requested, which components do not show

	environmentVersions *table[proton.EnvironmentTemplateVersion] // by template, major and minor version
	serviceVersions     *table[proton.ServiceTemplateVersion]     // by template, major and minor version
	connections         *table[proton.EnvironmentAccountConnection]

	repositorySyncs map[proton.GetRepositorySyncStatusRequest]proton.RepositorySyncAttempt
	instanceSyncs   map[proton.GetServiceInstanceSyncStatusRequest]proton.GetServiceInstanceSyncStatusResponse
	templateSyncs   map[proton.GetTemplateSyncStatusRequest]proton.GetTemplateSyncStatusResponse
}

func newProton(e *Emulator) *protonService {
	s := &protonService{
		aws: newAWS(e, "proton"), tokens: newTokens(), operations: map[string]handler{},
		creations: map[string]string{}, componentFiles: map[string]string{},
		services: newTable[proton.Service](), deployments: newTable[proton.Deployment](),
		environmentVersions: newTable[proton.EnvironmentTemplateVersion](),
		serviceVersions:     newTable[proton.ServiceTemplateVersion](),
		connections:         newTable[proton.EnvironmentAccountConnection](),
		repositorySyncs:     map[proton.GetRepositorySyncStatusRequest]proton.RepositorySyncAttempt{},
		instanceSyncs:       map[proton.GetServiceInstanceSyncStatusRequest]proton.GetServiceInstanceSyncStatusResponse{},
		templateSyncs:       map[proton.GetTemplateSyncStatusRequest]proton.GetTemplateSyncStatusResponse{},
	}
	s.environments = &deployable[proton.Environment]{s, "environment", newTable[proton.Environment](), environmentFields}
	s.pipelines = &deployable[proton.Service]{s, "service", s.services, pipelineFields}
	s.instances = &deployable[proton.ServiceInstance]{s, "service instance", newTable[proton.ServiceInstance](), instanceFields}
	s.components = &deployable[proton.Component]{s, "component", newTable[proton.Component](), s.componentFields}
	for _, operations := range []map[string]handler{
		s.environmentOperations(), s.serviceOperations(), s.pipelineOperations(), s.instanceOperations(), s.componentOperations(),
		s.deploymentOperations(), s.templateOperations(), s.connectionOperations(), s.syncOperations(),
	} {
		maps.Copy(s.operations, operations)
	}
	return s
}

func (s *protonService) claims(r *received) bool {
	if scope := scopeOf(r); scope != "" {
		return scope == s.service
	}
	return r.Header.Get("X-Amz-Target") != ""
}

// route accepts only what the protocol allows: POST to the root, with its own content type.
func (s *protonService) route(r *received) {
	target := r.Header.Get("X-Amz-Target")
	operation, ok := strings.CutPrefix(target, protonTarget)
	r.operation = operation
	if !ok {
		r.operation = target
		return
	}
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if r.Method == http.MethodPost && r.Path == "/" && contentType == "application/x-amz-json-1.0" {
		r.handle = s.operations[operation]
	}
}

func (s *protonService) success(r *received, result any) (response, error) {
	resp := response{status: http.StatusOK, header: s.header(r, nil)}
	resp.header.Set("Content-Type", "application/x-amz-json-1.0")
	var err error
	resp.body, err = wire.Append(nil, result)
	return resp, err
}

// protonError is the body of a refusal.
type protonError struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

func (s *protonService) refuse(r *received, x *refusal) response {
	resp := response{status: cmp.Or(x.status, http.StatusBadRequest), header: s.header(r, x)}
	if x.status == 0 && x.code == "InternalServerException" {
		resp.status = http.StatusInternalServerError
	}
	namespace := "com.amazon.coral.service#" // for the codes that all services share
	switch x.code {
	case "AccessDeniedException", "ConflictException", "InternalServerException", "ResourceNotFoundException",
		"ServiceQuotaExceededException", "ThrottlingException", "ValidationException":
		namespace = "com.amazonaws.proton#"
	}
	resp.header.Set("Content-Type", "application/x-amz-json-1.0")
	resp.body, _ = wire.Append(nil, &protonError{namespace + x.code, x.message})
	return resp
}

// arn returns the ARN of a resource in the emulator's account.
func (s *protonService) arn(resource string) string {
	return "arn:aws:proton:" + s.emulator.region + ":123456789012:" + resource
}

// recordCreation records the request that creates a resource, where only its name identifies it. It reports
// whether an equal request has already created the resource.
func (s *protonService) recordCreation(what, name string, exists bool, in any) (repeated bool, err error) {
	request, err := wire.Append(nil, in)
	if err != nil {
		return false, err
	}
	key := keyOf(what, name)
	switch {
	case exists && s.creations[key] == string(request):
		return true, nil
	case exists:
		return false, awsConflict("The "+what+" "+name+" already exists.", "")
	}
	s.creations[key] = string(request)
	return false, nil
}

// protonPageOf returns one page of a list. The scope is the request without the members that differ between
// pages.
func protonPageOf[T any](list []T, scope any, token string, size int) ([]T, string, error) {
	encoded, err := wire.Append(nil, scope)
	if err != nil {
		return nil, "", err
	}
	return nextPage(list, string(encoded), token, cmp.Or(size, protonPage))
}
