package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcGroupStarts are the actions that change a resource group.
var dlcGroupStarts = []string{
	"CreateStandardEngineResourceGroup", "LaunchStandardEngineResourceGroups", "PauseStandardEngineResourceGroups",
	"UpdateStandardEngineResourceGroupResourceInfo", "UpdateStandardEngineResourceGroupConfigInfo",
	"UpdateEngineResourceGroupNetworkConfigInfo", "DeleteStandardEngineResourceGroup",
}

func (s *dlcService) groupActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateStandardEngineResourceGroup":             action(s.createGroup),
		"LaunchStandardEngineResourceGroups":            action(s.launchGroups),
		"PauseStandardEngineResourceGroups":             action(s.pauseGroups),
		"UpdateStandardEngineResourceGroupResourceInfo": action(s.resizeGroup),
		"UpdateStandardEngineResourceGroupConfigInfo":   action(s.configureGroup),
		"UpdateEngineResourceGroupNetworkConfigInfo":    action(s.connectGroup),
		"DeleteStandardEngineResourceGroup":             action(s.deleteGroup),
		"DescribeStandardEngineResourceGroups":          action(s.describeGroups),
	}
}

type groupRow = timeline[dlc.StandardEngineResourceGroupInfo]

// AddStandardEngineResourceGroup puts in a resource group of a standard engine, or replaces the one
// of its name. What is left empty becomes that of a running group; since a zero state is left empty
// too, a group cannot be put in as starting.
func (e *Emulator) AddStandardEngineResourceGroup(group dlc.StandardEngineResourceGroupInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := withGroupDefaults(copyOf(group), e.now().Add(-24*time.Hour))
	g.ResourceGroupState = cmp.Or(g.ResourceGroupState, dlc.ResourceGroupStateRunning)
	e.dlc.groups.add(g.EngineResourceGroupName, e.now(), g)
}

func withGroupDefaults(g dlc.StandardEngineResourceGroupInfo, created time.Time) dlc.StandardEngineResourceGroupInfo {
	g.EngineResourceGroupName = cmp.Or(g.EngineResourceGroupName, "group")
	g.EngineResourceGroupID = cmp.Or(g.EngineResourceGroupID, "rg-"+newUUID()[:8])
	g.DataEngineName = cmp.Or(g.DataEngineName, "engine")
	g.CreateTime = cmp.Or(g.CreateTime, created.Unix())
	g.UpdateTime = cmp.Or(g.UpdateTime, g.CreateTime)
	return g
}

// groupIn finds a resource group that is in one of the given states.
func (s *dlcService) groupIn(name string, states ...dlc.ResourceGroupState) (*groupRow, dlc.StandardEngineResourceGroupInfo, error) {
	row := s.groups.row(name)
	group, ok := row.truth(s.emulator.now())
	switch {
	case !ok:
		return nil, group, &refusal{code: "ResourceNotFound", message: "There is no resource group " + strconv.Quote(name) + "."}
	case !slices.Contains(states, group.ResourceGroupState):
		return nil, group, &refusal{code: "FailedOperation.AnotherProcessRunning", message: "The resource group " + strconv.Quote(name) + " is in state " + group.ResourceGroupState.String() + ", which does not allow this."}
	}
	return row, group, nil
}

// changeGroup plans a change c of a resource group from one state through another to a third, in which
// apply changes what else there is to it. After a failure it is as before.
func changeGroup(row *groupRow, c change, before dlc.StandardEngineResourceGroupInfo, through, to dlc.ResourceGroupState, apply ...func(*dlc.StandardEngineResourceGroupInfo)) {
	changing := before
	changing.ResourceGroupState, changing.UpdateTime = through, max(c.start.Unix(), before.UpdateTime+1)
	after := before
	after.UpdateTime = max(c.end.Unix(), changing.UpdateTime+1)
	if !c.failed() {
		after.ResourceGroupState = to
		for _, f := range apply {
			f(&after)
		}
	}
	if state, err := strconv.Atoi(c.State); err == nil {
		after.ResourceGroupState = dlc.ResourceGroupState(state)
	}
	during(row, c, c.start, changing)
	finish(row, c, after)
}

// createGroup makes a group that starts at once, or is paused if that is not wanted. One that cannot
// be made is isolated.
func (s *dlcService) createGroup(r *received, in dlc.CreateStandardEngineResourceGroupRequest) (any, error) {
	name := in.EngineResourceGroupName
	if _, ok := s.groups.row(name).truth(s.emulator.now()); ok {
		return nil, &refusal{code: "InvalidParameter.DuplicateGroupName", message: "There is a resource group " + strconv.Quote(name) + " already."}
	}
	c := s.emulator.begin("dlc", "CreateStandardEngineResourceGroup")
	group := withGroupDefaults(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: name, DataEngineName: in.DataEngineName}, c.start)
	group.ResourceGroupState = dlc.ResourceGroupStateIsolated
	to := dlc.ResourceGroupStateRunning
	if in.IsLaunchNow != nil && *in.IsLaunchNow == 1 {
		to = dlc.ResourceGroupStatePaused
	}
	changeGroup(s.groups.create(name), c, group, dlc.ResourceGroupStateStarting, to)
	return &dlc.CreateStandardEngineResourceGroupResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) launchGroups(r *received, in dlc.LaunchStandardEngineResourceGroupsRequest) (any, error) {
	refused := s.operateGroups(r.operation, in.EngineResourceGroupNames, dlc.ResourceGroupStatePaused, dlc.ResourceGroupStateStarting, dlc.ResourceGroupStateRunning)
	return &dlc.LaunchStandardEngineResourceGroupsResponse{OperateEngineResourceGroupFailMessages: refused, RequestID: r.requestID}, nil
}

func (s *dlcService) pauseGroups(r *received, in dlc.PauseStandardEngineResourceGroupsRequest) (any, error) {
	refused := s.operateGroups(r.operation, in.EngineResourceGroupNames, dlc.ResourceGroupStateRunning, dlc.ResourceGroupStatePausing, dlc.ResourceGroupStatePaused)
	return &dlc.PauseStandardEngineResourceGroupsResponse{OperateEngineResourceGroupFailMessages: refused, RequestID: r.requestID}, nil
}

// operateGroups changes the groups that allow it, all in one change, and says why the others do not.
func (s *dlcService) operateGroups(operation string, names []string, from, through, to dlc.ResourceGroupState) []dlc.OperateEngineResourceGroupFailMessage {
	var refused []dlc.OperateEngineResourceGroupFailMessage
	var c change
	for _, name := range names {
		row, group, err := s.groupIn(name, from)
		if err != nil {
			_, says, _ := strings.Cut(err.Error(), ": ")
			refused = append(refused, dlc.OperateEngineResourceGroupFailMessage{EngineResourceGroupName: name, FailMessage: says})
			continue
		}
		if c.start.IsZero() {
			c = s.emulator.begin("dlc", operation)
		}
		changeGroup(row, c, group, through, to)
	}
	return refused
}

func (s *dlcService) resizeGroup(r *received, in dlc.UpdateStandardEngineResourceGroupResourceInfoRequest) (any, error) {
	if err := s.reconfigureGroup(r.operation, in.EngineResourceGroupName, dlc.ResourceGroupStateResizing); err != nil {
		return nil, err
	}
	return &dlc.UpdateStandardEngineResourceGroupResourceInfoResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) configureGroup(r *received, in dlc.UpdateStandardEngineResourceGroupConfigInfoRequest) (any, error) {
	if err := s.reconfigureGroup(r.operation, in.EngineResourceGroupName, dlc.ResourceGroupStateReconfiguring); err != nil {
		return nil, err
	}
	return &dlc.UpdateStandardEngineResourceGroupConfigInfoResponse{RequestID: r.requestID}, nil
}

// connectGroup changes the network connections of a group, which is named by its id.
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

// groupName finds the name of a resource group by its id; the id itself if there is none.
func (s *dlcService) groupName(id string) string {
	for _, name := range s.groups.keys {
		if group, ok := s.groups.row(name).truth(s.emulator.now()); ok && group.EngineResourceGroupID == id {
			return name
		}
	}
	return id
}

func (s *dlcService) reconfigureGroup(operation, name string, through dlc.ResourceGroupState, apply ...func(*dlc.StandardEngineResourceGroupInfo)) error {
	row, group, err := s.groupIn(name, dlc.ResourceGroupStateRunning, dlc.ResourceGroupStatePaused)
	if err == nil {
		changeGroup(row, s.emulator.begin("dlc", operation), group, through, group.ResourceGroupState, apply...)
	}
	return err
}

func (s *dlcService) deleteGroup(r *received, in dlc.DeleteStandardEngineResourceGroupRequest) (any, error) {
	row, group, err := s.groupIn(in.EngineResourceGroupName, dlc.ResourceGroupStateRunning, dlc.ResourceGroupStatePaused, dlc.ResourceGroupStateIsolated)
	if err != nil {
		return nil, err
	}
	c := s.emulator.begin("dlc", "DeleteStandardEngineResourceGroup")
	c.Vanish = c.Vanish || !c.failed()
	changeGroup(row, c, group, dlc.ResourceGroupStatePausing, group.ResourceGroupState)
	return &dlc.DeleteStandardEngineResourceGroupResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) describeGroups(r *received, in dlc.DescribeStandardEngineResourceGroupsRequest) (any, error) {
	list := []dlc.StandardEngineResourceGroupInfo{}
	for _, group := range s.groups.list(s.emulator.now()) {
		fits, err := fitsGroupFilters(group, in.Filters)
		if err != nil {
			return nil, err
		}
		if fits {
			list = append(list, group)
		}
	}
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage))
	return &dlc.DescribeStandardEngineResourceGroupsResponse{UserEngineResourceGroupInfos: page, Total: len(list), RequestID: r.requestID}, nil
}

func fitsGroupFilters(group dlc.StandardEngineResourceGroupInfo, filters []dlc.Filter) (bool, error) {
	for _, f := range filters {
		var fits bool
		switch f.Name {
		case "engine-resource-group-id":
			fits = slices.Contains(f.Values, group.EngineResourceGroupID)
		case "engine-resource-group-name-unique":
			fits = slices.Contains(f.Values, group.EngineResourceGroupName)
		case "engine-resource-group-name":
			fits = slices.ContainsFunc(f.Values, func(v string) bool { return strings.Contains(group.EngineResourceGroupName, v) })
		case "engine-resource-group-state":
			fits = slices.Contains(f.Values, strconv.Itoa(int(group.ResourceGroupState)))
		case "data-engine-name":
			fits = slices.Contains(f.Values, group.DataEngineName)
		default:
			return false, noFilter(f.Name)
		}
		if !fits {
			return false, nil
		}
	}
	return true, nil
}

func noFilter(name string) error {
	return &refusal{code: "InvalidParameter", message: "There is no filter " + strconv.Quote(name) + "."}
}
