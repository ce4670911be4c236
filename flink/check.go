package flink

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// The X_check.go files have the rules that the service states only in prose.

// requireInBody reports the members of a body, in pairs of name and value, that are empty. It is for creations that
// share their body with an update, which may leave those out.
func requireInBody(p *validate.Problems, body string, pairs ...string) {
	p.Enter(body)
	for i := 0; i < len(pairs); i += 2 {
		p.Present(pairs[i], pairs[i+1] != "")
	}
	p.Leave()
}
