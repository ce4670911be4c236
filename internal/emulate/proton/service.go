package proton

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// AddService adds or replaces a service, and returns its name.
func (s *Service) AddService(service proton.Service) string {
	now, v := s.World.Now(), service
	v.Name = cmp.Or(v.Name, "service")
	v.ARN = cmp.Or(v.ARN, s.ARN("service/"+v.Name))
	v.TemplateName = cmp.Or(v.TemplateName, "template")
	v.Spec = cmp.Or(v.Spec, "proton: ServiceSpec\n")
	v.Status = cmp.Or(v.Status, proton.ServiceStatusActive)
	v.CreatedAt = cmp.Or(v.CreatedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	if v.Pipeline == nil {
		s.ensureServiceTemplate(v.TemplateName)
		s.services.Add(v.Name, now, v)
		return v.Name
	}
	p := v.Pipeline
	p.ARN = cmp.Or(p.ARN, v.ARN+"/pipeline")
	p.TemplateName = cmp.Or(p.TemplateName, v.TemplateName)
	p.TemplateMajorVersion = cmp.Or(p.TemplateMajorVersion, "1")
	p.TemplateMinorVersion = cmp.Or(p.TemplateMinorVersion, "0")
	p.Spec = cmp.Or(p.Spec, v.Spec)
	p.CreatedAt = cmp.Or(p.CreatedAt, v.CreatedAt)
	s.ensureServiceVersion(p.TemplateName, p.TemplateMajorVersion, p.TemplateMinorVersion)
	s.pipelines.add(v, p.CreatedAt, v.Name)
	return v.Name
}

func (s *Service) serviceOperations() front.Handlers {
	return front.Handlers{
		"CreateService": front.Handle(s.createService),
		"UpdateService": front.Handle(s.updateService),
		"DeleteService": front.Handle(s.deleteService),
		"GetService":    front.Handle(s.getService),
		"ListServices":  front.Handle(s.listServices),
	}
}

// createService creates a service with the instances that its spec lists, and with a pipeline if the request has a
// repository.
func (s *Service) createService(_ *front.Received, in proton.CreateServiceRequest) (any, error) {
	instances, err := s.readInstances(in.Spec)
	if err != nil {
		return nil, err
	}
	existing, ok := s.services.Row(in.Name).Actual(s.World.Now())
	repeated, err := s.recordCreation("service", in.Name, ok, &in)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &proton.CreateServiceResponse{Service: existing}, nil
	}
	major, minor, err := s.serviceVersion(in.TemplateName, in.TemplateMajorVersion, in.TemplateMinorVersion)
	if err != nil {
		return nil, err
	}
	c := s.World.Begin("proton", "CreateService")
	v := proton.Service{
		Name: in.Name, ARN: s.ARN("service/" + in.Name), Description: optionalString(in.Description),
		TemplateName: in.TemplateName, Spec: in.Spec,
		CreatedAt: c.Start, LastModifiedAt: c.Start, Status: proton.ServiceStatusCreateInProgress,
		RepositoryConnectionARN: in.RepositoryConnectionARN, RepositoryID: in.RepositoryID, BranchName: in.BranchName,
	}
	if in.RepositoryID != "" {
		v.Pipeline = &proton.ServicePipeline{
			ARN: v.ARN + "/pipeline", CreatedAt: c.Start, LastDeploymentSucceededAt: c.Start, Spec: in.Spec, TemplateName: in.TemplateName,
			TemplateMajorVersion: major, TemplateMinorVersion: minor,
		}
	}
	s.setTags(v.ARN, in.Tags)
	s.startService(c, s.services.Create(in.Name), &v)
	s.addInstances(c, v, major, minor, instances)
	return &proton.CreateServiceResponse{Service: v}, nil
}

// updateService changes a service's description, or adds and deletes instances. An instance that stays does not change.
func (s *Service) updateService(_ *front.Received, in proton.UpdateServiceRequest) (any, error) {
	row := s.services.Row(in.Name)
	before, ok := row.Actual(s.World.Now())
	if !ok {
		return nil, aws.NotFound("service", in.Name)
	}
	if err := s.checkUpdatable(before); err != nil {
		return nil, err
	}
	instances, err := s.readInstances(in.Spec)
	if err == nil {
		err = s.checkInstancesRemovable(in.Name, instances)
	}
	if err != nil {
		return nil, err
	}
	c := s.World.Begin("proton", "UpdateService")
	updating := before
	updating.Status, updating.StatusMessage = proton.ServiceStatusUpdateInProgress, ""
	updating.LastModifiedAt = world.NextTimestamp(c.Start, before.LastModifiedAt)
	goal := updating
	goal.Spec = cmp.Or(in.Spec, before.Spec)
	if in.Description != nil {
		goal.Description = *in.Description
	}
	world.Schedule(row, c, c.Start, updating)
	world.Finish(row, c, finishedService(c, updating, goal, proton.ServiceStatusUpdateFailed))
	s.updateInstances(c, goal, instances)
	return &proton.UpdateServiceResponse{Service: updating}, nil
}

// startService plans the creation of a service, including the deployment of its pipeline.
func (s *Service) startService(c world.Change, row *world.Timeline[proton.Service], v *proton.Service) {
	if v.Pipeline == nil {
		world.Schedule(row, c, c.Start, *v)
		world.Finish(row, c, finishedService(c, *v, *v, proton.ServiceStatusCreateFailed))
		return
	}
	deployment, goal := c, *v
	deployment.State = "" // it is a state of the service
	after := s.pipelines.plan(deployment, v, &goal)
	s.pipelines.put(c, row, *v, goal, finishedService(c, after, after, proton.ServiceStatusCreateFailed))
}

// finishedService returns a service at the end of a change.
func finishedService(c world.Change, running, goal proton.Service, failed proton.ServiceStatus) proton.Service {
	after := goal
	after.Status, after.StatusMessage = proton.ServiceStatusActive, c.Reason
	if c.Failed() {
		after = running
		after.Status, after.StatusMessage = failed, cmp.Or(c.Reason, "The infrastructure could not be provisioned.")
	}
	after.Status = cmp.Or(proton.ServiceStatus(c.State), after.Status)
	after.LastModifiedAt = world.NextTimestamp(c.End, running.LastModifiedAt)
	return after
}

// checkUpdatable returns a refusal if a change of the service or its pipeline is in progress, or if the service
// was not created.
func (s *Service) checkUpdatable(v proton.Service) error {
	if v.Pipeline != nil && isDeploying(v.Pipeline.DeploymentStatus) {
		return aws.Conflict(fmt.Sprintf("The pipeline of the service %s has a deployment that is %s.", v.Name,
			v.Pipeline.DeploymentStatus), "")
	}
	if status := string(v.Status); isServiceInProgress(v.Status) || strings.HasPrefix(status, "CREATE_") ||
		strings.HasPrefix(status, "DELETE_") {
		return aws.Conflict(fmt.Sprintf("The service %s is %s.", v.Name, status), "")
	}
	return nil
}

func isServiceInProgress(status proton.ServiceStatus) bool {
	return strings.HasSuffix(string(status), "_IN_PROGRESS")
}

func (s *Service) deleteService(_ *front.Received, in proton.DeleteServiceRequest) (any, error) {
	row := s.services.Row(in.Name)
	before, ok := row.Actual(s.World.Now())
	switch {
	case !ok:
		return &proton.DeleteServiceResponse{}, nil
	case before.Status == proton.ServiceStatusDeleteInProgress:
		return &proton.DeleteServiceResponse{Service: &before}, nil
	}
	if err := s.checkDeletable(before); err != nil {
		return nil, err
	}
	c := s.World.Begin("proton", "DeleteService")
	deleting := before
	deleting.Status, deleting.StatusMessage = proton.ServiceStatusDeleteInProgress, ""
	world.Schedule(row, c, c.Start, deleting)
	if !c.Failed() && c.State == "" {
		world.Remove(row, c)
		s.removeInstances(c, in.Name)
		return &proton.DeleteServiceResponse{Service: &deleting}, nil
	}
	after := deleting
	after.Status = cmp.Or(proton.ServiceStatus(c.State), proton.ServiceStatusDeleteFailed)
	after.StatusMessage = cmp.Or(c.Reason, "The infrastructure could not be deleted.")
	world.Finish(row, c, after)
	return &proton.DeleteServiceResponse{Service: &deleting}, nil
}

// checkDeletable returns a refusal if a change of the service or its pipeline is in progress, or if a component
// is attached to it.
func (s *Service) checkDeletable(v proton.Service) error {
	if isServiceInProgress(v.Status) || v.Pipeline != nil && isDeploying(v.Pipeline.DeploymentStatus) {
		return aws.Conflict(fmt.Sprintf("The service %s is %s, or its pipeline is being deployed.", v.Name, v.Status), "")
	}
	for _, name := range s.components.rows.Keys {
		if _, component, ok := s.components.actual(name); ok && component.ServiceName == v.Name {
			return aws.Conflict("The component "+name+" is attached to an instance of the service "+v.Name+".", "")
		}
	}
	return nil
}

// removeInstances removes the instances of a service at the end of change c.
func (s *Service) removeInstances(c world.Change, service string) {
	for _, v := range s.instancesOf(service) {
		s.removeInstance(c, v)
	}
}

func (s *Service) getService(_ *front.Received, in proton.GetServiceRequest) (any, error) {
	v, ok := s.services.Row(in.Name).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("service", in.Name)
	}
	return &proton.GetServiceResponse{Service: &v}, nil
}

func (s *Service) listServices(_ *front.Received, in proton.ListServicesRequest) (any, error) {
	list := world.Shown(s.services, s.World.Now(), "services", nil)
	page, next, err := world.NextPageOf(list, "services", in.NextToken, cmp.Or(in.MaxResults, pageSize))
	return &proton.ListServicesResponse{Services: world.ShownAs(page, summaryOfService), NextToken: next}, err
}

func summaryOfService(v *proton.Service) proton.ServiceSummary {
	return proton.ServiceSummary{
		Name: v.Name, Description: v.Description, ARN: v.ARN, TemplateName: v.TemplateName,
		CreatedAt: v.CreatedAt, LastModifiedAt: v.LastModifiedAt, Status: v.Status, StatusMessage: v.StatusMessage,
	}
}
