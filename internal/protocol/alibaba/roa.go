package alibaba

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

var (
	accept      = []string{"application/json"}
	contentType = []string{"application/json; charset=utf-8"}
)

// roaProtocol is the protocol of services with an address for every resource.
type roaProtocol struct {
	version  []string // of the API
	action   protocol.OperationHeader
	hmacSHA1 bool // sign with HMAC-SHA1
}

func (*roaProtocol) QueryStyle() wire.QueryStyle { return wire.SpaceAsPlus }
func (*roaProtocol) AlwaysBody() bool            { return false }

func (p *roaProtocol) SetHeader(h http.Header, op *transport.Operation, hasBody bool) {
	h["Accept"] = accept
	h["X-Acs-Version"], h["X-Acs-Action"] = p.version, p.action.Of(op)
	if hasBody {
		h["Content-Type"] = contentType
	}
}

func (p *roaProtocol) Sign(r *sign.Request, c sign.Credentials, now time.Time) {
	if p.hmacSHA1 {
		roa.Signer{}.Sign(r, c, now, newNonce())
		return
	}
	acs3.Signer{}.Sign(r, c, now, newNonce())
}

func (*roaProtocol) RequestID(h http.Header) string { return h.Get("X-Acs-Request-Id") }

// newNonce makes every attempt unique, as the service requires.
func newNonce() string {
	var b [16]byte
	var text [32]byte
	_, _ = rand.Read(b[:])
	return string(hex.AppendEncode(text[:0], b[:]))
}

var errNoEnvelope = errors.New("it has neither success nor requestId")

// envelope is what the service wraps its data in, and what the gateway returns instead.
type envelope struct {
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

func (*roaProtocol) Decode(r *transport.Response, out any) transport.Finding {
	if !r.OK() {
		return refusal(r)
	}
	var success struct {
		envelope
		seen wire.Seen
	}
	success.seen.Target = out
	e := &success.envelope
	f := transport.Finding{RetryAfter: retryAfter(r.Header)}
	seen, skipped, malformed := protocol.DecodeObject(r.Body, &success.seen, e)
	if malformed == nil {
		malformed = protocol.Unread(skipped, "success", "errorCode", "Code")
	}
	if malformed != nil { // a refusal counts although the rest of the response cannot be read
		if f := refusal(r); f.Failed {
			return f
		}
		*e = envelope{}
		_ = wire.Unmarshal(r.Body, e)
	}
	f.RequestID = protocol.FirstOf(e.RequestID, e.GatewayRequestID, r.Header.Get("X-Acs-Request-Id"))
	f.Code = cloud.Code(protocol.FirstOf(e.GatewayCode, e.ErrorCode))

	f.Seen, f.Skipped = seen, skipped

	refused := e.Success != nil && !*e.Success || f.Code != "" && e.Success == nil
	switch {
	case refused:
		f.Failed = true
		f.Message = protocol.FirstOf(e.GatewayMessage, e.ErrorMessage, e.Message, e.Reason) + accessDenied(e.AccessDenied)
	case malformed != nil:
		f.Malformed = malformed
	default:
		f.Malformed = e.absent(seen)
	}
	return f
}

// absent is the error of a success without the envelope. The response of an operation without one
// must at least have a member of its own.
func (e *envelope) absent(seen *wire.Seen) error {
	switch {
	case seen == nil || e.Success != nil || e.RequestID != "":
		return nil
	case seen.Takes("requestId"):
		return errNoEnvelope
	case !seen.Known():
		return protocol.ErrForeign
	}
	return nil
}

// refusal reads a response that is not a success: the service's envelope or the gateway's error, in any
// of their forms. A response without a code or a success flag is not the service's.
func refusal(r *transport.Response) transport.Finding {
	e := protocol.ReadError(r.Body)
	f := transport.Finding{
		Message: e.Message(), RequestID: protocol.FirstOf(e.RequestID(), r.Header.Get("X-Acs-Request-Id")),
		RetryAfter: retryAfter(r.Header),
	}
	denied := deniesSuccess(e.Success) || deniesSuccess(e.SuccessUpper)
	ours := e.RequestID() != "" || protocol.String(e.HostID) != ""
	code := protocol.FirstOf(protocol.String(e.CodeUpper), protocol.String(e.ErrorCode), protocol.String(e.ErrorCodeUpper))
	if lower := protocol.String(e.Code); code == "" && (ours || !protocol.IsNumber(lower)) {
		code = protocol.FirstOf(lower)
	}
	succeeded, _ := e.Success.(bool)
	switch {
	case code != "" && !(r.OK() && succeeded), denied && ours:
		f.Failed, f.Code = true, cloud.Code(code)
		f.Message = protocol.FirstOf(f.Message, protocol.String(e.Reason)) + accessDenied(e.AccessDenied) + accessDenied(e.AccessDeniedHere)
	}
	return f
}

// accessDenied returns which permission a caller lacks, as the end of a message; nothing if there is no
// detail.
func accessDenied(detail any) string {
	var b strings.Builder
	for _, p := range [...][2]string{
		{"action ", protocol.Member(detail, "AuthAction")},
		{"principal ", protocol.Member(detail, "AuthPrincipalDisplayName", "AuthPrincipalType")},
		{"policy ", protocol.Member(detail, "PolicyType")}, {"", protocol.Member(detail, "NoPermissionType")},
		{"diagnostic ", protocol.Member(detail, "EncodedDiagnosticMessage")},
	} {
		if p[1] == "" {
			continue
		}
		if b.Len() == 0 {
			b.Grow(256) // enough for most
			b.WriteString(" [")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(p[0])
		b.WriteString(p[1])
	}
	if b.Len() > 0 {
		b.WriteByte(']')
	}
	return b.String()
}

// retryAfter reads the gateway's own header, which is in milliseconds.
func retryAfter(h http.Header) time.Duration {
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

// deniesSuccess reports whether a success flag is false.
func deniesSuccess(v any) bool {
	switch v := v.(type) {
	case bool:
		return !v
	case string:
		return strings.EqualFold(strings.TrimSpace(v), "false")
	}
	return protocol.String(v) == "0"
}
