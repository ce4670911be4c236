// Durable puts a new image on data engines, as a release that many machines carry out together. "durable work" is a worker, of
// which any number may run; "durable release IMAGE ENGINE…" enqueues a release and follows it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/durable/river"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cfg := cloud.Config{Region: os.Getenv("TENCENTCLOUD_REGION"), Endpoint: os.Getenv("DLC_ENDPOINT")}
	if err := run(ctx, cfg, os.Getenv("DATABASE_URL"), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "durable:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: durable work | durable release IMAGE ENGINE…")

// run is the whole program. The database is where the jobs and the journal are.
func run(ctx context.Context, cfg cloud.Config, database string, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	pool, err := pgxpool.New(ctx, database)
	if err != nil {
		return err
	}
	defer pool.Close()
	switch {
	case args[0] == "work" && len(args) == 1:
		return work(ctx, cfg, pool, out)
	case args[0] == "release" && len(args) > 2:
		return release(ctx, pool, args[1], args[2:], out)
	}
	return errUsage
}

// work works jobs until ctx ends.
func work(ctx context.Context, cfg cloud.Config, pool *pgxpool.Pool, out io.Writer) error {
	if err := river.Migrate(ctx, river.Config{Pool: pool}); err != nil {
		return err
	}
	rate, err := river.NewRate(pool, "dlc", 15) // of all workers together
	if err != nil {
		return err
	}
	cfg.Middleware = append(cfg.Middleware, rate.Middleware())
	engines, err := dlc.New(cfg)
	if err != nil {
		return err
	}
	c, err := river.New(river.Config{
		Pool: pool, Clients: []cloud.Resumer{engines}, Rollouts: map[string]river.RolloutFunc{releaseName: builder(engines)},
	})
	if err != nil {
		return err
	}
	if err := c.Start(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "working")
	<-c.Stopped()
	return nil
}
