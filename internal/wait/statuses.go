package wait

import (
	"fmt"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Statuses says what the statuses of a resource mean for one change or awaited state. A status in none of the lists
// means pending.
type Statuses[E ~string | ~int] struct {
	Succeeded []E
	Failed    []E
	Canceled  []E
}

// Outcome returns what a status means.
func (t Statuses[E]) Outcome(status E) cloud.Outcome {
	switch {
	case slices.Contains(t.Succeeded, status):
		return cloud.Succeeded
	case slices.Contains(t.Failed, status):
		return cloud.Failed
	case slices.Contains(t.Canceled, status):
		return cloud.Canceled
	}
	return cloud.Pending
}

// Verdict returns what a response with this status means, with the service's own reason for it.
func (t Statuses[E]) Verdict(status E, reason string) cloud.Verdict {
	return cloud.Verdict{State: fmt.Sprint(status), Outcome: t.Outcome(status), Reason: reason}
}

// String lists the statuses by what they mean.
func (t Statuses[E]) String() string {
	var parts []string
	for _, part := range []struct {
		outcome  cloud.Outcome
		statuses []E
	}{{cloud.Succeeded, t.Succeeded}, {cloud.Failed, t.Failed}, {cloud.Canceled, t.Canceled}} {
		if len(part.statuses) > 0 {
			parts = append(parts, part.outcome.String()+" "+strings.Trim(fmt.Sprint(part.statuses), "[]"))
		}
	}
	return strings.Join(parts, "; ")
}

// Superseded is the verdict v on a change that another one has replaced.
func Superseded(v cloud.Verdict, why string) cloud.Verdict {
	v.Outcome, v.Superseded, v.Reason = cloud.Failed, true, "superseded: "+why
	return v
}
