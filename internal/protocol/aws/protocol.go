package aws

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// restJSON is the protocol of AWS services with an address for every resource.
type restJSON struct {
	signer      *sigv4.Signer
	contentType []string
}

// newRESTJSON returns the protocol for one service and region.
func newRESTJSON(region, service, contentType string) *restJSON {
	return &restJSON{sigv4.New(region, service), []string{contentType}}
}

func (*restJSON) QueryStyle() wire.QueryStyle { return wire.SpaceAsPercent }
func (*restJSON) AlwaysBody() bool            { return false }

func (p *restJSON) SetHeader(h http.Header, _ *transport.Operation, hasBody bool) {
	if hasBody {
		h["Content-Type"] = p.contentType
	}
}

func (p *restJSON) Sign(r *sign.Request, c sign.Credentials, now time.Time) { p.signer.Sign(r, c, now) }

func (*restJSON) RequestID(h http.Header) string { return requestID(h) }

func (*restJSON) Decode(r *transport.Response, out any) transport.Finding {
	f := decode(r, out)
	if r.OK() && !f.Failed && f.Malformed == nil {
		f.Skipped = append(f.Skipped, wire.ReadHeader(r.Header, out)...)
	}
	return f
}

// jsonRPC is the protocol of AWS services with one address and the operation in a header.
type jsonRPC struct {
	signer      *sigv4.Signer
	target      protocol.OperationHeader
	contentType []string
}

// newJSONRPC returns the protocol for one service and region. X-Amz-Target is the prefix
// and the operation.
func newJSONRPC(region, service, prefix, contentType string) *jsonRPC {
	return &jsonRPC{
		signer: sigv4.New(region, service), target: protocol.OperationHeader{Prefix: prefix + "."}, contentType: []string{contentType},
	}
}

func (*jsonRPC) QueryStyle() wire.QueryStyle { return wire.SpaceAsPercent }
func (*jsonRPC) AlwaysBody() bool            { return true }

func (p *jsonRPC) SetHeader(h http.Header, op *transport.Operation, _ bool) {
	h["Content-Type"] = p.contentType
	h["X-Amz-Target"] = p.target.Of(op)
}

func (p *jsonRPC) Sign(r *sign.Request, c sign.Credentials, now time.Time) { p.signer.Sign(r, c, now) }

func (*jsonRPC) RequestID(h http.Header) string { return requestID(h) }

func (*jsonRPC) Decode(r *transport.Response, out any) transport.Finding { return decode(r, out) }

// requestID reads the header of most services, or that of older ones.
func requestID(h http.Header) string {
	return cmp.Or(h.Get("X-Amzn-Requestid"), h.Get("X-Amz-Request-Id"))
}

func decode(r *transport.Response, out any) transport.Finding {
	f := transport.Finding{RequestID: requestID(r.Header)}
	if r.OK() {
		var in200 struct {
			typed struct {
				Type string `json:"__type"`
			}
			seen wire.Seen
		}
		in200.seen.Target = out
		f.Seen, f.Skipped, f.Malformed = protocol.DecodeObject(r.Body, &in200.seen, &in200.typed)
		if f.Malformed == nil {
			f.Malformed = protocol.Unread(f.Skipped, "__type")
		}
		if in200.typed.Type == "" && r.Header.Get("X-Amzn-Errortype") == "" {
			if f.Malformed == nil && isForeign(&f) {
				f.Malformed = protocol.ErrForeign
			}
			return f
		}
		f.Malformed = nil // it is an error, whatever the status
	}
	e := protocol.ReadError(r.Body)
	f.Code = codeOf(r.Header.Get("X-Amzn-Errortype"), protocol.String(e.Type), nameOf(e.Code), nameOf(e.CodeUpper),
		protocol.Member(e.Error, "Code"), queryError(r.Header))
	f.Failed = f.Code != ""
	f.RequestID = protocol.FirstOf(f.RequestID, e.RequestID())
	f.Message = protocol.FirstOf(e.Message(), r.Header.Get("X-Amzn-Error-Message"))
	if reason := protocol.String(e.Reason); reason != "" {
		f.Message = strings.TrimSpace(f.Message + " (" + reason + ")")
	}
	return f
}

// isForeign reports whether a success has members, but none that it should have. An operation without response
// members may gain some when the service grows; the request ID shows that the response is the service's.
func isForeign(f *transport.Finding) bool {
	s := f.Seen
	if s == nil || !s.Any() || s.Known() {
		return false
	}
	return s.Expected() || f.RequestID == ""
}

// nameOf returns a code that looks like one of AWS. Gateways have members of that name too: numbers, words in
// lower case.
func nameOf(v any) string {
	code := protocol.String(v)
	name := string(codeOf(code))
	if name == "" || name[0] < 'A' || name[0] > 'Z' || strings.ContainsAny(name, "_- ") {
		return ""
	}
	return code
}

// queryError returns the code that services return to clients of their older query protocol: "Code;Sender".
func queryError(h http.Header) string {
	code, _, _ := strings.Cut(h.Get("X-Amzn-Query-Error"), ";")
	return code
}

// codeOf returns the first name that is not empty, without namespace and URL:
// "aws.proton#ConflictException:http://…" is ConflictException. In a list the first counts.
func codeOf(names ...string) cloud.Code {
	for _, name := range names {
		if end := strings.IndexAny(name, ":,"); end >= 0 {
			name = name[:end]
		}
		if _, after, found := strings.Cut(name, "#"); found {
			name = after
		}
		if name = strings.TrimSpace(name); name != "" {
			return cloud.Code(name)
		}
	}
	return ""
}
