package conformance_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

// difference is something about a request that the two sides are meant to do differently.
type difference struct {
	service string // "aws" for both of its services
	header  string
	reason  string
}

// differences are all that there are; the tests fail for one that is not here, and for one that is
// here and does not occur.
var differences = []difference{
	{"aws", "User-Agent", "names the client"},
	{"aws", "Authorization", "covers what differs, and theirs the length of the body beside its hash; both are verified"},
	{"aws", "X-Amz-Date", "the time of the call"},
	{"aws", "Amz-Sdk-Invocation-Id", "statistics of the official client"},
	{"aws", "Amz-Sdk-Request", "statistics of the official client"},
}

var occurred sync.Map // difference: true

// withoutDifferences takes away from both requests what is meant to differ.
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

// checkDifferences fails for the differences of a service that did not occur.
func checkDifferences(t *testing.T, service string) {
	t.Helper()
	if t.Failed() {
		return
	}
	for _, d := range differences {
		_, ok := occurred.Load(d)
		assert.True(t, ok || d.service != service, "%s is listed as different and is not", d.header)
	}
}

func contentLength(r *http.Request) string { return strconv.FormatInt(r.ContentLength, 10) }
