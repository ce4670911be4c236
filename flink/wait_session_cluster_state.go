package flink

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// sessionClusterState is what has to be known to tell the end of a change of a session cluster.
type sessionClusterState struct {
	Cluster sessionClusterOf   `json:"cluster"`
	Before  sessionClusterLook `json:"before"`

	// What an update asked for and what the service's response to it showed; empty if it did not.
	Saved  int64  `json:"saved,omitzero"` // when the service saved it
	Engine string `json:"engine,omitzero"`
	Target string `json:"target,omitzero"`
	Config string `json:"config,omitzero"`

	course wait.Course // the change on its way
	fresh  wait.Course // the same, in responses that are surely not older than the change
	stop   wait.Course // a stop that follows a start
}

// Check refuses what no start has named.
func (s *sessionClusterState) Check() error {
	of := s.Cluster
	return named("sessionClusterName", of.SessionClusterName, "namespace", of.Namespace, "workspace", of.Workspace)
}

// sessionClusterLook is how a session cluster stood.
type sessionClusterLook struct {
	ID    string              `json:"id,omitzero"`
	State SessionClusterState `json:"state"`

	CreatedAt  int64 `json:"createdAt,omitzero"`
	ModifiedAt int64 `json:"modifiedAt,omitzero"`
	Since      int64 `json:"since,omitzero"` // when it began to run, failed, or was last changed

	Engine  string `json:"engine,omitzero"`
	Target  string `json:"target,omitzero"`
	Config  string `json:"config,omitzero"`  // the mark of all that an update can change
	Failure string `json:"failure,omitzero"` // the mark of the failure that it shows
}

func lookOf(c *SessionCluster) sessionClusterLook {
	l := sessionClusterLook{
		ID: c.SessionClusterID, CreatedAt: c.CreatedAt, ModifiedAt: c.ModifiedAt, Since: c.ModifiedAt,
		Engine: c.EngineVersion, Target: c.DeploymentTargetName, Config: c.config(),
	}
	if c.Status == nil {
		return l
	}
	l.State, l.Failure = c.Status.CurrentSessionClusterStatus, mark(c.Status.Failure.reason())
	switch l.State {
	case SessionClusterStateRunning:
		l.Since = 0
		if c.Status.Running != nil {
			l.Since = c.Status.Running.StartedAt
		}
	case SessionClusterStateFailed:
		l.Since = 0
		if c.Status.Failure != nil {
			l.Since = c.Status.Failure.FailedAt
		}
	}
	return l
}

// config marks all that an update can change. The marks of two responses differ if anything of it does.
func (c *SessionCluster) config() string {
	text, err := wire.Append(nil, &SessionCluster{
		BasicResourceSetting: c.BasicResourceSetting, DeploymentTargetName: c.DeploymentTargetName, EngineVersion: c.EngineVersion,
		FlinkConf: c.FlinkConf, Labels: c.Labels, Logging: c.Logging,
	})
	if err != nil || string(text) == "{}" {
		return ""
	}
	return mark(string(text))
}

// save takes down what an update asked for and what the response to it shows of the cluster.
func (s *sessionClusterState) save(asked SessionCluster, saved *SessionCluster) {
	s.Engine, s.Target = asked.EngineVersion, asked.DeploymentTargetName
	if !s.own(saved) {
		return
	}
	s.Saved, s.Config = saved.ModifiedAt, saved.config()
	s.Engine = written(s.Engine, s.Before.Engine, saved.EngineVersion)
	s.Target = written(s.Target, s.Before.Target, saved.DeploymentTargetName)
}

// own reports whether the response to a change is about the cluster. One that shows the name is, even if the
// baseline was stale and showed another cluster that had the name before.
func (s *sessionClusterState) own(c *SessionCluster) bool {
	switch {
	case c == nil:
		return false
	case c.Name == "":
		return c.SessionClusterID == "" || c.SessionClusterID == s.Before.ID
	case c.Name != s.Cluster.SessionClusterName:
		return false
	}
	if c.SessionClusterID != "" && c.SessionClusterID != s.Before.ID {
		s.Before.ID, s.Before.CreatedAt = c.SessionClusterID, c.CreatedAt
	}
	return true
}

// written is what was asked for as the service writes it, if a response shows that: not if it shows the value of
// before still.
func written(asked, before, shown string) string {
	if asked == "" || shown == "" || shown == before {
		return asked
	}
	return shown
}

// rests reports whether a state is not one on the way to another.
func rests(state SessionClusterState) bool {
	return state == SessionClusterStateRunning || stands(state)
}

// stands reports whether a cluster in a state rests without running.
func stands(state SessionClusterState) bool {
	return state == SessionClusterStateStopped || state == SessionClusterStateFailed
}

// look reads a response. The change has ended if the response tells nothing about the cluster of before: because it has
// none, or shows another cluster, of another name or another one that has the name.
func (s *sessionClusterState) look(r *GetSessionClusterResponse) (j cloud.Verdict, now sessionClusterLook, over bool) {
	j = s.Cluster.judge(r)
	if j.State == "" {
		return j, now, true
	}
	now = lookOf(r.Data)
	switch age := s.age(now); {
	case age > 0:
		return superseded(j.State, "another session cluster has the name"), now, true
	case age < 0:
		return cloud.Verdict{State: j.State, Reason: "the response is about an older session cluster of the name"}, now, true
	}
	return j, now, false
}

// age is above 0 for a cluster that has taken the name since, below 0 for an older one that had it before.
func (s *sessionClusterState) age(now sessionClusterLook) int {
	b := s.Before
	switch {
	case b.ID == "" || now.ID == "":
		return wait.Age(timeAt(now.CreatedAt), timeAt(b.CreatedAt))
	case b.ID == now.ID:
		return 0
	case now.CreatedAt != 0 && b.CreatedAt != 0 && now.CreatedAt < b.CreatedAt:
		return -1
	}
	return 1
}

// same reports whether the cluster stands as it did before.
func (s *sessionClusterState) same(now sessionClusterLook) bool {
	b := s.Before
	return now.State == b.State && now.Since == b.Since && now.Failure == b.Failure
}

// timed reports whether a time tells that a state is the one of before: its own or, without one, that of the
// cluster's last change.
func (s *sessionClusterState) timed(now sessionClusterLook) bool {
	return now.Since != 0 || now.ModifiedAt != 0 && now.ModifiedAt == s.Before.ModifiedAt
}

// older reports whether a response is from before the baseline. Times that are said less exactly do not make it so.
func (s *sessionClusterState) older(now sessionClusterLook) bool {
	return wait.Age(timeAt(now.ModifiedAt), timeAt(s.Before.ModifiedAt)) < 0
}

// newer reports whether the cluster came to its state later than all that it showed before.
func (s *sessionClusterState) newer(now sessionClusterLook) bool {
	since, modified := timeAt(s.Before.Since), timeAt(s.Before.ModifiedAt)
	known := !since.IsZero() || !modified.IsZero()
	at := timeAt(now.Since)
	return known && at.After(since) && at.After(modified)
}

// saw takes down whether a response shows the change under way, and reports whether one has. A response that is
// older counts, because the clock of the service may have been set back, but for less.
func (s *sessionClusterState) saw(now sessionClusterLook, underway bool) bool {
	s.fresh.Saw(underway && !s.older(now))
	return s.course.Saw(underway)
}

// back reports whether the change was seen under way and has ended, because the cluster is in that state again. One
// that shows the very state of before may be a response from then.
func (s *sessionClusterState) back(now sessionClusterLook) bool {
	if s.same(now) {
		return s.fresh.Saw(false)
	}
	return s.course.Saw(false)
}

// weigh says how far an end counts: at once if the change was seen under way, not at all if it is the state of
// before, and otherwise while it stays so. Somebody else may have changed the cluster between the baseline and
// this change, so that a later time proves nothing.
func (s *sessionClusterState) weigh(j cloud.Verdict, now sessionClusterLook) cloud.Verdict {
	same, older, back := s.same(now), s.older(now), s.back(now)
	switch {
	case j.Outcome == cloud.Pending:
	case !back && (older || same && s.timed(now)):
		j.Outcome = cloud.Pending
	case !back || same || older:
		j.Inferred = true
	}
	return j
}

// failure is the reason of a look, unless the cluster gave it before.
func (s *sessionClusterState) failure(j cloud.Verdict, now sessionClusterLook) string {
	if now.Failure == s.Before.Failure {
		return ""
	}
	return j.Reason
}

func (s *sessionClusterState) judgeStart(r *GetSessionClusterResponse) cloud.Verdict {
	j, now, over := s.look(r)
	if over {
		return j
	}
	seen := s.saw(now, now.State == SessionClusterStateStarting && s.Before.State != SessionClusterStateStarting)
	switch now.State {
	case SessionClusterStateRunning:
		j.Outcome = cloud.Succeeded
	case SessionClusterStateFailed:
		j.Outcome = cloud.Failed
	case SessionClusterStateStopping:
		if s.stop.Saw(seen || s.newer(now)) || stands(s.Before.State) && !s.older(now) {
			return superseded(j.State, "the cluster is being stopped")
		}
	case SessionClusterStateStopped:
		return s.judgeStopped(j, now)
	}
	return s.weigh(j, now)
}

// judgeStopped judges a start whose cluster is stopped, or still is.
func (s *sessionClusterState) judgeStopped(j cloud.Verdict, now sessionClusterLook) cloud.Verdict {
	failure := s.failure(j, now)
	moved := s.Before.State != SessionClusterStateStopped && s.newer(now)
	switch {
	case failure == "" && (s.stop.Saw(false) || moved):
		return superseded(j.State, "the cluster was stopped")
	case moved, s.back(now):
		return givenUp(j.State, "the cluster is stopped again", failure)
	}
	return j
}

func (s *sessionClusterState) judgeStop(r *GetSessionClusterResponse) cloud.Verdict {
	j, now, over := s.look(r)
	if over {
		return j
	}
	seen := s.saw(now, now.State == SessionClusterStateStopping && s.Before.State != SessionClusterStateStopping)
	switch now.State {
	case SessionClusterStateStopped:
		j.Outcome = cloud.Succeeded
	case SessionClusterStateFailed:
		j.Outcome = cloud.Failed
	case SessionClusterStateStarting:
		if seen || rests(s.Before.State) && !s.older(now) {
			return superseded(j.State, "the cluster was started again")
		}
	case SessionClusterStateRunning, SessionClusterStateUpdating:
		return s.judgeRunning(j, now)
	}
	return s.weigh(j, now)
}

// judgeRunning judges a stop whose cluster runs again, or still does.
func (s *sessionClusterState) judgeRunning(j cloud.Verdict, now sessionClusterLook) cloud.Verdict {
	anew := now.State == SessionClusterStateRunning && rests(s.Before.State) && s.newer(now)
	switch {
	case anew:
		return superseded(j.State, "the cluster was started again")
	case s.back(now):
		return givenUp(j.State, "the cluster runs again", s.failure(j, now))
	}
	return j
}

// judgeDeletion takes no failure of before for one of the deletion. The service names no state of a cluster that
// is being deleted; any on the way to another will do.
func (s *sessionClusterState) judgeDeletion(r *GetSessionClusterResponse) cloud.Verdict {
	j, now, over := s.look(r)
	switch {
	case j.Superseded:
		return cloud.Verdict{State: j.State, Outcome: cloud.Succeeded, Inferred: true}
	case over:
		return j
	}
	b := s.Before
	since := now.ModifiedAt == 0 || now.ModifiedAt > b.ModifiedAt
	seen := s.saw(now, !rests(now.State) && now.State != b.State && since)
	switch {
	case now.State == b.State && seen:
		return givenUp(j.State, "the cluster is as before again", s.failure(j, now))
	case now.State == SessionClusterStateFailed && !s.same(now):
		j.Outcome = cloud.Failed
	case now.State == SessionClusterStateRunning && stands(b.State) && s.newer(now):
		return superseded(j.State, "the cluster was started again")
	}
	return s.weigh(j, now)
}

func (s *sessionClusterState) judgeUpdate(r *GetSessionClusterResponse) cloud.Verdict {
	j, now, over := s.look(r)
	if over {
		return j
	}
	before := s.Before.State
	s.saw(now, now.State == SessionClusterStateUpdating && before != SessionClusterStateUpdating)
	switch {
	case !rests(now.State):
		return j
	case now.State == SessionClusterStateFailed && (!s.same(now) || s.back(now)):
		j.Outcome = cloud.Failed
		return s.weigh(j, now)
	case now.State == SessionClusterStateStopped && !stands(before) && before != SessionClusterStateStopping:
		if s.older(now) {
			return j
		}
		return superseded(j.State, "the cluster was stopped")
	}
	return s.judgeUpdated(j, now)
}

// judgeUpdated judges an update whose cluster rests, running or, if it did not run, as before. It may rest because
// the update has ended, or because it has not begun.
func (s *sessionClusterState) judgeUpdated(j cloud.Verdict, now sessionClusterLook) cloud.Verdict {
	failure := s.failure(j, now)
	value, undone := s.overtaken(now)
	switch {
	case failure != "" && !s.older(now):
		return cloud.Verdict{State: j.State, Outcome: cloud.Failed, Reason: failure, Inferred: true}
	case value != "" && !s.older(now):
		return superseded(j.State, value)
	case undone && (s.back(now) || s.Saved != 0 && now.ModifiedAt > max(s.Saved, s.Before.ModifiedAt)), s.reverted(now):
		return givenUp(j.State, "the cluster is as before again", "")
	case !undone && s.saved(now):
		j.Outcome, j.Inferred = cloud.Succeeded, true
	}
	return j
}

// overtaken says which value the cluster has instead of one that was asked for, or reports that it has that of
// before.
func (s *sessionClusterState) overtaken(now sessionClusterLook) (value string, undone bool) {
	for _, m := range [][4]string{
		{"engine version", s.Engine, s.Before.Engine, now.Engine},
		{"deployment target", s.Target, s.Before.Target, now.Target},
	} {
		name, asked, before, shown := m[0], m[1], m[2], m[3]
		switch {
		case asked == "" || shown == "" || shown == asked:
		case shown == before:
			undone = true
		default:
			return "the cluster has the " + name + " " + shown, false
		}
	}
	return "", undone
}

// reverted reports whether an update that was seen under way has left the cluster as it was last changed before.
func (s *sessionClusterState) reverted(now sessionClusterLook) bool {
	b := s.Before
	return s.fresh.Saw(false) && s.Saved > b.ModifiedAt && now.ModifiedAt == b.ModifiedAt && now.ModifiedAt != 0 && now.Config == b.Config
}

// saved reports whether a response shows the cluster as the update saved it, or later. Where the times cannot tell,
// the configuration does, or that the update was seen under way.
func (s *sessionClusterState) saved(now sessionClusterLook) bool {
	b := s.Before
	changed := now.Config != b.Config
	changes := s.Config != "" && s.Config != b.Config // the response to the update shows a difference
	switch {
	case s.back(now), changed && now.ModifiedAt == b.ModifiedAt:
		return true
	case now.ModifiedAt == 0:
		return !changes
	case now.ModifiedAt == b.ModifiedAt:
		return s.Saved == now.ModifiedAt && !changes
	case s.Saved != 0:
		return now.ModifiedAt >= s.Saved
	}
	return now.ModifiedAt > b.ModifiedAt || changed
}
