package gogen

import (
	"fmt"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// operationTable prints what the methods of a file pass to transport: the operations, and how lists page.
func (g *Generator) operationTable(p *printer, ops []*plan.Operation) {
	var lists []string
	for _, op := range ops {
		if op.Pages != nil {
			lists = append(lists, listLiteral(op))
		}
	}
	switch {
	case len(ops) == 0:
		return
	case len(ops) == 1 && lists == nil:
		p.line("var " + operationLiteral(ops[0]))
		p.line("")
		return
	}
	p.line("var (")
	for _, op := range ops {
		p.line("\t" + operationLiteral(op))
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

func listLiteral(op *plan.Operation) string {
	pages := op.Pages
	members := []string{"Op: &op" + op.GoName, "Response: (*" + op.Response.Name + ")(nil)"}
	add := func(name, path string) {
		if path != "" {
			members = append(members, fmt.Sprintf("%s: %q", name, path))
		}
	}
	if pages.Cursor != nil {
		add("From", pages.Cursor.Name)
	}
	if pages.Numbered {
		members = append(members, "Numbered: true")
	}
	add("Items", pages.Items)
	add("Total", pages.Total)
	add("TotalPages", pages.TotalPages)
	add("Next", pages.Next)
	add("Over", pages.Over)
	add("Size", pages.Size)
	if pages.Also != nil {
		members = append(members, "Also: "+choices(pages.Also))
	}
	return fmt.Sprintf("list%s = transport.List{%s}", op.GoName, strings.Join(members, ", "))
}

func choices(also []plan.Choice) string {
	items := make([]string, len(also))
	for i, c := range also {
		items[i] = fmt.Sprintf("{Field: %q, Value: %q}", c.Field, c.Value)
	}
	return "[]transport.Choice{" + strings.Join(items, ", ") + "}"
}

func operationLiteral(op *plan.Operation) string {
	flags := ""
	if op.Query != "" {
		flags += fmt.Sprintf(", Query: %q", op.Query)
	}
	if op.Idempotent {
		flags += ", Idempotent: true"
	}
	if len(op.Certain) > 0 {
		flags += fmt.Sprintf(", Certain: %#v", op.Certain)
	}
	return fmt.Sprintf("op%s = transport.Operation{Name: %q, Method: %q, Path: %q%s}", op.GoName, op.Name, op.Method, op.Path, flags)
}

func (g *Generator) operation(p *printer, op *plan.Operation) {
	p.comment("", g.operationDoc(op)...)
	if op.Stream {
		p.line("func (c *Client) %s(ctx context.Context, r %s) iter.Seq2[*%s, error] {", op.GoName, op.Request.Name, op.Response.Name)
		p.line("\treturn transport.Stream[%s](ctx, c.api, &op%s, &r)", op.Response.Name, op.GoName)
	} else {
		p.line("func (c *Client) %s(ctx context.Context, r %s) (*%s, error) {", op.GoName, op.Request.Name, op.Response.Name)
		p.line("\treturn transport.Call(ctx, c.api, &op%s, &r, new(%s))", op.GoName, op.Response.Name)
	}
	p.line("}")
	p.line("")
	if op.Pages != nil {
		g.iterator(p, op)
	}
	if op.Polled != "" {
		g.change(p, op)
	}
}

// change prints the methods that prepare, begin and resume the change that an operation starts. A hand-written variable
// with the name of the operation declares it.
func (g *Generator) change(p *printer, op *plan.Operation) {
	method := func(name, params, call string) {
		p.line("func (c *Client) %s%s(%s) (*cloud.Change[%s], error) {", name, op.GoName, params, op.Polled)
		p.line("\treturn wait.%s(%s)", name, fmt.Sprintf(call, op.GoName, plan.LowerFirst(op.GoName)))
		p.line("}")
		p.line("")
	}
	deprecated := deprecation(g.inGo(op.Deprecated))
	p.comment("", "Begin"+op.GoName+" "+g.inGo(g.docOf(g.Docs.Changes, op.Name)), deprecated)
	method("Begin", "ctx context.Context, r "+op.Request.Name, "ctx, c, c.api, &op%s, &%s, &r")
	p.comment("",
		fmt.Sprintf("Prepare%s prepares what [Client.Begin%s] begins. It changes nothing; Start does.", op.GoName, op.GoName), deprecated)
	method("Prepare", "ctx context.Context, r "+op.Request.Name, "ctx, c, c.api, &op%s, &%s, &r")
	p.comment("", fmt.Sprintf("Resume%s returns the change of a token that one of [Client.Prepare%s] or [Client.Begin%s] had.",
		op.GoName, op.GoName, op.GoName), deprecated)
	method("Resume", "token string", "c, c.api, &op%s, &%s, token")
}

// iterator prints the sequence of the items of all pages of a list operation.
func (g *Generator) iterator(p *printer, op *plan.Operation) {
	pages := op.Pages
	p.comment("", g.iteratorDoc(op), deprecation(op.Deprecated))
	p.line("func (c *Client) %s(ctx context.Context, r %s) iter.Seq2[%s, error] {", pages.Name, op.Request.Name, pages.Item)
	p.line("\treturn transport.All[%s](ctx, c.api, &list%s, &r)", pages.Item, op.GoName)
	p.line("}")
	p.line("")
}
