package dlc

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// groupChanges are the actions that change a resource group.
var groupChanges = []string{
	"CreateStandardEngineResourceGroup", "LaunchStandardEngineResourceGroups", "PauseStandardEngineResourceGroups",
	"UpdateStandardEngineResourceGroupResourceInfo", "UpdateStandardEngineResourceGroupConfigInfo",
	"UpdateEngineResourceGroupNetworkConfigInfo", "UpdateStandardEngineResourceGroupBaseInfo", "DeleteStandardEngineResourceGroup",
}

func (s *Service) groupOperations() front.Handlers {
	return front.Handlers{
		"CreateStandardEngineResourceGroup":             front.Handle(s.createGroup),
		"LaunchStandardEngineResourceGroups":            front.Handle(s.launchGroups),
		"PauseStandardEngineResourceGroups":             front.Handle(s.pauseGroups),
		"UpdateStandardEngineResourceGroupResourceInfo": front.Handle(s.resizeGroup),
		"UpdateStandardEngineResourceGroupConfigInfo":   front.Handle(s.configureGroup),
		"UpdateEngineResourceGroupNetworkConfigInfo":    front.Handle(s.connectGroup),
		"UpdateStandardEngineResourceGroupBaseInfo":     front.Handle(s.updateGroupBase),
		"DeleteStandardEngineResourceGroup":             front.Handle(s.deleteGroup),
		"DescribeStandardEngineResourceGroups":          front.Handle(s.describeGroups),

		"DescribeStandardEngineResourceGroupConfigInfo": front.Handle(s.describeGroupConfigs),
	}
}

type groupRow = world.Timeline[dlc.StandardEngineResourceGroupInfo]

// AddStandardEngineResourceGroup adds a resource group of a standard engine, or replaces the one with its name, and returns its name.
func (s *Service) AddStandardEngineResourceGroup(group dlc.StandardEngineResourceGroupInfo) string {
	g := s.withGroupDefaults(group, s.world.Now().Add(-24*time.Hour))
	g.ResourceGroupState = cmp.Or(g.ResourceGroupState, dlc.ResourceGroupStateRunning)
	s.groups.Add(g.EngineResourceGroupName, s.world.Now(), g)
	return g.EngineResourceGroupName
}

func (s *Service) withGroupDefaults(g dlc.StandardEngineResourceGroupInfo, created time.Time) dlc.StandardEngineResourceGroupInfo {
	g.EngineResourceGroupName = cmp.Or(g.EngineResourceGroupName, "group")
	g.EngineResourceGroupID = cmp.Or(g.EngineResourceGroupID, "rg-"+s.world.NewID(8))
	g.DataEngineName = cmp.Or(g.DataEngineName, "engine")
	g.CreateTime = cmp.Or(g.CreateTime, cloud.Seconds(created))
	g.UpdateTime = cmp.Or(g.UpdateTime, g.CreateTime)
	return g
}

// groupInState returns a resource group that is in one of the given states.
func (s *Service) groupInState(name string, states ...dlc.ResourceGroupState) (*groupRow, dlc.StandardEngineResourceGroupInfo, error) {
	row := s.groups.Row(name)
	group, ok := row.Actual(s.world.Now())
	switch {
	case !ok:
		return nil, group, &front.Refusal{
			Code:    "ResourceNotFound",
			Message: "The resource group " + strconv.Quote(name) + " does not exist.",
		}
	case !slices.Contains(states, group.ResourceGroupState):
		return nil, group, &front.Refusal{
			Code: "FailedOperation.AnotherProcessRunning",
			Message: "The resource group " + strconv.Quote(name) + " is in state " + group.ResourceGroupState.String() +
				", which does not allow this.",
		}
	}
	return row, group, nil
}

// changeGroup plans a change of a resource group: through is its state until the end, to the one after, when
// apply takes effect too. After a failure the group is as before.
func (s *Service) changeGroup(
	row *groupRow, c world.Change, before dlc.StandardEngineResourceGroupInfo, through, to dlc.ResourceGroupState,
	apply ...func(*dlc.StandardEngineResourceGroupInfo),
) {
	changing := before
	changing.ResourceGroupState, changing.UpdateTime = through, max(cloud.Seconds(c.Start), before.UpdateTime+1)
	after := before
	after.UpdateTime = max(cloud.Seconds(c.End), changing.UpdateTime+1)
	if !c.Failed() {
		after.ResourceGroupState = to
		for _, f := range apply {
			f(&after)
		}
	}
	if state, err := strconv.Atoi(c.State); err == nil {
		after.ResourceGroupState = dlc.ResourceGroupState(state)
	}
	world.Schedule(row, c, c.Start, changing)
	world.Finish(row, c, after)
	s.groupEvents(c, changing, after)
}

// createGroup plans a group that is running after its creation, or paused if the request asks for that. A group
// that cannot be created is isolated.
func (s *Service) createGroup(r *front.Received, in dlc.CreateStandardEngineResourceGroupRequest) (any, error) {
	name := in.EngineResourceGroupName
	if _, ok := s.groups.Row(name).Actual(s.world.Now()); ok {
		return nil, &front.Refusal{
			Code:    "InvalidParameter.DuplicateGroupName",
			Message: "The resource group " + strconv.Quote(name) + " already exists.",
		}
	}
	c := s.world.Begin("dlc", "CreateStandardEngineResourceGroup")
	var group dlc.StandardEngineResourceGroupInfo
	world.CopyMembers(&group, in)
	group = s.withGroupDefaults(group, c.Start)
	group.ResourceGroupState = dlc.ResourceGroupStateIsolated
	to := dlc.ResourceGroupStateRunning
	if in.IsLaunchNow != nil && *in.IsLaunchNow == 1 {
		to = dlc.ResourceGroupStatePaused
	}
	s.changeGroup(s.groups.Create(name), c, group, dlc.ResourceGroupStateStarting, to)
	return &dlc.CreateStandardEngineResourceGroupResponse{RequestID: r.RequestID}, nil
}

func (s *Service) launchGroups(r *front.Received, in dlc.LaunchStandardEngineResourceGroupsRequest) (any, error) {
	refused := s.operateGroups(r.Operation, in.EngineResourceGroupNames, dlc.ResourceGroupStatePaused,
		dlc.ResourceGroupStateStarting, dlc.ResourceGroupStateRunning)
	return &dlc.LaunchStandardEngineResourceGroupsResponse{OperateEngineResourceGroupFailMessages: refused, RequestID: r.RequestID}, nil
}

func (s *Service) pauseGroups(r *front.Received, in dlc.PauseStandardEngineResourceGroupsRequest) (any, error) {
	refused := s.operateGroups(r.Operation, in.EngineResourceGroupNames, dlc.ResourceGroupStateRunning,
		dlc.ResourceGroupStatePausing, dlc.ResourceGroupStatePaused)
	return &dlc.PauseStandardEngineResourceGroupsResponse{OperateEngineResourceGroupFailMessages: refused, RequestID: r.RequestID}, nil
}

// operateGroups changes the groups whose state allows it, all in one change, and returns messages for the
// others.
func (s *Service) operateGroups(
	operation string, names []string, from, through, to dlc.ResourceGroupState,
) []dlc.OperateEngineResourceGroupFailMessage {
	var refused []dlc.OperateEngineResourceGroupFailMessage
	var c world.Change
	for _, name := range names {
		row, group, err := s.groupInState(name, from)
		if err != nil {
			_, message, _ := strings.Cut(err.Error(), ": ")
			refused = append(refused, dlc.OperateEngineResourceGroupFailMessage{EngineResourceGroupName: name, FailMessage: message})
			continue
		}
		if c.Start.IsZero() {
			c = s.world.Begin("dlc", operation)
		}
		s.changeGroup(row, c, group, through, to)
	}
	return refused
}

func (s *Service) resizeGroup(r *front.Received, in dlc.UpdateStandardEngineResourceGroupResourceInfoRequest) (any, error) {
	resizing := dlc.ResourceGroupStateResizing
	if err := s.reconfigureGroup(r.Operation, in.EngineResourceGroupName, resizing, func(g *dlc.StandardEngineResourceGroupInfo) {
		world.CopyMembers(g, in)
	}); err != nil {
		return nil, err
	}
	return &dlc.UpdateStandardEngineResourceGroupResourceInfoResponse{RequestID: r.RequestID}, nil
}

func (s *Service) configureGroup(r *front.Received, in dlc.UpdateStandardEngineResourceGroupConfigInfoRequest) (any, error) {
	row, group, err := s.groupInState(in.EngineResourceGroupName, dlc.ResourceGroupStateRunning, dlc.ResourceGroupStatePaused)
	if err != nil {
		return nil, err
	}
	c := s.world.Begin("dlc", r.Operation)
	s.changeGroup(row, c, group, dlc.ResourceGroupStateReconfiguring, group.ResourceGroupState)
	if !c.Failed() {
		s.configure(c, group, in.UpdateConfContext)
	}
	return &dlc.UpdateStandardEngineResourceGroupConfigInfoResponse{RequestID: r.RequestID}, nil
}

// configure plans the configuration of a group at the end of a change.
func (s *Service) configure(c world.Change, group dlc.StandardEngineResourceGroupInfo, contexts []dlc.UpdateConfContext) {
	row := s.groupConfigs.Row(group.EngineResourceGroupID)
	config, ok := row.Actual(c.Start)
	if !ok {
		config = dlc.StandardEngineResourceGroupConfigInfo{
			ResourceGroupID: group.EngineResourceGroupID, DataEngineID: group.DataEngineID, CreateTime: group.CreateTime,
		}
		row = s.groupConfigs.Create(group.EngineResourceGroupID)
	}
	config = world.DeepCopy(config)
	config.UpdateTime = cloud.Seconds(c.End)
	for _, kind := range contexts {
		pairs := &config.DynamicConfigPairs
		if kind.ConfigType == dlc.ConfigTypeStatic {
			pairs = &config.StaticConfigPairs
		}
		for _, p := range kind.Params {
			*pairs = slices.DeleteFunc(*pairs, func(old dlc.EngineResourceGroupConfigPair) bool { return old.ConfigItem == p.ConfigItem })
			if p.Operate != dlc.ParamOperationDelete {
				*pairs = append(*pairs, dlc.EngineResourceGroupConfigPair{ConfigItem: p.ConfigItem, ConfigValue: p.ConfigValue})
			}
		}
	}
	world.Finish(row, c, config)
}

// describeGroupConfigs lists the configurations of groups, which are empty until they are changed.
func (s *Service) describeGroupConfigs(r *front.Received, in dlc.DescribeStandardEngineResourceGroupConfigInfoRequest) (any, error) {
	list, now := []dlc.StandardEngineResourceGroupConfigInfo{}, s.world.Now()
	for _, group := range s.groups.List(now) {
		config, ok := s.groupConfigs.Row(group.EngineResourceGroupID).Visible(now)
		if !ok {
			config = dlc.StandardEngineResourceGroupConfigInfo{
				ResourceGroupID: group.EngineResourceGroupID, DataEngineID: group.DataEngineID,
			}
		}
		matches := true
		for _, f := range in.Filters {
			switch f.Name {
			case "engine-resource-group-id":
				matches = matches && slices.Contains(f.Values, config.ResourceGroupID)
			case "engine-id":
				matches = matches && slices.Contains(f.Values, config.DataEngineID)
			default:
				return nil, unknownFilter(f.Name)
			}
		}
		if matches {
			list = append(list, config)
		}
	}
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeStandardEngineResourceGroupConfigInfoResponse{
		StandardEngineResourceGroupConfigInfos: page, Total: len(list), RequestID: r.RequestID,
	}, nil
}

// connectGroup changes the network connections of a group, which the request names by its ID.
func (s *Service) connectGroup(r *front.Received, in dlc.UpdateEngineResourceGroupNetworkConfigInfoRequest) (any, error) {
	through := dlc.ResourceGroupStateRestarting
	if in.IsEffectiveNow != 0 {
		through = dlc.ResourceGroupStateDelivering
	}
	if err := s.reconfigureGroup(r.Operation, s.groupName(in.EngineResourceGroupID), through, func(g *dlc.StandardEngineResourceGroupInfo) {
		g.NetworkConfigNames = in.NetworkConfigNames
	}); err != nil {
		return nil, err
	}
	return &dlc.UpdateEngineResourceGroupNetworkConfigInfoResponse{RequestID: r.RequestID}, nil
}

// updateGroupBase changes the base information of a group. Members that the request leaves out keep their values.
func (s *Service) updateGroupBase(r *front.Received, in dlc.UpdateStandardEngineResourceGroupBaseInfoRequest) (any, error) {
	through := dlc.ResourceGroupStateReconfiguring
	err := s.reconfigureGroup(r.Operation, in.EngineResourceGroupName, through, func(g *dlc.StandardEngineResourceGroupInfo) {
		g.AutoLaunch, g.AutoPause, g.AutoPauseTime = in.AutoLaunch, in.AutoPause, cmp.Or(in.AutoPauseTime, g.AutoPauseTime)
		if in.MaxConcurrency != nil {
			g.MaxConcurrency = *in.MaxConcurrency
		}
	})
	if err != nil {
		return nil, err
	}
	return &dlc.UpdateStandardEngineResourceGroupBaseInfoResponse{RequestID: r.RequestID}, nil
}

// groupName returns the name of a resource group by its ID, or the ID if there is no such group.
func (s *Service) groupName(id string) string {
	if name, _, ok := s.groups.By(s.world.Now(), id); ok {
		return name
	}
	return id
}

func (s *Service) reconfigureGroup(
	operation, name string, through dlc.ResourceGroupState, apply ...func(*dlc.StandardEngineResourceGroupInfo),
) error {
	row, group, err := s.groupInState(name, dlc.ResourceGroupStateRunning, dlc.ResourceGroupStatePaused)
	if err == nil {
		s.changeGroup(row, s.world.Begin("dlc", operation), group, through, group.ResourceGroupState, apply...)
	}
	return err
}

func (s *Service) deleteGroup(r *front.Received, in dlc.DeleteStandardEngineResourceGroupRequest) (any, error) {
	row, group, err := s.groupInState(in.EngineResourceGroupName, dlc.ResourceGroupStateRunning,
		dlc.ResourceGroupStatePaused, dlc.ResourceGroupStateIsolated)
	if err != nil {
		return nil, err
	}
	c := s.world.Begin("dlc", "DeleteStandardEngineResourceGroup")
	c.Vanish = c.Vanish || !c.Failed()
	s.changeGroup(row, c, group, dlc.ResourceGroupStatePausing, group.ResourceGroupState)
	return &dlc.DeleteStandardEngineResourceGroupResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeGroups(r *front.Received, in dlc.DescribeStandardEngineResourceGroupsRequest) (any, error) {
	list := []*dlc.StandardEngineResourceGroupInfo{}
	for _, group := range s.groups.List(s.world.Now()) {
		matches, err := matchesGroupFilters(group, in.Filters)
		if err != nil {
			return nil, err
		}
		if matches {
			list = append(list, group)
		}
	}
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeStandardEngineResourceGroupsResponse{
		UserEngineResourceGroupInfos: world.Copies(page), Total: len(list), RequestID: r.RequestID,
	}, nil
}

func matchesGroupFilters(group *dlc.StandardEngineResourceGroupInfo, filters []dlc.Filter) (bool, error) {
	for _, f := range filters {
		var matches bool
		switch f.Name {
		case "engine-resource-group-id":
			matches = slices.Contains(f.Values, group.EngineResourceGroupID)
		case "engine-resource-group-name-unique":
			matches = slices.Contains(f.Values, group.EngineResourceGroupName)
		case "engine-resource-group-name":
			matches = slices.ContainsFunc(f.Values, func(v string) bool { return strings.Contains(group.EngineResourceGroupName, v) })
		case "engine-resource-group-state":
			matches = slices.Contains(f.Values, strconv.Itoa(int(group.ResourceGroupState)))
		case "data-engine-name":
			matches = slices.Contains(f.Values, group.DataEngineName)
		default:
			return false, unknownFilter(f.Name)
		}
		if !matches {
			return false, nil
		}
	}
	return true, nil
}

func unknownFilter(name string) error {
	return &front.Refusal{Code: "InvalidParameter", Message: "The filter " + strconv.Quote(name) + " does not exist."}
}
