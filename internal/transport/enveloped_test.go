package transport

import (
	"net/http"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// enveloped is a protocol of no vendor: what it returns is in {"Response": …}, errors too.
type enveloped struct{}

func (enveloped) QueryStyle() wire.QueryStyle                     { return wire.SpaceAsPlus }
func (enveloped) AlwaysBody() bool                                { return true }
func (enveloped) SetHeader(http.Header, *Operation, bool)         {}
func (enveloped) Sign(*sign.Request, sign.Credentials, time.Time) {}
func (enveloped) RequestID(http.Header) string                    { return "" }

func (enveloped) Decode(r *Response, out any) (f Finding) {
	var refusal struct {
		Error struct {
			Code cloud.Code `json:"Code"`
		} `json:"Error"`
	}
	f.Seen = &wire.Seen{Target: out}
	_, f.Skipped, f.Malformed = wire.DecodeMember(r.Body, "Response", &refusal, f.Seen)
	f.Code = refusal.Error.Code
	f.Failed = f.Code != ""
	return f
}
