package proton

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) listInstances(_ *front.Received, in proton.ListServiceInstancesRequest) (any, error) {
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	list, err := world.Select(s.instances.rows, s.World.Now(), &scope, func() (*world.Sorted[*proton.ServiceInstance], error) {
		list, err := matchingInstances(s.instancesShown(in.ServiceName), in.Filters)
		return world.Sort(list, instanceOrder(in.SortBy, in.SortOrder)), err
	})
	if err != nil {
		return nil, err
	}
	page, next, err := sortedPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListServiceInstancesResponse{ServiceInstances: world.ShownAs(page, summaryOfInstance), NextToken: next}, err
}

// instancesShown returns the instances that reads show, of a service if it has a name.
func (s *Service) instancesShown(service string) []*proton.ServiceInstance {
	if service == "" {
		return s.instances.rows.List(s.World.Now())
	}
	return s.instances.rows.ListIn(s.World.Now(), service)
}

func matchingInstances(list []*proton.ServiceInstance, filters []proton.ListServiceInstancesFilter) ([]*proton.ServiceInstance, error) {
	var refused error
	list = slices.DeleteFunc(list, func(i *proton.ServiceInstance) bool {
		matches, err := matchesFilters(i, filters)
		refused = cmp.Or(refused, err)
		return !matches
	})
	return list, refused
}

func summaryOfInstance(i *proton.ServiceInstance) proton.ServiceInstanceSummary {
	return proton.ServiceInstanceSummary{
		Name: i.Name, ARN: i.ARN, CreatedAt: i.CreatedAt, LastDeploymentAttemptedAt: i.LastDeploymentAttemptedAt,
		LastDeploymentSucceededAt: i.LastDeploymentSucceededAt, ServiceName: i.ServiceName, EnvironmentName: i.EnvironmentName,
		TemplateName: i.TemplateName, TemplateMajorVersion: i.TemplateMajorVersion, TemplateMinorVersion: i.TemplateMinorVersion,
		DeploymentStatus: i.DeploymentStatus, DeploymentStatusMessage: i.DeploymentStatusMessage,
		LastAttemptedDeploymentID: i.LastAttemptedDeploymentID, LastSucceededDeploymentID: i.LastSucceededDeploymentID,
	}
}

// matchesFilters reports whether an instance matches all filters. Filters with the same key are alternatives.
func matchesFilters(i *proton.ServiceInstance, filters []proton.ListServiceInstancesFilter) (bool, error) {
	if len(filters) == 0 {
		return true, nil
	}
	held := map[proton.ListServiceInstancesFilterBy]bool{}
	for _, f := range filters {
		value := ""
		if f.Value != nil {
			value = *f.Value
		}
		ok, err := matchesFilter(i, f.Key, value)
		if err != nil {
			return false, err
		}
		held[f.Key] = held[f.Key] || ok
	}
	for _, ok := range held {
		if !ok {
			return false, nil
		}
	}
	return true, nil
}

func matchesFilter(i *proton.ServiceInstance, key proton.ListServiceInstancesFilterBy, value string) (bool, error) {
	switch key {
	case proton.ListServiceInstancesFilterByName:
		return i.Name == value, nil
	case proton.ListServiceInstancesFilterByServiceName:
		return i.ServiceName == value, nil
	case proton.ListServiceInstancesFilterByEnvironmentName:
		return i.EnvironmentName == value, nil
	case proton.ListServiceInstancesFilterByTemplateName:
		return i.TemplateName == value, nil
	case proton.ListServiceInstancesFilterByDeploymentStatus:
		return string(i.DeploymentStatus) == value, nil
	case proton.ListServiceInstancesFilterByDeployedTemplateVersionStatus:
		return false, &front.Refusal{
			Code: "ValidationException", Message: "The filter " + string(key) + " is not supported.",
			Hint: "its values are not documented",
		}
	}
	at, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return false, &front.Refusal{Code: "ValidationException", Message: "The filter " + string(key) + " must be a time."}
	}
	switch key {
	case proton.ListServiceInstancesFilterByCreatedAtAfter:
		return i.CreatedAt.After(at), nil
	case proton.ListServiceInstancesFilterByCreatedAtBefore:
		return i.CreatedAt.Before(at), nil
	case proton.ListServiceInstancesFilterByLastDeploymentAttemptedAtAfter:
		return i.LastDeploymentAttemptedAt.After(at), nil
	}
	return i.LastDeploymentAttemptedAt.Before(at), nil
}

// instanceOrder returns how instances compare, nil if they stay in the order in which they were added.
func instanceOrder(by proton.ListServiceInstancesSortBy, order proton.SortOrder) func(a, b *proton.ServiceInstance) int {
	if by == "" {
		return nil
	}
	return func(a, b *proton.ServiceInstance) int {
		if order == proton.SortOrderDescending {
			a, b = b, a
		}
		switch by {
		case proton.ListServiceInstancesSortByServiceName:
			return strings.Compare(a.ServiceName, b.ServiceName)
		case proton.ListServiceInstancesSortByEnvironmentName:
			return strings.Compare(a.EnvironmentName, b.EnvironmentName)
		case proton.ListServiceInstancesSortByTemplateName:
			return strings.Compare(a.TemplateName, b.TemplateName)
		case proton.ListServiceInstancesSortByDeploymentStatus:
			return strings.Compare(string(a.DeploymentStatus), string(b.DeploymentStatus))
		case proton.ListServiceInstancesSortByCreatedAt:
			return a.CreatedAt.Compare(b.CreatedAt)
		case proton.ListServiceInstancesSortByLastDeploymentAttemptedAt:
			return a.LastDeploymentAttemptedAt.Compare(b.LastDeploymentAttemptedAt)
		}
		return strings.Compare(a.Name, b.Name)
	}
}
