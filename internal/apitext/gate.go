package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// folder has a file for each public package.
const folder = "api"

// A gate compares the API of the code with what was promised.
type gate struct {
	root  string
	texts map[string]string // of the code, by file
}

// checkFiles returns an error that lists how the files differ from the code.
func (g gate) checkFiles() error {
	files, err := g.files()
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range g.names(files) {
		if removed, added := compare(files[name], g.texts[name]); len(removed)+len(added) > 0 {
			errs = append(errs, fmt.Errorf("%s/%s is not up to date:\n%s", folder, name, changes(removed, added)))
		}
	}
	if len(errs) > 0 {
		errs = append(errs, errors.New("to accept it, run: go run ./internal/apitext"))
	}
	return errors.Join(errs...)
}

// checkPromises returns an error if the code has less than the files.
func (g gate) checkPromises() error {
	files, err := g.files()
	if err != nil {
		return err
	}
	return g.kept(files, "")
}

// checkRelease returns an error if the code has less than the last release.
func (g gate) checkRelease() error {
	tag, files, err := g.release()
	if err != nil || tag == "" {
		return err
	}
	return g.kept(files, " since "+tag)
}

// kept returns an error for each line of files that the code lacks, unless the change log names it.
func (g gate) kept(files map[string]string, since string) error {
	breaking, err := g.breaking()
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(files)) {
		removed, _ := compare(files[name], g.texts[name])
		for _, line := range removed {
			if !accepts(breaking, line) {
				errs = append(errs, fmt.Errorf("breaking%s: CHANGELOG.md must name %s under Unreleased, Breaking; it was\n\t%s",
					since, called(line), line))
			}
		}
	}
	return errors.Join(errs...)
}

func (g gate) write(out io.Writer) error {
	files, err := g.files()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(g.root, folder), 0o777); err != nil {
		return err
	}
	for _, name := range g.names(files) {
		removed, added := compare(files[name], g.texts[name])
		if len(removed)+len(added) == 0 {
			continue
		}
		fmt.Fprintf(out, "%s/%s: %d lines added, %d removed\n", folder, name, len(added), len(removed))
		file := filepath.Join(g.root, folder, name)
		if g.texts[name] == "" {
			err = os.Remove(file)
		} else {
			err = os.WriteFile(file, []byte(g.texts[name]), 0o666)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// files returns what is in the folder now.
func (g gate) files() (map[string]string, error) {
	names, err := filepath.Glob(filepath.Join(g.root, folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files[filepath.Base(name)] = string(text)
	}
	return files, nil
}

// names returns those of the files and of the code's.
func (g gate) names(files map[string]string) []string {
	all := maps.Clone(files)
	maps.Copy(all, g.texts)
	return slices.Sorted(maps.Keys(all))
}

// release returns the newest version tag behind HEAD and the files it has. The tag is empty before the first release.
func (g gate) release() (string, map[string]string, error) {
	tag, err := g.git("describe", "--tags", "--abbrev=0", "--match=v[0-9]*")
	if err != nil {
		return "", nil, nil // no tag, or no repository: nothing was released
	}
	tag = strings.TrimSpace(tag)
	list, err := g.git("ls-tree", "--name-only", tag, folder+"/")
	if err != nil {
		return "", nil, err
	}
	files := map[string]string{}
	for name := range strings.FieldsSeq(list) {
		if files[path.Base(name)], err = g.git("show", tag+":"+name); err != nil {
			return "", nil, err
		}
	}
	return tag, files, nil
}

func (g gate) git(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = g.root, &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return string(out), nil
}

var (
	unreleased = regexp.MustCompile(`(?ms)^## Unreleased$(.*?)(?:^## |\z)`)
	breaks     = regexp.MustCompile(`(?ms)^### Breaking$(.*?)(?:^##|\z)`)
)

// breaking returns what the change log says is broken by what is not released yet.
func (g gate) breaking() (string, error) {
	text, err := os.ReadFile(filepath.Join(g.root, "CHANGELOG.md"))
	if err != nil {
		return "", err
	}
	section := unreleased.FindSubmatch(text)
	if section == nil {
		return "", errors.New(`CHANGELOG.md has no section "Unreleased"`)
	}
	if found := breaks.FindSubmatch(section[1]); found != nil {
		return string(found[1]), nil
	}
	return "", nil
}

// accepts reports whether the change log names what a line is about.
func accepts(breaking, line string) bool {
	return regexp.MustCompile(`(^|[^\w.])` + regexp.QuoteMeta(called(line)) + `($|[^\w])`).MatchString(breaking)
}

var about = []*regexp.Regexp{
	regexp.MustCompile(`^pkg (\S+), method \(\*?(\w+)\) (\w+)`),
	regexp.MustCompile(`^pkg (\S+), type (\w+)(?:\[.*\])? interface, (\w+)\(`),
	regexp.MustCompile(`^pkg (\S+), type (\w+) struct, (?:embedded \*?(?:\w+\.)?)?(\w+)`),
	regexp.MustCompile(`^pkg (\S+), \w+ (\w+)`),
}

// called is how the change log names what a line is about: cloud.Config.Region.
func called(line string) string {
	for _, form := range about {
		if found := form.FindStringSubmatch(line); found != nil {
			found[1] = path.Base(found[1])
			return strings.Join(found[1:], ".")
		}
	}
	return line
}

// compare returns the lines that only one of two sorted texts has.
func compare(before, after string) (removed, added []string) {
	return missing(before, after), missing(after, before)
}

// missing returns the lines of one text that the other lacks.
func missing(text, other string) []string {
	has := map[string]bool{}
	for line := range strings.Lines(other) {
		has[line] = true
	}
	var lines []string
	for line := range strings.Lines(text) {
		if !has[line] {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

func changes(removed, added []string) string {
	var b strings.Builder
	for _, line := range removed {
		b.WriteString("\t- " + line + "\n")
	}
	for _, line := range added {
		b.WriteString("\t+ " + line + "\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
