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
	// protonPage is how many items a page has unless the request says.
	protonPage = 100
)

// protonStarts are the operations that start a change.
var protonStarts = []string{
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
	made       map[string]string // the request that made each resource without a token, by kind and name

	environments *deployable[proton.Environment]
	services     *table[proton.Service]
	pipelines    *deployable[proton.Service]         // the same services
	instances    *deployable[proton.ServiceInstance] // by service and name
	components   *deployable[proton.Component]
	deployments  *table[proton.Deployment]

	environmentVersions *table[proton.EnvironmentTemplateVersion] // by template, major and minor version
	serviceVersions     *table[proton.ServiceTemplateVersion]     // by template, major and minor version
	connections         *table[proton.EnvironmentAccountConnection]

	repositorySyncs map[proton.GetRepositorySyncStatusRequest]proton.RepositorySyncAttempt
	instanceSyncs   map[proton.GetServiceInstanceSyncStatusRequest]proton.GetServiceInstanceSyncStatusResponse
	templateSyncs   map[proton.GetTemplateSyncStatusRequest]proton.GetTemplateSyncStatusResponse
}

func newProton(e *Emulator) *protonService {
	s := &protonService{
		aws: newAWS(e, "proton"), tokens: newTokens(), made: map[string]string{}, operations: map[string]handler{},
		services: newTable[proton.Service](), deployments: newTable[proton.Deployment](),
		environmentVersions: newTable[proton.EnvironmentTemplateVersion](),
		serviceVersions:     newTable[proton.ServiceTemplateVersion](),
		connections:         newTable[proton.EnvironmentAccountConnection](),
		repositorySyncs:     map[proton.GetRepositorySyncStatusRequest]proton.RepositorySyncAttempt{},
		instanceSyncs:       map[proton.GetServiceInstanceSyncStatusRequest]proton.GetServiceInstanceSyncStatusResponse{},
		templateSyncs:       map[proton.GetTemplateSyncStatusRequest]proton.GetTemplateSyncStatusResponse{},
	}
	s.environments = &deployable[proton.Environment]{s, "environment", newTable[proton.Environment](), deployedEnvironment}
	s.pipelines = &deployable[proton.Service]{s, "service", s.services, deployedPipeline}
	s.instances = &deployable[proton.ServiceInstance]{s, "service instance", newTable[proton.ServiceInstance](), deployedInstance}
	s.components = &deployable[proton.Component]{s, "component", newTable[proton.Component](), deployedComponent}
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

// route takes only what the protocol allows: POST to the root, with its own content type.
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

func (s *protonService) success(r *received, result any) (answer, error) {
	a := answer{status: http.StatusOK, header: s.header(r, nil)}
	a.header.Set("Content-Type", "application/x-amz-json-1.0")
	var err error
	a.body, err = wire.Append(nil, result)
	return a, err
}

// protonError is the body of a refusal.
type protonError struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

func (s *protonService) refuse(r *received, x *refusal) answer {
	a := answer{status: cmp.Or(x.status, http.StatusBadRequest), header: s.header(r, x)}
	if x.status == 0 && x.code == "InternalServerException" {
		a.status = http.StatusInternalServerError
	}
	namespace := "com.amazon.coral.service#" // of the codes that all services share
	switch x.code {
	case "AccessDeniedException", "ConflictException", "InternalServerException", "ResourceNotFoundException",
		"ServiceQuotaExceededException", "ThrottlingException", "ValidationException":
		namespace = "com.amazonaws.proton#"
	}
	a.header.Set("Content-Type", "application/x-amz-json-1.0")
	a.body, _ = wire.Append(nil, &protonError{namespace + x.code, x.message})
	return a
}

// arn names a resource of the account that the emulator plays.
func (s *protonService) arn(resource string) string {
	return "arn:aws:proton:" + s.emulator.region + ":123456789012:" + resource
}

// makes notes the request that makes a resource, where its name is all that tells it from others. It
// reports whether the resource is there already, made by an equal request.
func (s *protonService) makes(what, name string, there bool, in any) (again bool, err error) {
	text, err := wire.Append(nil, in)
	if err != nil {
		return false, err
	}
	key := keyOf(what, name)
	switch {
	case there && s.made[key] == string(text):
		return true, nil
	case there:
		return false, conflict("There is a "+what+" "+name+" already.", "")
	}
	s.made[key] = string(text)
	return false, nil
}

// protonPageOf cuts one page of a list. The scope is the request without what differs between pages.
func protonPageOf[T any](list []T, scope any, token string, size int) ([]T, string, error) {
	text, err := wire.Append(nil, scope)
	if err != nil {
		return nil, "", err
	}
	return nextPage(list, string(text), token, cmp.Or(size, protonPage))
}
