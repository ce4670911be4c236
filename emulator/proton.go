package emulator

import (
	"cmp"
	"fmt"
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
var protonStarts = []string{"UpdateServiceInstance", "CancelServiceInstanceDeployment"}

type protonService struct {
	aws
	operations map[string]handler
	tokens     tokens
	instances  *table[proton.ServiceInstance] // by service and name
}

func newProton(e *Emulator) *protonService {
	s := &protonService{aws: newAWS(e, "proton"), tokens: tokens{}, instances: newTable[proton.ServiceInstance]()}
	s.operations = map[string]handler{
		"UpdateServiceInstance":           operation(s.update),
		"GetServiceInstance":              operation(s.get),
		"ListServiceInstances":            operation(s.list),
		"CancelServiceInstanceDeployment": operation(s.cancel),
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

// AddServiceInstance puts in a service instance, or replaces it. What is left empty becomes that of
// an instance whose only deployment succeeded a day ago.
func (e *Emulator) AddServiceInstance(instance proton.ServiceInstance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, i := e.now(), copyOf(instance)
	i.Name = cmp.Or(i.Name, "instance")
	i.ServiceName = cmp.Or(i.ServiceName, "service")
	i.ARN = cmp.Or(i.ARN, fmt.Sprintf("arn:aws:proton:%s:123456789012:service/%s/service-instance/%s", e.region, i.ServiceName, i.Name))
	i.EnvironmentName = cmp.Or(i.EnvironmentName, "environment")
	i.TemplateName = cmp.Or(i.TemplateName, "template")
	i.TemplateMajorVersion = cmp.Or(i.TemplateMajorVersion, "1")
	i.TemplateMinorVersion = cmp.Or(i.TemplateMinorVersion, "0")
	i.Spec = cmp.Or(i.Spec, "proton: ServiceSpec\n")
	i.CreatedAt = cmp.Or(i.CreatedAt, now.Add(-24*time.Hour))
	i.LastDeploymentAttemptedAt = cmp.Or(i.LastDeploymentAttemptedAt, i.CreatedAt)
	i.LastDeploymentSucceededAt = cmp.Or(i.LastDeploymentSucceededAt, i.CreatedAt)
	i.DeploymentStatus = cmp.Or(i.DeploymentStatus, proton.DeploymentStatusSucceeded)
	i.LastSucceededDeploymentID = cmp.Or(i.LastSucceededDeploymentID, newUUID())
	i.LastAttemptedDeploymentID = cmp.Or(i.LastAttemptedDeploymentID, i.LastSucceededDeploymentID)
	e.proton.instances.add(keyOf(i.ServiceName, i.Name), now, i)
}

func (s *protonService) update(r *received, in proton.UpdateServiceInstanceRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, protonTokenLife, func() (any, error) {
		row := s.instances.row(keyOf(in.ServiceName, in.Name))
		before, ok := row.truth(s.emulator.now())
		if !ok {
			return nil, notFound("service instance", in.ServiceName+"/"+in.Name)
		}
		switch before.DeploymentStatus {
		case proton.DeploymentStatusInProgress, proton.DeploymentStatusCancelling, proton.DeploymentStatusDeleteInProgress:
			return nil, conflict(fmt.Sprintf("The service instance %s has a deployment that is %s.", in.Name, before.DeploymentStatus), "")
		}
		goal, err := goalOf(before, in)
		if err != nil {
			return nil, err
		}
		if in.DeploymentType == proton.DeploymentUpdateTypeNone {
			now := s.emulator.now()
			row.put(now, now, goal)
			return &proton.UpdateServiceInstanceResponse{ServiceInstance: goal}, nil
		}
		return &proton.UpdateServiceInstanceResponse{ServiceInstance: s.deploy(row, before, goal)}, nil
	})
}

// goalOf is what the instance will be like when the request has been carried out. The emulator has
// no templates, so it keeps a version that the request does not name, and takes minor version 0 of
// another major version.
func goalOf(before proton.ServiceInstance, in proton.UpdateServiceInstanceRequest) (proton.ServiceInstance, error) {
	goal := before
	goal.LastClientRequestToken = in.ClientToken
	refuse := func(message string) (proton.ServiceInstance, error) {
		return before, &refusal{code: "ValidationException", message: message}
	}
	if in.DeploymentType == proton.DeploymentUpdateTypeNone {
		return goal, nil
	}
	goal.Spec = cmp.Or(in.Spec, before.Spec)
	switch in.DeploymentType {
	case proton.DeploymentUpdateTypeMinorVersion:
		if in.TemplateMajorVersion != "" && in.TemplateMajorVersion != before.TemplateMajorVersion {
			return refuse("templateMajorVersion must be the one in use, which is " + before.TemplateMajorVersion + ", with deploymentType MINOR_VERSION.")
		}
		goal.TemplateMinorVersion = cmp.Or(in.TemplateMinorVersion, before.TemplateMinorVersion)
	case proton.DeploymentUpdateTypeMajorVersion:
		if in.TemplateMajorVersion != "" && !isHigher(in.TemplateMajorVersion, before.TemplateMajorVersion) {
			return refuse("templateMajorVersion must be higher than the one in use, which is " + before.TemplateMajorVersion + ".")
		}
		goal.TemplateMajorVersion = cmp.Or(in.TemplateMajorVersion, before.TemplateMajorVersion)
		goal.TemplateMinorVersion = cmp.Or(in.TemplateMinorVersion, "0")
	}
	return goal, nil
}

// isHigher compares numbers without leading zeros, of any length.
func isHigher(a, b string) bool {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) > 0
}

// deploy plans a deployment. Until it has succeeded, the instance keeps its spec and versions.
func (s *protonService) deploy(row *timeline[proton.ServiceInstance], before, goal proton.ServiceInstance) proton.ServiceInstance {
	c := s.emulator.begin("proton", "UpdateServiceInstance")
	running := before
	running.LastClientRequestToken = goal.LastClientRequestToken
	running.DeploymentStatus, running.DeploymentStatusMessage = proton.DeploymentStatusInProgress, ""
	running.LastAttemptedDeploymentID = newUUID()
	running.LastDeploymentAttemptedAt = later(c.start, before.LastDeploymentAttemptedAt)

	after := running
	switch {
	case c.Cancel:
		after.DeploymentStatus = proton.DeploymentStatusCancelled
		after.DeploymentStatusMessage = cmp.Or(c.Reason, "The deployment was cancelled.")
	case c.Fail:
		after.DeploymentStatus = proton.DeploymentStatusFailed
		after.DeploymentStatusMessage = cmp.Or(c.Reason, "The infrastructure could not be provisioned.")
	default:
		after.Spec = goal.Spec
		after.TemplateMajorVersion, after.TemplateMinorVersion = goal.TemplateMajorVersion, goal.TemplateMinorVersion
		after.DeploymentStatus, after.DeploymentStatusMessage = proton.DeploymentStatusSucceeded, c.Reason
		after.LastSucceededDeploymentID = running.LastAttemptedDeploymentID
		after.LastDeploymentSucceededAt = c.end
	}
	after.DeploymentStatus = cmp.Or(proton.DeploymentStatus(c.State), after.DeploymentStatus)
	during(row, c, c.start, running)
	finish(row, c, after)
	return running
}

// cancel stops the deployment in progress, which takes a tenth of what a change takes.
func (s *protonService) cancel(_ *received, in proton.CancelServiceInstanceDeploymentRequest) (any, error) {
	row := s.instances.row(keyOf(in.ServiceName, in.ServiceInstanceName))
	before, ok := row.truth(s.emulator.now())
	if !ok {
		return nil, notFound("service instance", in.ServiceName+"/"+in.ServiceInstanceName)
	}
	if before.DeploymentStatus != proton.DeploymentStatusInProgress {
		return nil, conflict(fmt.Sprintf("The service instance %s has no deployment in progress; the last one is %s.", in.ServiceInstanceName, before.DeploymentStatus), "")
	}
	c := s.emulator.begin("proton", "CancelServiceInstanceDeployment")
	if c.After == 0 {
		c.end = c.part(1, 10)
	}
	cancelling, after := before, before
	cancelling.DeploymentStatus = proton.DeploymentStatusCancelling
	after.DeploymentStatus = proton.DeploymentStatusCancelled
	after.DeploymentStatusMessage = cmp.Or(c.Reason, "The deployment was cancelled.")
	if c.Fail {
		after.DeploymentStatus = proton.DeploymentStatusFailed
		after.DeploymentStatusMessage = cmp.Or(c.Reason, "The deployment failed before it could be cancelled.")
	}
	after.DeploymentStatus = cmp.Or(proton.DeploymentStatus(c.State), after.DeploymentStatus)
	during(row, c, c.start, cancelling)
	finish(row, c, after)
	return &proton.CancelServiceInstanceDeploymentResponse{ServiceInstance: cancelling}, nil
}

func (s *protonService) get(_ *received, in proton.GetServiceInstanceRequest) (any, error) {
	i, ok := s.instances.row(keyOf(in.ServiceName, in.Name)).seen(s.emulator.now())
	if !ok {
		return nil, notFound("service instance", in.ServiceName+"/"+in.Name)
	}
	return &proton.GetServiceInstanceResponse{ServiceInstance: i}, nil
}
