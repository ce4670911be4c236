package transport

import (
	"errors"
	"net/http"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// TC3 is the protocol of Tencent Cloud: one address, the action in a header, and every answer,
// errors too, inside a 200.
type TC3 struct {
	signer *tc3.Signer
	common http.Header // the headers that all actions share
}

// TC3Options are what a client says about all its calls.
type TC3Options struct {
	Service, Version, Region string
	Language                 string // of messages: "zh-CN" or "en-US"
	RequestClient            string // names the caller in the service's logs
	SignAction               bool   // sign the action header too
}

// NewTC3 returns the protocol for one service and region.
func NewTC3(o TC3Options) *TC3 {
	h := http.Header{
		"Content-Type":  {"application/json"},
		"X-Tc-Version":  {o.Version},
		"X-Tc-Region":   {o.Region},
		"X-Tc-Language": {o.Language},
	}
	if o.RequestClient != "" {
		h["X-Tc-Requestclient"] = []string{o.RequestClient}
	}
	return &TC3{tc3.New(o.Service, o.SignAction), h}
}

func (*TC3) QueryStyle() wire.QueryStyle { return wire.SpaceAsPlus }
func (*TC3) AlwaysBody() bool            { return true }

func (p *TC3) SetHeader(h http.Header, op *Operation, _ bool) {
	for name, values := range p.common {
		h[name] = values
	}
	h["X-Tc-Action"] = []string{op.Name}
}

func (p *TC3) Sign(r *sign.Request, c sign.Credentials, now time.Time) { p.signer.Sign(r, c, now) }

// tc3Envelope is what every Response may hold beside its own members. The vendor's own client takes the
// error in any case of letters.
type tc3Envelope struct {
	RequestID  string `json:"RequestId"`
	Error      any    `json:"Error"`
	ErrorLower any    `json:"error"`
}

// refusal returns the error, or nil.
func (e *tc3Envelope) refusal() any {
	if e.Error != nil {
		return e.Error
	}
	return e.ErrorLower
}

var (
	errNoResponse  = errors.New("there is no Response in it")
	errNoRequestID = errors.New("its Response has no RequestId")
)

func (*TC3) Decode(a *Answer, out any) Finding {
	var e tc3Envelope
	seen := &wire.Seen{Target: out}
	found, skipped, err := wire.DecodeMember(a.Body, "Response", &e, seen)
	if err == nil {
		err = unread(skipped, "Response.Error")
	}
	if err != nil { // a refusal counts although the rest of the answer cannot be read
		alone := tc3Envelope{}
		if _, _, again := wire.DecodeMember(a.Body, "Response", &alone); again == nil && alone.refusal() != nil {
			e, err = alone, nil
		}
	}
	f := Finding{RequestID: e.RequestID, Skipped: skipped}
	if f.RequestID == "" {
		f.RequestID = requestID(a.Header)
	}
	switch {
	case err == nil && e.refusal() != nil:
		f.refuse(e.refusal())
	case err == nil && !found:
		f = decodeTC3Legacy(a, f)
	case err == nil && e.RequestID == "":
		f.Malformed = errNoRequestID
	default:
		f.Seen, f.Malformed = seen, err
	}
	return f
}

// refuse takes over an error of the form {"Code", "Message"}.
func (f *Finding) refuse(e any) {
	f.Failed = true
	f.Code = cloud.Code(member(e, "Code", "code"))
	f.Message = firstOf(member(e, "Message", "message"), textOf(e))
}

// decodeTC3Legacy reads how some gateways still report errors: {"code": 4100, "codeDesc": "AuthFailure",
// "message": …}, the code with or without a description, or the error without a Response around it.
func decodeTC3Legacy(a *Answer, f Finding) Finding {
	e := readError(a.Body)
	f.RequestID = firstOf(e.requestID(), f.RequestID)
	if _, ok := e.Error.(map[string]any); ok {
		f.refuse(e.Error)
		return f
	}
	code := firstOf(textOf(e.CodeDesc), textOf(e.CodeUpper), textOf(e.Code))
	if code == "" || code == "Success" || isNumber(code) && !isLegacy(code) {
		f.Malformed = errNoResponse
		return f
	}
	f.Failed, f.Code, f.Message = true, cloud.Code(code), e.message()
	return f
}

// isLegacy reports whether a number is a code of the API before this one, which has 4000 to 6999. Other
// numbers are others' codes, such as HTTP's.
func isLegacy(code string) bool { return len(code) == 4 && code[0] >= '4' && code[0] <= '6' }
