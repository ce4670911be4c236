package emulator

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// AddServiceInstance adds or replaces a service instance. Empty fields default to those of an instance whose
// only deployment succeeded a day ago.
func (e *Emulator) AddServiceInstance(instance proton.ServiceInstance) {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := deepCopy(instance)
	i.Name = cmp.Or(i.Name, "instance")
	i.ServiceName = cmp.Or(i.ServiceName, "service")
	i.ARN = cmp.Or(i.ARN, e.proton.arn("service/"+i.ServiceName+"/service-instance/"+i.Name))
	i.EnvironmentName = cmp.Or(i.EnvironmentName, "environment")
	i.TemplateName = cmp.Or(i.TemplateName, "template")
	i.TemplateMajorVersion = cmp.Or(i.TemplateMajorVersion, "1")
	i.TemplateMinorVersion = cmp.Or(i.TemplateMinorVersion, "0")
	i.Spec = cmp.Or(i.Spec, "proton: ServiceSpec\n")
	i.CreatedAt = cmp.Or(i.CreatedAt, e.now().Add(-24*time.Hour))
	e.proton.instances.add(i, i.CreatedAt, i.ServiceName, i.Name)
}

func instanceFields(i *proton.ServiceInstance) deploymentFields {
	return deploymentFields{
		target: proton.Deployment{
			TargetARN: i.ARN, TargetResourceCreatedAt: i.CreatedAt, TargetResourceType: proton.DeploymentTargetResourceTypeServiceInstance,
			EnvironmentName: i.EnvironmentName, ServiceName: i.ServiceName, ServiceInstanceName: i.Name,
		},
		state: &proton.DeploymentState{ServiceInstance: &proton.ServiceInstanceState{
			Spec: i.Spec, TemplateName: i.TemplateName,
			TemplateMajorVersion: i.TemplateMajorVersion, TemplateMinorVersion: i.TemplateMinorVersion,
		}},
		status: &i.DeploymentStatus, message: &i.DeploymentStatusMessage,
		attempted: &i.LastAttemptedDeploymentID, succeeded: &i.LastSucceededDeploymentID,
		attemptedAt: &i.LastDeploymentAttemptedAt, succeededAt: &i.LastDeploymentSucceededAt,
	}
}

func (s *protonService) instanceOperations() map[string]handler {
	return map[string]handler{
		"CreateServiceInstance":           operation(s.createInstance),
		"UpdateServiceInstance":           operation(s.updateInstance),
		"GetServiceInstance":              operation(s.getInstance),
		"ListServiceInstances":            operation(s.listInstances),
		"CancelServiceInstanceDeployment": operation(s.cancelInstance),
	}
}

// createInstance adds an instance to a service. The emulator does not read specs, so the instance is always in
// the environment named "environment".
func (s *protonService) createInstance(r *received, in proton.CreateServiceInstanceRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, protonTokenLife, func() (any, error) {
		service, ok := s.services.row(in.ServiceName).actual(s.emulator.now())
		if !ok {
			return nil, awsNotFound("service", in.ServiceName)
		}
		if _, _, ok := s.instances.actual(in.ServiceName, in.Name); ok {
			return nil, awsConflict("The service instance "+in.Name+" already exists.", "")
		}
		c := s.emulator.begin("proton", "CreateServiceInstance")
		i := proton.ServiceInstance{
			Name: in.Name, ServiceName: in.ServiceName, ARN: s.arn("service/" + in.ServiceName + "/service-instance/" + in.Name),
			EnvironmentName: "environment", TemplateName: service.TemplateName, TemplateMajorVersion: cmp.Or(in.TemplateMajorVersion, "1"),
			TemplateMinorVersion: cmp.Or(in.TemplateMinorVersion, "0"), Spec: in.Spec, CreatedAt: c.start,
			LastDeploymentSucceededAt: c.start, LastClientRequestToken: in.ClientToken,
		}
		row := s.instances.rows.create(keyOf(in.ServiceName, in.Name))
		return &proton.CreateServiceInstanceResponse{ServiceInstance: s.instances.deploy(c, row, i, i)}, nil
	})
}

func (s *protonService) updateInstance(r *received, in proton.UpdateServiceInstanceRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, protonTokenLife, func() (any, error) {
		row, before, err := s.instances.idle(in.ServiceName, in.Name)
		if err != nil {
			return nil, err
		}
		before.LastClientRequestToken = in.ClientToken
		if in.DeploymentType == proton.DeploymentUpdateTypeNone {
			now := s.emulator.now()
			row.put(now, now, before)
			return &proton.UpdateServiceInstanceResponse{ServiceInstance: before}, nil
		}
		goal := before
		goal.Spec = cmp.Or(in.Spec, before.Spec)
		goal.TemplateMajorVersion, goal.TemplateMinorVersion, err = versionsAfter(in.DeploymentType,
			in.TemplateMajorVersion, in.TemplateMinorVersion, before.TemplateMajorVersion, before.TemplateMinorVersion)
		if err != nil {
			return nil, err
		}
		c := s.emulator.begin("proton", "UpdateServiceInstance")
		return &proton.UpdateServiceInstanceResponse{ServiceInstance: s.instances.deploy(c, row, before, goal)}, nil
	})
}

func (s *protonService) cancelInstance(_ *received, in proton.CancelServiceInstanceDeploymentRequest) (any, error) {
	i, err := s.instances.cancel("CancelServiceInstanceDeployment", in.ServiceName, in.ServiceInstanceName)
	return &proton.CancelServiceInstanceDeploymentResponse{ServiceInstance: i}, err
}

func (s *protonService) getInstance(_ *received, in proton.GetServiceInstanceRequest) (any, error) {
	i, err := s.instances.get(in.ServiceName, in.Name)
	return &proton.GetServiceInstanceResponse{ServiceInstance: i}, err
}
