package gogen

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// changing returns the operations that start changes.
func (g *Generator) changing() []*plan.Operation {
	return slices.DeleteFunc(slices.Clone(g.Ops), func(op *plan.Operation) bool { return op.Polled == "" })
}

// changesDoc is the part of the package documentation about how each change starts and ends.
func (g *Generator) changesDoc() []byte {
	p := &printer{}
	p.comment("",
		"# Changes",
		"A change starts once, also when its start is repeated after a crash or a lost response. What recognizes "+
			"the repeated start is, for each operation: a token, which the service remembers for that time; the resource "+
			"itself, compared with what was there before; a list of what was created since; or nothing, and then "+
			"[cloud.Change.Start] ends as uncertain instead of starting it twice. The table also has the operation with which "+
			"[cloud.Change.Undo] takes the change back, whether [cloud.Change.Cancel] can stop it, and the longest wait.")
	p.line("//")
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "operation\trecognized by\ttaken back by\tcancel\tlongest wait")
	for _, op := range g.changing() {
		c := op.Change
		repeat := overlay.Repeats[c.Repeat]
		if c.TokenLife > 0 {
			repeat += ", " + span(c.TokenLife)
		}
		undo := c.Undo
		if undo == op.GoName {
			undo = "itself"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", op.GoName, repeat, orDash(undo), yes(c.Cancel), span(c.Within))
	}
	_ = w.Flush()
	for line := range strings.Lines(table.String()) {
		p.line("//\t" + strings.TrimRight(line, " \n"))
	}
	return p.Bytes()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "-"
}

// span is a duration in the largest unit that fits.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{day, "days"}, {time.Hour, "hours"}, {time.Minute, "minutes"}} {
		if d%unit.of == 0 && (unit.of != day || d > 2*day) {
			return fmt.Sprintf("%d %s", d/unit.of, unit.name)
		}
	}
	return d.String()
}

// resume is the method that restores the change of any token.
func (g *Generator) resume() []byte {
	p := &printer{}
	p.comment("",
		"Resume returns the change of a token, whatever its operation. [cloud.Resume] does so for the clients of several "+
			"services, and [cloud.PeekToken] tells what a token is about.")
	p.line("func (c *Client) Resume(token string) (cloud.AnyChange, error) {")
	p.line("\tswitch wait.OperationOf(token) {")
	for _, op := range g.changing() {
		p.line("\tcase %q:", op.Name)
		p.line("\t\treturn wait.AnyChange(c.Resume%s(token))", op.GoName)
	}
	p.line("\t}")
	p.line("\treturn nil, wait.NoOperation(c.api, token)")
	p.line("}")
	return p.Bytes()
}

// changesTest compares the documentation of the changes with their declarations.
func (g *Generator) changesTest() []byte {
	p := &printer{}
	p.line("func TestChangesAreAsDocumented(t *testing.T) {")
	p.line("\tt.Parallel()")
	p.line("\tc := new(Client)")
	p.line("\tfor operation, facts := range map[string][2]wait.Facts{ // declared, and documented")
	for _, op := range g.changing() {
		c := op.Change
		p.line("\t\t%q: {wait.FactsOf(c, &%s), {Recognized: %t, TokenLife: %d, Undone: %t, Canceled: %t, Within: %d}},",
			op.Name, plan.LowerFirst(op.GoName), c.Repeat != "", c.TokenLife, c.Undo != "", c.Cancel, c.Within)
	}
	p.line("\t} {")
	p.line("\t\tassert.Equal(t, facts[1], facts[0], operation)")
	p.line("\t}")
	p.line("}")
	return p.Bytes()
}
