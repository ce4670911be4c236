package release

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// DLCImage moves data engines to another image version. Each engine is drained first: the switch waits until no tasks run
// on it. Then statements show that it works. What does not is switched back to the image from before, or rolled back to
// its minor version.
type DLCImage struct {
	Client *dlc.Client
	// Engines are the names of the engines; not their IDs.
	Engines []string
	// Image is the ID of the image version, which must be online and for the type of the engines. Empty upgrades each
	// engine to the newest minor version of the image that it has.
	Image string
	// Drain is how long the running tasks of an engine may take to end. The default is 15 minutes.
	Drain time.Duration
	// Smoke are SQL statements that must succeed on the new image, one after the other; in Database, if they do not name
	// one. They run again during the soak and after a crash, so they should change nothing.
	Smoke    []string
	Database string
	// SmokeWithin is how long all of the statements may be throttled. The default is 15 minutes.
	SmokeWithin time.Duration
	// Verify checks more, after the statements. It may be nil.
	Verify func(ctx context.Context, engine *dlc.DescribeDataEngineResponse) error
}

const dlcWait = 15 * time.Minute

// Build returns r with the steps of the release, one for each engine, in the waves of r.
func (d DLCImage) Build(_ context.Context, r rollout.Rollout) (rollout.Rollout, error) {
	const recipe = "DLCImage"
	switch {
	case d.Client == nil:
		return r, required(recipe, "Client")
	case len(d.Engines) == 0:
		return r, required(recipe, "Engines")
	}
	if d.Drain == 0 {
		d.Drain = dlcWait
	}
	if d.SmokeWithin == 0 {
		d.SmokeWithin = dlcWait
	}
	r, err := recorded(r, recipe, d.Client)
	if err != nil {
		return r, err
	}
	for _, name := range d.Engines {
		r.Steps = append(r.Steps, rollout.Step{
			Name:    name,
			Ready:   func(ctx context.Context) error { return d.drained(ctx, name) },
			Prepare: func(ctx context.Context) (cloud.AnyChange, error) { return d.prepare(ctx, name) },
			Verify:  verifier(d.verify),
			Undo: func(ctx context.Context, made cloud.AnyChange) (cloud.AnyChange, error) {
				return d.undo(ctx, name, made)
			},
		})
	}
	return r, nil
}

// drained waits until an engine runs no tasks.
func (d DLCImage) drained(ctx context.Context, engine string) error {
	return until(ctx, d.Drain, func(ctx context.Context) (string, error) {
		out, err := d.Client.DescribeTasks(ctx, dlc.DescribeTasksRequest{
			DataEngineName: engine, Limit: 1, Filters: []dlc.Filter{{Name: "task-state", Values: []string{"0", "1"}}},
		})
		if err != nil {
			return "", err
		}
		open := out.TotalCount
		if all := out.TasksOverview; all != nil {
			open = max(open, all.TaskInitCount+all.TaskRunningCount+all.TaskQueuedCount)
		}
		if open == 0 {
			return "", nil
		}
		return fmt.Sprintf("%d tasks run on engine %s", open, engine), nil
	})
}

func (d DLCImage) prepare(ctx context.Context, name string) (cloud.AnyChange, error) {
	out, err := d.Client.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: name})
	if err != nil {
		return nil, err
	}
	engine := out.DataEngine
	if d.Image == "" {
		return d.upgrade(ctx, engine)
	}
	if err := d.isCompatible(ctx, engine); err != nil {
		return nil, err
	}
	return d.switchTo(ctx, engine, d.Image)
}

func (d DLCImage) switchTo(ctx context.Context, engine *dlc.DataEngineInfo, image string) (cloud.AnyChange, error) {
	return change(d.Client.PrepareSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
		DataEngineID: engine.DataEngineID, NewImageVersionID: image,
	}))
}

// isCompatible requires that the image is one for the engine.
func (d DLCImage) isCompatible(ctx context.Context, engine *dlc.DataEngineInfo) error {
	images, err := d.Client.DescribeDataEngineImageVersions(ctx, dlc.DescribeDataEngineImageVersionsRequest{
		EngineType: engine.EngineTypeDetail,
	})
	if err != nil {
		return err
	}
	list := images.ImageParentVersions
	i := slices.IndexFunc(list, func(v dlc.DataEngineImageVersion) bool { return v.ImageVersionID == d.Image })
	switch {
	case i < 0:
		var online []string
		for _, v := range list {
			if v.State == dlc.ImageVersionStateOnline {
				online = append(online, fmt.Sprintf("%s (%s)", v.ImageVersionID, v.ImageVersion))
			}
		}
		return invalid("DLCImage", "Image", cloud.CheckRule, fmt.Sprintf("must be an image for engine %s, which is of type %s: %s",
			engine.DataEngineName, engine.EngineTypeDetail, strings.Join(online, ", ")), d.Image)
	case list[i].State != dlc.ImageVersionStateOnline:
		return invalid("DLCImage", "Image", cloud.CheckRule, "must be online", d.Image)
	}
	return nil
}

// verify runs the statements on an engine.
func (d DLCImage) verify(ctx context.Context, live *dlc.DescribeDataEngineResponse) error {
	for i, sql := range d.Smoke {
		if err := d.smoke(ctx, live.DataEngine, sql); err != nil {
			return fmt.Errorf("statement %d: %w", i+1, err)
		}
	}
	if d.Verify == nil {
		return nil
	}
	return d.Verify(ctx, live)
}

// smoke runs one statement, once even if responses are lost.
func (d DLCImage) smoke(ctx context.Context, engine *dlc.DataEngineInfo, sql string) error {
	r := dlc.CreateTaskRequest{DataEngineName: engine.DataEngineName}
	if d.Database != "" {
		r.DatabaseName = &d.Database
	}
	statement := &dlc.SQLTask{SQL: dlc.Base64(sql)}
	if strings.Contains(engine.EngineTypeDetail, "Spark") {
		r.Task.SparkSQLTask = statement
	} else {
		r.Task.SQLTask = statement
	}
	done := journal.Memory()
	return until(ctx, d.SmokeWithin, func(ctx context.Context) (string, error) {
		_, err := journal.Run(ctx, done, "smoke", func(ctx context.Context) (*cloud.Change[dlc.TaskResponseInfo], error) {
			return d.Client.PrepareCreateTask(ctx, r)
		}, d.Client.ResumeCreateTask)
		return "", err
	})
}
