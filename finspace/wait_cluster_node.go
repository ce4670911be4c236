package finspace

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// KxClusterNodeRequest names the node that [Client.UntilKxClusterNodeRunning] and
// [Client.UntilKxClusterNodeDeleted] wait for. No operation reads one node, so they look for it in the
// list.
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

// BeginDeleteKxClusterNode starts the removal of a node from a cluster and returns a waiter for it.
// The wait ends well when the node is missing from the cluster's list, all pages of it, for a minute, or the
// cluster is. Nothing dates such a list, and nodes that come and go between two pages can hide one from it.
// FinSpace has no status for a node that is leaving, nor for one that could not be removed: it goes on
// being listed as it was, and the wait goes on. It reads the list once before the removal, to know that the
// node is there.
func (c *Client) BeginDeleteKxClusterNode(ctx context.Context, r DeleteKxClusterNodeRequest) (*cloud.Waiter[KxNode], error) {
	if err := c.api.Prepare(&opDeleteKxClusterNode, &r); err != nil {
		return nil, err
	}
	s := nodeState(r)
	before, err := c.findNode(ctx, &s)
	if err != nil && cloud.KindOf(err) != cloud.ErrNotFound { // what is new may not be listed yet
		return nil, err
	}
	_, err = c.DeleteKxClusterNode(ctx, r)
	if err != nil && !(before != nil && wait.Accepted(err, cloud.ErrNotFound)) {
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteKxClusterNode, &s, c.nodeDeletion), nil
}

// ResumeDeleteKxClusterNode returns the waiter whose token is given.
func (c *Client) ResumeDeleteKxClusterNode(token string) (*cloud.Waiter[KxNode], error) {
	return wait.Resume(c.api, &opDeleteKxClusterNode, token, c.nodeDeletion)
}

// UntilKxClusterNodeRunning waits until a node serves. It reads the list of the cluster's nodes, all
// pages of it. No status of a node is a failure; the wait fails when the node is missing from the list for
// a minute.
func (c *Client) UntilKxClusterNodeRunning(r KxClusterNodeRequest) *cloud.Waiter[KxNode] {
	s := nodeState(r)
	w := c.nodeWait(&s)
	w.Judge = judgeKxNode
	w.Read = patiently(s.NodeID, w.Read)
	return wait.Until(c.api, "UntilKxClusterNodeRunning", w)
}

// UntilKxClusterNodeDeleted waits until a node is missing from the list of its cluster, all pages of it, for a
// minute, or the cluster is.
func (c *Client) UntilKxClusterNodeDeleted(r KxClusterNodeRequest) *cloud.Waiter[KxNode] {
	s := nodeState(r)
	return wait.Until(c.api, "UntilKxClusterNodeDeleted", c.nodeDeletion(&s))
}

// nodeState names one node; its id is never given to another.
type nodeState struct {
	EnvironmentID string `json:"environmentId"`
	ClusterName   string `json:"clusterName"`
	NodeID        string `json:"nodeId"`
}

// Check refuses a state that names no node.
func (s *nodeState) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "clusterName", s.ClusterName, "nodeId", s.NodeID)
}

func (c *Client) nodeDeletion(s *nodeState) cloud.WaitSpec[KxNode] {
	w := c.nodeWait(s)
	w.Judge = judgeKxNodeDeletion
	w.GoneIsSuccess = true
	w.Confirm = wait.AbsentWithin
	return w
}

func (c *Client) nodeWait(s *nodeState) cloud.WaitSpec[KxNode] {
	return cloud.WaitSpec[KxNode]{
		Service: service,
		Within:  nodeWithin,
		Read:    func(ctx context.Context) (*KxNode, error) { return c.findNode(ctx, s) },
	}
}

// findNode looks for a node in the whole list. A node without an id would be missing from every one.
func (c *Client) findNode(ctx context.Context, s *nodeState) (*KxNode, error) {
	if err := wait.Required(service, &opListKxClusterNodes, "nodeId", s.NodeID); err != nil {
		return nil, err
	}
	list := ListKxClusterNodesRequest{EnvironmentID: s.EnvironmentID, ClusterName: s.ClusterName}
	for node, err := range c.AllKxClusterNodes(ctx, list) {
		if err != nil {
			return nil, err
		}
		if node.NodeID == s.NodeID {
			return &node, nil
		}
	}
	return nil, wait.Missing(service, &opListKxClusterNodes, "the cluster "+s.ClusterName+" has no node "+s.NodeID)
}

// patiently takes a node for one without a status until it has been missing from the list for long enough.
func patiently(id string, read func(context.Context) (*KxNode, error)) func(context.Context) (*KxNode, error) {
	var missing time.Time // since when it is
	return func(ctx context.Context) (*KxNode, error) {
		node, err := read(ctx)
		switch {
		case err == nil:
			missing = time.Time{}
			return node, nil
		case cloud.KindOf(err) != cloud.ErrNotFound:
			return nil, err
		case missing.IsZero():
			missing = time.Now()
		case time.Since(missing) >= wait.AbsentWithin:
			return nil, err
		}
		return &KxNode{NodeID: id}, nil
	}
}

func judgeKxNode(node *KxNode) cloud.Verdict {
	j := cloud.Verdict{State: string(node.Status)}
	if node.Status == KxNodeStatusRunning {
		j.Outcome = cloud.Succeeded
	}
	return j
}

// judgeKxNodeDeletion knows that a node which is listed is there.
func judgeKxNodeDeletion(node *KxNode) cloud.Verdict {
	return cloud.Verdict{State: string(node.Status)}
}
