package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// write writes v as JSON: one line for programs, indented for people.
func (p *program) write(v any) error {
	indent := "  "
	if p.json() {
		indent = ""
	}
	text, err := encode(v, indent)
	if err == nil {
		_, err = p.stdout.Write(text)
	}
	return err
}

// encode returns v as JSON with a line break behind it, in which <, > and & are as they are.
func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(v)
	return b.Bytes(), err
}

// show writes v as its own text for people, and as JSON for programs.
func (p *program) show(v fmt.Stringer) error {
	if p.json() {
		return p.write(v)
	}
	text := v.String()
	if n := len(text); n == 0 || text[n-1] != '\n' {
		text += "\n"
	}
	_, err := fmt.Fprint(p.stdout, text)
	return err
}

// An event is one line of the JSON of a command that takes time.
type event struct {
	Event string `json:"event"`
	Data  any    `json:"data"`
}

// emit writes an event for programs. For people, commands write to the screen.
func (p *program) emit(name string, data any) {
	if p.json() {
		_ = p.write(event{name, data}) // without a reader the change continues
	}
}

// A pendingError is a change that continues, or may, without this program.
type pendingError struct {
	error
	resume string // the command that follows it
}

func (e *pendingError) Unwrap() error { return e.error }

// command returns a command of this program for a shell, with the global flags that say which service and account.
func (p *program) command(args ...string) string {
	all := []string{"polycloud"}
	for _, f := range []struct{ name, value string }{
		{"--endpoint", p.endpoint}, {"--profile", p.profile}, {"--region", p.region},
		{"--workspace", p.workspace}, {"--namespace", p.namespace},
	} {
		if f.value != "" {
			all = append(all, f.name, f.value)
		}
	}
	if p.site == siteInternational {
		all = append(all, "--site", p.site)
	}
	all = append(all, args...)
	for i, arg := range all {
		all[i] = quote(arg)
	}
	return strings.Join(all, " ")
}

// plainArg is an argument that a shell leaves as it is.
var plainArg = regexp.MustCompile(`^[\w./:@%+=,-]+$`)

// quote quotes an argument for a shell if it has to be.
func quote(arg string) string {
	if plainArg.MatchString(arg) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// failure is the JSON of an error on standard error.
type failure struct {
	Error    json.RawMessage `json:"error"`
	ExitCode int             `json:"exitCode"`
	Resume   string          `json:"resume,omitzero"` // the command that follows the change
}

// fail reports an error, and returns the exit code.
func (p *program) fail(err error) int {
	code := exitCode(err)
	if err == nil {
		return code
	}
	pending, isPending := errors.AsType[*pendingError](err)
	if !p.json() {
		fmt.Fprintln(p.stderr, "polycloud: "+cloud.OneLine(err.Error(), 8<<10))
		if isPending {
			fmt.Fprintln(p.stderr, "follow it with: "+pending.resume)
		}
		return code
	}
	f := failure{ExitCode: code, Error: errorJSON(err)}
	if isPending {
		f.Resume, f.Error = pending.resume, errorJSON(pending.error)
	}
	text, _ := encode(f, "") // which has nothing that is not JSON
	_, _ = p.stderr.Write(text)
	return code
}

// errorJSON is an error as an object: that of package cloud, without tokens.
func errorJSON(err error) json.RawMessage {
	if wait, ok := err.(*cloud.WaitError); ok { //nolint:errorlint // one that is wrapped has a message of its own
		hidden := *wait
		hidden.Token = ""
		err = &hidden
	}
	text, failed := json.Marshal(cloud.Result{Err: err})
	var result struct{ Error json.RawMessage }
	if failed != nil || json.Unmarshal(text, &result) != nil {
		result.Error, _ = json.Marshal(map[string]string{"message": err.Error()})
	}
	return result.Error
}
