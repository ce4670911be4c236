package alibaba

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"runtime"
	"strings"
	"time"
	"unicode"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

const (
	processTimeout = time.Minute
	processWait    = 2 * time.Second // for what the command left running and holds its output open
)

// processOutput is what a command prints, in the form of a profile.
type processOutput struct {
	Mode            string `json:"mode"`
	AccessKeyID     string `json:"access_key_id"`
	AccessKeySecret string `json:"access_key_secret"`
	STSToken        string `json:"sts_token"`
	Expiration      string `json:"expiration"`
}

// external runs the command of a profile, without a shell, and reads the credentials that it prints.
func (s *settings) external(ctx context.Context, command string) (cloud.Credentials, error) {
	if s.enabled(disableExternal) {
		return cloud.Credentials{}, unauthenticated("process_command is not run, because %s is set", disableExternal)
	}
	args, err := splitCommand(command, runtime.GOOS == "windows")
	if err != nil {
		return cloud.Credentials{}, err
	}
	printed, err := run(ctx, args)
	if err != nil {
		return cloud.Credentials{}, within("process_command", err)
	}
	c, err := parseOutput(printed)
	if err != nil {
		return cloud.Credentials{}, within("the output of process_command", err)
	}
	return c, nil
}

// run returns what a command prints. What it prints as errors is dropped: it may hold a secret.
func run(ctx context.Context, args []string) ([]byte, error) {
	bounded, cancel := context.WithTimeout(ctx, processTimeout)
	defer cancel()
	var out limitedBuffer
	cmd := exec.CommandContext(bounded, args[0], args[1:]...)
	cmd.Stdout = &out
	cmd.WaitDelay = processWait
	err := cmd.Run()
	exit, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil && out.full:
		return nil, unauthenticated("it printed more than %d KB", responseLimit>>10)
	case err == nil:
		return out.kept.Bytes(), nil
	case ctx.Err() != nil:
		return nil, &failure{"it was interrupted: " + context.Cause(ctx).Error(), cloud.ErrTransport, context.Cause(ctx)}
	case bounded.Err() != nil:
		return nil, unauthenticated("it did not end within %s", processTimeout)
	case errors.Is(err, exec.ErrNotFound):
		return nil, unauthenticated("its program is not found")
	case exited:
		return nil, unauthenticated("it failed: %s", exit.ProcessState)
	}
	return nil, unauthenticated("it could not be run")
}

// limitedBuffer keeps as much as a response may have, and drops the rest.
type limitedBuffer struct {
	kept bytes.Buffer // not embedded: its ReadFrom knows no limit
	full bool
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if b.kept.Len()+len(p) > responseLimit {
		b.full = true
		return len(p), nil
	}
	return b.kept.Write(p)
}

func parseOutput(printed []byte) (cloud.Credentials, error) {
	var out processOutput
	if err := decode(printed, &out); err != nil {
		return cloud.Credentials{}, err
	}
	k := keys{ID: out.AccessKeyID, Secret: out.AccessKeySecret}
	switch strings.ToLower(out.Mode) {
	case "ak":
		return k.credentials(cliKeyNames)
	case "ststoken":
	default:
		return cloud.Credentials{}, unauthenticated("its mode is not AK or StsToken")
	}
	k.Token = out.STSToken
	c, err := k.temporary(cliKeyNames)
	if err != nil || out.Expiration == "" {
		return c, err
	}
	if c.Expires, err = time.Parse(time.RFC3339, out.Expiration); err != nil {
		return cloud.Credentials{}, unauthenticated("its expiration is not a time in the form 2006-01-02T15:04:05Z")
	}
	return c, nil
}

// splitCommand splits a command as the aliyun CLI does: at white space, with quotes that group and, except on Windows, where
// it separates folders, a backslash that quotes one character.
func splitCommand(command string, windows bool) ([]string, error) {
	w := words{windows: windows}
	for _, c := range command {
		w.add(c)
	}
	switch {
	case w.quote != 0:
		return nil, unauthenticated("process_command has a quote that does not end")
	case w.escaped:
		return nil, unauthenticated("process_command ends with a backslash")
	}
	w.end()
	if len(w.done) == 0 || w.done[0] == "" {
		return nil, unauthenticated("process_command is empty")
	}
	return w.done, nil
}

// words is how far a command is split.
type words struct {
	windows bool
	done    []string
	word    strings.Builder
	open    bool // a word has begun, which may be empty
	quote   rune // the quote that is open, or 0
	escaped bool // the character before is a backslash that quotes
}

func (w *words) add(c rune) {
	switch {
	case w.escaped:
		w.addEscaped(c)
	case c == '\\' && w.escapes():
		w.escaped = true
	case w.quote == 0 && (c == '\'' || c == '"'):
		w.quote, w.open = c, true
	case w.quote != 0 && c == w.quote:
		w.quote = 0
	case w.quote == 0 && unicode.IsSpace(c):
		w.end()
	default:
		w.put(c)
	}
}

// escapes reports whether a backslash quotes here.
func (w *words) escapes() bool { return w.quote == '"' || w.quote == 0 && !w.windows }

func (w *words) addEscaped(c rune) {
	w.escaped = false
	special := `"\$` + "`"
	if w.windows {
		special = `"`
	}
	switch {
	case c == '\n' && !w.windows: // the line continues
	case w.quote == '"' && !strings.ContainsRune(special, c):
		w.put('\\')
		w.add(c)
	default:
		w.put(c)
	}
}

func (w *words) put(c rune) {
	w.open = true
	w.word.WriteRune(c)
}

func (w *words) end() {
	if w.open {
		w.done = append(w.done, w.word.String())
	}
	w.word.Reset()
	w.open = false
}
