package transport_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// longToken is as long as the services' own, and has what they have in them.
var longToken = "IQoJ/b3+" + strings.Repeat("Jpz2lu/X2VjEAAa+", 100) + "=="

const oddKey = `wJalr/XUtn&FE'MI+K7MDENG=`

func client(t *testing.T, p transport.Protocol, a reply, logged *strings.Builder) *transport.Client {
	return clientOf(t, p, &stub{answers: []reply{a}}, func(cfg *cloud.Config) {
		cfg.Credentials = cloud.StaticCredentials("AKID", oddKey, longToken)
		cfg.Logger = slog.New(slog.NewJSONHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
		cfg.Retry.MaxAttempts = 1
	})
}

func quoted(text string) string {
	b, _ := json.Marshal(text)
	return strings.Trim(string(b), `"`)
}

// TestEchoesOfCredentials uses servers that repeat the keys in every place that a response has.
func TestEchoesOfCredentials(t *testing.T) {
	t.Parallel()
	pad := strings.Repeat("x", 150)
	places := map[string]func(secret string) reply{
		"message": func(s string) reply { return reply{status: 403, body: `{"__type":"A","message":"` + quoted(s) + `"}`} },
		"long": func(s string) reply {
			return reply{status: 403, body: `{"__type":"A","message":"` + pad + quoted(s) + `"}`}
		},
		"huge":        func(s string) reply { return reply{status: 403, body: strings.Repeat(pad+s, 1000)} },
		"code":        func(s string) reply { return reply{status: 403, body: `{"__type":"` + quoted(s) + `"}`} },
		"header code": func(s string) reply { return reply{status: 403, header: http.Header{"X-Amzn-Errortype": {s}}} },
		"request id": func(s string) reply {
			return reply{status: 403, header: http.Header{"X-Amzn-Requestid": {s}}, body: `{"__type":"A"}`}
		},
		"body id":       func(s string) reply { return reply{status: 403, body: `{"Code":"A","RequestId":"` + quoted(s) + `"}`} },
		"reason":        func(s string) reply { return reply{status: 409, body: `{"__type":"A","reason":"` + quoted(s) + `"}`} },
		"page":          func(s string) reply { return reply{status: 502, body: "<html>" + s} },
		"page over cut": func(s string) reply { return reply{status: 404, body: "<html>" + pad + s + "\nmore"} },
		"HTML":          func(s string) reply { return reply{status: 403, body: "<html>" + html.EscapeString(s)} },
		"numeric HTML": func(s string) reply {
			return reply{status: 403, body: "<html>" + strings.NewReplacer("/", "&#x2F;", "+", "&#43;", "=", "&#x3d;").Replace(html.EscapeString(s))}
		},
		"JSON page": func(s string) reply {
			return reply{status: 404, body: `{"error":"` + strings.ReplaceAll(quoted(s), "/", `\/`) + `"}`}
		},
		"200":    func(s string) reply { return ok("<html>" + s) },
		"member": func(s string) reply { return ok(`{"` + quoted(s) + `":{"` + quoted(s) + `":[}}`) },
		"redirect": func(s string) reply {
			return reply{status: 302, header: http.Header{"Location": {"https://x.example/" + s}}}
		},
		"query": func(s string) reply {
			return reply{status: 302, header: http.Header{"Location": {"https://x.example/?t=" + url.QueryEscape(s)}}}
		},
		"bad location": func(s string) reply {
			return reply{status: 307, header: http.Header{"Location": {"http://[::1%zz]:" + s}}}
		},
		"connection": func(s string) reply { return reply{err: fmt.Errorf("malformed HTTP response %q", s)} },
	}
	for name, place := range places {
		for protocol, p := range protocols() {
			for which, secret := range map[string]string{"key": oddKey, "token": longToken} {
				t.Run(name+" "+protocol+" "+which, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						var logged strings.Builder
						_, err := get(t.Context(), client(t, p, place(secret), &logged), &writeOp)
						require.Error(t, err)
						var e *cloud.Error
						require.ErrorAs(t, err, &e)
						for in, text := range map[string]string{
							"error": err.Error(), "value": fmt.Sprintf("%+v %#v", *e, *e), "record": logged.String(),
							"code": string(e.Code), "message": e.Message, "id": e.RequestID, "cause": causes(err),
						} {
							assertNoTrace(t, in, text, secret)
						}
					})
				})
			}
		}
	}
}

// causes are the texts of all errors in the chain.
func causes(err error) string {
	var text strings.Builder
	for ; err != nil; err = errors.Unwrap(err) {
		text.WriteString(err.Error() + "\n")
	}
	return text.String()
}

// assertNoTrace looks for any part of a secret that is long enough to be of use, in all its spellings.
func assertNoTrace(t *testing.T, in, text, secret string) {
	t.Helper()
	text = html.UnescapeString(strings.ReplaceAll(text, `\/`, "/"))
	if plain, err := url.QueryUnescape(text); err == nil {
		assert.NotContains(t, plain, secret[:12], in)
	}
	assert.NotContains(t, text, secret[:12], in)
	assert.NotContains(t, text, secret[len(secret)-12:], in)
}

func TestErrorsAreOneBoundedLine(t *testing.T) {
	t.Parallel()
	const forged = "a\r\nlevel=ERROR msg=forged\x1b[31m\u2028\u202e\x00end"
	huge := strings.Repeat("huge ", 1<<18)
	for name, text := range map[string]string{"forged": forged, "huge": huge} {
		for protocol, p := range protocols() {
			for place, a := range map[string]reply{
				"aws":      {status: 400, body: `{"__type":"` + quoted(text) + `","message":"` + quoted(text) + `","RequestId":"` + quoted(text) + `"}`},
				"gateway":  {status: 400, body: `{"Code":"` + quoted(text) + `","Message":"` + quoted(text) + `","RequestId":"` + quoted(text) + `"}`},
				"tencent":  {status: 400, body: `{"Response":{"RequestId":"` + quoted(text) + `","Error":{"Code":"` + quoted(text) + `","Message":"` + quoted(text) + `"}}}`},
				"page":     {status: 404, body: text},
				"location": {status: 301, header: http.Header{"Location": {text}}},
				"cause":    {err: errors.New(text)},
			} {
				t.Run(name+" "+protocol+" "+place, func(t *testing.T) {
					t.Parallel()
					var logged strings.Builder
					_, err := get(t.Context(), client(t, p, a, &logged), &writeOp)
					var e *cloud.Error
					require.ErrorAs(t, err, &e)
					for _, text := range append(strings.Split(strings.TrimSuffix(causes(err), "\n"), "\n"), string(e.Code), e.Message, e.RequestID) {
						assert.False(t, strings.ContainsFunc(text, unicode.IsControl), "%q", text)
						assert.Less(t, len(text), 3<<10)
					}
					assert.NotContains(t, err.Error(), "\n")
					assert.LessOrEqual(t, len(e.Message), 1<<10)
					assert.LessOrEqual(t, len(e.Code), 200)
					assert.LessOrEqual(t, len(e.RequestID), 200)
					assert.Equal(t, 1, strings.Count(logged.String(), "\n"))
					assert.Less(t, logged.Len(), 8<<10)
					if a.err != nil {
						require.ErrorIs(t, err, a.err, "the cause is matched all the same")
					}
				})
			}
		}
	}
}
