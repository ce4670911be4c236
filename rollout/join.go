package rollout

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Join returns one rollout with the steps of several, such as those that recipes have made of the same Rollout. Their first
// waves become one wave, and so do those after it. All must have the same Name and Journal; all else but Resume is that of
// the first one.
func Join(first Rollout, others ...Rollout) (Rollout, error) {
	all := append([]Rollout{first}, others...)
	for i, r := range all {
		switch {
		case r.Name != first.Name:
			return first, joinError(i, "Name", fmt.Sprintf("%.60q", r.Name))
		case !isSame(r.Journal, first.Journal):
			return first, joinError(i, "Journal", "")
		}
	}
	joined := first
	joined.Steps, joined.Waves = nil, nil
	for wave, left := 1, true; left; wave++ {
		before := len(joined.Steps)
		left = false
		for _, r := range all {
			for i, s := range r.Steps {
				in := waveOf(r.Waves, i)
				left = left || in > wave
				if in == wave {
					joined.Steps = append(joined.Steps, s)
				}
			}
		}
		if size := len(joined.Steps) - before; size > 0 {
			joined.Waves = append(joined.Waves, size)
		}
	}
	joined.Resume = resumeAny(all)
	return joined, nil
}

// isSame reports whether two journals are one, as far as their type can be compared.
func isSame(a, b journal.Journal) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return reflect.TypeOf(a) == reflect.TypeOf(b) && (!reflect.TypeOf(a).Comparable() || a == b)
}

func joinError(i int, field, given string) error {
	return &cloud.ValidationError{Service: "rollout", Operation: "Join", Problems: []cloud.Problem{{
		Field: fmt.Sprintf("[%d].%s", i, field), Check: cloud.CheckRule, Rule: "must be that of the first rollout", Given: given,
	}}}
}

// resumeAny restores a change by the first of the rollouts that can.
func resumeAny(all []Rollout) func(string) (cloud.AnyChange, error) {
	return func(token string) (cloud.AnyChange, error) {
		var errs []error
		for _, r := range all {
			if r.Resume == nil {
				continue
			}
			ch, err := r.Resume(token)
			if err == nil {
				return ch, nil
			}
			errs = append(errs, err)
		}
		return nil, errors.Join(errs...)
	}
}
