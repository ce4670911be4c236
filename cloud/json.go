package cloud

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// The JSON of this package is for logs, audits and the status of a reconciler: durations are strings as
// time.ParseDuration reads them, outcomes are words, errors are objects, and responses show no sensitive member.
// Everything can be read back except responses; causes that are not errors of this package come back as
// strings.

// duration is a time.Duration that marshals as a string, "1m30s".
type duration time.Duration

func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

// MarshalText returns String.
func (o Outcome) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads what MarshalText returned.
func (o *Outcome) UnmarshalText(text []byte) error {
	for _, outcome := range []Outcome{Pending, Succeeded, Failed, Canceled} {
		if outcome.String() == string(text) {
			*o = outcome
			return nil
		}
	}
	return fmt.Errorf("%.40q is not an outcome", text)
}

// observationJSON is an Observation in JSON.
type observationJSON struct {
	State      string    `json:"state,omitzero"`
	Outcome    Outcome   `json:"outcome"`
	Done       bool      `json:"done"`
	Superseded bool      `json:"superseded,omitzero"`
	Reason     string    `json:"reason,omitzero"`
	Error      errorJSON `json:"error,omitzero"`
	Attempt    int       `json:"attempt"`
	Elapsed    duration  `json:"elapsed"`
	Next       duration  `json:"next,omitzero"`
}

func (l Observation) json() observationJSON {
	return observationJSON{
		l.State, l.Outcome, l.Done(), l.Superseded, l.Reason, errorJSON{l.Err}, l.Attempt, duration(l.Elapsed), duration(l.Next),
	}
}

func (j observationJSON) observation() Observation {
	return Observation{
		State: j.State, Outcome: j.Outcome, Superseded: j.Superseded, Reason: j.Reason, Err: j.Error.error,
		Attempt: j.Attempt, Elapsed: time.Duration(j.Elapsed), Next: time.Duration(j.Next), broken: j.Done && j.Outcome == Pending,
	}
}

// MarshalJSON writes the observation with the error, if any, as an object.
func (l Observation) MarshalJSON() ([]byte, error) { return json.Marshal(l.json()) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (l *Observation) UnmarshalJSON(data []byte) error {
	var j observationJSON
	err := json.Unmarshal(data, &j)
	*l = j.observation()
	return err
}

type progressJSON struct {
	observationJSON
	Value valueJSON `json:"value,omitzero"`
}

// MarshalJSON writes the observation and the response, without its sensitive members.
func (p Progress[T]) MarshalJSON() ([]byte, error) {
	return marshalProgress(&p.Observation, p.Value, p.Value != nil)
}

// marshalProgress is not inlined, like the methods of waiter.
//
//go:noinline
func marshalProgress(l *Observation, value any, shown bool) ([]byte, error) {
	if !shown {
		value = nil // and not a pointer that is nil
	}
	return json.Marshal(progressJSON{l.json(), valueJSON{value}})
}

type stepJSON struct {
	Index int `json:"index"`
	Live  int `json:"live"`
	Ended int `json:"ended"`
	progressJSON
}

// MarshalJSON writes the observation and the response, without its sensitive members.
func (s Step) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{s.Index, s.Live, s.Ended, progressJSON{s.Observation.json(), valueJSON{s.Value}}})
}

// UnmarshalJSON reads what MarshalJSON wrote, except the response.
func (s *Step) UnmarshalJSON(data []byte) error {
	var j stepJSON
	err := json.Unmarshal(data, &j)
	*s = Step{Observation: j.observation(), Index: j.Index, Live: j.Live, Ended: j.Ended}
	return err
}

type resultJSON struct {
	Value valueJSON `json:"value,omitzero"`
	Error errorJSON `json:"error,omitzero"`
}

// MarshalJSON writes the response, without its sensitive members, or the error as an object.
func (r Result) MarshalJSON() ([]byte, error) {
	return json.Marshal(resultJSON{valueJSON{r.Value}, errorJSON{r.Err}})
}

// UnmarshalJSON reads what MarshalJSON wrote, except the response.
func (r *Result) UnmarshalJSON(data []byte) error {
	var j resultJSON
	err := json.Unmarshal(data, &j)
	*r = Result{Err: j.Error.error}
	return err
}

type waiterJSON struct {
	Service   string `json:"service,omitzero"`
	Operation string `json:"operation,omitzero"`
	observationJSON
	Token string `json:"token,omitzero"`
}

// MarshalJSON writes what the waiter is for, what its last poll found, and the token.
func (w Waiter[T]) MarshalJSON() ([]byte, error) { return (*waiter)(&w).json() }

// shownToken is a token as JSON shows it: one that may hold secrets is left out.
func shownToken(token string, secret bool) string {
	if secret {
		return ""
	}
	return token
}

// Format writes what the waiter is for and what its last poll found, for every verb.
func (w Waiter[T]) Format(s fmt.State, _ rune) { (*waiter)(&w).format(s) }

type callErrorJSON struct {
	Service       string    `json:"service,omitzero"`
	Operation     string    `json:"operation,omitzero"`
	Kind          Kind      `json:"kind"`
	Code          Code      `json:"code,omitzero"`
	Message       string    `json:"message,omitzero"`
	RequestID     string    `json:"requestId,omitzero"`
	StatusCode    int       `json:"statusCode,omitzero"`
	RetryAfter    duration  `json:"retryAfter,omitzero"`
	Attempts      int       `json:"attempts,omitzero"`
	MaybeExecuted bool      `json:"maybeExecuted,omitzero"`
	Cause         errorJSON `json:"cause,omitzero"`
}

// MarshalJSON writes the error as an object.
func (e Error) MarshalJSON() ([]byte, error) {
	return json.Marshal(callErrorJSON{
		e.Service, e.Operation, e.Kind, e.Code, e.Message, e.RequestID, e.StatusCode, duration(e.RetryAfter), e.Attempts, e.MaybeExecuted,
		errorJSON{e.Err},
	})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Error) UnmarshalJSON(data []byte) error {
	var j callErrorJSON
	err := json.Unmarshal(data, &j)
	*e = Error{
		j.Service, j.Operation, j.Kind, j.Code, j.Message, j.RequestID, j.StatusCode, time.Duration(j.RetryAfter), j.Attempts,
		j.MaybeExecuted,
		j.Cause.error,
	}
	return err
}

type waitErrorJSON struct {
	Service    string    `json:"service,omitzero"`
	Operation  string    `json:"operation,omitzero"`
	Outcome    Outcome   `json:"outcome"`
	Kind       Kind      `json:"kind,omitzero"` // for the reader: it follows from the others
	State      string    `json:"state,omitzero"`
	Reason     string    `json:"reason,omitzero"`
	Superseded bool      `json:"superseded,omitzero"`
	Elapsed    duration  `json:"elapsed"`
	Token      string    `json:"token,omitzero"`
	Last       valueJSON `json:"last,omitzero"`
	Cause      errorJSON `json:"cause,omitzero"`
}

// MarshalJSON writes the error as an object, with the last response but without its sensitive members.
func (e WaitError) MarshalJSON() ([]byte, error) {
	return json.Marshal(waitErrorJSON{
		e.Service, e.Operation, e.Outcome, e.kind(), e.State, e.Reason, e.Superseded, duration(e.Elapsed),
		shownToken(e.Token, e.secret),
		valueJSON{e.Last}, errorJSON{e.Err},
	})
}

// UnmarshalJSON reads what MarshalJSON wrote, except the last response.
func (e *WaitError) UnmarshalJSON(data []byte) error {
	var j waitErrorJSON
	err := json.Unmarshal(data, &j)
	*e = WaitError{
		Service: j.Service, Operation: j.Operation, Outcome: j.Outcome, State: j.State, Reason: j.Reason, Superseded: j.Superseded,
		Elapsed: time.Duration(j.Elapsed), Token: j.Token, Err: j.Cause.error,
	}
	return err
}

// MarshalText returns String.
func (s StartStatus) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText returned.
func (s *StartStatus) UnmarshalText(text []byte) error {
	for _, status := range []StartStatus{Uncertain, NotBegun, Begun} {
		if status.String() == string(text) {
			*s = status
			return nil
		}
	}
	return fmt.Errorf("%.40q is not the status of a start", text)
}

type startErrorJSON struct {
	Service   string      `json:"service,omitzero"`
	Operation string      `json:"operation,omitzero"`
	Status    StartStatus `json:"status"`
	Next      duration    `json:"next,omitzero"`
	Cause     errorJSON   `json:"cause,omitzero"`
}

// MarshalJSON writes the error as an object, without the token.
func (e StartError) MarshalJSON() ([]byte, error) {
	return json.Marshal(startErrorJSON{e.Service, e.Operation, e.Status, duration(e.Next), errorJSON{e.Err}})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *StartError) UnmarshalJSON(data []byte) error {
	var j startErrorJSON
	err := json.Unmarshal(data, &j)
	*e = StartError{Service: j.Service, Operation: j.Operation, Status: j.Status, Next: time.Duration(j.Next), Err: j.Cause.error}
	return err
}

// MarshalJSON writes what the change is for, and what its last poll found. The token of a change that has begun is
// there unless it may hold secrets.
func (ch Change[T]) MarshalJSON() ([]byte, error) { return (*change)(&ch).json() }

// Format writes what the change is for and what its last poll found, for every verb.
func (ch Change[T]) Format(s fmt.State, _ rune) { (*change)(&ch).format(s) }

type fleetErrorJSON struct {
	Total  int         `json:"total"`
	Errors []errorJSON `json:"errors"`
}

// MarshalJSON writes the error as an object, with all errors in it.
func (e FleetError) MarshalJSON() ([]byte, error) {
	j := fleetErrorJSON{e.Total, make([]errorJSON, len(e.Errs))}
	for i, err := range e.Errs {
		j.Errors[i].error = err
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *FleetError) UnmarshalJSON(data []byte) error {
	var j fleetErrorJSON
	err := json.Unmarshal(data, &j)
	*e = FleetError{Total: j.Total}
	for _, one := range j.Errors {
		e.Errs = append(e.Errs, one.error)
	}
	return err
}

type validationErrorJSON struct {
	Service   string    `json:"service,omitzero"`
	Operation string    `json:"operation,omitzero"`
	Kind      Kind      `json:"kind"`
	Problems  []Problem `json:"problems"`
}

// MarshalJSON writes the error as an object.
func (e ValidationError) MarshalJSON() ([]byte, error) {
	return json.Marshal(validationErrorJSON{e.Service, e.Operation, ErrInvalid, e.Problems})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *ValidationError) UnmarshalJSON(data []byte) error {
	var j validationErrorJSON
	err := json.Unmarshal(data, &j)
	*e = ValidationError{j.Service, j.Operation, j.Problems}
	return err
}

type callJSON struct {
	Provider   string    `json:"provider,omitzero"`
	Service    string    `json:"service"`
	Operation  string    `json:"operation"`
	Region     string    `json:"region,omitzero"`
	Host       string    `json:"host,omitzero"`
	Poll       bool      `json:"poll,omitzero"`
	RequestID  string    `json:"requestId,omitzero"`
	StatusCode int       `json:"statusCode,omitzero"`
	Attempts   int       `json:"attempts"`
	Elapsed    duration  `json:"elapsed"`
	Code       Code      `json:"code,omitzero"`
	Error      errorJSON `json:"error,omitzero"`

	IdempotencyToken string `json:"idempotencyToken,omitzero"`
}

// MarshalJSON writes the call with the error, if any, as an object.
func (r CallResult) MarshalJSON() ([]byte, error) {
	return json.Marshal(callJSON{
		r.Provider, r.Service, r.Operation, r.Region, r.Host, r.Poll, r.RequestID, r.StatusCode, r.Attempts, duration(r.Elapsed), r.Code,
		errorJSON{r.Err}, r.IdempotencyToken,
	})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *CallResult) UnmarshalJSON(data []byte) error {
	var j callJSON
	err := json.Unmarshal(data, &j)
	*r = CallResult{
		CallInfo{j.Provider, j.Service, j.Operation, j.Region, j.Host, j.Poll},
		j.RequestID, j.StatusCode, j.Attempts, time.Duration(j.Elapsed), j.Error.error, j.Code, j.IdempotencyToken,
	}
	return err
}

// MarshalJSON writes the message, without the stack.
func (e PanicError) MarshalJSON() ([]byte, error) { return json.Marshal(textJSON{Message: e.Error()}) }

// errorJSON is an error of any type as an object.
type errorJSON struct{ error }

// textJSON is the JSON of an error that has none of its own, such as one that wraps one of ours.
type textJSON struct {
	Message string `json:"message"`
	Kind    Kind   `json:"kind,omitzero"`
}

func (e errorJSON) IsZero() bool { return e.error == nil }

func (e errorJSON) MarshalJSON() ([]byte, error) {
	switch e.error.(type) { //nolint:errorlint // an error that wraps one of these has a message of its own
	case nil:
		return []byte("null"), nil
	case *Error, *WaitError, *StartError, *FleetError, *ValidationError:
		return json.Marshal(e.error)
	}
	return json.Marshal(textJSON{e.Error(), KindOf(e.error)})
}

// UnmarshalJSON finds the type by the members that only one of them has.
func (e *errorJSON) UnmarshalJSON(data []byte) error {
	var found struct {
		textJSON
		Outcome  *Outcome         `json:"outcome"`
		Problems *json.RawMessage `json:"problems"`
		Total    *int             `json:"total"`
		Status   *StartStatus     `json:"status"`
	}
	if err := json.Unmarshal(data, &found); err != nil || bytes.Equal(data, []byte("null")) {
		return err
	}
	switch {
	case found.Outcome != nil:
		e.error = new(WaitError)
	case found.Problems != nil:
		e.error = new(ValidationError)
	case found.Total != nil:
		e.error = new(FleetError)
	case found.Status != nil:
		e.error = new(StartError)
	case found.Kind != "":
		e.error = new(Error)
	default:
		e.error = errors.New(found.Message)
		return nil
	}
	return json.Unmarshal(data, e.error)
}

// valueJSON is a response. Types with sensitive members are written as their LogValue.
type valueJSON struct{ of any }

func (v valueJSON) IsZero() bool { return v.of == nil }

func (v valueJSON) MarshalJSON() ([]byte, error) {
	of := v.of
	if _, ok := of.(json.Marshaler); !ok {
		if l, ok := of.(slog.LogValuer); ok {
			of = plainValue(slog.AnyValue(l).Resolve())
		}
	}
	data, err := json.Marshal(of)
	if err != nil { // a value that cannot be marshaled must not lose the rest
		return json.Marshal(fmt.Sprintf("%T", of))
	}
	return data, nil
}

// UnmarshalJSON skips the response, whose type is not known.
func (v *valueJSON) UnmarshalJSON([]byte) error { return nil }

// plainValue converts groups to maps.
func plainValue(v slog.Value) any {
	if v.Kind() != slog.KindGroup {
		return v.Any()
	}
	m := map[string]any{}
	for _, a := range v.Group() {
		m[a.Key] = plainValue(a.Value.Resolve())
	}
	return m
}
