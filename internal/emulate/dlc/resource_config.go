package dlc

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) resourceConfigOperations() front.Handlers {
	return front.Handlers{
		"CreateResourceConfig": front.Handle(s.createResourceConfig),
		"GetResourceConfig":    front.Handle(s.getResourceConfig),
		"ListResourceConfigs":  front.Handle(s.listResourceConfigs),
		"UpdateResourceConfig": front.Handle(s.updateResourceConfig),
		"DeleteResourceConfig": front.Handle(s.deleteResourceConfig),
	}
}

func (s *Service) resourceConfig(id string) (dlc.ResourceConfig, error) {
	v, ok := s.resourceConfigs.Row(id).Actual(s.world.Now())
	if !ok {
		return v, refuse("ResourceNotFound", "The resource configuration %q does not exist.", id)
	}
	return v, nil
}

func (s *Service) putResourceConfig(v dlc.ResourceConfig) dlc.ResourceConfig {
	v.UpdateTime = max(cloud.Milliseconds(s.world.Now()), v.UpdateTime+1)
	v.CreateTime = cmp.Or(v.CreateTime, v.UpdateTime)
	s.resourceConfigs.Add(v.ID, s.world.Now(), v)
	return v
}

func (s *Service) createResourceConfig(r *front.Received, in dlc.CreateResourceConfigRequest) (any, error) {
	if _, _, ok := s.resourceConfigs.By(s.world.Now(), in.Name); ok {
		return nil, refuse("OperationDenied", "The resource configuration %q already exists.", in.Name)
	}
	v := world.CommonTo[dlc.ResourceConfig](in)
	v.ID, v.UIN, v.Type = s.newRayID("rc"), account, cmp.Or(v.Type, "Ray")
	out := world.CommonTo[dlc.CreateResourceConfigResponse](s.putResourceConfig(v))
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) getResourceConfig(r *front.Received, in dlc.GetResourceConfigRequest) (any, error) {
	v, err := s.resourceConfig(in.ID)
	if err != nil {
		return nil, err
	}
	out := world.CommonTo[dlc.GetResourceConfigResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) listResourceConfigs(r *front.Received, in dlc.ListResourceConfigsRequest) (any, error) {
	query := in
	query.Page, query.PageSize = 0, 0
	l, err := pageAsTable[dlc.ResourceConfig](s, s.resourceConfigs, &query, listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.ListResourceConfigsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) updateResourceConfig(r *front.Received, in dlc.UpdateResourceConfigRequest) (any, error) {
	v, err := s.resourceConfig(in.ID)
	if err != nil {
		return nil, err
	}
	world.CopyMembers(&v, in)
	out := world.CommonTo[dlc.UpdateResourceConfigResponse](s.putResourceConfig(v))
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) deleteResourceConfig(r *front.Received, in dlc.DeleteResourceConfigRequest) (any, error) {
	if _, err := s.resourceConfig(in.ID); err != nil {
		return nil, err
	}
	remove(s, s.resourceConfigs, in.ID)
	return &dlc.DeleteResourceConfigResponse{RequestID: r.RequestID}, nil
}
