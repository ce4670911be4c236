package dlc

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// The international site lacks two operations that changes read with, DescribeDataEngines and
// DescribeSparkSessionBatchSQL. Others stand in for them there.

// engineByID reads an engine that a change names by its ID.
func (c *Client) engineByID(ctx context.Context, id string) (*DataEngineInfo, error) {
	name := c.engineNames[id]
	if name == "" && c.site != International {
		return c.findEngine(ctx, id)
	}
	if name == "" {
		var err error
		if name, err = c.listedEngineName(ctx, id); err != nil {
			return nil, err
		}
	}
	out, err := c.dataEngine(ctx, name)
	if err != nil {
		return nil, err
	}
	if shown := out.DataEngine.DataEngineID; differs(shown, id) {
		return nil, &cloud.Error{
			Service: service, Kind: cloud.ErrConflict, RequestID: out.RequestID,
			Message: "the engine " + name + " has the ID " + shown + " instead of " + id,
		}
	}
	return out.DataEngine, nil
}

// listedEngineName finds the name of an engine in the lists of the international site. Each is made for something else
// and may lack engines, so that an engine that none of them has may exist nevertheless.
func (c *Client) listedEngineName(ctx context.Context, id string) (string, error) {
	lists := []func(context.Context) (map[string]string, error){c.sizedEngineNames}
	for _, command := range DataEngineConfigCommand("").Values() {
		lists = append(lists, func(ctx context.Context) (map[string]string, error) { return c.updatableEngineNames(ctx, command) })
	}
	var failed error
	for _, list := range lists {
		names, err := list(ctx)
		if err != nil {
			failed = err // another list may have it
			continue
		}
		if names[id] != "" {
			return names[id], nil
		}
	}
	if failed != nil {
		return "", failed
	}
	return "", &cloud.Error{
		Service: service, Kind: cloud.ErrUnsupported,
		Message: "no list of the international site has the engine " + id + ": give its name with WithDataEngineName",
	}
}

// sizedEngineNames returns the names of engines by their IDs, from the list of their sizes.
func (c *Client) sizedEngineNames(ctx context.Context) (map[string]string, error) {
	out, err := c.DescribeDataEnginesScaleDetail(ctx, DescribeDataEnginesScaleDetailRequest{})
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, e := range out.Scales {
		names[e.DataEngineID] = e.DataEngineName
	}
	return names, nil
}

// updatableEngineNames returns the names of engines by their IDs, from the list of those that take a command.
func (c *Client) updatableEngineNames(ctx context.Context, command DataEngineConfigCommand) (map[string]string, error) {
	out, err := c.DescribeUpdatableDataEngines(ctx, DescribeUpdatableDataEnginesRequest{DataEngineConfigCommand: command})
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, e := range out.DataEngineBasicInfos {
		names[e.DataEngineID] = e.DataEngineName
	}
	return names, nil
}

// batch reads a batch of Spark SQL. On the international site its log shows its state, and the last entry of the log
// is the reason for a failure.
func (c *Client) batch(ctx context.Context, s *batchChange) (*DescribeSparkSessionBatchSQLResponse, error) {
	if c.site != International {
		return c.DescribeSparkSessionBatchSQL(ctx, DescribeSparkSessionBatchSQLRequest{BatchID: s.id(), CustomKey: s.CustomKey})
	}
	log, err := c.DescribeSparkSessionBatchSQLLog(ctx, DescribeSparkSessionBatchSQLLogRequest{BatchID: s.id(), CustomKey: s.CustomKey})
	if err != nil {
		return nil, err
	}
	out := &DescribeSparkSessionBatchSQLResponse{State: log.State, RequestID: log.RequestID}
	if n := len(log.LogSet); n > 0 && batchSucceeded.Outcome(log.State) == cloud.Failed {
		out.Event = log.LogSet[n-1].Message
	}
	return out, nil
}
