package sign_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

func TestHMAC(t *testing.T) {
	t.Parallel()
	for _, keyLength := range []int{0, 1, 30, 63, 64, 65, 200} {
		for _, length := range []int{0, 1, 63, 64, 255, 256, 257, 1024, 1025, 5000} {
			key := []byte(strings.Repeat("k", keyLength))
			message := strings.Repeat("m", length)

			want256 := hmac.New(sha256.New, key)
			want256.Write([]byte(message))
			got256 := sign.HMACSHA256(key, message)
			assert.Equal(t, want256.Sum(nil), got256[:])
			assert.Equal(t, got256, sign.HMACSHA256(key, []byte(message)))

			want1 := hmac.New(sha1.New, key)
			want1.Write([]byte(message))
			got1 := sign.HMACSHA1(key, message)
			assert.Equal(t, want1.Sum(nil), got1[:])
			assert.Equal(t, got1, sign.HMACSHA1(key, []byte(message)))
		}
	}
}

func TestKeyCache(t *testing.T) {
	t.Parallel()
	var cache sign.KeyCache
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 100 {
				secret, date := fmt.Sprint("secret", (i+j)%2), fmt.Sprint("2026112", j%3)
				want := sign.DeriveKey("P", secret, date, "region", "service")
				w := sign.NewScratch()
				key := cache.Key("P", secret, date, "region", "service")
				assert.Equal(t, sign.HMACSHA256(want[:], "message"), key.HMAC(w, []byte("message")))
				assert.Equal(t, date+"/region/service", key.Scope)
				w.Release()
			}
		})
	}
	wg.Wait()
}

func TestKeyOfLongSecret(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("s", 300)
	want := hmac.New(sha256.New, []byte("AWS4"+secret))
	want.Write([]byte("20261121"))
	got := sign.DeriveKey("AWS4", secret, "20261121")
	assert.Equal(t, want.Sum(nil), got[:])
}
