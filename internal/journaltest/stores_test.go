package journaltest_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/polycloud-sdk/polycloud-go/internal/postgrestest"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// open returns the journal that a kind and an address name, as all processes of a test use it.
func open(kind, address string) (journal.Journal, error) {
	switch kind {
	case "dir":
		return journal.Dir(address), nil
	case "sqlite":
		return openSQL("sqlite", address, journal.DialectSQLite)
	case "postgresql":
		return openSQL("pgx", address, journal.DialectPostgreSQL)
	}
	return nil, errors.New("no journal of kind " + kind)
}

func openSQL(driver, address string, dialect journal.Dialect) (*journal.SQLJournal, error) {
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, err
	}
	return journal.SQL(db, journal.SQLOptions{Dialect: dialect})
}

// addressOf returns the address of a new journal of a kind.
func addressOf(t *testing.T, kind string) string {
	t.Helper()
	switch kind {
	case "sqlite":
		return "file:" + filepath.Join(t.TempDir(), "journal.db") + "?_pragma=busy_timeout(20000)&_pragma=journal_mode(wal)"
	case "postgresql":
		return startPostgreSQL(t)
	}
	return filepath.Join(t.TempDir(), "journal")
}

// create makes the table of a journal that has one.
func create(t *testing.T, kind, address string) journal.Journal {
	t.Helper()
	j, err := open(kind, address)
	require.NoError(t, err)
	if table, ok := j.(*journal.SQLJournal); ok {
		for range 2 {
			require.NoError(t, table.Create(t.Context()), "also if it is there")
		}
	}
	return j
}

// startPostgreSQL starts a server of the test's own, and skips the test if the machine has none.
func startPostgreSQL(t *testing.T) (address string) {
	t.Helper()
	server, err := postgrestest.Start()
	postgrestest.Need(t, err)
	t.Cleanup(server.Stop)
	return server.URL("postgres")
}

// onEach runs a test for each kind of journal.
func onEach(t *testing.T, kinds []string, test func(t *testing.T, kind string)) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			test(t, kind)
		})
	}
}
