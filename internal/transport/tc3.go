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

// tc3Envelope is what every Response may hold beside its own members.
type tc3Envelope struct {
	RequestID string `json:"RequestId"`
	Error     *struct {
		Code    string `json:"Code"`
		Message string `json:"Message"`
	} `json:"Error"`
}

// tc3Legacy is how some gateways still report errors.
type tc3Legacy struct {
	Code        int    `json:"code"`
	CodeDesc    string `json:"codeDesc"`
	Message     string `json:"message"`
	DeepMessage string `json:"Message"`
}

var (
	errNoResponse  = errors.New("there is no Response in it")
	errNoRequestID = errors.New("its Response has no RequestId")
)

func (*TC3) Decode(a *Answer, out any) Finding {
	var e tc3Envelope
	seen := &wire.Seen{Target: out}
	found, err := wire.UnmarshalMember(a.Body, "Response", &e, seen)
	if err != nil { // a refusal counts although the rest of the answer cannot be read
		alone := tc3Envelope{}
		if _, again := wire.UnmarshalMember(a.Body, "Response", &alone); again == nil && alone.Error != nil {
			e, err = alone, nil
		}
	}
	f := Finding{RequestID: e.RequestID}
	if f.RequestID == "" {
		f.RequestID = requestID(a.Header)
	}
	switch {
	case err == nil && e.Error != nil:
		f.Failed, f.Code, f.Message = true, cloud.Code(e.Error.Code), e.Error.Message
	case err == nil && !found:
		f = decodeTC3Legacy(a, f)
	case err == nil && e.RequestID == "":
		f.Malformed = errNoRequestID
	default:
		f.Seen, f.Malformed = seen, err
	}
	return f
}

func decodeTC3Legacy(a *Answer, f Finding) Finding {
	var legacy tc3Legacy
	if err := wire.Unmarshal(a.Body, &legacy); err != nil || legacy.CodeDesc == "" {
		f.Malformed = errNoResponse
		return f
	}
	f.Failed, f.Code, f.Message = true, cloud.Code(legacy.CodeDesc), firstOf(legacy.Message, legacy.DeepMessage)
	return f
}
