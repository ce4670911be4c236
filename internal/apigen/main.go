// Apigen writes the API packages from the models and overlays in internal/models.
//
//	apigen                         write every zz_*.go and what is new in names.json
//	apigen -check                  fail and list the files that are not up to date
//	apigen -missing-docs           list what has no hand-written documentation yet
//	apigen import NAME FILE…       import a newer upstream model, list what changed, and generate
//	apigen new NAME VENDOR FILE…   add a service, and list what is left to decide
//
// An import writes nothing unless all services generate, and nothing breaks for callers but what the overlay accepts.
// NAME is the package of a service. Its overlay says by its vendor what is read: one Smithy model of AWS; a folder of API
// metadata of Alibaba Cloud; of Tencent Cloud the api.json of each site, in the order of the overlay's sites.
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
	p, err := loadProject(root, nil)
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
	switch {
	case args[0] == "import" && len(args) > 2:
		return runImport(root, args[1], args[2:], out)
	case args[0] == "new" && len(args) > 3:
		return runNew(root, args[1], args[2], args[3:], out)
	}
	return errors.New("usage: apigen [-check | -missing-docs] | apigen import NAME FILE… | apigen new NAME VENDOR FILE…")
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
