package sign_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

func TestCredentialsPrintRedacted(t *testing.T) {
	t.Parallel()
	c := sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "top-secret", SessionToken: "session-token"}
	var text, structured bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("x", "c", c, "p", &c)
	slog.New(slog.NewJSONHandler(&structured, nil)).Info("x", "c", c, "in", struct{ C sign.Credentials }{c})
	encoded, err := json.Marshal(map[string]any{"c": c})
	require.NoError(t, err)

	outputs := []string{text.String(), structured.String(), string(encoded)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		outputs = append(outputs,
			fmt.Sprintf(verb, c), fmt.Sprintf(verb, &c),
			fmt.Sprintf(verb, []sign.Credentials{c}), fmt.Sprintf(verb, struct{ C sign.Credentials }{c}))
	}
	for _, output := range outputs {
		assert.Contains(t, output, "AKIDEXAMPLE")
		assert.Contains(t, output, "[redacted]")
		assert.NotContains(t, output, "top-secret")
		assert.NotContains(t, output, "session-token")
		assert.NotContains(t, output, fmt.Sprintf("%x", "top-secret"))
	}
}

func TestCredentialsPrintWhatIsNotThere(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "{AccessKeyID:a SecretAccessKey: SessionToken:}", fmt.Sprint(sign.Credentials{AccessKeyID: "a"}))
}

func TestErrors(t *testing.T) {
	t.Parallel()
	err := sign.Malformed("header %q is missing", "host")
	require.ErrorIs(t, err, sign.ErrMalformed)
	require.EqualError(t, err, `sign: request is not properly signed: header "host" is missing`)

	require.NoError(t, (&sign.Check{Want: "a", Got: "a"}).Result())
	require.ErrorIs(t, (&sign.Check{Want: "a", Got: "b"}).Result(), sign.ErrMismatch)
	require.ErrorIs(t, (&sign.Check{Want: "a"}).Result(), sign.ErrMismatch)
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	const layout = "20060102T150405Z"
	at, err := sign.ParseTime(layout, "20150830T123600Z")
	require.NoError(t, err)
	assert.Equal(t, "2015-08-30 12:36:00 +0000 UTC", at.String())
	for _, value := range []string{"", "20150830T123600", "20150830T123600.5Z", "20150831T246000Z", "20150830T123600Z "} {
		_, err := sign.ParseTime(layout, value)
		require.ErrorIs(t, err, sign.ErrMalformed, value)
	}
}

func TestParseAuthorization(t *testing.T) {
	t.Parallel()
	want := sign.Authorization{Credential: "AK/d/s", SignedHeaders: "a;b", Signature: "00=="}
	tests := []struct {
		name    string
		values  []string
		problem string // empty if it is fine
	}{
		{"with spaces", []string{"ALG Credential=AK/d/s, SignedHeaders=a;b, Signature=00=="}, ""},
		{"without spaces", []string{"ALG Credential=AK/d/s,SignedHeaders=a;b,Signature=00=="}, ""},
		{"in another order", []string{"ALG Signature=00==,Credential=AK/d/s,SignedHeaders=a;b"}, ""},
		{"absent", nil, "no Authorization"},
		{"two headers", []string{"ALG Credential=a", "ALG Credential=a"}, "more than one"},
		{"empty", []string{""}, "does not start with ALG"},
		{"another algorithm", []string{"ALG2 Credential=AK/d/s,SignedHeaders=a;b,Signature=00"}, "does not start with ALG"},
		{"part twice", []string{"ALG Credential=a,Credential=b"}, "Credential twice"},
		{"unknown part", []string{"ALG Credential=a,Other=b"}, `unknown part "Other"`},
		{"part missing", []string{"ALG Credential=a,Signature=b"}, "needs Credential, SignedHeaders and Signature"},
		{"part empty", []string{"ALG Credential=a,SignedHeaders=,Signature=b"}, "needs Credential"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := &sign.Request{Header: map[string][]string{"Authorization": test.values}}
			got, err := sign.ParseAuthorization(r, "ALG")
			if test.problem == "" {
				require.NoError(t, err)
				assert.Equal(t, want, got)
				return
			}
			require.ErrorIs(t, err, sign.ErrMalformed)
			require.ErrorContains(t, err, test.problem)
		})
	}
}

func TestSignedHeaders(t *testing.T) {
	t.Parallel()
	r := &sign.Request{
		Host:   "h",
		Header: map[string][]string{"X-Acs-Date": {" 1 "}, "X-Acs-Many": {"a", "b"}, "Accept": {"x"}},
		Body:   []byte("123"),
	}
	tests := []struct {
		names, lines, problem string
	}{
		{"content-length;host;x-acs-date;x-acs-many", "content-length:3\nhost:h\nx-acs-date:1\nx-acs-many:a,b\n", ""},
		{"host;x-acs-many;x-acs-date", "", `not sorted at "x-acs-date"`},
		{"host;host", "", `not sorted at "host"`},
		{"", "", "not sorted"},
		{"host;", "", "not sorted"},
		{"Host", "", "not in lower case"},
		{"host;x-missing", "", `"x-missing" is not in the request`},
		{"x-acs-date;x-acs-many", "", `"host" must be signed`},
		{"host;x-acs-date", "", `"x-acs-many" must be signed`},
	}
	for _, test := range tests {
		t.Run(test.names, func(t *testing.T) {
			t.Parallel()
			w := sign.NewScratch()
			defer w.Release()
			err := w.AddSigned(sign.Trimmed, r, test.names, "host")
			if err == nil {
				err = w.RequireSigned(r, "X-Acs-")
			}
			if test.problem != "" {
				require.ErrorIs(t, err, sign.ErrMalformed)
				require.ErrorContains(t, err, test.problem)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.lines, string(w.AppendHeaders(nil)))
			assert.Equal(t, test.names, string(w.Names))
		})
	}
}

func TestSortIgnoresCase(t *testing.T) {
	t.Parallel()
	w := sign.NewScratch()
	defer w.Release()
	for _, name := range []string{"X_b", "Xa", "x-c", "X-Ab", "X-A", "b", "A", "x-"} {
		w.Add(sign.Trimmed, name, "")
	}
	w.AddBytes("X-Aa", []byte("1"))
	w.Sort()
	assert.Equal(t, "a;b;x-;x-a;x-aa;x-ab;x-c;x_b;xa", string(w.Names))
}

func TestSet(t *testing.T) {
	t.Parallel()
	h := map[string][]string{"A": {"old", "older"}}
	old := h["A"]
	list := sign.Set(h, make([]string, 0, 2), "A", "1")
	sign.Set(h, list, "B", "2")
	assert.Equal(t, map[string][]string{"A": {"1"}, "B": {"2"}}, h)
	assert.Equal(t, []string{"old", "older"}, old)
	h["A"] = append(h["A"], "more")
	assert.Equal(t, []string{"2"}, h["B"], "values must not share room")
}
