package bench

import (
	"embed"
	"fmt"
	"strings"
)

// The answers have the members and sizes that services send, and values of our own.
//
//go:embed documents
var documents embed.FS

// items is how many a list has.
const items = 100

// document reads one that is sent as it is.
func document(name string) string {
	text, err := documents.ReadFile("documents/" + name)
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(string(text))
}

// list is a document of a hundred items, in each of which ### is its number, between two texts.
func list(before, item, after string) string {
	template := document(item)
	all := make([]string, items)
	for i := range all {
		all[i] = strings.ReplaceAll(template, "###", fmt.Sprintf("%03d", i+100))
	}
	return before + strings.Join(all, ",") + after
}
