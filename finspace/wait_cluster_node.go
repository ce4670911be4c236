package finspace

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
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
// The wait ends well when two looks in a row do not find the node in the cluster's list, all pages of
// it, or do not find the cluster. Nothing dates such a list, and nodes that come and go between two
// pages can hide one from it; hence the second look, which only a waiter that is resumed more than a
// minute after the start does without. FinSpace has no status for a node that is leaving, nor for one
// that could not be removed: it goes on being listed as it was, and the wait goes on.
func (c *Client) BeginDeleteKxClusterNode(ctx context.Context, r DeleteKxClusterNodeRequest) (*cloud.Waiter[KxNode], error) {
	if _, err := c.DeleteKxClusterNode(ctx, r); err != nil {
		return nil, err
	}
	s := nodeState(r)
	return follow.Begin(c.api, &opDeleteKxClusterNode, &s, c.nodeDeletion), nil
}

// ResumeDeleteKxClusterNode returns the waiter whose token is given.
func (c *Client) ResumeDeleteKxClusterNode(token string) (*cloud.Waiter[KxNode], error) {
	return follow.Resume(c.api, &opDeleteKxClusterNode, token, c.nodeDeletion)
}

// UntilKxClusterNodeRunning waits until a node serves. It reads the list of the cluster's nodes, all
// pages of it. No status of a node is a failure; the wait fails when the node was there and is gone,
// or does not appear within a minute.
func (c *Client) UntilKxClusterNodeRunning(r KxClusterNodeRequest) *cloud.Waiter[KxNode] {
	s := nodeState(r)
	w := c.nodeWait(&s)
	w.Judge = judgeKxNode
	w.AppearWithin = follow.AppearsWithin
	return follow.Until(c.api, "UntilKxClusterNodeRunning", w)
}

// UntilKxClusterNodeDeleted waits until two looks in a row do not find a node in the list of its
// cluster, all pages of it, or do not find the cluster, whoever removes it.
func (c *Client) UntilKxClusterNodeDeleted(r KxClusterNodeRequest) *cloud.Waiter[KxNode] {
	s := nodeState(r)
	return follow.Until(c.api, "UntilKxClusterNodeDeleted", c.nodeDeletion(&s))
}

// nodeState names one node; its id is never given to another.
type nodeState struct {
	EnvironmentID string `json:"environmentId"`
	ClusterName   string `json:"clusterName"`
	NodeID        string `json:"nodeId"`
}

func (c *Client) nodeDeletion(s *nodeState) cloud.Wait[KxNode] {
	w := c.nodeWait(s)
	w.Judge = judgeKxNodeDeletion
	w.GoneIsSuccess = true
	w.Confirm = follow.ConfirmWithin
	return w
}

func (c *Client) nodeWait(s *nodeState) cloud.Wait[KxNode] {
	return cloud.Wait[KxNode]{
		Service: service,
		Read:    func(ctx context.Context) (*KxNode, error) { return c.findNode(ctx, s) },
	}
}

// findNode looks for a node in the whole list. A node without an id would be missing from every one.
func (c *Client) findNode(ctx context.Context, s *nodeState) (*KxNode, error) {
	if err := follow.Required(service, &opListKxClusterNodes, "nodeId", s.NodeID); err != nil {
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
	return nil, follow.Missing(service, &opListKxClusterNodes, "the cluster "+s.ClusterName+" has no node "+s.NodeID)
}

func judgeKxNode(node *KxNode) cloud.Judgement {
	j := cloud.Judgement{State: string(node.Status)}
	if node.Status == KxNodeStatusRunning {
		j.Outcome = cloud.Succeeded
	}
	return j
}

// judgeKxNodeDeletion knows that a node which is listed is there.
func judgeKxNodeDeletion(node *KxNode) cloud.Judgement {
	return cloud.Judgement{State: string(node.Status)}
}
