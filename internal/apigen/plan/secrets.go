package plan

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// secretWords are in the names of secrets, in any spelling. Tokens of pages and for idempotency may be shown.
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

// checkSecrets finds members that are named like a secret and are neither marked as sensitive nor as plain, so
// that a newer model cannot add a password that is printed.
func (b *builder) checkSecrets() {
	for _, st := range b.Structs {
		for _, f := range st.Fields {
			key := st.Shape.Name() + "." + f.Wire
			decided := f.Traits.Has(smithy.TraitSensitive) || f.Traits.Has(smithy.TraitToken) || slices.Contains(b.Overlay.Plain, key)
			if !decided && f.Type.Enum == nil && b.Model.HoldsText(f.Member) && looksSecret(f.Wire) {
				b.fail("%s is named like a secret: list it under sensitive in the overlay or, if it may be shown, under plain", key)
			}
		}
	}
}
