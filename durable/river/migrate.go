package river

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// migrationLock is the advisory lock of a migration, so that several processes may begin at once.
const migrationLock = 0x706f6c79636c6f75

// Migrate creates or updates all tables: those of River with River's own migrations, that of the journal, and that of shared
// rates. Of cfg only Pool, Table and Logger matter. It may be called at each start of a program, by several at once; it
// needs the right to create tables, which nothing else does. River's tables may as well be migrated with its command.
func Migrate(ctx context.Context, cfg Config) error {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return err
	}
	j, err := newJournal(cfg)
	if err != nil {
		return err
	}
	return locked(ctx, cfg.Pool, func() error {
		m, err := rivermigrate.New(riverpgxv5.New(cfg.Pool), &rivermigrate.Config{Logger: cfg.Logger})
		if err != nil {
			return err
		}
		if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			return fmt.Errorf("durable/river: migrate the tables of River: %w", err)
		}
		if err := j.Create(ctx); err != nil {
			return fmt.Errorf("durable/river: create the table of the journal: %w", err)
		}
		if _, err := cfg.Pool.Exec(ctx, createRates); err != nil {
			return fmt.Errorf("durable/river: create the table of rates: %w", err)
		}
		return nil
	})
}

// locked calls f while no other process migrates. The lock is that of a connection, which loses it when it ends.
func locked(ctx context.Context, pool *pgxpool.Pool, f func() error) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("durable/river: connect: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return err
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(migrationLock))
	}()
	return f()
}
