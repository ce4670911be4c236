package proton

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/example"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

const (
	targetPrefix = "AwsProton20200720."
	// tokenLife is how long Proton remembers a client token.
	tokenLife = 8 * time.Hour
	// pageSize is the default page size.
	pageSize = 100
)

// changes are the operations that start a change.
var changes = []string{
	"CreateEnvironment", "UpdateEnvironment", "DeleteEnvironment", "CancelEnvironmentDeployment",
	"CreateService", "UpdateService", "DeleteService", "UpdateServicePipeline", "CancelServicePipelineDeployment",
	"CreateServiceInstance", "UpdateServiceInstance", "CancelServiceInstanceDeployment",
	"CreateComponent", "UpdateComponent", "DeleteComponent", "CancelComponentDeployment",
	"CreateEnvironmentTemplateVersion", "CreateServiceTemplateVersion", "CreateEnvironmentAccountConnection",
}

// Service is AWS Proton.
type Service struct {
	aws.API
	handlers  front.Handlers
	tiers     map[string]front.Tier
	tokens    front.Tokens
	creations map[string]string // the request that created each resource without a token, by kind and name

	environments *deployable[proton.Environment]
	services     *world.Table[proton.Service]
	pipelines    *deployable[proton.Service]         // the same services
	instances    *deployable[proton.ServiceInstance] // by service and name
	components   *deployable[proton.Component]
	deployments  *world.Table[proton.Deployment]

	componentFiles map[string]string // the code of each component as it was last requested, which components do not show

	environmentVersions  *world.Table[proton.EnvironmentTemplateVersion] // by template, major and minor version
	serviceVersions      *world.Table[proton.ServiceTemplateVersion]     // by template, major and minor version
	environmentTemplates *world.Table[proton.EnvironmentTemplate]
	serviceTemplates     *world.Table[proton.ServiceTemplate]
	repositories         *world.Table[proton.Repository]         // by provider and name
	serviceSyncs         *world.Table[proton.ServiceSyncConfig]  // by service
	templateSyncConfigs  *world.Table[proton.TemplateSyncConfig] // by type and template
	blockers             *world.Table[proton.UpdateServiceSyncBlockerResponse]
	settings             *world.Table[proton.AccountSettings]
	tags                 aws.Tags
	outputs              *world.Table[[]proton.Output] // that were notified, by deployment
	connections          *world.Table[proton.EnvironmentAccountConnection]

	repositorySyncs map[proton.GetRepositorySyncStatusRequest]proton.RepositorySyncAttempt
	instanceSyncs   map[proton.GetServiceInstanceSyncStatusRequest]proton.GetServiceInstanceSyncStatusResponse
	templateSyncs   map[proton.GetTemplateSyncStatusRequest]proton.GetTemplateSyncStatusResponse
}

// New returns the service without any resources.
func New(w *world.World, k *front.Keys) *Service {
	s := &Service{
		API: aws.New(w, k, "proton"), tokens: front.NewTokens(),
		creations: map[string]string{}, componentFiles: map[string]string{},
		services: world.NewTable[proton.Service](), deployments: world.NewTable[proton.Deployment](),
		environmentVersions:  world.NewTable[proton.EnvironmentTemplateVersion](),
		serviceVersions:      world.NewTable[proton.ServiceTemplateVersion](),
		connections:          world.NewTable[proton.EnvironmentAccountConnection](),
		environmentTemplates: world.NewTable[proton.EnvironmentTemplate](), serviceTemplates: world.NewTable[proton.ServiceTemplate](),
		repositories: world.NewTable[proton.Repository](), serviceSyncs: world.NewTable[proton.ServiceSyncConfig](),
		templateSyncConfigs: world.NewTable[proton.TemplateSyncConfig](), tags: aws.NewTags(), outputs: world.NewTable[[]proton.Output](),
		blockers: world.NewTable[proton.UpdateServiceSyncBlockerResponse](), settings: world.NewTable[proton.AccountSettings](),
		repositorySyncs: map[proton.GetRepositorySyncStatusRequest]proton.RepositorySyncAttempt{},
		instanceSyncs:   map[proton.GetServiceInstanceSyncStatusRequest]proton.GetServiceInstanceSyncStatusResponse{},
		templateSyncs:   map[proton.GetTemplateSyncStatusRequest]proton.GetTemplateSyncStatusResponse{},
	}
	w.Declare("proton", changes...)
	s.environments = &deployable[proton.Environment]{
		s, "environment", world.NewTable[proton.Environment](), environmentFields, becomeEnvironment,
	}
	s.pipelines = &deployable[proton.Service]{s, "service", s.services, pipelineFields, becomePipeline}
	s.instances = &deployable[proton.ServiceInstance]{
		s, "service instance", world.NewTable[proton.ServiceInstance](), instanceFields, becomeInstance,
	}
	s.components = &deployable[proton.Component]{s, "component", world.NewTable[proton.Component](), s.componentFields, becomeComponent}
	s.handlers = front.Join(
		s.environmentOperations(), s.serviceOperations(), s.pipelineOperations(), s.instanceOperations(), s.componentOperations(),
		s.deploymentOperations(), s.templateOperations(), s.connectionOperations(), s.syncOperations(),
		s.environmentTemplateOperations(), s.serviceTemplateOperations(), s.repositoryOperations(), s.syncConfigOperations(),
		s.tagOperations(), s.summaryOperations(), s.outputOperations(),
	)
	s.tiers = example.Config{Service: "proton", World: w, API: operations}.Complete(s.handlers)
	return s
}

func (s *Service) Claims(r *front.Received) bool {
	if scope := aws.ScopeOf(r); scope != "" {
		return scope == s.Service
	}
	return r.Header.Get("X-Amz-Target") != ""
}

// Route accepts only what the protocol allows: POST to the root, with its own content type.
func (s *Service) Route(r *front.Received) {
	target := r.Header.Get("X-Amz-Target")
	operation, ok := strings.CutPrefix(target, targetPrefix)
	r.Operation = operation
	if !ok {
		r.Operation = target
		return
	}
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if r.Method == http.MethodPost && r.Path == "/" && contentType == "application/x-amz-json-1.0" {
		r.Handle = s.handlers[operation]
	}
}

func (s *Service) Success(r *front.Received, result any) (front.Response, error) {
	resp := front.Response{Status: http.StatusOK, Header: s.Header(r, nil)}
	resp.Header.Set("Content-Type", "application/x-amz-json-1.0")
	var err error
	resp.Body, err = front.Encode(result)
	return resp, err
}

// errorBody is the body of a refusal.
type errorBody struct {
	Type    string `json:"__type"`
	Message string `json:"message"`
}

func (s *Service) Refuse(r *front.Received, x *front.Refusal) front.Response {
	resp := front.Response{Status: cmp.Or(x.Status, http.StatusBadRequest), Header: s.Header(r, x)}
	if x.Status == 0 && x.Code == "InternalServerException" {
		resp.Status = http.StatusInternalServerError
	}
	namespace := "com.amazon.coral.service#" // for the codes that all services share
	switch x.Code {
	case "AccessDeniedException", "ConflictException", "InternalServerException", "ResourceNotFoundException",
		"ServiceQuotaExceededException", "ThrottlingException", "ValidationException":
		namespace = "com.amazonaws.proton#"
	}
	resp.Header.Set("Content-Type", "application/x-amz-json-1.0")
	resp.Body, _ = wire.Append(nil, &errorBody{namespace + x.Code, x.Message})
	return resp
}

// recordCreation records the request that creates a resource, where only its name identifies it. It reports
// whether an equal request has already created the resource.
func (s *Service) recordCreation(what, name string, exists bool, in any) (repeated bool, err error) {
	request, err := wire.Append(nil, in)
	if err != nil {
		return false, err
	}
	key := world.KeyOf(what, name)
	switch {
	case exists && s.creations[key] == string(request):
		return true, nil
	case exists:
		return false, aws.Conflict("The "+what+" "+name+" already exists.", "")
	}
	s.creations[key] = string(request)
	return false, nil
}

// pageOf returns one page of a list. The scope is the request without the members that differ between
// pages.
func pageOf[T any](list []T, scope any, token string, size int) ([]T, string, error) {
	return sortedPageOf(world.Sort(list, nil), scope, token, size)
}

// selected returns the resources of a table that match a request, in the order in which they were added.
func selected[T any](s *Service, t *world.Table[T], scope any, matches func(*T) bool) *world.Sorted[*T] {
	list, _ := world.Select(t, s.World.Now(), scope, func() (*world.Sorted[*T], error) { // which refuses nothing
		list := slices.DeleteFunc(t.List(s.World.Now()), func(v *T) bool { return !matches(v) })
		return world.Sort(list, nil), nil
	})
	return list
}

// sortedPageOf returns one page of a sorted list.
func sortedPageOf[T any](list *world.Sorted[T], scope any, token string, size int) ([]T, string, error) {
	encoded, err := wire.Append(nil, scope)
	if err != nil {
		return nil, "", err
	}
	return world.NextPageOf(list, string(encoded), token, cmp.Or(size, pageSize))
}

// Operations returns all operations of the service.
func (s *Service) Operations() front.API { return operations }

// Handlers returns what executes the operations.
func (s *Service) Handlers() front.Handlers { return s.handlers }

// Tier says what executes an operation.
func (s *Service) Tier(operation string) front.Tier { return s.tiers[operation] }
