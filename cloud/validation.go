package cloud

import (
	"strings"

	"github.com/aws/smithy-go"
)

// Problem is one rule that a request or a configuration breaks. A value has one problem at most, the
// first that explains what is wrong with it.
type Problem struct {
	Field string `json:"field"`          // the path of the value by wire names: "code.s3Bucket", "changeRequests[2].dbPath"
	Check Check  `json:"check,omitzero"` // the kind of the rule, stable where the wording of Rule may change
	Rule  string `json:"rule"`           // what the rule asks for: "must have 3 to 63 characters"
	Given string `json:"given,omitzero"` // what was given instead, shortened; empty when nothing was, redacted when secret
}

// Check is the kind of a rule.
type Check string

const (
	CheckRequired Check = "required" // a value must be given
	CheckLength   Check = "length"   // the number of characters of a string
	CheckPattern  Check = "pattern"  // the characters of a string and their order
	CheckRange    Check = "range"    // the size of a number
	CheckEnum     Check = "enum"     // one of the values that this version has
	CheckItems    Check = "items"    // the number of items of a list or map
	CheckUnion    Check = "union"    // exactly one member set
	CheckRule     Check = "rule"     // what the service states in prose, usually about several fields
)

// String says the problem in one line.
func (p Problem) String() string {
	if p.Given == "" {
		return p.Field + ": " + p.Rule
	}
	return p.Field + ": " + p.Rule + ", given " + p.Given
}

// ValidationError holds every problem of a request that was refused before anything was sent. It
// matches ErrInvalid, and errors.As finds it as a *smithy.InvalidParamsError too.
type ValidationError struct {
	Service   string
	Operation string
	Problems  []Problem
}

// Error lists all problems in one line.
func (e *ValidationError) Error() string {
	var b strings.Builder
	b.WriteString(e.Service)
	if e.Operation != "" {
		b.WriteString(" " + e.Operation)
	}
	b.WriteString(": " + string(ErrInvalid))
	sep := ": "
	for _, p := range e.Problems {
		b.WriteString(sep + p.String())
		sep = "; "
	}
	return b.String()
}

// Is reports whether target is ErrInvalid.
func (e *ValidationError) Is(target error) bool { return target == ErrInvalid }

func (e *ValidationError) kind() Kind { return ErrInvalid }

// As lets errors.As fill in a *smithy.InvalidParamsError.
func (e *ValidationError) As(target any) bool {
	switch t := target.(type) {
	case **smithy.InvalidParamsError:
		*t = e.invalidParams()
		return true
	case *smithy.InvalidParamsError:
		*t = *e.invalidParams()
		return true
	}
	return false
}

func (e *ValidationError) invalidParams() *smithy.InvalidParamsError {
	out := &smithy.InvalidParamsError{Context: e.Operation}
	for _, p := range e.Problems {
		out.Add(&paramProblem{problem: p})
	}
	return out
}

// paramProblem is a Problem as smithy's errors present one.
type paramProblem struct {
	problem Problem
	context string
	nested  string
}

func (p *paramProblem) Error() string { return p.problem.String() }

func (p *paramProblem) Field() string {
	var parts []string
	for _, s := range []string{p.context, p.nested, p.problem.Field} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ".")
}

func (p *paramProblem) SetContext(context string) { p.context = context }

func (p *paramProblem) AddNestedContext(nested string) {
	if p.nested != "" {
		nested += "." + p.nested
	}
	p.nested = nested
}
