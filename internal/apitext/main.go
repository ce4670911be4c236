// Apitext writes the exported API of every public package as text, a file for each package, to the folder api.
//
//	apitext          write what has changed
//	apitext -check   write nothing; fail if a file is not up to date
//
// What was promised stays. Both refuse a line that the files of the last release have and the code has not, and writing
// also refuses one that is in a file now, unless CHANGELOG.md names it under the heading "Breaking" of its section
// "Unreleased". The last release is the newest version tag that the checked-out commit descends from.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "apitext:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("apitext", flag.ContinueOnError)
	flags.SetOutput(out)
	check := flags.Bool("check", false, "write nothing; fail if a file is not up to date")
	root := flags.String("root", ".", "the folder of the main module")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(*root, "go.mod")); err != nil {
		return fmt.Errorf("-root must be the folder of the main module: %w", err)
	}
	packages, err := publicPackages(*root)
	if err != nil {
		return err
	}
	texts := map[string]string{}
	for _, p := range packages {
		texts[fileName(p.name)] = strings.Join(describe(p.name, p.types), "\n") + "\n"
	}
	g := gate{root: *root, texts: texts}
	if *check {
		return errors.Join(g.checkRelease(), g.checkFiles())
	}
	if err := errors.Join(g.checkRelease(), g.checkPromises()); err != nil {
		return err
	}
	return g.write(out)
}

// fileName is where the API of a package is, in the folder api.
func fileName(name string) string { return strings.ReplaceAll(name, "/", "_") + ".txt" }
