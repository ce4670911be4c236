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
	Origin:    transport.Origin{Service: "finspace", Region: "us-east-1", Account: "111122223333", Site: "gateway.example.com"},
	operation: "CreateKxChangeset", started: time.Date(2026, 11, 22, 5, 0, 0, 123456789, time.UTC),
}

func wanted(service, operation, region string) token {
	return token{Origin: transport.Origin{Service: service, Region: region}, operation: operation}
}

func encoded(t testing.TB, of token, state any) string {
	t.Helper()
	text, err := of.encode(state)
	require.NoError(t, err)
	return text
}

func TestTokenRoundTrip(t *testing.T) {
	t.Parallel()
	text := encoded(t, aToken, &tokenState{Name: "línea\n.1"})
	assert.True(t, strings.HasPrefix(text, "pc1.finspace.CreateKxChangeset."), text)
	assert.NotContains(t, text, "\n")

	var state tokenState
	got, err := decodeToken(" "+text+"\n", wanted("finspace", "CreateKxChangeset", "us-east-1"), &state)
	require.NoError(t, err)
	assert.Equal(t, tokenState{Name: "línea\n.1"}, state)
	assert.True(t, aToken.started.Equal(got.started), "%v", got.started)
	assert.Equal(t, "111122223333", got.Account)
	assert.Equal(t, "gateway.example.com", got.Site)

	_, err = aToken.encode(&tokenState{Size: math.NaN()})
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
		want              token
	}{
		{"empty", "", "required", aToken},
		{"garbage", "hello", "is not a resume token", aToken},
		{"binary", "\x00\xff.\x01", "is not a resume token", aToken},
		{"other layout", sealed("pc1.finspace"), "is not a resume token", aToken},
		{"other version", sealed("pc9.finspace.CreateKxChangeset.e30"), `version "pc9"`, aToken},
		{"truncated", good[:len(good)-1], "checksum", aToken},
		{"altered", strings.Replace(good, "Changeset", "ChangeSet", 1), "checksum", aToken},
		{"other operation", good, "is for finspace CreateKxChangeset", wanted("finspace", "UpdateKxCluster", "us-east-1")},
		{"other service", good, "is for finspace CreateKxChangeset", wanted("proton", "CreateKxChangeset", "us-east-1")},
		{"other region", good, `is for region "us-east-1"`, wanted("finspace", "CreateKxChangeset", "eu-west-1")},
		{"not base64", sealed("pc1.finspace.CreateKxChangeset.***"), "not base64", aToken},
		{"no head", sealed("pc1.finspace.CreateKxChangeset." + encode([]byte("null"))), "damaged", aToken},
		{"no state", sealed("pc1.finspace.CreateKxChangeset." + encode([]byte(`{"region":"us-east-1"}`))), "damaged", aToken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var state tokenState
			_, err := decodeToken(tt.token, tt.want, &state)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.ErrorContains(t, err, "token: ")
			assert.ErrorContains(t, err, tt.says)
			assert.ErrorContains(t, err, tt.want.operation)
		})
	}
}

// forged is a token of aToken's change with a right checksum around whatever head and state say.
func forged(head, state string) string {
	return sealed("pc1.finspace.CreateKxChangeset." + base64.RawURLEncoding.EncodeToString([]byte(head+"\n"+state)))
}

func TestTokensOfBeforeAccountsAndSites(t *testing.T) {
	t.Parallel()
	var state tokenState
	got, err := decodeToken(forged(`{"region":"us-east-1","started":1700000000.5}`, `{"name":"a"}`), aToken, &state)
	require.NoError(t, err)
	assert.Empty(t, got.Account, "not known")
	assert.Equal(t, aToken.Site, got.Site, "taken to be of this one")

	own := aToken
	own.Site, own.Account = "", ""
	got, err = decodeToken(encoded(t, own, &state), aToken, &state)
	require.NoError(t, err)
	assert.Empty(t, got.Site, "a token that is for the service's own site says so")
}

// TestForgedTokens have the right checksum, which anyone can compute.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	const head, state = `{"region":"us-east-1","started":1700000000}`, `{"name":"a"}`
	require.NotPanics(t, func() {
		_, err := decodeToken(forged(head, state), aToken, new(tokenState))
		require.NoError(t, err)
	})
	long := strings.Repeat("x", 100_000)
	tests := map[string]string{
		"no time":                  forged(`{"region":"us-east-1"}`, state),
		"a time before all":        forged(`{"region":"us-east-1","started":-62135596800}`, state),
		"a time of 1970":           forged(`{"region":"us-east-1","started":1}`, state),
		"a time after all":         forged(`{"region":"us-east-1","started":253402300799}`, state),
		"a time beyond times":      forged(`{"region":"us-east-1","started":1e300}`, state),
		"a time that is a text":    forged(`{"region":"us-east-1","started":"yesterday"}`, state),
		"a region that is long":    forged(`{"region":"`+long+`","started":1700000000}`, state),
		"a region of lines":        forged(`{"region":"a\nlevel=ERROR","started":1700000000}`, state),
		"a region that is none":    forged(`{"region":{},"started":1700000000}`, state),
		"a site that is none":      forged(`{"region":"us-east-1","started":1700000000,"site":[]}`, state),
		"an account that is none":  forged(`{"region":"us-east-1","started":1700000000,"account":{}}`, state),
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
			_, err := decodeToken(text, aToken, new(tokenState))
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.Less(t, len(err.Error()), 500)
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}

func FuzzForgedToken(f *testing.F) {
	f.Add(`{"region":"us-east-1","started":1700000000}`, `{"name":"a"}`)
	f.Add(`{"region":null,"started":null,"site":null}`, `null`)
	f.Fuzz(func(t *testing.T, head, state string) {
		var s tokenState
		got, err := decodeToken(forged(head, state), aToken, &s)
		if err != nil {
			require.ErrorIs(t, err, cloud.ErrInvalid)
			require.Less(t, len(err.Error()), 2000)
			return
		}
		require.Equal(t, aToken.Region, got.Region)
		require.Less(t, time.Since(got.started), 100*365*24*time.Hour)
	})
}

func FuzzDecodeToken(f *testing.F) {
	f.Add(encoded(f, aToken, &tokenState{Name: "a"}))
	f.Add("pc1....")
	f.Add(sealed("pc1.finspace.CreateKxChangeset.e30"))
	f.Fuzz(func(t *testing.T, text string) {
		var state tokenState
		if _, err := decodeToken(text, aToken, &state); err != nil {
			require.ErrorIs(t, err, cloud.ErrInvalid)
		}
	})
}
