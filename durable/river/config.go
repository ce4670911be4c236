package river

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	queue "github.com/riverqueue/river"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// Defaults that apply where a Config leaves a field zero.
const (
	DefaultQueue       = "polycloud"
	DefaultMaxWorkers  = 50
	DefaultMaxRefusals = 5
	DefaultJobTimeout  = 2 * time.Minute
	DefaultRescueAfter = 3 * time.Minute
)

// MaxRescueAfter is the longest Config.RescueAfter. FinSpace recognizes a repeated request for ten minutes; a change whose
// worker was killed has to be taken up well before that.
const MaxRescueAfter = 7 * time.Minute

// A RolloutFunc builds a rollout from the arguments of its job. For the same arguments it must return the same steps, in
// every process. Name, Journal and Resume are set by the worker.
type RolloutFunc func(ctx context.Context, args json.RawMessage) (rollout.Rollout, error)

// Config configures a Client. Only Pool is required; a program that works jobs needs Clients too.
type Config struct {
	// Pool connects to the database that Migrate has prepared. A working client needs about ten connections.
	Pool *pgxpool.Pool
	// Clients make the calls of the workers, one for each service and region of the changes. Without any, the client
	// enqueues and reads, and Start is refused.
	Clients []cloud.Resumer
	// Rollouts are the functions that build rollouts, by the name that EnqueueRollout takes.
	Rollouts map[string]RolloutFunc

	// Table is that of the journal; see journal.SQLOptions. The default is journal.DefaultTable.
	Table string
	// Queue is the queue of all jobs. The default is DefaultQueue.
	Queue string
	// MaxWorkers is how many jobs this process works at once. A pending change is no job that is worked. The default is
	// DefaultMaxWorkers.
	MaxWorkers int
	// MaxRefusals is how often the service may refuse to start a change before that has failed; see journal.MaxRefusals.
	// The default is DefaultMaxRefusals.
	MaxRefusals int
	// JobTimeout limits one round of a job. A quarter of it is for the calls that start or poll a change, half of it for a
	// slice of a rollout, the rest for recording what happened. The default is DefaultJobTimeout.
	JobTimeout time.Duration
	// RescueAfter is when a job whose worker was killed is worked again. It must be longer than JobTimeout, so that no
	// job is worked twice at once, and at most MaxRescueAfter. The default is DefaultRescueAfter.
	RescueAfter time.Duration
	// Logger gets what River logs. The default logs warnings to the standard output, as River does.
	Logger *slog.Logger
	// Configure may change the configuration of River, to work jobs of your own beside these: other queues, more workers,
	// periodic jobs, hooks. Its JobTimeout and RescueStuckJobsAfter are checked as those of this Config are.
	Configure func(*queue.Config)
}

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	c.Table = cmp.Or(c.Table, journal.DefaultTable)
	c.Queue = cmp.Or(c.Queue, DefaultQueue)
	c.MaxWorkers = cmp.Or(c.MaxWorkers, DefaultMaxWorkers)
	c.MaxRefusals = cmp.Or(c.MaxRefusals, DefaultMaxRefusals)
	c.JobTimeout = cmp.Or(c.JobTimeout, DefaultJobTimeout)
	c.RescueAfter = cmp.Or(c.RescueAfter, DefaultRescueAfter)
	return c
}

// check refuses a configuration with which jobs would be lost, or worked twice at once.
func (c Config) check() error {
	var p problems
	if c.Pool == nil {
		p.add("Pool", "required", "")
	}
	if c.MaxWorkers < 1 || c.MaxWorkers > queue.QueueNumWorkersMax {
		p.add("MaxWorkers", "must be from 1 to 10000", c.MaxWorkers)
	}
	if c.MaxRefusals < 1 {
		p.add("MaxRefusals", "must be at least 1", c.MaxRefusals)
	}
	for name, f := range c.Rollouts {
		if name == "" || f == nil {
			p.add("Rollouts", "must have a name and a function in each member", name)
		}
	}
	p.addTimes(c.JobTimeout, c.RescueAfter, "RescueAfter")
	return p.err()
}
