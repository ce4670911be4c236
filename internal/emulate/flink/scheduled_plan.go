package flink

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) planOperations() front.Handlers {
	return front.Handlers{
		"ListScheduledPlan":                front.Handle(s.listPlans),
		"CreateScheduledPlan":              front.Handle(s.createPlan),
		"UpdateScheduledPlan":              front.Handle(s.updatePlan),
		"DeleteScheduledPlan":              front.Handle(s.deletePlan),
		"ApplyScheduledPlan":               front.Handle(s.applyPlan),
		"StopApplyScheduledPlan":           front.Handle(s.stopPlan),
		"GetAppliedScheduledPlan":          front.Handle(s.getAppliedPlan),
		"ListScheduledPlanExecutedHistory": front.Handle(s.listExecutedPlans),
	}
}

// AddScheduledPlan adds a scheduled plan to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddScheduledPlan(workspace, namespace string, plan flink.ScheduledPlan) (scheduledPlanID string) {
	s.know(workspace, namespace)
	p := plan
	p.Workspace, p.Namespace = workspace, namespace
	p.ScheduledPlanID = cmp.Or(p.ScheduledPlanID, s.world.NewUUID())
	completePlan(&p, s.world.Now().Add(-time.Hour))
	save(s, s.plans, planKey(p), p)
	return p.ScheduledPlanID
}

// completePlan sets what a plan has even if nobody sets it. FINISHED is the only status that the service documents.
func completePlan(p *flink.ScheduledPlan, at time.Time) {
	p.Name = cmp.Or(p.Name, "plan")
	p.Origin = cmp.Or(p.Origin, "USER_DEFINED")
	p.Status = cmp.Or(p.Status, planFinished)
	p.CreatedAt = cmp.Or(p.CreatedAt, unixSeconds(at))
	p.ModifiedAt = cmp.Or(p.ModifiedAt, p.CreatedAt)
}

// planFinished is the status of a plan that is not in effect.
const planFinished = "FINISHED"

func planKey(p flink.ScheduledPlan) string {
	return world.KeyOf(p.Workspace, p.Namespace, p.ScheduledPlanID)
}

func (s *Service) listPlans(_ *front.Received, in flink.ListScheduledPlanRequest) (any, error) {
	list := selectFrom(inNamespace(s, s.plans, in.Workspace, in.Namespace), func(p *flink.ScheduledPlan) bool {
		return world.MatchesName(in.DeploymentID, p.DeploymentID)
	})
	return pageOf(list, in.PageIndex, in.PageSize), nil
}

func (s *Service) createPlan(_ *front.Received, in flink.CreateScheduledPlanRequest) (any, error) {
	p := in.ScheduledPlan
	key := world.KeyOf(in.Workspace, in.Namespace, p.DeploymentID)
	if _, err := actual(s, s.deployments, key, "deployment", p.DeploymentID); err != nil {
		return nil, err
	}
	p.Workspace, p.Namespace, p.ScheduledPlanID = in.Workspace, in.Namespace, s.world.NewUUID()
	p.Creator, p.CreatorName, p.Modifier, p.ModifierName = world.Account, accountName, world.Account, accountName
	p.CreatedAt, p.ModifiedAt, p.Origin, p.Status, p.UpdatedByUser = "", "", "", "", new(false)
	completePlan(&p, s.world.Now())
	save(s, s.plans, planKey(p), p)
	return &p, nil
}

// fixedPlanMembers are the members that an update of a plan does not change.
var fixedPlanMembers = []string{
	"scheduledPlanId", "workspace", "namespace", "deploymentId", "creator", "creatorName", "createdAt", "modifiedAt", "modifier",
	"modifierName", "origin", "status", "updatedByUser",
}

func (s *Service) updatePlan(r *front.Received, in flink.UpdateScheduledPlanRequest) (any, error) {
	before, err := s.plan(in.Workspace, in.Namespace, in.ScheduledPlanID)
	if err != nil {
		return nil, err
	}
	after, err := replaceMembers(before, r.Body, fixedPlanMembers)
	if err != nil {
		return nil, err
	}
	after.ModifiedAt, after.Modifier, after.ModifierName = unixSeconds(s.world.Now()), world.Account, accountName
	after.UpdatedByUser = new(true)
	save(s, s.plans, planKey(after), after)
	return &after, nil
}

func (s *Service) plan(workspace, namespace, id string) (flink.ScheduledPlan, error) {
	return actual(s, s.plans, world.KeyOf(workspace, namespace, id), "scheduled plan", id)
}

// deletePlan deletes a plan that is not in effect.
func (s *Service) deletePlan(_ *front.Received, in flink.DeleteScheduledPlanRequest) (any, error) {
	p, err := s.plan(in.Workspace, in.Namespace, in.ScheduledPlanID)
	if err != nil {
		return nil, err
	}
	if info, ok := s.appliedPlan(p.Workspace, p.Namespace, p.DeploymentID); ok && info.ScheduledPlanID == p.ScheduledPlanID {
		return nil, stateConflict("scheduled plan", p.ScheduledPlanID, "is in effect")
	}
	p, err = remove(s, s.plans, planKey(p), "scheduled plan", in.ScheduledPlanID)
	return &p, err
}

// appliedPlan returns the plan that is in effect for a deployment.
func (s *Service) appliedPlan(workspace, namespace, deploymentID string) (flink.ScheduledPlanAppliedInfo, bool) {
	return s.applied.Row(world.KeyOf(workspace, namespace, deploymentID)).Actual(s.world.Now())
}

// applyPlan puts a plan into effect. Its entries that act once change the resources of the deployment at their times; those
// that act periodically do not act in the emulator, because the service does not document how their days are counted.
func (s *Service) applyPlan(_ *front.Received, in flink.ApplyScheduledPlanRequest) (any, error) {
	p, err := s.plan(in.Workspace, in.Namespace, in.ScheduledPlanID)
	if err != nil {
		return nil, err
	}
	if info, ok := s.appliedPlan(p.Workspace, p.Namespace, p.DeploymentID); ok {
		return nil, stateConflict("deployment", p.DeploymentID, "has scheduled plan "+info.ScheduledPlanID+" in effect")
	}
	key := world.KeyOf(p.Workspace, p.Namespace, p.DeploymentID)
	if policy, ok := s.policies.Row(key).Actual(s.world.Now()); ok && policy.Enabled {
		return nil, stateConflict("deployment", p.DeploymentID, "is tuned automatically")
	}
	info := s.appliedInfo(p)
	info.ExpectedState, info.StatusState = flink.ScheduledPlanStateRunning, flink.ScheduledPlanStateWaiting
	save(s, s.applied, key, info)
	s.schedule(p)
	return &info, nil
}

// schedule plans what a plan in effect is going to do.
func (s *Service) schedule(p flink.ScheduledPlan) {
	for _, entry := range p.PeriodicSchedulingPolicies {
		s.planEntry(p, entry)
	}
	s.planResources(p.Workspace, p.Namespace, p.DeploymentID)
}

func (s *Service) appliedInfo(p flink.ScheduledPlan) flink.ScheduledPlanAppliedInfo {
	return flink.ScheduledPlanAppliedInfo{
		DeploymentID: p.DeploymentID, ScheduledPlanID: p.ScheduledPlanID, ScheduledPlanName: p.Name,
		Workspace: p.Workspace, Namespace: p.Namespace, ModifiedAt: unixSeconds(s.world.Now()),
		Modifier: world.Account, ModifierName: accountName,
	}
}

// planEntry plans the change that an entry makes once.
func (s *Service) planEntry(p flink.ScheduledPlan, entry flink.PeriodicSchedulingPolicy) {
	at := time.UnixMilli(int64(entry.OnlyOnceTriggerTime)).UTC()
	if entry.ResourceSetting == nil || !at.After(s.world.Now()) {
		return
	}
	e := executedPlan{At: at, Resources: entry.ResourceSetting, Info: flink.ScheduledPlanExecutedInfo{
		JobResourceUpgradingID: s.world.NewUUID(), DeploymentID: p.DeploymentID, Name: p.Name, Origin: scheduledPlanOrigin,
		Workspace: p.Workspace, Namespace: p.Namespace, CreatedAt: unixSeconds(at), ModifiedAt: unixSeconds(at),
		Creator: p.Creator, CreatorName: p.CreatorName, Modifier: p.Modifier, ModifierName: p.ModifierName,
		Status: &flink.ScheduledPlanExecutedStatus{
			RestartType: flink.ScheduledPlanRestartTypeHotUpdate, StatusState: flink.ScheduledPlanExecutedStateUpgraded,
		},
	}}
	s.executed.Create(world.KeyOf(p.Workspace, p.Namespace, e.Info.JobResourceUpgradingID)).Put(at, at, e)
}

// executedPlan is a change of the resources of a deployment by a plan.
type executedPlan struct {
	Info      flink.ScheduledPlanExecutedInfo
	Resources *flink.BriefResourceSetting
	At        time.Time
}

// plannedChanges returns the changes that a plan is going to make to a deployment, by key.
func (s *Service) plannedChanges(workspace, namespace, deploymentID string) map[string]executedPlan {
	planned := map[string]executedPlan{}
	for _, key := range s.executed.Keys {
		row, prefix := s.executed.Row(key), world.KeyOf(workspace, namespace, "")
		e, ok := row.Actual(endOfTime)
		if ok && strings.HasPrefix(key, prefix) && e.Info.DeploymentID == deploymentID && e.At.After(s.world.Now()) {
			planned[key] = e
		}
	}
	return planned
}

// endOfTime is after everything that is planned.
var endOfTime = time.Unix(1<<40, 0)

// planResources plans what the plan in effect does to a deployment. A change of the deployment drops that, so it is planned
// again after it.
func (s *Service) planResources(workspace, namespace, deploymentID string) {
	row := s.deployments.Row(world.KeyOf(workspace, namespace, deploymentID))
	d, ok := row.Actual(s.world.Now())
	if !ok {
		return
	}
	changes := slices.SortedFunc(maps.Values(s.plannedChanges(workspace, namespace, deploymentID)),
		func(a, b executedPlan) int { return a.At.Compare(b.At) })
	for _, e := range changes {
		d.StreamingResourceSetting = cmp.Or(e.Resources.StreamingResourceSetting, d.StreamingResourceSetting)
		d.BatchResourceSetting = cmp.Or(e.Resources.BatchResourceSetting, d.BatchResourceSetting)
		if e.Resources.FlinkConf != nil {
			d.FlinkConf = e.Resources.FlinkConf
		}
		d.ModifiedAt = unixSeconds(e.At)
		row.Put(e.At, e.At, d)
	}
}

// dropPlanned drops what a plan was going to do.
func (s *Service) dropPlanned(p flink.ScheduledPlan) {
	now := s.world.Now()
	for key := range s.plannedChanges(p.Workspace, p.Namespace, p.DeploymentID) {
		world.Remove(s.executed.Row(key), world.Change{Start: now, End: now})
	}
	key := world.KeyOf(p.Workspace, p.Namespace, p.DeploymentID)
	if d, ok := s.deployments.Row(key).Actual(now); ok {
		save(s, s.deployments, key, d)
	}
}

// scheduledPlanOrigin is the origin of changes by plans.
const scheduledPlanOrigin = "SCHEDULED_PLAN"

// stopPlan ends the effect of a plan, and drops what it would have done later.
func (s *Service) stopPlan(_ *front.Received, in flink.StopApplyScheduledPlanRequest) (any, error) {
	p, err := s.plan(in.Workspace, in.Namespace, in.ScheduledPlanID)
	if err != nil {
		return nil, err
	}
	info, ok := s.appliedPlan(p.Workspace, p.Namespace, p.DeploymentID)
	if !ok || info.ScheduledPlanID != p.ScheduledPlanID {
		return nil, stateConflict("scheduled plan", p.ScheduledPlanID, "is not in effect")
	}
	key := world.KeyOf(p.Workspace, p.Namespace, p.DeploymentID)
	if _, err = remove(s, s.applied, key, "scheduled plan", p.ScheduledPlanID); err != nil {
		return nil, err
	}
	s.dropPlanned(p)
	info = s.appliedInfo(p)
	info.ExpectedState, info.StatusState = planFinished, planFinished
	return &info, nil
}

// getAppliedPlan returns no data if no plan is in effect.
func (s *Service) getAppliedPlan(_ *front.Received, in flink.GetAppliedScheduledPlanRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID)
	if _, err := visible(s, s.deployments, key, "deployment", in.DeploymentID); err != nil {
		return nil, err
	}
	info, ok := s.applied.Row(key).Visible(s.world.Now())
	if !ok {
		return nil, nil
	}
	return &info, nil
}

// listExecutedPlans returns all changes at once: the list reports pages but cannot be asked for one.
func (s *Service) listExecutedPlans(_ *front.Received, in flink.ListScheduledPlanExecutedHistoryRequest) (any, error) {
	list := []flink.ScheduledPlanExecutedInfo{}
	for _, e := range inNamespace(s, s.executed, in.Workspace, in.Namespace) {
		if world.MatchesName(in.DeploymentID, e.Info.DeploymentID) && world.MatchesName(in.Origin, e.Info.Origin) {
			list = append(list, e.Info)
		}
	}
	return pageOf(list, 1, max(len(list), pageSize)), nil
}
