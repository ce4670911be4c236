package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// recipes are tried by main, in the order of the page.
var recipes = []struct {
	name string
	try  func(ctx context.Context, k *kitchen) error
}{
	{"list with a filter", func(ctx context.Context, k *kitchen) error {
		names, err := enginesWithImage(ctx, k.dlc, "image-1")
		fmt.Fprintln(k.out, names)
		return err
	}},
	{"change and wait", func(ctx context.Context, k *kitchen) error {
		return deploy(ctx, k.finspace, "hdb-prod", "2.zip")
	}},
	{"at most once", func(ctx context.Context, k *kitchen) error {
		return deployOnce(ctx, k.finspace, k.journal, "release-3", "hdb-prod", "3.zip")
	}},
	{"undo", func(ctx context.Context, k *kitchen) error {
		bad := errors.New("no trades since noon")
		err := deployOrUndo(ctx, k.finspace, "hdb-prod", "bad.zip", func(context.Context) error { return bad })
		if !errors.Is(err, bad) {
			return fmt.Errorf("it was not taken back: %w", err)
		}
		fmt.Fprintln(k.out, err)
		return nil
	}},
	{"resume elsewhere", func(ctx context.Context, k *kitchen) error {
		folder, err := os.MkdirTemp("", "token")
		if err != nil {
			return err
		}
		defer os.RemoveAll(folder)
		file := filepath.Join(folder, "token")
		if err := handOver(ctx, k.finspace, "hdb-prod", "4.zip", file); err != nil {
			return err
		}
		return takeOver(ctx, file, k.dlc, k.finspace)
	}},
	{"a rollout with a canary", func(ctx context.Context, k *kitchen) error {
		return switchImages(ctx, k.dlc, engines, "image-2", 0, k.journal, k.out)
	}},
	{"many changes", func(ctx context.Context, k *kitchen) error {
		return suspendAll(ctx, k.dlc, engines)
	}},
	{"errors by kind", func(ctx context.Context, k *kitchen) error {
		request := finspace.DeleteKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "none"}
		return ensureGone(ctx, k.finspace, request)
	}},
	{"retries, limits and times", func(ctx context.Context, k *kitchen) error {
		batch, page, err := newClients(k.cfg)
		if err != nil {
			return err
		}
		names, err := enginesWithImage(ctx, batch, "image-2")
		if err != nil {
			return err
		}
		fmt.Fprintln(k.out, names)
		state, err := stateForPage(ctx, page, "etl")
		fmt.Fprintln(k.out, state)
		return err
	}},
	{"audit", func(ctx context.Context, k *kitchen) error {
		c, err := finspace.New(observed(k.cfg, slog.New(slog.NewJSONHandler(k.out, nil)), "release-bot"))
		if err != nil {
			return err
		}
		return deploy(ctx, c, "rdb-prod", "5.zip")
	}},
}
