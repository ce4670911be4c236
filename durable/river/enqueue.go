package river

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	queue "github.com/riverqueue/river"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// EnqueueTx records a prepared change and its job in the caller's transaction: when that commits, the change will be
// started, and if it is rolled back, nothing has happened. Nobody may call Start of ch. The worker prepares the change anew,
// with what is there then.
//
// The key names the change for good. If it is recorded already, that change stays as it is and ch is dropped; so a program
// that does not know whether it has enqueued a change may do it again.
func (c *Client) EnqueueTx(ctx context.Context, tx pgx.Tx, key string, ch cloud.AnyChange) error {
	e, err := journal.NewEntry(key, ch)
	if err != nil {
		return err
	}
	return c.insertTx(ctx, tx, e, changeArgs{key})
}

// Enqueue is EnqueueTx in a transaction of its own.
func (c *Client) Enqueue(ctx context.Context, key string, ch cloud.AnyChange) error {
	return c.inTx(ctx, func(tx pgx.Tx) error { return c.EnqueueTx(ctx, tx, key, ch) })
}

// EnqueueRolloutTx records a rollout and its job in the caller's transaction. A worker builds it with the function of that
// name in Config.Rollouts from args, which are kept as JSON and must not be secret. The key is the name of the rollout in the
// journal, and names it for good, as that of a change does.
func (c *Client) EnqueueRolloutTx(ctx context.Context, tx pgx.Tx, key, name string, args any) error {
	text, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("durable/river: arguments of rollout %q: %w", name, err)
	}
	var p problems
	if key == "" {
		p.add("key", "required", "")
	}
	if name == "" {
		p.add("name", "required", "")
	}
	if err := p.err(); err != nil {
		return err
	}
	e := journal.Entry{Key: key, Steps: journal.Steps{{
		At: time.Now().UTC().Round(0), What: journal.EventQueued, Service: rolloutService, Operation: name,
	}}}
	return c.insertTx(ctx, tx, e, rolloutArgs{Key: key, Name: name, Args: text})
}

// EnqueueRollout is EnqueueRolloutTx in a transaction of its own.
func (c *Client) EnqueueRollout(ctx context.Context, key, name string, args any) error {
	return c.inTx(ctx, func(tx pgx.Tx) error { return c.EnqueueRolloutTx(ctx, tx, key, name, args) })
}

// CancelTx asks in the caller's transaction to cancel a change or a rollout. A change that has not been started is canceled.
// One that has begun is canceled if the service can do that; State shows what it said. A rollout is stopped within
// JobTimeout, and what it has begun stays as it is.
func (c *Client) CancelTx(ctx context.Context, tx pgx.Tx, key string) error {
	_, err := c.river.InsertTx(ctx, tx, cancelArgs{key}, insertOptions(c.config.Queue, queue.UniqueOpts{
		ByArgs: true, ByState: openStates,
	}))
	return err
}

// Cancel is CancelTx in a transaction of its own.
func (c *Client) Cancel(ctx context.Context, key string) error {
	return c.inTx(ctx, func(tx pgx.Tx) error { return c.CancelTx(ctx, tx, key) })
}

// insertTx stores a new entry, unless there is one, and inserts its job, unless there is one.
func (c *Client) insertTx(ctx context.Context, tx pgx.Tx, e journal.Entry, args queue.JobArgs) error {
	text, values, err := c.journal.StoreStatement(e)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, text, values...); err != nil {
		return fmt.Errorf("durable/river: record %.60q: %w", e.Key, err)
	}
	if _, err := c.river.InsertTx(ctx, tx, args, insertOptions(c.config.Queue, queue.UniqueOpts{ByArgs: true})); err != nil {
		return fmt.Errorf("durable/river: enqueue %.60q: %w", e.Key, err)
	}
	return nil
}

func (c *Client) inTx(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, c.config.Pool, f)
}
