package dlc

import (
	"cmp"
	"context"
	"iter"
	"strings"
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
	Began: (*Client).engineCreationBegan,
	Spec:  (*Client).engineCreation,
	Undo:  (*Client).deleteCreatedEngine,
}

var updateDataEngine = change[UpdateDataEngineRequest, UpdateDataEngineResponse, engineChange, DescribeDataEngineResponse]{
	State: func(r *UpdateDataEngineRequest) *engineChange {
		return &engineChange{Name: r.DataEngineName, Goal: engineSnapshot{
			Size: r.Size, MinClusters: r.MinClusters, MaxClusters: r.MaxClusters, Message: r.Message,
		}, asked: r}
	},
	Before:  (*Client).beforeEngineByName,
	Refused: (*Client).startedEngine,
	Began:   (*Client).engineUpdateBegan,
	Spec:    (*Client).engineUpdate,
	Restore: func(s *engineChange) *UpdateDataEngineRequest { return s.Replaced },
}

var restartDataEngine = change[RestartDataEngineRequest, RestartDataEngineResponse, engineChange, DescribeDataEngineResponse]{
	State: func(r *RestartDataEngineRequest) *engineChange {
		return &engineChange{ID: r.DataEngineID, Goal: engineSnapshot{State: DataEngineStateRunning}}
	},
	Before:  (*Client).beforeEngineByID,
	Refused: (*Client).startedEngine,
	Began:   engineStateBegan[RestartDataEngineRequest],
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
	Began:   engineStateBegan[SuspendResumeDataEngineRequest],
	Spec:    (*Client).engineUpdate,
	Restore: func(s *engineChange) *SuspendResumeDataEngineRequest {
		switch s.Before.State {
		case DataEngineStateRunning:
			return &SuspendResumeDataEngineRequest{DataEngineName: s.Name, Operate: DataEngineOperationResume}
		case DataEngineStateSuspended:
			return &SuspendResumeDataEngineRequest{DataEngineName: s.Name, Operate: DataEngineOperationSuspend}
		}
		return nil
	},
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
	return c.engineSpec(name, new(engineList), func(r *DescribeDataEngineResponse) cloud.Verdict {
		return engineSnapshotOf(r.DataEngine).stateVerdict(statuses)
	})
}

func (c *Client) engineCreation(s *engineCreationChange) cloud.WaitSpec[DescribeDataEngineResponse] {
	return c.engineSpec(s.Name, new(engineList), s.judge)
}

// engineUpdate is the wait for a change of an existing engine. No response says which change it is about.
func (c *Client) engineUpdate(s *engineChange) cloud.WaitSpec[DescribeDataEngineResponse] {
	w := c.engineSpec(s.Name, &s.list, s.judge)
	w.Confirm = wait.ConfirmWithin
	return w
}

// engineSpec is the wait for what judge says of an engine. list is the list that shows the engine, as far as it is known.
func (c *Client) engineSpec(
	name string, list *engineList, judge func(*DescribeDataEngineResponse) cloud.Verdict,
) cloud.WaitSpec[DescribeDataEngineResponse] {
	w := cloud.WaitSpec[DescribeDataEngineResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeDataEngineResponse, error) {
			out, err := c.dataEngine(ctx, name)
			if err == nil {
				*list = engineListOf(out.DataEngine)
			}
			return out, err
		},
		Judge: judge,
		Diagnose: func(ctx context.Context, _ *DescribeDataEngineResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseEngine(ctx, name)
		},
		AppearWithin: wait.AppearsWithin,
		Within:       engineWithin,
	}
	return c.sharingEngines(w, list, []string{name}, showEngine)
}

// An engineList says which of the lists of engines shows an engine. Each shows one generation and one kind of execution,
// and either gateways or other engines.
type engineList struct{ generation, execution, software string }

func engineListOf(e *DataEngineInfo) engineList {
	// Parts of the strings of a response would keep all of it alive.
	list := engineList{generation: strings.Clone(e.EngineGeneration), execution: strings.Clone(e.EngineExecType)}
	if e.EngineType == engineGateway {
		list.software = engineGateway
	}
	return list
}

// engineGateway is the type of engines that are listed only when it is asked for.
const engineGateway = "kyuubi"

// listedName is the name of an engine that exists. Another one may have it later.
func listedName(e *DataEngineInfo) string {
	if e.State == DataEngineStateDeleted {
		return ""
	}
	return e.DataEngineName
}

func showEngine(engines []*DataEngineInfo) *DescribeDataEngineResponse {
	if engines[0] == nil {
		return nil
	}
	return &DescribeDataEngineResponse{DataEngine: engines[0]}
}

// sharingEngines makes w share the reads of a list of engines.
func (c *Client) sharingEngines(
	w cloud.WaitSpec[DescribeDataEngineResponse], list *engineList, names []string,
	show func([]*DataEngineInfo) *DescribeDataEngineResponse,
) cloud.WaitSpec[DescribeDataEngineResponse] {
	return wait.Share(c.api, w, &wait.List[DataEngineInfo, DescribeDataEngineResponse]{
		Op:  &opDescribeDataEngines,
		Of:  func() []string { return []string{list.generation, list.execution, cmp.Or(list.software, "other")} },
		IDs: names,
		Items: func(ctx context.Context, _ []string) iter.Seq2[DataEngineInfo, error] {
			return c.AllDataEngines(ctx, DescribeDataEnginesRequest{
				EngineGeneration: list.generation, EngineExecType: list.execution, EngineType: list.software, Limit: 100,
			})
		},
		ID:      listedName,
		PerCall: 100,
		Show:    show,
	})
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
	engine, err := c.engineByID(ctx, s.ID)
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

// deleteCreatedEngine prepares the deletion of the engine that was created, unless another one has its name by now.
func (c *Client) deleteCreatedEngine(ctx context.Context, s *engineCreationChange) (cloud.AnyChange, error) {
	out, err := c.dataEngine(ctx, s.Name)
	if err != nil {
		return nil, err
	}
	if s.ID == "" || out.DataEngine.DataEngineID != s.ID {
		return nil, notCreated("engine", s.Name)
	}
	return wait.AnyChange(c.PrepareDeleteDataEngine(ctx, DeleteDataEngineRequest{DataEngineNames: []string{s.Name}}))
}

// startedEngine returns nil if a change was started although the call failed with err.
func (c *Client) startedEngine(ctx context.Context, s *engineChange, _ time.Time, err error) error {
	return startedAnyway(ctx, err, c.engineUpdate(s), func(r *DescribeDataEngineResponse) bool {
		return !s.isReplaced(r.DataEngine) && s.isStarted(engineSnapshotOf(r.DataEngine))
	})
}
