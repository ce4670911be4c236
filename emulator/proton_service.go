package emulator

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// AddProtonService puts in a service, or replaces it. What is left empty becomes that of a service that has
// been active for a day; it has a pipeline only if one is given, whose empty members become those of
// one that was deployed with it. Instances are put in by AddServiceInstance.
func (e *Emulator) AddProtonService(service proton.Service) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, v := e.now(), copyOf(service)
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

// createService makes a service, with a pipeline if the request says where its source code is. The
// emulator does not read specs, so no instance comes with it.
func (s *protonService) createService(_ *received, in proton.CreateServiceRequest) (any, error) {
	there, ok := s.services.row(in.Name).truth(s.emulator.now())
	again, err := s.makes("service", in.Name, ok, &in)
	if err != nil {
		return nil, err
	}
	if again {
		return &proton.CreateServiceResponse{Service: there}, nil
	}
	c := s.emulator.begin("proton", "CreateService")
	v := proton.Service{
		Name: in.Name, ARN: s.arn("service/" + in.Name), Description: optionalText(in.Description), TemplateName: in.TemplateName, Spec: in.Spec,
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
	before, ok := row.truth(s.emulator.now())
	if !ok {
		return nil, notFound("service", in.Name)
	}
	if err := s.settled(before); err != nil {
		return nil, err
	}
	c := s.emulator.begin("proton", "UpdateService")
	updating := before
	updating.Status, updating.StatusMessage = proton.ServiceStatusUpdateInProgress, ""
	updating.LastModifiedAt = later(c.start, before.LastModifiedAt)
	goal := updating
	goal.Spec = cmp.Or(in.Spec, before.Spec)
	if in.Description != nil {
		goal.Description = *in.Description
	}
	during(row, c, c.start, updating)
	finish(row, c, endOfService(c, updating, goal, proton.ServiceStatusUpdateFailed))
	return &proton.UpdateServiceResponse{Service: updating}, nil
}

// startService plans the creation of a service, with the deployment of its pipeline if it has one.
func (s *protonService) startService(c change, row *timeline[proton.Service], v *proton.Service) {
	if v.Pipeline == nil {
		during(row, c, c.start, *v)
		finish(row, c, endOfService(c, *v, *v, proton.ServiceStatusCreateFailed))
		return
	}
	deployment, goal := c, *v
	deployment.State = "" // which is one of the service
	after := s.pipelines.plan(deployment, v, &goal)
	s.pipelines.put(c, row, *v, endOfService(c, after, after, proton.ServiceStatusCreateFailed))
}

// endOfService is what a service is like at the end of a change.
func endOfService(c change, running, goal proton.Service, failed proton.ServiceStatus) proton.Service {
	after := goal
	after.Status, after.StatusMessage = proton.ServiceStatusActive, c.Reason
	if c.failed() {
		after = running
		after.Status, after.StatusMessage = failed, cmp.Or(c.Reason, "The infrastructure could not be provisioned.")
	}
	after.Status = cmp.Or(proton.ServiceStatus(c.State), after.Status)
	after.LastModifiedAt = later(c.end, running.LastModifiedAt)
	return after
}

// settled refuses to update a service that is under way to another state, pipeline included, or that
// was not created with success.
func (s *protonService) settled(v proton.Service) error {
	if v.Pipeline != nil && isDeploying(v.Pipeline.DeploymentStatus) {
		return conflict(fmt.Sprintf("The pipeline of the service %s has a deployment that is %s.", v.Name, v.Pipeline.DeploymentStatus), "")
	}
	if status := string(v.Status); isServiceUnderWay(v.Status) || strings.HasPrefix(status, "CREATE_") || strings.HasPrefix(status, "DELETE_") {
		return conflict(fmt.Sprintf("The service %s is %s.", v.Name, status), "")
	}
	return nil
}

func isServiceUnderWay(status proton.ServiceStatus) bool {
	return strings.HasSuffix(string(status), "_IN_PROGRESS")
}

func (s *protonService) deleteService(_ *received, in proton.DeleteServiceRequest) (any, error) {
	row := s.services.row(in.Name)
	before, ok := row.truth(s.emulator.now())
	switch {
	case !ok:
		return &proton.DeleteServiceResponse{}, nil
	case before.Status == proton.ServiceStatusDeleteInProgress:
		return &proton.DeleteServiceResponse{Service: &before}, nil
	}
	if err := s.deletable(before); err != nil {
		return nil, err
	}
	c := s.emulator.begin("proton", "DeleteService")
	deleting := before
	deleting.Status, deleting.StatusMessage = proton.ServiceStatusDeleteInProgress, ""
	during(row, c, c.start, deleting)
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

// deletable refuses to delete a service that is under way to another state, pipeline included, or that
// a component is attached to.
func (s *protonService) deletable(v proton.Service) error {
	if isServiceUnderWay(v.Status) || v.Pipeline != nil && isDeploying(v.Pipeline.DeploymentStatus) {
		return conflict(fmt.Sprintf("The service %s is %s, or its pipeline is being deployed.", v.Name, v.Status), "")
	}
	for _, name := range s.components.rows.keys {
		if _, component, ok := s.components.truth(name); ok && component.ServiceName == v.Name {
			return conflict("The component "+name+" is attached to an instance of the service "+v.Name+".", "")
		}
	}
	return nil
}

// removeInstances lets the instances of a service go with it.
func (s *protonService) removeInstances(c change, service string) {
	for _, key := range s.instances.rows.keys {
		row := s.instances.rows.row(key)
		i, ok := row.truth(c.start)
		if !ok || i.ServiceName != service {
			continue
		}
		i.DeploymentStatus, i.DeploymentStatusMessage = proton.DeploymentStatusDeleteInProgress, ""
		during(row, c, c.start, i)
		remove(row, c)
	}
}

func (s *protonService) getService(_ *received, in proton.GetServiceRequest) (any, error) {
	v, ok := s.services.row(in.Name).seen(s.emulator.now())
	if !ok {
		return nil, notFound("service", in.Name)
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
