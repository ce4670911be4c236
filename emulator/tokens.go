package emulator

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// tokens remembers the answers to requests with idempotency tokens.
type tokens map[string]remembered

type remembered struct {
	request string
	answer  any
	until   time.Time
}

// once carries out a request, unless it was carried out before with the same token: then the answer
// is the same as the first time. A refused request leaves the token free.
func (t tokens) once(r *received, token string, in any, life time.Duration, act func() (any, error)) (any, error) {
	if token == "" {
		return act()
	}
	r.token = token
	now := r.emulator.now()
	for k, v := range t {
		if !now.Before(v.until) {
			delete(t, k)
		}
	}
	body, err := wire.Append(nil, in)
	if err != nil {
		return nil, err
	}
	key, request := r.operation+" "+token, r.Path+" "+string(body)
	if first, ok := t[key]; ok && first.request == request {
		return first.answer, nil
	} else if ok {
		return nil, &refusal{code: "ValidationException", message: "The client token was used before with another request."}
	}
	answer, err := act()
	if err == nil {
		t[key] = remembered{request, answer, now.Add(life)}
	}
	return answer, err
}
