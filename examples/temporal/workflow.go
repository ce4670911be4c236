package main

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Release updates clusters, one after the other. If one fails, or the workflow is canceled, those that have begun are
// taken back, the last one first.
func Release(ctx workflow.Context, updates []Update) (err error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Minute, WaitForCancellation: true, // so that it is known what has begun
	})
	var begun []string
	defer func() {
		if err == nil {
			return
		}
		if stays := takeBack(ctx, begun); stays != nil {
			err = errors.Join(err, stays)
		}
	}()
	for _, u := range updates {
		var token string
		if err := workflow.ExecuteActivity(ctx, activities.Prepare, u).Get(ctx, &token); err != nil {
			return err
		}
		if token, err = start(ctx, token); err != nil {
			return err
		}
		begun = append(begun, token)
		if err := follow(ctx, token); err != nil {
			return err
		}
	}
	return nil
}

var activities *Activities // only the names of its methods are used

// start starts a change. One that was found not to have begun is prepared anew.
func start(ctx workflow.Context, token string) (begun string, err error) {
	for {
		err := workflow.ExecuteActivity(ctx, activities.Start, token).Get(ctx, &begun)
		if failed, ok := errors.AsType[*temporal.ApplicationError](err); !ok || failed.Type() != notBegun {
			return begun, err
		}
		if err := workflow.ExecuteActivity(ctx, activities.Renew, token).Get(ctx, &token); err != nil {
			return "", err
		}
	}
}

// isFailed reports whether a change has ended without being live.
func isFailed(err error) bool {
	failed, ok := errors.AsType[*temporal.ApplicationError](err)
	return ok && failed.Type() == changeFailed
}

// follow polls until a change is live. Between polls nothing runs.
func follow(ctx workflow.Context, token string) error {
	for {
		var found Polled
		if err := workflow.ExecuteActivity(ctx, activities.Poll, token).Get(ctx, &found); err != nil || found.Live {
			return err
		}
		if err := workflow.Sleep(ctx, found.Next); err != nil {
			return err
		}
	}
}

// takeBack brings back what was there before changes, also after a cancellation.
func takeBack(ctx workflow.Context, begun []string) (err error) {
	ctx, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	for _, token := range slices.Backward(begun) {
		err = errors.Join(err, undo(ctx, token))
	}
	return err
}

// undo takes a change back when it has ended, whether it is live or not.
func undo(ctx workflow.Context, token string) error {
	if err := follow(ctx, token); err != nil && !isFailed(err) {
		return err
	}
	var back string
	err := workflow.ExecuteActivity(ctx, activities.Undo, token).Get(ctx, &back)
	if err != nil || back == "" {
		return err
	}
	if back, err = start(ctx, back); err != nil {
		return err
	}
	return follow(ctx, back)
}
