package dlc

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) policyOperations() front.Handlers {
	return front.Handlers{
		"AttachUserPolicy":       front.Handle(s.attachUserPolicy),
		"DetachUserPolicy":       front.Handle(s.detachUserPolicy),
		"AttachWorkGroupPolicy":  front.Handle(s.attachWorkGroupPolicy),
		"DetachWorkGroupPolicy":  front.Handle(s.detachWorkGroupPolicy),
		"CheckGrantedPermission": front.Handle(s.checkGrantedPermission),
		"UpdateRowFilter":        front.Handle(s.updateRowFilter),
		"DescribeUDFPolicy":      front.Handle(s.describeUDFPolicy),
		"UpdateUDFPolicy":        front.Handle(s.updateUDFPolicy),
	}
}

// newPolicies returns policies with what the service adds to them.
func (s *Service) newPolicies(policies []dlc.Policy) []dlc.Policy {
	policies = slices.Clone(policies)
	for i := range policies {
		p := &policies[i]
		if p.ID == nil {
			p.ID = new(s.access.newID())
		}
		p.PolicyID = cmp.Or(p.PolicyID, "policy-"+strconv.Itoa(*p.ID))
		p.PolicyType = cmp.Or(p.PolicyType, "ADMIN")
		p.Catalog = cmp.Or(p.Catalog, managedCatalog)
		p.Mode = cmp.Or(p.Mode, "COMMON")
		p.Source = cmp.Or(p.Source, "USER")
		p.Operator = cmp.Or(p.Operator, account)
		p.CreateTime = cmp.Or(p.CreateTime, beijingTime(s.world.Now()))
	}
	return policies
}

// sameGrant reports whether two policies grant the same.
func sameGrant(a, b dlc.Policy) bool {
	grant := func(p dlc.Policy) dlc.Policy {
		return dlc.Policy{
			Database: p.Database, Catalog: cmp.Or(p.Catalog, managedCatalog), Table: p.Table, Operation: p.Operation,
			PolicyType: cmp.Or(p.PolicyType, "ADMIN"), Function: p.Function, View: p.View, Column: p.Column, DataEngine: p.DataEngine,
			Model: p.Model,
		}
	}
	return reflect.DeepEqual(grant(a), grant(b))
}

// attach adds policies to those that are granted, except what is granted already, and returns all that was asked for.
func (s *Service) attach(granted, policies []dlc.Policy) (all, attached []dlc.Policy) {
	all = slices.Clone(granted)
	for _, p := range policies {
		i := slices.IndexFunc(all, func(other dlc.Policy) bool { return sameGrant(p, other) })
		if i < 0 {
			i, all = len(all), append(all, s.newPolicies([]dlc.Policy{p})...)
		}
		attached = append(attached, all[i])
	}
	return all, attached
}

// detached returns the policies without some, which are selected by ID or by what they grant.
func detached(granted, policies []dlc.Policy, ids []string) []dlc.Policy {
	return slices.DeleteFunc(slices.Clone(granted), func(p dlc.Policy) bool {
		return slices.Contains(ids, p.PolicyID) || slices.ContainsFunc(policies, func(other dlc.Policy) bool {
			return other.PolicyID != "" && other.PolicyID == p.PolicyID || other.PolicyID == "" && sameGrant(p, other)
		})
	})
}

func (s *Service) attachUserPolicy(r *front.Received, in dlc.AttachUserPolicyRequest) (any, error) {
	v, err := s.user(in.UserID)
	if err != nil {
		return nil, err
	}
	out := &dlc.AttachUserPolicyResponse{RequestID: r.RequestID}
	v.PolicySet, out.PolicySet = s.attach(v.PolicySet, in.PolicySet)
	s.access.users.Add(v.UserID, s.world.Now(), v)
	return out, nil
}

func (s *Service) detachUserPolicy(r *front.Received, in dlc.DetachUserPolicyRequest) (any, error) {
	v, err := s.user(in.UserID)
	if err != nil {
		return nil, err
	}
	v.PolicySet = detached(v.PolicySet, in.PolicySet, in.PolicyIDs)
	s.access.users.Add(v.UserID, s.world.Now(), v)
	return &dlc.DetachUserPolicyResponse{RequestID: r.RequestID}, nil
}

func (s *Service) attachWorkGroupPolicy(r *front.Received, in dlc.AttachWorkGroupPolicyRequest) (any, error) {
	v, err := s.workGroup(in.WorkGroupID)
	if err != nil {
		return nil, err
	}
	out := &dlc.AttachWorkGroupPolicyResponse{RequestID: r.RequestID}
	v.PolicySet, out.PolicySet = s.attach(v.PolicySet, in.PolicySet)
	s.access.workGroups.Add(strconv.Itoa(v.WorkGroupID), s.world.Now(), v)
	return out, nil
}

func (s *Service) detachWorkGroupPolicy(r *front.Received, in dlc.DetachWorkGroupPolicyRequest) (any, error) {
	v, err := s.workGroup(in.WorkGroupID)
	if err != nil {
		return nil, err
	}
	v.PolicySet = detached(v.PolicySet, in.PolicySet, in.PolicyIDs)
	s.access.workGroups.Add(strconv.Itoa(v.WorkGroupID), s.world.Now(), v)
	return &dlc.DetachWorkGroupPolicyResponse{RequestID: r.RequestID}, nil
}

// policiesOf returns the policies of a user and those of its groups.
func (s *Service) policiesOf(user dlc.UserInfo) []dlc.Policy {
	all := slices.Clone(user.PolicySet)
	for _, g := range s.access.workGroups.List(s.world.Now()) {
		if !slices.Contains(s.access.members[g.WorkGroupID], user.UserID) {
			continue
		}
		for _, p := range g.PolicySet {
			p.Source, p.SourceID, p.SourceName = "WORKGROUP", new(g.WorkGroupID), g.WorkGroupName
			all = append(all, p)
		}
	}
	return all
}

// A policyQuery asks for the policies of one kind, or of all kinds if it is empty.
type policyQuery struct {
	kind, id      string
	filters       []dlc.Filter
	sorting       dlc.Sorting
	offset, limit int
}

// policyPages are the members of a response for the kinds of policies.
type policyPages struct{ data, engine, rowFilter, catalog, model **dlc.Policys }

// of returns the page for a policy, and the kind that asks for it.
func (pages policyPages) of(p dlc.Policy) (page **dlc.Policys, kind string) {
	switch strings.ToUpper(p.PolicyType) {
	case "ENGINE":
		return pages.engine, "EngineAuth"
	case "ROWFILTER":
		return pages.rowFilter, "RowFilter"
	case "DATASOURCE", "CATALOG":
		return pages.catalog, "CatalogAuth"
	case "MODEL":
		return pages.model, "ModelAuth"
	}
	return pages.data, "DataAuth"
}

func (s *Service) fillPolicies(all []dlc.Policy, q policyQuery, pages policyPages) error {
	list, err := filtered(slices.Clone(all), q.filters, filterFields[dlc.Policy]{
		"policy-type":   func(p dlc.Policy, value string) bool { return p.PolicyType == value },
		"policy-source": func(p dlc.Policy, value string) bool { return p.Source == value },
		"data-name": func(p dlc.Policy, value string) bool {
			return strings.Contains(p.Database, value) || strings.Contains(p.Table, value)
		},
		"engine-name": func(p dlc.Policy, value string) bool {
			return p.DataEngine != nil && strings.Contains(*p.DataEngine, value)
		},
	})
	if err != nil {
		return err
	}
	byPage := map[**dlc.Policys][]dlc.Policy{}
	for _, p := range descending(list, q.sorting == dlc.SortingDescending) {
		page, kind := pages.of(p)
		if (q.kind == "" || q.kind == kind) && world.MatchesName(q.id, p.PolicyID) {
			byPage[page] = append(byPage[page], p)
		}
	}
	for page, policies := range byPage {
		shown, err := offsetPage(policies, q.offset, q.limit)
		if err != nil {
			return err
		}
		*page = &dlc.Policys{PolicySet: shown, TotalCount: len(policies)}
	}
	return nil
}

// checkGrantedPermission checks what the caller may do. An account that was not added as a user owns everything.
func (s *Service) checkGrantedPermission(r *front.Received, in dlc.CheckGrantedPermissionRequest) (any, error) {
	out := &dlc.CheckGrantedPermissionResponse{RequestID: r.RequestID}
	user, err := s.user(account)
	owner := err != nil || user.UserType == dlc.UserTypeAdmin
	policies := s.policiesOf(user)
	for _, check := range in.CheckPermission {
		out.PermissionResponses = append(out.PermissionResponses, dlc.PermissionResponseInfo{
			AccessType: check.AccessType, ResourceBaseInfo: new(check.ResourceBaseInfo),
			Allowed: owner || slices.ContainsFunc(policies, func(p dlc.Policy) bool { return grants(p, check) }),
		})
	}
	return out, nil
}

// grants reports whether a policy allows what a check asks for. "*" stands for everything.
func grants(p dlc.Policy, check dlc.CheckPermission) bool {
	matches := func(granted, asked string) bool { return granted == "*" || granted == asked }
	optional := func(v *string) string {
		if v == nil {
			return ""
		}
		return *v
	}
	r := check.ResourceBaseInfo
	operation := p.Operation == "" || strings.EqualFold(p.Operation, "ALL") || strings.EqualFold(p.Operation, check.AccessType)
	if p.PolicyType == "ADMIN" {
		return operation
	}
	return operation && matches(p.Catalog, cmp.Or(r.Catalog, managedCatalog)) && matches(p.Database, cmp.Or(r.Database, r.Schema)) &&
		matches(p.Table, r.Table) && matches(optional(p.View), r.View) && matches(optional(p.Function), r.Function)
}

// updateRowFilter changes the condition of a row filter, wherever it is attached. What it filters stays the same.
func (s *Service) updateRowFilter(r *front.Received, in dlc.UpdateRowFilterRequest) (any, error) {
	isFilter := func(p dlc.Policy) bool {
		return p.ID != nil && *p.ID == in.PolicyID && strings.EqualFold(p.PolicyType, "ROWFILTER")
	}
	update := func(policies []dlc.Policy) []dlc.Policy {
		policies = slices.Clone(policies)
		policies[slices.IndexFunc(policies, isFilter)].Operation = in.Policy.Operation
		return policies
	}
	if _, v, ok := findWith(s, s.access.users, func(v dlc.UserInfo) bool { return slices.ContainsFunc(v.PolicySet, isFilter) }); ok {
		v.PolicySet = update(v.PolicySet)
		s.access.users.Add(v.UserID, s.world.Now(), v)
		return &dlc.UpdateRowFilterResponse{RequestID: r.RequestID}, nil
	}
	key, g, ok := findWith(s, s.access.workGroups, func(v dlc.WorkGroupInfo) bool { return slices.ContainsFunc(v.PolicySet, isFilter) })
	if !ok {
		return nil, refuse("FailedOperation.UpdatePolicyFailed", "The row filter %d does not exist.", in.PolicyID)
	}
	g.PolicySet = update(g.PolicySet)
	s.access.workGroups.Add(key, s.world.Now(), g)
	return &dlc.UpdateRowFilterResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeUDFPolicy(r *front.Received, in dlc.DescribeUDFPolicyRequest) (any, error) {
	v, _ := s.access.functions.Row(functionKey(dlc.UpdateUDFPolicyRequest{
		CatalogName: in.CatalogName, DatabaseName: in.DatabaseName, Name: in.Name,
	})).Actual(s.world.Now())
	return &dlc.DescribeUDFPolicyResponse{UDFPolicyInfos: v.UDFPolicyInfos, RequestID: r.RequestID}, nil
}

func (s *Service) updateUDFPolicy(r *front.Received, in dlc.UpdateUDFPolicyRequest) (any, error) {
	s.access.functions.Add(functionKey(in), s.world.Now(), in)
	return &dlc.UpdateUDFPolicyResponse{UDFPolicyInfos: in.UDFPolicyInfos, RequestID: r.RequestID}, nil
}

func functionKey(v dlc.UpdateUDFPolicyRequest) string {
	return world.KeyOf(v.CatalogName, v.DatabaseName, v.Name)
}
