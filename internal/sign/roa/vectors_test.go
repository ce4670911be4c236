package roa_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	signtest.RunVectors(t, func(t *testing.T, v signtest.Vector) { testVector(t, v) })
}

func testVector(t *testing.T, v signtest.Vector) *sign.Request {
	t.Helper()
	r := v.Request()
	roa.Signer{}.Sign(r, v.Credentials(), v.Time, v.Nonce)
	assert.Equal(t, v.Authorization, r.Header.Get("Authorization"))

	check, err := roa.Verify(r, v.Key)
	require.NoError(t, err)
	assert.Equal(t, sign.Check{
		AccessKeyID: v.AccessKeyID, StringToSign: v.StringToSign,
		Want: v.Signature, Got: v.Signature, SignedAt: v.Time,
	}, check)
	return r
}

// The recorded requests themselves, in case there are some that testdata lacks.
func TestSharedVectors(t *testing.T) {
	t.Parallel()
	at := func(h http.Header) (time.Time, error) { return http.ParseTime(h.Get("Date")) }
	for _, r := range signtest.Alibaba(t, "ROA HMAC-SHA1", at,
		"Authorization", "Date", "X-Acs-Signature-Method", "X-Acs-Signature-Nonce", "X-Acs-Signature-Version", "X-Acs-Accesskey-Id", "X-Acs-Security-Token",
	) {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, r.Sent, testVector(t, r.Vector).Header)
		})
	}
}
