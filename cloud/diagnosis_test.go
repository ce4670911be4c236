package cloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// brokenThing returns the error of a wait for a change that failed.
func brokenThing(t *testing.T, diagnose func(context.Context, *string) (*cloud.Diagnosis, error)) *cloud.WaitError {
	t.Helper()
	_, err := cloud.NewWaiter(cloud.WaitSpec[string]{
		Service: "things", Operation: "MakeThing", Token: "pc1.token",
		Read:     func(context.Context) (*string, error) { return new("BROKEN"), nil },
		Judge:    func(s *string) cloud.Verdict { return cloud.Verdict{State: *s, Outcome: cloud.Failed} },
		Diagnose: diagnose,
	}).Wait(t.Context())
	wait, ok := errors.AsType[*cloud.WaitError](err)
	require.True(t, ok, "%v", err)
	return wait
}

// diagnosed returns what Diagnose makes of a diagnosis.
func diagnosed(t *testing.T, d cloud.Diagnosis) *cloud.Diagnosis {
	t.Helper()
	got, err := brokenThing(t, func(context.Context, *string) (*cloud.Diagnosis, error) { return &d, nil }).Diagnose(t.Context())
	require.NoError(t, err)
	return got
}

func TestDiagnose(t *testing.T) {
	t.Parallel()
	type key struct{}
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	wait := brokenThing(t, func(ctx context.Context, last *string) (*cloud.Diagnosis, error) {
		return &cloud.Diagnosis{Events: []cloud.Event{
			{Time: at.Add(time.Hour), Name: "END"}, {Time: at, Name: "BEGIN", Message: *last}, {Name: "ONCE"}, {Time: at, Name: ctx.Value(key{}).(string)},
		}}, cloud.ErrDenied
	})
	d, err := wait.Diagnose(context.WithValue(t.Context(), key{}, "from the context"))
	require.ErrorIs(t, err, cloud.ErrDenied, "what was found comes with the error")
	assert.Equal(t, []cloud.Event{
		{Name: "ONCE"}, {Time: at, Name: "BEGIN", Message: "BROKEN"}, {Time: at, Name: "from the context"}, {Time: at.Add(time.Hour), Name: "END"},
	}, d.Events, "the oldest first")
}

func TestDiagnoseWithoutAResponse(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := cloud.NewWaiter(cloud.WaitSpec[string]{
		Read:  func(ctx context.Context) (*string, error) { return nil, ctx.Err() },
		Judge: func(*string) cloud.Verdict { return cloud.Verdict{} },
		Diagnose: func(_ context.Context, last *string) (*cloud.Diagnosis, error) {
			assert.Nil(t, last)
			return nil, cloud.ErrNotFound
		},
	}).Wait(ctx)
	wait, ok := errors.AsType[*cloud.WaitError](err)
	require.True(t, ok)
	d, err := wait.Diagnose(nil) //nolint:staticcheck // as the calls of a client take it
	assert.Nil(t, d)
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

func TestNotDiagnosable(t *testing.T) {
	t.Parallel()
	var nothing *cloud.WaitError
	data, err := json.Marshal(brokenThing(t, func(context.Context, *string) (*cloud.Diagnosis, error) { panic("called") }))
	require.NoError(t, err)
	read := new(cloud.WaitError)
	require.NoError(t, json.Unmarshal(data, read))
	tests := []struct {
		name string
		err  *cloud.WaitError
		kind cloud.Kind
		says string
	}{
		{"no function", brokenThing(t, nil), cloud.ErrUnsupported, "things MakeThing: unsupported: the service has no events and no log"},
		{"from JSON", read, cloud.ErrInvalid, "things MakeThing: invalid: the error was not made by a waiter of this process: resume the wait with the token"},
		{"by hand", &cloud.WaitError{}, cloud.ErrInvalid, "wait again and diagnose its error"},
		{"nil", nothing, cloud.ErrInvalid, "wait again and diagnose its error"},
		{
			"nothing at all", brokenThing(t, func(context.Context, *string) (*cloud.Diagnosis, error) { return nil, nil }),
			cloud.ErrTransport, "it has no value",
		},
	}
	for _, tt := range tests {
		d, err := tt.err.Diagnose(t.Context())
		assert.Nil(t, d, tt.name)
		require.ErrorIs(t, err, tt.kind, tt.name)
		require.ErrorContains(t, err, tt.says, tt.name)
	}
}

func TestDiagnosisIsClean(t *testing.T) {
	t.Parallel()
	d := diagnosed(t, cloud.Diagnosis{
		Events: []cloud.Event{{Name: "a\nb", Message: "c\r\nd\x1b[2J" + strings.Repeat("x", 5000)}},
		Log:    "one\r\n\ttwo\x1b[31m\x00 \u202ethree\xff\n\n", Source: "s\nt",
	})
	assert.Equal(t, "a b", d.Events[0].Name)
	assert.Regexp(t, `^c d \[2Jx+…$`, d.Events[0].Message)
	assert.LessOrEqual(t, len(d.Events[0].Message), 1<<10)
	assert.Equal(t, "one\n\ttwo[31m three\uFFFD", d.Log)
	assert.Equal(t, "s t", d.Source)
}

func TestDiagnosisIsBounded(t *testing.T) {
	t.Parallel()
	var d cloud.Diagnosis
	var log strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&log, "line %d\n", i)
		d.Events = append(d.Events, cloud.Event{Time: time.Unix(int64(i), 0)})
	}
	d.Log = log.String()
	d = *diagnosed(t, d)
	require.Len(t, d.Events, 200)
	assert.Equal(t, time.Unix(99_999, 0), d.Events[199].Time, "the latest")
	assert.LessOrEqual(t, len(d.Log), 64<<10)
	assert.Greater(t, len(d.Log), 63<<10)
	assert.Regexp(t, `^line \d{5}\n`, d.Log, "whole lines")
	assert.True(t, strings.HasSuffix(d.Log, "line 99999"))

	one := diagnosed(t, cloud.Diagnosis{Log: strings.Repeat("世", 1<<16)})
	assert.LessOrEqual(t, len(one.Log), 64<<10)
	assert.Greater(t, len(one.Log), 63<<10)
	assert.True(t, utf8.ValidString(one.Log))
}

// TestDiagnosisShowsNoLog checks that only JSON has the log, which may hold secrets.
func TestDiagnosisShowsNoLog(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	d := cloud.Diagnosis{
		Events: []cloud.Event{{Time: at, Name: "FAILED", Message: "no quota"}, {Message: "and\nmore"}}, Log: "password=x\ny", Source: "job 7",
	}
	const text = "2026-11-29T12:00:00Z FAILED: no quota; and more; log of 2 lines; see job 7"
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("failed", "diagnosis", d, "pointer", &d)
	for _, printed := range []string{
		d.String(), fmt.Sprintf("%v", d), fmt.Sprintf("%+v", &d), fmt.Sprintf("%#v", d), fmt.Sprintf("%s", &d), log.String(),
	} {
		assert.Contains(t, printed, text)
		assert.NotContains(t, printed, "password")
	}
	assert.Equal(t, "nothing", cloud.Diagnosis{}.String())
	d.Events = make([]cloud.Event, 7)
	assert.Contains(t, d.String(), "2 earlier events")

	d.Events = []cloud.Event{{Time: at, Name: "FAILED"}, {Message: "more"}}
	data, err := json.Marshal(d)
	require.NoError(t, err)
	assert.JSONEq(t, `{"events":[{"time":"2026-11-29T12:00:00Z","name":"FAILED"},{"message":"more"}],"log":"password=x\ny","source":"job 7"}`, string(data))
	var back cloud.Diagnosis
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, d, back)
}
