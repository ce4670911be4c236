package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func TestExitCodes(t *testing.T) {
	t.Parallel()
	unhealthy := &cloud.Error{Kind: cloud.ErrUnhealthy}
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, exitDone},
		{errors.New("disk full"), exitInternal},
		{usage("--yes: required"), exitInvalid},
		{&cloud.ValidationError{}, exitInvalid},
		{&cloud.Error{Kind: cloud.ErrUnsupported}, exitInvalid},
		{&cloud.WaitError{Outcome: cloud.Failed}, exitFailed},
		{&cloud.WaitError{Outcome: cloud.Failed, Superseded: true}, exitFailed},
		{&cloud.WaitError{Outcome: cloud.Canceled}, exitFailed},
		{&cloud.WaitError{Outcome: cloud.Pending, Err: context.Canceled}, exitPending},
		{&cloud.WaitError{Outcome: cloud.Pending, Err: &cloud.Error{Kind: cloud.ErrDenied}}, exitPending},
		{&cloud.StartError{Status: cloud.Uncertain, Err: context.Canceled}, exitUncertain},
		{&cloud.StartError{Status: cloud.NotBegun}, exitUncertain},
		{&cloud.Error{Kind: cloud.ErrTransport, Err: context.DeadlineExceeded}, exitPending},
		{fmt.Errorf("call: %w", &cloud.Error{Kind: cloud.ErrDenied}), exitDenied},
		{&cloud.Error{Kind: cloud.ErrUnauthenticated}, exitDenied},
		{&cloud.Error{Kind: cloud.ErrNotFound}, exitNotFound},
		{&cloud.Error{Kind: cloud.ErrConflict}, exitConflict},
		{&cloud.Error{Kind: cloud.ErrQuota}, exitConflict},
		{&cloud.Error{Kind: cloud.ErrThrottled}, exitUnavailable},
		{&cloud.Error{Kind: cloud.ErrUnavailable}, exitUnavailable},
		{&cloud.Error{Kind: cloud.ErrInternal}, exitUnavailable},
		{&cloud.Error{Kind: cloud.ErrTransport}, exitUnavailable},
		{unhealthy, exitUnhealthy},
		{&rollout.Error{Outcome: rollout.Failed}, exitFailed},
		{&rollout.Error{Outcome: rollout.Failed, Errs: []error{unhealthy}}, exitUnhealthy},
		{&rollout.Error{Outcome: rollout.Undone}, exitUnhealthy},
		{&rollout.Error{Outcome: rollout.UndoFailed, Errs: []error{unhealthy}}, exitFailed},
		{&rollout.Error{Outcome: rollout.Interrupted, Errs: []error{context.Canceled}}, exitPending},
		{&pendingError{&cloud.WaitError{Outcome: cloud.Pending}, "polycloud resume"}, exitPending},
	} {
		assert.Equal(t, test.want, exitCode(test.err), "%v", test.err)
	}
	for kind, code := range kinds {
		assert.Less(t, code, len(exits), kind)
	}
}

// TestExitCodesOfCalls has the service respond with errors.
func TestExitCodesOfCalls(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Fault
		want  int
	}{
		"throttled": {emulator.Fault{Kind: emulator.Throttle, Times: 3}, exitUnavailable},
		"conflict":  {emulator.Fault{Kind: emulator.Refuse, Code: "ConflictException", Status: 409}, exitConflict},
		"denied":    {emulator.Fault{Kind: emulator.Refuse, Code: "AccessDeniedException", Status: 403}, exitDenied},
		"internal":  {emulator.Fault{Kind: emulator.ServerError, Times: 3}, exitUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, s shell) {
				s.emu.Inject(test.fault)
				r := s.run(t.Context(), "call", "finspace", "ListKxEnvironments")
				assert.Equal(t, test.want, r.code, r.stderr)
				assert.Empty(t, r.stdout)
			})
		})
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"frob"}, `unknown command "frob"`},
		{[]string{"call"}, "accepts between 1 and 2 arg(s)"},
		{[]string{"call", "s3"}, `service: must be finspace, proton, flink or dlc, given "s3"`},
		{[]string{"call", "dlc", "Nope"}, `operation: dlc has no "Nope"; polycloud call dlc lists its operations`},
		{[]string{"call", "dlc", "DescribeDataEngine", "--all"}, "--all: DescribeDataEngine is not a list"},
		{[]string{"call", "dlc", "DescribeDataEngine", "-o", "xml"}, `--output: must be text or json, given "xml"`},
		{[]string{"call", "dlc", "DescribeDataEngine", "--timeout", "-1s"}, "--timeout: must not be negative"},
		{[]string{"call", "dlc", "DescribeDataEngine", "--nope"}, "unknown flag: --nope"},
		{[]string{"call", "dlc", "DescribeDataEngine", "-d", `{"dataEngineName": "hunter2"}`}, "dlc DescribeDataEngine: invalid: dataEngineName: unknown member"},
		{[]string{"change", "dlc", "DescribeDataEngine"}, "operation: dlc DescribeDataEngine is not a change that can be followed; use polycloud call"},
		{[]string{"change", "dlc", "SwitchDataEngineImage", "--journal", "j"}, "[journal name]"},
		{[]string{"resume"}, "a token, or --journal and --name, required"},
		{[]string{"resume", "pc1.nope"}, "token: is not a token of a change"},
		{[]string{"resume", "x", "--journal", "j", "--name", "n"}, "a token and --journal exclude each other"},
		{[]string{"rollout", "plan"}, `required flag(s) "file" not set`},
		{[]string{"credentials", "explain", "gcp"}, `invalid argument "gcp"`},
	} {
		r := shell{}.run(t.Context(), append(test.args, "--endpoint", "http://127.0.0.1:1")...)
		assert.Equal(t, exitInvalid, r.code, test.args)
		assert.Contains(t, r.stderr, "polycloud: ", test.args)
		assert.Contains(t, r.stderr, test.says, test.args)
		assert.NotContains(t, r.stderr, "hunter2")
		assert.Empty(t, r.stdout)
	}
}

func TestHelpTeaches(t *testing.T) {
	t.Parallel()
	r := shell{}.run(t.Context(), "help", "exit-codes")
	for _, meaning := range exits {
		assert.Contains(t, r.stdout, meaning)
	}
	r = shell{}.run(t.Context(), "call", "finspace", "CreateKxChangeset", "--help")
	assert.Equal(t, `finspace CreateKxChangeset

Members of the request (* is required):
  *environmentId   string
  *databaseName    string
  *changeRequests  []object
    *changeType    string    PUT, DELETE
    *dbPath        string
     s3Path        string
   clientToken     string    makes a repeated request safe; filled in if it is empty

Usage:
  polycloud call finspace CreateKxChangeset -d JSON|@FILE|-
  polycloud change finspace CreateKxChangeset -d JSON|@FILE|-    follows it until it is live

More:
  go doc github.com/polycloud-sdk/polycloud-go/finspace.CreateKxChangesetRequest
`, r.stdout)
}
