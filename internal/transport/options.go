package transport

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// applyOptions reads the options of the call's context. Bad ones are an error.
func (k *call) applyOptions() error {
	k.options = cloud.OptionsFrom(k.ctx)
	var problems []cloud.Problem
	if n := k.options.MaxAttempts; n < 0 {
		problems = append(problems, cloud.Problem{
			Field: "Options.MaxAttempts", Check: cloud.CheckRange, Rule: "must not be negative", Given: strconv.Itoa(n),
		})
	}
	if p := k.options.Priority; p < 0 || p > cloud.PriorityHigh {
		problems = append(problems, cloud.Problem{
			Field: "Options.Priority", Check: cloud.CheckRange, Given: strconv.Itoa(int(p)),
			Rule: "must be PriorityLow, PriorityNormal or PriorityHigh",
		})
	}
	for name, values := range k.options.Header {
		if rule := k.headerRule(name, values); rule != "" {
			problems = append(problems, cloud.Problem{
				Field: "Options.Header", Check: cloud.CheckRule, Rule: rule, Given: strconv.Quote(cloud.OneLine(name, maxName)),
			})
		}
	}
	if len(problems) == 0 {
		return nil
	}
	sort.Slice(problems, func(i, j int) bool { return problems[i].Given < problems[j].Given })
	return &cloud.ValidationError{Service: k.client.service.Name, Operation: k.op.Name, Problems: problems}
}

// ownHeaders are set by the client, the protocols or the connection.
var ownHeaders = []string{
	"Accept", "Accept-Encoding", "Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Md5", "Content-Type",
	"Cookie", "Date", "Expect", "Host", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade", "User-Agent",
}

// headerRule returns the rule that a header of the caller breaks.
func (k *call) headerRule(name string, values []string) string {
	prefix := k.client.service.HeaderPrefix
	switch canonical := http.CanonicalHeaderKey(name); {
	case name == "" || strings.ContainsFunc(name, notToken):
		return "must have names of letters, digits and hyphens"
	case slices.Contains(ownHeaders, canonical), prefix != "" && strings.HasPrefix(canonical, prefix):
		return "must not have headers that the client sets itself"
	case slices.ContainsFunc(values, hasControls):
		return "must have no control characters in its values"
	}
	return ""
}

// notToken reports whether r may not be in the name of a header.
func notToken(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	return !letter && (r < '0' || r > '9') && r != '-' && r != '_'
}

// withOwnHeaders returns the headers of a signed attempt with those of the caller.
func (k *call) withOwnHeaders() http.Header {
	if len(k.options.Header) == 0 {
		return k.header
	}
	h := maps.Clone(k.header)
	maps.Copy(h, k.options.Header)
	return h
}

func (k *call) maxAttempts() int {
	if n := k.options.MaxAttempts; n > 0 {
		return n
	}
	return k.client.retry.MaxAttempts
}

func (k *call) logger() *slog.Logger {
	if l := k.options.Logger; l != nil {
		return l
	}
	return k.client.logger
}

// timeout returns the timeout of an attempt and its error. The start of a change may have a shorter one than the
// client's, but no longer one: how long it can take effect was counted from that.
func (k *call) timeout() (time.Duration, error) {
	own, option := k.client.timeout, k.options.Timeout
	longer := option < 0 || own > 0 && option >= own
	switch {
	case option == 0, k.before.isSet() && longer:
		return own, k.client.timedOut
	case option < 0:
		return 0, nil
	}
	return option, timedOut(option)
}

// timedOut is the error of an attempt that takes longer than its timeout.
func timedOut(timeout time.Duration) error {
	return fmt.Errorf("no response within %s: %w", timeout, context.DeadlineExceeded)
}

// dryRun hands the signed request to a caller who wants it instead of its effect.
func (k *call) dryRun(signed *http.Request, record func(*cloud.SignedRequest)) error {
	copied := signed.Clone(k.ctx)
	copied.Body = nil
	if k.body != nil {
		copied.Body, _ = k.newBody()
	}
	record(&cloud.SignedRequest{
		Service: k.client.service.Name, Operation: k.op.Name, IdempotencyToken: tokenOf(k.in), Request: copied,
	})
	return cloud.ErrDryRun
}
