package cloud

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// CredentialsSource is a place of a CredentialsChain where credentials may be.
type CredentialsSource struct {
	Name     string // such as "environment", for errors, reports and Credentials.Source
	Provider CredentialsProvider
}

// NotConfigured returns the error of a source that is not set up, for the reason given. A chain goes on with its next
// source after it, and after no other error.
func NotConfigured(format string, args ...any) error {
	return &notConfiguredError{fmt.Sprintf(format, args...)}
}

// IsNotConfigured reports whether err is of NotConfigured.
func IsNotConfigured(err error) bool {
	_, ok := errors.AsType[*notConfiguredError](err)
	return ok
}

type notConfiguredError struct{ reason string }

func (e *notConfiguredError) Error() string        { return e.reason }
func (e *notConfiguredError) Is(target error) bool { return target == ErrUnauthenticated }
func (e *notConfiguredError) kind() Kind           { return ErrUnauthenticated }

// CredentialsChain asks sources in their order, each time from the first, and takes the first that is set up.
// A source that is set up but fails ends the chain: the next one might be another account's.
//
// A chain is slow where its sources are. Clients ask it through a CredentialsCache.
type CredentialsChain struct {
	sources []CredentialsSource
}

// NewCredentialsChain returns a chain of sources.
func NewCredentialsChain(sources ...CredentialsSource) *CredentialsChain {
	return &CredentialsChain{append([]CredentialsSource(nil), sources...)}
}

// Credentials returns the credentials of the first source that is set up, with its name as their Source. If none is,
// the error says of each source why.
func (c *CredentialsChain) Credentials(ctx context.Context) (Credentials, error) {
	found, report, err := c.ask(orBackground(ctx))
	switch {
	case err != nil:
		return Credentials{}, err
	case report.Used() == "":
		return Credentials{}, &credentialsError{report.reasons()}
	}
	return found, nil
}

// Explain asks the sources as Credentials does and reports what each said. It holds no secret.
func (c *CredentialsChain) Explain(ctx context.Context) CredentialsReport {
	_, report, _ := c.ask(orBackground(ctx))
	return report
}

// ask returns an error if a source that is set up failed.
func (c *CredentialsChain) ask(ctx context.Context) (found Credentials, report CredentialsReport, failed error) {
	done := false
	for _, s := range c.sources {
		if done {
			report = append(report, SourceReport{Source: s.Name})
			continue
		}
		credentials, err := s.Provider.Credentials(ctx)
		if err == nil {
			err = credentials.check(time.Now())
		}
		if ended := contextError(ctx); err != nil && ended != nil {
			err = ended
		}
		report = append(report, SourceReport{Source: s.Name, Tried: true, AccessKeyID: credentials.AccessKeyID, Err: err})
		switch {
		case err == nil:
			found, done = credentials.from(s.Name), true
		case !IsNotConfigured(err):
			failed, done = fmt.Errorf("credentials of the %s: %w", s.Name, err), true
		}
	}
	return found, report, failed
}

// from returns c with its source, unless it has one.
func (c Credentials) from(source string) Credentials {
	if c.Source == "" {
		c.Source = source
	}
	return c
}

// CredentialsReport says what became of each source of a chain, in its order.
type CredentialsReport []SourceReport

// SourceReport says what became of one source.
type SourceReport struct {
	Source      string
	Tried       bool   // false if a source before it ended the chain
	AccessKeyID string // of the credentials found
	Err         error  // nil if it was used or not tried
}

// Used returns the name of the source that credentials came from, empty if there is none.
func (r CredentialsReport) Used() string {
	for _, s := range r {
		if s.Tried && s.Err == nil {
			return s.Source
		}
	}
	return ""
}

// String is a table of a line a source.
func (r CredentialsReport) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SOURCE\tTRIED\tRESULT")
	for _, s := range r {
		tried := "no"
		if s.Tried {
			tried = "yes"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Source, tried, s.result())
	}
	_ = w.Flush()
	return b.String()
}

func (s SourceReport) result() string {
	switch {
	case !s.Tried:
		return "a source before it ended the chain"
	case s.Err == nil:
		return "used, access key ID " + s.AccessKeyID
	case IsNotConfigured(s.Err):
		return "not set up: " + s.Err.Error()
	}
	return "failed: " + s.Err.Error()
}

// reasons is the text of an error: why no source is set up.
func (r CredentialsReport) reasons() string {
	if len(r) == 0 {
		return "no credentials: the chain has no sources"
	}
	parts := make([]string, len(r))
	for i, s := range r {
		parts[i] = fmt.Sprintf("%s (%v)", s.Source, s.Err)
	}
	return "no credentials in any source: " + strings.Join(parts, ", ")
}
