package dlc

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

func (s *Service) networkConnectionOperations() front.Handlers {
	return front.Handlers{
		"AssociateDatasourceHouse": front.Handle(s.associateDatasource),
		"UnboundDatasourceHouse":   front.Handle(s.unbindDatasource),
		"UpdateNetworkConnection":  front.Handle(s.updateConnection),
	}
}

func (s *Service) networkConnection(name string) (dlc.NetworkConnection, error) {
	v, ok := s.connections.Row(name).Actual(s.world.Now())
	if !ok {
		return v, refuse("ResourceNotFound", "The network connection %q does not exist.", name)
	}
	return v, nil
}

// associateDatasource connects a data source to an engine. The connection has the name of the data source.
func (s *Service) associateDatasource(r *front.Received, in dlc.AssociateDatasourceHouseRequest) (any, error) {
	name := in.DatasourceConnectionName
	if _, err := s.networkConnection(name); err == nil {
		return nil, refuse("InvalidParameter.DuplicateDatasourceName", "The network connection %q already exists.", name)
	}
	v := dlc.NetworkConnection{
		DatasourceConnectionName: name, NetworkConnectionType: in.NetworkConnectionType,
		NetworkConnectionDesc: in.NetworkConnectionDesc, State: dlc.NetworkConnectionStateReady,
		CreateTime: cloud.Seconds(s.world.Now()), UpdateTime: cloud.Seconds(s.world.Now()),
	}
	for _, house := range in.DataEngineNames {
		_, engine, err := s.engine(s.engineID(house))
		if err != nil {
			return nil, err
		}
		v.HouseName, v.HouseID = house, engine.DataEngineID
	}
	s.AddNetworkConnection(v)
	return &dlc.AssociateDatasourceHouseResponse{RequestID: r.RequestID}, nil
}

func (s *Service) unbindDatasource(r *front.Received, in dlc.UnboundDatasourceHouseRequest) (any, error) {
	if _, err := s.networkConnection(in.NetworkConnectionName); err != nil {
		return nil, err
	}
	remove(s, s.connections, in.NetworkConnectionName)
	return &dlc.UnboundDatasourceHouseResponse{RequestID: r.RequestID}, nil
}

func (s *Service) updateConnection(r *front.Received, in dlc.UpdateNetworkConnectionRequest) (any, error) {
	v, err := s.networkConnection(in.NetworkConnectionName)
	if err != nil {
		return nil, err
	}
	if in.NetworkConnectionDesc != nil {
		v.NetworkConnectionDesc = *in.NetworkConnectionDesc
	}
	v.UpdateTime = max(cloud.Seconds(s.world.Now()), v.UpdateTime+1)
	s.AddNetworkConnection(v)
	return &dlc.UpdateNetworkConnectionResponse{RequestID: r.RequestID}, nil
}
