package journaltest_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

var databases = []string{"sqlite", "postgresql"}

const key = `nightly/2026-11-29 'a' "b" ? $1 ü`

func anEntry() journal.Entry {
	at := time.Date(2026, 11, 29, 13, 7, 0, 500, time.UTC)
	return journal.Entry{
		Key: key, Token: cloud.NewSecret("pc1.secret"), Dropped: 2,
		Steps: journal.Steps{
			{
				At: at, By: "build-7/4711", What: journal.EventPrepared, Service: "dlc", Resource: "dataengine-1", Took: time.Second,
				Replaces: []cloud.Difference{{Field: "a", Before: "1\n2\x00", After: "3 ü"}}, RequestIDs: []string{"r-1", "r-2"},
			},
			{At: at, What: journal.EventEnded, Outcome: cloud.Failed, State: "S", Reason: "why", Superseded: true, Error: "<&>"},
		},
		End: &journal.End{
			Service: "dlc", Operation: "SwitchDataEngineImage", Outcome: cloud.Failed, State: "S", Reason: "why", Superseded: true,
			Started: at, Ended: at.Add(time.Minute), Took: time.Minute, Value: []byte(`{"a":1}`),
		},
	}
}

func TestDatabaseKeepsWhatIsStored(t *testing.T) {
	t.Parallel()
	onEach(t, databases, func(t *testing.T, kind string) {
		ctx := t.Context()
		j := create(t, kind, addressOf(t, kind)).(*journal.SQLJournal)
		none, err := j.Load(ctx, key)
		require.NoError(t, err)
		assert.Zero(t, none)
		require.NoError(t, j.Delete(ctx, key), "nothing to delete")

		e := anEntry()
		e.End = nil
		require.NoError(t, j.Store(ctx, e))
		require.ErrorIs(t, j.Store(ctx, e), journal.ErrChanged)
		require.ErrorContains(t, j.Delete(ctx, key), "has not ended")
		e = anEntry()
		e.Version = 2
		require.ErrorIs(t, j.Store(ctx, e), journal.ErrChanged)
		e.Version = 1
		require.NoError(t, j.Store(ctx, e))
		e.Version = 2
		got, err := j.Load(ctx, key)
		require.NoError(t, err)
		assert.Equal(t, e, got)

		e.Key, e.Version = "another key", 0
		require.NoError(t, j.Store(ctx, e))
		require.NoError(t, j.Delete(ctx, key))
		gone, err := j.Load(ctx, key)
		require.NoError(t, err)
		assert.Zero(t, gone)
		kept, err := j.Load(ctx, "another key")
		require.NoError(t, err)
		assert.EqualValues(t, 1, kept.Version)
	})
}

func TestOneOfManyStatementsWins(t *testing.T) {
	t.Parallel()
	onEach(t, databases, func(t *testing.T, kind string) {
		address := addressOf(t, kind)
		create(t, kind, address)
		const workers, each = 4, 10
		var wg sync.WaitGroup
		for range workers {
			j, err := open(kind, address) // with connections of its own
			require.NoError(t, err)
			wg.Go(func() {
				for n := 0; n < each; {
					e, err := j.Load(t.Context(), key)
					if !assert.NoError(t, err) {
						return
					}
					e.Key = key
					e.Dropped++
					err = j.Store(t.Context(), e)
					if err == nil {
						n++
					} else if !assert.ErrorIs(t, err, journal.ErrChanged) {
						return
					}
				}
			})
		}
		wg.Wait()
		j, err := open(kind, address)
		require.NoError(t, err)
		e, err := j.Load(t.Context(), key)
		require.NoError(t, err)
		assert.EqualValues(t, workers*each, e.Version)
		assert.Equal(t, workers*each, e.Dropped, "no update is lost")
	})
}

// Stricter isolation than usual makes PostgreSQL refuse the slower of two statements, instead of finding no row.
func TestSerializationFailureIsAConflict(t *testing.T) {
	t.Parallel()
	address := addressOf(t, "postgresql")
	create(t, "postgresql", address)
	strict, err := open("postgresql", address+"&default_transaction_isolation=serializable")
	require.NoError(t, err)
	var conflicts int
	for range 20 {
		e, err := strict.Load(t.Context(), key)
		require.NoError(t, err)
		e.Key = key
		errs := make([]error, 4)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = strict.Store(t.Context(), e) })
		}
		wg.Wait()
		stored := 0
		for _, err := range errs {
			switch {
			case err == nil:
				stored++
			case assert.ErrorIs(t, err, journal.ErrChanged):
				conflicts++
			}
		}
		assert.LessOrEqual(t, stored, 1)
	}
	assert.NotZero(t, conflicts)
}

func TestDatabaseErrors(t *testing.T) {
	t.Parallel()
	j, err := open("sqlite", addressOf(t, "sqlite"))
	require.NoError(t, err)
	_, err = j.Load(t.Context(), key)
	require.ErrorContains(t, err, "no such table: cloud_changes")
	require.Error(t, j.Store(t.Context(), anEntry()))

	db, err := sql.Open("sqlite", addressOf(t, "sqlite"))
	require.NoError(t, err)
	named, err := journal.SQL(db, journal.SQLOptions{Dialect: journal.DialectSQLite, Table: "main.audit"})
	require.NoError(t, err)
	require.NoError(t, named.Create(t.Context()))
	require.NoError(t, named.Store(t.Context(), anEntry()))
	for column, damage := range map[string]string{"steps": "{", "ended": "["} {
		_, err = db.ExecContext(t.Context(), fmt.Sprintf("UPDATE audit SET %s = ?", column), damage)
		require.NoError(t, err)
		_, err = named.Load(t.Context(), key)
		require.ErrorContains(t, err, "table main.audit, column ")
		assert.NotContains(t, err.Error(), "secret")
	}
	var outcome, token string
	require.NoError(t, db.QueryRowContext(t.Context(), "SELECT outcome, token FROM audit").Scan(&outcome, &token))
	assert.Equal(t, "failed", outcome)
	assert.Equal(t, "pc1.secret", token)
}

func TestBadOptionsAreOneError(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"x; DROP TABLE y", "a.b.c", "1a", `"a"`, strings.Repeat("ü", 3)} {
		_, err := journal.SQL(nil, journal.SQLOptions{Dialect: "MySQL", Table: table})
		refused, ok := errors.AsType[*cloud.ValidationError](err)
		require.True(t, ok)
		require.Len(t, refused.Problems, 3)
		assert.ErrorContains(t, err, `Dialect: must be PostgreSQL or SQLite, given "MySQL"`)
		assert.ErrorContains(t, err, "Table: must be a name")
	}
}
