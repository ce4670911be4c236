package rollout

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// maxName is the longest name of a rollout or a step, in bytes, so that keys fit into a journal.
const maxName = 150

// check returns one ValidationError for everything that is wrong with the rollout.
func (r Rollout) check() error {
	var c checker
	c.numbers(r)
	c.waves(r.Waves, len(r.Steps))
	c.names(r)
	if len(c.problems) == 0 { // needs are found by name
		c.needs(r)
	}
	if len(c.problems) == 0 {
		c.plan(r)
	}
	if len(c.problems) == 0 {
		return nil
	}
	return &cloud.ValidationError{Service: "rollout", Problems: c.problems}
}

type checker struct{ problems []cloud.Problem }

func (c *checker) add(kind cloud.Check, given any, field, rule string, args ...any) {
	p := cloud.Problem{Field: field, Check: kind, Rule: fmt.Sprintf(rule, args...)}
	switch g := given.(type) {
	case nil:
	case string:
		p.Given = fmt.Sprintf("%.60q", g)
	default:
		p.Given = fmt.Sprint(g)
	}
	c.problems = append(c.problems, p)
}

func (c *checker) numbers(r Rollout) {
	for _, n := range []struct {
		field string
		value int
	}{{"InFlight", r.InFlight}, {"MaxFailures", r.MaxFailures}} {
		if n.value < 0 {
			c.add(cloud.CheckRange, n.value, n.field, "must not be negative")
		}
	}
	if r.Soak < 0 {
		c.add(cloud.CheckRange, r.Soak, "Soak", "must not be negative")
	}
	if !slices.Contains([]OnFailure{"", Stop, UndoWave, UndoAll, Continue}, r.OnFailure) {
		c.add(cloud.CheckEnum, string(r.OnFailure), "OnFailure", "must be Stop, UndoWave, UndoAll or Continue")
	}
	if r.Journal != nil && r.Resume == nil {
		c.add(cloud.CheckRequired, nil, "Resume", "required with a Journal")
	}
}

func (c *checker) waves(sizes []int, steps int) {
	left := steps
	for i, size := range sizes {
		field := fmt.Sprintf("Waves[%d]", i)
		switch {
		case size <= 0:
			c.add(cloud.CheckRange, size, field, "must be at least 1")
			return
		case size == Rest && i < len(sizes)-1:
			c.add(cloud.CheckRule, "Rest", field, "must be the last wave")
			return
		}
		left -= min(size, left)
	}
	if sizes != nil && left > 0 {
		c.add(cloud.CheckItems, steps-left, "Waves", "must have room for all %d steps; add Rest", steps)
	}
}

func (c *checker) names(r Rollout) {
	if rule := nameRule(r.Name); r.Name != "" && rule != "" {
		c.add(cloud.CheckPattern, r.Name, "Name", "%s", rule)
	}
	if part := keyPart(r.Name); part != "" {
		c.add(cloud.CheckPattern, r.Name, "Name", "must not have %q between slashes, which the keys of the journal have", part)
	}
	if len(r.Steps) == 0 {
		c.add(cloud.CheckRequired, nil, "Steps", "required")
	}
	first := map[string]int{}
	for i, s := range r.Steps {
		field := fmt.Sprintf("Steps[%d]", i)
		earlier, taken := first[s.Name]
		switch rule := nameRule(s.Name); {
		case s.Name == "":
			c.add(cloud.CheckRequired, nil, field+".Name", "required")
		case rule != "":
			c.add(cloud.CheckPattern, s.Name, field+".Name", "%s", rule)
		case taken:
			c.add(cloud.CheckRule, s.Name, field+".Name", "must not be the name of Steps[%d]", earlier)
		default:
			first[s.Name] = i
		}
		if s.Prepare == nil {
			c.add(cloud.CheckRequired, nil, field+".Prepare", "required")
		}
	}
}

// keyPart returns a part of the name of a rollout with which its keys could be those of a step of another one, or "".
func keyPart(name string) string {
	for part := range strings.SplitSeq(name, "/") {
		if slices.Contains([]string{keyStep, keyChange, keyUndo, keyWave, keyHistory}, part+"/") {
			return part
		}
	}
	return ""
}

// nameRule returns the rule that a name breaks.
func nameRule(name string) string {
	switch {
	case len(name) > maxName:
		return fmt.Sprintf("must have at most %d bytes", maxName)
	case !utf8.ValidString(name):
		return "must be valid UTF-8"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "must have no control characters"
	}
	return ""
}

func (c *checker) needs(r Rollout) {
	wave, index := map[string]int{}, map[string]int{}
	for i, s := range r.Steps {
		wave[s.Name], index[s.Name] = waveOf(r.Waves, i), i
	}
	for i, s := range r.Steps {
		for k, need := range s.Needs {
			field := fmt.Sprintf("Steps[%d].Needs[%d]", i, k)
			switch in, ok := wave[need]; {
			case !ok:
				c.add(cloud.CheckRule, need, field, "must be the name of a step")
			case in > wave[s.Name]:
				c.add(cloud.CheckRule, need, field, "must be in wave %d or an earlier one, and is in wave %d", wave[s.Name], in)
			}
		}
	}
	if len(c.problems) > 0 {
		return
	}
	if circle := circleOf(r.Steps, index); circle != nil {
		field := fmt.Sprintf("Steps[%d].Needs", index[circle[0]])
		c.add(cloud.CheckRule, strings.Join(circle, " needs "), field, "must not lead back to the step")
	}
}

// circleOf returns the names of steps of which each needs the next, and the last is the first again; nil if there are
// none.
func circleOf(steps []Step, index map[string]int) []string {
	done, at := map[string]bool{}, map[string]int{} // where a name is on the path, from 1
	var path []string
	var visit func(name string) []string
	visit = func(name string) []string {
		if at[name] > 0 {
			return append(slices.Clone(path[at[name]-1:]), name)
		}
		if done[name] {
			return nil
		}
		path = append(path, name)
		at[name] = len(path)
		for _, need := range steps[index[name]].Needs {
			if circle := visit(need); circle != nil {
				return circle
			}
		}
		path, at[name], done[name] = path[:len(path)-1], 0, true
		return nil
	}
	for _, s := range steps {
		if circle := visit(s.Name); circle != nil {
			return circle
		}
	}
	return nil
}

// plan refuses an approved plan that is of other steps.
func (c *checker) plan(r Rollout) {
	if r.Approved == nil {
		return
	}
	if given, want := r.Approved.shape(), r.shape(); given != want {
		c.add(cloud.CheckRule, given, "Approved", "must be a plan of these steps, waves and needs: %.200s", want)
	}
}

// shape is what must not change while a rollout is continued: the names, waves and needs of its steps.
func (r Rollout) shape() string {
	p := Plan{Steps: make([]PlannedStep, len(r.Steps))}
	for i, s := range r.Steps {
		p.Steps[i] = PlannedStep{Name: s.Name, Needs: s.Needs, Wave: waveOf(r.Waves, i)}
	}
	return p.shape()
}

// waveOf returns in which wave a step is, from 1.
func waveOf(sizes []int, step int) int {
	for i, size := range sizes {
		if step < size {
			return i + 1
		}
		step -= size
	}
	return max(len(sizes), 1)
}
