package gogen

import (
	"regexp"
	"strings"
	"unicode"
)

// identifier finds what may be a name in a text, with the brackets or the dot that make it something
// else already.
var identifier = regexp.MustCompile(`[\[.]?\b[A-Za-z][A-Za-z0-9]*\b`)

// inGo writes the names of the model in a text as Go has them: members by their fields, operations
// and types as links. Names of one word are left alone, since they are words too.
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

// unlinked writes the names alone, since the comments of fields and constants are shown as they stand in the code.
func unlinked(doc string) string { return link.ReplaceAllString(doc, "$1") }

// namesInGo says how Go writes each name of the model that a text can mean.
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

// dropPlainNames leaves alone what is in Go's terms already, and values, which may stand for themselves.
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
