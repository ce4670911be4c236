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
	Spec:    (*Client).engineUpdate,
}

var upgradeDataEngineImage = change[
	UpgradeDataEngineImageRequest, UpgradeDataEngineImageResponse, engineChange, DescribeDataEngineResponse,
]{
	State: func(r *UpgradeDataEngineImageRequest) *engineChange {
		return &engineChange{ID: r.DataEngineID, Goal: engineSnapshot{State: DataEngineStateRunning}}
	},
	Before:  (*Client).beforeImageUpgrade,
	Refused: (*Client).startedEngine,
	Spec:    (*Client).engineUpdate,
}

var rollbackDataEngineImage = change[
	RollbackDataEngineImageRequest, RollbackDataEngineImageResponse, engineChange, DescribeDataEngineResponse,
]{
	State: func(r *RollbackDataEngineImageRequest) *engineChange {
		return &engineChange{ID: r.DataEngineID, Goal: engineSnapshot{State: DataEngineStateRunning}, OtherImage: true}
	},
	Before:  (*Client).beforeEngineByID,
	Refused: (*Client).startedEngine,
	Spec:    (*Client).engineUpdate,
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
	w := c.engineSpec(r.DataEngineName, judge)
	w.Read = func(ctx context.Context) (*DescribeDataEngineResponse, error) {
		if err := wait.Required(service, &opDescribeDataEngine, "ImageVersionId", r.ImageVersionID); err != nil {
			return nil, err
		}
		return c.dataEngine(ctx, r.DataEngineName)
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
