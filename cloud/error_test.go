package cloud_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var kinds = []cloud.Kind{
	cloud.ErrInvalid, cloud.ErrUnauthenticated, cloud.ErrDenied, cloud.ErrNotFound, cloud.ErrConflict, cloud.ErrQuota,
	cloud.ErrThrottled, cloud.ErrUnsupported, cloud.ErrUnavailable, cloud.ErrInternal, cloud.ErrTransport,
}

func TestEveryKindMatchesItselfAlone(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		err := fmt.Errorf("deploying: %w", &cloud.Error{Kind: k})
		assert.NotEmpty(t, k.Error())
		assert.Equal(t, k, cloud.KindOf(err))
		for _, other := range kinds {
			assert.Equal(t, k == other, errors.Is(err, other), "%q against %q", k, other)
		}
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want cloud.Kind
	}{
		{"nil", nil, ""},
		{"foreign", io.EOF, ""},
		{"context", context.Canceled, ""},
		{"bare kind", fmt.Errorf("x: %w", cloud.ErrQuota), cloud.ErrQuota},
		{"call", &cloud.Error{Kind: cloud.ErrConflict}, cloud.ErrConflict},
		{"validation", &cloud.ValidationError{}, cloud.ErrInvalid},
		{"outermost of two", &cloud.Error{Kind: cloud.ErrTransport, Err: &cloud.Error{Kind: cloud.ErrThrottled}}, cloud.ErrTransport},
		{"wait that a call ended", &cloud.WaitError{Err: &cloud.Error{Kind: cloud.ErrDenied}}, cloud.ErrDenied},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, cloud.KindOf(tt.err))
		})
	}
}

func TestErrorSaysEverythingInOneLine(t *testing.T) {
	t.Parallel()
	err := &cloud.Error{
		Service: "finspace", Operation: "GetKxCluster", Kind: cloud.ErrThrottled, Code: "ThrottlingException",
		Message: "Rate exceeded", RequestID: "r-1", StatusCode: 429, RetryAfter: 2 * time.Second, Attempts: 3, Err: io.ErrUnexpectedEOF,
	}
	assert.Equal(t, "finspace GetKxCluster: throttled: ThrottlingException: Rate exceeded: unexpected EOF "+
		"(status 429, request id r-1, retry after 2s, 3 attempts)", err.Error())
	assert.Equal(t, "not found", (&cloud.Error{Kind: cloud.ErrNotFound}).Error())
}

func TestErrorIsOneBoundedLine(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a\r\nlevel=ERROR msg=forged\x1b[2J\u2028end", strings.Repeat("long ", 1<<18)} {
		err := &cloud.Error{
			Service: "finspace", Operation: "GetKxCluster", Kind: cloud.ErrConflict, Code: cloud.Code(text), Message: text, RequestID: text,
			StatusCode: 409, Err: errors.New(text),
		}
		said := err.Error()
		assert.False(t, strings.ContainsFunc(said, unicode.IsControl), "%q", said)
		assert.NotContains(t, said, "\u2028")
		assert.Less(t, len(said), 4<<10)
		assert.True(t, strings.HasPrefix(said, "finspace GetKxCluster: conflict: "))
		assert.Contains(t, said, "(status 409, request id ")
	}
}

func TestErrorIsAnAPIError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind cloud.Kind
		want smithy.ErrorFault
	}{
		{cloud.ErrConflict, smithy.FaultClient},
		{cloud.ErrInternal, smithy.FaultServer},
		{cloud.ErrUnavailable, smithy.FaultServer},
		{cloud.ErrTransport, smithy.FaultUnknown},
	}
	for _, tt := range tests {
		err := fmt.Errorf("wrapped: %w", &cloud.Error{Kind: tt.kind, Code: "C", Message: "m", Err: io.EOF})
		var api smithy.APIError
		require.ErrorAs(t, err, &api)
		assert.Equal(t, "C", api.ErrorCode())
		assert.Equal(t, "m", api.ErrorMessage())
		assert.Equal(t, tt.want, api.ErrorFault())
		assert.ErrorIs(t, err, cloud.Code("C"))
		assert.NotErrorIs(t, err, cloud.Code("D"))
		assert.ErrorIs(t, err, io.EOF)
	}
	assert.NotErrorIs(t, &cloud.Error{}, cloud.Code(""), "no code matches no code")
}

func TestValidationErrorSpeaksSmithyToo(t *testing.T) {
	t.Parallel()
	err := error(&cloud.ValidationError{Service: "finspace", Operation: "CreateKxChangeset", Problems: []cloud.Problem{
		{Field: "databaseName", Rule: "required"},
		{Field: "changeRequests[2].dbPath", Rule: "must have 1 to 1025 characters", Given: `""`},
	}})
	assert.Equal(t, `finspace CreateKxChangeset: invalid: databaseName: required; `+
		`changeRequests[2].dbPath: must have 1 to 1025 characters, given ""`, err.Error())
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.NotErrorIs(t, err, cloud.ErrDenied)

	var params *smithy.InvalidParamsError
	require.ErrorAs(t, fmt.Errorf("wrapped: %w", err), &params)
	require.Equal(t, 2, params.Len())
	var param smithy.InvalidParamError
	require.ErrorAs(t, params.Errs()[1], &param)
	assert.Equal(t, "CreateKxChangeset.changeRequests[2].dbPath", param.Field())

	var outer smithy.InvalidParamsError
	outer.AddNested("inner", *params)
	require.ErrorAs(t, outer.Errs()[0], &param)
	assert.Equal(t, "inner.databaseName", param.Field())

	var byValue smithy.InvalidParamsError
	require.ErrorAs(t, err, &byValue)
	assert.Equal(t, 2, byValue.Len())
}
