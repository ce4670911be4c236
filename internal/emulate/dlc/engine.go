package dlc

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// AddDataEngine adds a data engine, or replaces the one with its ID, and returns the ID.
func (s *Service) AddDataEngine(engine dlc.DataEngineInfo) (dataEngineID string) {
	now := s.world.Now()
	d := s.withEngineDefaults(engine, now.Add(-24*time.Hour))
	d.State = cmp.Or(d.State, dlc.DataEngineStateRunning)
	s.engines.Add(d.DataEngineID, now, d)
	return d.DataEngineID
}

// withEngineDefaults sets the fields that every engine has.
func (s *Service) withEngineDefaults(d dlc.DataEngineInfo, created time.Time) dlc.DataEngineInfo {
	d.DataEngineID = cmp.Or(d.DataEngineID, "DataEngine-"+s.world.NewID(8))
	d.DataEngineName = cmp.Or(d.DataEngineName, "engine")
	d.EngineType = cmp.Or(d.EngineType, "spark")
	d.EngineTypeDetail = cmp.Or(d.EngineTypeDetail, "SparkSQL")
	d.EngineGeneration = cmp.Or(d.EngineGeneration, "SuperSQL")
	d.EngineExecType = cmp.Or(d.EngineExecType, "SQL")
	d.ClusterType = cmp.Or(d.ClusterType, "spark_cu")
	d.Size = cmp.Or(d.Size, 16)
	d.Mode = cmp.Or(d.Mode, 1)
	d.CreateTime = cmp.Or(d.CreateTime, cloud.Seconds(created))
	d.UpdateTime = cmp.Or(d.UpdateTime, d.CreateTime)
	return d
}

// engineChanges are the actions that change an engine.
var engineChanges = []string{
	"CreateDataEngine", "SuspendResumeDataEngine", "RestartDataEngine", "UpdateDataEngine", "DeleteDataEngine",
	"SwitchDataEngineImage", "UpgradeDataEngineImage", "RollbackDataEngineImage",
}

func (s *Service) engineOperations() front.Handlers {
	return front.Handlers{
		"CreateDataEngine":        front.Handle(s.createEngine),
		"SuspendResumeDataEngine": front.Handle(s.suspendResumeEngine),
		"RestartDataEngine":       front.Handle(s.restartEngine),
		"UpdateDataEngine":        front.Handle(s.updateEngine),
		"DeleteDataEngine":        front.Handle(s.deleteEngines),
		"DescribeDataEngine":      front.Handle(s.describeEngine),
		"DescribeDataEngines":     front.Handle(s.describeEngines),

		"DescribeDataEnginesScaleDetail": front.Handle(s.describeEngineSizes),
		"DescribeUpdatableDataEngines":   front.Handle(s.describeUpdatableEngines),
	}
}

// engine returns an engine by its ID, in its actual state.
func (s *Service) engine(id string) (*world.Timeline[dlc.DataEngineInfo], dlc.DataEngineInfo, error) {
	row := s.engines.Row(id)
	engine, ok := row.Actual(s.world.Now())
	if !ok || engine.State == dlc.DataEngineStateDeleted {
		return nil, engine, engineNotFound(id)
	}
	return row, engine, nil
}

// engineInState returns an engine that is in one of the given states.
func (s *Service) engineInState(id string, states ...dlc.DataEngineState) (*world.Timeline[dlc.DataEngineInfo], dlc.DataEngineInfo, error) {
	row, engine, err := s.engine(id)
	if err == nil && !slices.Contains(states, engine.State) {
		err = &front.Refusal{
			Code:    "ResourceNotFound.DataEngineNotActivity",
			Message: "The data engine " + id + " is in state " + engine.State.String() + ", which does not allow this.",
		}
	}
	return row, engine, err
}

// engineID returns the ID of an engine by its name, or the name if there is no such engine.
func (s *Service) engineID(name string) string {
	for id, engine := range s.engines.AllBy(s.world.Now(), name) {
		if engine.State != dlc.DataEngineStateDeleted {
			return id
		}
	}
	return name
}

// changeEngine plans a change of an engine. apply takes effect at its end, unless the change fails: then the
// engine is as before, with failure as its message.
func (s *Service) changeEngine(
	operation string, row *world.Timeline[dlc.DataEngineInfo], before dlc.DataEngineInfo, inProgress dlc.DataEngineState,
	failure string, apply func(*dlc.DataEngineInfo),
) {
	c := s.world.Begin("dlc", operation)
	changing := before
	changing.State, changing.Message = inProgress, ""
	changing.UpdateTime = max(cloud.Seconds(c.Start), before.UpdateTime+1)

	after := before
	after.Message, after.UpdateTime = c.Reason, max(cloud.Seconds(c.End), changing.UpdateTime+1)
	if c.Failed() {
		after.Message = cmp.Or(c.Reason, failure)
	} else {
		apply(&after)
	}
	after.State = engineState(c, after.State)
	world.Schedule(row, c, c.Start, changing)
	world.Finish(row, c, after)
	s.engineEvents(c, changing, after)
}

// engineState returns the state that the script sets for the end of a change, or else usual.
func engineState(c world.Change, usual dlc.DataEngineState) dlc.DataEngineState {
	if state, err := strconv.Atoi(c.State); err == nil {
		return dlc.DataEngineState(state)
	}
	return usual
}

func (s *Service) createEngine(r *front.Received, in dlc.CreateDataEngineRequest) (any, error) {
	if s.engineID(in.DataEngineName) != in.DataEngineName {
		return nil, &front.Refusal{
			Code:    "InvalidParameter.DuplicateDataEngineName",
			Message: "The data engine " + strconv.Quote(in.DataEngineName) + " already exists.",
		}
	}
	c := s.world.Begin("dlc", "CreateDataEngine")
	engine := s.withEngineDefaults(world.CommonTo[dlc.DataEngineInfo](in), c.Start)
	engine.State = dlc.DataEngineStateInitializing
	after := engine
	after.State, after.Message, after.UpdateTime = dlc.DataEngineStateRunning, cmp.Or(c.Reason, engine.Message), cloud.Seconds(c.End)
	if c.Failed() {
		after.State = dlc.DataEngineStateFailed
		after.Message = cmp.Or(c.Reason, "The data engine could not be created.")
	}
	after.State = engineState(c, after.State)
	row := s.engines.Create(engine.DataEngineID)
	world.Schedule(row, c, c.Start, engine)
	world.Finish(row, c, after)
	s.engineEvents(c, engine, after)
	return &dlc.CreateDataEngineResponse{DataEngineID: engine.DataEngineID, RequestID: r.RequestID}, nil
}

func (s *Service) suspendResumeEngine(r *front.Received, in dlc.SuspendResumeDataEngineRequest) (any, error) {
	from, through, to := dlc.DataEngineStateSuspended, dlc.DataEngineStateStarting, dlc.DataEngineStateRunning
	if in.Operate == dlc.DataEngineOperationSuspend {
		from, through, to = dlc.DataEngineStateRunning, dlc.DataEngineStateSuspending, dlc.DataEngineStateSuspended
	}
	row, engine, err := s.engineInState(s.engineID(in.DataEngineName), from)
	if err != nil {
		return nil, err
	}
	s.changeEngine("SuspendResumeDataEngine", row, engine, through,
		"The data engine could not be suspended or resumed.", func(e *dlc.DataEngineInfo) { e.State = to })
	return &dlc.SuspendResumeDataEngineResponse{DataEngineName: in.DataEngineName, RequestID: r.RequestID}, nil
}

func (s *Service) restartEngine(r *front.Received, in dlc.RestartDataEngineRequest) (any, error) {
	row, engine, err := s.engineInState(in.DataEngineID, dlc.DataEngineStateRunning)
	if err != nil {
		return nil, err
	}
	s.changeEngine("RestartDataEngine", row, engine, dlc.DataEngineStateStarting,
		"The data engine could not be restarted.", func(*dlc.DataEngineInfo) {})
	return &dlc.RestartDataEngineResponse{RequestID: r.RequestID}, nil
}

func (s *Service) updateEngine(r *front.Received, in dlc.UpdateDataEngineRequest) (any, error) {
	row, engine, err := s.engineInState(s.engineID(in.DataEngineName), dlc.DataEngineStateRunning, dlc.DataEngineStateSuspended)
	if err != nil {
		return nil, err
	}
	resize := func(e *dlc.DataEngineInfo) { world.CopyMembers(e, in) }
	s.changeEngine("UpdateDataEngine", row, engine, dlc.DataEngineStateResizing, "The data engine could not be resized.", resize)
	return &dlc.UpdateDataEngineResponse{RequestID: r.RequestID}, nil
}

// deleteEngines deletes all engines, or none if the state of one does not allow it.
func (s *Service) deleteEngines(r *front.Received, in dlc.DeleteDataEngineRequest) (any, error) {
	var ids []string
	for _, name := range in.DataEngineNames {
		id := s.engineID(name)
		_, _, err := s.engineInState(id, dlc.DataEngineStateRunning, dlc.DataEngineStateSuspended,
			dlc.DataEngineStateFailed, dlc.DataEngineStateIsolated)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	c := s.world.Begin("dlc", "DeleteDataEngine")
	for _, id := range ids {
		row, before, _ := s.engine(id)
		deleting := before
		deleting.State, deleting.UpdateTime = dlc.DataEngineStateDeleting, max(cloud.Seconds(c.Start), before.UpdateTime+1)
		world.Schedule(row, c, c.Start, deleting)
		after := before
		if !c.Failed() {
			world.Remove(row, c)
			after.State, after.Message = dlc.DataEngineStateDeleted, c.Reason
			s.engineEvents(c, deleting, after)
			continue
		}
		after.State, after.UpdateTime = engineState(c, before.State), cloud.Seconds(c.End)
		after.Message = cmp.Or(c.Reason, "The data engine could not be deleted.")
		world.Finish(row, c, after)
		s.engineEvents(c, deleting, after)
	}
	return &dlc.DeleteDataEngineResponse{RequestID: r.RequestID}, nil
}

func engineNotFound(name string) error {
	return &front.Refusal{Code: "ResourceNotFound.DataEngineNotFound", Message: fmt.Sprintf("The data engine %q does not exist.", name)}
}

func (s *Service) describeEngine(r *front.Received, in dlc.DescribeDataEngineRequest) (any, error) {
	for _, engine := range s.engines.ListBy(s.world.Now(), in.DataEngineName) {
		if engine.State != dlc.DataEngineStateDeleted {
			return &dlc.DescribeDataEngineResponse{DataEngine: engine, RequestID: r.RequestID}, nil
		}
	}
	return nil, engineNotFound(in.DataEngineName)
}

// pageSize is the default page size.
const pageSize = 10

func (s *Service) describeEngines(r *front.Received, in dlc.DescribeDataEnginesRequest) (any, error) {
	query := in
	query.Offset, query.Limit = 0, 0
	list, err := world.Select(s.engines, s.world.Now(), &query, func() (*world.Sorted[*dlc.DataEngineInfo], error) {
		return s.selectEngines(in)
	})
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeDataEnginesResponse{DataEngines: world.Copies(page), TotalCount: list.Len(), RequestID: r.RequestID}, nil
}

// selectEngines returns the engines that a request selects, in its order.
func (s *Service) selectEngines(in dlc.DescribeDataEnginesRequest) (*world.Sorted[*dlc.DataEngineInfo], error) {
	list, err := matchingEngines(s.engines.List(s.world.Now()), in)
	if err != nil {
		return nil, err
	}
	if in.SortBy != "" && in.SortBy != "create-time" {
		return nil, &front.Refusal{
			Code:    "InvalidParameter.DescribeDataEnginesSortByTypeNotMatch",
			Message: "The list can only be sorted by create-time.",
		}
	}
	byCreation := func(a, b *dlc.DataEngineInfo) int { return cmp.Compare(a.CreateTime, b.CreateTime) }
	if in.Sorting == "desc" {
		slices.Reverse(list)
		byCreation = func(a, b *dlc.DataEngineInfo) int { return cmp.Compare(b.CreateTime, a.CreateTime) }
	}
	return world.Sort(list, byCreation), nil
}

// matchingEngines returns the engines that a request selects.
func matchingEngines(list []*dlc.DataEngineInfo, in dlc.DescribeDataEnginesRequest) ([]*dlc.DataEngineInfo, error) {
	var refused error
	list = slices.DeleteFunc(list, func(engine *dlc.DataEngineInfo) bool {
		matches, err := matchesEngineFilters(engine, in.Filters)
		refused = cmp.Or(refused, err)
		return !matches || engine.State == dlc.DataEngineStateDeleted || !isListed(engine, in)
	})
	return list, refused
}

// isListed applies the parameters that select engines. A list has engines of one generation and one kind of
// execution, and gateways only on request.
func isListed(engine *dlc.DataEngineInfo, in dlc.DescribeDataEnginesRequest) bool {
	switch networks := in.DatasourceConnectionNameSet; {
	case engine.EngineGeneration != cmp.Or(in.EngineGeneration, "SuperSQL"),
		engine.EngineExecType != cmp.Or(in.EngineExecType, "SQL"),
		in.EngineType == "" && engine.EngineType == "kyuubi",
		in.EngineType != "" && engine.EngineType != in.EngineType,
		in.EngineTypeDetail != "" && engine.EngineTypeDetail != in.EngineTypeDetail:
		return false
	case len(networks) > 0 && !slices.ContainsFunc(engine.NetworkConnectionSet, func(n dlc.NetworkConnection) bool {
		return slices.Contains(networks, n.DatasourceConnectionName)
	}):
		return false
	}
	return !slices.ContainsFunc(in.AccessTypes, func(t string) bool {
		return engine.Permissions != nil && !slices.Contains(engine.Permissions, t)
	})
}

func matchesEngineFilters(engine *dlc.DataEngineInfo, filters []dlc.Filter) (bool, error) {
	for _, f := range filters {
		value, err := filterValue(engine, f.Name)
		if err != nil {
			return false, err
		}
		matches := slices.ContainsFunc(f.Values, func(v string) bool {
			if f.Name == "key-word" {
				return strings.Contains(value, v)
			}
			return value == v
		})
		if !matches {
			return false, nil
		}
	}
	return true, nil
}

// filterValue returns the value that a filter compares.
func filterValue(engine *dlc.DataEngineInfo, filter string) (string, error) {
	switch filter {
	case "data-engine-name":
		return engine.DataEngineName, nil
	case "engine-id":
		return engine.DataEngineID, nil
	case "engine-type":
		return engine.EngineType, nil
	case "state":
		return strconv.Itoa(int(engine.State)), nil
	case "mode":
		return strconv.Itoa(engine.Mode), nil
	case "create-time":
		return strconv.FormatInt(int64(engine.CreateTime), 10), nil
	case "message":
		return engine.Message, nil
	case "cluster-type":
		return engine.ClusterType, nil
	case "engine-exec-type":
		return engine.EngineExecType, nil
	case "engine-network-id":
		return engine.EngineNetworkID, nil
	case "key-word":
		return strings.Join([]string{engine.DataEngineName, engine.ClusterType, engine.Message}, "\n"), nil
	}
	return "", unknownFilter(filter)
}

// describeEngineSizes shows each engine with the size that it has now, for the whole period.
func (s *Service) describeEngineSizes(r *front.Received, in dlc.DescribeDataEnginesScaleDetailRequest) (any, error) {
	out := &dlc.DescribeDataEnginesScaleDetailResponse{RequestID: r.RequestID}
	for _, engine := range s.engines.List(s.world.Now()) {
		asked := len(in.DataEngineNames) == 0 || slices.Contains(in.DataEngineNames, engine.DataEngineName)
		if engine.State == dlc.DataEngineStateDeleted || !asked {
			continue
		}
		out.Scales = append(out.Scales, dlc.DataEngineScaleInfo{
			DataEngineID: engine.DataEngineID, DataEngineName: engine.DataEngineName,
			ScaleDetail: []dlc.DataEngineScaleInfoDetail{{
				StartTime: cloud.TimeString(in.StartTime), EndTime: cloud.TimeString(in.EndTime), CU: engine.Size,
			}},
		})
	}
	return out, nil
}

// describeUpdatableEngines lists the engines for SQL on Spark, which take both commands.
func (s *Service) describeUpdatableEngines(r *front.Received, _ dlc.DescribeUpdatableDataEnginesRequest) (any, error) {
	out := &dlc.DescribeUpdatableDataEnginesResponse{RequestID: r.RequestID}
	for _, engine := range s.engines.List(s.world.Now()) {
		if engine.State != dlc.DataEngineStateDeleted && engine.EngineTypeDetail == "SparkSQL" {
			out.DataEngineBasicInfos = append(out.DataEngineBasicInfos, dlc.DataEngineBasicInfo{
				DataEngineName: engine.DataEngineName, DataEngineID: engine.DataEngineID, DataEngineType: engine.EngineTypeDetail,
				State: engine.State, CreateTime: engine.CreateTime, UpdateTime: engine.UpdateTime, Message: engine.Message,
			})
		}
	}
	out.TotalCount = len(out.DataEngineBasicInfos)
	return out, nil
}
