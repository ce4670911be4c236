package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// codeFor is a request for code on a cluster.
func codeFor(cluster, key string) finspace.UpdateKxClusterCodeConfigurationRequest {
	return finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kx7example", ClusterName: cluster, Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: key},
	}
}

// deploy puts code on a cluster and returns nil when the cluster runs it.
func deploy(ctx context.Context, c *finspace.Client, cluster, key string) error {
	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, codeFor(cluster, key))
	if err != nil {
		return fmt.Errorf("not started: %w", err)
	}
	live, err := w.Wait(ctx, cloud.Within(2*time.Hour))
	if err != nil {
		return err // with the service's reason, and the token of a change that has not ended
	}
	fmt.Println(live.ClusterName, "runs", live.Code.S3Key)
	return nil
}

// deployOnce is deploy for a program that may crash: called again with the same name, it goes on where the last call was.
func deployOnce(ctx context.Context, c *finspace.Client, j journal.Journal, name, cluster, key string) error {
	prepare := func(ctx context.Context) (*cloud.Change[finspace.GetKxClusterResponse], error) {
		return c.PrepareUpdateKxClusterCodeConfiguration(ctx, codeFor(cluster, key))
	}
	end, err := journal.Run(ctx, j, name, prepare, c.ResumeUpdateKxClusterCodeConfiguration)
	if err != nil {
		return err
	}
	fmt.Println(name, end.Outcome, "in", end.Took)
	return nil
}

// handOver starts a change and leaves its token in a file, for a process that has time to wait.
func handOver(ctx context.Context, c *finspace.Client, cluster, key, file string) error {
	ch, err := c.PrepareUpdateKxClusterCodeConfiguration(ctx, codeFor(cluster, key))
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(ch.Token()), 0o600); err != nil { // before anything is sent; it holds the request
		return err
	}
	return ch.Start(ctx)
}

// takeOver waits for the change of a token, whatever its service and operation.
func takeOver(ctx context.Context, file string, clients ...cloud.Resumer) error {
	token, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	ch, err := cloud.Resume(string(token), clients...)
	if err != nil {
		return err
	}
	if err := ch.Start(ctx); err != nil { // nothing happens if it has begun; otherwise the other process never got there
		return err
	}
	_, err = ch.WaitAny(ctx)
	return err
}

// deployOrUndo puts code on a cluster, and brings back what was there before if the check finds it bad.
func deployOrUndo(ctx context.Context, c *finspace.Client, cluster, key string, check func(context.Context) error) error {
	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, codeFor(cluster, key))
	if err != nil {
		return err
	}
	if _, err := w.Wait(ctx); err != nil {
		return err
	}
	bad := check(ctx)
	if bad == nil {
		return nil
	}
	back, err := w.Undo(ctx)
	if err != nil {
		return fmt.Errorf("no way back after %w: %w", bad, err)
	}
	if err := back.Start(ctx); err != nil {
		return fmt.Errorf("not taken back after %w: %w", bad, err)
	}
	if _, err := back.WaitAny(ctx); err != nil {
		return fmt.Errorf("not taken back after %w: %w", bad, err)
	}
	return fmt.Errorf("taken back: %w", bad)
}
