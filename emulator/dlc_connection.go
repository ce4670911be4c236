package emulator

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func (s *dlcService) connectionActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateDatasourceConnection":   action(s.createDatasource),
		"DescribeDatasourceConnection": action(s.describeDatasources),
		"DescribeNetworkConnections":   action(s.describeConnections),
		"DescribeEngineNetworks":       action(s.describeNetworks),
	}
}

// AddDatasourceConnection adds a connection to a data source, or replaces the one with its ID. State has no
// default: 0 is initializing.
func (e *Emulator) AddDatasourceConnection(connection dlc.DatasourceConnectionInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dlc.datasources.add(connection.DatasourceConnectionID, e.now(), deepCopy(connection))
}

// AddNetworkConnection adds a network connection between an engine and a data source, or replaces the one with
// its name, DatasourceConnectionName. State has no default: 0 is initializing.
func (e *Emulator) AddNetworkConnection(connection dlc.NetworkConnection) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dlc.connections.add(connection.DatasourceConnectionName, e.now(), deepCopy(connection))
}

// AddEngineNetwork adds a network of engines, or replaces the one with its ID. EngineNetworkState has no
// default: 0 is initializing.
func (e *Emulator) AddEngineNetwork(network dlc.EngineNetworkInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.dlc.networks.add(network.EngineNetworkID, e.now(), deepCopy(network))
}

// createDatasource plans a connection, and its network connection if the request names one.
func (s *dlcService) createDatasource(r *received, in dlc.CreateDatasourceConnectionRequest) (any, error) {
	now := s.emulator.now()
	for _, key := range s.datasources.keys {
		if d, ok := s.datasources.row(key).actual(now); ok && d.DatasourceConnectionName == in.DatasourceConnectionName {
			return nil, &refusal{
				code:    "InvalidParameter.DuplicateDatasourceName",
				message: "The connection " + strconv.Quote(in.DatasourceConnectionName) + " already exists.",
			}
		}
	}
	c := s.emulator.begin("dlc", "CreateDatasourceConnection")
	d := dlc.DatasourceConnectionInfo{
		DatasourceConnectionID: "DatasourceConnection-" + newUUID()[:8], DatasourceConnectionName: in.DatasourceConnectionName,
		DatasourceConnectionDesc: in.DatasourceConnectionDesc, DatasourceConnectionType: in.DatasourceConnectionType,
		DatasourceConnectionConfig: in.DatasourceConnectionConfig, State: dlc.DatasourceStateInitializing, Region: s.emulator.region,
		CreateTime: digits(c.start.Unix()), UpdateTime: digits(c.start.Unix()),
	}
	row := s.datasources.create(d.DatasourceConnectionID)
	schedule(row, c, c.start, d)
	d.State, d.Message, d.UpdateTime = dlc.DatasourceStateReady, cmp.Or(c.Reason, "success"), digits(c.end.Unix())
	if c.failed() {
		d.State, d.Message = dlc.DatasourceStateFailed, cmp.Or(c.Reason, "The data source could not be reached.")
	}
	if state, err := strconv.Atoi(c.State); err == nil {
		d.State = dlc.DatasourceState(state)
	}
	finish(row, c, d)
	if in.NetworkConnectionName != "" {
		s.startConnection(c, in)
	}
	return &dlc.CreateDatasourceConnectionResponse{DatasourceConnectionID: d.DatasourceConnectionID, RequestID: r.requestID}, nil
}

// startConnection plans a network connection. It stays initializing if the change fails.
func (s *dlcService) startConnection(c change, in dlc.CreateDatasourceConnectionRequest) {
	n := dlc.NetworkConnection{
		DatasourceConnectionName: in.NetworkConnectionName, NetworkConnectionDesc: in.NetworkConnectionDesc,
		CreateTime: cloud.Seconds(c.start), UpdateTime: cloud.Seconds(c.start),
	}
	row := s.connections.create(in.NetworkConnectionName)
	schedule(row, c, c.start, n)
	if !c.failed() {
		n.State, n.UpdateTime = dlc.NetworkConnectionStateReady, cloud.Seconds(c.end)
	}
	finish(row, c, n)
}

func (s *dlcService) describeDatasources(r *received, in dlc.DescribeDatasourceConnectionRequest) (any, error) {
	list := slices.DeleteFunc(s.datasources.list(s.emulator.now()), func(d dlc.DatasourceConnectionInfo) bool {
		return in.DatasourceConnectionIDs != nil && !slices.Contains(in.DatasourceConnectionIDs, d.DatasourceConnectionID) ||
			in.DatasourceConnectionNames != nil && !slices.Contains(in.DatasourceConnectionNames, d.DatasourceConnectionName) ||
			in.DatasourceConnectionTypes != nil && !slices.Contains(in.DatasourceConnectionTypes, d.DatasourceConnectionType)
	})
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, 2*dlcPage))
	return &dlc.DescribeDatasourceConnectionResponse{ConnectionSet: page, TotalCount: len(list), RequestID: r.requestID}, nil
}

func (s *dlcService) describeConnections(r *received, in dlc.DescribeNetworkConnectionsRequest) (any, error) {
	list := slices.DeleteFunc(s.connections.list(s.emulator.now()), func(n dlc.NetworkConnection) bool {
		return in.NetworkConnectionName != "" && n.DatasourceConnectionName != in.NetworkConnectionName ||
			in.DataEngineName != "" && n.HouseName != in.DataEngineName
	})
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage))
	return &dlc.DescribeNetworkConnectionsResponse{NetworkConnectionSet: page, TotalCount: len(list), RequestID: r.requestID}, nil
}

func (s *dlcService) describeNetworks(r *received, in dlc.DescribeEngineNetworksRequest) (any, error) {
	list := []dlc.EngineNetworkInfo{}
	for _, n := range s.networks.list(s.emulator.now()) {
		matches := true
		for _, f := range in.Filters {
			switch f.Name {
			case "engine-network-id":
				matches = matches && slices.Contains(f.Values, n.EngineNetworkID)
			case "engine-network-state":
				matches = matches && slices.Contains(f.Values, strconv.Itoa(int(n.EngineNetworkState)))
			default:
				return nil, unknownFilter(f.Name)
			}
		}
		if matches {
			list = append(list, n)
		}
	}
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage))
	return &dlc.DescribeEngineNetworksResponse{EngineNetworkInfos: page, Total: len(list), RequestID: r.requestID}, nil
}
