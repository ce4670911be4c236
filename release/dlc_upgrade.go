package release

import (
	"context"
	"errors"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// upgrade prepares the upgrade to the newest minor version. For an engine that has it there is nothing to do, as for a
// switch to the image that it has.
func (d DLCImage) upgrade(ctx context.Context, engine *dlc.DataEngineInfo) (cloud.AnyChange, error) {
	id := engine.DataEngineID
	check, err := d.Client.CheckDataEngineImageCanBeUpgrade(ctx, dlc.CheckDataEngineImageCanBeUpgradeRequest{DataEngineID: id})
	switch {
	case err != nil:
		return nil, err
	case !check.IsUpgrade:
		return d.switchTo(ctx, engine, engine.ImageVersionID)
	}
	return change(d.Client.PrepareUpgradeDataEngineImage(ctx, dlc.UpgradeDataEngineImageRequest{DataEngineID: id}))
}

// undo prepares the way back of an engine. An upgrade that has failed and left the engine running has nothing to take back,
// if the engine can still be upgraded; the service has no rollback for that.
func (d DLCImage) undo(ctx context.Context, name string, made cloud.AnyChange) (cloud.AnyChange, error) {
	back, noWay := made.Undo(ctx)
	if d.Image != "" || !errors.Is(noWay, cloud.ErrUnsupported) {
		return back, noWay
	}
	_, err := made.WaitAny(ctx)
	if end, ok := errors.AsType[*cloud.WaitError](err); !ok || end.Outcome != cloud.Failed {
		return nil, noWay
	}
	out, err := d.Client.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: name})
	if err != nil {
		return nil, err
	}
	check, err := d.Client.CheckDataEngineImageCanBeUpgrade(ctx, dlc.CheckDataEngineImageCanBeUpgradeRequest{
		DataEngineID: out.DataEngine.DataEngineID,
	})
	switch {
	case err != nil:
		return nil, err
	case out.DataEngine.State != dlc.DataEngineStateRunning || !check.IsUpgrade:
		return nil, noWay
	}
	return d.switchTo(ctx, out.DataEngine, out.DataEngine.ImageVersionID)
}
