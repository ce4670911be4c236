package dlc

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

const (
	// A switch restarts the engine's clusters, which takes minutes.
	engineMinInterval = 5 * time.Second
	engineMaxInterval = 2 * time.Minute
	// What is new may not be visible at once.
	appearsWithin = time.Minute
)

// BeginSwitchDataEngineImage starts a switch of an engine's image version and returns a waiter for
// it. The wait ends well only when the engine runs and its image version is the new one. The switch
// names the engine by id and the reads name it by name, so it looks the engine up first, with
// DescribeDataEngines; that operation is not offered on the international site, where
// SwitchDataEngineImage and UntilDataEngineRunsImage do the same.
func (c *Client) BeginSwitchDataEngineImage(ctx context.Context, r SwitchDataEngineImageRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opSwitchDataEngineImage, &r); err != nil {
		return nil, err
	}
	before, err := c.findDataEngine(ctx, r.DataEngineID)
	if err != nil {
		return nil, err
	}
	started := time.Now()
	if _, err := c.SwitchDataEngineImage(ctx, r); err != nil {
		return nil, err
	}
	return c.waitImageSwitch(started, imageSwitch{
		EngineID: r.DataEngineID, EngineName: before.DataEngineName,
		Image: r.NewImageVersionID, ImageBefore: before.ImageVersionID, Message: before.Message,
	}), nil
}

// ResumeSwitchDataEngineImage returns the waiter whose token is given.
func (c *Client) ResumeSwitchDataEngineImage(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	var s imageSwitch
	t, err := cloud.DecodeToken(token, c.api.Token(opSwitchDataEngineImage.Name, time.Time{}), &s)
	if err != nil {
		return nil, err
	}
	return c.waitImageSwitch(t.Started, s), nil
}

// findDataEngine finds an engine by its id. The list shows only engines of one generation and one
// kind of execution at a time, SuperSQL and SQL unless the request says otherwise.
func (c *Client) findDataEngine(ctx context.Context, id string) (*DataEngineInfo, error) {
	for _, generation := range []string{"SuperSQL", "Native"} {
		for _, execution := range []string{"SQL", "BATCH"} {
			r := DescribeDataEnginesRequest{
				Filters:          []Filter{{Name: "engine-id", Values: []string{id}}},
				EngineGeneration: generation,
				EngineExecType:   execution,
			}
			for engine, err := range c.AllDataEngines(ctx, r) {
				if err != nil {
					return nil, err
				}
				if engine.DataEngineID == id {
					return &engine, nil
				}
			}
		}
	}
	return nil, &cloud.Error{
		Service: service, Operation: opSwitchDataEngineImage.Name, Kind: cloud.ErrNotFound,
		Message: fmt.Sprintf("DescribeDataEngines shows no engine with id %q", id),
	}
}

// imageSwitch is what has to be known to recognise the end of a switch.
type imageSwitch struct {
	EngineID   string `json:"engineId"`
	EngineName string `json:"engineName"`
	Image      string `json:"image"`
	Message    string `json:"message,omitzero"` // what the engine said before

	ImageBefore string `json:"imageBefore,omitzero"`
}

func (c *Client) waitImageSwitch(started time.Time, s imageSwitch) *cloud.Waiter[DescribeDataEngineResponse] {
	w := c.engineWait(DescribeDataEngineRequest{DataEngineName: s.EngineName}, s.judge)
	w.Operation = opSwitchDataEngineImage.Name
	w.Started = started
	w.Token = c.api.Token(opSwitchDataEngineImage.Name, started).Encode(&s)
	return cloud.NewWaiter(w)
}

// judge takes a running engine with the old image for one that has not begun to switch, until it
// says something that it did not say before.
func (s imageSwitch) judge(r *DescribeDataEngineResponse) cloud.Judgement {
	j := judgeDataEngine(r)
	if r.DataEngine == nil {
		return j
	}
	switch e := r.DataEngine; {
	case s.EngineID != "" && e.DataEngineID != "" && e.DataEngineID != s.EngineID:
		j.Outcome = cloud.Failed
		j.Reason = fmt.Sprintf("the name %q now belongs to the engine %s", s.EngineName, e.DataEngineID)
	case j.Outcome != cloud.Succeeded || e.ImageVersionID == s.Image:
	case e.Message != "" && e.Message != s.Message:
		j.Outcome = cloud.Failed
	case e.ImageVersionID != "" && s.ImageBefore != "" && e.ImageVersionID != s.ImageBefore:
		j.Outcome = cloud.Failed
		j.Reason = "superseded: the engine runs image version " + e.ImageVersionID
	default:
		j.Outcome = cloud.Pending
	}
	return j
}

// UntilDataEngineRunsImage waits until an engine runs with the given image version, whoever switched
// it. It fails as UntilDataEngineRunning does.
func (c *Client) UntilDataEngineRunsImage(r DescribeDataEngineRequest, imageVersionID string) *cloud.Waiter[DescribeDataEngineResponse] {
	w := c.engineWait(r, func(out *DescribeDataEngineResponse) cloud.Judgement {
		j := judgeDataEngine(out)
		if j.Outcome == cloud.Succeeded && out.DataEngine.ImageVersionID != imageVersionID {
			j.Outcome = cloud.Pending
		}
		return j
	})
	w.Operation = "UntilDataEngineRunsImage"
	return cloud.NewWaiter(w)
}

// UntilDataEngineRunning waits until an engine runs, whatever its image. It fails when the engine failed,
// is isolated, or is being deleted.
func (c *Client) UntilDataEngineRunning(r DescribeDataEngineRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	w := c.engineWait(r, judgeDataEngine)
	w.Operation = "UntilDataEngineRunning"
	return cloud.NewWaiter(w)
}

func (c *Client) engineWait(r DescribeDataEngineRequest, judge func(*DescribeDataEngineResponse) cloud.Judgement) cloud.Wait[DescribeDataEngineResponse] {
	return cloud.Wait[DescribeDataEngineResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeDataEngineResponse, error) {
			return c.DescribeDataEngine(ctx, r)
		},
		Judge:        judge,
		AppearWithin: appearsWithin,
		MinInterval:  engineMinInterval,
		MaxInterval:  engineMaxInterval,
	}
}

// judgeDataEngine knows that the documented list of states is not complete: numbers that it lacks
// are pending.
func judgeDataEngine(r *DescribeDataEngineResponse) cloud.Judgement {
	if r.DataEngine == nil {
		return cloud.Judgement{}
	}
	e := r.DataEngine
	j := cloud.Judgement{State: strconv.Itoa(int(e.State)), Reason: e.Message}
	switch e.State {
	case DataEngineRunning:
		j.Outcome = cloud.Succeeded
	case DataEngineDeleted, DataEngineFailed, DataEngineReadyToDelete, DataEngineDeleting, DataEngineIsolating, DataEngineIsolated:
		j.Outcome = cloud.Failed
	}
	return j
}
