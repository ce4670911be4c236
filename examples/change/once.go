package main

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// release puts new code on a cluster exactly once, whatever crashes: called again, it goes on where the last call was.
func release(ctx context.Context, c *finspace.Client, j journal.Journal, name string, code finspace.CodeConfiguration) error {
	prepare := func(ctx context.Context) (*cloud.Change[finspace.GetKxClusterResponse], error) {
		return c.PrepareUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kx7example", ClusterName: "hdb-prod", Code: code,
		})
	}
	_, err := journal.Run(ctx, j, name, prepare, c.ResumeUpdateKxClusterCodeConfiguration)
	return err
}

// takeBack brings back what was there before the change of a token, whatever its service and operation.
func takeBack(ctx context.Context, token string, clients ...cloud.Resumer) error {
	ch, err := cloud.Resume(token, clients...)
	if err != nil {
		return err
	}
	back, err := ch.Undo(ctx) // prepared: back.Diff() shows what it would replace, back.Token() can be saved
	if err != nil {
		return err
	}
	if err := back.Start(ctx); err != nil {
		return err
	}
	_, err = back.WaitAny(ctx)
	return err
}
