// Command terminalpicture records what a Go program prints, with the times, and writes it as an animated SVG that follows
// the light or dark preference of its reader. The picture of the README is made so, which takes a minute:
//
//	go run ./internal/terminalpicture docs/images/quickstart.svg ./examples/quickstart
package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: terminalpicture picture.svg package [argument ...]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run builds the program of a package, so that compiling is not in the picture, and records it.
func run(picture, pkg string, args ...string) error {
	folder, err := os.MkdirTemp("", "terminalpicture")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	program := filepath.Join(folder, "program")
	if out, err := exec.Command("go", "build", "-o", program, pkg).CombinedOutput(); err != nil {
		return fmt.Errorf("building %s: %w\n%s", pkg, err, out)
	}
	lines, err := record(exec.Command(program, args...))
	if err != nil {
		return fmt.Errorf("%s: %w", pkg, err)
	}
	command := strings.Join(append([]string{"go run", pkg}, args...), " ")
	return os.WriteFile(picture, []byte(svg(command, lines)), 0o600)
}

// line is one line of a program's output.
type line struct {
	text string
	at   time.Duration // since the program started
	bad  bool          // it continues what failed, in the line before it
}

// record runs a program to its end and returns what it has printed.
func record(program *exec.Cmd) (lines []line, err error) {
	out, err := program.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := program.Start(); err != nil {
		return nil, err
	}
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		lines = append(lines, line{text: scanner.Text(), at: time.Since(began)})
	}
	return lines, program.Wait()
}
