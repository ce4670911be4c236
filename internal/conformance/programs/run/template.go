//go:build template

package run

import (
	"io"
	"text/template"
)

// show makes a template of the client, as larger programs have for other ends: from then on the linker
// must keep every exported method of what is behind an interface.
func show(client any) {
	_ = template.Must(template.New("").Parse("{{with .}}there is one{{end}}")).Execute(io.Discard, client)
}
