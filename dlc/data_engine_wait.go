package dlc

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of an engine mean for each wait. The documented list of states is not complete: a number that it
// lacks is pending.
var (
	engineCreated   = wait.Statuses[DataEngineState]{Succeeded: engineSettled, Failed: engineLost}
	engineRunning   = wait.Statuses[DataEngineState]{Succeeded: []DataEngineState{DataEngineStateRunning}, Failed: engineLost}
	engineSuspended = wait.Statuses[DataEngineState]{Succeeded: []DataEngineState{DataEngineStateSuspended}, Failed: engineLost}
	engineDeleted   = wait.Statuses[DataEngineState]{Succeeded: []DataEngineState{DataEngineStateDeleted}}

	// Nothing is under way in these states.
	engineSettled = []DataEngineState{DataEngineStateRunning, DataEngineStateSuspended}
	// These states end any change.
	engineLost = []DataEngineState{
		DataEngineStateFailed, DataEngineStateIsolating, DataEngineStateIsolated,
		DataEngineStateReadyToDelete, DataEngineStateDeleting, DataEngineStateDeleted,
	}
)

var createDataEngine = change[CreateDataEngineRequest, CreateDataEngineResponse, engineCreationChange, DescribeDataEngineResponse]{
	State: func(r *CreateDataEngineRequest) *engineCreationChange {
		return &engineCreationChange{Name: r.DataEngineName, Message: r.Message}
	},
	Accepted: func(s *engineCreationChange, _ *CreateDataEngineRequest, out *CreateDataEngineResponse, _ time.Time) error {
		s.ID = out.DataEngineID
		return nil
	},
	Spec: (*Client).engineCreation,
}

var updateDataEngine = change[UpdateDataEngineRequest, UpdateDataEngineResponse, engineChange, DescribeDataEngineResponse]{
	State: func(r *UpdateDataEngineRequest) *engineChange {
		return &engineChange{Name: r.DataEngineName, Goal: engineSnapshot{
			Size: r.Size, MinClusters: r.MinClusters, MaxClusters: r.MaxClusters, Message: r.Message,
		}}
	},
	Before:  (*Client).beforeEngineByName,
	Refused: (*Client).startedEngine,
	Spec:    (*Client).engineUpdate,
}

var restartDataEngine = change[RestartDataEngineRequest, RestartDataEngineResponse, engineChange, DescribeDataEngineResponse]{
	State: func(r *RestartDataEngineRequest) *engineChange {
		return &engineChange{ID: r.DataEngineID, Goal: engineSnapshot{State: DataEngineStateRunning}}
	},
	Before:  (*Client).beforeEngineByID,
	Refused: (*Client).startedEngine,
	Spec:    (*Client).engineUpdate,
}

var suspendResumeDataEngine = change[
	SuspendResumeDataEngineRequest, SuspendResumeDataEngineResponse, engineChange, DescribeDataEngineResponse,
]{
	State: func(r *SuspendResumeDataEngineRequest) *engineChange {
		s := &engineChange{Name: r.DataEngineName, Goal: engineSnapshot{State: DataEngineStateRunning}}
		if r.Operate == DataEngineOperationSuspend {
			s.Goal.State = DataEngineStateSuspended
		}
		return s
	},
	Before:  (*Client).beforeEngineByName,
	Refused: (*Client).startedEngine,
	Spec:    (*Client).engineUpdate,
}

// UntilDataEngineRunning waits until an engine runs, with any image. It fails when the engine failed, is isolated, or
// is being deleted, and still is half a minute later.
func (c *Client) UntilDataEngineRunning(r DescribeDataEngineRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	return wait.Until(c.api, "UntilDataEngineRunning", c.engineState(r.DataEngineName, engineRunning))
}

// UntilDataEngineSuspended waits until an engine is suspended. It fails as [Client.UntilDataEngineRunning] does.
func (c *Client) UntilDataEngineSuspended(r DescribeDataEngineRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	return wait.Until(c.api, "UntilDataEngineSuspended", c.engineState(r.DataEngineName, engineSuspended))
}

// UntilDataEngineDeleted waits until there is no longer an engine of the name. No state is a failure, because a failed
// engine can be deleted too.
func (c *Client) UntilDataEngineDeleted(r DescribeDataEngineRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	w := c.engineState(r.DataEngineName, engineDeleted)
	w.GoneIsSuccess, w.AppearWithin = true, 0
	return wait.Until(c.api, "UntilDataEngineDeleted", w)
}

// engineState is the wait for a state, no matter what causes it.
func (c *Client) engineState(name string, statuses wait.Statuses[DataEngineState]) cloud.WaitSpec[DescribeDataEngineResponse] {
	return c.engineSpec(name, func(r *DescribeDataEngineResponse) cloud.Verdict {
		return engineSnapshotOf(r.DataEngine).stateVerdict(statuses)
	})
}

func (c *Client) engineCreation(s *engineCreationChange) cloud.WaitSpec[DescribeDataEngineResponse] {
	return c.engineSpec(s.Name, s.judge)
}

// engineUpdate is the wait for a change of an existing engine. No response says which change it is about.
func (c *Client) engineUpdate(s *engineChange) cloud.WaitSpec[DescribeDataEngineResponse] {
	w := c.engineSpec(s.Name, s.judge)
	w.Confirm = wait.ConfirmWithin
	return w
}

func (c *Client) engineSpec(name string, judge func(*DescribeDataEngineResponse) cloud.Verdict) cloud.WaitSpec[DescribeDataEngineResponse] {
	return cloud.WaitSpec[DescribeDataEngineResponse]{
		Service:      service,
		Read:         func(ctx context.Context) (*DescribeDataEngineResponse, error) { return c.dataEngine(ctx, name) },
		Judge:        judge,
		AppearWithin: wait.AppearsWithin,
		Within:       engineWithin,
	}
}

// dataEngine reads an engine by its name.
func (c *Client) dataEngine(ctx context.Context, name string) (*DescribeDataEngineResponse, error) {
	out, err := c.DescribeDataEngine(ctx, DescribeDataEngineRequest{DataEngineName: name})
	if err != nil {
		return nil, err
	}
	if err := about(&opDescribeDataEngine, out.RequestID, out.DataEngine.DataEngineName, name); err != nil {
		return nil, err
	}
	return out, nil
}

func (c *Client) beforeEngineByName(ctx context.Context, s *engineChange) error {
	out, err := c.dataEngine(ctx, s.Name)
	if err != nil {
		return err
	}
	s.recordBefore(out.DataEngine)
	return nil
}

func (c *Client) beforeEngineByID(ctx context.Context, s *engineChange) error {
	engine, err := c.findEngine(ctx, s.ID)
	if err != nil {
		return err
	}
	if s.Name = engine.DataEngineName; s.Name == "" { // engines are polled by it
		return unexpected(&opDescribeDataEngines, "", "it has no DataEngineName")
	}
	s.recordBefore(engine)
	return nil
}

// findEngine finds an engine by its ID. The list shows only engines of one generation and one kind of execution at a
// time, SuperSQL and SQL unless the request names others.
func (c *Client) findEngine(ctx context.Context, id string) (engine *DataEngineInfo, err error) {
	for _, generation := range []string{"SuperSQL", "Native"} {
		for _, execution := range []string{"SQL", "BATCH"} {
			engines := c.AllDataEngines(ctx, DescribeDataEnginesRequest{
				Filters:          []Filter{{Name: "engine-id", Values: []string{id}}},
				EngineGeneration: generation,
				EngineExecType:   execution,
			})
			engine, err = wait.Find(service, &opDescribeDataEngines, "engine "+id, engines, func(e *DataEngineInfo) bool {
				return e.DataEngineID == id
			})
			if cloud.KindOf(err) != cloud.ErrNotFound {
				return engine, err
			}
		}
	}
	return nil, err
}

// startedEngine returns nil if a change was started although the call failed with err.
func (c *Client) startedEngine(ctx context.Context, s *engineChange, _ time.Time, err error) error {
	return startedAnyway(ctx, err, c.engineUpdate(s), func(r *DescribeDataEngineResponse) bool {
		return !s.isReplaced(r.DataEngine) && s.isStarted(engineSnapshotOf(r.DataEngine))
	})
}
