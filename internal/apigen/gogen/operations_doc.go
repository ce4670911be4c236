package gogen

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// operationsDoc is the part of the package documentation that lists all methods by resource, which pkgsite lists by name
// alone.
func (g *Generator) operationsDoc() []byte {
	p := &printer{}
	paragraphs := []string{
		"# Operations by resource",
		"All methods of [Client]: the calls of the API, the lists that range over all pages, the changes that can be " +
			"followed, each with a Prepare and a Resume method of its name too, and the waits for states.",
	}
	byFile := map[string][]*plan.Operation{}
	for _, op := range g.Ops {
		byFile[op.File] = append(byFile[op.File], op)
	}
	waits := g.waitsByFile(slices.Collect(maps.Keys(byFile)))
	for _, file := range slices.Sorted(maps.Keys(byFile)) {
		paragraphs = append(paragraphs, listItem+title(file)+": "+methods(byFile[file], waits[file]))
	}
	p.comment("", paragraphs...)
	return p.Bytes()
}

// methods lists what a client has for a resource, each as a link.
func methods(ops []*plan.Operation, waits []string) string {
	var calls, lists, begins []string
	for _, op := range ops {
		calls = append(calls, docLink(op.GoName))
		if op.Pages != nil {
			lists = append(lists, docLink(op.Pages.Name))
		}
		if op.Polled != "" {
			begins = append(begins, docLink("Begin"+op.GoName))
		}
	}
	for i, name := range waits {
		waits[i] = docLink(name)
	}
	parts := []string{strings.Join(calls, ", ") + "."}
	for _, more := range []struct {
		what  string
		names []string
	}{{"Lists", lists}, {"Changes", begins}, {"Waits", waits}} {
		if len(more.names) > 0 {
			parts = append(parts, fmt.Sprintf("%s: %s.", more.what, strings.Join(more.names, ", ")))
		}
	}
	return strings.Join(parts, " ")
}

func docLink(method string) string { return "[Client." + method + "]" }

// title is the name of a file in words.
func title(file string) string {
	words := strings.ReplaceAll(file, "_", " ")
	switch words { // names that are spelled in capitals
	case "dms", "mcp", "sql", "sql file":
		return strings.Replace(strings.ToUpper(words), " FILE", " file", 1)
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// waitsByFile returns the Until methods of each resource. One that stands in a file named like no resource belongs to
// the resource whose name begins that of the file.
func (g *Generator) waitsByFile(files []string) map[string][]string {
	out := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(g.Waits)) {
		best := ""
		for _, file := range files {
			if strings.HasPrefix(g.Waits[name]+"_", file+"_") && len(file) > len(best) {
				best = file
			}
		}
		out[best] = append(out[best], name)
	}
	return out
}
