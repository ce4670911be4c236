package emulator

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// AddProtonService adds or replaces a service. Empty fields default to those of a service that has been active
// for a day. It has a pipeline only if one is given, whose empty fields default to those of a pipeline that was
// deployed with the service. Add its instances with [Emulator.AddServiceInstance].
func (e *Emulator) AddProtonService(service proton.Service) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, v := e.now(), deepCopy(service)
	v.Name = cmp.Or(v.Name, "service")
	v.ARN = cmp.Or(v.ARN, e.proton.arn("service/"+v.Name))
	v.TemplateName = cmp.Or(v.TemplateName, "template")
	v.Spec = cmp.Or(v.Spec, "proton: ServiceSpec\n")
	v.Status = cmp.Or(v.Status, proton.ServiceStatusActive)
	v.CreatedAt = cmp.Or(v.CreatedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.CreatedAt)
	if v.Pipeline == nil {
		e.proton.services.add(v.Name, now, v)
		return
	}
	p := v.Pipeline
	p.ARN = cmp.Or(p.ARN, v.ARN+"/pipeline")
	p.TemplateName = cmp.Or(p.TemplateName, v.TemplateName)
	p.TemplateMajorVersion = cmp.Or(p.TemplateMajorVersion, "1")
	p.TemplateMinorVersion = cmp.Or(p.TemplateMinorVersion, "0")
	p.Spec = cmp.Or(p.Spec, v.Spec)
	p.CreatedAt = cmp.Or(p.CreatedAt, v.CreatedAt)
	e.proton.pipelines.add(v, p.CreatedAt, v.Name)
}

func (s *protonService) serviceOperations() map[string]handler {
	return map[string]handler{
		"CreateService": operation(s.createService),
		"UpdateService": operation(s.updateService),
		"DeleteService": operation(s.deleteService),
		"GetService":    operation(s.getService),
		"ListServices":  operation(s.listServices),
	}
}

// createService creates a service, with a pipeline if the request has a repository. The emulator does not read
// specs, so the service has no instances.
func (s *protonService) createService(_ *received, in proton.CreateServiceRequest) (any, error) {
	existing, ok := s.services.row(in.Name).actual(s.emulator.now())
	repeated, err := s.recordCreation("service", in.Name, ok, &in)
	if err != nil {
		return nil, err
	}
	if repeated {
		return &proton.CreateServiceResponse{Service: existing}, nil
	}
	c := s.emulator.begin("proton", "CreateService")
	v := proton.Service{
		Name: in.Name, ARN: s.arn("service/" + in.Name), Description: optionalString(in.Description),
		TemplateName: in.TemplateName, Spec: in.Spec,
		CreatedAt: c.start, LastModifiedAt: c.start, Status: proton.ServiceStatusCreateInProgress,
		RepositoryConnectionARN: in.RepositoryConnectionARN, RepositoryID: in.RepositoryID, BranchName: in.BranchName,
	}
	if in.RepositoryID != "" {
		v.Pipeline = &proton.ServicePipeline{
			ARN: v.ARN + "/pipeline", CreatedAt: c.start, LastDeploymentSucceededAt: c.start, Spec: in.Spec, TemplateName: in.TemplateName,
			TemplateMajorVersion: in.TemplateMajorVersion, TemplateMinorVersion: cmp.Or(in.TemplateMinorVersion, "0"),
		}
	}
	s.startService(c, s.services.create(in.Name), &v)
	return &proton.CreateServiceResponse{Service: v}, nil
}

func (s *protonService) updateService(_ *received, in proton.UpdateServiceRequest) (any, error) {
	row := s.services.row(in.Name)
	before, ok := row.actual(s.emulator.now())
	if !ok {
		return nil, awsNotFound("service", in.Name)
	}
	if err := s.checkUpdatable(before); err != nil {
		return nil, err
	}
	c := s.emulator.begin("proton", "UpdateService")
	updating := before
	updating.Status, updating.StatusMessage = proton.ServiceStatusUpdateInProgress, ""
	updating.LastModifiedAt = nextTimestamp(c.start, before.LastModifiedAt)
	goal := updating
	goal.Spec = cmp.Or(in.Spec, before.Spec)
	if in.Description != nil {
		goal.Description = *in.Description
	}
	schedule(row, c, c.start, updating)
	finish(row, c, finishedService(c, updating, goal, proton.ServiceStatusUpdateFailed))
	return &proton.UpdateServiceResponse{Service: updating}, nil
}

// startService plans the creation of a service, including the deployment of its pipeline.
func (s *protonService) startService(c change, row *timeline[proton.Service], v *proton.Service) {
	if v.Pipeline == nil {
		schedule(row, c, c.start, *v)
		finish(row, c, finishedService(c, *v, *v, proton.ServiceStatusCreateFailed))
		return
	}
	deployment, goal := c, *v
	deployment.State = "" // it is a state of the service
	after := s.pipelines.plan(deployment, v, &goal)
	s.pipelines.put(c, row, *v, goal, finishedService(c, after, after, proton.ServiceStatusCreateFailed))
}

// finishedService returns a service at the end of a change.
func finishedService(c change, running, goal proton.Service, failed proton.ServiceStatus) proton.Service {
	after := goal
	after.Status, after.StatusMessage = proton.ServiceStatusActive, c.Reason
	if c.failed() {
		after = running
		after.Status, after.StatusMessage = failed, cmp.Or(c.Reason, "The infrastructure could not be provisioned.")
	}
	after.Status = cmp.Or(proton.ServiceStatus(c.State), after.Status)
	after.LastModifiedAt = nextTimestamp(c.end, running.LastModifiedAt)
	return after
}

// checkUpdatable returns a refusal if a change of the service or its pipeline is in progress, or if the service
// was not created.
func (s *protonService) checkUpdatable(v proton.Service) error {
	if v.Pipeline != nil && isDeploying(v.Pipeline.DeploymentStatus) {
		return awsConflict(fmt.Sprintf("The pipeline of the service %s has a deployment that is %s.", v.Name,
			v.Pipeline.DeploymentStatus), "")
	}
	if status := string(v.Status); isServiceInProgress(v.Status) || strings.HasPrefix(status, "CREATE_") ||
		strings.HasPrefix(status, "DELETE_") {
		return awsConflict(fmt.Sprintf("The service %s is %s.", v.Name, status), "")
	}
	return nil
}

func isServiceInProgress(status proton.ServiceStatus) bool {
	return strings.HasSuffix(string(status), "_IN_PROGRESS")
}

func (s *protonService) deleteService(_ *received, in proton.DeleteServiceRequest) (any, error) {
	row := s.services.row(in.Name)
	before, ok := row.actual(s.emulator.now())
	switch {
	case !ok:
		return &proton.DeleteServiceResponse{}, nil
	case before.Status == proton.ServiceStatusDeleteInProgress:
		return &proton.DeleteServiceResponse{Service: &before}, nil
	}
	if err := s.checkDeletable(before); err != nil {
		return nil, err
	}
	c := s.emulator.begin("proton", "DeleteService")
	deleting := before
	deleting.Status, deleting.StatusMessage = proton.ServiceStatusDeleteInProgress, ""
	schedule(row, c, c.start, deleting)
	if !c.failed() && c.State == "" {
		remove(row, c)
		s.removeInstances(c, in.Name)
		return &proton.DeleteServiceResponse{Service: &deleting}, nil
	}
	after := deleting
	after.Status = cmp.Or(proton.ServiceStatus(c.State), proton.ServiceStatusDeleteFailed)
	after.StatusMessage = cmp.Or(c.Reason, "The infrastructure could not be deleted.")
	finish(row, c, after)
	return &proton.DeleteServiceResponse{Service: &deleting}, nil
}

// checkDeletable returns a refusal if a change of the service or its pipeline is in progress, or if a component
// is attached to it.
func (s *protonService) checkDeletable(v proton.Service) error {
	if isServiceInProgress(v.Status) || v.Pipeline != nil && isDeploying(v.Pipeline.DeploymentStatus) {
		return awsConflict(fmt.Sprintf("The service %s is %s, or its pipeline is being deployed.", v.Name, v.Status), "")
	}
	for _, name := range s.components.rows.keys {
		if _, component, ok := s.components.actual(name); ok && component.ServiceName == v.Name {
			return awsConflict("The component "+name+" is attached to an instance of the service "+v.Name+".", "")
		}
	}
	return nil
}

// removeInstances removes the instances of a service at the end of change c.
func (s *protonService) removeInstances(c change, service string) {
	for _, key := range s.instances.rows.keys {
		row := s.instances.rows.row(key)
		i, ok := row.actual(c.start)
		if !ok || i.ServiceName != service {
			continue
		}
		i.DeploymentStatus, i.DeploymentStatusMessage = proton.DeploymentStatusDeleteInProgress, ""
		schedule(row, c, c.start, i)
		remove(row, c)
	}
}

func (s *protonService) getService(_ *received, in proton.GetServiceRequest) (any, error) {
	v, ok := s.services.row(in.Name).visible(s.emulator.now())
	if !ok {
		return nil, awsNotFound("service", in.Name)
	}
	return &proton.GetServiceResponse{Service: &v}, nil
}

func (s *protonService) listServices(_ *received, in proton.ListServicesRequest) (any, error) {
	list := []proton.ServiceSummary{}
	for _, v := range s.services.list(s.emulator.now()) {
		list = append(list, proton.ServiceSummary{
			Name: v.Name, Description: v.Description, ARN: v.ARN, TemplateName: v.TemplateName,
			CreatedAt: v.CreatedAt, LastModifiedAt: v.LastModifiedAt, Status: v.Status, StatusMessage: v.StatusMessage,
		})
	}
	page, next, err := nextPage(list, "services", in.NextToken, cmp.Or(in.MaxResults, protonPage))
	return &proton.ListServicesResponse{Services: page, NextToken: next}, err
}
