package dlc

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) dataMaskOperations() front.Handlers {
	return front.Handlers{
		"CreateDataMaskStrategy":     front.Handle(s.createMask),
		"DescribeDataMaskStrategies": front.Handle(s.describeMasks),
		"UpdateDataMaskStrategy":     front.Handle(s.updateMask),
		"DeleteDataMaskStrategy":     front.Handle(s.deleteMask),
		"AttachDataMaskPolicy":       front.Handle(s.attachMasks),
	}
}

// mask returns a strategy that exists.
func (s *Service) mask(id string) (dlc.DataMaskStrategy, error) {
	v, ok := s.masks.Row(id).Actual(s.world.Now())
	if !ok {
		return v, refuse("ResourceNotFound", "The strategy %q does not exist.", id)
	}
	return v, nil
}

func (s *Service) createMask(r *front.Received, in dlc.CreateDataMaskStrategyRequest) (any, error) {
	if in.Strategy == nil {
		return nil, refuse("MissingParameter", "The parameter Strategy is missing.")
	}
	if _, _, ok := s.masks.By(s.world.Now(), in.Strategy.StrategyName); ok {
		return nil, refuse("OperationDenied", "The strategy %q already exists.", in.Strategy.StrategyName)
	}
	v := world.CommonTo[dlc.DataMaskStrategy](*in.Strategy)
	v.StrategyID, v.UIN, v.UserAppID, v.State = s.world.NewUUID(), account, applicationID, dlc.MaskStrategyStateInEffect
	v.CreateTime = cloud.Milliseconds(s.world.Now())
	v.UpdateTime = v.CreateTime
	s.masks.Add(v.StrategyID, s.world.Now(), v)
	return &dlc.CreateDataMaskStrategyResponse{StrategyID: v.StrategyID, RequestID: r.RequestID}, nil
}

func (s *Service) describeMasks(r *front.Received, in dlc.DescribeDataMaskStrategiesRequest) (any, error) {
	list, err := filtered(s.masks.List(s.world.Now()), in.Filters, filterFields[*dlc.DataMaskStrategy]{
		"strategy-name": func(v *dlc.DataMaskStrategy, value string) bool { return strings.Contains(v.StrategyName, value) },
	})
	if err != nil {
		return nil, err
	}
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeDataMaskStrategiesResponse{Strategies: world.Copies(page), TotalCount: len(list), RequestID: r.RequestID}, nil
}

func (s *Service) updateMask(r *front.Received, in dlc.UpdateDataMaskStrategyRequest) (any, error) {
	if in.Strategy == nil {
		return nil, refuse("MissingParameter", "The parameter Strategy is missing.")
	}
	v, err := s.mask(in.Strategy.StrategyID)
	if err != nil {
		return nil, err
	}
	world.CopyMembers(&v, *in.Strategy)
	v.UpdateTime = cloud.Milliseconds(s.world.Now())
	s.masks.Add(v.StrategyID, s.world.Now(), v)
	return &dlc.UpdateDataMaskStrategyResponse{RequestID: r.RequestID}, nil
}

func (s *Service) deleteMask(r *front.Received, in dlc.DeleteDataMaskStrategyRequest) (any, error) {
	if _, err := s.mask(in.StrategyID); err != nil {
		return nil, err
	}
	remove(s, s.masks, in.StrategyID)
	return &dlc.DeleteDataMaskStrategyResponse{RequestID: r.RequestID}, nil
}

// attachMasks puts strategies on columns, which show them then: all or none.
func (s *Service) attachMasks(r *front.Received, in dlc.AttachDataMaskPolicyRequest) (any, error) {
	for _, p := range in.DataMaskStrategyPolicySet {
		if _, _, err := s.maskedColumn(p); err != nil {
			return nil, err
		}
	}
	for _, p := range in.DataMaskStrategyPolicySet {
		t, i, err := s.maskedColumn(p)
		if err != nil {
			return nil, err
		}
		mask, err := s.mask(p.DataMaskStrategyID)
		if err != nil {
			return nil, err
		}
		t.Columns = slices.Clone(t.Columns)
		t.Columns[i].DataMaskStrategyInfo = new(world.CommonTo[dlc.DataMaskStrategyInfo](mask))
		s.putTable(t)
	}
	return &dlc.AttachDataMaskPolicyResponse{RequestID: r.RequestID}, nil
}

// maskedColumn returns the table and the column that a strategy is put on.
func (s *Service) maskedColumn(p dlc.DataMaskStrategyPolicy) (t tableState, column int, err error) {
	if p.PolicyInfo == nil || p.PolicyInfo.Column == nil {
		return t, 0, refuse("MissingParameter", "The column of PolicyInfo is missing.")
	}
	if _, err := s.mask(p.DataMaskStrategyID); err != nil {
		return t, 0, err
	}
	if t, err = s.table(p.PolicyInfo.Catalog, p.PolicyInfo.Database, p.PolicyInfo.Table); err != nil {
		return t, 0, err
	}
	column = slices.IndexFunc(t.Columns, func(c dlc.Column) bool { return c.Name == *p.PolicyInfo.Column })
	if column < 0 {
		return t, 0, refuse("ResourceNotFound", "The column %q does not exist.", *p.PolicyInfo.Column)
	}
	return t, column, nil
}
