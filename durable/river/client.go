package river

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	queue "github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Client enqueues changes and rollouts, reads how far they are, and works them after Start. Several programs with the same
// database share the work. A Client can be used by several goroutines.
type Client struct {
	config   Config
	journal  *journal.SQLJournal
	followed *followed
	river    *queue.Client[pgx.Tx]
}

// maxAttempts is how many errors a job may have before it is given up. Snoozes do not count, but every kill of a worker
// does. With the pauses of nextRetry it is about a week.
const maxAttempts = 1000

// New returns a client. It connects to nothing.
func New(cfg Config) (*Client, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	j, err := newJournal(cfg)
	if err != nil {
		return nil, err
	}
	c := &Client{config: cfg, journal: j, followed: newFollowed(cfg.Clients)}
	rc, err := c.riverConfig()
	if err != nil {
		return nil, err
	}
	if c.river, err = queue.NewClient(riverpgxv5.New(cfg.Pool), rc); err != nil {
		return nil, fmt.Errorf("durable/river: %w", err)
	}
	return c, nil
}

// newJournal returns the journal, which takes its connections from the pool.
func newJournal(cfg Config) (*journal.SQLJournal, error) {
	return journal.SQL(stdlib.OpenDBFromPool(cfg.Pool), journal.SQLOptions{Dialect: journal.DialectPostgreSQL, Table: cfg.Table})
}

// riverConfig is how River works the jobs.
func (c *Client) riverConfig() (*queue.Config, error) {
	rc := &queue.Config{
		JobTimeout: c.config.JobTimeout, RescueStuckJobsAfter: c.config.RescueAfter, MaxAttempts: maxAttempts, Logger: c.config.Logger,
		SoftStopTimeout: stopWithin,
	}
	if len(c.config.Clients) > 0 {
		rc.Workers = queue.NewWorkers()
		queue.AddWorker(rc.Workers, &changeWorker{client: c})
		queue.AddWorker(rc.Workers, &cancelWorker{client: c})
		queue.AddWorker(rc.Workers, &rolloutWorker{client: c})
		rc.Queues = map[string]queue.QueueConfig{c.config.Queue: {MaxWorkers: c.config.MaxWorkers}}
	}
	if c.config.Configure == nil {
		return rc, nil
	}
	c.config.Configure(rc)
	var p problems
	p.addTimes(rc.JobTimeout, rc.RescueStuckJobsAfter, "RescueStuckJobsAfter")
	return rc, p.err()
}

// stopWithin is how long the rounds in progress may take when a client is to stop; a slice of a rollout may take longer.
const stopWithin = 10 * time.Second

// Start works jobs until ctx ends, or Stop is called. It returns when it has begun to.
func (c *Client) Start(ctx context.Context) error {
	if len(c.config.Clients) == 0 {
		var p problems
		p.add("Clients", "required to work jobs", "")
		return p.err()
	}
	return c.river.Start(ctx)
}

// Stop takes no more jobs, waits up to ten seconds for those in progress, which ctx may cut short, and interrupts them then. What
// was not finished continues in other processes, or when Start is called again.
func (c *Client) Stop(ctx context.Context) error {
	if err := c.river.Stop(ctx); err == nil {
		return nil
	}
	return c.river.StopAndCancel(context.WithoutCancel(ctx))
}

// Stopped is closed when the client has stopped.
func (c *Client) Stopped() <-chan struct{} { return c.river.Stopped() }

// River returns River's own client, for jobs of your own and for all that River can do.
func (c *Client) River() *queue.Client[pgx.Tx] { return c.river }

// Journal returns the journal, which holds what was done, and the tokens, which are secret until a change has begun.
func (c *Client) Journal() journal.Journal { return c.journal }

// insertOptions are those of all jobs.
func insertOptions(queueName string, unique queue.UniqueOpts) *queue.InsertOpts {
	return &queue.InsertOpts{Queue: queueName, MaxAttempts: maxAttempts, UniqueOpts: unique}
}

// nextRetry is when a job is worked again that had an error or whose worker was killed: after 5 seconds, 10, 20 and so on, up
// to ten minutes.
func nextRetry(failures int) time.Time {
	const first, longest = 5 * time.Second, 10 * time.Minute
	return time.Now().Add(min(first<<min(failures, 10), longest))
}

// clientsOf returns a function that restores changes with the clients.
func clientsOf(clients []cloud.Resumer) func(token string) (cloud.AnyChange, error) {
	return func(token string) (cloud.AnyChange, error) { return cloud.Resume(token, clients...) }
}
