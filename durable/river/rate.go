package river

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// createRates is the table of shared rates: for each rate, when its next turn is.
const createRates = `CREATE TABLE IF NOT EXISTS cloud_rates (
	name TEXT PRIMARY KEY,
	next TIMESTAMPTZ NOT NULL
)`

// Rate is a request rate that processes share, as a row of the database. Give its Middleware to the clients of one account
// and service in all of them.
//
// A process reserves the turns of a quarter of a second at once, so a rate costs about four statements a second for each
// process that makes calls. Turns that it does not use are lost, so many processes with few calls stay below the rate.
// Every call takes a turn before it is signed; its retries take none, which the clients' own RequestRate limits. Turns are
// given in the order of the calls, without priorities, by the clock of the database.
type Rate struct {
	pool *pgxpool.Pool
	name string
	each time.Duration // between two turns
	many int           // turns that are reserved at once

	mu   sync.Mutex // held while turns are reserved
	next time.Time  // the next turn
	left int        // how many turns are reserved
}

// NewRate returns the rate of that name. All processes must give it the same number of requests per second, from one in a
// minute to 10,000.
func NewRate(pool *pgxpool.Pool, name string, perSecond float64) (*Rate, error) {
	var p problems
	if pool == nil {
		p.add("pool", "required", "")
	}
	if name == "" {
		p.add("name", "required", "")
	}
	if !(perSecond >= 1.0/60 && perSecond <= 10_000) {
		p.add("perSecond", "must be from 1/60 to 10000", perSecond)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	const ahead = 4 // a fraction of a second
	return &Rate{
		pool: pool, name: name, each: time.Duration(float64(time.Second) / perSecond), many: int(math.Ceil(perSecond / ahead)),
	}, nil
}

// Middleware makes each call wait for its turn; see cloud.Config. A call whose context ends before its turn is not sent,
// and its error is an ErrThrottled at once.
func (r *Rate) Middleware() cloud.Middleware {
	return func(ctx context.Context, call *cloud.Call, next func(context.Context) error) error {
		wait, err := r.reserve(ctx)
		if err != nil {
			return &cloud.Error{Service: call.Service, Operation: call.Operation, Kind: cloud.ErrThrottled, Err: err}
		}
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			return next(ctx)
		case <-ctx.Done():
			return &cloud.Error{Service: call.Service, Operation: call.Operation, Kind: cloud.ErrTransport, Err: context.Cause(ctx)}
		}
	}
}

// reserveTurns moves the next turn of a rate behind those that it reserves, and returns how long it is until the first of
// them; no row if that is longer than the caller will wait. A new or idle rate begins now.
const reserveTurns = `INSERT INTO cloud_rates AS r (name, next) VALUES ($1, clock_timestamp() + $2::bigint * interval '1 microsecond')
ON CONFLICT (name) DO UPDATE SET next = GREATEST(r.next, clock_timestamp()) + $2::bigint * interval '1 microsecond'
WHERE r.next <= clock_timestamp() + $3::bigint * interval '1 microsecond'
RETURNING (EXTRACT(EPOCH FROM next - clock_timestamp()) * 1e6)::bigint - $2::bigint`

// longestWait is how long a call without a deadline waits for its turn.
const longestWait = 10 * time.Minute

var errNoTurn = errors.New("the rate that processes share has no turn before the call must end")

// reserve takes a turn, and returns how long it is until then.
func (r *Rate) reserve(ctx context.Context) (time.Duration, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	most := longestWait
	if deadline, ok := ctx.Deadline(); ok {
		most = time.Until(deadline)
	}
	if r.left == 0 || time.Since(r.next) > time.Duration(r.left)*r.each { // none, or all are over
		if err := r.more(ctx, most); err != nil {
			return 0, err
		}
	}
	wait := time.Until(r.next)
	if wait > most {
		return 0, errNoTurn
	}
	r.next = r.next.Add(r.each)
	r.left--
	return max(wait, 0), nil
}

// more reserves turns.
func (r *Rate) more(ctx context.Context, most time.Duration) error {
	var until int64
	err := r.pool.QueryRow(ctx, reserveTurns, r.name, int64(r.many)*r.each.Microseconds(), max(most, 0).Microseconds()).Scan(&until)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return errNoTurn
	case err != nil:
		return fmt.Errorf("durable/river: rate %.60q: %w", r.name, err)
	}
	r.next, r.left = time.Now().Add(time.Duration(max(until, 0))*time.Microsecond), r.many
	return nil
}
