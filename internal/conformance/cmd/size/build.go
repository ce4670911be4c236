package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// goTool prepares a run of the go command.
func goTool(args ...string) *exec.Cmd {
	c := exec.Command("go", args...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	c.Stderr = os.Stderr
	return c
}

func folderOf(program string) string { return "./programs/" + program }

// build makes a stripped binary and returns its size.
func build(program, out string, flags ...string) (int64, error) {
	args := append([]string{"build", "-trimpath", "-ldflags=-s -w", "-o", out}, flags...)
	if err := goTool(append(args, folderOf(program))...).Run(); err != nil {
		return 0, err
	}
	info, err := os.Stat(out)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func countPackages(program string) (all, foreign int, err error) {
	c := goTool("list", "-deps", "-f", "{{.Standard}}", folderOf(program))
	var out bytes.Buffer
	c.Stdout = &out
	if err := c.Run(); err != nil {
		return 0, 0, err
	}
	lines := strings.Fields(out.String())
	return len(lines), strings.Count(out.String(), "false"), nil
}

// usage is what a command and all that it started took.
type usage struct {
	cpu  time.Duration
	peak int64 // bytes of the largest process
}

// compile builds a program with an empty cache, which has at most the standard library.
func compile(program, folder string, cold bool) (usage, error) {
	cache, err := os.MkdirTemp(folder, "cache")
	if err != nil {
		return usage{}, err
	}
	defer func() { _ = os.RemoveAll(cache) }()
	environment := append(os.Environ(), "CGO_ENABLED=0", "GOCACHE="+cache)
	if !cold {
		std := exec.Command("go", append([]string{"build", "-trimpath"}, standardLibrary(program)...)...)
		std.Env, std.Stderr = environment, os.Stderr
		if err := std.Run(); err != nil {
			return usage{}, err
		}
	}
	c := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(cache, "out"), folderOf(program))
	c.Env, c.Stderr = environment, os.Stderr
	if err := c.Run(); err != nil {
		return usage{}, err
	}
	return usageOf(c)
}

// standardLibrary returns the packages of the standard library that a program needs.
func standardLibrary(program string) []string {
	out, err := goTool("list", "-deps", "-f", "{{if .Standard}}{{.ImportPath}}{{end}}", folderOf(program)).Output()
	if err != nil {
		return nil // the build itself will say why
	}
	return strings.Fields(string(out))
}

func usageOf(c *exec.Cmd) (usage, error) {
	r, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return usage{}, fmt.Errorf("this system does not tell what a process used")
	}
	return usage{c.ProcessState.UserTime() + c.ProcessState.SystemTime(), r.Maxrss << 10}, nil
}
