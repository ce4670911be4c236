//go:build template

package run

import (
	"io"
	"text/template"
)

// show executes a template with the client, as larger programs do for other reasons. It makes the linker keep
// every exported method of values behind an interface.
func show(client any) {
	_ = template.Must(template.New("").Parse("{{with .}}there is one{{end}}")).Execute(io.Discard, client)
}
