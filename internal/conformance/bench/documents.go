package bench

import (
	"embed"
	"fmt"
	"strings"
)

// The responses have the members and sizes that services send, with values of our own.
//
//go:embed documents
var documents embed.FS

// items is the number of items of a list.
const items = 100

// document reads a response that is sent unchanged.
func document(name string) string {
	text, err := documents.ReadFile("documents/" + name)
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(text))
}

// list is a document of a hundred items between before and after. In each, ### is its number.
func list(before, item, after string) string {
	template := document(item)
	all := make([]string, items)
	for i := range all {
		all[i] = strings.ReplaceAll(template, "###", fmt.Sprintf("%03d", i+100))
	}
	return before + strings.Join(all, ",") + after
}
