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

	GatewayRequestID string `json:"RequestId"`
	GatewayCode      string `json:"Code"`
	GatewayMessage   string `json:"Message"`
	AccessDenied     any    `json:"AccessDeniedDetail"`
}

func (ROA) Decode(a *Answer, out any) Finding {
	if !a.OK() {
		return roaRefusal(a)
	}
	var e roaEnvelope
	f := Finding{RetryAfter: roaRetryAfter(a.Header)}
	seen, skipped, malformed := decodeObject(a.Body, out, &e)
	if malformed == nil {
		malformed = unread(skipped, "success", "errorCode", "Code")
	}
	if malformed != nil { // a refusal counts although the rest of the answer cannot be read
		if f := roaRefusal(a); f.Failed {
			return f
		}
		e = roaEnvelope{}
		_ = wire.Unmarshal(a.Body, &e)
	}
	f.RequestID = firstOf(e.RequestID, e.GatewayRequestID, requestID(a.Header))
	f.Code = cloud.Code(firstOf(e.GatewayCode, e.ErrorCode))

	f.Seen, f.Skipped = seen, skipped

	refused := e.Success != nil && !*e.Success || f.Code != "" && e.Success == nil
	switch {
	case refused:
		f.Failed = true
		f.Message = firstOf(e.GatewayMessage, e.ErrorMessage, e.Message, e.Reason) + accessDenied(e.AccessDenied)
	case malformed != nil:
		f.Malformed = malformed
	default:
		f.Malformed = e.absent(seen)
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

// roaRefusal reads what came instead of a success: the service's envelope or the gateway's error, in
// any of their forms. What has neither a code nor the service's word that it failed is another's.
func roaRefusal(a *Answer) Finding {
	e := readError(a.Body)
	f := Finding{RequestID: firstOf(e.requestID(), requestID(a.Header)), RetryAfter: roaRetryAfter(a.Header)}
	denied := deniesSuccess(e.Success) || deniesSuccess(e.SuccessUpper)
	ours := e.requestID() != "" || textOf(e.HostID) != ""
	code := firstOf(textOf(e.CodeUpper), textOf(e.ErrorCode), textOf(e.ErrorCodeUpper))
	if lower := textOf(e.Code); code == "" && (ours || !isNumber(lower)) {
		code = firstOf(lower)
	}
	succeeded, _ := e.Success.(bool)
	switch {
	case code != "" && !(a.OK() && succeeded), denied && ours:
		f.Failed, f.Code = true, cloud.Code(code)
		f.Message = firstOf(e.message(), textOf(e.Reason)) + accessDenied(e.AccessDenied) + accessDenied(e.AccessDeniedHere)
	}
	return f
}

// accessDenied says which permission a caller lacks, as the end of a message; nothing when there is no
// detail.
func accessDenied(detail any) string {
	var parts []string
	for _, p := range [...][2]string{
		{"action ", member(detail, "AuthAction")}, {"principal ", member(detail, "AuthPrincipalDisplayName", "AuthPrincipalType")},
		{"policy ", member(detail, "PolicyType")}, {"", member(detail, "NoPermissionType")},
		{"diagnostic ", member(detail, "EncodedDiagnosticMessage")},
	} {
		if p[1] != "" {
			parts = append(parts, p[0]+p[1])
		}
	}
	if len(parts) == 0 {
		return ""
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
