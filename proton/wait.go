package proton

import (
	"context"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/validate"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The maximum times of waits. The package documentation lists them.
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
func pollSpec[Q, T any](
	get func(context.Context, Q) (*T, error), r Q, within time.Duration, judge func(*T) cloud.Verdict,
) cloud.WaitSpec[T] {
	return cloud.WaitSpec[T]{
		Service: service,
		Within:  within,
		Read:    func(ctx context.Context) (*T, error) { return get(ctx, r) },
		Judge:   judge,
	}
}

// pageSize is how many items of a list one request asks for.
const pageSize = 100

// sharing makes w share the reads of a list of summaries. show makes of one what the wait polls, or nil if the summary
// is not enough.
func sharing[I, T any](c *Client, w cloud.WaitSpec[T], l wait.List[I, T], show func(*I) *T) cloud.WaitSpec[T] {
	l.PerCall, l.IsPartial = pageSize, true
	l.Show = func(items []*I) *T {
		if items[0] == nil {
			return nil
		}
		return show(items[0])
	}
	return wait.Share(c.api, w, &l)
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

// mustDeploy refuses an update that starts no deployment, because there is nothing to wait for. method is the one to
// call instead.
func mustDeploy[T ~string](deployment T, method string) error {
	if string(deployment) != string(DeploymentUpdateTypeNone) {
		return nil
	}
	var p validate.Problems
	p.Add("deploymentType", "must start a deployment; call "+method+" to change only metadata", string(deployment))
	return p.Err("", "")
}

// beforeDeletion drops the error of the read before a deletion if it is ErrNotFound: a new resource may not be visible
// yet.
func beforeDeletion(err error) error {
	if cloud.KindOf(err) == cloud.ErrNotFound {
		return nil
	}
	return err
}

// replaced is the verdict on a response that shows an older or newer resource, which has the same name or number.
func replaced(v cloud.Verdict, age int, has string) cloud.Verdict {
	if age > 0 {
		return wait.Superseded(v, "it was deleted, and a new one has its "+has)
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

// abandoned is the verdict on a change that was under way and ended without any effect.
func abandoned(v cloud.Verdict, how string) cloud.Verdict {
	v.Outcome, v.Inferred, v.Reason = cloud.Failed, true, with("abandoned: the state is "+v.State+" again, "+how, v.Reason)
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
