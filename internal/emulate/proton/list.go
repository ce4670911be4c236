package proton

import (
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

func (s *Service) listInstances(_ *front.Received, in proton.ListServiceInstancesRequest) (any, error) {
	var list []*proton.ServiceInstance
	for _, i := range s.instances.rows.All(s.World.Now()) {
		matches, err := matchesFilters(i, in.Filters)
		if err != nil {
			return nil, err
		}
		if matches && (in.ServiceName == "" || i.ServiceName == in.ServiceName) {
			list = append(list, i)
		}
	}
	sortInstances(list, in.SortBy, in.SortOrder)

	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := pageOf(list, &scope, in.NextToken, in.MaxResults)
	summaries := []proton.ServiceInstanceSummary{}
	for _, i := range page {
		summaries = append(summaries, summaryOfInstance(i))
	}
	return &proton.ListServiceInstancesResponse{ServiceInstances: summaries, NextToken: next}, err
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

func sortInstances(list []*proton.ServiceInstance, by proton.ListServiceInstancesSortBy, order proton.SortOrder) {
	if by == "" {
		return
	}
	slices.SortStableFunc(list, func(a, b *proton.ServiceInstance) int {
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
	})
}
