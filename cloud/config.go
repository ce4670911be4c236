package cloud

import (
	"log/slog"
	"net/http"
	"time"
)

// Defaults that apply where a Config leaves a field zero.
const (
	DefaultMaxAttempts      = 3
	DefaultMinDelay         = 200 * time.Millisecond
	DefaultMaxDelay         = 20 * time.Second
	DefaultTimeout          = 60 * time.Second
	DefaultMaxResponseBytes = 64 << 20

	DefaultStartWithin       = 2 * time.Minute
	DefaultStartConfirmAfter = 2 * time.Minute
)

// Config configures a client of any service. Only Region is required. A client reads its Config once, in New, and never
// changes anything in it. For single calls, [WithOptions] sets some things differently.
type Config struct {
	// Region is where the service runs, as its cloud spells it: "us-east-1", "cn-hangzhou",
	// "ap-guangzhou". Required, unless Environment has it.
	Region string

	// Environment looks up environment variables; nil reads none, and FromEnvironment sets os.Getenv. From them, and
	// from the files of profiles that they name, a client takes the region and the endpoint if this Config has none.
	Environment func(name string) string

	// Credentials sign the calls. The default reads the environment variables of the service's
	// cloud; see AWSEnvironment, AlibabaEnvironment and TencentEnvironment.
	Credentials CredentialsProvider

	// Endpoint overrides the service's default address: an https URL with an optional path. Plain
	// http is refused beyond loopback unless AllowPlainHTTP is set.
	Endpoint       string
	AllowPlainHTTP bool

	// HTTPClient sends the requests. Its Transport is the seam around each attempt: it sees the signed request and must
	// not change what is signed; what takes part in whole calls is Middleware. It is copied; redirects are never
	// followed, because a signed request must not go elsewhere. The default shares one pool of connections among all
	// clients.
	HTTPClient *http.Client

	// Retry controls how failed calls are retried.
	Retry Retry

	// RequestRate limits the requests per second, retries included: per operation if the service
	// counts so, as DLC does, otherwise for the whole client. Requests over the limit wait, by their
	// [Priority]. The default is what the service documents: 20 for DLC, with more for a few operations,
	// 100 for Flink, none for AWS. Negative means no limit.
	RequestRate float64

	// Limiter is shared by clients that keep to their rates together, such as those of one account in several parts of a
	// program; see [Limiter]. By default a client has its own. Each client keeps its own budget for retries.
	Limiter *Limiter

	// Timeout limits each attempt, including reading the response. The default is DefaultTimeout,
	// unless HTTPClient has a timeout of its own; negative means no limit.
	Timeout time.Duration

	// MaxResponseBytes limits the size of one response. The default is DefaultMaxResponseBytes.
	MaxResponseBytes int64

	// Logger gets one debug record for each attempt: operation, status, duration, request ID, and
	// the error if there was one; and one for each member of a response that could not be decoded
	// and keeps its zero value: its path, and what was expected. Neither bodies nor credentials are
	// ever logged. The default logs nothing.
	Logger *slog.Logger

	// Observer sees every call, attempt, start of a change and wait of the client, for traces, metrics and logs of your
	// own.
	Observer Observer

	// Middleware takes part in every call, the first outermost. The Observer sees the call from its outside.
	Middleware []Middleware

	// WaitWithin is the maximum time of the client's waits, WaitEvery the minimum interval between two
	// polls, and WaitConfirmAfter how long an end must be observed that the response does not prove. They
	// override the values of each kind of change; the options Within, Every and ConfirmAfter override
	// them. A negative WaitWithin means no limit.
	WaitWithin       time.Duration
	WaitEvery        time.Duration
	WaitConfirmAfter time.Duration

	// StartWindow is how long after a start that may have been sent it can still take effect, which is how long
	// Change.Start waits before it says that the change has not begun.
	StartWindow StartWindow

	// StartWithin is how long after its preparation a change may be sent, an hour at most. It is part of the token.
	// StartConfirmAfter is how long, after a request has reached the service at the latest, reads may not show its
	// effect. The defaults are DefaultStartWithin and DefaultStartConfirmAfter. Shorter times are for tests, against a
	// service that responds at once and has no stale reads.
	StartWithin       time.Duration
	StartConfirmAfter time.Duration

	// AllowForeignTokens lets Resume accept tokens of another account or site. Otherwise Resume refuses them,
	// or the first poll does if the credentials are not known before: to the wrong account a resource looks
	// deleted, which is how the wait for a deletion succeeds. Only AWS keys identify the account; elsewhere a
	// different long-term key counts as a different account.
	AllowForeignTokens bool

	// SkipValidation sends requests without validating them. SkipProblem is narrower, for a service that has
	// grown past its model: it reports whether to ignore a problem, by field, kind of check, or both. Both
	// also apply to Begin methods, which validate before they read anything.
	SkipValidation bool
	SkipProblem    func(Problem) bool

	// UserAgent names the calling program and is put before this module's own name.
	UserAgent string
}

// Retry controls how failed calls are retried. Throttled calls, and those that certainly did not
// reach the service, always are; those whose fate is unknown only if executing them twice is
// harmless. The delays double from MinDelay up to MaxDelay, shortened at random; a delay that the
// service asks for is used instead, up to MaxDelay. No delay goes past the context's deadline, and
// after about a hundred failing retries in a row a client stops retrying until calls succeed again.
//
// Changes and waits treat throttling differently. A change that is throttled waits its turn, with the same
// delays, until its deadline for sending, regardless of MaxAttempts. A poll that is throttled is repeated only
// once, a second later or more; the pause until the next poll doubles instead.
type Retry struct {
	// MaxAttempts counts the ordinary attempts, the first included; 1 means no ordinary retries, and
	// the default is DefaultMaxAttempts. One more is made with other credentials after some were refused,
	// and one after clock skew was corrected.
	MaxAttempts int
	MinDelay    time.Duration // default DefaultMinDelay
	MaxDelay    time.Duration // default DefaultMaxDelay
}

// StartWindow is how long a request that may have been sent can still take effect.
type StartWindow int

const (
	// Usual is two minutes beyond the timeout of the last attempt, which covers queues in proxies and stale reads.
	Usual StartWindow = iota
	// Strict lasts until the service would refuse the signature of the last attempt, after which nothing that was sent
	// can take effect any more: 5 minutes, 15 for Alibaba Cloud, and two minutes for stale reads.
	Strict
)
