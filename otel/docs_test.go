package otel_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocsListAllNames compares the page with the names in the code, both ways.
func TestDocsListAllNames(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		return string(text)
	}
	page, code := read("../docs/telemetry.md"), read("attributes.go")+read("metrics.go")
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`attribute\.Key\("([^"]+)"\)|\.(?:Float64|Int64)\w+\("([^"]+)"`).FindAllStringSubmatch(code, -1) {
		names[m[1]+m[2]] = true
		assert.Contains(t, page, "`"+m[1]+m[2]+"`")
	}
	assert.Greater(t, len(names), 30)
	for _, m := range regexp.MustCompile("`((?:polycloud|rpc|deployment)\\.[a-z_.]+)`").FindAllStringSubmatch(page, -1) {
		assert.True(t, names[m[1]], "%s is not reported", m[1])
	}
	for name, metric := range reportAll(t).metrics(t) {
		assert.Contains(t, page, "| `"+name+"` | "+metric.Unit+" |")
	}
}
