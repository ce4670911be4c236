package river_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// startMeasuring measures the load of the database until load is called; figures returns it, for a number of changes.
func startMeasuring(t *testing.T, pool *pgxpool.Pool) (load func() (figures func(changes int) string)) {
	t.Helper()
	if *keepSafe {
		_, err := pool.Exec(t.Context(), "CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
		require.NoError(t, err)
	}
	began, before, most := time.Now(), statistics(t, pool), 0
	stop := every(500*time.Millisecond, func() error {
		var now int
		err := pool.QueryRow(context.Background(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()").Scan(&now)
		most = max(most, now)
		return err
	})
	return func() func(int) string {
		require.NoError(t, stop())
		time.Sleep(time.Second) // the statistics of a connection are a moment late
		after, took := statistics(t, pool), time.Since(began)
		tables, top := sizes(t, pool), statements(t, pool)
		return func(changes int) string {
			var b strings.Builder
			fmt.Fprintf(&b, "%.1f changes/s; for each change:", float64(changes)/took.Seconds())
			for i, name := range []string{"commits", "rollbacks", "rows read", "rows inserted", "rows updated", "rows deleted"} {
				fmt.Fprintf(&b, " %.1f %s,", float64(after[i]-before[i])/float64(changes), name)
			}
			fmt.Fprintf(&b, " %.0f bytes of WAL; at most %d connections; tables: %s", float64(after[6]-before[6])/float64(changes), most, tables)
			for _, s := range top {
				fmt.Fprintf(&b, "\n%.1f calls and %.1f rows for each change: %s", s.calls/float64(changes), s.rows/float64(changes), s.text)
			}
			return b.String()
		}
	}
}

// A statement is one that was executed often.
type statement struct {
	text        string
	calls, rows float64
}

// statements returns those that were executed most often; none unless the database counts them.
func statements(t *testing.T, pool *pgxpool.Pool) (list []statement) {
	t.Helper()
	if !*keepSafe {
		return nil
	}
	rows, err := pool.Query(t.Context(), `SELECT left(regexp_replace(query, '\s+', ' ', 'g'), 100), calls::float8, rows::float8
		FROM pg_stat_statements ORDER BY calls DESC LIMIT 12`)
	require.NoError(t, err)
	var s statement
	_, err = pgx.ForEachRow(rows, []any{&s.text, &s.calls, &s.rows}, func() error {
		list = append(list, s)
		return nil
	})
	require.NoError(t, err)
	return list
}

func statistics(t *testing.T, pool *pgxpool.Pool) (n [7]int64) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT xact_commit, xact_rollback, tup_fetched, tup_inserted, tup_updated, tup_deleted,
		(SELECT wal_bytes::bigint FROM pg_stat_wal) FROM pg_stat_database WHERE datname = current_database()`).
		Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6]))
	return n
}

func sizes(t *testing.T, pool *pgxpool.Pool) (text string) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT string_agg(relname || ' ' || pg_size_pretty(pg_total_relation_size(oid)), ', ')
		FROM pg_class WHERE relname IN ('cloud_changes', 'river_job')`).Scan(&text))
	return text
}
