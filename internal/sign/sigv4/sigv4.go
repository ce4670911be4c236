package sigv4

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	timeFormat = "20060102T150405Z"
	dateLength = len("20060102")
)

// Signer signs for one service in one region. It is safe for concurrent use;
// its fields must not change after the first use.
type Signer struct {
	Region, Service string

	keys  sign.KeyCache
	dates sign.StampCache
}

// New returns a Signer for a service by the name it has in credential scopes.
func New(region, service string) *Signer {
	return &Signer{Region: region, Service: service}
}

// Sign sets X-Amz-Date, X-Amz-Security-Token for temporary credentials, and
// Authorization.
func (s *Signer) Sign(r *sign.Request, c sign.Credentials, t time.Time) {
	w := sign.NewScratch()
	defer w.Release()

	date := s.dates.Header(t, writeTime)
	w.Stamp = date[0]
	key := s.keys.Key("AWS4", c.SecretAccessKey, w.Stamp[:dateLength], s.Region, s.Service, terminator)
	w.Hash = sign.AppendSHA256(w.Hash, r.Body)
	delete(r.Header, "X-Amz-Security-Token")
	addHeaders(w, r)
	w.Add(sign.Trimmed, "X-Amz-Date", w.Stamp)
	if c.SessionToken != "" {
		w.Add(appendValue, "X-Amz-Security-Token", c.SessionToken)
	}
	w.Sort()
	w.Text = appendCanonicalRequest(w.Text, w, r, r.Query)
	w.Text = appendStringToSign(w.Text, w.Stamp, key.Scope)
	mac := key.HMAC(w, w.Text)

	w.Text = w.AppendAuthorization(w.Text[:0], algorithm, c.AccessKeyID, key.Scope, ", ", mac[:])
	r.Header["Authorization"] = []string{string(w.Text)}
	r.Header["X-Amz-Date"] = date
	if c.SessionToken != "" {
		r.Header["X-Amz-Security-Token"] = []string{c.SessionToken}
	}
}

func writeTime(t time.Time) string { return t.UTC().Format(timeFormat) }

// addHeaders adds the headers that the request already has to the signature;
// Sign adds those that it sets.
func addHeaders(w *sign.Scratch, r *sign.Request) {
	w.Add(appendValue, "Host", r.Host)
	for name, values := range r.Header {
		switch name {
		case "Authorization", "User-Agent", "X-Amzn-Trace-Id", "Expect", "Transfer-Encoding", "Host", "X-Amz-Date":
			continue
		}
		if len(values) > 0 {
			w.Add(appendValue, name, values[0], values[1:]...)
		}
	}
}
