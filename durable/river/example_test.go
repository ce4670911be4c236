package river_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	durable "github.com/polycloud-sdk/polycloud-go/durable/river"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// A worker migrates the database and works jobs until it is told to stop.
func Example_worker() {
	worker := func(ctx context.Context) error {
		pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
		if err != nil {
			return err
		}
		defer pool.Close()
		if err := durable.Migrate(ctx, durable.Config{Pool: pool}); err != nil {
			return err
		}
		rate, err := durable.NewRate(pool, "dlc/100012345678", 15) // all workers together
		if err != nil {
			return err
		}
		engines, err := dlc.New(cloud.Config{Region: "ap-guangzhou", Middleware: []cloud.Middleware{rate.Middleware()}})
		if err != nil {
			return err
		}
		kx, err := finspace.New(cloud.Config{Region: "us-east-1"})
		if err != nil {
			return err
		}
		c, err := durable.New(durable.Config{Pool: pool, Clients: []cloud.Resumer{engines, kx}, Logger: slog.Default()})
		if err != nil {
			return err
		}
		if err := c.Start(ctx); err != nil {
			return err
		}
		<-c.Stopped()
		return nil
	}
	_ = worker
}

// An order and the change that it asks for are recorded together, or not at all.
func ExampleClient_EnqueueTx() {
	order := func(ctx context.Context, pool *pgxpool.Pool, c *durable.Client, engines *dlc.Client, id string) error {
		ch, err := engines.PrepareSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
			DataEngineID: "DataEngine-1", NewImageVersionID: "new",
		})
		if err != nil {
			return err
		}
		return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "INSERT INTO orders (id) VALUES ($1)", id); err != nil {
				return err
			}
			return c.EnqueueTx(ctx, tx, "orders/"+id, ch)
		})
	}
	_ = order
}

// A program waits for what others work on.
func ExampleClient_Wait() {
	report := func(ctx context.Context, c *durable.Client, key string) error {
		ctx, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		end, err := c.Wait(ctx, key)
		switch {
		case errors.Is(err, durable.ErrStuck):
			return fmt.Errorf("somebody has to look: %w", err)
		case errors.Is(err, cloud.ErrFailed):
			fmt.Println(key, "failed:", end.Reason)
			return nil
		case err != nil:
			return err
		}
		fmt.Println(key, "is live after", end.Took)
		return nil
	}
	_ = report
}

// What is wrong with a configuration is one error.
func ExampleNew() {
	pool, err := pgxpool.New(context.Background(), "postgres://app@db.example/app") // which connects to nothing yet
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	_, err = durable.New(durable.Config{Pool: pool, RescueAfter: time.Hour})
	fmt.Println(err)
	// Output: durable/river: invalid: RescueAfter: must be at most 7m0s, while FinSpace recognizes a repeated request, given 1h0m0s
}
