// Package protocoltest checks how a protocol reads responses.
package protocoltest

import (
	"net/http"
	"testing"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// Thing is the response of the operation that the tests call.
type Thing struct {
	Status string `json:"status,omitzero"`
	Size   int    `json:"size,omitzero"`
}

// Finding is what a test expects of a transport.Finding.
type Finding struct {
	Code, Message, ID string
	Failed, Malformed bool // a Code is a failure without saying so
	RetryAfter        time.Duration
}

// Case is one response. It is an alias so that tables need not name the fields.
type Case = struct {
	Name   string
	Status int
	Header http.Header
	Body   string
	Want   Finding
}

// Run checks how p decodes all responses.
func Run(t *testing.T, p transport.Protocol, tests []Case) {
	for _, tt := range tests {
		t.Run(tt.Name, func(t *testing.T) {
			t.Parallel()
			Check(t, tt.Want, Decode(p, tt.Status, tt.Header, tt.Body, new(Thing)))
		})
	}
}

// Decode decodes one response with p.
func Decode(p transport.Protocol, status int, header http.Header, body string, out any) transport.Finding {
	if header == nil {
		header = http.Header{}
	}
	return p.Decode(&transport.Response{Status: status, Header: header, Body: []byte(body)}, out)
}

// Check compares f with want.
func Check(t *testing.T, want Finding, f transport.Finding) {
	t.Helper()
	want.Failed = want.Failed || want.Code != ""
	got := Finding{string(f.Code), f.Message, f.RequestID, f.Failed, f.Malformed != nil, f.RetryAfter}
	if got != want {
		t.Errorf("got %+v (%v), want %+v", got, f.Malformed, want)
	}
}

// SkipsMembers checks that p reports a member that it could not decode, and decodes the others.
func SkipsMembers(t *testing.T, p transport.Protocol, body, path string) {
	t.Helper()
	var out Thing
	f := Decode(p, 200, nil, body, &out)
	if f.Failed || f.Malformed != nil || out != (Thing{Status: "UP"}) {
		t.Errorf("read %+v: failed %t, %v", out, f.Failed, f.Malformed)
	}
	if len(f.Skipped) != 1 || f.Skipped[0].Path != path {
		t.Errorf("skipped %v, want %s", f.Skipped, path)
	}
}

// FuzzErrors checks that p never panics, and that a failure with a code is a refusal.
func FuzzErrors(f *testing.F, p transport.Protocol) {
	for _, seed := range []string{
		`{"__type":"A#B:c","message":"m"}`, `<Error><Code>A&amp;&#x41;</Code></Error>`, `<?xml?><!--`, `<`, `</Code><Code>`,
		`<Code><![CDATA[`,
		`{"Response":{"Error":{"Code":1}}}`, `{"code":[1],"success":{}}`, "<a\n/>", `{"Error":{"Code":{}}}`,
	} {
		f.Add([]byte(seed), 404)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		r := transport.Response{Status: status & 0x3ff, Header: http.Header{}, Body: body}
		found := p.Decode(&r, new(Thing))
		if !r.OK() && found.Code != "" && !found.Failed {
			t.Errorf("code %q is not a failure", found.Code)
		}
	})
}
