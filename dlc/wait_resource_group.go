package dlc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateStandardEngineResourceGroup creates a resource group of a standard engine and returns a
// waiter for it. The wait ends well when the group runs or, unless r asks to launch it at once, is
// paused. The service gives no id for the group, so the waiter asks for the name, once before the
// call too: a group that showed under the name then does not count.
func (c *Client) BeginCreateStandardEngineResourceGroup(ctx context.Context, r CreateStandardEngineResourceGroupRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opCreateStandardEngineResourceGroup, &r); err != nil {
		return nil, err
	}
	s := &groupChange{New: true, Goal: ResourceGroupStateRunning, PausedToo: r.IsLaunchNow == nil || *r.IsLaunchNow != 0}
	older, err := c.resourceGroup(ctx, r.EngineResourceGroupName)
	switch {
	case err == nil:
		s.Groups = []groupBefore{{Name: r.EngineResourceGroupName, ID: older.EngineResourceGroupID}}
	case cloud.KindOf(err) == cloud.ErrNotFound:
		s.Groups = []groupBefore{{Name: r.EngineResourceGroupName}}
	default:
		return nil, err
	}
	if _, err := c.CreateStandardEngineResourceGroup(ctx, r); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateStandardEngineResourceGroup, s, c.groupChange), nil
}

// ResumeCreateStandardEngineResourceGroup returns the waiter whose token is given.
func (c *Client) ResumeCreateStandardEngineResourceGroup(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return wait.Resume(c.api, &opCreateStandardEngineResourceGroup, token, c.groupChange)
}

// BeginLaunchStandardEngineResourceGroups starts resource groups of standard engines and returns a
// waiter for them. The service answers without an error even if it did not start some of them; that
// is one here, of the kind [cloud.ErrConflict], and the groups that it does not name were started all
// the same. The wait ends well when all groups run. A launch has no state for having failed: a group
// that is paused again after it was seen to start has failed to start or was paused again, and so has one
// that was changed later than before the call and stays paused for minutes. It reads each group once
// before, and every end must still be seen half a minute later. A look shows the first group that does
// not run yet.
func (c *Client) BeginLaunchStandardEngineResourceGroups(ctx context.Context, r LaunchStandardEngineResourceGroupsRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opLaunchStandardEngineResourceGroups, &r); err != nil {
		return nil, err
	}
	s, err := c.groupsBefore(ctx, &opLaunchStandardEngineResourceGroups, r.EngineResourceGroupNames, ResourceGroupStateRunning)
	if err != nil {
		return nil, err
	}
	out, err := c.LaunchStandardEngineResourceGroups(ctx, r)
	switch {
	case err == nil:
		err = refusedGroups(&opLaunchStandardEngineResourceGroups, out.OperateEngineResourceGroupFailMessages, out.RequestID)
	case c.groupsBegan(ctx, err, s):
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opLaunchStandardEngineResourceGroups, s, c.groupChange), nil
}

// ResumeLaunchStandardEngineResourceGroups returns the waiter whose token is given.
func (c *Client) ResumeLaunchStandardEngineResourceGroups(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return wait.Resume(c.api, &opLaunchStandardEngineResourceGroups, token, c.groupChange)
}

// BeginPauseStandardEngineResourceGroups pauses resource groups of standard engines and returns a
// waiter for them. The wait ends well when all groups are paused; groups that the service did not
// pause, and groups that run again, are errors as those of
// [Client.BeginLaunchStandardEngineResourceGroups] are.
func (c *Client) BeginPauseStandardEngineResourceGroups(ctx context.Context, r PauseStandardEngineResourceGroupsRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opPauseStandardEngineResourceGroups, &r); err != nil {
		return nil, err
	}
	s, err := c.groupsBefore(ctx, &opPauseStandardEngineResourceGroups, r.EngineResourceGroupNames, ResourceGroupStatePaused)
	if err != nil {
		return nil, err
	}
	out, err := c.PauseStandardEngineResourceGroups(ctx, r)
	switch {
	case err == nil:
		err = refusedGroups(&opPauseStandardEngineResourceGroups, out.OperateEngineResourceGroupFailMessages, out.RequestID)
	case c.groupsBegan(ctx, err, s):
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opPauseStandardEngineResourceGroups, s, c.groupChange), nil
}

// ResumePauseStandardEngineResourceGroups returns the waiter whose token is given.
func (c *Client) ResumePauseStandardEngineResourceGroups(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return wait.Resume(c.api, &opPauseStandardEngineResourceGroups, token, c.groupChange)
}

// BeginDeleteStandardEngineResourceGroup deletes a resource group of a standard engine and returns a
// waiter for it. The wait ends well when the group is deleted, or lists have not shown it for a minute,
// or another group has its name; it reads the group once before, to know its id. It fails when the group is
// back in its state after it was seen to change. No state says that a deletion failed, so another wait for
// one goes on until its longest time has passed.
func (c *Client) BeginDeleteStandardEngineResourceGroup(ctx context.Context, r DeleteStandardEngineResourceGroupRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opDeleteStandardEngineResourceGroup, &r); err != nil {
		return nil, err
	}
	s, err := c.groupsBefore(ctx, &opDeleteStandardEngineResourceGroup, []string{r.EngineResourceGroupName}, ResourceGroupStateDeleted)
	if err != nil {
		return nil, err
	}
	if s.Groups[0].State != ResourceGroupStateDeleted {
		if _, err := c.DeleteStandardEngineResourceGroup(ctx, r); err != nil && !c.groupsBegan(ctx, err, s) {
			return nil, err
		}
	}
	return wait.Begin(c.api, &opDeleteStandardEngineResourceGroup, s, c.groupChange), nil
}

// ResumeDeleteStandardEngineResourceGroup returns the waiter whose token is given.
func (c *Client) ResumeDeleteStandardEngineResourceGroup(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return wait.Resume(c.api, &opDeleteStandardEngineResourceGroup, token, c.groupChange)
}

// BeginUpdateStandardEngineResourceGroupResourceInfo changes the size or the image of a resource
// group of a standard engine and returns a waiter for it. The wait ends well when the group is in its
// state before the call again, running as a rule, and was seen to change on the way, shows another size or
// image, or was changed later than before the call. Nothing else tells, because what is asked for need not
// show, so every end must still be seen half a minute later. It reads the group once before.
func (c *Client) BeginUpdateStandardEngineResourceGroupResourceInfo(ctx context.Context, r UpdateStandardEngineResourceGroupResourceInfoRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opUpdateStandardEngineResourceGroupResourceInfo, &r); err != nil {
		return nil, err
	}
	g, err := c.resourceGroup(ctx, r.EngineResourceGroupName)
	if err != nil {
		return nil, err
	}
	s := groupAsBefore(g)
	if _, err := c.UpdateStandardEngineResourceGroupResourceInfo(ctx, r); err != nil && !c.groupsBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateStandardEngineResourceGroupResourceInfo, s, c.groupChange), nil
}

// ResumeUpdateStandardEngineResourceGroupResourceInfo returns the waiter whose token is given.
func (c *Client) ResumeUpdateStandardEngineResourceGroupResourceInfo(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return wait.Resume(c.api, &opUpdateStandardEngineResourceGroupResourceInfo, token, c.groupChange)
}

// BeginUpdateStandardEngineResourceGroupConfigInfo changes configuration items of a resource group of
// a standard engine and returns a waiter for it, which ends as that of
// [Client.BeginUpdateStandardEngineResourceGroupResourceInfo] does.
func (c *Client) BeginUpdateStandardEngineResourceGroupConfigInfo(ctx context.Context, r UpdateStandardEngineResourceGroupConfigInfoRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opUpdateStandardEngineResourceGroupConfigInfo, &r); err != nil {
		return nil, err
	}
	g, err := c.resourceGroup(ctx, r.EngineResourceGroupName)
	if err != nil {
		return nil, err
	}
	s := groupAsBefore(g)
	if _, err := c.UpdateStandardEngineResourceGroupConfigInfo(ctx, r); err != nil && !c.groupsBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateStandardEngineResourceGroupConfigInfo, s, c.groupChange), nil
}

// ResumeUpdateStandardEngineResourceGroupConfigInfo returns the waiter whose token is given.
func (c *Client) ResumeUpdateStandardEngineResourceGroupConfigInfo(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return wait.Resume(c.api, &opUpdateStandardEngineResourceGroupConfigInfo, token, c.groupChange)
}

// BeginUpdateEngineResourceGroupNetworkConfigInfo changes the network connections of a resource group of a
// standard engine and returns a waiter for it, which ends as that of
// [Client.BeginUpdateStandardEngineResourceGroupResourceInfo] does. The change names the group by id and the
// reads name it by name, so it looks the group up first.
func (c *Client) BeginUpdateEngineResourceGroupNetworkConfigInfo(ctx context.Context, r UpdateEngineResourceGroupNetworkConfigInfoRequest) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	if err := c.api.Prepare(&opUpdateEngineResourceGroupNetworkConfigInfo, &r); err != nil {
		return nil, err
	}
	g, err := c.findGroup(ctx, "engine-resource-group-id", r.EngineResourceGroupID, (*StandardEngineResourceGroupInfo).id)
	if err != nil {
		return nil, err
	}
	s := groupAsBefore(g)
	if _, err := c.UpdateEngineResourceGroupNetworkConfigInfo(ctx, r); err != nil && !c.groupsBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateEngineResourceGroupNetworkConfigInfo, s, c.groupChange), nil
}

// ResumeUpdateEngineResourceGroupNetworkConfigInfo returns the waiter whose token is given.
func (c *Client) ResumeUpdateEngineResourceGroupNetworkConfigInfo(token string) (*cloud.Waiter[StandardEngineResourceGroupInfo], error) {
	return wait.Resume(c.api, &opUpdateEngineResourceGroupNetworkConfigInfo, token, c.groupChange)
}

// UntilStandardEngineResourceGroupRunning waits until the resource group of the given name runs,
// whoever started it. It fails when the group is isolated or deleted; one that is paused may be
// started yet.
func (c *Client) UntilStandardEngineResourceGroupRunning(name string) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	return c.untilGroup("UntilStandardEngineResourceGroupRunning", name, ResourceGroupStateRunning)
}

// UntilStandardEngineResourceGroupPaused waits until the resource group of the given name is paused,
// whoever paused it. It fails as UntilStandardEngineResourceGroupRunning does.
func (c *Client) UntilStandardEngineResourceGroupPaused(name string) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	return c.untilGroup("UntilStandardEngineResourceGroupPaused", name, ResourceGroupStatePaused)
}

// UntilStandardEngineResourceGroupDeleted waits until there is no resource group of the given name
// any more, whoever deleted it.
func (c *Client) UntilStandardEngineResourceGroupDeleted(name string) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	return c.untilGroup("UntilStandardEngineResourceGroupDeleted", name, ResourceGroupStateDeleted)
}

func (c *Client) untilGroup(method, name string, goal ResourceGroupState) *cloud.Waiter[StandardEngineResourceGroupInfo] {
	w := c.groupChange(&groupChange{Groups: []groupBefore{{Name: name}}, Goal: goal, New: true, until: true})
	return wait.Until(c.api, method, w)
}

// groupChange is what has to be known to recognize the end of a change.
type groupChange struct {
	Groups []groupBefore      `json:"groups"`
	Goal   ResourceGroupState `json:"goal"`

	New       bool `json:"new,omitzero"`       // the group with the id of before is not the one
	PausedToo bool `json:"pausedToo,omitzero"` // a paused group is ready as well

	until bool // others change the group
}

// Check refuses what no start has made.
func (s *groupChange) Check() error {
	if len(s.Groups) == 0 {
		return errors.New("names no resource group")
	}
	for _, b := range s.Groups {
		if b.Name == "" {
			return errors.New("has a resource group without a name")
		}
	}
	return nil
}

// groupBefore is a resource group as it was before.
type groupBefore struct {
	Name    string             `json:"name"`
	ID      string             `json:"id,omitzero"`
	State   ResourceGroupState `json:"state,omitzero"`
	Updated int64              `json:"updated,omitzero"`
	Shape   string             `json:"shape,omitzero"`

	course course
}

func before(g *StandardEngineResourceGroupInfo) groupBefore {
	return groupBefore{Name: g.EngineResourceGroupName, ID: g.EngineResourceGroupID, State: g.ResourceGroupState, Updated: g.UpdateTime, Shape: g.shape()}
}

func (g *StandardEngineResourceGroupInfo) name() string { return g.EngineResourceGroupName }
func (g *StandardEngineResourceGroupInfo) id() string   { return g.EngineResourceGroupID }

// shape is what changes of a resource group change.
func (g *StandardEngineResourceGroupInfo) shape() string {
	return fmt.Sprint(g.DriverCUSpec, "/", g.ExecutorCUSpec, "/", g.MinExecutorNums, "/", g.MaxExecutorNums, "/", g.Size, "/",
		g.SparkSpecMode, "/", g.SparkSize, "/", g.PythonCUSpec, "/", g.ImageType, "/", g.ImageName, "/", g.ImageVersion, "/",
		g.FrameType, "/", strings.Join(g.NetworkConfigNames, ","))
}

// groupsBefore reads resource groups that are to get into the state that is the goal.
func (c *Client) groupsBefore(ctx context.Context, op *transport.Operation, names []string, goal ResourceGroupState) (*groupChange, error) {
	if len(names) == 0 {
		return nil, wait.Required(service, op, "EngineResourceGroupNames", "")
	}
	s := &groupChange{Goal: goal}
	for _, name := range names {
		g, err := c.resourceGroup(ctx, name)
		if err != nil {
			return nil, err
		}
		s.Groups = append(s.Groups, before(g))
	}
	return s, nil
}

// groupAsBefore is the change of a resource group that is to get back into its state, or to rest if it does
// not now.
func groupAsBefore(g *StandardEngineResourceGroupInfo) *groupChange {
	s := &groupChange{Groups: []groupBefore{before(g)}, Goal: g.ResourceGroupState}
	if s.Goal != ResourceGroupStateRunning && s.Goal != ResourceGroupStatePaused {
		s.Goal, s.PausedToo = ResourceGroupStateRunning, true
	}
	return s
}

func (c *Client) resourceGroup(ctx context.Context, name string) (*StandardEngineResourceGroupInfo, error) {
	return c.findGroup(ctx, "engine-resource-group-name-unique", name, (*StandardEngineResourceGroupInfo).name)
}

// findGroup reads the resource group that a filter and its value name.
func (c *Client) findGroup(ctx context.Context, filter, value string, of func(*StandardEngineResourceGroupInfo) string) (*StandardEngineResourceGroupInfo, error) {
	op := &opDescribeStandardEngineResourceGroups
	if err := wait.Required(service, op, "name", value); err != nil {
		return nil, err
	}
	out, err := c.DescribeStandardEngineResourceGroups(ctx, DescribeStandardEngineResourceGroupsRequest{
		Filters: []Filter{{Name: filter, Values: []string{value}}},
	})
	if err != nil {
		return nil, err
	}
	for i := range out.UserEngineResourceGroupInfos {
		if g := &out.UserEngineResourceGroupInfos[i]; of(g) == value {
			return g, nil
		}
	}
	return nil, missing(op, "resource group", value)
}

// refusedGroups makes an error of the groups that an operation has left alone.
func refusedGroups(op *transport.Operation, groups []OperateEngineResourceGroupFailMessage, requestID string) error {
	if len(groups) == 0 {
		return nil
	}
	var says []string
	for _, g := range groups {
		says = append(says, g.EngineResourceGroupName+": "+g.FailMessage)
	}
	return &cloud.Error{Service: service, Operation: op.Name, Kind: cloud.ErrConflict, RequestID: requestID, Message: strings.Join(says, "; ")}
}

func (c *Client) groupChange(s *groupChange) cloud.WaitSpec[StandardEngineResourceGroupInfo] {
	w := cloud.WaitSpec[StandardEngineResourceGroupInfo]{
		Service:       service,
		Read:          func(ctx context.Context) (*StandardEngineResourceGroupInfo, error) { return c.readGroups(ctx, s) },
		Judge:         s.judge,
		GoneIsSuccess: s.Goal == ResourceGroupStateDeleted,
		Within:        resourceWithin,
	}
	if w.GoneIsSuccess {
		w.Confirm = wait.AbsentWithin
		return w
	}
	w.Read, w.AppearWithin = steady(w.Read), wait.AppearsWithin
	if !s.New {
		w.Confirm = wait.ConfirmWithin
	}
	return w
}

// readGroups returns the first group that did not end well yet, else the last.
func (c *Client) readGroups(ctx context.Context, s *groupChange) (g *StandardEngineResourceGroupInfo, err error) {
	if err := s.Check(); err != nil {
		return nil, wait.Required(service, &opDescribeStandardEngineResourceGroups, "name", "")
	}
	for _, b := range s.Groups {
		g, err = c.resourceGroup(ctx, b.Name)
		if s.Goal == ResourceGroupStateDeleted && cloud.KindOf(err) == cloud.ErrNotFound {
			continue
		}
		if err != nil || s.judge(g).Outcome != cloud.Succeeded {
			return g, err
		}
	}
	return g, err
}

// groupsBegan reports whether a change was started although the call failed: its groups, not just some of
// them, show it.
func (c *Client) groupsBegan(ctx context.Context, err error, s *groupChange) bool {
	return carriedOut(ctx, err, c.groupChange(s), func(g *StandardEngineResourceGroupInfo) bool {
		j := s.judge(g)
		b := s.of(g)
		return j.Outcome == cloud.Succeeded || len(s.Groups) == 1 && b != nil && b.course.Saw(b.moved(g))
	})
}

func (s *groupChange) of(g *StandardEngineResourceGroupInfo) *groupBefore {
	i := slices.IndexFunc(s.Groups, func(b groupBefore) bool { return b.Name == g.EngineResourceGroupName })
	if i < 0 {
		return nil
	}
	return &s.Groups[i]
}

// judge takes a group that looks as before for one that has not begun to change.
func (s *groupChange) judge(g *StandardEngineResourceGroupInfo) cloud.Verdict {
	now := cloud.Verdict{State: g.ResourceGroupState.String()}
	b := s.of(g)
	switch {
	case b == nil:
		return now
	case s.New:
		return s.judgeNew(b, g, now)
	case s.Goal == ResourceGroupStateDeleted:
		return s.judgeDeletion(b, g, now)
	case other(g.EngineResourceGroupID, b.ID):
		return superseded(now, "the name now belongs to the resource group "+g.EngineResourceGroupID)
	}
	b.course.Saw(b.underway(g))
	end := s.end(b, g, now)
	switch {
	case end.Outcome == cloud.Pending, !b.begun(g):
		b.course.moving()
	case b.proven(g, end), b.course.rests():
		return end
	}
	return now
}

// judgeNew reads a group that is not the one of before.
func (s *groupChange) judgeNew(b *groupBefore, g *StandardEngineResourceGroupInfo, now cloud.Verdict) cloud.Verdict {
	if b.ID != "" && b.ID == g.EngineResourceGroupID {
		return now
	}
	switch state := g.ResourceGroupState; {
	case state == s.Goal, s.PausedToo && state == ResourceGroupStatePaused:
		now.Outcome = cloud.Succeeded
	case s.Goal == ResourceGroupStateDeleted:
	case state != ResourceGroupStatePaused:
		b.course.moving()
		now = g.lost(now)
		now.Inferred = s.until && now.Outcome == cloud.Failed // it may be about to be started again
	case !s.until && b.course.rests():
		now.Outcome, now.Reason = cloud.Failed, "the resource group is paused"
	}
	return now
}

// judgeDeletion reads a group that is still there.
func (s *groupChange) judgeDeletion(b *groupBefore, g *StandardEngineResourceGroupInfo, now cloud.Verdict) cloud.Verdict {
	begun := b.course.Saw(b.underway(g))
	switch {
	case g.ResourceGroupState == ResourceGroupStateDeleted, other(g.EngineResourceGroupID, b.ID):
		now.Outcome = cloud.Succeeded
	case begun && g.rests() && g.ResourceGroupState == b.State:
		now.Outcome, now.Reason = cloud.Failed, "the resource group "+g.says()+" again"
	}
	return now
}

// end is what a group says of its change if the change has begun.
func (s *groupChange) end(b *groupBefore, g *StandardEngineResourceGroupInfo, now cloud.Verdict) cloud.Verdict {
	state := g.ResourceGroupState
	switch {
	case state == s.Goal, s.PausedToo && state == ResourceGroupStatePaused:
		now.Outcome = cloud.Succeeded
	case !g.rests():
		return g.lost(now)
	default:
		now.Outcome, now.Reason = cloud.Failed, "the resource group "+g.says()
		if state == b.State {
			now.Reason += " again"
		}
	}
	return now
}

// lost ends j when the group is in a state that is the end of any change.
func (g *StandardEngineResourceGroupInfo) lost(j cloud.Verdict) cloud.Verdict {
	switch g.ResourceGroupState {
	case ResourceGroupStateDeleted:
		return superseded(j, "the resource group is deleted")
	case ResourceGroupStateIsolated, ResourceGroupStateIsolating:
		j.Outcome, j.Reason = cloud.Failed, "the resource group is isolated"
	}
	return j
}

// rests reports whether nothing goes on with the group.
func (g *StandardEngineResourceGroupInfo) rests() bool {
	return g.ResourceGroupState == ResourceGroupStateRunning || g.ResourceGroupState == ResourceGroupStatePaused
}

func (g *StandardEngineResourceGroupInfo) says() string {
	if g.ResourceGroupState == ResourceGroupStatePaused {
		return "is paused"
	}
	return "runs"
}

// underway reports whether a group shows a change that goes on, and that did not when ours was started.
// Numbers that the documents do not list are taken for that.
func (b *groupBefore) underway(g *StandardEngineResourceGroupInfo) bool {
	switch g.ResourceGroupState {
	case ResourceGroupStateRunning, ResourceGroupStatePaused, ResourceGroupStateDeleted, ResourceGroupStateIsolated, ResourceGroupStateIsolating:
		return false
	}
	return !b.older(g) && (g.ResourceGroupState != b.State || b.moved(g))
}

// begun reports whether a group differs from the one before the change.
func (b *groupBefore) begun(g *StandardEngineResourceGroupInfo) bool {
	return b.course.Saw(false) || b.moved(g) || b.older(g) || g.ResourceGroupState != b.State || b.Shape != "" && b.Shape != g.shape()
}

// proven reports whether an end has to rest no longer than all ends have. The group need not have begun to
// change when it only shows another time.
func (b *groupBefore) proven(g *StandardEngineResourceGroupInfo, end cloud.Verdict) bool {
	settled := end.Outcome == cloud.Succeeded || !g.rests()
	if b.course.Saw(false) {
		return settled || g.ResourceGroupState == b.State
	}
	return settled && !b.older(g)
}

// moved reports whether the group has been changed since, older whether it looks as if that was undone: a poll
// that shows the past, or a clock of the service that was set back.
func (b *groupBefore) moved(g *StandardEngineResourceGroupInfo) bool {
	return b.Updated != 0 && g.UpdateTime > b.Updated
}

func (b *groupBefore) older(g *StandardEngineResourceGroupInfo) bool {
	return g.UpdateTime != 0 && g.UpdateTime < b.Updated
}
