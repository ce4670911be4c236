package hostile_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// ending is what a call may make of a behavior.
type ending int

const (
	fails    ending = iota // any success would be a false one
	succeeds               // odd, but a success
	either                 // a matter of taste
)

// repeated is how often a call may be sent.
type repeated int

const (
	unknown repeated = iota // carried out or not: three times if idempotent, else once
	refused                 // certainly not carried out: up to three times
	useless                 // a retry would bring the same
)

// hanging begins the names of the behaviors that only a timeout ends.
const hanging = "hangs"

type behavior struct {
	name   string
	ending ending
	again  repeated
	write  write
}

func behaviors(elsewhere string) []behavior {
	const html = "Content-Type: text/html\r\n"
	const after = "Retry-After: 1\r\n"
	same := func(good string) string { return good }
	half := func(good string) string { return good[:len(good)/2] }
	list := []behavior{
		{"a good response", succeeds, unknown, saysGood("200 OK", "", same)},
		{"closed without a response", fails, unknown, raw("")},
		{"reset without a response", fails, unknown, resets("")},
		{"reset in the body", fails, unknown, resets("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{")},
		{"500", fails, unknown, says("500 Internal Server Error", "", "")},
		{"500 with foreign JSON", fails, unknown, says("500 Internal Server Error", "", `{"oops":1}`)},
		{"502 page", fails, unknown, says("502 Bad Gateway", html, "<html>bad</html>")},
		{"503", fails, unknown, says("503 Service Unavailable", "", "")},
		{"504", fails, unknown, says("504 Gateway Timeout", "", "")},
		{"520", fails, unknown, says("520 Unknown", "", "")},
		{"425", fails, unknown, says("425 Too Early", "", "")},
		{"429", fails, refused, says("429 Too Many Requests", "", "")},
		{"503 with Retry-After", fails, refused, says("503 Service Unavailable", after, "")},
		{"cut by its length", fails, unknown, raw("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nGOOD")},
		{"chunks without an end", fails, unknown, raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")},
		{"half a document", fails, unknown, saysGood("200 OK", "", half)},
		{"no length and half a document", fails, unknown, raw(`HTTP/1.1 200 OK` + "\r\nConnection: close\r\n\r\n" + `{"requestId":"r","suc`)},
		{"garbage", fails, unknown, says("200 OK", "", "\x00\x01garbage")},
		{"a page", fails, unknown, says("200 OK", html, "<html>log in</html>")},
		{"null", fails, unknown, says("200 OK", "", "null")},
		{"a list", fails, unknown, says("200 OK", "", "[]")},
		{"a string", fails, unknown, says("200 OK", "", `"ok"`)},
		{"foreign JSON", fails, unknown, says("200 OK", "", `{"error":"captive portal, log in"}`)},
		{"two documents", fails, unknown, saysGood("200 OK", "", func(good string) string { return good + `{"a":1}x` })},
		{hanging, fails, unknown, hangs("")},
		{hanging + " in the headers", fails, unknown, hangs("HTTP/1.1 200 OK\r\nContent-")},
		{hanging + " in the body", fails, unknown, hangs("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nGOOD")},
		{"drips a body", fails, useless, drips("HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n", " ")},
		{"drips headers", fails, unknown, drips("HTTP/1.1 200 OK\r\nX-A: ", strings.Repeat("a", 1<<16))},
		{"100 without end", fails, unknown, drips("", "HTTP/1.1 100 Continue\r\n\r\n")},
		{"100, then good", succeeds, unknown, func(c net.Conn, good string) bool {
			return !raw("HTTP/1.1 100 Continue\r\n\r\n")(c, good) && put(c, "200 OK", "", orObject(good))
		}},
		{"101 and silence", fails, unknown, hangs("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")},
		{"101 and data", fails, unknown, raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nGOOD")},
		{"204", either, unknown, raw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")},
		{"206 with half a document", fails, unknown, saysGood("206 Partial Content", "Content-Range: bytes 0-9/100\r\n", half)},
		{"206 without a document", fails, unknown, says("206 Partial Content", "Content-Range: bytes 0-0/100\r\n", "")},
		{"206 with a whole document", fails, unknown, saysGood("206 Partial Content", "Content-Range: bytes 0-9/100\r\n", same)},
		{"304", fails, useless, raw("HTTP/1.1 304 Not Modified\r\n\r\n")},
		{"307 without a place", fails, useless, says("307 Temporary Redirect", "", "")},
		{"gzip", succeeds, unknown, saysGood("200 OK", "Content-Encoding: gzip\r\n", zipped)},
		{"gzip, cut", fails, unknown, saysGood("200 OK", "Content-Encoding: gzip\r\n", func(good string) string { z := zipped(good); return z[:len(z)-9] })},
		{"gzip, plain inside", fails, unknown, saysGood("200 OK", "Content-Encoding: gzip\r\n", same)},
		{"deflate", fails, unknown, saysGood("200 OK", "Content-Encoding: deflate\r\n", deflated)},
		{"a body of 1 TB", fails, useless, hangs("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\nGOOD")},
		{"two lengths", fails, unknown, raw("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nGOOD")},
		{"a negative length", fails, unknown, raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nGOOD")},
		{"a chunk too large", fails, unknown, raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n")},
		{"deep nesting", fails, unknown, says("200 OK", "", `{"x":`+strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)+"}")},
		{"another protocol", fails, unknown, raw("SSH-2.0-OpenSSH\r\n\r\n")},
		{"status 999", fails, unknown, says("999 Odd", "", "")},
	}
	for _, status := range []string{"408 Request Timeout", "425 Too Early", "500 Internal Server Error", "502 Bad Gateway", "504 Gateway Timeout"} {
		list = append(list, behavior{status[:3] + " with Retry-After", fails, unknown, says(status, after, "")})
	}
	for _, status := range []string{"400", "401", "402", "403", "404", "405", "407", "409", "410", "412", "418", "423", "451"} {
		list = append(list,
			behavior{status + " page", fails, useless, says(status+" Odd", html, "<html>gateway</html>")},
			behavior{status + " without a body", fails, useless, says(status+" Odd", "", "")},
			behavior{status + " with foreign JSON", fails, useless, says(status+" Odd", "", `{"message":"no Route matched with those values"}`)},
		)
	}
	for _, status := range []string{"301", "302", "303", "307", "308"} {
		list = append(list, behavior{status + " elsewhere", fails, useless, says(status+" Odd", "Location: "+elsewhere+"/stolen\r\n", "")})
	}
	return list
}

// TestEveryBehaviorOnEveryService plays each behavior to each call.
func TestEveryBehaviorOnEveryService(t *testing.T) {
	t.Parallel()
	var followed atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(func() {
		elsewhere.Close()
		assert.Zero(t, followed.Load(), "a redirect was followed")
	})
	for i, b := range behaviors(elsewhere.URL) {
		for j, c := range calls() {
			if testing.Short() && (i+j)%4 != 0 {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s %s", b.name, c.service, c.operation), func(t *testing.T) {
				t.Parallel()
				play(t, b, c)
			})
		}
	}
}

func play(t *testing.T, b behavior, c call) {
	s := serve(t, c.good, b.write)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Second) // only a hang gets there
	defer cancel()
	timeout := 20 * time.Second // for a slow machine
	if strings.HasPrefix(b.name, hanging) {
		timeout = 100 * time.Millisecond
	}
	err := c.make(ctx, newClients(t, s.url(), timeout, transport))
	require.NoError(t, ctx.Err(), "the call went past the timeout of its attempts")

	sent := s.executed.Load()
	switch {
	case b.ending == succeeds:
		require.NoError(t, err)
		assert.EqualValues(t, 1, sent, "a success was repeated")
		return
	case b.ending == fails:
		require.Error(t, err, "a false success")
	case err == nil:
		return
	}
	checkError(t, err)
	switch {
	case b.again == useless:
		assert.EqualValues(t, 1, sent)
	case b.again == refused, c.idempotent:
		assert.EqualValues(t, 3, sent)
	default:
		assert.EqualValues(t, 1, sent, "a change was carried out more than once")
	}
	var e *cloud.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, b.again != refused && c.changes(), e.MaybeExecuted, "whether it may have been carried out")
}

func checkError(t *testing.T, err error) {
	t.Helper()
	assert.NotEmpty(t, cloud.KindOf(err))
	assert.NotErrorIs(t, err, cloud.ErrNotFound, "nothing here is the word of a service")
	assert.NotContains(t, err.Error(), "\n")
	assert.Less(t, len(err.Error()), 4096)
	assert.NotContains(t, err.Error(), "not-a-real-secret")
}
