package gogen

import (
	"regexp"
	"strings"
	"unicode"
)

// identifier matches what may be a name, with a preceding bracket or dot, which marks a link or a part of a
// qualified name.
var identifier = regexp.MustCompile(`[\[.]?\b[A-Za-z][A-Za-z0-9]*\b`)

// inGo replaces the names of the model in a text by those in Go: members by their fields, operations and types
// by links. Names of one word are left alone, since they may be plain words.
func (g *Generator) inGo(text string) string {
	if g.goNames == nil {
		g.goNames = g.namesInGo()
	}
	return identifier.ReplaceAllStringFunc(text, func(name string) string {
		if goName := g.goNames[name]; goName != "" {
			return goName
		}
		return name
	})
}

// link is a name in brackets, as in [Client.GetKxCluster].
var link = regexp.MustCompile(`\[(?:Client\.)?([A-Z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)?)\]`)

// unlinked replaces links by their names, because links in comments of fields and constants are not rendered.
func unlinked(doc string) string { return link.ReplaceAllString(doc, "$1") }

// namesInGo returns the Go name of each name of the model that a text may mention.
func (g *Generator) namesInGo() map[string]string {
	names := goNames{}
	for _, st := range g.Structs {
		for _, f := range st.Fields {
			names.add(f.Wire, f.Name)
		}
		if st.Op == nil {
			names.add(st.Shape.Name(), "["+st.Name+"]")
		}
	}
	for _, e := range g.Enums {
		names.add(e.Keys[0], "["+e.Name+"]")
	}
	g.dropPlainNames(names)
	for _, op := range g.Ops {
		names[op.Name] = "[Client." + op.GoName + "]"
	}
	return names
}

// dropPlainNames removes names that are the same in Go, and values, which are not replaced.
func (g *Generator) dropPlainNames(names goNames) {
	for _, st := range g.Structs {
		for _, f := range st.Fields {
			delete(names, f.Name)
		}
	}
	for _, e := range g.Enums {
		for _, v := range e.Values {
			delete(names, v.Value)
		}
	}
}

// goNames are names in Go by their names in the model.
type goNames map[string]string

func (names goNames) add(name, inGo string) {
	switch was, known := names[name]; {
	case !severalWords(name):
	case known && was != inGo:
		names[name] = name // it means different things in different places
	default:
		names[name] = inGo
	}
}

func severalWords(name string) bool {
	return strings.ContainsFunc(name[1:], unicode.IsUpper)
}
