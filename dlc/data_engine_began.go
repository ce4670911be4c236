package dlc

import (
	"context"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// engineBegan reads the engine and reports whether the change has begun, by this or another caller who asked for the
// same.
func (c *Client) engineBegan(
	ctx context.Context, s *engineChange, look func(*DataEngineInfo, engineSnapshot) signs,
) (cloud.StartStatus, error) {
	out, err := c.dataEngine(ctx, s.Name)
	if err != nil {
		return cloud.Uncertain, err
	}
	if s.isReplaced(out.DataEngine) {
		return cloud.Uncertain, nil // the engine is gone, with all that it would show
	}
	now := engineSnapshotOf(out.DataEngine)
	return s.status(now, look(out.DataEngine, now))
}

// status completes the signs of a change by what any change of an engine shows.
func (s *engineChange) status(now engineSnapshot, shown signs) (cloud.StartStatus, error) {
	d := s.difference(now)
	shown.unchanged = now == *s.Before && now.Updated != 0 && !shown.other && !shown.replaced
	shown.failed = now.State == DataEngineStateFailed && !d.sameState
	shown.lost = slices.Contains(engineLost, now.State)
	shown.explained = s.hasNewMessage(now)
	return shown.status(d, "engine is "+now.State.String())
}

// isResized reports whether an engine has another size than before.
func (s *engineChange) isResized(now engineSnapshot) bool {
	return now.Size != s.Before.Size || now.MinClusters != s.Before.MinClusters || now.MaxClusters != s.Before.MaxClusters
}

// hasOtherImage reports whether an engine has another image than before.
func (s *engineChange) hasOtherImage(now engineSnapshot) bool {
	return differs(now.Image, s.Before.Image) || differs(now.Child, s.Before.Child)
}

// imageSigns are those of a change of the image. A change that does not say to which image keeps the major version, or
// it may be another one.
func (s *engineChange) imageSigns(_ *DataEngineInfo, now engineSnapshot) signs {
	switched := s.OtherImage && differs(now.Image, s.Before.Image)
	return signs{
		met: s.isImageMet(now) && !switched, wasMet: s.isImageMet(*s.Before),
		other:    s.isResized(now) || now.isSettled() && now.State != s.Before.State,
		replaced: switched || s.otherImage(now) != "",
	}
}

// stateSigns are those of a suspension, a resumption or a restart. What runs and starts again is restarted, or gets
// another image or size.
func (s *engineChange) stateSigns(_ *DataEngineInfo, now engineSnapshot) signs {
	through := DataEngineStateStarting
	if s.Goal.State == DataEngineStateSuspended {
		through = DataEngineStateSuspending
	}
	left := s.Before.isSettled() && s.Before.State != s.Goal.State // only this change leads from there to the goal
	return signs{
		met: now.State == s.Goal.State, wasMet: !left, underway: left && now.State == through,
		other: s.hasOtherImage(now) || s.isResized(now) || now.isSettled() && s.Before.State == s.Goal.State && now.State != s.Goal.State,
	}
}

// updateSigns are those of an update. asked is the request.
func (s *engineChange) updateSigns(asked *UpdateDataEngineRequest) func(*DataEngineInfo, engineSnapshot) signs {
	return func(e *DataEngineInfo, now engineSnapshot) signs {
		if s.Replaced == nil {
			return signs{replaced: true} // a token without a baseline proves nothing
		}
		shown := onlyAsked(asked, engineUpdateOf(e))
		seen := signs{
			met: isEngineUpdateMet(asked, shown), wasMet: isEngineUpdateMet(asked, s.Replaced),
			other: s.hasOtherImage(now) || now.isSettled() && now.State != s.Before.State,
		}
		shown.Message = s.Replaced.Message // which tells of failures too
		seen.replaced = !seen.met && !isEngineUpdateMet(s.Replaced, shown)
		return seen
	}
}

func isEngineUpdateMet(asked, shown *UpdateDataEngineRequest) bool {
	return asked.AutoResume == shown.AutoResume && asked.Message == shown.Message && !wait.Contradicts(asked, shown)
}

// engineUpdateOf returns the update that would make an engine what it is.
func engineUpdateOf(e *DataEngineInfo) *UpdateDataEngineRequest {
	return &UpdateDataEngineRequest{
		DataEngineName: e.DataEngineName, Size: e.Size, MinClusters: e.MinClusters, MaxClusters: e.MaxClusters,
		AutoResume: e.AutoResume, Message: e.Message, AutoSuspend: &e.AutoSuspend, CrontabResumeSuspend: &e.CrontabResumeSuspend,
		CrontabResumeSuspendStrategy: e.CrontabResumeSuspendStrategy, MaxConcurrency: &e.MaxConcurrency,
		TolerableQueueTime: &e.TolerableQueueTime, AutoSuspendTime: &e.AutoSuspendTime, ElasticSwitch: &e.ElasticSwitch,
		ElasticLimit: &e.ElasticLimit, SessionResourceTemplate: e.SessionResourceTemplate,
		ScheduleElasticityConf: e.ScheduleElasticityConf,
	}
}

// engineImageBegan, engineStateBegan and engineUpdateBegan are the functions Began of the changes of engines.

func engineImageBegan[R any](c *Client, ctx context.Context, s *engineChange, _ *R, _ time.Time) (cloud.StartStatus, error) {
	return c.engineBegan(ctx, s, s.imageSigns)
}

func engineStateBegan[R any](c *Client, ctx context.Context, s *engineChange, _ *R, _ time.Time) (cloud.StartStatus, error) {
	return c.engineBegan(ctx, s, s.stateSigns)
}

func (c *Client) engineUpdateBegan(
	ctx context.Context, s *engineChange, r *UpdateDataEngineRequest, _ time.Time,
) (cloud.StartStatus, error) {
	return c.engineBegan(ctx, s, s.updateSigns(r))
}

// engineCreationBegan looks for the engine of the name.
func (c *Client) engineCreationBegan(
	ctx context.Context, s *engineCreationChange, r *CreateDataEngineRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	out, err := c.dataEngine(ctx, s.Name)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.NotBegun, nil
	case err != nil:
		return cloud.Uncertain, err
	}
	e, asked := out.DataEngine, *r
	asked.Message = "" // it tells of failures too
	switch {
	case !wait.MadeSince(prepared, e.CreateTime.Time(), e.State == DataEngineStateInitializing):
		return cloud.NotBegun, nil
	case e.DataEngineID == "", wait.Contradicts(wait.ShownAs[DataEngineInfo](&asked), e):
		return cloud.Uncertain, nil // another's, or changed since
	}
	s.ID = e.DataEngineID
	return cloud.Begun, nil
}

// engineDeletionBegan reads all engines. Their deletion has begun if each shows that.
func (c *Client) engineDeletionBegan(
	ctx context.Context, s *engineDeletionChange, _ *DeleteDataEngineRequest, _ time.Time,
) (cloud.StartStatus, error) {
	var all []cloud.StartStatus
	for i := range s.Deleted {
		d := &s.Deleted[i]
		if d.Before.State == DataEngineStateDeleted {
			continue
		}
		status, err := c.oneEngineDeletionBegan(ctx, d)
		if err != nil {
			return cloud.Uncertain, err
		}
		all = append(all, status)
	}
	return unanimous(all), nil
}

func (c *Client) oneEngineDeletionBegan(ctx context.Context, d *engineChange) (cloud.StartStatus, error) {
	out, err := c.dataEngine(ctx, d.Name)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.Begun, nil // it was read before
	case err != nil:
		return cloud.Uncertain, err
	case d.isGone(out.DataEngine):
		return cloud.Begun, nil
	case d.isReplaced(out.DataEngine):
		return cloud.Uncertain, nil // a stale read
	}
	now := engineSnapshotOf(out.DataEngine)
	deleting := []DataEngineState{DataEngineStateReadyToDelete, DataEngineStateDeleting}
	return d.status(now, signs{
		underway: slices.Contains(deleting, now.State) && now.State != d.Before.State,
		other:    d.hasOtherImage(now) || d.isResized(now) || now.isSettled() && now.State != d.Before.State,
	})
}
