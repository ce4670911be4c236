package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/term"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal kills the program at once
	os.Exit(run(ctx, os.Args[1:], host{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}))
}

// A host is what the program has around it.
type host struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	// config changes the configuration of all clients; nil changes nothing.
	config func(cloud.Config) cloud.Config
}

// A program is one run, with its global flags.
type program struct {
	host
	settings
	started bool // a command has begun, so that errors are no longer those of its usage

	mu      sync.Mutex
	clients map[string]cloud.Resumer // by service and region
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, h host) int {
	p := &program{host: h}
	root := p.root() //nolint:contextcheck // commands get the context from ExecuteContext
	root.SetArgs(args)
	root.SetIn(h.stdin)
	root.SetOut(h.stdout)
	root.SetErr(h.stderr)
	err := root.ExecuteContext(ctx)
	p.cancel()
	if err != nil && !p.started {
		err = &usageError{err}
	}
	return p.fail(err)
}

// width returns the width of the terminal that a stream is; 0 if it is none.
func width(stream any) int {
	file, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	columns, _, err := term.GetSize(int(file.Fd()))
	if err != nil || columns <= 0 {
		return 80
	}
	return columns
}
