package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// files returns the generated files of a service by name.
func (s *service) files() (map[string][]byte, error) {
	names := map[string]bool{}
	for _, op := range s.ops {
		names[op.file] = true
	}
	for _, st := range s.structs {
		names[st.file] = true
	}
	for _, e := range s.enums {
		names[e.file] = true
	}
	out := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		out[name] = s.resource(name)
	}
	if len(s.texts) > 0 {
		out["rules"] = s.rules()
	}
	if len(s.errors) > 0 {
		out["errors"] = s.errorCodes()
	}
	files := map[string][]byte{}
	for name, body := range out {
		data, err := file(s.pkg, body)
		if err != nil {
			return nil, err
		}
		files[s.pkg+"/zz_"+name+".go"] = data
	}
	return files, nil
}

// resource prints the file of one resource: its operations with their messages, then its types and
// enums, and last the checks.
func (s *service) resource(name string) []byte {
	p := &printer{}
	var checked []*structType
	ops := slices.DeleteFunc(slices.Clone(s.ops), func(op *operation) bool { return op.file != name })
	s.operationTable(p, ops)
	for _, op := range ops {
		s.operation(p, op)
		s.structure(p, op.request)
		s.structure(p, op.response)
		checked = append(checked, op.request)
	}
	types := slices.DeleteFunc(slices.Clone(s.structs), func(st *structType) bool { return st.file != name || st.op != nil })
	slices.SortFunc(types, func(a, b *structType) int { return strings.Compare(a.name, b.name) })
	for _, st := range types {
		s.structure(p, st)
	}
	enums := slices.DeleteFunc(slices.Clone(s.enums), func(e *enumType) bool { return e.file != name })
	slices.SortFunc(enums, func(a, b *enumType) int { return strings.Compare(a.name, b.name) })
	for _, e := range enums {
		s.enum(p, e)
	}
	for _, st := range append(checked, types...) {
		s.checks(p, st)
	}
	for _, st := range slices.Concat(messages(ops), types) {
		s.redaction(p, st)
	}
	return p.Bytes()
}

func messages(ops []*operation) []*structType {
	var out []*structType
	for _, op := range ops {
		out = append(out, op.request, op.response)
	}
	return out
}

// operationTable prints what the methods of a file hand to transport: the operations, and how lists page.
func (s *service) operationTable(p *printer, ops []*operation) {
	var lists []string
	for _, op := range ops {
		if op.pages != nil {
			lists = append(lists, op.pages.literal(op))
		}
	}
	switch {
	case len(ops) == 0:
		return
	case len(ops) == 1 && lists == nil:
		p.line("var " + ops[0].literal())
		p.line("")
		return
	}
	p.line("var (")
	for _, op := range ops {
		p.line("\t" + op.literal())
	}
	if lists != nil {
		p.line("")
	}
	for _, l := range lists {
		p.line("\t" + l)
	}
	p.line(")")
	p.line("")
}

func (g *pages) literal(op *operation) string {
	return fmt.Sprintf("list%s = transport.List{Op: &op%s, Response: (*%s)(nil), %s}", op.goName, op.goName, op.response.name, strings.Join(g.list, ", "))
}

func (op *operation) literal() string {
	flags := ""
	if op.idempotent {
		flags += ", Idempotent: true"
	}
	if len(op.certain) > 0 {
		flags += fmt.Sprintf(", Certain: %#v", op.certain)
	}
	return fmt.Sprintf("op%s = transport.Operation{Name: %q, Method: %q, Path: %q%s}", op.goName, op.name, op.method, op.path, flags)
}

func (s *service) operation(p *printer, op *operation) {
	p.comment("", s.operationDoc(op)...)
	if op.stream {
		p.line("func (c *Client) %s(ctx context.Context, r %s) iter.Seq2[*%s, error] {", op.goName, op.request.name, op.response.name)
		p.line("\treturn transport.Stream[%s](ctx, c.api, &op%s, &r)", op.response.name, op.goName)
	} else {
		p.line("func (c *Client) %s(ctx context.Context, r %s) (*%s, error) {", op.goName, op.request.name, op.response.name)
		p.line("\treturn transport.Call(ctx, c.api, &op%s, &r, new(%s))", op.goName, op.response.name)
	}
	p.line("}")
	p.line("")
	if op.pages != nil {
		s.iterator(p, op)
	}
}

// iterator prints the sequence of the items of all pages of a list operation.
func (s *service) iterator(p *printer, op *operation) {
	pages := op.pages
	p.comment("", s.iteratorDoc(op), deprecation(op.deprecated))
	p.line("func (c *Client) %s(ctx context.Context, r %s) iter.Seq2[%s, error] {", pages.name, op.request.name, pages.item)
	p.line("\treturn transport.All[%s](ctx, c.api, &list%s, &r)", pages.item, op.goName)
	p.line("}")
	p.line("")
}

// errorCodes prints the constants of error codes, kind by kind, and the table of their kinds.
func (s *service) errorCodes() []byte {
	p := &printer{}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		codes := slices.DeleteFunc(slices.Clone(s.errors), func(e *errorCode) bool { return e.kind != kind })
		if len(codes) == 0 {
			continue
		}
		p.line("// Error codes that mean [cloud.%s].", kind)
		p.line("const (")
		for _, e := range codes {
			if e.doc != "" {
				p.comment("\t", e.name+" "+e.doc)
			}
			p.line("\t%s cloud.Code = %q", e.name, e.code)
		}
		p.line(")")
		p.line("")
	}
	p.line("// errorKinds says what each code means on every cloud.")
	p.line("var errorKinds = map[cloud.Code]cloud.Kind{")
	for _, e := range s.errors {
		p.line("\t%s: cloud.%s,", e.name, e.kind)
	}
	p.line("}")
	return p.Bytes()
}
