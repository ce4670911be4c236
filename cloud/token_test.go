package cloud_test

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
)

type tokenState struct {
	Name string  `json:"name"`
	Size float64 `json:"size,omitzero"`
}

var tokenHead = cloud.Token{
	Service: "finspace", Operation: "CreateKxChangeset", Region: "us-east-1",
	Started: time.Date(2026, 11, 22, 5, 0, 0, 123456789, time.UTC),
}

func TestTokenRoundTrip(t *testing.T) {
	t.Parallel()
	text := tokenHead.Encode(&tokenState{Name: "línea\n.1"})
	assert.True(t, strings.HasPrefix(text, "pc1.finspace.CreateKxChangeset."), text)
	assert.NotContains(t, text, "\n")

	var state tokenState
	got, err := cloud.DecodeToken(" "+text+"\n", cloud.Token{Service: "finspace", Operation: "CreateKxChangeset", Region: "us-east-1"}, &state)
	require.NoError(t, err)
	assert.Equal(t, tokenState{Name: "línea\n.1"}, state)
	assert.True(t, tokenHead.Started.Equal(got.Started), "%v", got.Started)
	assert.Empty(t, tokenHead.Encode(&tokenState{Size: math.NaN()}))
}

// sealed puts a right checksum on a token.
func sealed(body string) string {
	return fmt.Sprintf("%s.%08x", body, crc32.ChecksumIEEE([]byte(body)))
}

func TestTokenRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	good := tokenHead.Encode(&tokenState{Name: "a"})
	encode := base64.RawURLEncoding.EncodeToString
	tests := []struct {
		name, token, says string
		want              cloud.Token
	}{
		{"empty", "", "required", tokenHead},
		{"garbage", "hello", "is not a resume token", tokenHead},
		{"binary", "\x00\xff.\x01", "is not a resume token", tokenHead},
		{"other layout", sealed("pc1.finspace"), "is not a resume token", tokenHead},
		{"other version", sealed("pc9.finspace.CreateKxChangeset.e30"), `version "pc9"`, tokenHead},
		{"truncated", good[:len(good)-1], "checksum", tokenHead},
		{"altered", strings.Replace(good, "Changeset", "ChangeSet", 1), "checksum", tokenHead},
		{"other operation", good, "is for finspace CreateKxChangeset", cloud.Token{Service: "finspace", Operation: "UpdateKxCluster", Region: "us-east-1"}},
		{"other service", good, "is for finspace CreateKxChangeset", cloud.Token{Service: "proton", Operation: "CreateKxChangeset", Region: "us-east-1"}},
		{"other region", good, `is for region "us-east-1"`, cloud.Token{Service: "finspace", Operation: "CreateKxChangeset", Region: "eu-west-1"}},
		{"not base64", sealed("pc1.finspace.CreateKxChangeset.***"), "not base64", tokenHead},
		{"no head", sealed("pc1.finspace.CreateKxChangeset." + encode([]byte("null"))), "damaged", tokenHead},
		{"no state", sealed("pc1.finspace.CreateKxChangeset." + encode([]byte(`{"region":"us-east-1"}`))), "damaged", tokenHead},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var state tokenState
			_, err := cloud.DecodeToken(tt.token, tt.want, &state)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.ErrorContains(t, err, "token: ")
			assert.ErrorContains(t, err, tt.says)
			assert.ErrorContains(t, err, tt.want.Operation)
		})
	}
}

func FuzzDecodeToken(f *testing.F) {
	f.Add(tokenHead.Encode(&tokenState{Name: "a"}))
	f.Add("pc1....")
	f.Add(sealed("pc1.finspace.CreateKxChangeset.e30"))
	f.Fuzz(func(t *testing.T, text string) {
		var state tokenState
		if _, err := cloud.DecodeToken(text, tokenHead, &state); err != nil {
			require.ErrorIs(t, err, cloud.ErrInvalid)
		}
	})
}
