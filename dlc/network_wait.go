package dlc

import (
	"context"
	"iter"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a network connection mean.
var networkReady = wait.Statuses[NetworkConnectionState]{Succeeded: []NetworkConnectionState{NetworkConnectionStateReady}}

// NetworkConnectionRequest names the network connection that [Client.UntilNetworkConnectionReady] waits for. No
// operation reads one connection, so it finds it in the list.
//
// All fields are required.
type NetworkConnectionRequest struct {
	NetworkConnectionName string
}

// UntilNetworkConnectionReady waits until a network connection, between an engine and a data source, is ready. No
// state says that a connection failed.
func (c *Client) UntilNetworkConnectionReady(r NetworkConnectionRequest) *cloud.Waiter[NetworkConnection] {
	w := wait.Share(c.api, cloud.WaitSpec[NetworkConnection]{
		Service:      service,
		Read:         func(ctx context.Context) (*NetworkConnection, error) { return c.findNetworkConnection(ctx, r) },
		Judge:        func(n *NetworkConnection) cloud.Verdict { return networkReady.Verdict(n.State, "") },
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}, &wait.List[NetworkConnection, NetworkConnection]{
		Op:   &opDescribeNetworkConnections,
		What: "connection",
		IDs:  []string{r.NetworkConnectionName},
		Items: func(ctx context.Context, _ []string) iter.Seq2[NetworkConnection, error] {
			return c.AllNetworkConnections(ctx, DescribeNetworkConnectionsRequest{Limit: 100})
		},
		ID:      func(n *NetworkConnection) string { return n.DatasourceConnectionName },
		PerCall: 100,
		Show:    wait.Itself[NetworkConnection],
	})
	w.Read = steady(w.Read)
	return wait.Until(c.api, "UntilNetworkConnectionReady", w)
}

func (c *Client) findNetworkConnection(ctx context.Context, r NetworkConnectionRequest) (*NetworkConnection, error) {
	op, name := &opDescribeNetworkConnections, r.NetworkConnectionName
	if err := wait.Required(service, op, "NetworkConnectionName", name); err != nil {
		return nil, err
	}
	out, err := c.DescribeNetworkConnections(ctx, DescribeNetworkConnectionsRequest{NetworkConnectionName: name})
	if err != nil {
		return nil, err
	}
	return wait.Find(service, op, "connection "+name, wait.Items(out.NetworkConnectionSet), func(n *NetworkConnection) bool {
		return n.DatasourceConnectionName == name
	})
}
