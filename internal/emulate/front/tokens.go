package front

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// Tokens remembers the responses to requests with idempotency tokens.
type Tokens struct{ *world.Memory[tokenEntry] }

type tokenEntry struct {
	request  string
	response any
}

// maxTokens is how many requests a service remembers.
const maxTokens = 10_000

func NewTokens() Tokens { return Tokens{world.NewMemory[tokenEntry](maxTokens)} }

// Once executes a request, unless one with the same token was executed before: then it returns the response to
// that. A refused request does not use up its token.
func (t Tokens) Once(r *Received, token string, in any, life time.Duration, execute func() (any, error)) (any, error) {
	if token == "" {
		return execute()
	}
	r.token = token
	now := r.world.Now()
	body, err := wire.Append(nil, in)
	if err != nil {
		return nil, err
	}
	key, request := r.Operation+" "+token, r.Path+" "+string(body)
	if first, ok := t.Get(key, now); ok && first.request == request {
		return first.response, nil
	} else if ok {
		return nil, &Refusal{Code: "ValidationException", Message: "The client token was already used for a different request."}
	}
	resp, err := execute()
	if err == nil {
		t.Put(key, tokenEntry{request, resp}, now, now.Add(life))
	}
	return resp, err
}
