// Apigen writes the API packages from the models and overlays in internal/models.
//
//	apigen                     write every zz_*.go and what is new in names.json
//	apigen -check              fail and list the files that are not up to date
//	apigen -missing-docs       list what has no hand-written documentation yet
//	apigen import NAME FILE…   import a newer upstream model, list what changed, and generate
//
// An import writes nothing unless all services generate, and nothing breaks for callers but what the overlay accepts.
// NAME is finspace or proton (one Smithy model), flink (one file of operation facts), or dlc (the
// api.json of the mainland site, then that of the international one).
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

//go:generate go run .

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "apigen:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("apigen", flag.ContinueOnError)
	check := flags.Bool("check", false, "write nothing; fail if a generated file is not up to date")
	missing := flags.Bool("missing-docs", false, "list what has no documentation yet")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return runCommand(root, flags.Args(), out)
	}
	p, err := loadProject(root, packages, nil)
	if err != nil {
		return err
	}
	files, err := p.generate()
	if err != nil {
		return err
	}
	switch {
	case *missing:
		return p.listMissingDocs(out)
	case *check:
		return checkFiles(root, files)
	}
	return writeFiles(root, files)
}

func runCommand(root string, args []string, out io.Writer) error {
	if args[0] != "import" || len(args) < 3 {
		return errors.New("usage: apigen [-check | -missing-docs] | apigen import NAME FILE…")
	}
	return runImport(root, packages, args[1], args[2:], out)
}

// moduleRoot walks up from the working directory to the go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod here or above: run it inside the module")
		}
		dir = parent
	}
}
