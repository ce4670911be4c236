// Command size builds the smallest program that makes one call with each client, ours and official,
// and one by hand, and prints their cost: binary size, packages, compiling, and the first call of a new
// process.
//
//	go run ./cmd/size         on the oldest Go and the newest
//	go run ./cmd/size -go ''  on the Go that runs it
//
// Binaries are stripped. The larger one keeps the client behind an interface and uses text/template,
// as most servers do in some corner; then the linker must keep all methods. Compiling starts with the
// standard library compiled and nothing else; -cold starts with nothing.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/toolchain"
)

func main() {
	cold := flag.Bool("cold", false, "compile the standard library too")
	runs := flag.Int("runs", 21, "how many processes are started of each program")
	versions := flag.String("go", toolchain.Versions, "the versions of Go, separated by commas; empty for the one that runs this")
	flag.Parse()
	var err error
	if *versions != "" {
		err = toolchain.RunEach(*versions, "./cmd/size")
	} else {
		err = run(*cold, *runs)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// programs are folders below programs.
var programs = []string{
	"floor",
	"finspace/ours", "finspace/official",
	"proton/ours", "proton/official",
	"flink/ours", "flink/official",
	"dlc/ours", "dlc/official",
}

// figures are the measurements of one program.
type figures struct {
	binary, withTemplate int64 // bytes
	packages, foreign    int   // foreign ones are not in the standard library
	compile              usage
	first                []start
}

func run(cold bool, runs int) error {
	folder, err := os.MkdirTemp("", "size")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()

	cache, err := os.MkdirTemp(folder, "start")
	if err != nil {
		return err
	}
	if !cold {
		if err := compileStandardLibrary(cache); err != nil {
			return err
		}
	}
	all := make([]figures, len(programs))
	for i, program := range programs {
		if err := measure(&all[i], program, folder, cache); err != nil {
			return fmt.Errorf("%s: %w", program, err)
		}
	}
	for range runs { // the programs take turns
		for i, program := range programs {
			s, err := startOnce(binary(folder, program), program)
			if err != nil {
				return fmt.Errorf("%s: %w", program, err)
			}
			all[i].first = append(all[i].first, s)
		}
	}
	return printTable(all)
}

// measure builds a program, first with only what the cache has, and measures it.
func measure(f *figures, program, folder, cache string) error {
	var err error
	if f.packages, f.foreign, err = countPackages(program); err != nil {
		return err
	}
	if f.compile, err = compile(program, folder, cache); err != nil {
		return err
	}
	out := binary(folder, program)
	if f.withTemplate, err = build(program, out+"-template", "-tags=template"); err != nil {
		return err
	}
	f.binary, err = build(program, out)
	return err
}

func binary(folder, program string) string {
	return folder + "/" + strings.ReplaceAll(program, "/", "-")
}

func printTable(all []figures) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "program\tbinary kB\twith template kB\tpackages\tnot std\tcompile CPU s\tpeak MB\t"+
		"first call ms\tprocess CPU ms\tprocess ms")
	for i, f := range all {
		m := median(f.first)
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%.1f\t%d\t%.2f\t%.1f\t%.1f\n", programs[i],
			f.binary/1000, f.withTemplate/1000, f.packages, f.foreign, f.compile.cpu.Seconds(), f.compile.peak>>20,
			m.call.Seconds()*1000, m.cpu.Seconds()*1000, m.wall.Seconds()*1000)
	}
	return w.Flush()
}

// answers are the responses to the calls of the programs.
var answers = map[string]string{
	"floor":  `{"data":{}}`,
	"proton": `{"serviceInstance":{"name":"prod","serviceName":"shop","deploymentStatus":"IN_PROGRESS"}}`,
	"flink":  `{"success":true,"httpCode":200,"requestId":"r","data":{"jobHotUpdateId":"h"}}`,
	"dlc":    `{"Response":{"RequestId":"r"}}`,
}

func answerOf(program string) string {
	service, _, _ := strings.Cut(program, "/")
	return cmp.Or(answers[service], "")
}
