package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// Names that are declared by hand beside the generated files are taken.
func TestNamesDeclaredByHand(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		code, want string
	}{
		"type":                 {"type Price struct{}", "the name Price is used for what is written by hand in client.go and for the structure Price: settle it in the overlay, under types"},
		"function":             {"func ColorCrimson() {}", "the name ColorCrimson is used for what is written by hand in client.go and for the value RED of Color"},
		"variable":             {"var opListItems = 1", "the name opListItems is used for"},
		"method of the client": {"type Client struct{}\nfunc (c *Client) AllItems() {}", "the name Client.AllItems is used for what is written by hand in client.go and for the iterator of ListItems"},
		"method like a field":  {"func (p Price) Amount() {}", "the name Price.Amount is used for what is written by hand in client.go and for the member amount: settle it in the overlay, under fields"},
		"method of a generic":  {"type Box[T any] struct{}\nfunc (b *Box[T]) Price() {}", ""},
		"nothing of the kind":  {"const service = \"shop\"", ""},
		"no Go":                {"type", "client.go:2:5: expected 'IDENT'"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "client.go"), []byte("package shop\n"+tt.code), 0o600))
			for _, file := range []string{"zz_item.go", "client_test.go"} { // neither counts
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte("package shop\ntype Item struct{}\n"), 0o600))
			}
			_, err := source{models: filepath.Join("testdata", "models"), code: dir, pkg: "shop"}.load(plan.Names{})
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.want)
		})
	}
}
