package cloud

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"time"
	"unicode"
)

// TokenInfo is what a token says about its change, for tables and dashboards.
type TokenInfo struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Region    string `json:"region"`
	// ID is the same in all tokens of a change, and in no other's; empty in those of versions without it.
	ID string `json:"id,omitzero"`
	// Account is the account number or a key ID, where the credentials tell; see Config.AllowForeignTokens.
	Account string `json:"account,omitzero"`
	// Resource is what the change is about: "kx7example/hdb-prod"; empty if only the service will name it.
	Resource string    `json:"resource,omitzero"`
	Prepared time.Time `json:"prepared,omitzero"` // by the clock of the service, as far as it was known
	Started  time.Time `json:"started,omitzero"`  // zero if the token was made before the start
	// Traceparent is the span of the start, and before that the one of the preparation, as in the header of W3C Trace
	// Context; empty without an Observer that is a Tracer.
	Traceparent string `json:"traceparent,omitzero"`
}

const (
	// tokenVersion is the first part of every token; another number means another layout.
	tokenVersion = "pc1"
	// maxToken is far more than any request and any state takes, in bytes.
	maxToken = 8 << 20
)

// PeekToken reads what a token says about its change, without a client of its service. A token that Resume would not
// accept anywhere is an ErrInvalid. A token is not signed: anyone can write one.
func PeekToken(token string) (TokenInfo, error) {
	info, err := peekToken(strings.TrimSpace(token))
	if err != nil {
		return TokenInfo{}, &ValidationError{Service: "token", Problems: []Problem{{Field: "token", Rule: err.Error()}}}
	}
	return info, nil
}

func peekToken(text string) (info TokenInfo, err error) {
	end := max(strings.LastIndexByte(text, '.'), 0)
	body, sum := text[:end], strings.TrimPrefix(text[end:], ".")
	switch {
	case text == "":
		return info, errors.New("required")
	case len(text) > maxToken:
		return info, errors.New("is longer than any token")
	case !strings.HasPrefix(text, "pc") || strings.Count(body, ".") != 3 || strings.ContainsFunc(text, unicode.IsControl):
		return info, errors.New("is not a token of a change")
	}
	parts := strings.Split(body, ".")
	switch {
	case parts[0] != tokenVersion:
		return info, fmt.Errorf("has version %.12q, this module reads %s", parts[0], tokenVersion)
	case sum != fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body))):
		return info, errors.New("is damaged: its checksum does not match")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[3])
	if err != nil {
		return info, errors.New("is damaged: its state is not base64")
	}
	head, _, _ := bytes.Cut(payload, []byte("\n"))
	if err := json.Unmarshal(head, &info); err != nil {
		return info, fmt.Errorf("is damaged: %.200q", err.Error())
	}
	info.Service, info.Operation = parts[1], parts[2]
	info.dropInvalid()
	return info, info.check()
}

// maxID is more than any ID has, in bytes.
const maxID = 64

// dropInvalid drops what only observers use, if it is not what this module writes: a change must not be lost for that.
func (i *TokenInfo) dropInvalid() {
	if len(i.ID) > maxID || strings.Trim(i.ID, "-0123456789abcdef") != "" {
		i.ID = ""
	}
	if !isTraceparent(i.Traceparent) {
		i.Traceparent = ""
	}
}

// check refuses times that no clock shows.
func (i *TokenInfo) check() error {
	if i.Started.IsZero() && i.Prepared.IsZero() {
		return errors.New("is damaged: it has no time")
	}
	for _, t := range []time.Time{i.Started, i.Prepared} {
		if !t.IsZero() && (t.Year() < 1990 || t.Year() > 2200) {
			return errors.New("is damaged: its time is out of range")
		}
	}
	return nil
}

// A Resumer restores changes from tokens; the clients of all services do.
type Resumer interface {
	Resume(token string) (AnyChange, error)
}

// Resume restores the change of a token with the first of the clients that accepts it, whatever its service, region
// and operation.
func Resume(token string, clients ...Resumer) (AnyChange, error) {
	info, err := PeekToken(token)
	if err != nil {
		return nil, err
	}
	refused := error(&ValidationError{Service: "token", Problems: []Problem{{
		Field: "token", Rule: fmt.Sprintf("is for %s in region %q, for which there is no client", info.Service, info.Region),
	}}})
	for _, c := range clients {
		ch, err := c.Resume(token)
		if err == nil {
			return ch, nil
		}
		if e, ok := errors.AsType[*ValidationError](err); ok && e.Service == info.Service {
			refused = err // it says more
		}
	}
	return nil, refused
}
