package tencent

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// tc3Protocol has one address, the action in a header, and status 200 for every response, errors included.
type tc3Protocol struct {
	signer *tc3.Signer
	common http.Header // the headers that all actions share
	action protocol.OperationHeader
}

// newTC3 returns the protocol for one service and region.
func newTC3(s *Service, region string) *tc3Protocol {
	h := http.Header{
		"Content-Type":  {"application/json"},
		"X-Tc-Version":  {s.Version},
		"X-Tc-Region":   {region},
		"X-Tc-Language": {s.Language},
	}
	if s.RequestClient != "" {
		h["X-Tc-Requestclient"] = []string{s.RequestClient}
	}
	return &tc3Protocol{signer: tc3.New(s.Name, !s.ActionUnsigned), common: h}
}

func (*tc3Protocol) QueryStyle() wire.QueryStyle { return wire.SpaceAsPlus }
func (*tc3Protocol) AlwaysBody() bool            { return true }

func (p *tc3Protocol) SetHeader(h http.Header, op *transport.Operation, _ bool) {
	maps.Copy(h, p.common)
	h["X-Tc-Action"] = p.action.Of(op)
}

func (p *tc3Protocol) Sign(r *sign.Request, c sign.Credentials, now time.Time) {
	p.signer.Sign(r, c, now)
}

func (*tc3Protocol) RequestID(h http.Header) string { return h.Get("X-Tc-Requestid") }

// envelope is what every Response may hold beside its own members. Like the vendor's own client, it accepts
// the error in any letter case.
type envelope struct {
	RequestID  string `json:"RequestId"`
	Error      any    `json:"Error"`
	ErrorLower any    `json:"error"`
}

// refusal returns the error, or nil.
func (e *envelope) refusal() any {
	if e.Error != nil {
		return e.Error
	}
	return e.ErrorLower
}

var (
	errNoResponse  = errors.New("it has no Response")
	errNoRequestID = errors.New("its Response has no RequestId")
)

func (*tc3Protocol) Decode(r *transport.Response, out any) transport.Finding {
	var response struct {
		envelope
		seen wire.Seen
	}
	e, seen := &response.envelope, &response.seen
	seen.Target = out
	found, skipped, err := wire.DecodeMember(r.Body, "Response", e, seen)
	if err == nil {
		err = protocol.Unread(skipped, "Response.Error")
	}
	if err != nil { // a refusal counts although the rest of the response cannot be read
		alone := envelope{}
		if _, _, again := wire.DecodeMember(r.Body, "Response", &alone); again == nil && alone.refusal() != nil {
			*e, err = alone, nil
		}
	}
	f := transport.Finding{RequestID: cmp.Or(e.RequestID, r.Header.Get("X-Tc-Requestid")), Skipped: skipped}
	switch {
	case err == nil && e.refusal() != nil:
		refuse(&f, e.refusal())
	case err == nil && !found:
		f = decodeLegacy(r, f)
	case err == nil && e.RequestID == "":
		f.Malformed = errNoRequestID
	default:
		f.Seen, f.Malformed = seen, err
	}
	return f
}

// refuse sets the failure from an error of the form {"Code", "Message"}.
func refuse(f *transport.Finding, e any) {
	f.Failed = true
	f.Code = cloud.Code(protocol.Member(e, "Code", "code"))
	f.Message = protocol.FirstOf(protocol.Member(e, "Message", "message"), protocol.String(e))
}

// decodeLegacy reads how some gateways still report errors: {"code": 4100, "codeDesc": "AuthFailure",
// "message": …}, the code with or without a description, or the error without a Response around it.
func decodeLegacy(r *transport.Response, f transport.Finding) transport.Finding {
	e := protocol.ReadError(r.Body)
	f.RequestID = protocol.FirstOf(e.RequestID(), f.RequestID)
	if _, ok := e.Error.(map[string]any); ok {
		refuse(&f, e.Error)
		return f
	}
	code := protocol.FirstOf(protocol.String(e.CodeDesc), protocol.String(e.CodeUpper), protocol.String(e.Code))
	if code == "" || code == "Success" || protocol.IsNumber(code) && !isLegacy(code) {
		f.Malformed = errNoResponse
		return f
	}
	f.Failed, f.Code, f.Message = true, cloud.Code(code), e.Message()
	return f
}

// isLegacy reports whether a number is a code of the previous API, 4000 to 6999. Other numbers are not the
// service's, such as those of HTTP.
func isLegacy(code string) bool { return len(code) == 4 && code[0] >= '4' && code[0] <= '6' }
