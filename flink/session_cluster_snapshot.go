package flink

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// A snapshot is what a response shows of a session cluster.
type snapshot struct {
	ID    string              `json:"id,omitzero"`
	State SessionClusterState `json:"state"`

	CreatedAt  cloud.Timestamp `json:"createdAt,omitzero"`
	ModifiedAt cloud.Timestamp `json:"modifiedAt,omitzero"`
	Since      cloud.Timestamp `json:"since,omitzero"` // when it began to run, failed, or was last changed

	Engine  string `json:"engine,omitzero"`
	Target  string `json:"target,omitzero"`
	Config  string `json:"config,omitzero"`  // the fingerprint of all that an update can change
	Failure string `json:"failure,omitzero"` // the fingerprint of the failure that it shows
}

func snapshotOf(c *SessionCluster) snapshot {
	s := snapshot{
		ID: c.SessionClusterID, CreatedAt: c.CreatedAt, ModifiedAt: c.ModifiedAt, Since: c.ModifiedAt,
		Engine: c.EngineVersion, Target: c.DeploymentTargetName, Config: c.fingerprint(),
	}
	if c.Status == nil {
		return s
	}
	s.State, s.Failure = c.Status.CurrentSessionClusterStatus, fingerprint(c.Status.Failure.reason())
	switch s.State {
	case SessionClusterStateRunning:
		s.Since = 0
		if c.Status.Running != nil {
			s.Since = c.Status.Running.StartedAt
		}
	case SessionClusterStateFailed:
		s.Since = 0
		if c.Status.Failure != nil {
			s.Since = c.Status.Failure.FailedAt
		}
	}
	return s
}

// fingerprint is that of everything that an update can change.
func (c *SessionCluster) fingerprint() string {
	body, err := wire.Append(nil, changeable(c))
	if err != nil || string(body) == "{}" {
		return ""
	}
	return fingerprint(string(body))
}

// reason returns a failure as one line.
func (f *SessionClusterFailureInfo) reason() string {
	if f == nil {
		return ""
	}
	return join(": ", f.Reason, f.Message)
}

// isSettled reports whether a state is not a transition to another.
func isSettled(state SessionClusterState) bool {
	return state == SessionClusterStateRunning || isDown(state)
}

// isDown reports whether a state is settled without running.
func isDown(state SessionClusterState) bool {
	return state == SessionClusterStateStopped || state == SessionClusterStateFailed
}

// sessionClusterChange is the resume state of all changes of a session cluster.
type sessionClusterChange struct {
	SessionClusterName string   `json:"sessionClusterName"`
	Namespace          string   `json:"namespace"`
	Workspace          string   `json:"workspace"`
	Before             snapshot `json:"before"`

	// What an update requested and what the service's response to it showed; empty if it did not.
	Saved  cloud.Timestamp `json:"saved,omitzero"` // when the service saved it
	Engine string          `json:"engine,omitzero"`
	Target string          `json:"target,omitzero"`
	Config string          `json:"config,omitzero"`
	// Replaced has what an update replaces, as it was before.
	Replaced *SessionCluster `json:"replaced,omitzero"`
	// Underway says that the cluster shows how the change failed, although it was never seen under way.
	Underway bool `json:"underway,omitzero"`

	asked  *SessionCluster // what an update asks for; only until it is prepared
	course wait.Course     // the change on its way
	fresh  wait.Course     // the same, only in responses that are certainly not older than the change
	stop   wait.Course     // a stop that follows a start
}

// Check refuses a state that names no session cluster.
func (s *sessionClusterChange) Check() error {
	return wait.Lacks("sessionClusterName", s.SessionClusterName, "namespace", s.Namespace, "workspace", s.Workspace)
}

// Resource is the cluster.
func (s *sessionClusterChange) Resource() string {
	return resource(s.Workspace, s.Namespace, s.SessionClusterName)
}

// recordUpdate records what the response to an update shows of the cluster.
func (s *sessionClusterChange) recordUpdate(saved *SessionCluster) {
	if !s.recognize(saved) {
		return
	}
	s.Saved, s.Config = saved.ModifiedAt, saved.fingerprint()
	s.Engine = spelled(s.Engine, s.Before.Engine, saved.EngineVersion)
	s.Target = spelled(s.Target, s.Before.Target, saved.DeploymentTargetName)
}

// recognize reports whether the response to a change is about the cluster. One that shows the name is, even if the
// snapshot before the change was stale and showed another cluster that had the name before.
func (s *sessionClusterChange) recognize(c *SessionCluster) bool {
	switch {
	case c == nil:
		return false
	case c.Name == "":
		return c.SessionClusterID == "" || c.SessionClusterID == s.Before.ID
	case c.Name != s.SessionClusterName:
		return false
	}
	if c.SessionClusterID != "" && c.SessionClusterID != s.Before.ID {
		s.Before.ID, s.Before.CreatedAt = c.SessionClusterID, c.CreatedAt
	}
	return true
}

// spelled returns a requested value as the service spells it, if a response shows that: not if it still shows the
// value before the change.
func spelled(asked, before, shown string) string {
	if asked == "" || shown == "" || shown == before {
		return asked
	}
	return shown
}

// age is positive for a cluster that has taken the name since, negative for an older one that had it before.
func (s *sessionClusterChange) age(now snapshot) int {
	b := s.Before
	switch {
	case b.ID == "" || now.ID == "":
		return wait.Age(now.CreatedAt.Time(), b.CreatedAt.Time())
	case b.ID == now.ID:
		return 0
	case now.CreatedAt != 0 && b.CreatedAt != 0 && now.CreatedAt < b.CreatedAt:
		return -1
	}
	return 1
}

// same reports whether the cluster is in the state before the change, and has been since then.
func (s *sessionClusterChange) same(now snapshot) bool {
	b := s.Before
	return now.State == b.State && now.Since == b.Since && now.Failure == b.Failure
}

// timed reports whether the times show that a state is the one before the change: the state's own time or, without
// one, that of the cluster's last modification.
func (s *sessionClusterChange) timed(now snapshot) bool {
	return now.Since != 0 || now.ModifiedAt != 0 && now.ModifiedAt == s.Before.ModifiedAt
}

// older reports whether a response is from before the snapshot before the change. It allows for rounded times.
func (s *sessionClusterChange) older(now snapshot) bool {
	return wait.Age(now.ModifiedAt.Time(), s.Before.ModifiedAt.Time()) < 0
}

// newer reports whether the cluster reached its state later than anything that it showed before.
func (s *sessionClusterChange) newer(now snapshot) bool {
	since, modified := s.Before.Since.Time(), s.Before.ModifiedAt.Time()
	known := !since.IsZero() || !modified.IsZero()
	at := now.Since.Time()
	return known && at.After(since) && at.After(modified)
}

// entered reports whether the cluster is in a state that it was not in before the change.
func (s *sessionClusterChange) entered(now snapshot, state SessionClusterState) bool {
	return now.State == state && s.Before.State != state
}

// saw records whether a response shows the change under way, and reports whether one has. An older response counts
// too, because the clock of the service may have been set back, but not as fresh.
func (s *sessionClusterChange) saw(now snapshot, underway bool) bool {
	underway = underway || s.Underway
	s.fresh.Saw(underway && !s.older(now))
	return s.course.Saw(underway)
}

// back reports whether the change was seen under way and has ended, because the cluster is in a former state again.
// A response that shows exactly the state before the change may be from then, so the change must have been seen in a
// fresh one.
func (s *sessionClusterChange) back(now snapshot) bool {
	if s.same(now) {
		return s.fresh.Saw(false)
	}
	return s.course.Saw(false)
}

// overtaken returns which value the cluster has instead of a requested one, or reports that it has the one before
// the update.
func (s *sessionClusterChange) overtaken(now snapshot) (value string, undone bool) {
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

// reverted reports whether an update that was seen under way has left the cluster as it was last modified before.
func (s *sessionClusterChange) reverted(now snapshot) bool {
	b := s.Before
	return s.fresh.Saw(false) && s.Saved > b.ModifiedAt && now.ModifiedAt == b.ModifiedAt && now.ModifiedAt != 0 && now.Config == b.Config
}

// saved reports whether a response shows the cluster as the update saved it, or later. Where the times do not decide,
// the configuration does, or that the update was seen under way.
func (s *sessionClusterChange) saved(now snapshot) bool {
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
