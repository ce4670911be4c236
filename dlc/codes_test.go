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

// kindsOfCodes reads testdata/codes.txt: a kind with a count, then its codes, each after a tab.
func kindsOfCodes(t *testing.T) map[cloud.Code]cloud.Kind {
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

// canned gives every call the same response, and counts the calls.
type canned struct {
	body  string
	calls int
}

func (s *canned) RoundTrip(r *http.Request) (*http.Response, error) {
	s.calls++
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	return &http.Response{
		StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(s.body)), ContentLength: int64(len(s.body)), Request: r,
	}, nil
}

func (s *canned) client(t *testing.T, attempts int) *Client {
	c, err := New(cloud.Config{
		Region: "ap-guangzhou", Credentials: cloud.StaticCredentials("AKID", "secret", ""), HTTPClient: &http.Client{Transport: s},
		SkipValidation: true, Retry: cloud.Retry{MaxAttempts: attempts},
	})
	require.NoError(t, err)
	return c
}

func TestEveryCodeHasItsKind(t *testing.T) {
	t.Parallel()
	want := kindsOfCodes(t)
	assert.Len(t, want, 320)
	assert.Equal(t, want, errorKinds)
	// Which attempts each kind is worth: of a read, and of a write that may have been carried out.
	attempts := map[cloud.Kind][2]int{
		cloud.ErrThrottled: {2, 2}, cloud.ErrUnavailable: {2, 1}, cloud.ErrInternal: {2, 1},
	}
	for code, kind := range want {
		synctest.Test(t, func(t *testing.T) {
			s := &canned{body: fmt.Sprintf(`{"Response":{"Error":{"Code":%q,"Message":"because"},"RequestId":"r-1"}}`, code)}
			tries, ok := attempts[kind]
			if !ok {
				tries = [2]int{1, 1}
			}
			_, err := s.client(t, 2).DescribeUsers(t.Context(), DescribeUsersRequest{})
			require.ErrorIs(t, err, kind, code)
			require.ErrorIs(t, err, code)
			assert.Equal(t, tries[0], s.calls, "a read with %s", code)
			assert.ErrorContains(t, err, "because")
			assert.ErrorContains(t, err, "r-1")

			s.calls = 0
			_, err = s.client(t, 2).DeleteUser(t.Context(), DeleteUserRequest{})
			require.ErrorIs(t, err, code)
			assert.Equal(t, tries[1], s.calls, "a write with %s", code)
		})
	}
}

// TestKindsDifferOnPurpose compares the kinds with the proposal that they were taken from.
func TestKindsDifferOnPurpose(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "facts", "tencent-errors.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the proposal is not here")
	}
	require.NoError(t, err)
	var proposal []struct{ Code, Kind string }
	require.NoError(t, json.Unmarshal(data, &proposal))
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
		CodeFailedOperationOtherException:              cloud.ErrInternal,    // an unknown problem, which does not mean unavailable
		CodeOperationDeniedDefaultQueueDeleteForbidden: cloud.ErrUnsupported, // no other state of the queue would allow it
	}, changed)
	assert.Len(t, errorKinds, len(proposal))
}

// TestEmptyResponses covers HTTP responses with status 200 without a response of the service.
func TestEmptyResponses(t *testing.T) {
	t.Parallel()
	model, err := os.ReadFile(filepath.Join("..", "internal", "models", "dlc.json"))
	require.NoError(t, err)
	modeled := bytes.Count(model, []byte(`"type": "operation"`))
	for _, body := range []string{``, `null`, `{}`, `{"Response":null}`, `{"Response":{}}`, `[]`, `{"Response":[]}`, `{"Response":{"RequestId":"r"}`} {
		s := &canned{body: body}
		client := reflect.ValueOf(s.client(t, 1))
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
		assert.Equal(t, modeled, actions, "operations of the model")
	}
}
