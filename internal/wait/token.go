package wait

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"time"
	"unicode"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// tokenVersion is the first part of every token; another number means another layout.
const tokenVersion = "pc1"

// maxToken is far more than any state takes, in bytes.
const maxToken = 1 << 20

// A token says which change a waiter tracks, so that another process can resume the wait. Its string
// names version, service and operation, so that people can distinguish tokens, and ends with the encoded
// state and a checksum. It holds no secrets, but its checksum is not a signature: anyone who can write
// tokens can name any resource in them.
type token struct {
	transport.Origin
	operation string
	started   time.Time
}

// tokenHead is the part of the encoded state that all operations share. Tokens of earlier versions lack the last two
// members.
type tokenHead struct {
	Region  string    `json:"region"`
	Started time.Time `json:"started"`
	Account string    `json:"account,omitzero"`
	Site    *string   `json:"site,omitzero"`
}

// encode writes t and the operation's own state, a struct with json tags, as one line.
func (t token) encode(state any) (string, error) {
	head, err := wire.Append(nil, &tokenHead{t.Region, t.started, t.Account, &t.Site})
	if err == nil {
		head, err = wire.Append(append(head, '\n'), state)
	}
	if err != nil {
		return "", err
	}
	payload := base64.RawURLEncoding.EncodeToString(head)
	text := strings.Join([]string{tokenVersion, t.Service, t.operation, payload}, ".")
	return fmt.Sprintf("%s.%08x", text, crc32.ChecksumIEEE([]byte(text))), nil
}

// decodeToken reads a token back into state. The error is an ErrInvalid if the token is not for the service,
// operation and region of want. The caller compares account and site; those of want are returned for a token of
// an earlier version, which has none.
func decodeToken(text string, want token, state any) (token, error) {
	if want.Service == "" {
		return token{}, transport.NotMade(want.operation)
	}
	head, err := readToken(strings.TrimSpace(text), want, state)
	if err != nil {
		return token{}, refusedToken(want.Service, want.operation, err)
	}
	t := want
	t.Account, t.started = head.Account, head.Started
	if head.Site != nil {
		t.Site = *head.Site
	}
	return t, nil
}

// refusedToken is the error of a token that cannot be resumed.
func refusedToken(service, operation string, err error) error {
	return &cloud.ValidationError{
		Service: service, Operation: operation, Problems: []cloud.Problem{{Field: "token", Rule: err.Error()}},
	}
}

func readToken(text string, want token, state any) (head tokenHead, err error) {
	body, sum, _ := cutLast(text, '.')
	parts := strings.Split(body[:min(len(body), maxToken)], ".")
	switch {
	case text == "":
		return head, errors.New("required")
	case len(text) > maxToken:
		return head, errors.New("is longer than any resume token")
	case !strings.HasPrefix(text, "pc") || len(parts) != 4 || strings.ContainsFunc(text, unicode.IsControl):
		return head, errors.New("is not a resume token")
	case parts[0] != tokenVersion:
		return head, fmt.Errorf("has version %.12q, this module reads %s", parts[0], tokenVersion)
	case sum != fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body))):
		return head, errors.New("is damaged: its checksum does not match")
	case parts[1] != want.Service || parts[2] != want.operation:
		return head, fmt.Errorf("is for %.60s %.120s, resume it there", parts[1], parts[2])
	}
	return readState(parts[3], want, state)
}

// readState reads the last part of a token.
func readState(text string, want token, state any) (head tokenHead, err error) {
	payload, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return head, errors.New("is damaged: its state is not base64")
	}
	headText, stateText, _ := bytes.Cut(payload, []byte("\n"))
	if err := wire.Unmarshal(headText, &head); err != nil {
		return head, fmt.Errorf("is damaged: %.200q", err.Error())
	}
	if err := wire.Unmarshal(stateText, state); err != nil {
		return head, fmt.Errorf("is damaged: %.200q", err.Error())
	}
	switch {
	case head.Region != want.Region:
		return head, fmt.Errorf("is for region %.60q, this client is for %q", head.Region, want.Region)
	case head.Started.Year() < 1990 || head.Started.Year() > 2200: // no clock is that far off
		return head, errors.New("is damaged: it has no start time")
	}
	return head, nil
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
