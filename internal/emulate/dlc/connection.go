package dlc

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) connectionOperations() front.Handlers {
	return front.Handlers{
		"CreateDatasourceConnection":   front.Handle(s.createDatasource),
		"DescribeDatasourceConnection": front.Handle(s.describeDatasources),
		"DescribeNetworkConnections":   front.Handle(s.describeConnections),
		"DescribeEngineNetworks":       front.Handle(s.describeNetworks),
	}
}

// AddDatasourceConnection adds a connection to a data source, or replaces the one with its ID, and returns its ID.
func (s *Service) AddDatasourceConnection(connection dlc.DatasourceConnectionInfo) string {
	s.datasources.Add(connection.DatasourceConnectionID, s.world.Now(), connection)
	return connection.DatasourceConnectionID
}

// AddNetworkConnection adds a network connection between an engine and a data source, or replaces the one with its
// name, DatasourceConnectionName, and returns its name.
func (s *Service) AddNetworkConnection(connection dlc.NetworkConnection) string {
	s.connections.Add(connection.DatasourceConnectionName, s.world.Now(), connection)
	return connection.DatasourceConnectionName
}

// AddEngineNetwork adds a network of engines, or replaces the one with its ID, and returns its ID.
func (s *Service) AddEngineNetwork(network dlc.EngineNetworkInfo) string {
	s.networks.Add(network.EngineNetworkID, s.world.Now(), network)
	return network.EngineNetworkID
}

// createDatasource plans a connection, and its network connection if the request names one.
func (s *Service) createDatasource(r *front.Received, in dlc.CreateDatasourceConnectionRequest) (any, error) {
	if _, _, ok := s.datasources.By(s.world.Now(), in.DatasourceConnectionName); ok {
		return nil, &front.Refusal{
			Code:    "InvalidParameter.DuplicateDatasourceName",
			Message: "The connection " + strconv.Quote(in.DatasourceConnectionName) + " already exists.",
		}
	}
	c := s.world.Begin("dlc", "CreateDatasourceConnection")
	d := world.CommonTo[dlc.DatasourceConnectionInfo](in)
	d.DatasourceConnectionID, d.Region = "DatasourceConnection-"+s.world.NewID(8), s.world.Region
	d.State, d.CreateTime = dlc.DatasourceStateInitializing, world.Digits(c.Start.Unix())
	d.UpdateTime = d.CreateTime
	row := s.datasources.Create(d.DatasourceConnectionID)
	world.Schedule(row, c, c.Start, d)
	d.State, d.Message, d.UpdateTime = dlc.DatasourceStateReady, cmp.Or(c.Reason, "success"), world.Digits(c.End.Unix())
	if c.Failed() {
		d.State, d.Message = dlc.DatasourceStateFailed, cmp.Or(c.Reason, "The data source could not be reached.")
	}
	if state, err := strconv.Atoi(c.State); err == nil {
		d.State = dlc.DatasourceState(state)
	}
	world.Finish(row, c, d)
	if in.NetworkConnectionName != "" {
		s.startConnection(c, in)
	}
	return &dlc.CreateDatasourceConnectionResponse{DatasourceConnectionID: d.DatasourceConnectionID, RequestID: r.RequestID}, nil
}

// startConnection plans a network connection. It stays initializing if the change fails.
func (s *Service) startConnection(c world.Change, in dlc.CreateDatasourceConnectionRequest) {
	n := world.CommonTo[dlc.NetworkConnection](in)
	n.DatasourceConnectionName, n.CreateTime, n.UpdateTime = in.NetworkConnectionName, cloud.Seconds(c.Start), cloud.Seconds(c.Start)
	row := s.connections.Create(in.NetworkConnectionName)
	world.Schedule(row, c, c.Start, n)
	if !c.Failed() {
		n.State, n.UpdateTime = dlc.NetworkConnectionStateReady, cloud.Seconds(c.End)
	}
	world.Finish(row, c, n)
}

func (s *Service) describeDatasources(r *front.Received, in dlc.DescribeDatasourceConnectionRequest) (any, error) {
	list := slices.DeleteFunc(s.datasources.List(s.world.Now()), func(d *dlc.DatasourceConnectionInfo) bool {
		return in.DatasourceConnectionIDs != nil && !slices.Contains(in.DatasourceConnectionIDs, d.DatasourceConnectionID) ||
			in.DatasourceConnectionNames != nil && !slices.Contains(in.DatasourceConnectionNames, d.DatasourceConnectionName) ||
			in.DatasourceConnectionTypes != nil && !slices.Contains(in.DatasourceConnectionTypes, d.DatasourceConnectionType)
	})
	page, err := offsetPage(list, in.Offset, cmp.Or(in.Limit, 2*pageSize))
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeDatasourceConnectionResponse{ConnectionSet: world.Copies(page), TotalCount: len(list), RequestID: r.RequestID}, nil
}

func (s *Service) describeConnections(r *front.Received, in dlc.DescribeNetworkConnectionsRequest) (any, error) {
	list := slices.DeleteFunc(s.connections.List(s.world.Now()), func(n *dlc.NetworkConnection) bool {
		return in.NetworkConnectionName != "" && n.DatasourceConnectionName != in.NetworkConnectionName ||
			in.DataEngineName != "" && n.HouseName != in.DataEngineName ||
			in.NetworkConnectionType != nil && n.NetworkConnectionType != *in.NetworkConnectionType
	})
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeNetworkConnectionsResponse{
		NetworkConnectionSet: world.Copies(page), TotalCount: len(list), RequestID: r.RequestID,
	}, nil
}

func (s *Service) describeNetworks(r *front.Received, in dlc.DescribeEngineNetworksRequest) (any, error) {
	list := []*dlc.EngineNetworkInfo{}
	for _, n := range s.networks.List(s.world.Now()) {
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
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeEngineNetworksResponse{EngineNetworkInfos: world.Copies(page), Total: len(list), RequestID: r.RequestID}, nil
}
