package main

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// Update is the new code of one cluster. It is a type of our own, because requests leave out secrets when they are marshaled.
type Update struct{ EnvironmentID, Cluster, Bucket, Key string }

// Activities are the steps of a change. All but Prepare work for any change of the service.
type Activities struct{ Client *finspace.Client }

// Prepare checks the update and returns the token of its change. Nothing is sent that changes anything.
func (a *Activities) Prepare(ctx context.Context, u Update) (token string, err error) {
	ch, err := a.Client.PrepareUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: u.EnvironmentID, ClusterName: u.Cluster, Code: finspace.CodeConfiguration{S3Bucket: u.Bucket, S3Key: u.Key},
	})
	if err != nil {
		return "", explain(err)
	}
	return ch.Token(), nil
}

// Start starts a change at most once, however often it is called, and returns its token, which says then that it has begun.
func (a *Activities) Start(ctx context.Context, token string) (string, error) {
	ch, err := a.Client.Resume(token)
	if err == nil {
		err = ch.Start(ctx)
	}
	if err != nil {
		return "", explain(err)
	}
	return ch.Token(), nil
}

// Renew prepares a change anew that was found not to have begun.
func (a *Activities) Renew(ctx context.Context, token string) (string, error) {
	ch, err := a.Client.Resume(token)
	if err == nil {
		err = ch.Renew(ctx)
	}
	if err != nil {
		return "", explain(err)
	}
	return ch.Token(), nil
}

// Polled is what one poll found.
type Polled struct {
	State string
	Live  bool
	Next  time.Duration // when to poll again
}

// Poll polls a change once. A change that has failed is an error, with the reason of the service.
func (a *Activities) Poll(ctx context.Context, token string) (Polled, error) {
	ch, err := a.Client.Resume(token)
	if err != nil {
		return Polled{}, explain(err)
	}
	found, err := ch.PollAny(ctx)
	return Polled{found.State, found.Done(), found.Next}, explain(err)
}

// Undo prepares the change back, and returns its token, or "" if there is nothing to take back.
func (a *Activities) Undo(ctx context.Context, token string) (string, error) {
	ch, err := a.Client.Resume(token)
	if err != nil {
		return "", explain(err)
	}
	back, err := ch.Undo(ctx)
	if err != nil || len(back.Diff()) == 0 {
		return "", explain(err)
	}
	return back.Token(), nil
}

// Types of errors that the workflow knows.
const (
	notBegun     = "NotBegun"     // the change has to be prepared anew
	changeFailed = "ChangeFailed" // it has ended and is not live
)

// explain tells Temporal whether to retry an activity, and when.
func explain(err error) error {
	start, isStart := errors.AsType[*cloud.StartError](err)
	wait, isWait := errors.AsType[*cloud.WaitError](err)
	switch kind := cloud.KindOf(err); {
	case err == nil:
		return nil
	case errors.Is(err, cloud.ErrNotBegun):
		return temporal.NewNonRetryableApplicationError(err.Error(), notBegun, nil)
	case isStart && start.Next > 0: // not known yet
		again := temporal.ApplicationErrorOptions{NextRetryDelay: start.Next}
		return temporal.NewApplicationErrorWithOptions(err.Error(), "Uncertain", again)
	case isStart: // a person has to look
		return temporal.NewNonRetryableApplicationError(err.Error(), "Uncertain", nil)
	case isWait && wait.Outcome != cloud.Pending:
		return temporal.NewNonRetryableApplicationError(err.Error(), changeFailed, nil)
	case isWait, kind == cloud.ErrThrottled, kind == cloud.ErrUnavailable,
		kind == cloud.ErrTransport, kind == cloud.ErrInternal, kind == "":
		return temporal.NewApplicationError(err.Error(), string(kind))
	default:
		return temporal.NewNonRetryableApplicationError(err.Error(), string(kind), nil)
	}
}
