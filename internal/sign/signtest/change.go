package signtest

import (
	"errors"
	"testing"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// Change is a change to a signed request, and the error of verifying it then;
// nil if the scheme does not cover what was changed.
type Change struct {
	Name  string
	Apply func(r *sign.Request)
	Want  error
}

// Changed makes a Change.
func Changed(name string, apply func(r *sign.Request), want error) Change {
	return Change{name, apply, want}
}

// Verify is the function Verify of a signer package.
type Verify func(r *sign.Request, secret func(accessKeyID string) (string, bool)) (sign.Check, error)

// RunChanges applies each change to a copy of a signed request and verifies it.
func RunChanges(t *testing.T, signed *sign.Request, c sign.Credentials, verify Verify, changes []Change) {
	t.Helper()
	secret := func(id string) (string, bool) { return c.SecretAccessKey, id == c.AccessKeyID }
	if _, err := verify(Clone(signed), secret); err != nil {
		t.Fatal("before any change: ", err)
	}
	for _, change := range changes {
		t.Run(change.Name, func(t *testing.T) {
			t.Parallel()
			r := Clone(signed)
			change.Apply(r)
			if _, err := verify(r, secret); !errors.Is(err, change.Want) {
				t.Errorf("got error %v, want %v", err, change.Want)
			}
		})
	}
}

// SetHeader changes a header to one value.
func SetHeader(name, value string) func(*sign.Request) {
	return func(r *sign.Request) { r.Header[name] = []string{value} }
}

// AddHeader adds a value to a header.
func AddHeader(name, value string) func(*sign.Request) {
	return func(r *sign.Request) { r.Header.Add(name, value) }
}

// DeleteHeader deletes a header.
func DeleteHeader(name string) func(*sign.Request) {
	return func(r *sign.Request) { delete(r.Header, name) }
}
