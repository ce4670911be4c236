package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Event is what a step was.
type Event string

const (
	// EventQueued is a change that was prepared, or whose start was refused, and that nobody has started: another process
	// will.
	EventQueued Event = "queued"
	// EventPrepared is a change that was prepared, before anything was sent.
	EventPrepared Event = "prepared"
	// EventStarted is a change that has begun, or was found to have.
	EventStarted Event = "started"
	// EventNotBegun is a change that was found not to have begun.
	EventNotBegun Event = "not begun"
	// EventRenewed is a change that had not begun and was prepared anew.
	EventRenewed Event = "renewed"
	// EventUncertain is a start of which it was not known, at that time, whether the change has begun.
	EventUncertain Event = "uncertain"
	// EventRefused is a start or a renewal that certainly changed nothing: it was refused, or not sent.
	EventRefused Event = "refused"
	// EventCancel is a call of Cancel; Error is why the service refused it.
	EventCancel Event = "cancel"
	// EventEnded is a change that has ended.
	EventEnded Event = "ended"
)

// Step is one thing that happened to a change. It holds no secrets.
type Step struct {
	At        time.Time
	By        string // the host and process that recorded it, unless the option By names somebody else
	What      Event
	Service   string
	Operation string
	Region    string
	Account   string
	Resource  string
	// Replaces is what the change replaces, where the change is prepared.
	Replaces []cloud.Difference
	// RequestIDs are the service's ids of the calls that the step took, of the last ten if there were more.
	RequestIDs []string
	Outcome    cloud.Outcome // how the change ended; Pending in all other steps
	State      string        // in which it ended, in the service's words
	Reason     string        // why, in the service's words
	Superseded bool          // whether another change replaced this one
	Error      string        // why it is uncertain, or was refused
	Kind       cloud.Kind    // that of the error
	Took       time.Duration // how long the step took
}

// duration is a time.Duration that marshals as a string, "1m30s".
type duration time.Duration

func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

type stepJSON struct {
	At         time.Time          `json:"at"`
	By         string             `json:"by,omitzero"`
	What       Event              `json:"what"`
	Service    string             `json:"service,omitzero"`
	Operation  string             `json:"operation,omitzero"`
	Region     string             `json:"region,omitzero"`
	Account    string             `json:"account,omitzero"`
	Resource   string             `json:"resource,omitzero"`
	Replaces   []cloud.Difference `json:"replaces,omitempty"`
	RequestIDs []string           `json:"requestIds,omitempty"`
	Outcome    cloud.Outcome      `json:"outcome,omitzero"`
	State      string             `json:"state,omitzero"`
	Reason     string             `json:"reason,omitzero"`
	Superseded bool               `json:"superseded,omitzero"`
	Error      string             `json:"error,omitzero"`
	Kind       cloud.Kind         `json:"kind,omitzero"`
	Took       duration           `json:"took"`
}

// MarshalJSON writes the step as one object; the duration is a string such as "1m30s".
func (s Step) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{
		s.At, s.By, s.What, s.Service, s.Operation, s.Region, s.Account, s.Resource, s.Replaces, s.RequestIDs,
		s.Outcome, s.State, s.Reason, s.Superseded, s.Error, s.Kind, duration(s.Took),
	})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Step) UnmarshalJSON(data []byte) error {
	var j stepJSON
	err := json.Unmarshal(data, &j)
	*s = Step{
		j.At, j.By, j.What, j.Service, j.Operation, j.Region, j.Account, j.Resource, j.Replaces, j.RequestIDs,
		j.Outcome, j.State, j.Reason, j.Superseded, j.Error, j.Kind, time.Duration(j.Took),
	}
	return err
}

// Steps are the audit trail of a change, the oldest first.
type Steps []Step

// String returns the steps as lines of JSON.
func (s Steps) String() string {
	var b strings.Builder
	for _, step := range s {
		line, err := json.Marshal(step)
		if err != nil { // a time beyond the year 9999
			line, _ = json.Marshal(map[string]string{"error": err.Error()})
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// parseSteps reads what String returned.
func parseSteps(text []byte) (Steps, error) {
	var steps Steps
	for line := range bytes.Lines(text) {
		var step Step
		if err := json.Unmarshal(line, &step); err != nil {
			return nil, fmt.Errorf("step %d: %w", len(steps)+1, err)
		}
		steps = append(steps, step)
	}
	return steps, nil
}
