package cloud

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// A Diagnosis is what a service tells about a change beyond the reason of its [WaitError]. Names and messages are one
// line each, and everything is bounded.
//
// A log may hold anything that the changed program writes, secrets included. A Diagnosis therefore prints, and logs
// with package slog, without the log; its JSON has it.
type Diagnosis struct {
	// Events are the service's own, the oldest first, at most 200. Those without a time come first.
	Events []Event `json:"events,omitzero"`
	// Log is the end of the log, at most 64 KB, in lines. Control characters other than tabs are removed.
	Log string `json:"log,omitzero"`
	// Source is where to read on: a resource, the topic of a log, the web page of a job.
	Source string `json:"source,omitzero"`
}

// Event is something that happened during a change.
type Event struct {
	// Time is when it happened. It is zero if the service shows no time, or one without a zone; then Message begins with
	// what it shows.
	Time    time.Time `json:"time,omitzero"`
	Name    string    `json:"name,omitzero"` // the service's word for it, such as a status or a step
	Message string    `json:"message,omitzero"`
}

// String returns the time, the name and the message.
func (e Event) String() string {
	var parts []string
	if !e.Time.IsZero() {
		parts = append(parts, e.Time.Format(time.RFC3339))
	}
	if e.Name != "" {
		parts = append(parts, oneLine(e.Name))
	}
	text := strings.Join(parts, " ")
	if e.Message != "" {
		text = strings.TrimPrefix(text+": "+oneLine(e.Message), ": ")
	}
	return text
}

// maxShownEvents limits how many events String returns.
const maxShownEvents = 5

// String returns the last events, the size of the log and the source as one line.
func (d Diagnosis) String() string {
	var parts []string
	if more := len(d.Events) - maxShownEvents; more > 0 {
		parts = append(parts, fmt.Sprintf("%d earlier events", more))
	}
	for _, e := range d.Events[max(len(d.Events)-maxShownEvents, 0):] {
		parts = append(parts, e.String())
	}
	if d.Log != "" {
		parts = append(parts, fmt.Sprintf("log of %d lines", strings.Count(d.Log, "\n")+1))
	}
	if d.Source != "" {
		parts = append(parts, "see "+oneLine(d.Source))
	}
	return cmp.Or(strings.Join(parts, "; "), "nothing")
}

// Format writes String for every verb, so that no verb prints the log.
func (d Diagnosis) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, d.String()) }

// LogValue returns String.
func (d Diagnosis) LogValue() slog.Value { return slog.StringValue(d.String()) }

// Diagnose fetches what the service tells about the change beyond Reason: its events and the end of its log. It only
// reads, with a few calls, and works for changes that failed, were canceled or are still pending.
//
// The error is of kind [ErrUnsupported] where the service has neither for this kind of change. If only some of the
// calls fail, Diagnose returns what the others found together with their errors. A WaitError that was read from JSON,
// or made by hand, has no client to call: resume the wait with its Token, and diagnose the error of that wait.
func (e *WaitError) Diagnose(ctx context.Context) (*Diagnosis, error) {
	if e == nil || e.from == nil {
		return nil, e.notDiagnosable(ErrInvalid, "the error was not made by a waiter of this process: "+e.again()+" and diagnose its error")
	}
	if e.from.diagnose == nil {
		return nil, e.notDiagnosable(ErrUnsupported, "the service has no events and no log of this change")
	}
	d, err := e.from.diagnose(orBackground(ctx), e.Last)
	if d == nil && err == nil {
		return nil, e.notDiagnosable(ErrTransport, "unexpected response: it has no value")
	}
	return d.bounded(), err
}

// again is how to get at an error that can be diagnosed.
func (e *WaitError) again() string {
	if e == nil || e.Token == "" {
		return "wait again"
	}
	return "resume the wait with the token of the error"
}

func (e *WaitError) notDiagnosable(kind Kind, message string) error {
	err := &Error{Kind: kind, Message: message}
	if e != nil {
		err.Service, err.Operation = e.Service, e.Operation
	}
	return err
}

// How much a Diagnosis holds, in events and in bytes.
const (
	maxEvents = 200
	maxLog    = 64 << 10
)

// bounded returns a copy with clean text and sorted events, within the limits.
func (d *Diagnosis) bounded() *Diagnosis {
	if d == nil {
		return nil
	}
	events := slices.Clone(d.Events)
	sort.SliceStable(events, func(i, j int) bool { return events[i].Time.Before(events[j].Time) })
	events = slices.Clone(events[max(len(events)-maxEvents, 0):]) // without those that were cut off
	for i, e := range events {
		events[i] = Event{e.Time, OneLine(e.Name, maxName), OneLine(e.Message, maxText)}
	}
	return &Diagnosis{Events: events, Log: endOfLog(d.Log), Source: OneLine(d.Source, maxText)}
}

// endOfLog returns the last whole lines of a log that fit, without trailing blank space and control characters.
func endOfLog(log string) string {
	if len(log) > 2*maxLog { // more would be cut off anyway
		log = log[len(log)-2*maxLog:]
	}
	log = strings.Map(logRune, strings.ToValidUTF8(log, "\uFFFD"))
	log = strings.TrimRight(log, " \t\n")
	if len(log) <= maxLog {
		return strings.Clone(log)
	}
	log = log[len(log)-maxLog:]
	if _, whole, ok := strings.Cut(log, "\n"); ok {
		return strings.Clone(whole)
	}
	for log != "" && !utf8.RuneStart(log[0]) { // one long line
		log = log[1:]
	}
	return strings.Clone(log)
}

// logRune keeps the line feeds and tabs of a log and drops all else that breaks a line.
func logRune(r rune) rune {
	if r != '\n' && r != '\t' && breaksLine(r) {
		return -1
	}
	return r
}
