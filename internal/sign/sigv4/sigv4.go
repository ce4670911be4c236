package sigv4

import (
	"encoding/hex"
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
// its fields must not change after the first.
type Signer struct {
	Region, Service string

	// Normalize removes dot segments and repeated slashes from the path
	// before it is signed. Off, the path is signed as it is sent.
	Normalize bool
	// ContentHash sends the hash of the body as X-Amz-Content-Sha256 too.
	ContentHash bool
	// UnsignedToken sends the session token without signing it.
	UnsignedToken bool

	keys sign.KeyCache
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

	w.Stamp = t.UTC().AppendFormat(w.Stamp, timeFormat)
	w.Hash = sign.AppendSHA256(w.Hash, r.Body)
	delete(r.Header, "X-Amz-Security-Token")
	s.addHeaders(w, r)
	w.AddBytes("X-Amz-Date", w.Stamp)
	if c.SessionToken != "" && !s.UnsignedToken {
		w.Add(appendValue, "X-Amz-Security-Token", c.SessionToken)
	}
	if s.ContentHash {
		w.AddBytes("X-Amz-Content-Sha256", w.Hash)
	}
	w.Sort()
	w.Text = s.appendCanonicalRequest(w.Text, w, r, r.Query)
	signature := s.sign(w, c.SecretAccessKey)

	// One string and one slice hold all that is set.
	text := append(w.Text[:0], w.Stamp...)
	text = append(text, w.Hash...)
	text = append(text, algorithm+" Credential="...)
	text = append(append(text, c.AccessKeyID...), '/')
	text = s.appendScope(text, w.Stamp[:dateLength])
	text = append(text, ", SignedHeaders="...)
	text = append(text, w.Names...)
	text = append(text, ", Signature="...)
	text = append(text, signature[:]...)
	w.Text = text
	all := string(text)
	stamp, all := all[:len(w.Stamp)], all[len(w.Stamp):]
	hash, authorization := all[:len(w.Hash)], all[len(w.Hash):]

	values := make([]string, 0, 4)
	values = sign.Set(r.Header, values, "Authorization", authorization)
	values = sign.Set(r.Header, values, "X-Amz-Date", stamp)
	if c.SessionToken != "" {
		values = sign.Set(r.Header, values, "X-Amz-Security-Token", c.SessionToken)
	}
	if s.ContentHash {
		sign.Set(r.Header, values, "X-Amz-Content-Sha256", hash)
	}
}

// addHeaders takes in what the request brings along; what Sign sets comes on
// top of it.
func (s *Signer) addHeaders(w *sign.Scratch, r *sign.Request) {
	w.Add(appendValue, "Host", r.Host)
	for name, values := range r.Header {
		switch name {
		case "Authorization", "User-Agent", "X-Amzn-Trace-Id", "Expect", "Transfer-Encoding", "Host", "X-Amz-Date":
			continue
		case "X-Amz-Content-Sha256":
			if s.ContentHash {
				continue
			}
		}
		if len(values) > 0 {
			w.Add(appendValue, name, values[0], values[1:]...)
		}
	}
}

// sign replaces the canonical request in w.Text by the string to sign, and
// signs that.
func (s *Signer) sign(w *sign.Scratch, secret string) (signature [64]byte) {
	w.Text = s.appendStringToSign(w.Text, w.Stamp)
	key := s.keys.Key("AWS4", secret, w.Stamp[:dateLength], s.Region, s.Service, terminator)
	mac := sign.HMACSHA256(key[:], w.Text)
	hex.Encode(signature[:], mac[:])
	return signature
}
