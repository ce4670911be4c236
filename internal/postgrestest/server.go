//go:build unix

// Package postgrestest starts PostgreSQL servers for tests. It needs the programs of PostgreSQL, and no driver.
package postgrestest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// DemandVariable makes Need fail instead of skip, for a machine that must have PostgreSQL.
const DemandVariable = "POSTGRESTEST_DEMAND_SERVER"

// ErrMissing is the error of Start on a machine without PostgreSQL.
var ErrMissing = errors.New("this machine has no PostgreSQL")

// Need ends a test that got err from Start: it skips the test if PostgreSQL is missing and not demanded.
func Need(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case errors.Is(err, ErrMissing) && os.Getenv(DemandVariable) == "":
		t.Skip(err)
	default:
		t.Fatal(err)
	}
}

// Server is a PostgreSQL server with a data folder of its own, on a free port of the loopback interface.
type Server struct {
	// Port is where it listens. Its one user, "tester", needs no password.
	Port   int
	folder string
	run    *exec.Cmd
	log    *bytes.Buffer
}

// Start starts a server that keeps nothing when it stops. Settings are those of postgresql.conf: "fsync=off".
func Start(settings ...string) (*Server, error) {
	initdb, program, err := programs()
	if err != nil {
		return nil, err
	}
	s := &Server{log: &bytes.Buffer{}}
	if s.folder, err = os.MkdirTemp("", "postgrestest"); err != nil {
		return nil, err
	}
	if err := s.start(initdb, program, settings); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	return s, nil
}

func (s *Server) start(initdb, program string, settings []string) error {
	attributes, err := s.unprivileged()
	if err != nil {
		return err
	}
	data := filepath.Join(s.folder, "data")
	do := exec.Command(initdb, "-D", data, "-A", "trust", "-U", "tester", "-E", "UTF8", "--no-locale", "--no-sync")
	do.SysProcAttr, do.Dir = attributes, s.folder
	if out, err := do.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	if s.Port, err = freePort(); err != nil {
		return err
	}
	args := []string{"-D", data, "-h", "127.0.0.1", "-p", strconv.Itoa(s.Port), "-k", s.folder}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	s.run = exec.Command(program, args...)
	s.run.SysProcAttr, s.run.Dir, s.run.Stderr = attributes, s.folder, s.log
	if err := s.run.Start(); err != nil {
		return err
	}
	return s.ready(data)
}

// ready waits until the server takes connections, as the file of its process says.
func (s *Server) ready(data string) error {
	const every, longest = 20 * time.Millisecond, time.Minute
	for range longest / every {
		text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		if err == nil && bytes.Contains(text, []byte("\nready")) {
			return nil
		}
		time.Sleep(every)
	}
	s.Stop()
	return fmt.Errorf("PostgreSQL did not start within %s: %s", longest, s.log)
}

// URL returns the address of a database; "postgres" is there, others are to be created.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://tester@127.0.0.1:%d/%s?sslmode=disable", s.Port, database)
}

// Stop stops the server and removes all that it has kept.
func (s *Server) Stop() {
	_ = s.run.Process.Signal(syscall.SIGINT) // a fast shutdown
	_ = s.run.Wait()
	_ = os.RemoveAll(s.folder)
}

// programs finds those of PostgreSQL, also where Debian keeps them.
func programs() (initdb, server string, err error) {
	find := func(name string) string {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
		if len(found) == 0 {
			return ""
		}
		return found[len(found)-1]
	}
	initdb, server = find("initdb"), find("postgres")
	if initdb == "" || server == "" {
		return "", "", ErrMissing
	}
	return initdb, server, nil
}

// unprivileged makes the folder the property of another user if this one is root, whom PostgreSQL refuses.
func (s *Server) unprivileged() (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: it has no user \"postgres\"", ErrMissing)
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	if err := os.Chown(s.folder, uid, gid); err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}
