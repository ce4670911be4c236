// Package internal_test holds the rules between the packages of this module.
package internal_test

import (
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/polycloud-sdk/polycloud-go"

// of returns what the service packages may import of this module; vendor is whose services they are for.
func of(vendor string) []string {
	return []string{"cloud", "internal/protocol/" + vendor, "internal/wait", "internal/transport", "internal/validate", "internal/wire"}
}

// protocol returns what the protocol of a vendor may import; signers are its own. A service imports that of its own
// vendor alone, and package transport none.
func protocol(signers ...string) []string {
	return append([]string{"cloud", "internal/ini", "internal/protocol", "internal/sign", "internal/transport", "internal/wire"}, signers...)
}

// emulated returns what the emulator of a service may import: of the services its own alone.
func emulated(service string, more ...string) []string {
	return append([]string{
		"cloud", service, "internal/emulate/example", "internal/emulate/front", "internal/emulate/world", "internal/wire",
	}, more...)
}

// vendorOf has the vendor of each service. Services are the packages that have an overlay.
var vendorOf = readVendors()

func readVendors() map[string]string {
	files, err := filepath.Glob(filepath.Join("models", "*.overlay.json"))
	if err != nil {
		panic(err)
	}
	vendors := map[string]string{}
	for _, file := range files {
		var overlay struct{ Vendor string }
		text, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(text, &overlay)
		}
		if err != nil {
			panic(fmt.Errorf("%s: %w", file, err))
		}
		vendors[strings.TrimSuffix(filepath.Base(file), ".overlay.json")] = overlay.Vendor
	}
	return vendors
}

// signers are those of the protocols of each vendor.
var signers = map[string][]string{
	"aws":     {"internal/sign", "internal/sign/sigv4"},
	"alibaba": {"internal/sign", "internal/sign/acs3", "internal/sign/roa"},
	"tencent": {"internal/sign", "internal/sign/tc3"},
}

// withServices returns the rules with those of all services, their emulators, and what may import all services.
func withServices(rules map[string][]string) map[string][]string {
	for service, vendor := range vendorOf {
		rules[service] = of(vendor)
		if emulator := "internal/emulate/" + service; rules[emulator] == nil {
			rules[emulator] = emulated(service, signers[vendor]...)
		}
		for _, folder := range []string{"emulator", "release", "examples", "internal/tests/services"} {
			rules[folder] = append(rules[folder], service)
		}
		rules["emulator"] = append(rules["emulator"], "internal/emulate/"+service)
	}
	return rules
}

// arrows are the imports that packages may have, tests apart: of this module by folder, of others by
// module path, with the packages below that. A folder's rule holds for what lies below it, unless that has a rule
// of its own.
var arrows = withServices(map[string][]string{
	"cloud":         {"github.com/aws/smithy-go"},
	"cloud/reveal":  {"internal/wire"},
	"cloud/request": {"cloud", "internal/wire"},
	"emulator": {
		"cloud", "internal/emulate/front", "internal/emulate/journal", "internal/emulate/world", "internal/emulate/recording", "internal/emulate/control",
	},
	"cmd/emulator":             {"cloud", "emulator"},
	"internal/emulate/world":   {"cloud", "internal/wire"},
	"internal/emulate/journal": {"internal/emulate/world"},
	"internal/emulate/front":   {"cloud", "internal/emulate/journal", "internal/emulate/world", "internal/sign", "internal/wire"},
	"internal/emulate/page":    {},
	"internal/emulate/control": {"internal/emulate/front", "internal/emulate/page", "internal/emulate/world", "internal/wire"},
	"internal/emulate/example": {"cloud", "internal/emulate/front", "internal/emulate/world"},
	"internal/emulate/recording": {
		"cloud", "internal/emulate/front", "internal/protocol", "internal/protocol/alibaba", "internal/protocol/aws", "internal/protocol/tencent",
		"internal/sign", "internal/transport", "internal/wire",
	},
	"internal/emulate/aws":      {"cloud", "internal/emulate/front", "internal/emulate/world", "internal/sign", "internal/sign/sigv4"},
	"internal/emulate/finspace": emulated("finspace", "internal/emulate/aws"),
	"internal/emulate/proton":   emulated("proton", "internal/emulate/aws", "go.yaml.in/yaml/v3"),
	"journal":                   {"cloud"},
	"rollout":                   {"cloud", "journal"},
	"release":                   {"cloud", "cloud/reveal", "journal", "rollout"},
	"examples":                  {"cloud", "journal", "rollout", "release", "emulator"},
	"internal/apitext":          {},
	"internal/tests/leak":       {},
	"internal/terminalpicture":  {},
	"internal/tests/services":   {"cloud"},
	"internal/apigen": {
		"internal/apigen/goapi", "internal/apigen/gogen", "internal/apigen/importer", "internal/apigen/overlay", "internal/apigen/plan",
		"internal/apigen/smithy",
	},
	"internal/apigen/goapi":          {},
	"internal/apigen/smithy":         {},
	"internal/apigen/importer":       {"internal/apigen/smithy"},
	"internal/apigen/overlay":        {"internal/apigen/smithy"},
	"internal/apigen/plan":           {"internal/apigen/overlay", "internal/apigen/smithy"},
	"internal/apigen/gogen":          {"internal/apigen/overlay", "internal/apigen/plan", "internal/apigen/smithy"},
	"internal/wait":                  {"cloud", "internal/transport", "internal/wire"},
	"internal/models":                {},
	"internal/protocol":              {"cloud", "internal/transport", "internal/wire"},
	"internal/protocol/alibaba":      protocol("internal/sign/acs3", "internal/sign/roa"),
	"internal/protocol/aws":          protocol("internal/sign/sigv4"),
	"internal/protocol/tencent":      protocol("internal/sign/tc3"),
	"internal/protocol/protocoltest": {"internal/transport"}, // for tests alone
	"internal/sign":                  {"internal/sign"},
	"internal/sign/signtest":         {"internal/sign"}, // for tests alone
	"internal/transport":             {"cloud", "internal/sign", "internal/wire", "github.com/hashicorp/go-retryablehttp"},
	"internal/validate":              {"cloud"},
	"internal/wire":                  {},
	"internal/ini":                   {},
	"internal/postgrestest":          {}, // for tests alone
})

func TestImportsGoOneWay(t *testing.T) {
	t.Parallel()
	checked := 0
	require.NoError(t, filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && file != ".." && exists(filepath.Join(file, "go.mod")) {
			return fs.SkipDir // a module of its own
		}
		if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || strings.Contains(file, "testdata") {
			return err
		}
		folder, err := filepath.Rel("..", filepath.Dir(file))
		require.NoError(t, err)
		folder = filepath.ToSlash(folder)
		allowed, ok := ruleOf(folder)
		require.True(t, ok, "%s has no rule", folder)
		for _, imported := range importsOf(t, file) {
			checked++
			assert.True(t, permits(allowed, imported), "%s imports %s", file, imported)
		}
		return nil
	}))
	assert.Greater(t, checked, 100)
}

// vendorWords are words that only what is for one vendor has in its code.
var vendorWords = regexp.MustCompile(`(?i)aws|amazon|x-amz|aliyun|alibaba|x-acs|acs3|tencent|x-tc|tc3|` +
	`\b(` + strings.Join(slices.Sorted(maps.Keys(vendorOf)), "|") + `)\b`)

func TestTransportKnowsNoVendor(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"transport", "wait", "wire", "validate", "../rollout"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for i, line := range strings.Split(string(text), "\n") {
				code, _, _ := strings.Cut(line, "//")
				assert.NotRegexp(t, vendorWords, code, "%s:%d", file, i+1)
			}
		}
	}
}

func TestNoServiceOrVendorKnowsAnother(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, vendorOf)
	for name, vendor := range vendorOf {
		assert.Contains(t, signers, vendor, name)
		assert.False(t, permits(arrows[name], module+"/emulator"))
		for other := range vendorOf {
			assert.False(t, permits(arrows[name], module+"/"+other))
		}
	}
	for vendor := range signers {
		for other := range signers {
			assert.False(t, permits(arrows["internal/protocol/"+vendor], module+"/internal/protocol/"+other))
		}
		assert.False(t, permits(arrows["internal/transport"], module+"/internal/protocol/"+vendor))
	}
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func ruleOf(folder string) ([]string, bool) {
	for ; folder != "."; folder = path.Dir(folder) {
		if rule, ok := arrows[folder]; ok {
			return rule, true
		}
	}
	return nil, false
}

// importsOf returns the imports of one file that are not of the standard library.
func importsOf(t *testing.T, file string) []string {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	require.NoError(t, err)
	var out []string
	for _, spec := range f.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		if host, _, _ := strings.Cut(name, "/"); strings.Contains(host, ".") {
			out = append(out, name)
		}
	}
	return out
}

func permits(allowed []string, imported string) bool {
	return slices.ContainsFunc(allowed, func(rule string) bool {
		if !strings.Contains(rule, ".") {
			return imported == module+"/"+rule
		}
		return imported == rule || strings.HasPrefix(imported, rule+"/")
	})
}
