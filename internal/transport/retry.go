package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// retryState is what a call has tried so far.
type retryState struct {
	count     int                // ordinary retries
	pauses    int                // these, and those of a throttled call that waits its turn
	spent     int                // what they cost of the budget
	refused   *cloud.Credentials // that were refreshed because the service refused them
	corrected bool               // the clock was corrected
	throttled bool               // one of the pauses was for throttling
}

func retryDefaults(r cloud.Retry) cloud.Retry {
	if r.MaxAttempts <= 0 {
		r.MaxAttempts = cloud.DefaultMaxAttempts
	}
	if r.MinDelay <= 0 {
		r.MinDelay = cloud.DefaultMinDelay
	}
	if r.MaxDelay <= 0 {
		r.MaxDelay = cloud.DefaultMaxDelay
	}
	r.MaxDelay = max(r.MaxDelay, r.MinDelay)
	return r
}

// checkRetry decides after each attempt whether to retry, by what RoundTrip recorded.
func (k *call) checkRetry(context.Context, *http.Response, error) (bool, error) {
	reason := k.retryReason()
	k.finishAttempt(reason)
	if reason != "" {
		k.loop.request.Request = placeholder.WithContext(k.ctx) // whose end ends the pause
	}
	return reason != "", nil
}

// retryReason returns why to make another attempt; empty not to.
func (k *call) retryReason() cloud.RetryReason {
	switch {
	case k.attempt.fate == notMade:
		return "" // last has the service's own refusal
	case k.last == nil:
		k.client.budget.succeeded(k.retries.spent)
		k.log()
		return ""
	}
	k.uncertain = k.uncertain || k.attempt.fate == unknown || k.attempt.fate == lost
	k.last.MaybeExecuted = k.maybeExecuted()
	k.log()
	if k.ctx.Err() != nil {
		return "" // last has it
	}
	if reason := k.repair(); reason != "" {
		k.loop.client.RetryWaitMin = 0
		return reason
	}
	return k.tryAgain()
}

// repair refreshes the credentials or corrects the clock, once each, if the service reports them as the cause.
func (k *call) repair() cloud.RetryReason {
	s := &k.client.service
	switch {
	case k.last.Code == "":
		return ""
	case s.Skewed(k.last.Code) && !k.retries.corrected && k.correctClock():
		k.retries.corrected = true
		return cloud.RetryClock
	case (s.Expired(k.last.Code) || k.last.Kind == cloud.ErrUnauthenticated) && k.retries.refused == nil:
		refused := k.used // the cache may have others by now, if the key expired or was replaced
		k.retries.refused = &refused
		k.client.credentials.Invalidate(refused)
		return cloud.RetryCredentials
	}
	return ""
}

// tryAgain applies the retry table to an ordinary failure and prepares the pause.
func (k *call) tryAgain() cloud.RetryReason {
	switch fate := k.attempt.fate; {
	case fate == refused, fate == lost, fate == unknown && !k.op.Idempotent:
		return ""
	}
	throttled := k.throttled()
	waitsTurn := throttled && k.before.isSet()
	if !waitsTurn && k.retries.count+1 >= k.maxAttempts() {
		return ""
	}
	wait := k.pause()
	if throttled && !waitsTurn && isPoll(k.ctx) {
		if k.retries.throttled {
			return ""
		}
		wait = max(wait, pollDelay)
	}
	if k.endsTooLate(wait) || !waitsTurn && !k.count() {
		return ""
	}
	k.retries.pauses++
	k.retries.throttled = k.retries.throttled || throttled
	k.loop.client.RetryWaitMin = wait
	if throttled {
		return cloud.RetryThrottled
	}
	return cloud.RetryFailed
}

// throttled reports whether the service put the last attempt off, and did not begin it.
func (k *call) throttled() bool { return k.attempt.fate == skipped && k.last.StatusCode != 0 }

// endsTooLate reports whether no attempt could begin after a pause.
func (k *call) endsTooLate(wait time.Duration) bool {
	deadline, ok := k.ctx.Deadline()
	return ok && time.Until(deadline) <= wait || k.before.passed(wait)
}

// count counts an ordinary retry. It reports false if the budget has nothing left for it.
func (k *call) count() bool {
	cost := k.client.budget.take()
	if cost == 0 {
		return false
	}
	k.retries.count++
	k.retries.spent += cost
	return true
}

// pause is a random part of a doubling delay, or the delay that the service asks for.
func (k *call) pause() time.Duration {
	r := k.client.retry
	if k.last.RetryAfter > 0 {
		return min(k.last.RetryAfter, r.MaxDelay)
	}
	ceiling := r.MaxDelay
	if shift := k.retries.pauses; shift < 16 {
		ceiling = min(r.MinDelay<<shift, r.MaxDelay)
	}
	return rand.N(ceiling) + 1
}

// fate is the result of an attempt, as far as a retry depends on it.
type fate int

const (
	refused fate = iota // certainly not carried out, and another attempt would not help
	skipped             // certainly not carried out, and another attempt may succeed
	unknown             // it may or may not have been carried out
	lost                // unknown too, and another attempt would not help
	notMade             // there was no attempt
)

// fateOfResponse returns the fate of an attempt whose response is a failure.
func fateOfResponse(e *cloud.Error) fate {
	switch e.Kind {
	case cloud.ErrThrottled:
		return skipped
	case cloud.ErrUnavailable:
		// Only this status, with a time for the next try, says that the service did not begin.
		if e.StatusCode == http.StatusServiceUnavailable && e.RetryAfter > 0 {
			return skipped
		}
		return unknown
	case cloud.ErrInternal:
		return unknown
	case cloud.ErrTransport:
		return fateOfUnexpected(e)
	}
	return refused
}

// maybeExecuted is the MaybeExecuted of the call's error. A read has nothing to carry out.
func (k *call) maybeExecuted() bool { return k.uncertain && !k.op.reads() }

// fateOfUnexpected returns the fate of an attempt with an unexpected response. One that is cut short, or comes from a
// gateway, may be different the next time; one of the service would be the same again.
func fateOfUnexpected(e *cloud.Error) fate {
	_, large := errors.AsType[*tooLarge](e)
	_, own := errors.AsType[*absent](e)
	if large || own || e.Code == "" && e.StatusCode >= 300 {
		return lost
	}
	return unknown
}

// fateOfSending returns the fate of an attempt without a response.
func (k *call) fateOfSending(err error) fate {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok || !k.attempt.sent {
		return refused
	}
	dns, isDNS := errors.AsType[*net.DNSError](err)
	if isDNS && dns.IsNotFound {
		return refused
	}
	op, isOp := errors.AsType[*net.OpError](err)
	switch {
	case isDNS, isOp && (op.Op == "dial" || op.Op == "proxyconnect"):
		return skipped
	case k.conn.looked.Load() && !k.conn.had.Load(): // a proxy, a handshake, or the time for them
		return skipped
	}
	return unknown
}

// retryAfter reads the standard header, in seconds or as a date.
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if text == "" {
		return 0
	}
	if seconds, err := strconv.Atoi(text); err == nil {
		return max(0, time.Duration(min(seconds, 24*60*60))*time.Second)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// The budget keeps a client from multiplying the load on an overloaded service: every retry takes from it,
// successes give back. It allows 100 failing retries in a row.
const (
	budgetSize = 500
	retryCost  = 5
	gain       = 1
)

type budget struct {
	mu     sync.Mutex
	tokens int
}

// take returns what a retry costs, or 0 when nothing is left.
func (b *budget) take() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tokens < retryCost {
		return 0
	}
	b.tokens -= retryCost
	return retryCost
}

// succeeded gives back what the call's retries took, and a little for a call that needed none.
func (b *budget) succeeded(spent int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(budgetSize, b.tokens+max(spent, gain))
}
