package dlc

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

//go:embed testdata/codes.txt
var judged string

// judgedKinds reads testdata/codes.txt: a kind with a count, then its codes, each after a tab.
func judgedKinds(t *testing.T) map[cloud.Code]cloud.Kind {
	out := map[cloud.Code]cloud.Kind{}
	var kind string
	for lines := bufio.NewScanner(strings.NewReader(judged)); lines.Scan(); {
		line := lines.Text()
		if code, ok := strings.CutPrefix(line, "\t"); ok {
			require.NotContains(t, out, cloud.Code(code))
			out[cloud.Code(code)] = cloud.Kind(kind)
		} else if !strings.HasPrefix(line, "#") {
			kind, _, _ = strings.Cut(line, " (")
		}
	}
	return out
}

// answers answers every call alike, and counts.
type answers struct {
	body  string
	calls int
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	a.calls++
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	return &http.Response{
		StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}, nil
}

func (a *answers) client(t *testing.T, attempts int) *Client {
	c, err := New(cloud.Config{
		Region: "ap-guangzhou", Credentials: cloud.StaticCredentials("AKID", "secret", ""), HTTPClient: &http.Client{Transport: a},
		SkipValidation: true, Retry: cloud.Retry{MaxAttempts: attempts},
	})
	require.NoError(t, err)
	return c
}

func TestEveryCodeHasItsKind(t *testing.T) {
	t.Parallel()
	want := judgedKinds(t)
	assert.Len(t, want, 320)
	assert.Equal(t, want, errorKinds)
	// Which attempts each kind is worth: of a read, and of a write that may have been carried out.
	attempts := map[cloud.Kind][2]int{
		cloud.ErrThrottled: {2, 2}, cloud.ErrUnavailable: {2, 1}, cloud.ErrInternal: {2, 1},
	}
	for code, kind := range want {
		synctest.Test(t, func(t *testing.T) {
			a := &answers{body: fmt.Sprintf(`{"Response":{"Error":{"Code":%q,"Message":"because"},"RequestId":"r-1"}}`, code)}
			tries, ok := attempts[kind]
			if !ok {
				tries = [2]int{1, 1}
			}
			_, err := a.client(t, 2).DescribeUsers(t.Context(), DescribeUsersRequest{})
			require.ErrorIs(t, err, kind, code)
			require.ErrorIs(t, err, code)
			assert.Equal(t, tries[0], a.calls, "a read with %s", code)
			assert.ErrorContains(t, err, "because")
			assert.ErrorContains(t, err, "r-1")

			a.calls = 0
			_, err = a.client(t, 2).DeleteUser(t.Context(), DeleteUserRequest{})
			require.ErrorIs(t, err, code)
			assert.Equal(t, tries[1], a.calls, "a write with %s", code)
		})
	}
}

// TestJudgementsDifferOnPurpose compares with the proposal that the kinds were judged from.
func TestJudgementsDifferOnPurpose(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "facts", "tencent-errors.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the proposal is not here")
	}
	require.NoError(t, err)
	var proposal []struct{ Code, Kind string }
	require.NoError(t, json.Unmarshal(text, &proposal))
	kinds := map[string]cloud.Kind{
		"Validation": cloud.ErrInvalid, "Unauthenticated": cloud.ErrUnauthenticated, "AccessDenied": cloud.ErrDenied, "NotFound": cloud.ErrNotFound,
		"Conflict": cloud.ErrConflict, "LimitExceeded": cloud.ErrQuota, "Throttled": cloud.ErrThrottled, "Unsupported": cloud.ErrUnsupported,
		"Unavailable": cloud.ErrUnavailable, "Internal": cloud.ErrInternal,
	}
	changed := map[cloud.Code]cloud.Kind{}
	for _, p := range proposal {
		if is := errorKinds[cloud.Code(p.Code)]; is != kinds[p.Kind] {
			changed[cloud.Code(p.Code)] = is
		}
	}
	assert.Equal(t, map[cloud.Code]cloud.Kind{
		CodeFailedOperationOtherException:              cloud.ErrInternal,    // an unknown problem, which says nothing of being available
		CodeOperationDeniedDefaultQueueDeleteForbidden: cloud.ErrUnsupported, // no other state of the queue would allow it
	}, changed)
	assert.Len(t, errorKinds, len(proposal))
}

// TestNothingIsNoAnswer is about answers with HTTP status 200 that have no response in them.
func TestNothingIsNoAnswer(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `null`, `{}`, `{"Response":null}`, `{"Response":{}}`, `[]`, `{"Response":[]}`, `{"Response":{"RequestId":"r"}`} {
		a := &answers{body: body}
		client := reflect.ValueOf(a.client(t, 1))
		actions := 0
		for m, method := range client.Methods() {
			if m.Type.NumIn() != 3 || m.Type.NumOut() != 2 || m.Type.In(2).Name() != m.Name+"Request" {
				continue
			}
			actions++
			out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), reflect.Zero(m.Type.In(2))})
			err, _ := reflect.TypeAssert[error](out[1])
			require.ErrorIs(t, err, cloud.ErrTransport, "%s with %s", m.Name, body)
			require.True(t, out[0].IsNil(), m.Name)
		}
		assert.Equal(t, 309, actions)
	}
}
