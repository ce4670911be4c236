package finspace

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestNodeStatuses(t *testing.T) {
	t.Parallel()
	show := func(status string) *KxNode { return &KxNode{Status: KxNodeStatus(status)} }
	running := func(*Client, *nodeChange) cloud.WaitSpec[KxNode] { return cloud.WaitSpec[KxNode]{Judge: judgeNode} }
	testGoals(t, KxNodeStatus("").Values(),
		goalOf("running", running, nodeChange{}, show, "RUNNING", "", "PROVISIONING"),
		goalOf("deletion", (*Client).nodeDeletion, nodeChange{}, show, "", "", "RUNNING PROVISIONING"),
	)
}

func TestNodesNeedAnID(t *testing.T) {
	t.Parallel()
	c, err := New(cloud.Config{Region: "us-east-1"})
	require.NoError(t, err)
	r := KxClusterNodeRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"}
	for name, w := range map[string]*cloud.Waiter[KxNode]{"running": c.UntilKxClusterNodeRunning(r), "deleted": c.UntilKxClusterNodeDeleted(r)} {
		_, err := w.Wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrInvalid, name)
		assert.ErrorContains(t, err, "nodeId: required")
	}
}

// nodes is a service that lists the nodes of a cluster; in the seconds of gaps it leaves one out.
type nodes struct {
	gaps    [][2]int
	started time.Time
}

func (n *nodes) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.started.IsZero() {
		n.started = time.Now()
	}
	since, body := int(time.Since(n.started)/time.Second), `{"nodes":[{"nodeId":"n0","status":"RUNNING"},{"nodeId":"n1","status":"PROVISIONING"}]}`
	for _, gap := range n.gaps {
		if gap[0] <= since && since < gap[1] {
			body = `{"nodes":[{"nodeId":"n0","status":"RUNNING"}]}`
		}
	}
	if r.Method == http.MethodDelete {
		body = `{}`
	}
	return respond(r, http.StatusOK, body), nil
}

// TestMissingNodes checks that a node which is missing from one list, or from some, is not gone.
func TestMissingNodes(t *testing.T) {
	t.Parallel()
	r := KxClusterNodeRequest{EnvironmentID: "kxenv", ClusterName: "hdb", NodeID: "n1"}
	remove := func(c *Client) cloud.AnyWaiter {
		w, err := c.BeginDeleteKxClusterNode(context.Background(), DeleteKxClusterNodeRequest{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName, NodeID: r.NodeID})
		require.NoError(t, err)
		return w
	}
	running := func(c *Client) cloud.AnyWaiter { return c.UntilKxClusterNodeRunning(r) }
	deleted := func(c *Client) cloud.AnyWaiter { return c.UntilKxClusterNodeDeleted(r) }
	ever := 1 << 30
	for _, tt := range []struct {
		name string
		wait func(*Client) cloud.AnyWaiter
		gaps [][2]int
		want error
	}{
		{"removed", remove, [][2]int{{100, ever}}, nil},
		{"removed, after gaps", remove, [][2]int{{20, 60}, {80, 81}, {100, 140}, {300, ever}}, nil},
		{"not removed", remove, [][2]int{{1, 50}, {600, 640}}, context.DeadlineExceeded},
		{"gone", deleted, [][2]int{{100, ever}}, nil},
		{"there", deleted, [][2]int{{0, 50}}, context.DeadlineExceeded},
		{"not running", running, [][2]int{{0, 50}, {200, 240}}, context.DeadlineExceeded},
		{"vanished", running, [][2]int{{200, ever}}, cloud.ErrNotFound},
		{"never there", running, [][2]int{{0, ever}}, cloud.ErrNotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, err := tt.wait(clientOf(t, &nodes{gaps: tt.gaps})).WaitAny(context.Background(), cloud.Within(time.Hour))
				require.ErrorIs(t, err, tt.want)
			})
		})
	}
}
