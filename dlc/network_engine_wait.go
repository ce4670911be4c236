package dlc

import (
	"context"
	"iter"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a network of engines mean.
var engineNetworkAvailable = wait.Statuses[EngineNetworkState]{
	Succeeded: []EngineNetworkState{EngineNetworkStateAvailable},
	Failed:    []EngineNetworkState{EngineNetworkStateDeleted},
}

// EngineNetworkRequest names the network that [Client.UntilEngineNetworkAvailable] waits for. No operation reads one
// network, so it finds it in the list.
//
// All fields are required.
type EngineNetworkRequest struct {
	EngineNetworkID string
}

// UntilEngineNetworkAvailable waits until a network of engines is available. It fails when the network is deleted.
func (c *Client) UntilEngineNetworkAvailable(r EngineNetworkRequest) *cloud.Waiter[EngineNetworkInfo] {
	w := wait.Share(c.api, cloud.WaitSpec[EngineNetworkInfo]{
		Service: service,
		Read: func(ctx context.Context) (*EngineNetworkInfo, error) {
			return c.findEngineNetwork(ctx, r.EngineNetworkID)
		},
		Judge: func(n *EngineNetworkInfo) cloud.Verdict {
			return engineNetworkAvailable.Verdict(n.EngineNetworkState, "")
		},
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}, &wait.List[EngineNetworkInfo, EngineNetworkInfo]{
		Op:   &opDescribeEngineNetworks,
		What: "network",
		IDs:  []string{r.EngineNetworkID},
		Items: func(ctx context.Context, _ []string) iter.Seq2[EngineNetworkInfo, error] {
			return c.AllEngineNetworks(ctx, DescribeEngineNetworksRequest{Limit: 100})
		},
		ID:      func(n *EngineNetworkInfo) string { return n.EngineNetworkID },
		PerCall: 100,
		Show:    wait.Itself[EngineNetworkInfo],
	})
	w.Read = steady(w.Read)
	return wait.Until(c.api, "UntilEngineNetworkAvailable", w)
}

func (c *Client) findEngineNetwork(ctx context.Context, id string) (*EngineNetworkInfo, error) {
	op := &opDescribeEngineNetworks
	if err := wait.Required(service, op, "EngineNetworkId", id); err != nil {
		return nil, err
	}
	out, err := c.DescribeEngineNetworks(ctx, DescribeEngineNetworksRequest{
		Filters: []Filter{{Name: "engine-network-id", Values: []string{id}}},
	})
	if err != nil {
		return nil, err
	}
	return wait.Find(service, op, "network "+id, wait.Items(out.EngineNetworkInfos), func(n *EngineNetworkInfo) bool {
		return n.EngineNetworkID == id
	})
}
