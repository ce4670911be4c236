package flink

import "github.com/polycloud-sdk/polycloud-go/cloud"

// shown is what a response shows of the cluster, without judging it.
func (s *sessionClusterChange) shown(r *GetSessionClusterResponse) cloud.Verdict {
	status := r.Data.Status
	if status == nil {
		return cloud.Verdict{}
	}
	v := cloud.Verdict{State: string(status.CurrentSessionClusterStatus), Reason: status.Failure.reason()}
	return verdictOn("session cluster", s.SessionClusterName, r.Data.Name, v)
}

// observe reads a response. v is final if the response does not show the changed cluster: it shows no cluster, one of
// another name, or another one that has the name.
func (s *sessionClusterChange) observe(r *GetSessionClusterResponse) (v cloud.Verdict, now snapshot, final bool) {
	v = s.shown(r)
	if v.State == "" {
		return v, now, true
	}
	now = snapshotOf(r.Data)
	switch age := s.age(now); {
	case age > 0:
		return superseded(v.State, "another session cluster has the name"), now, true
	case age < 0:
		return cloud.Verdict{State: v.State, Reason: "the response is about an older session cluster of the name"}, now, true
	}
	return v, now, false
}

// weigh decides how an end counts: at once if the change was seen under way, not at all if it is the state before the
// change, and otherwise if it lasts. Another program may have changed the cluster between the snapshot and the change,
// so that a later time proves nothing.
func (s *sessionClusterChange) weigh(v cloud.Verdict, now snapshot) cloud.Verdict {
	same, older, back := s.same(now), s.older(now), s.back(now)
	switch {
	case v.Outcome == cloud.Pending:
	case !back && (older || same && s.timed(now)):
		v.Outcome = cloud.Pending
	case !back || same || older:
		v.Inferred = true
	}
	return v
}

// failure is the reason in a response, unless the cluster showed it before the change.
func (s *sessionClusterChange) failure(v cloud.Verdict, now snapshot) string {
	if now.Failure == s.Before.Failure {
		return ""
	}
	return v.Reason
}

// judgeUntil judges without a snapshot from before the change. A failure may be older than the change, unless the
// change was seen under way.
func (s *sessionClusterChange) judgeUntil(r *GetSessionClusterResponse, goal sessionClusterGoal) cloud.Verdict {
	v := s.shown(r)
	state := SessionClusterState(v.State)
	seen := s.course.Saw(state == goal.underway)
	if seen && state == goal.back {
		return abandoned(v.State, goal.undone, v.Reason)
	}
	v.Outcome = goal.states.Outcome(state)
	v.Inferred = v.Outcome == cloud.Failed && !seen
	return v
}

func (s *sessionClusterChange) judgeStart(r *GetSessionClusterResponse) cloud.Verdict {
	v, now, final := s.observe(r)
	if final {
		return v
	}
	v.Outcome = sessionClusterRuns.Outcome(now.State)
	seen := s.saw(now, s.entered(now, SessionClusterStateStarting))
	switch now.State {
	case SessionClusterStateStopping:
		if s.stop.Saw(seen || s.newer(now)) || isDown(s.Before.State) && !s.older(now) {
			return superseded(v.State, "the cluster is being stopped")
		}
	case SessionClusterStateStopped:
		return s.judgeStopped(v, now)
	}
	return s.weigh(v, now)
}

// judgeStopped returns the verdict on a start whose cluster is stopped, or still is.
func (s *sessionClusterChange) judgeStopped(v cloud.Verdict, now snapshot) cloud.Verdict {
	failure := s.failure(v, now)
	moved := s.Before.State != SessionClusterStateStopped && s.newer(now)
	switch {
	case failure == "" && (s.stop.Saw(false) || moved):
		return superseded(v.State, "the cluster was stopped")
	case moved, s.back(now):
		return abandoned(v.State, "the cluster is stopped again", failure)
	}
	return v
}

func (s *sessionClusterChange) judgeStop(r *GetSessionClusterResponse) cloud.Verdict {
	v, now, final := s.observe(r)
	if final {
		return v
	}
	v.Outcome = sessionClusterStopped.Outcome(now.State)
	seen := s.saw(now, s.entered(now, SessionClusterStateStopping))
	switch now.State {
	case SessionClusterStateStarting:
		if seen || isSettled(s.Before.State) && !s.older(now) {
			return superseded(v.State, "the cluster was started again")
		}
	case SessionClusterStateRunning, SessionClusterStateUpdating:
		return s.judgeRunning(v, now)
	}
	return s.weigh(v, now)
}

// judgeRunning returns the verdict on a stop whose cluster runs again, or still does.
func (s *sessionClusterChange) judgeRunning(v cloud.Verdict, now snapshot) cloud.Verdict {
	anew := now.State == SessionClusterStateRunning && isSettled(s.Before.State) && s.newer(now)
	switch {
	case anew:
		return superseded(v.State, "the cluster was started again")
	case s.back(now):
		return abandoned(v.State, "the cluster runs again", s.failure(v, now))
	}
	return v
}

// judgeDeletion does not mistake an earlier failure for one of the deletion. The service documents no state of a
// cluster that is being deleted; any that is not settled will do.
func (s *sessionClusterChange) judgeDeletion(r *GetSessionClusterResponse) cloud.Verdict {
	v, now, final := s.observe(r)
	switch {
	case v.Superseded:
		return cloud.Verdict{State: v.State, Outcome: cloud.Succeeded, Inferred: true}
	case final:
		return v
	}
	b := s.Before
	since := now.ModifiedAt == 0 || now.ModifiedAt > b.ModifiedAt
	seen := s.saw(now, !isSettled(now.State) && now.State != b.State && since)
	switch {
	case now.State == b.State && seen:
		return abandoned(v.State, "the cluster is as before again", s.failure(v, now))
	case now.State == SessionClusterStateFailed && !s.same(now):
		v.Outcome = cloud.Failed
	case now.State == SessionClusterStateRunning && isDown(b.State) && s.newer(now):
		return superseded(v.State, "the cluster was started again")
	}
	return s.weigh(v, now)
}

func (s *sessionClusterChange) judgeUpdate(r *GetSessionClusterResponse) cloud.Verdict {
	v, now, final := s.observe(r)
	if final {
		return v
	}
	before := s.Before.State
	s.saw(now, s.entered(now, SessionClusterStateUpdating))
	switch {
	case !isSettled(now.State):
		return v
	case now.State == SessionClusterStateFailed && (!s.same(now) || s.back(now)):
		v.Outcome = cloud.Failed
		return s.weigh(v, now)
	case now.State == SessionClusterStateStopped && !isDown(before) && before != SessionClusterStateStopping:
		if s.older(now) {
			return v
		}
		return superseded(v.State, "the cluster was stopped")
	}
	return s.judgeUpdated(v, now)
}

// judgeUpdated returns the verdict on an update whose cluster is settled, running or, if it did not run, as before. It
// may be settled because the update has ended, or because it has not begun.
func (s *sessionClusterChange) judgeUpdated(v cloud.Verdict, now snapshot) cloud.Verdict {
	failure := s.failure(v, now)
	value, undone := s.overtaken(now)
	switch {
	case failure != "" && !s.older(now):
		return cloud.Verdict{State: v.State, Outcome: cloud.Failed, Reason: failure, Inferred: true}
	case value != "" && !s.older(now):
		return superseded(v.State, value)
	case undone && (s.back(now) || s.Saved != 0 && now.ModifiedAt > max(s.Saved, s.Before.ModifiedAt)), s.reverted(now):
		return abandoned(v.State, "the cluster is as before again", "")
	case !undone && s.saved(now):
		v.Outcome, v.Inferred = cloud.Succeeded, true
	}
	return v
}
