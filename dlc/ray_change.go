package dlc

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a Ray cluster or a lab mean for each wait. The service documents no list of states: those from its
// examples are used, and others are pending.
var (
	rayCreated = wait.Statuses[RayClusterStatus]{
		Succeeded: []RayClusterStatus{RayClusterStatusCreated, RayClusterStatusRunning},
		Failed:    []RayClusterStatus{RayClusterStatusFailed, RayClusterStatusStopped, RayClusterStatusDeleted},
	}
	rayRunning = wait.Statuses[RayClusterStatus]{
		Succeeded: []RayClusterStatus{RayClusterStatusRunning},
		Failed:    []RayClusterStatus{RayClusterStatusFailed, RayClusterStatusDeleted},
	}
	rayStopped = wait.Statuses[RayClusterStatus]{
		Succeeded: []RayClusterStatus{RayClusterStatusStopped},
		Failed:    []RayClusterStatus{RayClusterStatusFailed, RayClusterStatusDeleted},
	}
	rayDeleted = wait.Statuses[RayClusterStatus]{Succeeded: []RayClusterStatus{RayClusterStatusDeleted}}

	// Nothing is under way in these states.
	raySettled = []RayClusterStatus{RayClusterStatusCreated, RayClusterStatusRunning, RayClusterStatusStopped}
)

// A rayResource is a kind of resource with the states of a Ray cluster. T is the response that shows one.
// Changes call its methods in functions of their own; see the resource of package finspace.
type rayResource[T any] struct {
	what    string
	read    func(c *Client, ctx context.Context, id string) (*T, error)
	observe func(*T) raySnapshot

	diagnose func(c *Client, ctx context.Context, id string) (*cloud.Diagnosis, error)
}

// A raySnapshot is what the service shows of a Ray cluster or a lab at one time.
type raySnapshot struct {
	Status  RayClusterStatus `json:"status,omitzero"`
	Message string           `json:"message,omitzero"`
	Started cloud.Timestamp  `json:"started,omitzero"` // when it was last started
	Stopped cloud.Timestamp  `json:"stopped,omitzero"` // when it was last stopped
}

// rayCreationChange is the resume state of the creation of a cluster or a lab, whose ID is new.
type rayCreationChange struct {
	ID   string `json:"id"`
	Name string `json:"name,omitzero"`
}

// Resource is the name of the cluster or the lab, or its ID.
func (s *rayCreationChange) Resource() string { return cmp.Or(s.Name, s.ID) }

// Check refuses a state that names nothing.
func (s *rayCreationChange) Check() error { return wait.Lacks("id", s.ID) }

// rayChange is the resume state of a change of an existing cluster or lab.
type rayChange struct {
	ID     string           `json:"id"`
	Goal   RayClusterStatus `json:"goal"`
	Before raySnapshot      `json:"before,omitzero"`

	course course
}

// Resource is the ID of the cluster or the lab.
func (s *rayChange) Resource() string { return s.ID }

// Check refuses a state that names nothing, or has no goal or no snapshot from before.
func (s *rayChange) Check() error {
	return wait.Lacks("id", s.ID, "goal", string(s.Goal), "before", string(s.Before.Status))
}

func (k *rayResource[T]) before(c *Client, ctx context.Context, s *rayChange) error {
	now, err := k.read(c, ctx, s.ID)
	if err != nil {
		return err
	}
	if s.Before = k.observe(now); s.Before.Status == "" {
		return &cloud.Error{Kind: cloud.ErrTransport, Message: "unexpected response before the change: it has no Status"}
	}
	return nil
}

// alreadyDeleted reports whether the resource was deleted before its deletion.
func (*rayResource[T]) alreadyDeleted(s *rayChange) bool {
	return s.Before.Status == RayClusterStatusDeleted
}

// started returns nil if a change was started although the call failed with err.
func (k *rayResource[T]) started(c *Client, ctx context.Context, s *rayChange, _ time.Time, err error) error {
	w := k.update(c, s)
	w.GoneIsSuccess = s.Goal == RayClusterStatusDeleted
	return startedAnyway(ctx, err, w, func(r *T) bool {
		now := k.observe(r)
		d := s.difference(now)
		return s.course.Saw(d.isUnderway()) || d.later || now.Status == s.Goal && !d.sameState
	})
}

func (k *rayResource[T]) creation(c *Client, s *rayCreationChange) cloud.WaitSpec[T] {
	return k.spec(c, s.ID, func(now *T) cloud.Verdict { return k.created(k.observe(now)) })
}

// created is the verdict on a new cluster or lab.
func (k *rayResource[T]) created(now raySnapshot) cloud.Verdict {
	v := rayCreated.Verdict(now.Status, now.Message)
	switch now.Status {
	case RayClusterStatusStopped:
		return superseded(v, "the "+k.what+" was stopped")
	case RayClusterStatusDeleted:
		return superseded(v, "the "+k.what+" is deleted")
	}
	return v
}

// update is the wait for a start or a stop. No response says which change it is about.
func (k *rayResource[T]) update(c *Client, s *rayChange) cloud.WaitSpec[T] {
	w := k.spec(c, s.ID, func(now *T) cloud.Verdict { return s.judge(k.what, k.observe(now)) })
	w.Confirm = wait.ConfirmWithin
	return w
}

func (k *rayResource[T]) deletion(c *Client, s *rayChange) cloud.WaitSpec[T] {
	w := k.spec(c, s.ID, func(now *T) cloud.Verdict { return s.judgeDeletion(k.what, k.observe(now)) })
	w.GoneIsSuccess, w.AppearWithin = true, 0
	return w
}

// state is the wait for a state, no matter what causes it. A failure counts only if it lasts, because what has failed
// may be started again.
func (k *rayResource[T]) state(c *Client, id string, statuses wait.Statuses[RayClusterStatus]) cloud.WaitSpec[T] {
	return k.spec(c, id, func(r *T) cloud.Verdict {
		now := k.observe(r)
		v := statuses.Verdict(now.Status, now.Message)
		v.Inferred = v.Outcome == cloud.Failed
		return v
	})
}

// gone is the wait until there is no longer such a resource.
func (k *rayResource[T]) gone(c *Client, id string) cloud.WaitSpec[T] {
	w := k.state(c, id, rayDeleted)
	w.GoneIsSuccess, w.AppearWithin = true, 0
	return w
}

func (k *rayResource[T]) spec(c *Client, id string, judge func(*T) cloud.Verdict) cloud.WaitSpec[T] {
	return cloud.WaitSpec[T]{
		Service:      service,
		Read:         func(ctx context.Context) (*T, error) { return k.read(c, ctx, id) },
		Judge:        judge,
		Diagnose:     func(ctx context.Context, _ *T) (*cloud.Diagnosis, error) { return k.diagnose(c, ctx, id) },
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}
}

// judge assumes that the change of what is as before has not begun.
func (s *rayChange) judge(what string, now raySnapshot) cloud.Verdict {
	v := cloud.Verdict{State: string(now.Status), Reason: now.Message}
	return s.course.verdict(s.difference(now), v, s.end(what, now), s.hasNewMessage(now))
}

// end is the verdict on a cluster or a lab if the change has begun.
func (s *rayChange) end(what string, now raySnapshot) cloud.Verdict {
	statuses := rayRunning
	if s.Goal == RayClusterStatusStopped {
		statuses = rayStopped
	}
	v := statuses.Verdict(now.Status, now.Message)
	switch {
	case now.Status == RayClusterStatusDeleted:
		return superseded(v, "the "+what+" is deleted")
	case v.Outcome == cloud.Pending && slices.Contains(raySettled, now.Status):
		v.Outcome, v.Reason = cloud.Failed, cmp.Or(v.Reason, s.restsAs(what, now))
	}
	return v
}

// judgeDeletion judges a cluster or a lab that still exists, or is shown as deleted.
func (s *rayChange) judgeDeletion(what string, now raySnapshot) cloud.Verdict {
	v, d := rayDeleted.Verdict(now.Status, now.Message), s.difference(now)
	begun := s.course.Saw(d.isUnderway())
	switch {
	case v.Outcome == cloud.Succeeded || !begun:
	case now.Status == RayClusterStatusFailed, d.settled && d.sameState:
		v.Outcome, v.Inferred, v.Reason = cloud.Failed, true, cmp.Or(v.Reason, s.restsAs(what, now))
	}
	return v
}

// hasNewMessage reports whether there is a message that was not there before the change.
func (s *rayChange) hasNewMessage(now raySnapshot) bool {
	return now.Message != "" && now.Message != s.Before.Message
}

// restsAs describes a cluster or a lab at rest.
func (s *rayChange) restsAs(what string, now raySnapshot) string {
	how := "the " + what + " is " + strings.ToLower(string(now.Status))
	if now.Status == s.Before.Status {
		how += " again"
	}
	return how
}

// difference counts an undocumented state as that of a change. What has reached the goal and still shows the time of
// the last start or stop from before may be from before it.
func (s *rayChange) difference(now raySnapshot) difference {
	d := difference{sameState: now.Status == s.Before.Status, settled: slices.Contains(raySettled, now.Status)}
	d.changing = !d.settled && !slices.Contains([]RayClusterStatus{"", RayClusterStatusFailed, RayClusterStatusDeleted}, now.Status)
	before, after := s.Before.Started, now.Started
	if s.Goal == RayClusterStatusStopped {
		before, after = s.Before.Stopped, now.Stopped
	}
	d.later = after > before
	d.earlier = after != 0 && (after < before || after == before && now.Status == s.Goal && !d.sameState)
	return d
}
