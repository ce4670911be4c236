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

// usage is what a command and its child processes used.
type usage struct {
	cpu  time.Duration
	peak int64 // bytes of the largest process
}

// compileStandardLibrary fills a cache with what the programs need of the standard library.
func compileStandardLibrary(cache string) error {
	args := []string{"list", "-deps", "-f", "{{if .Standard}}{{.ImportPath}}{{end}}"}
	for _, program := range programs {
		args = append(args, folderOf(program))
	}
	packages, err := goTool(args...).Output()
	if err != nil {
		return err
	}
	c := goTool(append([]string{"build", "-trimpath"}, strings.Fields(string(packages))...)...)
	c.Env = append(c.Env, "GOCACHE="+cache)
	return c.Run()
}

// compile builds a program with a copy of a cache, so that all programs start with the same one.
func compile(program, folder, start string) (usage, error) {
	cache, err := os.MkdirTemp(folder, "cache")
	if err != nil {
		return usage{}, err
	}
	defer func() { _ = os.RemoveAll(cache) }()
	if err := os.CopyFS(cache, os.DirFS(start)); err != nil {
		return usage{}, err
	}
	c := goTool("build", "-trimpath", "-o", filepath.Join(cache, "out"), folderOf(program))
	c.Env = append(c.Env, "GOCACHE="+cache)
	if err := c.Run(); err != nil {
		return usage{}, err
	}
	return usageOf(c)
}

func usageOf(c *exec.Cmd) (usage, error) {
	r, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return usage{}, fmt.Errorf("this system does not report what a process used")
	}
	return usage{c.ProcessState.UserTime() + c.ProcessState.SystemTime(), r.Maxrss << 10}, nil
}
