package finspace

import (
	"context"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// KxClusterNodeRequest names the node that [Client.UntilKxClusterNodeRunning] and
// [Client.UntilKxClusterNodeDeleted] wait for. No operation reads one node, so they search the list for it.
//
// All fields are required.
type KxClusterNodeRequest struct {
	// The kdb environment that holds the cluster.
	EnvironmentID string
	// The cluster that has the node.
	ClusterName string
	// The node, by an ID from [Client.ListKxClusterNodes].
	NodeID string
}

// What the statuses of a node mean. None is a failure.
var nodeRunning = wait.Statuses[KxNodeStatus]{
	Succeeded: []KxNodeStatus{KxNodeStatusRunning},
}

var deleteKxClusterNode = change[DeleteKxClusterNodeRequest, DeleteKxClusterNodeResponse, nodeChange, KxNode]{
	State: func(r *DeleteKxClusterNodeRequest) *nodeChange {
		return &nodeChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName, NodeID: r.NodeID}
	},
	Before: func(c *Client, ctx context.Context, s *nodeChange) error {
		_, err := c.findNode(ctx, s)
		s.Listed = err == nil
		if cloud.KindOf(err) == cloud.ErrNotFound { // a new node may not be listed yet
			return nil
		}
		return err
	},
	Refused: func(_ *Client, _ context.Context, s *nodeChange, _ time.Time, err error) error {
		if s.Listed && wait.IsRepeat(err, cloud.ErrNotFound) {
			return nil
		}
		return err
	},
	// Nothing shows that a node is leaving, so one that is still listed decides nothing.
	Began: func(c *Client, ctx context.Context, s *nodeChange, _ *DeleteKxClusterNodeRequest, _ time.Time) (cloud.StartStatus, error) {
		for range 2 { // nodes that come and go between two pages may hide it from a list
			_, err := c.findNode(ctx, s)
			switch {
			case err == nil:
				return cloud.Uncertain, nil
			case cloud.KindOf(err) != cloud.ErrNotFound:
				return cloud.Uncertain, err
			}
		}
		if !s.Listed {
			return cloud.Uncertain, nil
		}
		return cloud.Begun, nil
	},
	Spec: (*Client).nodeDeletion,
}

// UntilKxClusterNodeRunning waits until a node is RUNNING. It reads all pages of the list of the cluster's nodes.
// No status of a node is a failure; the wait fails when the node is missing from the list for a minute.
func (c *Client) UntilKxClusterNodeRunning(r KxClusterNodeRequest) *cloud.Waiter[KxNode] {
	w := c.nodeSpec(&nodeChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName, NodeID: r.NodeID})
	w.Judge = judgeNode
	w.Read = steady(r.NodeID, w.Read)
	return wait.Until(c.api, "UntilKxClusterNodeRunning", w)
}

// UntilKxClusterNodeDeleted waits until a node is missing from all pages of the list of its cluster's nodes for a
// minute, or the cluster is not found.
func (c *Client) UntilKxClusterNodeDeleted(r KxClusterNodeRequest) *cloud.Waiter[KxNode] {
	s := nodeChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName, NodeID: r.NodeID}
	return wait.Until(c.api, "UntilKxClusterNodeDeleted", c.nodeDeletion(&s))
}

func judgeNode(node *KxNode) cloud.Verdict { return nodeRunning.Verdict(node.Status, "") }

// nodeChange is the resume state of the deletion of a node, whose ID is never reused.
type nodeChange struct {
	EnvironmentID string `json:"environmentId"`
	ClusterName   string `json:"clusterName"`
	NodeID        string `json:"nodeId"`
	Listed        bool   `json:"listed,omitzero"` // before the deletion
}

// Resource is what the change is about.
func (s *nodeChange) Resource() string {
	return s.EnvironmentID + "/" + s.ClusterName + "/" + s.NodeID
}

// Check refuses a state that names no node.
func (s *nodeChange) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "clusterName", s.ClusterName, "nodeId", s.NodeID)
}

func (c *Client) nodeDeletion(s *nodeChange) cloud.WaitSpec[KxNode] {
	w := c.nodeSpec(s)
	w.Judge = func(node *KxNode) cloud.Verdict { return cloud.Verdict{State: string(node.Status)} } // a listed node exists
	w.GoneIsSuccess = true
	w.Confirm = wait.AbsentWithin
	return w
}

func (c *Client) nodeSpec(s *nodeChange) cloud.WaitSpec[KxNode] {
	w := cloud.WaitSpec[KxNode]{
		Service: service,
		Within:  nodeWithin,
		Read:    func(ctx context.Context) (*KxNode, error) { return c.findNode(ctx, s) },
		Diagnose: func(ctx context.Context, _ *KxNode) (*cloud.Diagnosis, error) {
			return wait.Diagnose(ctx, c.clusterSources(s.EnvironmentID, s.ClusterName)...)
		},
	}
	l := wait.List[KxNode, KxNode]{
		Op:   &opListKxClusterNodes,
		What: "node",
		Of:   func() []string { return []string{s.EnvironmentID, s.ClusterName} },
		IDs:  []string{s.NodeID},
		Items: func(ctx context.Context, _ []string) iter.Seq2[KxNode, error] {
			return c.AllKxClusterNodes(ctx, ListKxClusterNodesRequest{EnvironmentID: s.EnvironmentID, ClusterName: s.ClusterName})
		},
		ID: func(node *KxNode) string { return node.NodeID },
	}
	return sharing(c, w, l, func(node *KxNode) *KxNode { return node })
}

// findNode searches the whole list for a node. A node without an ID would be missing from every list.
func (c *Client) findNode(ctx context.Context, s *nodeChange) (*KxNode, error) {
	if err := wait.Required(service, &opListKxClusterNodes, "nodeId", s.NodeID); err != nil {
		return nil, err
	}
	what := "node " + s.NodeID + " of the cluster " + s.ClusterName
	list := c.AllKxClusterNodes(ctx, ListKxClusterNodesRequest{EnvironmentID: s.EnvironmentID, ClusterName: s.ClusterName})
	return wait.Find(service, &opListKxClusterNodes, what, list, func(node *KxNode) bool { return node.NodeID == s.NodeID })
}

// steady returns a read that reports a missing node as one without a status until it has been missing for long
// enough.
func steady(id string, read func(context.Context) (*KxNode, error)) func(context.Context) (*KxNode, error) {
	var absence wait.Absence
	return func(ctx context.Context) (*KxNode, error) {
		node, err := read(ctx)
		switch {
		case err == nil:
			absence.Proves(false)
			return node, nil
		case cloud.KindOf(err) != cloud.ErrNotFound, absence.Proves(true):
			return nil, err
		}
		return &KxNode{NodeID: id}, nil
	}
}
