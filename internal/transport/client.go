package transport

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Client makes the calls of one service. It is safe for concurrent use.
type Client struct {
	service       Service
	region        string
	endpoint      *url.URL
	site          string // of the endpoint, for tokens
	credentials   *cloud.CredentialsCache
	http          http.Client // never sent through: each call takes a copy with its own Transport
	base          http.RoundTripper
	timeout       time.Duration // of one attempt; 0 is unlimited
	timedOut      error         // of an attempt that takes longer
	retry         cloud.Retry
	maxResponse   int64
	logger        *slog.Logger
	observer      cloud.Observer
	middleware    []cloud.Middleware
	skipChecks    bool
	skipProblem   func(cloud.Problem) bool
	foreignTokens bool
	renewable     bool
	waitWithin    time.Duration
	waitEvery     time.Duration
	waitConfirm   time.Duration
	startWindow   cloud.StartWindow
	startWithin   time.Duration
	startConfirm  time.Duration
	userAgent     []string // a header value; never changed, like the others that requests share

	limits *limits
	budget budget
	skew   atomic.Int64 // what to add to the local clock for signatures, in nanoseconds
	clock  clock

	Waits sync.Map // what package wait keeps for this client, as long as it lives
}

// sharedTransport is the pool of connections of all clients without an HTTPClient of their own.
var sharedTransport = sync.OnceValue(func() http.RoundTripper {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return pool(t.Clone())
	}
	return http.DefaultTransport
})

// WithRoots returns a copy of client, which may be nil, that trusts the certificates of roots alone. A Transport that
// client has stays.
func WithRoots(client *http.Client, roots *x509.CertPool) *http.Client {
	c := http.Client{}
	if client != nil {
		c = *client
	}
	if c.Transport == nil {
		t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
		if standard, ok := http.DefaultTransport.(*http.Transport); ok {
			t = standard.Clone()
		}
		t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
		c.Transport = pool(t)
	}
	return &c
}

// pool sets how t keeps connections.
func pool(t *http.Transport) http.RoundTripper {
	t.MaxIdleConnsPerHost = 64
	// Gateways close idle connections after 15 seconds or more. A change that is sent at that moment may not be
	// retried, so the connection must be dropped before.
	t.IdleConnTimeout = 10 * time.Second
	return t
}

// New checks cfg and returns a client for s.
func New(cfg cloud.Config, s Service) (*Client, error) {
	address := cfg.Endpoint
	if address == "" {
		address = s.Endpoint
	}
	endpoint, err := parseEndpoint(address, cfg.AllowPlainHTTP)
	if err != nil {
		return nil, InvalidOption(s.Name, endpointField, err.Error(), address)
	}
	if err := checkConfig(&cfg, s.Name); err != nil {
		return nil, err
	}
	if cfg.Credentials == nil {
		cfg.Credentials = s.Environment
	}
	s.setDefaults()
	c := &Client{
		service:       s,
		region:        cfg.Region,
		endpoint:      endpoint,
		site:          s.Site,
		credentials:   cloud.CacheCredentials(cfg.Credentials),
		base:          sharedTransport(),
		retry:         retryDefaults(cfg.Retry),
		maxResponse:   cmp.Or(max(0, cfg.MaxResponseBytes), cloud.DefaultMaxResponseBytes),
		logger:        cfg.Logger,
		observer:      cfg.Observer,
		middleware:    slices.Clone(cfg.Middleware),
		skipChecks:    cfg.SkipValidation,
		skipProblem:   cfg.SkipProblem,
		foreignTokens: cfg.AllowForeignTokens,
		waitWithin:    cfg.WaitWithin,
		waitEvery:     cfg.WaitEvery,
		waitConfirm:   cfg.WaitConfirmAfter,
		startWindow:   cfg.StartWindow,
		startWithin:   cmp.Or(cfg.StartWithin, cloud.DefaultStartWithin),
		startConfirm:  cmp.Or(cfg.StartConfirmAfter, cloud.DefaultStartConfirmAfter),
		userAgent:     []string{strings.TrimSpace(cfg.UserAgent + " " + product())},
		budget:        budget{tokens: budgetSize},
	}
	_, isFixed := cfg.Credentials.(fixedCredentials)
	c.renewable = !isFixed
	if cfg.Endpoint != "" {
		c.site = siteOf(&s, endpoint)
	}
	c.useHTTPClient(&cfg)
	if c.limits, err = newLimits(&cfg, &s, c.site); err != nil {
		return nil, err
	}
	c.noteRegion(cfg.Endpoint == "")
	return c, nil
}

// setDefaults fills in functions for which no code is known, or means expired credentials or clock skew.
func (s *Service) setDefaults() {
	never := func(cloud.Code) bool { return false }
	if s.Known == nil {
		s.Known = never
	}
	if s.Expired == nil {
		s.Expired = never
	}
	if s.Skewed == nil {
		s.Skewed = never
	}
}

// checkConfig checks the fields that do not depend on others.
func checkConfig(cfg *cloud.Config, service string) error {
	switch {
	case hasControls(cfg.UserAgent):
		return InvalidOption(service, "UserAgent", "must have no control characters", "")
	case cfg.StartWithin < 0 || cfg.StartWithin > time.Hour:
		return InvalidOption(service, "StartWithin", "must be between 0, for the default, and an hour", cfg.StartWithin.String())
	case cfg.StartConfirmAfter < 0:
		return InvalidOption(service, "StartConfirmAfter", "must not be negative", cfg.StartConfirmAfter.String())
	}
	if fixed, ok := cfg.Credentials.(fixedCredentials); ok {
		if err := fixed.Fixed(); err != nil {
			return InvalidOption(service, "Credentials", err.Error(), "")
		}
	}
	return checkRates(cfg, service)
}

// fixedCredentials never change, so they are checked when a client is made, and it is pointless to wait for new ones.
type fixedCredentials interface{ Fixed() error }

// useHTTPClient copies the caller's HTTP client, without cookies and redirects.
func (c *Client) useHTTPClient(cfg *cloud.Config) {
	if cfg.HTTPClient != nil {
		c.http = *cfg.HTTPClient
	}
	if c.http.Transport != nil {
		c.base = c.http.Transport
	}
	c.http.Jar = nil // a cookie is not signed
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.timeout = timeout(cfg.Timeout, c.http.Timeout)
	c.timedOut = timedOut(c.timeout)
	c.http.Timeout = 0 // a context per attempt costs a third of what http.Client's own timeout does
}

// Pace returns the Config's settings for waits: their maximum time, the minimum interval between polls, and how long
// an unproven end must be observed. A setting that is not made is zero.
func (c *Client) Pace() (within, every, confirmAfter time.Duration) {
	if c == nil {
		return 0, 0, 0
	}
	return c.waitWithin, c.waitEvery, c.waitConfirm
}

// Region is that of the Config.
func (c *Client) Region() string {
	if c == nil {
		return ""
	}
	return c.region
}

// Observer is that of the Config; nil if there is none.
func (c *Client) Observer() cloud.Observer {
	if c == nil {
		return nil
	}
	return c.observer
}

// StartWindow is how long a request that may have been sent can still take effect.
func (c *Client) StartWindow() cloud.StartWindow {
	if c == nil {
		return cloud.Usual
	}
	return c.startWindow
}

// StartTimes returns how long after its preparation a change may be sent, and how long after that its effect may not be
// seen yet.
func (c *Client) StartTimes() (within, confirmAfter time.Duration) {
	if c == nil {
		return cloud.DefaultStartWithin, cloud.DefaultStartConfirmAfter
	}
	return c.startWithin, c.startConfirm
}

// Renewable reports whether the client may have other credentials later.
func (c *Client) Renewable() bool { return c != nil && c.renewable }

// Skew is how far the service's clock is ahead of the host's, as far as a response has shown it.
func (c *Client) Skew() time.Duration {
	if c == nil {
		return 0
	}
	return time.Duration(c.skew.Load())
}

// Timeout is the timeout of one attempt; 0 is unlimited.
func (c *Client) Timeout() time.Duration {
	if c == nil {
		return 0
	}
	return c.timeout
}

// SignatureLife is how long the service accepts a signature after its date.
func (c *Client) SignatureLife() time.Duration {
	if c == nil {
		return 0
	}
	return c.service.SignatureLife
}

func timeout(configured, own time.Duration) time.Duration {
	switch {
	case configured < 0:
		return 0
	case configured > 0:
		return configured
	case own > 0:
		return own
	}
	return cloud.DefaultTimeout
}

// product is the name of this module and its version in this build.
var product = sync.OnceValue(func() string {
	const path, name = "github.com/polycloud-sdk/polycloud-go", "polycloud-go"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return name
	}
	for _, m := range append(info.Deps, &info.Main) {
		if m.Path == path && strings.HasPrefix(m.Version, "v") {
			return name + "/" + m.Version[1:]
		}
	}
	return name
})

// hasControls reports whether s has control characters, which no header may have.
func hasControls(s string) bool {
	return strings.ContainsFunc(s, unicode.IsControl)
}
