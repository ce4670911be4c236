package flink

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) autopilotOperations() front.Handlers {
	return front.Handlers{
		"GetAutopilotPolicy":           front.Handle(s.getPolicy),
		"UpdateAutopilotPolicy":        front.Handle(s.updatePolicy),
		"ListAutopilotTuningHistories": front.Handle(s.listTunings),
	}
}

// Tuning is an automatic change of a deployment.
type Tuning struct {
	DeploymentID string              `json:"deploymentId"`
	History      flink.TuningHistory `json:"history"`
}

const (
	// tuningPage is the default page size.
	tuningPage = 20
	// tuningSpan is how far back the list goes by default.
	tuningSpan = 3 * 24 * time.Hour
)

// AddTuningHistory adds an automatic change of a deployment, or replaces it, and returns its ID.
func (s *Service) AddTuningHistory(workspace, namespace string, tuning Tuning) (tuningID string) {
	s.know(workspace, namespace)
	h := tuning.History
	h.TuningID = cmp.Or(h.TuningID, s.world.NewUUID())
	h.TriggerTime = cmp.Or(h.TriggerTime, cloud.Milliseconds(s.world.Now().Add(-time.Hour)))
	h.TuningState = cmp.Or(h.TuningState, flink.TuningStateSuccess)
	h.ActionType = cmp.Or(h.ActionType, flink.TuningActionScaleUpParallelism)
	save(s, s.tunings, world.KeyOf(workspace, namespace, h.TuningID), Tuning{tuning.DeploymentID, h})
	return h.TuningID
}

// getPolicy returns a policy that is off if there is none.
func (s *Service) getPolicy(_ *front.Received, in flink.GetAutopilotPolicyRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID)
	if _, err := visible(s, s.deployments, key, "deployment", in.DeploymentID); err != nil {
		return nil, err
	}
	c, _ := s.policies.Row(key).Visible(s.world.Now())
	return &c, nil
}

// updatePolicy replaces what the request has. It cannot be on while a scheduled plan is in effect.
func (s *Service) updatePolicy(_ *front.Received, in flink.UpdateAutopilotPolicyRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID)
	if _, err := actual(s, s.deployments, key, "deployment", in.DeploymentID); err != nil {
		return nil, err
	}
	c, _ := s.policies.Row(key).Actual(s.world.Now())
	if in.Enabled != nil {
		c.Enabled = *in.Enabled
	}
	c.PolicyConfig = cmp.Or(in.PolicyConfig, c.PolicyConfig)
	if plan, ok := s.appliedPlan(in.Workspace, in.Namespace, in.DeploymentID); ok && c.Enabled {
		return nil, stateConflict("deployment", in.DeploymentID, "has scheduled plan "+plan.ScheduledPlanID+" in effect")
	}
	save(s, s.policies, key, c)
	return &c, nil
}

// listTunings lists the changes of a time range, by default of the last three days.
func (s *Service) listTunings(_ *front.Received, in flink.ListAutopilotTuningHistoriesRequest) (any, error) {
	now := s.world.Now()
	from, to := cmp.Or(in.StartTime, now.Add(-tuningSpan).UnixMilli()), cmp.Or(in.EndTime, now.UnixMilli())
	list := []flink.TuningHistory{}
	for _, t := range inNamespace(s, s.tunings, in.Workspace, in.Namespace) {
		if at := int64(t.History.TriggerTime); t.DeploymentID == in.DeploymentID && from <= at && at <= to {
			list = append(list, t.History)
		}
	}
	page, size := max(in.PageNumber, 1), cmp.Or(in.PageSize, tuningPage)
	return &flink.TuningHistoryPage{
		PageNumber: page, PageSize: size, TotalCount: len(list), TuningHistories: world.NumberedPage(list, page, size),
	}, nil
}
