package plan

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

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
func (b *builder) checkSecrets() {
	for _, st := range b.Structs {
		for _, f := range st.Fields {
			key := st.Shape.Name() + "." + f.Wire
			decided := f.Traits.Has(smithy.TraitSensitive) || f.Traits.Has(smithy.TraitToken) || slices.Contains(b.Overlay.Plain, key)
			if !decided && f.Type.Enum == nil && b.Model.HoldsText(f.Member) && looksSecret(f.Wire) {
				b.fail("%s is called like a secret: list it under sensitive in the overlay or, if anybody may see it, under plain", key)
			}
		}
	}
}
