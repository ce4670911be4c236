package dlc

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of an inference service mean for each wait.
var (
	inferenceCreated = wait.Statuses[InferenceServiceStatus]{
		Succeeded: []InferenceServiceStatus{InferenceServiceStatusRunning},
		Failed:    []InferenceServiceStatus{InferenceServiceStatusFailed, InferenceServiceStatusStopped},
	}
	inferenceRunning = wait.Statuses[InferenceServiceStatus]{
		Succeeded: []InferenceServiceStatus{InferenceServiceStatusRunning},
		Failed:    []InferenceServiceStatus{InferenceServiceStatusFailed},
	}
	inferenceStopped = wait.Statuses[InferenceServiceStatus]{
		Succeeded: []InferenceServiceStatus{InferenceServiceStatusStopped},
		Failed:    []InferenceServiceStatus{InferenceServiceStatusFailed},
	}

	// Nothing is under way in these statuses.
	inferenceSettled = []InferenceServiceStatus{InferenceServiceStatusRunning, InferenceServiceStatusStopped}
)

var createInferenceService = change[
	CreateInferenceServiceRequest, CreateInferenceServiceResponse, inferenceCreationChange, GetInferenceServiceResponse,
]{
	State: func(r *CreateInferenceServiceRequest) *inferenceCreationChange {
		return &inferenceCreationChange{Name: r.Name}
	},
	Accepted: func(s *inferenceCreationChange, _ *CreateInferenceServiceRequest, out *CreateInferenceServiceResponse, _ time.Time) error {
		s.ID = out.ServiceID
		return nil
	},
	Began: (*Client).inferenceCreationBegan,
	Spec: func(c *Client, s *inferenceCreationChange) cloud.WaitSpec[GetInferenceServiceResponse] {
		return c.inferenceSpec(s.ID, judgeInferenceCreation)
	},
}

var restartInferenceService = change[
	RestartInferenceServiceRequest, RestartInferenceServiceResponse, inferenceChange, GetInferenceServiceResponse,
]{
	State: func(r *RestartInferenceServiceRequest) *inferenceChange {
		return &inferenceChange{ID: r.ServiceID, Goal: InferenceServiceStatusRunning}
	},
	Before:  (*Client).beforeInference,
	Refused: (*Client).startedInference,
	Began:   inferenceBegan[RestartInferenceServiceRequest],
	Spec:    (*Client).inferenceUpdate,
	Undo: func(c *Client, ctx context.Context, s *inferenceChange) (cloud.AnyChange, error) {
		if s.Before.Status != InferenceServiceStatusStopped {
			return nil, noWayBack("the service was not stopped before")
		}
		return wait.AnyChange(c.PrepareStopInferenceService(ctx, StopInferenceServiceRequest{ServiceID: s.ID}))
	},
}

var stopInferenceService = change[StopInferenceServiceRequest, StopInferenceServiceResponse, inferenceChange, GetInferenceServiceResponse]{
	State: func(r *StopInferenceServiceRequest) *inferenceChange {
		return &inferenceChange{ID: r.ServiceID, Goal: InferenceServiceStatusStopped}
	},
	Before:  (*Client).beforeInference,
	Refused: (*Client).startedInference,
	Began:   inferenceBegan[StopInferenceServiceRequest],
	Spec:    (*Client).inferenceUpdate,
	Undo: func(c *Client, ctx context.Context, s *inferenceChange) (cloud.AnyChange, error) {
		if s.Before.Status != InferenceServiceStatusRunning {
			return nil, noWayBack("the service was not running before")
		}
		return wait.AnyChange(c.starter().PrepareRestartInferenceService(ctx, RestartInferenceServiceRequest{ServiceID: s.ID}))
	},
}

// UntilInferenceServiceRunning waits until an inference service runs, and fails when it failed. A service that is
// stopped may still be started.
func (c *Client) UntilInferenceServiceRunning(r GetInferenceServiceRequest) *cloud.Waiter[GetInferenceServiceResponse] {
	return wait.Until(c.api, "UntilInferenceServiceRunning", c.inferenceState(r.ServiceID, inferenceRunning))
}

// UntilInferenceServiceStopped waits until an inference service is stopped, and fails when it failed.
func (c *Client) UntilInferenceServiceStopped(r GetInferenceServiceRequest) *cloud.Waiter[GetInferenceServiceResponse] {
	return wait.Until(c.api, "UntilInferenceServiceStopped", c.inferenceState(r.ServiceID, inferenceStopped))
}

// inferenceState is the wait for a status, no matter what causes it.
func (c *Client) inferenceState(id string, statuses wait.Statuses[InferenceServiceStatus]) cloud.WaitSpec[GetInferenceServiceResponse] {
	return c.inferenceSpec(id, func(r *GetInferenceServiceResponse) cloud.Verdict { return inferenceVerdict(statuses, r.Status) })
}

// inferenceVerdict counts the failure of an existing service only if it lasts, because the service may be started again.
func inferenceVerdict(statuses wait.Statuses[InferenceServiceStatus], status InferenceServiceStatus) cloud.Verdict {
	v := statuses.Verdict(status, "")
	v.Inferred = v.Outcome == cloud.Failed
	return v
}

// inferenceUpdate is the wait for a change of an existing service. No response says which change it is about.
func (c *Client) inferenceUpdate(s *inferenceChange) cloud.WaitSpec[GetInferenceServiceResponse] {
	if s.Before.Status == "" {
		return c.inferenceState(s.ID, s.statuses())
	}
	w := c.inferenceSpec(s.ID, s.judge)
	w.Confirm = wait.ConfirmWithin
	return w
}

func (c *Client) inferenceSpec(
	id string, judge func(*GetInferenceServiceResponse) cloud.Verdict,
) cloud.WaitSpec[GetInferenceServiceResponse] {
	return wait.Share(c.api, cloud.WaitSpec[GetInferenceServiceResponse]{
		Service:      service,
		Read:         func(ctx context.Context) (*GetInferenceServiceResponse, error) { return c.inferenceService(ctx, id) },
		Judge:        judge,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}, &wait.List[InferenceServiceInfo, GetInferenceServiceResponse]{
		Op:  &opListInferenceServices,
		IDs: []string{id},
		Items: func(ctx context.Context, _ []string) iter.Seq2[InferenceServiceInfo, error] {
			return c.AllInferenceServices(ctx, ListInferenceServicesRequest{PageSize: 200})
		},
		ID:        func(s *InferenceServiceInfo) string { return s.ServiceID },
		PerCall:   200,
		IsPartial: true,
		Show: func(services []*InferenceServiceInfo) *GetInferenceServiceResponse {
			s := services[0]
			if s == nil {
				return nil
			}
			return &GetInferenceServiceResponse{
				ServiceID: s.ServiceID, Name: s.Name, Status: s.Status, CreateTime: s.CreateTime, UpdateTime: s.UpdateTime,
				ModelUID: s.ModelUID, ModelName: s.ModelName, ModelVersion: s.ModelVersion, ModelIdentifier: s.ModelIdentifier,
				ModelType:   s.ModelType,
				EndpointURL: s.EndpointURL, UnifiedEndpointURL: s.UnifiedEndpointURL, UnifiedV2EndpointURL: s.UnifiedV2EndpointURL,
				DeploymentCount: s.DeploymentCount, HasRunningDeployment: s.HasRunningDeployment,
			}
		},
	})
}

func (c *Client) inferenceService(ctx context.Context, id string) (*GetInferenceServiceResponse, error) {
	out, err := c.GetInferenceService(ctx, GetInferenceServiceRequest{ServiceID: id})
	if err != nil {
		return nil, err
	}
	return out, about(&opGetInferenceService, out.RequestID, out.ServiceID, id)
}

func (c *Client) beforeInference(ctx context.Context, s *inferenceChange) error {
	out, err := c.inferenceService(ctx, s.ID)
	if err != nil {
		return err
	}
	s.Before = inferenceSnapshotOf(out)
	return nil
}

// startedInference returns nil if a change was started although the call failed with err.
func (c *Client) startedInference(ctx context.Context, s *inferenceChange, _ time.Time, err error) error {
	return startedAnyway(ctx, err, c.inferenceUpdate(s), func(r *GetInferenceServiceResponse) bool {
		d := s.difference(inferenceSnapshotOf(r))
		return s.course.Saw(d.isUnderway()) || d.later || r.Status == s.Goal && !d.sameState
	})
}

// inferenceBegan is the function Began of changes of existing services.
func inferenceBegan[R any](c *Client, ctx context.Context, s *inferenceChange, _ *R, _ time.Time) (cloud.StartStatus, error) {
	r, err := c.inferenceService(ctx, s.ID)
	if err != nil {
		return cloud.Uncertain, err
	}
	return s.status(inferenceSnapshotOf(r))
}

// status reports whether a service shows that the change has begun. A service that runs is deployed for a restart as
// for a stop; one that does not, only for a start.
func (s *inferenceChange) status(now inferenceSnapshot) (cloud.StartStatus, error) {
	d := s.difference(now)
	hasFailed, wasRunning := now.Status == InferenceServiceStatusFailed, s.Before.Status == InferenceServiceStatusRunning
	return signs{
		met: now.Status == s.Goal, wasMet: s.Before.Status == s.Goal || s.Before.Status == "",
		underway: s.Goal == InferenceServiceStatusRunning && !wasRunning && s.Before.Status != "" &&
			now.Status == InferenceServiceStatusDeploying && !d.sameState,
		unchanged: now == s.Before && now.Updated != 0,
		failed:    hasFailed && (!d.sameState || d.later), lost: hasFailed,
		other: d.settled && !d.sameState,
	}.status(d, "service is "+string(now.Status))
}

// An inferenceSnapshot is what the service shows of an inference service at one time.
type inferenceSnapshot struct {
	Status  InferenceServiceStatus `json:"status,omitzero"`
	Updated cloud.Timestamp        `json:"updated,omitzero"`
}

func inferenceSnapshotOf(r *GetInferenceServiceResponse) inferenceSnapshot {
	return inferenceSnapshot{r.Status, r.UpdateTime}
}

// inferenceCreationChange is the resume state of the creation of a service, whose ID is new.
type inferenceCreationChange struct {
	ID   string `json:"id"`
	Name string `json:"name,omitzero"`
}

// Resource is the name of the service.
func (s *inferenceCreationChange) Resource() string { return cmp.Or(s.Name, s.ID) }

// Check refuses a state that names no service.
func (s *inferenceCreationChange) Check() error { return wait.Lacks("id", s.ID) }

func judgeInferenceCreation(r *GetInferenceServiceResponse) cloud.Verdict {
	v := inferenceCreated.Verdict(r.Status, "")
	if r.Status == InferenceServiceStatusStopped {
		return superseded(v, "the service was stopped")
	}
	return v
}

// inferenceChange is the resume state of a change of an existing service.
type inferenceChange struct {
	ID     string                 `json:"id"`
	Goal   InferenceServiceStatus `json:"goal"`
	Before inferenceSnapshot      `json:"before,omitzero"`

	course course
}

// Resource is the ID of the service.
func (s *inferenceChange) Resource() string { return s.ID }

// Check refuses a state that names no service or no goal.
func (s *inferenceChange) Check() error { return wait.Lacks("id", s.ID, "goal", string(s.Goal)) }

// statuses returns what the statuses mean for the change.
func (s *inferenceChange) statuses() wait.Statuses[InferenceServiceStatus] {
	if s.Goal == InferenceServiceStatusStopped {
		return inferenceStopped
	}
	return inferenceRunning
}

// judge assumes that the change of a service that is as before has not begun.
func (s *inferenceChange) judge(r *GetInferenceServiceResponse) cloud.Verdict {
	now := inferenceSnapshotOf(r)
	return s.course.verdict(s.difference(now), cloud.Verdict{State: string(now.Status)}, s.end(now), false)
}

// end is the verdict on a service if the change has begun.
func (s *inferenceChange) end(now inferenceSnapshot) cloud.Verdict {
	v := inferenceVerdict(s.statuses(), now.Status)
	switch {
	case v.Outcome != cloud.Pending:
		return v
	case now.Status == InferenceServiceStatusStopped:
		v.Outcome, v.Reason = cloud.Failed, "the service is stopped"
	case now.Status == InferenceServiceStatusRunning:
		v.Outcome, v.Reason = cloud.Failed, "the service runs"
	default:
		return v
	}
	if now.Status == s.Before.Status {
		v.Reason += " again"
	}
	return v
}

func (s *inferenceChange) difference(now inferenceSnapshot) difference {
	d := difference{sameState: now.Status == s.Before.Status, settled: slices.Contains(inferenceSettled, now.Status)}
	d.changing = !d.settled && now.Status != InferenceServiceStatusFailed && now.Status != ""
	return d.updatedSince(s.Before.Updated, now.Updated)
}
