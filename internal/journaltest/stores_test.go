package journaltest_test

import (
	"database/sql"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

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
	initdb, server := program(t, "initdb"), program(t, "postgres")
	data := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.Mkdir(data, 0o700))
	attributes := unprivileged(t, data)
	do := exec.Command(initdb, "-D", data, "-A", "trust", "-U", "tester", "--no-sync")
	do.SysProcAttr = attributes
	do.Dir = data
	out, err := do.CombinedOutput()
	require.NoError(t, err, "%s", out)

	port := strconv.Itoa(freePort(t))
	run := exec.Command(server, "-D", data, "-h", "127.0.0.1", "-p", port, "-k", data)
	run.SysProcAttr = attributes
	run.Dir = data
	require.NoError(t, run.Start())
	t.Cleanup(func() {
		_ = run.Process.Signal(syscall.SIGINT) // a fast shutdown
		_ = run.Wait()
	})
	address = "postgres://tester@127.0.0.1:" + port + "/postgres?sslmode=disable"
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	defer db.Close()
	require.Eventually(t, func() bool { return db.PingContext(t.Context()) == nil }, time.Minute, 50*time.Millisecond)
	return address
}

// program finds a program of PostgreSQL.
func program(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		t.Skip("this machine has no PostgreSQL")
	}
	return found[len(found)-1]
}

// unprivileged makes a folder the property of another user if this one is root, whom PostgreSQL refuses.
func unprivileged(t *testing.T, folder string) *syscall.SysProcAttr {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		t.Skip("this machine has no user for PostgreSQL")
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	require.NoError(t, os.Chown(folder, uid, gid))
	for path := filepath.Dir(folder); path != os.TempDir() && path != "/"; path = filepath.Dir(path) {
		require.NoError(t, os.Chmod(path, 0o755))
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
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
