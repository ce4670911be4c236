package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// The exit codes, by outcome.
const (
	exitDone = iota
	exitInternal
	exitInvalid
	exitFailed
	exitDenied
	exitNotFound
	exitPending
	exitUncertain
	exitUnhealthy
	exitConflict
	exitUnavailable
)

// exits says what each exit code means.
var exits = []string{
	exitDone:        "done: the call succeeded, the change or all of the rollout is live",
	exitInternal:    "an error of this machine, such as a file that cannot be read",
	exitInvalid:     "invalid command line, file or request, or the service cannot do that",
	exitFailed:      "the change failed, was canceled or replaced; the rollout failed",
	exitDenied:      "credentials are missing or expired, or do not permit the call",
	exitNotFound:    "the resource, or the entry of the journal, does not exist",
	exitPending:     "interrupted or timed out: a change continues, and resume follows it",
	exitUncertain:   "it is not known whether the change has begun; resume finds out",
	exitUnhealthy:   "a change is live but not good, or a rollout was undone",
	exitConflict:    "the state of the resource or a quota does not permit it now",
	exitUnavailable: "the service throttles or cannot respond; try again later",
}

// kinds has the exit code of each kind of error.
var kinds = map[cloud.Kind]int{
	cloud.ErrInvalid: exitInvalid, cloud.ErrUnsupported: exitInvalid,
	cloud.ErrUnauthenticated: exitDenied, cloud.ErrDenied: exitDenied,
	cloud.ErrNotFound: exitNotFound,
	cloud.ErrConflict: exitConflict, cloud.ErrQuota: exitConflict,
	cloud.ErrThrottled: exitUnavailable, cloud.ErrUnavailable: exitUnavailable, cloud.ErrInternal: exitUnavailable,
	cloud.ErrTransport: exitUnavailable,
	cloud.ErrFailed:    exitFailed, cloud.ErrCanceled: exitFailed, cloud.ErrSuperseded: exitFailed,
	cloud.ErrUnhealthy: exitUnhealthy,
	cloud.ErrNotBegun:  exitUncertain, cloud.ErrUncertain: exitUncertain,
}

// exitCode returns the exit code of an error.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if isUsage(err) {
		return exitInvalid
	}
	if failed, ok := errors.AsType[*rollout.Error](err); ok {
		return exitOfRollout(failed)
	}
	if wait, ok := errors.AsType[*cloud.WaitError](err); ok && wait.Outcome == cloud.Pending {
		return exitPending
	}
	if _, ok := errors.AsType[*cloud.StartError](err); ok {
		return exitUncertain
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return exitPending
	}
	if code, ok := kinds[cloud.KindOf(err)]; ok {
		return code
	}
	return exitInternal
}

func exitOfRollout(err *rollout.Error) int {
	switch {
	case err.Outcome == rollout.Interrupted:
		return exitPending
	case err.Outcome == rollout.Undone, err.Outcome == rollout.Failed && errors.Is(err, cloud.ErrUnhealthy):
		return exitUnhealthy
	}
	return exitFailed
}

// exitCodesTopic is a topic of help.
func exitCodesTopic() *cobra.Command {
	var b strings.Builder
	b.WriteString("The exit code says how a command ended:\n\n")
	for code, meaning := range exits {
		fmt.Fprintf(&b, "  %2d  %s\n", code, meaning)
	}
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: b.String()}
}
