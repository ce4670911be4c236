package emulator_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// malformed are bodies that no operation accepts, and some that look like requests.
var malformed = []string{
	`[]`, `{"`, `null`, `"text"`, `{"name":{}}`, `{"Filters":[null,{"Values":[null]}],"Limit":-1,"Offset":-1}`, `{"tags":[null],"nextToken":"\u0000"}`,
	`{"Id":null,"Name":"","Strategy":{"Groups":[{}]}}`, `{"maxResults":9223372036854775807,"pageIndex":-9223372036854775808}`,
	strings.Repeat(`{"a":`, 2000) + `1` + strings.Repeat(`}`, 2000),
}

var pathLabel = regexp.MustCompile(`\{\w+\}`)

// callOf returns an operation as a call with a body.
func callOf(service, name string, op front.Operation, body string) call {
	path, query := pathLabel.ReplaceAllString(op.Path, "x"), "maxResults=x&pageIndex=-1&pageSize=0&nextToken=~"
	if op.Method == "GET" || op.Method == "DELETE" {
		body = ""
	}
	switch service {
	case "finspace":
		return finspaceCall(op.Method, path, query, body)
	case "flink":
		return flinkCall(name, op.Method, path, query, body)
	case "proton":
		return protonCall(name, body)
	}
	return dlcCall(name, body)
}

// TestMalformedRequests sends every operation requests that it does not expect. All are answered, none with the error of
// an emulator that failed.
func TestMalformedRequests(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithStaleReads(0))
	sent := 0
	for _, service := range []string{"finspace", "proton", "flink", "dlc"} {
		for name, op := range emu.API(service) {
			for _, body := range malformed {
				r := callOf(service, name, op, body).send(t, emu)
				assert.Less(t, r.status, 500, "%s %s %.60s: %s", service, name, body, r.body)
				assert.NotContains(t, string(r.body), "Internal", "%s %s %.60s", service, name, body)
				sent++
			}
		}
	}
	t.Logf("requests: %d", sent)
}
