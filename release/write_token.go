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
	cloud.Origin
	Resource string    `json:"resource"`
	Prepared time.Time `json:"prepared,omitzero"`
	Started  time.Time `json:"started,omitzero"`
	// Before and After have the members that change; null is one that is not there.
	Before members `json:"before"`
	After  members `json:"after"`
	Ticket string  `json:"ticket,omitzero"`
}

// Resume restores a write of its token. It is errOther if that is of another change.
func (w writes[T]) Resume(token string) (cloud.AnyChange, error) {
	info, err := cloud.PeekToken(token)
	if err != nil {
		return nil, err
	}
	if info.Service != w.service || info.Operation != w.operation {
		return nil, errOther
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(strings.TrimSpace(token), ".")[3])
	if err != nil {
		return nil, w.refused("is damaged: its state is not base64")
	}
	if bytes.ContainsRune(payload, '\n') { // those of the service packages have more than one line
		return nil, errOther
	}
	one := &writing[T]{writes: w}
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	if err := d.Decode(&one.writeState); err != nil || one.Resource == "" {
		return nil, w.refused("is damaged: its state cannot be read") // it may hold secrets
	}
	if err := w.client.CheckOrigin(one.Origin); err != nil {
		return nil, err
	}
	return one.change(), nil
}

func (w writes[T]) refused(rule string) error {
	return &cloud.ValidationError{Service: w.service, Operation: w.operation, Problems: []cloud.Problem{{Field: "token", Rule: rule}}}
}

func (w *writing[T]) token() string {
	payload, err := json.Marshal(w.writeState)
	if err != nil {
		panic(err) // it has nothing but JSON
	}
	text := strings.Join([]string{"pc1", w.service, w.operation, base64.RawURLEncoding.EncodeToString(payload)}, ".")
	return fmt.Sprintf("%s.%08x", text, crc32.ChecksumIEEE([]byte(text)))
}
