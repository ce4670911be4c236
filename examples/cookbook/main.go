// Cookbook runs the recipes of docs/cookbook.md, one after the other, against the emulator:
//
//	go run ./examples/cookbook
//
// Each recipe is a function in a file of its topic. Copy the one that you need.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

// kitchen is what the recipes work with.
type kitchen struct {
	emu      *emulator.Emulator
	cfg      cloud.Config
	finspace *finspace.Client
	dlc      *dlc.Client
	journal  journal.Journal
	out      io.Writer
}

// run tries all recipes.
func run(ctx context.Context, out io.Writer, opts ...emulator.Option) error {
	emu, err := emulator.Start(append([]emulator.Option{emulator.WithChangeTime(0), emulator.WithStaleReads(0)}, opts...)...)
	if err != nil {
		return err
	}
	defer emu.Close()
	k, err := open(emu, out)
	if err != nil {
		return err
	}
	for _, r := range recipes {
		fmt.Fprintln(out, "##", r.name)
		if err := r.try(ctx, k); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

// open fills the emulator, and makes the clients.
func open(emu *emulator.Emulator, out io.Writer) (*kitchen, error) {
	for _, name := range []string{"hdb-prod", "rdb-prod"} {
		emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{
			ClusterName: name, Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "1.zip"},
		})
	}
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "image-1"})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "image-2"})
	for _, name := range engines {
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "id-" + name, DataEngineName: name, ImageVersionID: "image-1"})
	}
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond // the changes of this emulator take no time
	kx, err := finspace.New(cfg)
	if err != nil {
		return nil, err
	}
	engines, err := dlc.New(cfg)
	if err != nil {
		return nil, err
	}
	return &kitchen{emu: emu, cfg: cfg, finspace: kx, dlc: engines, journal: journal.Memory(), out: out}, nil
}

var engines = []string{"adhoc", "etl", "reports"}
