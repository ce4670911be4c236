package dlc

import (
	"context"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// began is the function Began of the changes of an existing cluster or lab.
func (k *rayResource[T]) began(c *Client, ctx context.Context, s *rayChange) (cloud.StartStatus, error) {
	now, err := k.read(c, ctx, s.ID)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound && s.Goal == RayClusterStatusDeleted:
		return cloud.Begun, nil // it was read before
	case err != nil:
		return cloud.Uncertain, err
	}
	return s.status(k.what, k.observe(now))
}

// status reports whether a cluster or a lab shows that the change has begun. The time of a start or a stop tells of that
// alone.
func (s *rayChange) status(what string, now raySnapshot) (cloud.StartStatus, error) {
	d := s.difference(now)
	rests := slices.Contains(raySettled, now.Status)
	isStart, isDeletion := s.Goal == RayClusterStatusRunning, s.Goal == RayClusterStatusDeleted
	if isDeletion {
		d.earlier = now.Started != 0 && now.Started < s.Before.Started
	}
	return signs{
		met: now.Status == s.Goal, wasMet: s.Before.Status == s.Goal,
		underway:  !isDeletion && d.later || isStart && now.Status == RayClusterStatusStarting && !d.sameState,
		unchanged: now == s.Before,
		failed:    now.Status == RayClusterStatusFailed && !d.sameState || rests && d.sameState && s.hasNewMessage(now),
		lost:      now.Status == RayClusterStatusDeleted || now.Status == RayClusterStatusFailed,
		other:     rests && now.Status != s.Before.Status,
	}.status(d, what+" is "+string(now.Status))
}
