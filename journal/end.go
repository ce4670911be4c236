package journal

import (
	"encoding/json"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// End is how a change ended. All processes that run the change get the same one.
type End struct {
	Service    string
	Operation  string
	Outcome    cloud.Outcome // Succeeded, Failed or Canceled
	State      string        // the last state, in the service's words
	Reason     string        // the service's own explanation, where it gave one
	Superseded bool          // another change replaced this one; the outcome is Failed then
	Started    time.Time     // when the change began
	Ended      time.Time     // when its end was seen
	Took       time.Duration
	// Value is the last response as JSON, without its sensitive members; nil if there was none.
	Value json.RawMessage
}

// Err returns nil for a change that is live, and otherwise a *cloud.WaitError, which matches cloud.ErrFailed,
// cloud.ErrCanceled or cloud.ErrSuperseded.
func (e End) Err() error {
	if e.Outcome == cloud.Succeeded {
		return nil
	}
	return &cloud.WaitError{
		Service: e.Service, Operation: e.Operation, State: e.State, Outcome: e.Outcome, Reason: e.Reason, Superseded: e.Superseded,
		Elapsed: e.Took,
	}
}

type endJSON struct {
	Service    string          `json:"service,omitzero"`
	Operation  string          `json:"operation,omitzero"`
	Outcome    cloud.Outcome   `json:"outcome"`
	State      string          `json:"state,omitzero"`
	Reason     string          `json:"reason,omitzero"`
	Superseded bool            `json:"superseded,omitzero"`
	Started    time.Time       `json:"started"`
	Ended      time.Time       `json:"ended"`
	Took       duration        `json:"took"`
	Value      json.RawMessage `json:"value,omitempty"`
}

// MarshalJSON writes the end as one object; the duration is a string such as "1m30s".
func (e End) MarshalJSON() ([]byte, error) {
	return json.Marshal(endJSON{
		e.Service, e.Operation, e.Outcome, e.State, e.Reason, e.Superseded, e.Started, e.Ended, duration(e.Took), e.Value,
	})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *End) UnmarshalJSON(data []byte) error {
	var j endJSON
	err := json.Unmarshal(data, &j)
	*e = End{
		j.Service, j.Operation, j.Outcome, j.State, j.Reason, j.Superseded, j.Started, j.Ended, time.Duration(j.Took), j.Value,
	}
	return err
}

// valueOf returns a response as JSON without its sensitive members.
func valueOf(response any) json.RawMessage {
	text, err := json.Marshal(cloud.Result{Value: response})
	if err != nil {
		return nil
	}
	var shown struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(text, &shown); err != nil {
		return nil
	}
	return shown.Value
}
