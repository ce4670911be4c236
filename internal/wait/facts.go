package wait

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// Facts are what the documentation of a package says of a change.
type Facts struct {
	Recognized bool          // a repeated start is recognized
	TokenLife  time.Duration // by an idempotency token that the service remembers for so long
	Undone     bool
	Canceled   bool
	Within     time.Duration
}

// FactsOf reads a declaration.
func FactsOf[C, R, O, S, T any](c C, ch *Change[C, R, O, S, T]) Facts {
	return Facts{
		Recognized: ch.TokenLife > 0 || ch.Began != nil, TokenLife: ch.TokenLife,
		Undone: ch.Restore != nil || ch.Undo != nil, Canceled: ch.Cancel != nil,
		Within: ch.Spec(c, newOf(ch.hooks().state).(S)).Within,
	}
}

// OperationOf returns the operation of a token; empty if it is not one.
func OperationOf(text string) string {
	info, err := cloud.PeekToken(text)
	if err != nil {
		return ""
	}
	return info.Operation
}

// NoOperation refuses a token of no operation of the client's service.
func NoOperation(api *transport.Client, text string) error {
	t := token{service: api.Origin().Service}
	if t.service == "" {
		return transport.NotMade("Resume")
	}
	return refusedToken(t.service, "Resume", t.read(text, api.Origin().Region, nil, nil))
}
