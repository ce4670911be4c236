package transport

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

var (
	roaAccept = []string{"application/json"}
	roaType   = []string{"application/json; charset=utf-8"}
)

// ROA is the protocol of Alibaba Cloud services with an address for every resource.
type ROA struct {
	Version  string // of the API
	HMACSHA1 bool   // sign in the older way
}

func (ROA) QueryStyle() wire.QueryStyle { return wire.SpaceAsPlus }
func (ROA) AlwaysBody() bool            { return false }

func (p ROA) SetHeader(h http.Header, op *Operation, hasBody bool) {
	h["Accept"] = roaAccept
	values := []string{p.Version, op.Name}
	h["X-Acs-Version"], h["X-Acs-Action"] = values[:1:1], values[1:]
	if hasBody {
		h["Content-Type"] = roaType
	}
}

func (p ROA) Sign(r *sign.Request, c sign.Credentials, now time.Time) {
	if p.HMACSHA1 {
		roa.Signer{}.Sign(r, c, now, newNonce())
		return
	}
	acs3.Signer{}.Sign(r, c, now, newNonce())
}

// newNonce makes every attempt a request of its own, which the service demands.
func newNonce() string {
	var b [16]byte
	var text [32]byte
	_, _ = rand.Read(b[:])
	return string(hex.AppendEncode(text[:0], b[:]))
}

var errNoEnvelope = errors.New("it has neither success nor requestId")

// roaEnvelope is what the service puts around its data, and what the gateway answers instead.
type roaEnvelope struct {
	Success      *bool  `json:"success"`
	ErrorCode    string `json:"errorCode"`
	ErrorMessage string `json:"errorMessage"`
	RequestID    string `json:"requestId"`
	Message      string `json:"message"`
	Reason       string `json:"reason"`

	GatewayRequestID string           `json:"RequestId"`
	GatewayCode      string           `json:"Code"`
	GatewayMessage   string           `json:"Message"`
	AccessDenied     *roaAccessDenied `json:"AccessDeniedDetail"`
}

// roaAccessDenied says which permission a caller lacks.
type roaAccessDenied struct {
	Action        string `json:"AuthAction"`
	PrincipalType string `json:"AuthPrincipalType"`
	Principal     string `json:"AuthPrincipalDisplayName"`
	PolicyType    string `json:"PolicyType"`
	NoPermission  string `json:"NoPermissionType"`
	Diagnostic    string `json:"EncodedDiagnosticMessage"`
}

func (ROA) Decode(a *Answer, out any) Finding {
	var e roaEnvelope
	f := Finding{RetryAfter: roaRetryAfter(a.Header)}
	var malformed error
	if a.OK() {
		f.Seen, malformed = decodeObject(a.Body, out, &e)
	} else {
		_ = wire.Unmarshal(a.Body, &e) // a gateway may answer in HTML; the status still counts
	}
	if malformed != nil { // a refusal counts although the rest of the answer cannot be read
		e = roaEnvelope{}
		_ = wire.Unmarshal(a.Body, &e)
	}
	f.RequestID = firstOf(e.RequestID, e.GatewayRequestID, requestID(a.Header))
	f.Code = cloud.Code(firstOf(e.GatewayCode, e.ErrorCode))

	refused := e.Success != nil && !*e.Success || f.Code != "" && (e.Success == nil || !a.OK())
	switch {
	case malformed != nil && !refused:
		f.Malformed = malformed
	case a.OK() && !refused:
		f.Malformed = e.absent(f.Seen)
	case refused:
		f.Failed = true
		f.Message = firstOf(e.GatewayMessage, e.ErrorMessage, e.Message, e.Reason) + e.AccessDenied.String()
	}
	return f
}

// absent is the error of a success without the envelope. An operation that has none must at least answer
// with a member of its own.
func (e *roaEnvelope) absent(seen *wire.Seen) error {
	switch {
	case seen == nil || e.Success != nil || e.RequestID != "":
		return nil
	case seen.Takes("requestId"):
		return errNoEnvelope
	case !seen.Known():
		return errForeign
	}
	return nil
}

// String says the detail as the end of a message; nothing when there is none.
func (d *roaAccessDenied) String() string {
	if d == nil {
		return ""
	}
	var parts []string
	for _, p := range [][2]string{
		{"action ", d.Action}, {"principal ", firstOf(d.Principal, d.PrincipalType)},
		{"policy ", d.PolicyType}, {"", d.NoPermission}, {"diagnostic ", d.Diagnostic},
	} {
		if p[1] != "" {
			parts = append(parts, p[0]+p[1])
		}
	}
	return " [" + strings.Join(parts, ", ") + "]"
}

// roaRetryAfter reads the gateway's own header, which is in milliseconds.
func roaRetryAfter(h http.Header) time.Duration {
	text := h.Get("X-Acs-Retry-After")
	if text == "" {
		return 0
	}
	ms, err := strconv.Atoi(text)
	if err != nil || ms < 0 {
		return 0
	}
	return time.Duration(min(ms, int(24*time.Hour/time.Millisecond))) * time.Millisecond
}

// firstOf returns the first text that says something. The service writes "no code" as a pair of
// quotation marks at times.
func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" && t != `""` {
			return t
		}
	}
	return ""
}
