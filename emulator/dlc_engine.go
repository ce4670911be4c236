package emulator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// AddDataEngine puts in a data engine, or replaces the one with its id, and returns the id. What is
// left empty becomes that of a running SuperSQL engine for SQL on Spark; since a zero State is left
// empty too, an engine cannot be put in as initializing.
func (e *Emulator) AddDataEngine(engine dlc.DataEngineInfo) (dataEngineID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, d := e.now(), copyOf(engine)
	created := now.Add(-24 * time.Hour).Unix()
	d.DataEngineID = cmp.Or(d.DataEngineID, "DataEngine-"+newUUID()[:8])
	d.DataEngineName = cmp.Or(d.DataEngineName, "engine")
	d.EngineType = cmp.Or(d.EngineType, "spark")
	d.EngineTypeDetail = cmp.Or(d.EngineTypeDetail, "SparkSQL")
	d.EngineGeneration = cmp.Or(d.EngineGeneration, "SuperSQL")
	d.EngineExecType = cmp.Or(d.EngineExecType, "SQL")
	d.ClusterType = cmp.Or(d.ClusterType, "spark_cu")
	d.State = cmp.Or(d.State, dlc.DataEngineRunning)
	d.Size = cmp.Or(d.Size, 16)
	d.Mode = cmp.Or(d.Mode, 1)
	d.CreateTime = cmp.Or(d.CreateTime, created)
	d.UpdateTime = cmp.Or(d.UpdateTime, d.CreateTime)
	e.dlc.engines.add(d.DataEngineID, now, d)
	return d.DataEngineID
}

// engine finds an engine by its id, in its true state.
func (s *dlcService) engine(id string) (*timeline[dlc.DataEngineInfo], dlc.DataEngineInfo, error) {
	row := s.engines.row(id)
	engine, ok := row.truth(s.emulator.now())
	if !ok || engine.State == dlc.DataEngineDeleted {
		return nil, engine, noEngine(id)
	}
	return row, engine, nil
}

func noEngine(name string) error {
	return &refusal{code: "ResourceNotFound.DataEngineNotFound", message: fmt.Sprintf("There is no data engine %q.", name)}
}

func (s *dlcService) describeEngine(r *received, in dlc.DescribeDataEngineRequest) (any, error) {
	for _, engine := range s.engines.list(s.emulator.now()) {
		if engine.DataEngineName == in.DataEngineName && engine.State != dlc.DataEngineDeleted {
			return &dlc.DescribeDataEngineResponse{DataEngine: &engine, RequestID: r.requestID}, nil
		}
	}
	return nil, noEngine(in.DataEngineName)
}

// dlcPage is how many items a page has unless the request says.
const dlcPage = 10

func (s *dlcService) describeEngines(r *received, in dlc.DescribeDataEnginesRequest) (any, error) {
	list := []dlc.DataEngineInfo{}
	for _, engine := range s.engines.list(s.emulator.now()) {
		fits, err := fitsEngineFilters(engine, in.Filters)
		if err != nil {
			return nil, err
		}
		if fits && engine.State != dlc.DataEngineDeleted && isListed(engine, in) {
			list = append(list, engine)
		}
	}
	if in.SortBy != "" && in.SortBy != "create-time" {
		return nil, &refusal{code: "InvalidParameter.DescribeDataEnginesSortByTypeNotMatch", message: "The list can be sorted by create-time alone."}
	}
	slices.SortStableFunc(list, func(a, b dlc.DataEngineInfo) int { return cmp.Compare(a.CreateTime, b.CreateTime) })
	if in.Sorting == "desc" {
		slices.Reverse(list)
	}
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage))
	return &dlc.DescribeDataEnginesResponse{DataEngines: page, TotalCount: len(list), RequestID: r.requestID}, nil
}

// isListed applies the members that choose engines. Those of one generation and one kind of
// execution are listed at a time, and gateways only if they are asked for.
func isListed(engine dlc.DataEngineInfo, in dlc.DescribeDataEnginesRequest) bool {
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

func fitsEngineFilters(engine dlc.DataEngineInfo, filters []dlc.Filter) (bool, error) {
	for _, f := range filters {
		have, err := filterValue(engine, f.Name)
		if err != nil {
			return false, err
		}
		fits := slices.ContainsFunc(f.Values, func(v string) bool {
			if f.Name == "key-word" {
				return strings.Contains(have, v)
			}
			return have == v
		})
		if !fits {
			return false, nil
		}
	}
	return true, nil
}

// filterValue is what a filter compares.
func filterValue(engine dlc.DataEngineInfo, filter string) (string, error) {
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
		return strconv.FormatInt(engine.CreateTime, 10), nil
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
	return "", &refusal{code: "InvalidParameter", message: "There is no filter " + strconv.Quote(filter) + "."}
}
