package flink

import (
	"context"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// changeable returns what an update can change of a cluster.
func changeable(c *SessionCluster) *SessionCluster {
	return &SessionCluster{
		BasicResourceSetting: c.BasicResourceSetting, DeploymentTargetName: c.DeploymentTargetName, EngineVersion: c.EngineVersion,
		FlinkConf: c.FlinkConf, Labels: c.Labels, Logging: c.Logging,
	}
}

// replaced returns what an update replaces, as it was before; nil if there was nothing. It leaves out all other members,
// because the options of a cluster may hold secrets.
func replaced(asked, before *SessionCluster) *SessionCluster {
	old := changeable(before)
	if asked.BasicResourceSetting == nil {
		old.BasicResourceSetting = nil
	}
	if asked.DeploymentTargetName == "" {
		old.DeploymentTargetName = ""
	}
	if asked.EngineVersion == "" {
		old.EngineVersion = ""
	}
	if asked.Logging == nil {
		old.Logging = nil
	}
	old.FlinkConf, old.Labels = replacedMap(asked.FlinkConf, before.FlinkConf), replacedMap(asked.Labels, before.Labels)
	if old.fingerprint() == "" {
		return nil
	}
	return old
}

// replacedMap returns the map that another one replaces. Without one it is empty, to take away what the other one adds.
func replacedMap(asked, before map[string]any) map[string]any {
	if asked != nil && before == nil {
		return map[string]any{}
	}
	if asked == nil {
		return nil
	}
	return before
}

// sessionClusterBegan reads the cluster and asks began about it, unless it is another cluster or a stale response.
func (c *Client) sessionClusterBegan(
	ctx context.Context, s *sessionClusterChange, began func(*SessionCluster, snapshot) cloud.StartStatus,
) (cloud.StartStatus, error) {
	r, err := c.sessionCluster(ctx, s)
	if err != nil {
		return cloud.Uncertain, err
	}
	v, now, final := s.observe(r)
	switch {
	case v.Superseded, now.State == "":
		return cloud.Uncertain, nil // the cluster is gone, with all that it would show, or it shows nothing
	case final, s.older(now):
		return cloud.NotBegun, nil
	}
	return began(r.Data, now), nil
}

// isUnexplained reports whether the cluster was modified since, by something that its configuration does not show.
func (s *sessionClusterChange) isUnexplained(now snapshot) bool {
	return now.ModifiedAt != s.Before.ModifiedAt && now.Config == s.Before.Config
}

// failed reports whether the cluster shows a failure that it did not show before, and records that.
func (s *sessionClusterChange) failed(now snapshot) bool {
	s.Underway = now.Failure != "" && now.Failure != s.Before.Failure
	return s.Underway
}

// startBegan is the status of a start. Only a cluster that was down can be started.
func (s *sessionClusterChange) startBegan(_ *SessionCluster, now snapshot) cloud.StartStatus {
	up := !isDown(now.State)
	switch {
	case s.entered(now, SessionClusterStateStarting), now.State == SessionClusterStateRunning && s.newer(now), up && isDown(s.Before.State):
		return cloud.Begun
	case isDown(s.Before.State) && s.failed(now):
		return cloud.Begun
	case isDown(s.Before.State) && !up && s.isUnexplained(now):
		return cloud.Uncertain // it may have been started and stopped
	}
	return cloud.NotBegun
}

// stopBegan is the status of a stop. Only a cluster that was not down can be stopped.
func (s *sessionClusterChange) stopBegan(_ *SessionCluster, now snapshot) cloud.StartStatus {
	wasUp := !isDown(s.Before.State)
	switch {
	case s.entered(now, SessionClusterStateStopping), wasUp && isDown(now.State):
		return cloud.Begun
	case wasUp && s.isUnexplained(now) && s.failed(now):
		return cloud.Begun
	case s.entered(now, SessionClusterStateStarting) && s.Before.State == SessionClusterStateRunning:
		return cloud.Begun // it was stopped and started again
	case s.isUnexplained(now) && (now.State == s.Before.State || !wasUp):
		return cloud.Uncertain // it may have been stopped and started, or started and stopped
	}
	return cloud.NotBegun
}

// updateBegan is the status of an update.
func (s *sessionClusterChange) updateBegan(asked, cluster *SessionCluster, now snapshot) cloud.StartStatus {
	asked, shown := changeable(asked), changeable(cluster)
	for _, options := range []*map[string]any{&shown.FlinkConf, &shown.Labels} {
		if *options == nil {
			*options = map[string]any{} // it has none, so it shows none
		}
	}
	later := now.ModifiedAt != s.Before.ModifiedAt
	switch {
	case !wait.Contradicts(asked, shown) && (later || now.Config != s.Before.Config):
	case !wait.Contradicts(asked, shown):
		return cloud.NotBegun // it was like that before
	case s.Replaced == nil, wait.Contradicts(s.Replaced, shown):
		return cloud.Uncertain // another update has replaced what there was, and maybe this one too
	case s.failed(now):
	case s.entered(now, SessionClusterStateUpdating):
		return cloud.Uncertain // it may be this update that does not show yet what it changes
	default:
		return cloud.NotBegun
	}
	s.recordUpdate(cluster)
	return cloud.Begun
}

// deletionBegan is the status of a deletion. A cluster that is still there as before may be on its way: the service
// documents no state for that. Then it counts as not begun, because repeating a deletion is harmless.
func (c *Client) deletionBegan(ctx context.Context, s *sessionClusterChange) (cloud.StartStatus, error) {
	r, err := c.sessionCluster(ctx, s)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.Begun, nil
	case err != nil:
		return cloud.Uncertain, err
	}
	v, now, final := s.observe(r)
	known := slices.Contains(allSessionClusterState, now.State)
	switch {
	case v.Superseded:
		return cloud.Begun, nil
	case final, s.older(now):
		return cloud.NotBegun, nil
	case !known && now.State != s.Before.State, s.failed(now):
		return cloud.Begun, nil
	}
	return cloud.NotBegun, nil
}
