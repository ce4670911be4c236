package dlc

import (
	"context"
	"errors"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateDatasourceConnection creates a connection to a data source and returns a waiter for it.
// The wait ends well when that connection is ready. It fails when the connection failed, with its
// message, or is being deleted.
func (c *Client) BeginCreateDatasourceConnection(ctx context.Context, r CreateDatasourceConnectionRequest) (*cloud.Waiter[DatasourceConnectionInfo], error) {
	created, err := c.CreateDatasourceConnection(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := named(&opCreateDatasourceConnection, created.RequestID, created.DatasourceConnectionID); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateDatasourceConnection, &connectionState{created.DatasourceConnectionID}, c.datasource), nil
}

// ResumeCreateDatasourceConnection returns the waiter whose token is given.
func (c *Client) ResumeCreateDatasourceConnection(token string) (*cloud.Waiter[DatasourceConnectionInfo], error) {
	return wait.Resume(c.api, &opCreateDatasourceConnection, token, c.datasource)
}

// UntilDatasourceConnectionReady waits until the connection to a data source with the given id is
// ready, whoever created it. It fails as the waiter of [Client.BeginCreateDatasourceConnection] does.
func (c *Client) UntilDatasourceConnectionReady(id string) *cloud.Waiter[DatasourceConnectionInfo] {
	return wait.Until(c.api, "UntilDatasourceConnectionReady", c.datasource(&connectionState{id}))
}

// connectionState names a connection; its id is new, so nothing older can be mistaken for it.
type connectionState struct {
	ID string `json:"id"`
}

// Check refuses what no start has made.
func (s *connectionState) Check() error {
	if s.ID == "" {
		return errors.New("names no connection")
	}
	return nil
}

func (c *Client) datasource(s *connectionState) cloud.WaitSpec[DatasourceConnectionInfo] {
	return cloud.WaitSpec[DatasourceConnectionInfo]{
		Service: service,
		Read: steady(func(ctx context.Context) (*DatasourceConnectionInfo, error) {
			if err := wait.Required(service, &opDescribeDatasourceConnection, "id", s.ID); err != nil {
				return nil, err
			}
			out, err := c.DescribeDatasourceConnection(ctx, DescribeDatasourceConnectionRequest{DatasourceConnectionIDs: []string{s.ID}})
			if err != nil {
				return nil, err
			}
			for i := range out.ConnectionSet {
				if out.ConnectionSet[i].DatasourceConnectionID == s.ID {
					return &out.ConnectionSet[i], nil
				}
			}
			return nil, missing(&opDescribeDatasourceConnection, "connection", s.ID)
		}),
		Judge:        judgeDatasource,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}
}

func judgeDatasource(d *DatasourceConnectionInfo) cloud.Verdict {
	j := cloud.Verdict{State: d.State.String(), Reason: explained(d.Message)}
	switch d.State {
	case DatasourceStateReady:
		j.Outcome = cloud.Succeeded
	case DatasourceStateFailed:
		j.Outcome = cloud.Failed
	case DatasourceStateDeleting, DatasourceStateDeleted:
		return superseded(j, "the connection is being deleted")
	}
	return j
}

// UntilNetworkConnectionReady waits until the network connection of the given name, between an engine
// and a data source, is ready. No state says that a connection failed.
func (c *Client) UntilNetworkConnectionReady(name string) *cloud.Waiter[NetworkConnection] {
	return wait.Until(c.api, "UntilNetworkConnectionReady", cloud.WaitSpec[NetworkConnection]{
		Service: service,
		Read: steady(func(ctx context.Context) (*NetworkConnection, error) {
			if err := wait.Required(service, &opDescribeNetworkConnections, "name", name); err != nil {
				return nil, err
			}
			out, err := c.DescribeNetworkConnections(ctx, DescribeNetworkConnectionsRequest{NetworkConnectionName: name})
			if err != nil {
				return nil, err
			}
			for i := range out.NetworkConnectionSet {
				if out.NetworkConnectionSet[i].DatasourceConnectionName == name {
					return &out.NetworkConnectionSet[i], nil
				}
			}
			return nil, missing(&opDescribeNetworkConnections, "connection", name)
		}),
		Judge:        judgeNetworkConnection,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	})
}

func judgeNetworkConnection(n *NetworkConnection) cloud.Verdict {
	j := cloud.Verdict{State: strconv.Itoa(n.State)}
	if n.State == NetworkConnectionReady {
		j.Outcome = cloud.Succeeded
	}
	return j
}

// UntilEngineNetworkAvailable waits until the network of engines with the given id is available. It
// fails when the network is deleted.
func (c *Client) UntilEngineNetworkAvailable(id string) *cloud.Waiter[EngineNetworkInfo] {
	return wait.Until(c.api, "UntilEngineNetworkAvailable", cloud.WaitSpec[EngineNetworkInfo]{
		Service: service,
		Read: steady(func(ctx context.Context) (*EngineNetworkInfo, error) {
			if err := wait.Required(service, &opDescribeEngineNetworks, "id", id); err != nil {
				return nil, err
			}
			out, err := c.DescribeEngineNetworks(ctx, DescribeEngineNetworksRequest{Filters: []Filter{{Name: "engine-network-id", Values: []string{id}}}})
			if err != nil {
				return nil, err
			}
			for i := range out.EngineNetworkInfos {
				if out.EngineNetworkInfos[i].EngineNetworkID == id {
					return &out.EngineNetworkInfos[i], nil
				}
			}
			return nil, missing(&opDescribeEngineNetworks, "network", id)
		}),
		Judge:        judgeEngineNetwork,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	})
}

func judgeEngineNetwork(n *EngineNetworkInfo) cloud.Verdict {
	j := cloud.Verdict{State: n.EngineNetworkState.String()}
	switch n.EngineNetworkState {
	case EngineNetworkStateAvailable:
		j.Outcome = cloud.Succeeded
	case EngineNetworkStateDeleted:
		j.Outcome = cloud.Failed
	}
	return j
}
