package signtest

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// Noon is when the tests sign.
var Noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// Scheme is a signer under test.
type Scheme struct {
	Sign        func(r *sign.Request, c sign.Credentials, t time.Time) // with any nonce
	Verify      Verify
	Request     func() *sign.Request // a new one each time
	Credentials sign.Credentials     // with a session token
}

// Key looks up the secret of the credentials.
func (s Scheme) Key(accessKeyID string) (string, bool) {
	return s.Credentials.SecretAccessKey, accessKeyID == s.Credentials.AccessKeyID
}

// Signed returns the request, signed at noon.
func (s Scheme) Signed() *sign.Request {
	r := s.Request()
	s.Sign(r, s.Credentials, Noon)
	return r
}

// Run tests what all schemes have in common; headers are those that Sign sets.
func (s Scheme) Run(t *testing.T, headers ...string) {
	t.Run("adds headers only", func(t *testing.T) { s.addsOnly(t, headers) })
	t.Run("signs again", s.signsAgain)
	t.Run("unknown key", s.unknownKey)
	t.Run("concurrent use", s.concurrently)
}

func (s Scheme) addsOnly(t *testing.T, headers []string) {
	r, before := s.Signed(), s.Request()
	var added []string
	for name := range r.Header {
		if _, ok := before.Header[name]; !ok {
			added = append(added, name)
			delete(r.Header, name)
		}
	}
	slices.Sort(added)
	if slices.Sort(headers); !slices.Equal(added, headers) {
		t.Errorf("added %v, want %v", added, headers)
	}
	if !reflect.DeepEqual(before, r) {
		t.Errorf("changed %+v to %+v", before, r)
	}
}

// signsAgain tests that a retry can sign the same headers again, perhaps with other credentials.
func (s Scheme) signsAgain(t *testing.T) {
	plain := sign.Credentials{AccessKeyID: s.Credentials.AccessKeyID, SecretAccessKey: s.Credentials.SecretAccessKey}
	later := Noon.Add(time.Hour)
	again, once := s.Signed(), s.Request()
	s.Sign(again, plain, later)
	s.Sign(once, plain, later.In(time.FixedZone("far", 14*60*60)))
	if !reflect.DeepEqual(once, again) {
		t.Errorf("signed twice: %+v, once: %+v", again, once)
	}
}

func (s Scheme) unknownKey(t *testing.T) {
	check, err := s.Verify(s.Signed(), func(string) (string, bool) { return "", false })
	if !errors.Is(err, sign.ErrUnknownKey) {
		t.Errorf("got error %v", err)
	}
	if check.AccessKeyID != s.Credentials.AccessKeyID || check.SignedAt != Noon ||
		check.StringToSign == "" || check.Got == "" || check.Want != "" {
		t.Errorf("got %+v", check)
	}
}

func (s Scheme) concurrently(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				c := sign.Credentials{AccessKeyID: "key", SecretAccessKey: "secret" + strconv.Itoa(i%2)}
				r := s.Request()
				s.Sign(r, c, Noon.AddDate(0, 0, j%2))
				if _, err := s.Verify(r, func(string) (string, bool) { return c.SecretAccessKey, true }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// Covers checks that a signed request verifies, and that none of its changes does.
func (s Scheme) Covers(t *testing.T, r *sign.Request, changes ...func(r *sign.Request)) {
	t.Helper()
	if _, err := s.Verify(r, s.Key); err != nil {
		t.Fatal(err)
	}
	for i, change := range changes {
		changed := Clone(r)
		change(changed)
		if _, err := s.Verify(changed, s.Key); !errors.Is(err, sign.ErrMismatch) {
			t.Errorf("change %d: got error %v", i, err)
		}
	}
}

// BenchmarkSign measures signing with bodies of some sizes.
func (s Scheme) BenchmarkSign(b *testing.B) {
	for _, size := range []int{0, 400, 4096} {
		b.Run(strconv.Itoa(size)+"B", func(b *testing.B) {
			r := s.sized(size)
			b.ReportAllocs()
			for b.Loop() {
				s.Sign(r, s.Credentials, Noon)
			}
		})
	}
}

// BenchmarkVerify measures verifying.
func (s Scheme) BenchmarkVerify(b *testing.B) {
	r := s.sized(400)
	s.Sign(r, s.Credentials, Noon)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Verify(r, s.Key); err != nil {
			b.Fatal(err)
		}
	}
}

// sized returns the request with a body of that size, without a session token, as most calls are.
func (s *Scheme) sized(size int) *sign.Request {
	s.Credentials.SessionToken = ""
	r := s.Request()
	r.Body = []byte(strings.Repeat("x", size))
	return r
}

// Edit replaces a part of the Authorization header.
func Edit(old, new string) func(*sign.Request) {
	return func(r *sign.Request) {
		r.Header = maps.Clone(r.Header)
		r.Header["Authorization"] = []string{strings.Replace(r.Header.Get("Authorization"), old, new, 1)}
	}
}

// RunVectors runs a test for each of the package's vectors.
func RunVectors(t *testing.T, test func(t *testing.T, v Vector)) {
	for _, v := range Load(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			test(t, v)
		})
	}
}
