package conformance_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// difference is a part of a request that the two sides write differently on purpose.
type difference struct {
	service string // "aws" for both of its services
	header  string
	reason  string
	byTime  bool // within one second there is no difference
}

// differences are all differences; the tests fail for one that is not listed, and for one that is listed and
// does not occur.
var differences = []difference{
	{service: "aws", header: "User-Agent", reason: "names the client"},
	{service: "aws", header: "Authorization", reason: "covers what differs, and theirs the length of the body beside its hash; both are verified"},
	{service: "aws", header: "X-Amz-Date", reason: "the time of the call", byTime: true},
	{service: "aws", header: "Amz-Sdk-Invocation-Id", reason: "statistics of the official client"},
	{service: "aws", header: "Amz-Sdk-Request", reason: "statistics of the official client"},
	{service: "flink", header: "User-Agent", reason: "names the client"},
	{service: "flink", header: "Authorization", reason: "covers what differs; both are verified"},
	{service: "flink", header: "X-Acs-Content-Sha256", reason: "the hash of the body, whose members are in another order"},
	{service: "flink", header: "X-Acs-Signature-Nonce", reason: "a number used once"},
	{service: "flink", header: "X-Acs-Credentials-Provider", reason: "statistics of the official runtime"},
	{service: "flink", header: "X-Acs-Date", reason: "the time of the call", byTime: true},
	{service: "flink", header: "Date", reason: "the time of the call", byTime: true},
	{service: "dlc", header: "User-Agent", reason: "names the client; the official runtime leaves it to net/http"},
	{service: "dlc", header: "Authorization", reason: "covers the body byte for byte, and the members of ours are in another order; both are verified"},
	{service: "dlc", header: "X-Tc-Requestclient", reason: "names the official runtime"},
	{service: "dlc", header: "X-Tc-Timestamp", reason: "the time of the call", byTime: true},
}

var occurred sync.Map // difference: true

// withoutDifferences removes from both requests what differs on purpose.
func withoutDifferences(service string, theirs, ours sent) (sent, sent) {
	theirs.Header, ours.Header = theirs.Header.Clone(), ours.Header.Clone()
	for _, d := range differences {
		if d.service != service {
			continue
		}
		if !assert.ObjectsAreEqual(theirs.Header[d.header], ours.Header[d.header]) {
			occurred.Store(d, true)
		}
		theirs.Header.Del(d.header)
		ours.Header.Del(d.header)
	}
	return theirs, ours
}

// checkDifferences fails for the differences that did not occur.
func checkDifferences(t *testing.T) {
	t.Helper()
	if t.Failed() {
		return
	}
	for _, d := range differences {
		_, ok := occurred.Load(d)
		assert.True(t, ok || d.byTime, "%s of %s is listed as different and is not", d.header, d.service)
	}
}

func contentLength(r *http.Request) string { return strconv.FormatInt(r.ContentLength, 10) }
