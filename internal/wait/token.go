package wait

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// tokenVersion is the first part of every token, as [cloud.PeekToken] reads it.
const tokenVersion = "pc1"

// tokenHead is the first line of the payload of a token, which all operations share; [cloud.TokenInfo] has some of its
// members. Times are by the clock of the service.
type tokenHead struct {
	Region   string    `json:"region"`
	Account  string    `json:"account,omitzero"`
	Site     string    `json:"site,omitzero"`
	Resource string    `json:"resource,omitzero"`
	Started  time.Time `json:"started,omitzero"` // zero until the change has begun
	identity
	preparation
}

// An identity is how observers recognize a change.
type identity struct {
	ID          string `json:"id,omitzero"`          // of the change, and no other; tokens of older versions have none
	Traceparent string `json:"traceparent,omitzero"` // the span of its start, or else of its preparation
}

// A token says which change it is about, so that another process can start or follow it. As text it names version,
// service and operation, so that people can distinguish tokens, and ends with the encoded state and a checksum. The
// payload has a line for the head, one for the state, and until the change has begun one for the request. The checksum
// is not a signature: anyone who can write tokens can name any resource in them.
type token struct {
	tokenHead
	service, operation string
	payload            string
}

// encode writes the payload of a token: h, the operation's own state, and the request unless it is nil.
func (h tokenHead) encode(state, request any) (string, error) {
	payload, err := json.Marshal(h)
	if err != nil {
		return "", err
	}
	if payload, err = wire.Append(append(payload, '\n'), state); err != nil {
		return "", err
	}
	if request != nil {
		if payload, err = wire.AppendRequest(append(payload, '\n'), request); err != nil {
			return "", err
		}
	}
	return string(payload), nil
}

// tokenText writes a token as text.
func tokenText(service, operation, payload string) string {
	text := strings.Join([]string{tokenVersion, service, operation, base64.RawURLEncoding.EncodeToString([]byte(payload))}, ".")
	return fmt.Sprintf("%s.%08x", text, crc32.ChecksumIEEE([]byte(text)))
}

// decodeToken reads a token back into state and request, which stays as it is if the token has none. The error is an
// ErrInvalid if the token is not for op and the region of the client. The caller compares account and site.
func decodeToken(text string, api *transport.Client, op *transport.Operation, state, request any) (token, error) {
	origin := api.Origin()
	if origin.Service == "" {
		return token{}, transport.NotMade(op.Name)
	}
	t := token{service: origin.Service, operation: op.Name}
	if err := t.read(strings.TrimSpace(text), origin.Region, state, request); err != nil {
		return token{}, refusedToken(origin.Service, op.Name, err)
	}
	return t, nil
}

// refusedToken is the error of a token that cannot be resumed.
func refusedToken(service, operation string, err error) error {
	return &cloud.ValidationError{
		Service: service, Operation: operation, Problems: []cloud.Problem{{Field: "token", Rule: err.Error()}},
	}
}

func (t *token) read(text, region string, state, request any) error {
	info, err := cloud.PeekToken(text)
	if refused, ok := errors.AsType[*cloud.ValidationError](err); ok {
		return errors.New(refused.Problems[0].Rule)
	}
	switch {
	case info.Service != t.service || info.Operation != t.operation:
		return fmt.Errorf("is for %.60s %.120s, resume it there", info.Service, info.Operation)
	case info.Region != region:
		return otherRegion(info.Region, region)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[3])
	if err != nil {
		return err
	}
	t.payload = string(payload)
	lines := strings.SplitN(t.payload, "\n", 3)
	if err := json.Unmarshal([]byte(lines[0]), &t.tokenHead); err != nil {
		return fmt.Errorf("is damaged: %.200q", err.Error())
	}
	t.identity = identity{info.ID, info.Traceparent} // which PeekToken has checked
	return t.readRest(lines[1:], state, request)
}

// readRest reads the lines after the head.
func (t *token) readRest(lines []string, state, request any) error {
	pending := t.Started.IsZero()
	if len(lines) == 0 || (len(lines) == 2) != pending {
		return errors.New("is damaged: it is not complete")
	}
	if err := wire.UnmarshalString(lines[0], state); err != nil {
		return fmt.Errorf("is damaged: %.200q", err.Error())
	}
	if !pending {
		return nil
	}
	if err := wire.UnmarshalRequest([]byte(lines[1]), request); err != nil {
		return errors.New("is damaged: its request cannot be read") // the request may hold secrets
	}
	return t.preparation.check()
}

// holdsSecrets reports whether a state has a sensitive member that is not empty.
func holdsSecrets(state any) bool {
	redacted, err := wire.MarshalJSON(state)
	if err != nil {
		return true
	}
	full, err := wire.Revealed{V: state}.MarshalJSON()
	return err != nil || !bytes.Equal(redacted, full)
}
