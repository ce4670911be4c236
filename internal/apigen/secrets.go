package main

import (
	"errors"
	"slices"
	"strings"
)

// applySensitive marks the members that must not be printed.
func (o *overlay) applySensitive(m *model) error {
	var problems []error
	for _, key := range o.Sensitive {
		if name, everywhere := strings.CutPrefix(key, "*."); everywhere {
			if !m.setSensitive(name) {
				problems = append(problems, noSuchKey(key))
			}
			continue
		}
		t, err := traitsAt(m, key)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		t[traitSensitive] = newObject()
	}
	return errors.Join(problems...)
}

// setSensitive marks all members of a name that hold text, and reports whether there are any. Members that are
// structures or lists of them are left to the marks of what is in them.
func (m *model) setSensitive(name string) bool {
	found := false
	for _, s := range m.shapes {
		x := s.member(name)
		if x == nil || !m.holdsText(x) {
			continue
		}
		x.traits[traitSensitive] = newObject()
		found = true
	}
	return found
}

// holdsText reports whether a member is a text, a document, or a list or map of them. Numbers and flags give
// nothing away.
func (m *model) holdsText(x *member) bool {
	switch s := m.target(x.target); s.kind {
	case "string", "document":
		return true
	case "list", "map":
		return m.holdsText(s.item)
	}
	return false
}

// secretWords are in the names of secrets, of whatever spelling. Access to a page and idempotency are tokens too,
// of a kind that may be shown.
var (
	secretWords = []string{
		"password", "passwd", "pwd", "passphrase", "secret", "accesskey", "privatekey", "apikey", "signingkey", "credential", "keytab",
		"authorization", "authheader", "authinfo", "authkey", "token",
	}
	plainTokens = []string{"nexttoken", "previoustoken", "prevtoken", "pagetoken", "continuationtoken", "clienttoken"}
)

// looksSecret reports whether a name is that of a secret.
func looksSecret(name string) bool {
	plain := strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "").Replace(name))
	if slices.Contains(plainTokens, plain) {
		return false
	}
	return strings.HasSuffix(plain, "auth") || slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(plain, w) })
}

// checkSecrets finds members that are called like a secret and are neither marked nor known to be none, so
// that a newer model cannot bring in a password that is printed.
func (b *goBuilder) checkSecrets() {
	for _, st := range b.structs {
		for _, f := range st.fields {
			key := st.shape.name() + "." + f.wire
			decided := f.traits.has(traitSensitive) || f.traits.has(traitToken) || slices.Contains(b.overlay.Plain, key)
			if !decided && f.typ.enum == nil && b.model.holdsText(f.member) && looksSecret(f.wire) {
				b.fail("%s is called like a secret: list it under sensitive in the overlay or, if anybody may see it, under plain", key)
			}
		}
	}
}
