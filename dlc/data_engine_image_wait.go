package dlc

import (
	"cmp"
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var switchDataEngineImage = change[SwitchDataEngineImageRequest, SwitchDataEngineImageResponse, engineChange, DescribeDataEngineResponse]{
	State: func(r *SwitchDataEngineImageRequest) *engineChange {
		return &engineChange{ID: r.DataEngineID, Goal: engineSnapshot{State: DataEngineStateRunning, Image: r.NewImageVersionID}}
	},
	Before:  (*Client).beforeEngineByID,
	Refused: (*Client).startedEngine,
	Began:   engineImageBegan[SwitchDataEngineImageRequest],
	Spec:    (*Client).engineUpdate,
	Restore: func(s *engineChange) *SwitchDataEngineImageRequest {
		if s.Before.Image == "" {
			return nil
		}
		return &SwitchDataEngineImageRequest{DataEngineID: s.ID, NewImageVersionID: s.Before.Image}
	},
}

var upgradeDataEngineImage = change[
	UpgradeDataEngineImageRequest, UpgradeDataEngineImageResponse, engineChange, DescribeDataEngineResponse,
]{
	State: func(r *UpgradeDataEngineImageRequest) *engineChange {
		return &engineChange{ID: r.DataEngineID, Goal: engineSnapshot{State: DataEngineStateRunning}}
	},
	Before:  (*Client).beforeImageUpgrade,
	Refused: (*Client).startedEngine,
	Began:   engineImageBegan[UpgradeDataEngineImageRequest],
	Spec:    (*Client).engineUpdate,
	Undo:    (*Client).rollBackUpgrade,
}

var rollbackDataEngineImage = change[
	RollbackDataEngineImageRequest, RollbackDataEngineImageResponse, engineChange, DescribeDataEngineResponse,
]{
	State: func(r *RollbackDataEngineImageRequest) *engineChange {
		return &engineChange{ID: r.DataEngineID, Goal: engineSnapshot{State: DataEngineStateRunning}, OtherImage: true}
	},
	Before:  (*Client).beforeEngineByID,
	Refused: (*Client).startedEngine,
	Began:   engineImageBegan[RollbackDataEngineImageRequest],
	Spec:    (*Client).engineUpdate,
	Undo:    (*Client).upgradeAgain,
}

// DataEngineImageRequest names the engine and the image version that [Client.UntilDataEngineRunsImage] waits for.
//
// All fields are required.
type DataEngineImageRequest struct {
	// The name of the engine; not its ID.
	DataEngineName string
	// The ID of the image version, as in ImageVersionID of [DataEngineInfo].
	ImageVersionID string
}

// UntilDataEngineRunsImage waits until an engine runs with an image version. It fails as
// [Client.UntilDataEngineRunning] does.
func (c *Client) UntilDataEngineRunsImage(r DataEngineImageRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	judge := func(out *DescribeDataEngineResponse) cloud.Verdict {
		v := engineSnapshotOf(out.DataEngine).stateVerdict(engineRunning)
		if v.Outcome == cloud.Succeeded && out.DataEngine.ImageVersionID != r.ImageVersionID {
			v.Outcome = cloud.Pending
		}
		return v
	}
	w := c.engineSpec(r.DataEngineName, new(engineList), judge)
	read := w.Read
	w.Read = func(ctx context.Context) (*DescribeDataEngineResponse, error) {
		if err := wait.Required(service, &opDescribeDataEngine, "ImageVersionId", r.ImageVersionID); err != nil {
			return nil, err
		}
		return read(ctx)
	}
	return wait.Until(c.api, "UntilDataEngineRunsImage", w)
}

// beforeImageUpgrade also determines which minor version the engine will get. If the service does not say, any other
// one will do.
func (c *Client) beforeImageUpgrade(ctx context.Context, s *engineChange) error {
	if err := c.beforeEngineByID(ctx, s); err != nil {
		return err
	}
	out, err := c.CheckDataEngineImageCanBeUpgrade(ctx, CheckDataEngineImageCanBeUpgradeRequest{DataEngineID: s.ID})
	if err != nil {
		return err
	}
	s.Goal.Child, s.OtherImage = out.ChildImageVersionID, out.ChildImageVersionID == ""
	return nil
}

// rollBackUpgrade prepares the rollback of an upgrade. The service rolls back what was done last, so that the engine
// must run what it was upgraded to.
func (c *Client) rollBackUpgrade(ctx context.Context, s *engineChange) (cloud.AnyChange, error) {
	engine, err := c.engineByID(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	now := engineSnapshotOf(engine)
	if !s.isImageMet(now) || s.otherImage(now) != "" || !s.hasOtherImage(now) || differs(now.Image, s.Before.Image) {
		return nil, noWayBack("the engine runs the image version " + cmp.Or(now.Child, now.Image) + ", to which it was not upgraded")
	}
	check, err := c.CheckDataEngineImageCanBeRollback(ctx, CheckDataEngineImageCanBeRollbackRequest{DataEngineID: s.ID})
	if err != nil {
		return nil, err
	}
	if !check.IsRollback {
		return nil, noWayBack("the service does not roll the image of the engine back")
	}
	return wait.AnyChange(c.PrepareRollbackDataEngineImage(ctx, RollbackDataEngineImageRequest{
		DataEngineID: s.ID, FromRecordID: check.FromRecordID, ToRecordID: &check.ToRecordID,
	}))
}

// upgradeAgain prepares an upgrade after a rollback, if that brings the minor version back from which it was rolled
// back.
func (c *Client) upgradeAgain(ctx context.Context, s *engineChange) (cloud.AnyChange, error) {
	check, err := c.CheckDataEngineImageCanBeUpgrade(ctx, CheckDataEngineImageCanBeUpgradeRequest{DataEngineID: s.ID})
	if err != nil {
		return nil, err
	}
	if s.Before.Child == "" || check.ChildImageVersionID != s.Before.Child {
		return nil, noWayBack("the service does not upgrade the engine to the image version from before")
	}
	return wait.AnyChange(c.starter().PrepareUpgradeDataEngineImage(ctx, UpgradeDataEngineImageRequest{DataEngineID: s.ID}))
}

// isOfImage reports whether the change is one of the image.
func (s *engineChange) isOfImage() bool {
	return s.OtherImage || s.Goal.Image != "" || s.Goal.Child != ""
}

// isImageMet reports whether an engine has the requested image.
func (s *engineChange) isImageMet(now engineSnapshot) bool {
	if s.OtherImage && !differs(now.Image, s.Before.Image) && !differs(now.Child, s.Before.Child) {
		return false
	}
	return now.Image == cmp.Or(s.Goal.Image, now.Image) && now.Child == cmp.Or(s.Goal.Child, now.Child)
}

// otherImage returns the image version of an engine if it is neither the one from before nor the requested one.
func (s *engineChange) otherImage(now engineSnapshot) string {
	switch goal := s.Goal; {
	case goal.Image != "" && goal.Image != now.Image && differs(now.Image, s.Before.Image):
		return now.Image
	case goal.Child != "" && goal.Child != now.Child && differs(now.Child, s.Before.Child):
		return now.Child
	}
	return ""
}
