package proton

import (
	"context"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/validate"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The longest times of waits. The documentation of the package lists them.
const (
	deploymentWithin         = 72 * time.Hour
	serviceWithin            = 72 * time.Hour
	templateWithin           = 6 * time.Hour
	connectionWithin         = 30 * 24 * time.Hour
	connectionDeletionWithin = 6 * time.Hour
	syncWithin               = 24 * time.Hour
)

// A change declares how one operation of this package is begun and followed.
type change[R, O, S, T any] = wait.Change[*Client, *R, *O, *S, T]

// pollSpec describes a wait that polls with get.
func pollSpec[Q, T any](get func(context.Context, Q) (*T, error), r Q, within time.Duration, judge func(*T) cloud.Verdict) cloud.WaitSpec[T] {
	return cloud.WaitSpec[T]{
		Service: service,
		Within:  within,
		Read:    func(ctx context.Context) (*T, error) { return get(ctx, r) },
		Judge:   judge,
	}
}

// creationSpec makes w a wait for a resource that may not be visible at once.
func creationSpec[T any](w cloud.WaitSpec[T]) cloud.WaitSpec[T] {
	w.AppearWithin = wait.AppearsWithin
	return w
}

// deletionSpec makes w a wait for a resource to be gone.
func deletionSpec[T any](w cloud.WaitSpec[T]) cloud.WaitSpec[T] {
	w.GoneIsSuccess = true
	return w
}

// mustDeploy refuses an update that starts no deployment, because there is nothing to wait for. method is what to
// call instead.
func mustDeploy[T ~string](deployment T, method string) error {
	if string(deployment) != string(DeploymentUpdateTypeNone) {
		return nil
	}
	var p validate.Problems
	p.Add("deploymentType", "must start a deployment; call "+method+" for metadata alone", string(deployment))
	return p.Err("", "")
}

// madeSince returns nil if the creation that failed with err was carried out by an earlier attempt: the resource
// that stands in the way was created since sent, or is not visible yet. Otherwise it returns err. read returns
// when the resource was created and whether it still is being created.
func madeSince(sent time.Time, err error, read func() (createdAt time.Time, underway bool, err error)) error {
	if !wait.Accepted(err, cloud.ErrConflict) {
		return err
	}
	createdAt, underway, readErr := read()
	if cloud.KindOf(readErr) == cloud.ErrNotFound {
		return nil
	}
	if readErr != nil || !wait.MadeSince(sent, createdAt, underway) {
		return err
	}
	return nil
}

// beforeDeletion takes the error of the read before a deletion. What is new may not be visible yet.
func beforeDeletion(err error) error {
	if cloud.KindOf(err) == cloud.ErrNotFound {
		return nil
	}
	return err
}

// deletionRefused returns nil if the deletion that failed with err may have been carried out by an earlier attempt.
// wasThere says that the resource was read before.
func deletionRefused(err error, wasThere bool, refusal *wait.Refusal) error {
	if wasThere && wait.Accepted(err, cloud.ErrNotFound) || refusal.Note(err, cloud.ErrConflict) {
		return nil
	}
	return err
}

// sameTime is how far apart reads may say one time, because services round it.
const sameTime = time.Second

// compareTimes is like wait.Age for times that come from reads, which differ by less.
func compareTimes(shown, ours time.Time) int {
	apart := shown.Sub(ours)
	switch {
	case shown.IsZero() || ours.IsZero():
		return 0
	case apart > sameTime:
		return 1
	case apart < -sameTime:
		return -1
	}
	return 0
}

// superseded is the verdict on a change that another one has replaced.
func superseded(v cloud.Verdict, why string) cloud.Verdict {
	v.Outcome, v.Superseded, v.Reason = cloud.Failed, true, "superseded: "+why
	return v
}

// replaced is the verdict on a response that shows an older or newer resource, which has the same name or number.
func replaced(v cloud.Verdict, age int, has string) cloud.Verdict {
	if age > 0 {
		return superseded(v, "it was deleted, and a new one has its "+has)
	}
	v.Outcome = cloud.Pending
	return v
}

// deletedOrStale is the verdict on a deletion when a response shows a newer resource of the same name, or an older one.
func deletedOrStale(v cloud.Verdict, age int) cloud.Verdict {
	v.Outcome = cloud.Pending
	if age > 0 {
		v.Outcome = cloud.Succeeded
	}
	return v
}

// givenUp is the verdict on a change that was under way and no longer is, without any effect.
func givenUp(v cloud.Verdict, how string) cloud.Verdict {
	v.Outcome, v.Inferred, v.Reason = cloud.Failed, true, with("given up: the state is "+v.State+" again, "+how, v.Reason)
	return v
}

// refused is the verdict on a change of which the resource shows nothing. It is a failure if the service refused
// the repeated start.
func refused(v cloud.Verdict, refusal wait.Refusal) cloud.Verdict {
	v.Outcome = cloud.Pending
	if why := refusal.Reason(); why != "" {
		v.Outcome, v.Inferred, v.Reason = cloud.Failed, true, why
	}
	return v
}

// with adds a message of the service to a reason, unless the reason has it already.
func with(reason, message string) string {
	switch {
	case message == "" || strings.Contains(reason, message):
		return reason
	case reason == "":
		return message
	}
	return reason + ": " + message
}
