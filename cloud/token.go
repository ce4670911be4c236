package cloud

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// tokenVersion is the first part of every token; another number means another layout.
const tokenVersion = "pc1"

// A Token says which change a Waiter tracks, so that another process can go on waiting for it. Its
// text names version, service and operation, so that a person can tell tokens apart, and ends with
// the encoded state and a checksum. It holds no secrets.
type Token struct {
	Service   string
	Operation string
	Region    string
	Started   time.Time
}

// tokenHead is the part of the encoded state that all operations share.
type tokenHead struct {
	Region  string    `json:"region"`
	Started time.Time `json:"started"`
}

// Encode writes t and the operation's own state, a struct with json tags, as one line of text.
func (t Token) Encode(state any) string {
	head, err := wire.Append(nil, &tokenHead{t.Region, t.Started})
	if err == nil {
		head, err = wire.Append(append(head, '\n'), state)
	}
	if err != nil {
		// Only a state that JSON cannot hold gets here; a NaN, for one.
		return ""
	}
	payload := base64.RawURLEncoding.EncodeToString(head)
	text := strings.Join([]string{tokenVersion, t.Service, t.Operation, payload}, ".")
	return fmt.Sprintf("%s.%08x", text, crc32.ChecksumIEEE([]byte(text)))
}

// DecodeToken reads a token back into state. It must have been written for the same service,
// operation and region as want names; what does not fit is an ErrInvalid.
func DecodeToken(text string, want Token, state any) (Token, error) {
	refuse := func(rule string) error {
		return &ValidationError{Service: want.Service, Operation: want.Operation, Problems: []Problem{{Field: "token", Rule: rule}}}
	}
	text = strings.TrimSpace(text)
	body, sum, ok := cutLast(text, '.')
	parts := strings.Split(body, ".")
	switch {
	case want.Service == "":
		return Token{}, &ValidationError{Service: "client", Operation: want.Operation, Problems: []Problem{{Field: "Client", Rule: "must be made with New"}}}
	case text == "":
		return Token{}, refuse("required")
	case !strings.HasPrefix(text, "pc") || !ok || len(parts) != 4:
		return Token{}, refuse("is not a resume token")
	case parts[0] != tokenVersion:
		return Token{}, refuse(fmt.Sprintf("has version %.12q, this module reads %s", parts[0], tokenVersion))
	case sum != fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body))):
		return Token{}, refuse("is damaged: its checksum does not match")
	case parts[1] != want.Service || parts[2] != want.Operation:
		return Token{}, refuse(fmt.Sprintf("is for %s %s, resume it there", parts[1], parts[2]))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[3])
	if err != nil {
		return Token{}, refuse("is damaged: its state is not base64")
	}
	headText, stateText, _ := strings.Cut(string(payload), "\n")
	var head tokenHead
	if err := wire.Unmarshal([]byte(headText), &head); err != nil {
		return Token{}, refuse("is damaged: " + err.Error())
	}
	if err := wire.Unmarshal([]byte(stateText), state); err != nil {
		return Token{}, refuse("is damaged: " + err.Error())
	}
	if head.Region != want.Region {
		return Token{}, refuse(fmt.Sprintf("is for region %q, this client is for %q", head.Region, want.Region))
	}
	return Token{Service: want.Service, Operation: want.Operation, Region: head.Region, Started: head.Started}, nil
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
