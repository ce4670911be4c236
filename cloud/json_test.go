package cloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var (
	aCall      = cloud.CallInfo{Provider: "acme", Service: "things", Operation: "GetThing", Region: "us-east-1", Host: "things.test:8443", Poll: true}
	aCallError = &cloud.Error{
		Service: "things", Operation: "GetThing", Kind: cloud.ErrThrottled, Code: "SlowDown", Message: "easy", RequestID: "r-1",
		StatusCode: 429, RetryAfter: 90 * time.Second, Attempts: 3, MaybeExecuted: true, Err: errors.New("reset by peer"),
	}
	aValidationError = &cloud.ValidationError{Service: "things", Operation: "MakeThing", Problems: []cloud.Problem{
		{Field: "name", Rule: "required"}, {Field: "size", Rule: "must be at most 5", Given: "7"},
	}}
	aWaitError = &cloud.WaitError{
		Service: "things", Operation: "MakeThing", State: "BROKEN", Outcome: cloud.Failed, Reason: "out of paint", Superseded: true,
		Elapsed: 90 * time.Second, Token: "pc1.token", Err: aCallError,
	}
)

const (
	callErrorText = `{"service":"things","operation":"GetThing","kind":"throttled","code":"SlowDown","message":"easy","requestId":"r-1",` +
		`"statusCode":429,"retryAfter":"1m30s","attempts":3,"maybeExecuted":true,"cause":{"message":"reset by peer"}}`
	validationErrorText = `{"service":"things","operation":"MakeThing","kind":"invalid","problems":[{"field":"name","rule":"required"},` +
		`{"field":"size","rule":"must be at most 5","given":"7"}]}`
	waitErrorText = `{"service":"things","operation":"MakeThing","outcome":"failed","kind":"superseded","state":"BROKEN","reason":"out of paint",` +
		`"superseded":true,"elapsed":"1m30s","token":"pc1.token","cause":` + callErrorText + `}`
)

// TestJSON checks the form of every type, which logs and dashboards rely on, and that it is read back unchanged.
func TestJSON(t *testing.T) {
	t.Parallel()
	poll := cloud.Observation{State: "NEW", Reason: "waiting for paint", Attempt: 3, Elapsed: 90 * time.Second, Next: 9500 * time.Millisecond}
	failing := cloud.Observation{Err: aCallError, Attempt: 1}
	tests := []struct {
		name  string
		value any // a pointer
		want  string
	}{
		{"outcome", new(cloud.Succeeded), `"succeeded"`},
		{"outcomes as keys", &map[cloud.Outcome]int{cloud.Pending: 1, cloud.Canceled: 2}, `{"canceled":2,"pending":1}`},
		{"kind", new(cloud.ErrNotFound), `"not found"`},
		{"poll", &poll, `{"state":"NEW","outcome":"pending","done":false,"reason":"waiting for paint","attempt":3,"elapsed":"1m30s","next":"9.5s"}`},
		{"failing poll", &failing, `{"outcome":"pending","done":false,"error":` + callErrorText + `,"attempt":1,"elapsed":"0s"}`},
		{"last poll", &cloud.Observation{State: "BROKEN", Outcome: cloud.Failed, Superseded: true}, `{"state":"BROKEN","outcome":"failed","done":true,"superseded":true,"attempt":0,"elapsed":"0s"}`},
		{"step", &cloud.Step{Observation: poll, Index: 7, Live: 2, Ended: 3}, `{"index":7,"live":2,"ended":3,"state":"NEW","outcome":"pending","done":false,"reason":"waiting for paint","attempt":3,"elapsed":"1m30s","next":"9.5s"}`},
		{"progress", &cloud.Progress[thing]{Observation: cloud.Observation{State: "NEW"}}, `{"state":"NEW","outcome":"pending","done":false,"attempt":0,"elapsed":"0s"}`},
		{"result", &cloud.Result{Err: aWaitError}, `{"error":` + waitErrorText + `}`},
		{"call error", aCallError, callErrorText},
		{"short call error", &cloud.Error{Kind: cloud.ErrDenied}, `{"kind":"access denied"}`},
		{"wait error", aWaitError, waitErrorText},
		{"interrupted wait", &cloud.WaitError{Service: "s", Operation: "O", Err: aValidationError}, `{"service":"s","operation":"O","outcome":"pending","kind":"invalid","elapsed":"0s","cause":` + validationErrorText + `}`},
		{"validation error", aValidationError, validationErrorText},
		{"fleet error", &cloud.FleetError{Total: 3, Errs: []error{aWaitError, errors.New("other")}}, `{"total":3,"errors":[` + waitErrorText + `,{"message":"other"}]}`},
		{"call", &cloud.CallResult{CallInfo: aCall, Attempts: 1, Elapsed: 1500 * time.Millisecond, Err: aCallError, Code: "SlowDown"}, `{"provider":"acme","service":"things","operation":"GetThing","region":"us-east-1","host":"things.test:8443","poll":true,"attempts":1,"elapsed":"1.5s","code":"SlowDown","error":` + callErrorText + `}`},
		{"good call", &cloud.CallResult{CallInfo: aCall, RequestID: "r", StatusCode: 200, Attempts: 1}, `{"provider":"acme","service":"things","operation":"GetThing","region":"us-east-1","host":"things.test:8443","poll":true,"requestId":"r","statusCode":200,"attempts":1,"elapsed":"0s"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, v := range []any{tt.value, reflect.ValueOf(tt.value).Elem().Interface()} {
				data, err := json.Marshal(v)
				require.NoError(t, err)
				assert.Equal(t, tt.want, string(data))
			}
			back := reflect.New(reflect.TypeOf(tt.value).Elem())
			require.NoError(t, json.Unmarshal([]byte(tt.want), back.Interface()))
			assert.Equal(t, tt.value, back.Interface())
		})
	}
}

func TestJSONOfWhatEndedWithoutAnOutcome(t *testing.T) {
	t.Parallel()
	p, err := newWaiter(&script{responses: []response{{err: callError(cloud.ErrDenied)}}}, nil).Poll(t.Context())
	require.Error(t, err)
	data, err := json.Marshal(p)
	require.NoError(t, err)
	var back cloud.Progress[thing]
	require.NoError(t, json.Unmarshal(data, &back))
	assert.True(t, back.Done())
	assert.Equal(t, cloud.Pending, back.Outcome)
	require.ErrorIs(t, back.Err, cloud.ErrDenied)
}

func TestJSONOfWrappedErrors(t *testing.T) {
	t.Parallel()
	wrapped := cloud.Observation{Err: fmt.Errorf("before that: %w", aCallError)}
	data, err := json.Marshal(wrapped)
	require.NoError(t, err)
	assert.Contains(t, string(data), `"kind":"throttled"`)
	var back cloud.Observation
	require.NoError(t, json.Unmarshal(data, &back))
	require.ErrorIs(t, back.Err, cloud.ErrThrottled)
	assert.ErrorContains(t, back.Err, "before that: ")

	data, err = json.Marshal(&cloud.PanicError{Value: "x", Stack: []byte("secret path")})
	require.NoError(t, err)
	assert.Equal(t, `{"message":"the poll panicked: x"}`, string(data))
}

func FuzzJSON(f *testing.F) {
	f.Add(waitErrorText)
	f.Add(`{"outcome":"canceled","error":{"total":1,"errors":[null,{}]},"elapsed":"x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, v := range []any{new(cloud.Observation), new(cloud.Step), new(cloud.Result), new(cloud.Error), new(cloud.WaitError), new(cloud.FleetError), new(cloud.ValidationError), new(cloud.CallResult)} {
			if json.Unmarshal([]byte(text), v) != nil {
				continue
			}
			first, err := json.Marshal(v)
			require.NoError(t, err)
			again := reflect.New(reflect.TypeOf(v).Elem()).Interface()
			require.NoError(t, json.Unmarshal(first, again))
			second, err := json.Marshal(again)
			require.NoError(t, err)
			require.Equal(t, string(first), string(second), "%T", v)
		}
	})
}

// vault hides a part of itself as the types of the services do.
type vault struct {
	Name string
	Code string
}

func (v vault) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "{%s [redacted]}", v.Name) }

func (v vault) LogValue() slog.Value {
	return slog.GroupValue(slog.String("Name", v.Name), slog.String("Code", "[redacted]"))
}

// printed is v by all verbs and in all handlers, alone and within others.
func printed(v any) string {
	var b bytes.Buffer
	for _, h := range []slog.Handler{slog.NewJSONHandler(&b, nil), slog.NewTextHandler(&b, nil)} {
		slog.New(h).Info("alone", "v", v)
		slog.New(h).Info("within", "s", []any{v}, "m", map[string]any{"v": v}, "f", struct{ V any }{v})
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&b, verb+verb+"\n", v, struct{ V any }{v})
	}
	data, err := json.Marshal([]any{v})
	fmt.Fprintln(&b, string(data), err)
	return b.String()
}

// TestWhatAWaitYieldsHidesResponses holds for all that carries a response: none shows what the response hides.
func TestWhatAWaitYieldsHidesResponses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const secret = "hunter2"
		wait := func(outcome cloud.Outcome) *cloud.Waiter[vault] {
			return cloud.NewWaiter(cloud.WaitSpec[vault]{
				Service: "things", Operation: "MakeThing", Token: "pc1.token",
				Read:  func(context.Context) (*vault, error) { return &vault{"front door", secret}, nil },
				Judge: func(*vault) cloud.Verdict { return cloud.Verdict{State: "S", Outcome: outcome} },
			})
		}
		pending, failed := wait(cloud.Pending), wait(cloud.Failed)
		progress, err := pending.Poll(t.Context())
		require.NoError(t, err)
		_, failure := failed.Wait(t.Context())
		results, fleet := cloud.WaitAll(t.Context(), wait(cloud.Succeeded), wait(cloud.Failed))
		require.Error(t, fleet)
		var step cloud.Step
		for s := range (cloud.Fleet{}).Watch(t.Context(), wait(cloud.Succeeded)) {
			step = s
		}
		wrapped := fmt.Errorf("wrapped: %w", failure)
		values := map[string]any{
			"progress": progress, "pointer to progress": &progress, "step": step, "result": results[0], "results": results, "wait error": failure,
			"wait error by value": *failure.(*cloud.WaitError), "errors": []error{failure, wrapped}, "fleet error": fleet,
			"fleet error by value": *fleet.(*cloud.FleetError), "waiter": pending, "failed waiter": failed,
			"waiters": []cloud.AnyWaiter{pending, failed}, "hidden waiter": struct{ w *cloud.Waiter[vault] }{pending},
			"waiter by value": *pending,
		}
		for name, v := range values {
			assert.NotContains(t, printed(v), secret, name)
			assert.NotContains(t, printed(v), fmt.Sprintf("%x", secret), name)
		}
		for _, name := range []string{"progress", "step", "results", "wait error", "fleet error"} {
			data, err := json.Marshal(values[name])
			require.NoError(t, err)
			assert.Contains(t, string(data), `"Code":"[redacted]"`, name)
			assert.Contains(t, string(data), `"Name":"front door"`, name)
		}
	})
}

// TestJSONOfAnyResponse checks that a response that cannot be marshaled does not lose the rest.
func TestJSONOfAnyResponse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value any
		want  string
	}{
		{new(7), `{"value":7}`},
		{&thing{State: "NEW"}, `{"value":{"State":"NEW","Reason":""}}`},
		{new(func() {}), `{"value":"*func()"}`},
		{nil, `{}`},
	}
	for _, tt := range tests {
		data, err := json.Marshal(cloud.Result{Value: tt.value})
		require.NoError(t, err)
		assert.Equal(t, tt.want, string(data))
	}
}

func TestWaiterShowsItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWaiter(states("NEW", "BROKEN"), nil)
		assert.Equal(t, "wait for things MakeThing: pending after 0s, attempt 0", fmt.Sprintf("%#v", w))
		_, err := w.Poll(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "wait for things MakeThing: pending in state NEW after 0s, attempt 1", fmt.Sprint(w))
		data, err := json.Marshal(w)
		require.NoError(t, err)
		assert.Regexp(t, `^{"service":"things","operation":"MakeThing","state":"NEW","outcome":"pending","done":false,"attempt":1,"elapsed":"0s","next":"[^"]*","token":"pc1.token"}$`, string(data))
		_, err = w.Wait(t.Context())
		assert.Equal(t, err.Error(), fmt.Sprint(w))

		var none *cloud.Waiter[thing]
		data, err = json.Marshal([]any{none, new(cloud.Waiter[thing])})
		require.NoError(t, err)
		assert.Equal(t, `[null,{"outcome":"pending","done":false,"attempt":0,"elapsed":"0s"}]`, string(data))
		assert.Equal(t, "<nil>", fmt.Sprint(none))
		assert.Equal(t, "wait for: pending after 0s, attempt 0", fmt.Sprint(new(cloud.Waiter[thing])))
	})
}

// TestErrorsInJSONLogs are objects, and lines of text in text logs.
func TestErrorsInJSONLogs(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "err", error(aWaitError))
	assert.Contains(t, b.String(), `"err":`+waitErrorText)
	b.Reset()
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "err", error(aWaitError), "outcome", cloud.Failed)
	assert.Contains(t, b.String(), `err="things MakeThing: failed after 1m30s in state BROKEN: out of paint`)
	assert.Contains(t, b.String(), "outcome=failed")
}
