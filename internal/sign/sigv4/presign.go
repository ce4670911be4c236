package sigv4

import (
	"net/url"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// Presign signs the request in its query instead of in headers, so that it can
// be sent as it is, by anyone, until it expires. It changes r.Query only.
func (s *Signer) Presign(r *sign.Request, c sign.Credentials, t time.Time, expires time.Duration) {
	w := sign.NewScratch()
	defer w.Release()

	w.Stamp = t.UTC().AppendFormat(w.Stamp, timeFormat)
	w.Hash = sign.AppendSHA256(w.Hash, r.Body)
	s.addHeaders(w, r)
	w.Sort()

	credential := c.AccessKeyID + "/" + string(s.appendScope(nil, w.Stamp[:dateLength]))
	query := r.Query
	if query != "" {
		query += "&"
	}
	query += "X-Amz-Algorithm=" + algorithm +
		"&X-Amz-Credential=" + url.QueryEscape(credential) +
		"&X-Amz-Date=" + string(w.Stamp) +
		"&X-Amz-SignedHeaders=" + url.QueryEscape(string(w.Names)) +
		"&X-Amz-Expires=" + strconv.Itoa(int(expires/time.Second))
	signed := query
	if c.SessionToken != "" {
		query += "&X-Amz-Security-Token=" + url.QueryEscape(c.SessionToken)
	}
	if !s.UnsignedToken {
		signed = query
	}
	w.Text = s.appendCanonicalRequest(w.Text, w, r, signed)
	signature := s.sign(w, c.SecretAccessKey)
	r.Query = query + "&X-Amz-Signature=" + string(signature[:])
}
