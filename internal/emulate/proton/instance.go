package proton

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// AddServiceInstance adds or replaces a service instance, and returns its name.
func (s *Service) AddServiceInstance(instance proton.ServiceInstance) string {
	i := instance
	i.Name = cmp.Or(i.Name, "instance")
	i.ServiceName = cmp.Or(i.ServiceName, "service")
	i.ARN = cmp.Or(i.ARN, s.ARN("service/"+i.ServiceName+"/service-instance/"+i.Name))
	i.EnvironmentName = cmp.Or(i.EnvironmentName, "environment")
	i.TemplateName = cmp.Or(i.TemplateName, "template")
	i.TemplateMajorVersion = cmp.Or(i.TemplateMajorVersion, "1")
	i.TemplateMinorVersion = cmp.Or(i.TemplateMinorVersion, "0")
	i.Spec = cmp.Or(i.Spec, "proton: ServiceSpec\n")
	i.CreatedAt = cmp.Or(i.CreatedAt, s.World.Now().Add(-24*time.Hour))
	s.ensureServiceVersion(i.TemplateName, i.TemplateMajorVersion, i.TemplateMinorVersion)
	s.instances.add(i, i.CreatedAt, i.ServiceName, i.Name)
	return i.Name
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

func (s *Service) instanceOperations() front.Handlers {
	return front.Handlers{
		"CreateServiceInstance":           front.Handle(s.createInstance),
		"UpdateServiceInstance":           front.Handle(s.updateInstance),
		"GetServiceInstance":              front.Handle(s.getInstance),
		"ListServiceInstances":            front.Handle(s.listInstances),
		"CancelServiceInstanceDeployment": front.Handle(s.cancelInstance),
	}
}

// createInstance adds an instance to a service, in the environment that its spec names.
func (s *Service) createInstance(r *front.Received, in proton.CreateServiceInstanceRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		service, ok := s.services.Row(in.ServiceName).Actual(s.World.Now())
		if !ok {
			return nil, aws.NotFound("service", in.ServiceName)
		}
		if _, _, ok := s.instances.actual(in.ServiceName, in.Name); ok {
			return nil, aws.Conflict("The service instance "+in.Name+" already exists.", "")
		}
		environment, err := s.environmentOf(in.Spec, in.Name)
		if err != nil {
			return nil, err
		}
		major, minor, err := s.serviceVersion(service.TemplateName, in.TemplateMajorVersion, in.TemplateMinorVersion)
		if err != nil {
			return nil, err
		}
		c := s.World.Begin("proton", "CreateServiceInstance")
		i := proton.ServiceInstance{
			Name: in.Name, ServiceName: in.ServiceName, ARN: s.ARN("service/" + in.ServiceName + "/service-instance/" + in.Name),
			EnvironmentName: environment, TemplateName: service.TemplateName, TemplateMajorVersion: major, TemplateMinorVersion: minor,
			Spec: in.Spec, CreatedAt: c.Start, LastDeploymentSucceededAt: c.Start, LastClientRequestToken: in.ClientToken,
		}
		s.setTags(i.ARN, in.Tags)
		row := s.instances.rows.Create(world.KeyOf(in.ServiceName, in.Name))
		return &proton.CreateServiceInstanceResponse{ServiceInstance: s.instances.deploy(c, row, i, i)}, nil
	})
}

func (s *Service) updateInstance(r *front.Received, in proton.UpdateServiceInstanceRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, before, err := s.instances.idle(in.ServiceName, in.Name)
		if err != nil {
			return nil, err
		}
		before.LastClientRequestToken = in.ClientToken
		if in.DeploymentType == proton.DeploymentUpdateTypeNone {
			now := s.World.Now()
			row.Put(now, now, before)
			return &proton.UpdateServiceInstanceResponse{ServiceInstance: before}, nil
		}
		if _, err := readSpec(in.Spec); err != nil {
			return nil, err
		}
		goal := before
		goal.Spec = cmp.Or(in.Spec, before.Spec)
		goal.TemplateMajorVersion, goal.TemplateMinorVersion, err = versionsAfter(in.DeploymentType,
			in.TemplateMajorVersion, in.TemplateMinorVersion, before.TemplateMajorVersion, before.TemplateMinorVersion)
		if err != nil {
			return nil, err
		}
		c := s.World.Begin("proton", "UpdateServiceInstance")
		return &proton.UpdateServiceInstanceResponse{ServiceInstance: s.instances.deploy(c, row, before, goal)}, nil
	})
}

func (s *Service) cancelInstance(_ *front.Received, in proton.CancelServiceInstanceDeploymentRequest) (any, error) {
	i, err := s.instances.cancel("CancelServiceInstanceDeployment", in.ServiceName, in.ServiceInstanceName)
	return &proton.CancelServiceInstanceDeploymentResponse{ServiceInstance: i}, err
}

func (s *Service) getInstance(_ *front.Received, in proton.GetServiceInstanceRequest) (any, error) {
	i, err := s.instances.get(in.ServiceName, in.Name)
	return &proton.GetServiceInstanceResponse{ServiceInstance: i}, err
}
