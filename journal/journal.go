package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Journal keeps one entry for each change. [Memory], [Dir] and [SQL] make one; others are easily written over anything
// that has a compare-and-swap.
type Journal interface {
	// Load returns the entry of a key, or the zero Entry if there is none.
	Load(ctx context.Context, key string) (Entry, error)
	// Store records e with the version e.Version+1 if the recorded version is still e.Version, and 0 if there is no
	// entry; otherwise it changes nothing and returns ErrChanged. When Store returns nil, e must survive a crash. An
	// entry that was not stored for any other reason is an error too, even if it may have been.
	Store(ctx context.Context, e Entry) error
}

// ErrChanged is the error of a Store whose entry was changed by somebody else since it was loaded.
var ErrChanged = errors.New("journal: the entry was changed by somebody else")

// Entry is what a Journal keeps of one change.
type Entry struct {
	Key     string `json:"key"`
	Version int64  `json:"version"`
	// Token restores the change. Until the change has begun it holds the request and is as secret as that; from then
	// on it holds what was there before the change. It is empty if a refused change has to be prepared anew.
	Token cloud.Secret `json:"token,omitzero"`
	Steps Steps        `json:"steps,omitzero"`
	// Dropped is how many steps have been left out, because a change had more than MaxSteps.
	Dropped int  `json:"dropped,omitzero"`
	End     *End `json:"end,omitzero"` // nil until the change has ended
}

// MaxSteps is how many steps an entry keeps. Of more, the first one and the latest are kept.
const MaxSteps = 200

// with returns a copy of e with more steps.
func (e Entry) with(steps ...Step) Entry {
	e.Steps = append(append(make(Steps, 0, len(e.Steps)+len(steps)), e.Steps...), steps...)
	if surplus := len(e.Steps) - MaxSteps; surplus > 0 {
		e.Steps = append(e.Steps[:1], e.Steps[1+surplus:]...)
		e.Dropped += surplus
	}
	return e
}

const maxKey = 500

// checkKey refuses keys that not every journal can hold.
func checkKey(key string) error {
	var rule string
	switch {
	case key == "":
		rule = "required"
	case len(key) > maxKey:
		rule = fmt.Sprintf("must have at most %d bytes", maxKey)
	case !utf8.ValidString(key):
		rule = "must be valid UTF-8"
	case strings.ContainsFunc(key, unicode.IsControl):
		rule = "must have no control characters"
	default:
		return nil
	}
	given := ""
	if key != "" {
		given = fmt.Sprintf("%.60q", key)
	}
	return &cloud.ValidationError{Service: "journal", Problems: []cloud.Problem{{Field: "key", Rule: rule, Given: given}}}
}
