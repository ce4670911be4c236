package emulator

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// tokens remembers the responses to requests with idempotency tokens.
type tokens struct{ *memory[tokenEntry] }

type tokenEntry struct {
	request  string
	response any
}

// maxTokens is how many requests a service remembers.
const maxTokens = 10_000

func newTokens() tokens { return tokens{newMemory[tokenEntry](maxTokens)} }

// once executes a request, unless one with the same token was executed before: then it returns the response to
// that. A refused request does not use up its token.
func (t tokens) once(r *received, token string, in any, life time.Duration, execute func() (any, error)) (any, error) {
	if token == "" {
		return execute()
	}
	r.token = token
	now := r.emulator.now()
	body, err := wire.Append(nil, in)
	if err != nil {
		return nil, err
	}
	key, request := r.operation+" "+token, r.Path+" "+string(body)
	if first, ok := t.get(key, now); ok && first.request == request {
		return first.response, nil
	} else if ok {
		return nil, &refusal{code: "ValidationException", message: "The client token was already used for a different request."}
	}
	resp, err := execute()
	if err == nil {
		t.put(key, tokenEntry{request, resp}, now, now.Add(life))
	}
	return resp, err
}
