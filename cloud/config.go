package cloud

import (
	"context"
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
)

// Config is what the clients of all services have in common. Only Region is always needed. A
// client reads its Config once, in New, and never changes anything in it.
type Config struct {
	// Region is where the service runs, as its cloud spells it: "us-east-1", "cn-hangzhou",
	// "ap-guangzhou". Required.
	Region string

	// Credentials sign the calls. The default reads the environment variables of the service's
	// cloud; see AWSEnvironment, AlibabaEnvironment and TencentEnvironment.
	Credentials CredentialsProvider

	// Endpoint replaces the address that the service's rule gives: an https URL with an optional
	// path. Plain http is refused beyond loopback unless AllowPlainHTTP is set.
	Endpoint       string
	AllowPlainHTTP bool

	// HTTPClient sends the requests. It is copied; redirects are never followed, because a signed
	// request must not go elsewhere. The default shares one pool of connections among all clients.
	HTTPClient *http.Client

	// Retry says how often and how patiently failed calls are tried again.
	Retry Retry

	// RequestRate bounds how many requests in a second the client sends, retries included: of each
	// operation where the service counts so, as DLC does, otherwise of all together. Requests beyond it
	// wait for their turn. The default is what the service documents: 20 for DLC, with more for a few
	// operations, 100 for Flink, none for AWS. Negative means none.
	RequestRate float64

	// Timeout bounds each attempt, including reading the response. The default is DefaultTimeout,
	// unless HTTPClient has a timeout of its own; negative means none.
	Timeout time.Duration

	// MaxResponseBytes bounds what is read of one response. The default is DefaultMaxResponseBytes.
	MaxResponseBytes int64

	// Logger gets one debug record for each attempt: operation, status, duration, request ID, and
	// the error if there was one; and one for each member of a response that could not be read, which
	// is left at its zero: its path, and what was expected. Neither bodies nor credentials are ever
	// logged. The default logs nothing.
	Logger *slog.Logger

	// OnCall is called once after each call, successful or not, on the caller's goroutine.
	OnCall func(ctx context.Context, call Call)

	// WaitWithin is the longest time of the client's waits, and WaitEvery the shortest pause between two
	// polls; WaitConfirmAfter is how long an end must be seen that the response does not prove. They replace
	// what each kind of change has; the options Within, Every and ConfirmAfter override them. A negative
	// WaitWithin is no bound.
	WaitWithin       time.Duration
	WaitEvery        time.Duration
	WaitConfirmAfter time.Duration

	// AllowForeignTokens lets Resume take up changes that were begun with another account or at another site,
	// as their tokens say. Otherwise it refuses them, or the first poll does where the credentials are not known
	// before: what another account has looks gone, which is how a deletion ends. Only AWS's keys tell the
	// account; elsewhere another lasting key counts as another account.
	AllowForeignTokens bool

	// SkipValidation sends requests as they are. SkipProblem is the narrower way when a service has grown
	// past its model: it reports whether a problem is no reason to refuse a request, by the field, the kind
	// of check, or both. Begin methods, which validate before they read anything, go by them too.
	SkipValidation bool
	SkipProblem    func(Problem) bool

	// UserAgent names the calling program and is put before this module's own name.
	UserAgent string
}

// Retry says how failed calls are tried again. Throttled calls, and those that surely did not
// reach the service, always are; those whose fate is unknown only if doing them twice is harmless.
// The pauses double from MinDelay up to MaxDelay, shortened at random; a pause that the service asks
// for is taken instead, up to MaxDelay. No pause goes past the context's deadline, and after about a
// hundred failing retries in a row a client stops retrying until calls succeed again.
type Retry struct {
	// MaxAttempts counts the ordinary attempts, the first included; 1 means no ordinary retries, and
	// the default is DefaultMaxAttempts. One more is made with other credentials after some were refused,
	// and one after clock skew was corrected.
	MaxAttempts int
	MinDelay    time.Duration // default DefaultMinDelay
	MaxDelay    time.Duration // default DefaultMaxDelay
}

// Call is one finished call, as Config.OnCall sees it.
type Call struct {
	Service    string
	Operation  string
	RequestID  string
	StatusCode int // of the last attempt; 0 when there was no response
	Attempts   int // 0 when the request was refused before it was sent
	Elapsed    time.Duration
	Err        error
}
