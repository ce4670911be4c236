package dlc

import (
	"slices"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) optimizerOperations() front.Handlers {
	return front.Handlers{
		"SetOptimizerPolicy":  front.Handle(s.setOptimizerPolicy),
		"GetOptimizerPolicy":  front.Handle(s.getOptimizerPolicy),
		"AddOptimizerEngines": front.Handle(s.addOptimizerEngines),
	}
}

// scope returns the key of a policy: a catalog, a database or a table.
func scope(p dlc.SmartPolicy) string {
	if p.BaseInfo == nil {
		return world.KeyOf("", "", "")
	}
	return world.KeyOf(p.BaseInfo.Catalog, p.BaseInfo.Database, p.BaseInfo.Table)
}

// AddSmartPolicy adds the policy of a catalog, a database or a table by which data is optimized, or replaces it, and
// returns the name of the table, the database or the catalog.
func (s *Service) AddSmartPolicy(policy dlc.SmartPolicy) string {
	if policy.BaseInfo == nil {
		policy.BaseInfo = &dlc.SmartPolicyBaseInfo{}
	}
	if policy.Policy == nil {
		policy.Policy = &dlc.SmartOptimizerPolicy{}
	}
	s.policies.Add(scope(policy), s.world.Now(), policy)
	for _, name := range []string{policy.BaseInfo.Table, policy.BaseInfo.Database} {
		if name != "" {
			return name
		}
	}
	return policy.BaseInfo.Catalog
}

func (s *Service) setOptimizerPolicy(r *front.Received, in dlc.SetOptimizerPolicyRequest) (any, error) {
	s.AddSmartPolicy(in.SmartPolicy)
	return &dlc.SetOptimizerPolicyResponse{RequestID: r.RequestID}, nil
}

// policy returns the policy of a scope, or an empty one.
func (s *Service) policy(p dlc.SmartPolicy) dlc.SmartOptimizerPolicy {
	v, ok := s.policies.Row(scope(p)).Actual(s.world.Now())
	if !ok {
		return dlc.SmartOptimizerPolicy{}
	}
	return *v.Policy
}

func (s *Service) getOptimizerPolicy(r *front.Received, in dlc.GetOptimizerPolicyRequest) (any, error) {
	v := s.policy(in.SmartPolicy)
	return &dlc.GetOptimizerPolicyResponse{SmartOptimizerPolicy: &v, RequestID: r.RequestID}, nil
}

// addOptimizerEngines adds engines to the resources of a policy. Those that it has already stay once.
func (s *Service) addOptimizerEngines(r *front.Received, in dlc.AddOptimizerEnginesRequest) (any, error) {
	p := dlc.SmartPolicy{BaseInfo: &dlc.SmartPolicyBaseInfo{Catalog: in.Catalog, Database: in.Database, Table: in.Table}}
	v := s.policy(p)
	v.Resources = slices.Clone(v.Resources)
	for _, engine := range in.Engines {
		if _, _, err := s.engine(engine.HouseID); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(v.Resources, func(known dlc.ResourceInfo) bool { return known.Name == engine.HouseName }) {
			v.Resources = append(v.Resources, dlc.ResourceInfo{
				AttributionType: "group", ResourceType: "spark-sql", Name: engine.HouseName, Instance: engine.HouseName, Status: new(1),
			})
		}
	}
	if before, ok := s.policies.Row(scope(p)).Actual(s.world.Now()); ok {
		p.BaseInfo = before.BaseInfo
	}
	p.Policy = &v
	s.AddSmartPolicy(p)
	return &dlc.AddOptimizerEnginesResponse{RequestID: r.RequestID}, nil
}
