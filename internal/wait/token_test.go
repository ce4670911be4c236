package wait

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

type tokenState struct {
	Name string  `json:"name"`
	Size float64 `json:"size,omitzero"`
}

var aToken = token{
	tokenHead: tokenHead{
		Region: "us-east-1", Account: "111122223333", Site: "gateway.example.com",
		Started: time.Date(2026, 11, 22, 5, 0, 0, 123456789, time.UTC),
	},
	service: "finspace", operation: "CreateKxChangeset",
}

// A reader is a client that reads tokens of one operation.
type reader struct {
	api *transport.Client
	op  *transport.Operation
}

func readerOf(service, operation, region string) reader {
	api, err := transport.New(
		cloud.Config{Region: region, Credentials: cloud.StaticCredentials("id", "secret", "")},
		transport.Service{Name: service, Endpoint: "https://gateway.example.com"},
	)
	if err != nil {
		panic(err)
	}
	return reader{api, &transport.Operation{Name: operation}}
}

var aReader = readerOf("finspace", "CreateKxChangeset", "us-east-1")

type tokenRequest struct {
	ID   string   `path:"id"`
	Size *int     `json:"size,omitzero"`
	Note *string  `query:"note"`
	Tags []string `header:"x-tags"`
	Key  string   `json:"key,omitzero" sensitive:"true"`
}

func (r reader) read(text string, state any) (token, error) {
	return decodeToken(text, r.api, r.op, state, new(tokenRequest))
}

func encoded(t testing.TB, of token, state any) string {
	t.Helper()
	payload, err := of.encode(state, nil)
	require.NoError(t, err)
	return tokenText(of.service, of.operation, payload)
}

func TestTokenRoundTrip(t *testing.T) {
	t.Parallel()
	text := encoded(t, aToken, &tokenState{Name: "línea\n.1"})
	assert.True(t, strings.HasPrefix(text, "pc1.finspace.CreateKxChangeset."), text)
	assert.NotContains(t, text, "\n")

	var state tokenState
	got, err := aReader.read(" "+text+"\n", &state)
	require.NoError(t, err)
	assert.Equal(t, tokenState{Name: "línea\n.1"}, state)
	assert.True(t, aToken.Started.Equal(got.Started), "%v", got.Started)
	assert.Equal(t, "111122223333", got.Account)
	assert.Equal(t, "gateway.example.com", got.Site)

	_, err = aToken.encode(&tokenState{Size: math.NaN()}, nil)
	assert.ErrorContains(t, err, "size")
}

// sealed puts a right checksum on a token.
func sealed(body string) string {
	return fmt.Sprintf("%s.%08x", body, crc32.ChecksumIEEE([]byte(body)))
}

func TestTokenRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	good := encoded(t, aToken, &tokenState{Name: "a"})
	encode := base64.RawURLEncoding.EncodeToString
	tests := []struct {
		name, token, says string
		reader            reader
	}{
		{"empty", "", "required", aReader},
		{"garbage", "hello", "is not a token of a change", aReader},
		{"binary", "\x00\xff.\x01", "is not a token of a change", aReader},
		{"other layout", sealed("pc1.finspace"), "is not a token of a change", aReader},
		{"other version", sealed("pc9.finspace.CreateKxChangeset.e30"), `version "pc9"`, aReader},
		{"truncated", good[:len(good)-1], "checksum", aReader},
		{"altered", strings.Replace(good, "Changeset", "ChangeSet", 1), "checksum", aReader},
		{"other operation", good, "is for finspace CreateKxChangeset", readerOf("finspace", "UpdateKxCluster", "us-east-1")},
		{"other service", good, "is for finspace CreateKxChangeset", readerOf("proton", "CreateKxChangeset", "us-east-1")},
		{"other region", good, `is for region "us-east-1"`, readerOf("finspace", "CreateKxChangeset", "eu-west-1")},
		{"not base64", sealed("pc1.finspace.CreateKxChangeset.***"), "not base64", aReader},
		{"no head", sealed("pc1.finspace.CreateKxChangeset." + encode([]byte("null"))), "damaged", aReader},
		{"no state", sealed("pc1.finspace.CreateKxChangeset." + encode([]byte(`{"region":"us-east-1"}`))), "damaged", aReader},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var state tokenState
			_, err := tt.reader.read(tt.token, &state)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.ErrorContains(t, err, "token: ")
			assert.ErrorContains(t, err, tt.says)
			assert.ErrorContains(t, err, tt.reader.op.Name)
		})
	}
}

// forged is a token of aToken's change with a right checksum around whatever head and state say.
func forged(head, state string) string {
	return sealed("pc1.finspace.CreateKxChangeset." + base64.RawURLEncoding.EncodeToString([]byte(head+"\n"+state)))
}

// TestForgedTokens have the right checksum, which anyone can compute.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	const head, state = `{"region":"us-east-1","started":"2023-11-14T22:13:20Z"}`, `{"name":"a"}`
	require.NotPanics(t, func() {
		_, err := aReader.read(forged(head, state), new(tokenState))
		require.NoError(t, err)
	})
	long := strings.Repeat("x", 100_000)
	tests := map[string]string{
		"no time":                  forged(`{"region":"us-east-1"}`, state),
		"a time before all":        forged(`{"region":"us-east-1","started":"0001-01-01T00:00:00Z"}`, state),
		"a time of 1970":           forged(`{"region":"us-east-1","started":"1970-01-01T00:00:01Z"}`, state),
		"a time after all":         forged(`{"region":"us-east-1","started":"9999-12-31T23:59:59Z"}`, state),
		"a time beyond times":      forged(`{"region":"us-east-1","started":1e300}`, state),
		"a time that is a text":    forged(`{"region":"us-east-1","started":"yesterday"}`, state),
		"a region that is long":    forged(`{"region":"`+long+`","started":"2023-11-14T22:13:20Z"}`, state),
		"a region of lines":        forged(`{"region":"a\nlevel=ERROR","started":"2023-11-14T22:13:20Z"}`, state),
		"a region that is none":    forged(`{"region":{},"started":"2023-11-14T22:13:20Z"}`, state),
		"a site that is none":      forged(`{"region":"us-east-1","started":"2023-11-14T22:13:20Z","site":[]}`, state),
		"an account that is none":  forged(`{"region":"us-east-1","started":"2023-11-14T22:13:20Z","account":{}}`, state),
		"a state that is none":     forged(head, `[]`),
		"a state of another shape": forged(head, `{"name":{"`+long+`":1}}`),
		"a deep state":             forged(head, strings.Repeat("[", 100_000)),
		"no head":                  forged("", state),
		"a long operation":         sealed("pc1.finspace." + long + ".e30"),
		"an operation of lines":    sealed("pc1.finspace.a\nlevel=ERROR.e30"),
		"10 MB":                    forged(head, `{"name":"`+strings.Repeat(long, 100)+`"}`),
		"10 MB of dots":            strings.Repeat("pc.", 3<<20),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := aReader.read(text, new(tokenState))
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.Less(t, len(err.Error()), 500)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

// TestWhatOnlyObserversUse must not lose a change: tokens of older versions do not have it, and a damaged one is dropped.
func TestWhatOnlyObserversUse(t *testing.T) {
	t.Parallel()
	const id, span = "8e1f0c9a-0b1c-4d2e-8f3a-0123456789ab", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	tests := []struct {
		name, members, id, span string
	}{
		{"none", ``, "", ""},
		{"both", `,"id":"` + id + `","traceparent":"` + span + `"`, id, span},
		{"other forms", `,"id":"level=ERROR","traceparent":"00-` + id + `"`, "", ""},
		{"long", `,"id":"` + strings.Repeat("0", 65) + `","traceparent":"` + span + `0"`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			text := forged(`{"region":"us-east-1","started":"2023-11-14T22:13:20Z"`+tt.members+`}`, `{"name":"a"}`)
			info, err := cloud.PeekToken(text)
			require.NoError(t, err)
			assert.Equal(t, tt.id, info.ID)
			assert.Equal(t, tt.span, info.Traceparent)
			got, err := aReader.read(text, new(tokenState))
			require.NoError(t, err)
			assert.Equal(t, identity{tt.id, tt.span}, got.identity)
		})
	}
}

func FuzzForgedToken(f *testing.F) {
	f.Add(`{"region":"us-east-1","started":"2023-11-14T22:13:20Z"}`, `{"name":"a"}`)
	f.Add(`{"region":null,"started":null,"site":null}`, `null`)
	f.Fuzz(func(t *testing.T, head, state string) {
		var s tokenState
		got, err := aReader.read(forged(head, state), &s)
		if err != nil {
			require.ErrorIs(t, err, cloud.ErrInvalid)
			require.Less(t, len(err.Error()), 2000)
			return
		}
		require.Equal(t, aToken.Region, got.Region)
		require.Less(t, time.Since(got.Started), 100*365*24*time.Hour)
	})
}

func FuzzDecodeToken(f *testing.F) {
	f.Add(encoded(f, aToken, &tokenState{Name: "a"}))
	f.Add("pc1....")
	f.Add(sealed("pc1.finspace.CreateKxChangeset.e30"))
	f.Fuzz(func(t *testing.T, text string) {
		var state tokenState
		if _, err := aReader.read(text, &state); err != nil {
			require.ErrorIs(t, err, cloud.ErrInvalid)
		}
	})
}
