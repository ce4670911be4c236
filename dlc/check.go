package dlc

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// The X_check.go files have the rules that DLC states only in prose, and that its documented requests follow.

// required reports a member as missing if it is absent.
func required(p *validate.Problems, name string, absent bool) {
	if absent {
		p.Missing(name)
	}
}

// needs requires a string because of another member, with.
func needs(p *validate.Problems, name, value, with string) {
	if value == "" {
		p.Add(name, "required with "+with, nil)
	}
}
