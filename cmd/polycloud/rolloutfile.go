package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/cloud/request"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A rolloutFile is the content of the file of a rollout.
type rolloutFile struct {
	Name        string            `yaml:"name"`
	Journal     string            `yaml:"journal"`
	Waves       []waveSize        `yaml:"waves"`
	InFlight    int               `yaml:"inFlight"`
	MaxFailures int               `yaml:"maxFailures"`
	Soak        time.Duration     `yaml:"soak"`
	OnFailure   rollout.OnFailure `yaml:"onFailure"`
	Steps       []fileStep        `yaml:"steps"`
	Recipe      *recipe           `yaml:"recipe"`

	path string
	root *yaml.Node
}

type fileStep struct {
	Name     string   `yaml:"name"`
	Needs    []string `yaml:"needs"`
	fileCall `yaml:",inline"`
	Verify   *fileCheck `yaml:"verify"`
}

// A fileCall is an operation with its request.
type fileCall struct {
	Service   string    `yaml:"service"`
	Operation string    `yaml:"operation"`
	Request   yaml.Node `yaml:"request"`
}

// A waveSize is a number of steps, or the rest of them.
type waveSize int

// UnmarshalYAML reads a number or "rest".
func (w *waveSize) UnmarshalYAML(n *yaml.Node) error {
	if n.Value == "rest" {
		*w = waveSize(rollout.Rest)
		return nil
	}
	size, err := strconv.Atoi(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: waves: must be numbers or rest, given %.40q", n.Line, n.Value)
	}
	*w = waveSize(size)
	return nil
}

// load reads the file of a rollout.
func (r *roller) load(ctx context.Context, path string) (*rolloutFile, rollout.Rollout, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, rollout.Rollout{}, fmt.Errorf("--file: %w", err)
	}
	f, err := parseFile(path, text)
	if err != nil {
		return nil, rollout.Rollout{}, err
	}
	ro := f.rollout()
	ro.Resume = (&changer{program: r.program}).restore
	if f.Recipe != nil {
		ro, err = f.Recipe.build(ctx, r.program, f, ro)
		return f, ro, err
	}
	for i := range f.Steps {
		step, err := r.step(f, i)
		if err != nil {
			return nil, ro, err
		}
		ro.Steps = append(ro.Steps, step)
	}
	return f, ro, nil
}

// rollout returns the rollout of the file without its steps.
func (f *rolloutFile) rollout() rollout.Rollout {
	ro := rollout.Rollout{
		Name: f.Name, InFlight: f.InFlight, MaxFailures: f.MaxFailures, Soak: f.Soak, OnFailure: f.OnFailure,
	}
	for _, size := range f.Waves {
		ro.Waves = append(ro.Waves, int(size))
	}
	if f.Journal != "" {
		ro.Journal = journal.Dir(filepath.Join(filepath.Dir(f.path), f.Journal))
		if filepath.IsAbs(f.Journal) {
			ro.Journal = journal.Dir(f.Journal)
		}
	}
	return ro
}

// parseFile reads YAML strictly.
func parseFile(path string, text []byte) (*rolloutFile, error) {
	f := &rolloutFile{path: path}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, f.yamlError(err)
	}
	f.root = &root
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(f); err != nil {
		return nil, f.yamlError(err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, usage("%s: must be one YAML document", path)
	}
	switch {
	case f.Name == "":
		return nil, f.invalid("name", "required")
	case (f.Recipe == nil) == (len(f.Steps) == 0):
		return nil, f.invalid("steps", "either steps or a recipe is required")
	}
	return f, nil
}

var (
	yamlLine  = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	yamlField = regexp.MustCompile(` in type .*$`)
)

// yamlError is an error of the YAML library with the file in front of the line.
func (f *rolloutFile) yamlError(err error) error {
	texts := []string{err.Error()}
	if all, ok := errors.AsType[*yaml.TypeError](err); ok {
		texts = all.Errors
	}
	for i, text := range texts {
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			texts[i] = fmt.Sprintf("%s:%s: %s", f.path, m[1], yamlField.ReplaceAllString(m[2], ""))
		} else {
			texts[i] = f.path + ": " + text
		}
	}
	return usage("%s", strings.Join(texts, "; "))
}

// invalid is an error about the value at a path.
func (f *rolloutFile) invalid(path, rule string) error {
	return usage("%s:%d: %s: %s", f.path, lineOf(f.root, path), path, rule)
}

// located puts the lines of the file into an error about a value below a path.
func (f *rolloutFile) located(path string, err error) error {
	e, ok := errors.AsType[*cloud.ValidationError](err)
	if !ok {
		return err
	}
	var texts []string
	for _, p := range e.Problems {
		p.Field = strings.TrimPrefix(path+"."+p.Field, ".")
		texts = append(texts, fmt.Sprintf("%s:%d: %s", f.path, lineOf(f.root, p.Field), p))
	}
	return usage("%s", strings.Join(texts, "; "))
}

// explain puts the lines of the file into an error about the rollout, whose fields are named as in Go.
func (f *rolloutFile) explain(err error) error {
	e, ok := err.(*cloud.ValidationError) //nolint:errorlint // only what the rollout itself returns
	if !ok || e.Service != "rollout" || f.Recipe != nil {
		return err
	}
	for i := range e.Problems {
		e.Problems[i].Field = goName.ReplaceAllStringFunc(e.Problems[i].Field, strings.ToLower)
	}
	return f.located("", e)
}

// goName is the first letter of each part of a path.
var goName = regexp.MustCompile(`(^|\.)[A-Z]`)

var pathPart = regexp.MustCompile(`[^.\[\]]+`)

// lineOf returns the line of the value at a path such as "steps[1].request.code", or of the nearest one around it.
func lineOf(n *yaml.Node, path string) int {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	for _, part := range pathPart.FindAllString(path, -1) {
		next := child(n, part)
		if next == nil {
			break
		}
		n = next
	}
	return max(n.Line, 1)
}

func child(n *yaml.Node, part string) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if i, err := strconv.Atoi(part); err == nil && n.Kind == yaml.SequenceNode && i < len(n.Content) {
		return n.Content[i]
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == part {
			return n.Content[i+1]
		}
	}
	return nil
}

// decode reads the value at a path, in YAML and with the names of the wire, into a struct.
func (f *rolloutFile) decode(path string, n yaml.Node, into any) error {
	text, err := jsonOf(n)
	if err != nil {
		return f.invalid(path, err.Error())
	}
	return f.located(path, request.Unmarshal(text, into))
}

// jsonOf returns YAML as JSON. What looks like a date stays a string.
func jsonOf(n yaml.Node) ([]byte, error) {
	if n.IsZero() {
		return []byte("{}"), nil
	}
	var value any
	plain := withoutDates(&n)
	if err := plain.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

func withoutDates(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n
	}
	clone := *n
	if clone.Kind == yaml.ScalarNode && clone.ShortTag() == "!!timestamp" {
		clone.Tag = "!!str"
	}
	clone.Content = nil
	for _, c := range n.Content {
		clone.Content = append(clone.Content, withoutDates(c))
	}
	return &clone
}
