package recordings_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// difference is a header that the two sides send differently on purpose.
type difference struct {
	header, reason string
	// onlyTheirs are what the official client adds about itself; a recording that keeps no such headers has none of them.
	onlyTheirs bool
}

// differences are all differences, by service. One that is not listed fails, and so does one that is listed and does not
// occur. A recording may lack the headers that differ from call to call.
var differences = map[string][]difference{
	"finspace": awsDifferences,
	"proton":   awsDifferences,
	"flink": {
		{header: "User-Agent", reason: "names the client"},
		{header: "Authorization", reason: "covers the others"},
		{header: "X-Acs-Date", reason: "the time of the call"},
		{header: "X-Acs-Signature-Nonce", reason: "a number used once"},
		{header: "X-Acs-Content-Sha256", reason: "the hash of the body, whose members may be in another order"},
		{header: "X-Acs-Credentials-Provider", reason: "says where the official client has its keys from", onlyTheirs: true},
		{header: "Content-Length", reason: "is net/http's to send", onlyTheirs: true},
	},
	"dlc": {
		{header: "User-Agent", reason: "names the client; the official one leaves it to net/http"},
		{header: "Authorization", reason: "covers the body byte for byte, whose members may be in another order"},
		{header: "X-Tc-Timestamp", reason: "the time of the call"},
		{header: "X-Tc-Requestclient", reason: "names the official client", onlyTheirs: true},
		{header: "Content-Length", reason: "is net/http's to send", onlyTheirs: true},
	},
}

var awsDifferences = []difference{
	{header: "User-Agent", reason: "names the client"},
	{header: "Authorization", reason: "covers the others"},
	{header: "X-Amz-Date", reason: "the time of the call"},
	{header: "X-Amz-User-Agent", reason: "names the client", onlyTheirs: true},
	{header: "Amz-Sdk-Invocation-Id", reason: "a number used once, for statistics", onlyTheirs: true},
	{header: "Amz-Sdk-Request", reason: "statistics of attempts", onlyTheirs: true},
	{header: "Content-Length", reason: "is net/http's to send", onlyTheirs: true},
}

// headers compares those of all requests of one service.
type headers struct {
	differences []difference
	occurred    map[string]bool
	complete    bool // the recording has headers that differ
}

func newHeaders(service string) *headers {
	return &headers{differences: differences[service], occurred: map[string]bool{}}
}

// compare looks at every header that either side sent.
func (h *headers) compare(t *testing.T, r recording, sent *http.Request) {
	theirs, complete := http.Header{}, false
	for name, value := range r.Request.Headers {
		theirs.Set(name, value)
		complete = complete || h.listed(http.CanonicalHeaderKey(name))
	}
	h.complete = h.complete || complete
	ours := sent.Header.Clone()
	if theirs.Get("Host") != "" {
		ours.Set("Host", sent.URL.Host)
	}
	for name, value := range r.Input { // a recording that is not complete may lack members that travel as headers
		if name = http.CanonicalHeaderKey(name); !complete && theirs[name] == nil && ours.Get(name) == value {
			ours.Del(name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(union(theirs, ours))) {
		differs := !slices.Equal(theirs[name], ours[name])
		if !h.listed(name) {
			assert.False(t, differs, "%s: recorded %q, sent %q", name, theirs[name], ours[name])
			continue
		}
		h.occurred[name] = h.occurred[name] || differs
	}
}

func union(a, b http.Header) http.Header {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func (h *headers) listed(name string) bool {
	return slices.ContainsFunc(h.differences, func(d difference) bool { return d.header == name })
}

// checkOccurred fails for listed differences that did not occur.
func (h *headers) checkOccurred(t *testing.T) {
	for _, d := range h.differences {
		if !d.onlyTheirs || h.complete {
			assert.True(t, h.occurred[d.header], "%s is listed as different and is not", d.header)
		}
	}
}
