package release

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// A writeState is what the token of a write holds.
type writeState struct {
	Resource string    `json:"resource"`
	Prepared time.Time `json:"prepared,omitzero"`
	Started  time.Time `json:"started,omitzero"`
	// Before and After have the members that change; null is one that is not there.
	Before members `json:"before"`
	After  members `json:"after"`
	Ticket string  `json:"ticket,omitzero"`
}

// Resume restores a write of its token.
func (w writes[T]) Resume(token string) (cloud.AnyChange, error) {
	info, err := cloud.PeekToken(token)
	if err != nil {
		return nil, err
	}
	refused := &cloud.ValidationError{Service: "token", Problems: []cloud.Problem{{Field: "token", Rule: "is not of a " + w.operation}}}
	if info.Service != w.service || info.Operation != w.operation {
		return nil, refused
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(strings.TrimSpace(token), ".")[3])
	if err != nil {
		return nil, refused
	}
	one := &writing[T]{writes: w}
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	if err := d.Decode(&one.writeState); err != nil || one.Resource == "" {
		return nil, refused
	}
	return one.change(), nil
}

func (w *writing[T]) token() string {
	payload, err := json.Marshal(w.writeState)
	if err != nil {
		panic(err) // it has nothing but JSON
	}
	text := strings.Join([]string{"pc1", w.service, w.operation, base64.RawURLEncoding.EncodeToString(payload)}, ".")
	return fmt.Sprintf("%s.%08x", text, crc32.ChecksumIEEE([]byte(text)))
}
