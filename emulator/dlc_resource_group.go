package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcGroupChanges are the actions that change a resource group.
var dlcGroupChanges = []string{
	"CreateStandardEngineResourceGroup", "LaunchStandardEngineResourceGroups", "PauseStandardEngineResourceGroups",
	"UpdateStandardEngineResourceGroupResourceInfo", "UpdateStandardEngineResourceGroupConfigInfo",
	"UpdateEngineResourceGroupNetworkConfigInfo", "UpdateStandardEngineResourceGroupBaseInfo", "DeleteStandardEngineResourceGroup",
}

func (s *dlcService) groupActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateStandardEngineResourceGroup":             action(s.createGroup),
		"LaunchStandardEngineResourceGroups":            action(s.launchGroups),
		"PauseStandardEngineResourceGroups":             action(s.pauseGroups),
		"UpdateStandardEngineResourceGroupResourceInfo": action(s.resizeGroup),
		"UpdateStandardEngineResourceGroupConfigInfo":   action(s.configureGroup),
		"UpdateEngineResourceGroupNetworkConfigInfo":    action(s.connectGroup),
		"UpdateStandardEngineResourceGroupBaseInfo":     action(s.updateGroupBase),
		"DeleteStandardEngineResourceGroup":             action(s.deleteGroup),
		"DescribeStandardEngineResourceGroups":          action(s.describeGroups),

		"DescribeStandardEngineResourceGroupConfigInfo": action(s.describeGroupConfigs),
	}
}

type groupRow = timeline[dlc.StandardEngineResourceGroupInfo]

// AddStandardEngineResourceGroup adds a resource group of a standard engine, or replaces the one with its name.
// Empty fields default to those of a running group. That includes a zero state, so a starting group cannot be
// added.
func (e *Emulator) AddStandardEngineResourceGroup(group dlc.StandardEngineResourceGroupInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := withGroupDefaults(deepCopy(group), e.now().Add(-24*time.Hour))
	g.ResourceGroupState = cmp.Or(g.ResourceGroupState, dlc.ResourceGroupStateRunning)
	e.dlc.groups.add(g.EngineResourceGroupName, e.now(), g)
}

func withGroupDefaults(g dlc.StandardEngineResourceGroupInfo, created time.Time) dlc.StandardEngineResourceGroupInfo {
	g.EngineResourceGroupName = cmp.Or(g.EngineResourceGroupName, "group")
	g.EngineResourceGroupID = cmp.Or(g.EngineResourceGroupID, "rg-"+newUUID()[:8])
	g.DataEngineName = cmp.Or(g.DataEngineName, "engine")
	g.CreateTime = cmp.Or(g.CreateTime, cloud.Seconds(created))
	g.UpdateTime = cmp.Or(g.UpdateTime, g.CreateTime)
	return g
}

// groupInState returns a resource group that is in one of the given states.
func (s *dlcService) groupInState(name string, states ...dlc.ResourceGroupState) (*groupRow, dlc.StandardEngineResourceGroupInfo, error) {
	row := s.groups.row(name)
	group, ok := row.actual(s.emulator.now())
	switch {
	case !ok:
		return nil, group, &refusal{code: "ResourceNotFound", message: "The resource group " + strconv.Quote(name) + " does not exist."}
	case !slices.Contains(states, group.ResourceGroupState):
		return nil, group, &refusal{
			code: "FailedOperation.AnotherProcessRunning",
			message: "The resource group " + strconv.Quote(name) + " is in state " + group.ResourceGroupState.String() +
				", which does not allow this.",
		}
	}
	return row, group, nil
}

// changeGroup plans a change of a resource group: through is its state until the end, to the one after, when
// apply takes effect too. After a failure the group is as before.
func (s *dlcService) changeGroup(
	row *groupRow, c change, before dlc.StandardEngineResourceGroupInfo, through, to dlc.ResourceGroupState,
	apply ...func(*dlc.StandardEngineResourceGroupInfo),
) {
	changing := before
	changing.ResourceGroupState, changing.UpdateTime = through, max(cloud.Seconds(c.start), before.UpdateTime+1)
	after := before
	after.UpdateTime = max(cloud.Seconds(c.end), changing.UpdateTime+1)
	if !c.failed() {
		after.ResourceGroupState = to
		for _, f := range apply {
			f(&after)
		}
	}
	if state, err := strconv.Atoi(c.State); err == nil {
		after.ResourceGroupState = dlc.ResourceGroupState(state)
	}
	schedule(row, c, c.start, changing)
	finish(row, c, after)
	s.groupEvents(c, changing, after)
}

// createGroup plans a group that is running after its creation, or paused if the request asks for that. A group
// that cannot be created is isolated.
func (s *dlcService) createGroup(r *received, in dlc.CreateStandardEngineResourceGroupRequest) (any, error) {
	name := in.EngineResourceGroupName
	if _, ok := s.groups.row(name).actual(s.emulator.now()); ok {
		return nil, &refusal{
			code:    "InvalidParameter.DuplicateGroupName",
			message: "The resource group " + strconv.Quote(name) + " already exists.",
		}
	}
	c := s.emulator.begin("dlc", "CreateStandardEngineResourceGroup")
	var group dlc.StandardEngineResourceGroupInfo
	copyMembers(&group, in)
	group = withGroupDefaults(group, c.start)
	group.ResourceGroupState = dlc.ResourceGroupStateIsolated
	to := dlc.ResourceGroupStateRunning
	if in.IsLaunchNow != nil && *in.IsLaunchNow == 1 {
		to = dlc.ResourceGroupStatePaused
	}
	s.changeGroup(s.groups.create(name), c, group, dlc.ResourceGroupStateStarting, to)
	return &dlc.CreateStandardEngineResourceGroupResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) launchGroups(r *received, in dlc.LaunchStandardEngineResourceGroupsRequest) (any, error) {
	refused := s.operateGroups(r.operation, in.EngineResourceGroupNames, dlc.ResourceGroupStatePaused,
		dlc.ResourceGroupStateStarting, dlc.ResourceGroupStateRunning)
	return &dlc.LaunchStandardEngineResourceGroupsResponse{OperateEngineResourceGroupFailMessages: refused, RequestID: r.requestID}, nil
}

func (s *dlcService) pauseGroups(r *received, in dlc.PauseStandardEngineResourceGroupsRequest) (any, error) {
	refused := s.operateGroups(r.operation, in.EngineResourceGroupNames, dlc.ResourceGroupStateRunning,
		dlc.ResourceGroupStatePausing, dlc.ResourceGroupStatePaused)
	return &dlc.PauseStandardEngineResourceGroupsResponse{OperateEngineResourceGroupFailMessages: refused, RequestID: r.requestID}, nil
}

// operateGroups changes the groups whose state allows it, all in one change, and returns messages for the
// others.
func (s *dlcService) operateGroups(
	operation string, names []string, from, through, to dlc.ResourceGroupState,
) []dlc.OperateEngineResourceGroupFailMessage {
	var refused []dlc.OperateEngineResourceGroupFailMessage
	var c change
	for _, name := range names {
		row, group, err := s.groupInState(name, from)
		if err != nil {
			_, message, _ := strings.Cut(err.Error(), ": ")
			refused = append(refused, dlc.OperateEngineResourceGroupFailMessage{EngineResourceGroupName: name, FailMessage: message})
			continue
		}
		if c.start.IsZero() {
			c = s.emulator.begin("dlc", operation)
		}
		s.changeGroup(row, c, group, through, to)
	}
	return refused
}

func (s *dlcService) resizeGroup(r *received, in dlc.UpdateStandardEngineResourceGroupResourceInfoRequest) (any, error) {
	resizing := dlc.ResourceGroupStateResizing
	if err := s.reconfigureGroup(r.operation, in.EngineResourceGroupName, resizing, func(g *dlc.StandardEngineResourceGroupInfo) {
		copyMembers(g, in)
	}); err != nil {
		return nil, err
	}
	return &dlc.UpdateStandardEngineResourceGroupResourceInfoResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) configureGroup(r *received, in dlc.UpdateStandardEngineResourceGroupConfigInfoRequest) (any, error) {
	row, group, err := s.groupInState(in.EngineResourceGroupName, dlc.ResourceGroupStateRunning, dlc.ResourceGroupStatePaused)
	if err != nil {
		return nil, err
	}
	c := s.emulator.begin("dlc", r.operation)
	s.changeGroup(row, c, group, dlc.ResourceGroupStateReconfiguring, group.ResourceGroupState)
	if !c.failed() {
		s.configure(c, group, in.UpdateConfContext)
	}
	return &dlc.UpdateStandardEngineResourceGroupConfigInfoResponse{RequestID: r.requestID}, nil
}

// configure plans the configuration of a group at the end of a change.
func (s *dlcService) configure(c change, group dlc.StandardEngineResourceGroupInfo, contexts []dlc.UpdateConfContext) {
	row := s.groupConfigs.row(group.EngineResourceGroupID)
	config, ok := row.actual(c.start)
	if !ok {
		config = dlc.StandardEngineResourceGroupConfigInfo{
			ResourceGroupID: group.EngineResourceGroupID, DataEngineID: group.DataEngineID, CreateTime: group.CreateTime,
		}
		row = s.groupConfigs.create(group.EngineResourceGroupID)
	}
	config = deepCopy(config)
	config.UpdateTime = cloud.Seconds(c.end)
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
	finish(row, c, config)
}

// describeGroupConfigs lists the configurations of groups, which are empty until they are changed.
func (s *dlcService) describeGroupConfigs(r *received, in dlc.DescribeStandardEngineResourceGroupConfigInfoRequest) (any, error) {
	list, now := []dlc.StandardEngineResourceGroupConfigInfo{}, s.emulator.now()
	for _, group := range s.groups.list(now) {
		config, ok := s.groupConfigs.row(group.EngineResourceGroupID).visible(now)
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
	return &dlc.DescribeStandardEngineResourceGroupConfigInfoResponse{
		StandardEngineResourceGroupConfigInfos: offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage)),
		Total:                                  len(list), RequestID: r.requestID,
	}, nil
}

// connectGroup changes the network connections of a group, which the request names by its ID.
func (s *dlcService) connectGroup(r *received, in dlc.UpdateEngineResourceGroupNetworkConfigInfoRequest) (any, error) {
	through := dlc.ResourceGroupStateRestarting
	if in.IsEffectiveNow != 0 {
		through = dlc.ResourceGroupStateDelivering
	}
	if err := s.reconfigureGroup(r.operation, s.groupName(in.EngineResourceGroupID), through, func(g *dlc.StandardEngineResourceGroupInfo) {
		g.NetworkConfigNames = in.NetworkConfigNames
	}); err != nil {
		return nil, err
	}
	return &dlc.UpdateEngineResourceGroupNetworkConfigInfoResponse{RequestID: r.requestID}, nil
}

// updateGroupBase changes the base information of a group. Members that the request leaves out keep their values.
func (s *dlcService) updateGroupBase(r *received, in dlc.UpdateStandardEngineResourceGroupBaseInfoRequest) (any, error) {
	through := dlc.ResourceGroupStateReconfiguring
	err := s.reconfigureGroup(r.operation, in.EngineResourceGroupName, through, func(g *dlc.StandardEngineResourceGroupInfo) {
		g.AutoLaunch, g.AutoPause, g.AutoPauseTime = in.AutoLaunch, in.AutoPause, cmp.Or(in.AutoPauseTime, g.AutoPauseTime)
		if in.MaxConcurrency != nil {
			g.MaxConcurrency = *in.MaxConcurrency
		}
	})
	if err != nil {
		return nil, err
	}
	return &dlc.UpdateStandardEngineResourceGroupBaseInfoResponse{RequestID: r.requestID}, nil
}

// groupName returns the name of a resource group by its ID, or the ID if there is no such group.
func (s *dlcService) groupName(id string) string {
	for _, name := range s.groups.keys {
		if group, ok := s.groups.row(name).actual(s.emulator.now()); ok && group.EngineResourceGroupID == id {
			return name
		}
	}
	return id
}

func (s *dlcService) reconfigureGroup(
	operation, name string, through dlc.ResourceGroupState, apply ...func(*dlc.StandardEngineResourceGroupInfo),
) error {
	row, group, err := s.groupInState(name, dlc.ResourceGroupStateRunning, dlc.ResourceGroupStatePaused)
	if err == nil {
		s.changeGroup(row, s.emulator.begin("dlc", operation), group, through, group.ResourceGroupState, apply...)
	}
	return err
}

func (s *dlcService) deleteGroup(r *received, in dlc.DeleteStandardEngineResourceGroupRequest) (any, error) {
	row, group, err := s.groupInState(in.EngineResourceGroupName, dlc.ResourceGroupStateRunning,
		dlc.ResourceGroupStatePaused, dlc.ResourceGroupStateIsolated)
	if err != nil {
		return nil, err
	}
	c := s.emulator.begin("dlc", "DeleteStandardEngineResourceGroup")
	c.Vanish = c.Vanish || !c.failed()
	s.changeGroup(row, c, group, dlc.ResourceGroupStatePausing, group.ResourceGroupState)
	return &dlc.DeleteStandardEngineResourceGroupResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) describeGroups(r *received, in dlc.DescribeStandardEngineResourceGroupsRequest) (any, error) {
	list := []dlc.StandardEngineResourceGroupInfo{}
	for _, group := range s.groups.list(s.emulator.now()) {
		matches, err := matchesGroupFilters(group, in.Filters)
		if err != nil {
			return nil, err
		}
		if matches {
			list = append(list, group)
		}
	}
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage))
	return &dlc.DescribeStandardEngineResourceGroupsResponse{
		UserEngineResourceGroupInfos: page, Total: len(list), RequestID: r.requestID,
	}, nil
}

func matchesGroupFilters(group dlc.StandardEngineResourceGroupInfo, filters []dlc.Filter) (bool, error) {
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
	return &refusal{code: "InvalidParameter", message: "The filter " + strconv.Quote(name) + " does not exist."}
}
