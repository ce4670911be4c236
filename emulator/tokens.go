package emulator

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// tokens remembers the answers to requests with idempotency tokens.
type tokens struct{ *memory[remembered] }

type remembered struct {
	request string
	answer  any
}

// maxTokens is how many requests a service remembers.
const maxTokens = 10_000

func newTokens() tokens { return tokens{newMemory[remembered](maxTokens)} }

// once carries out a request, unless it was carried out before with the same token: then the answer
// is the same as the first time. A refused request leaves the token free.
func (t tokens) once(r *received, token string, in any, life time.Duration, act func() (any, error)) (any, error) {
	if token == "" {
		return act()
	}
	r.token = token
	now := r.emulator.now()
	body, err := wire.Append(nil, in)
	if err != nil {
		return nil, err
	}
	key, request := r.operation+" "+token, r.Path+" "+string(body)
	if first, ok := t.get(key, now); ok && first.request == request {
		return first.answer, nil
	} else if ok {
		return nil, &refusal{code: "ValidationException", message: "The client token was used before with another request."}
	}
	answer, err := act()
	if err == nil {
		t.put(key, remembered{request, answer}, now, now.Add(life))
	}
	return answer, err
}
