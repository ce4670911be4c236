package aws

import (
	"cmp"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// Missing and Exists are the refusals for declared resources: with the declared code, or the one that the services share.
func Missing(code, what, id string) error {
	return &front.Refusal{
		Code: cmp.Or(code, "ResourceNotFoundException"), Message: "The " + words(what) + " \"" + id + "\" does not exist.",
	}
}

func Exists(code, what, id string) error {
	return &front.Refusal{Code: cmp.Or(code, "ConflictException"), Message: "The " + words(what) + " " + id + " already exists."}
}

// words returns the name of a kind as words: ServiceTemplate is a service template.
func words(name string) string {
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// Time formats a time where these services have strings for it.
func Time(t time.Time) string { return t.Format(time.RFC3339) }
