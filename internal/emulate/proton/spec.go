package proton

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// spec is what the emulator reads of a spec of an environment or a service. The rest is input for templates.
type spec struct {
	Spec      yaml.Node
	Pipeline  yaml.Node
	Instances []specInstance
}

// specInstance is an instance that the spec of a service lists.
type specInstance struct {
	Name, Environment string
	Spec              yaml.Node
}

// readSpec returns a refusal that names the line if the spec is not YAML, or does not have the form of a spec. One that is
// not an object has no members.
func readSpec(text string) (spec, error) {
	var document yaml.Node
	var v spec
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return v, aws.Invalid("The spec is not valid YAML: " + strings.TrimPrefix(err.Error(), "yaml: ") + ".")
	}
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		return v, nil
	}
	if err := document.Decode(&v); err != nil {
		return v, aws.Invalid("The spec is not valid: " + strings.TrimPrefix(err.Error(), "yaml: ") + ".")
	}
	return v, nil
}

// readInstances returns the instances of a service's spec, nil if it does not list any. They must have different names, and
// be in environments that exist.
func (s *Service) readInstances(text string) ([]specInstance, error) {
	v, err := readSpec(text)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, i := range v.Instances {
		switch _, _, ok := s.environments.actual(i.Environment); {
		case i.Name == "" || i.Environment == "":
			return nil, aws.Invalid("Every instance of the spec must have a name and an environment.")
		case seen[i.Name]:
			return nil, aws.Invalid("The spec has two instances with the name " + i.Name + ".")
		case !ok:
			return nil, aws.NotFound("environment", i.Environment)
		}
		seen[i.Name] = true
	}
	return v.Instances, nil
}

// environmentOf returns the environment of one instance of a spec. It is the one named "environment" if the spec does not
// list the instance.
func (s *Service) environmentOf(text, instance string) (string, error) {
	instances, err := s.readInstances(text)
	if err != nil {
		return "", err
	}
	for _, i := range instances {
		if i.Name == instance {
			return i.Environment, nil
		}
	}
	return "environment", nil
}

// addInstances plans the deployments of new instances, which are part of change c of their service.
func (s *Service) addInstances(c world.Change, service proton.Service, major, minor string, instances []specInstance) {
	c.State = "" // it is a state of the service
	for _, i := range instances {
		v := proton.ServiceInstance{
			Name: i.Name, ServiceName: service.Name, ARN: service.ARN + "/service-instance/" + i.Name, EnvironmentName: i.Environment,
			TemplateName: service.TemplateName, TemplateMajorVersion: major, TemplateMinorVersion: minor, Spec: service.Spec,
			CreatedAt: c.Start, LastDeploymentSucceededAt: c.Start,
		}
		s.setTags(v.ARN, nil)
		s.instances.deploy(c, s.instances.rows.Create(world.KeyOf(service.Name, i.Name)), v, v)
	}
}

// checkInstancesRemovable returns a refusal if an instance that a new spec leaves out cannot be deleted.
func (s *Service) checkInstancesRemovable(service string, listed []specInstance) error {
	for _, left := range s.leftOut(service, listed) {
		if _, _, err := s.instances.idle(service, left.Name); err != nil {
			return err
		}
		for _, name := range s.components.rows.Keys {
			_, component, ok := s.components.actual(name)
			if ok && component.ServiceName == service && component.ServiceInstanceName == left.Name {
				return aws.Conflict("The component "+name+" is attached to the instance "+left.Name+".", "")
			}
		}
	}
	return nil
}

// leftOut returns the instances of a service that are not listed. A spec that lists none leaves them all as they are.
func (s *Service) leftOut(service string, listed []specInstance) (left []proton.ServiceInstance) {
	if listed == nil {
		return nil
	}
	for _, v := range s.instancesOf(service) {
		if !slices.ContainsFunc(listed, func(i specInstance) bool { return i.Name == v.Name }) {
			left = append(left, v)
		}
	}
	return left
}

// instancesOf returns the instances of a service in their actual state.
func (s *Service) instancesOf(service string) (list []proton.ServiceInstance) {
	for _, row := range s.instances.rows.Within(service) {
		if v, ok := row.Actual(s.World.Now()); ok {
			list = append(list, v)
		}
	}
	return list
}

// updateInstances adds the instances that a spec lists for the first time, and deletes those that it leaves out. New ones get
// the version of the template that the others have, the recommended one if there are none.
func (s *Service) updateInstances(c world.Change, service proton.Service, listed []specInstance) {
	current, added := s.instancesOf(service.Name), []specInstance{}
	for _, i := range listed {
		if !slices.ContainsFunc(current, func(v proton.ServiceInstance) bool { return v.Name == i.Name }) {
			added = append(added, i)
		}
	}
	major, minor, ok := strings.Cut(recommendedVersion(s.serviceNumbers(service.TemplateName)), ".")
	switch {
	case len(current) > 0:
		major, minor = current[0].TemplateMajorVersion, current[0].TemplateMinorVersion
	case service.Pipeline != nil:
		major, minor = service.Pipeline.TemplateMajorVersion, service.Pipeline.TemplateMinorVersion
	case !ok:
		major, minor = "1", "0"
	}
	for _, v := range s.leftOut(service.Name, listed) {
		s.removeInstance(c, v)
	}
	s.addInstances(c, service, major, minor, added)
}

// removeInstance plans the deletion of an instance, as part of change c of its service.
func (s *Service) removeInstance(c world.Change, v proton.ServiceInstance) {
	row, after := s.instances.rows.Row(world.KeyOf(v.ServiceName, v.Name)), v
	v.DeploymentStatus, v.DeploymentStatusMessage = proton.DeploymentStatusDeleteInProgress, ""
	world.Schedule(row, c, c.Start, v)
	if !c.Failed() {
		world.Remove(row, c)
		return
	}
	after.DeploymentStatus, after.DeploymentStatusMessage = proton.DeploymentStatusDeleteFailed, c.Reason
	world.Finish(row, c, after)
}
