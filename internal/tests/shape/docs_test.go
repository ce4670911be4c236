package shape_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// fieldDocs reads the docs of a service's fields, by structure and member as in "KxCluster.status".
func fieldDocs(t *testing.T, service string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "models", service+".docs.json"))
	require.NoError(t, err)
	var docs struct{ Fields map[string]string }
	require.NoError(t, json.Unmarshal(data, &docs))
	require.NotEmpty(t, docs.Fields)
	return docs.Fields
}

// TestFieldDocsSayMoreThanTheName checks that a doc has a word that neither the field's name has nor its
// structure's. The doc of a field whose name is enough is "".
func TestFieldDocsSayMoreThanTheName(t *testing.T) {
	t.Parallel()
	for service := range services.All {
		for key, doc := range fieldDocs(t, service) {
			assert.False(t, restates(key, doc), `%s %s: %q restates the name; write what it does not say, or ""`, service, key, doc)
		}
	}
}

// TestFieldDocsAreNoBoilerplate checks that what a hundred fields have in common is said once, in the package's doc.
func TestFieldDocsAreNoBoilerplate(t *testing.T) {
	t.Parallel()
	for service := range services.All {
		fields := map[string]int{}
		for _, doc := range fieldDocs(t, service) {
			fields[doc]++
		}
		delete(fields, "")
		for doc, n := range fields {
			assert.Less(t, n, 100, "%s: %q", service, doc)
		}
	}
}

// TestPackageDocsLinkEveryMethod checks that a reader gets to each operation, list, change and wait from the documentation
// of its package.
func TestPackageDocsLinkEveryMethod(t *testing.T) {
	t.Parallel()
	for service, s := range services.All {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", service, "zz_operations.go"))
		require.NoError(t, err)
		for m := range s.Client.Methods() {
			if strings.HasPrefix(m.Name, "Prepare") || strings.HasPrefix(m.Name, "Resume") || m.Name == "Origin" || m.Name == "CheckOrigin" {
				continue // named like the Begin method, which is linked, or about the client itself
			}
			assert.Equal(t, 1, strings.Count(string(text), "[Client."+m.Name+"]"), "%s %s", service, m.Name)
		}
	}
}

func TestRestates(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		key, doc string
		want     bool
	}{
		{"KxVolume.volumeName", "The name of the volume.", true},
		{"KxVolume.createdTimestamp", "When the volume was created.", true},
		{"DeleteKxVolumeRequest.environmentId", "The ID of the kdb environment that holds the volume.", true},
		{"DescribeJobsResponse.TotalPages", "How many pages there are.", true},
		{"KxVolume.createdTimestamp", "When the volume was created, in seconds since 1970.", false},
		{"KxVolume.nas1Configuration", "The size of the storage in GB.", false},
		{"Service.branch", "The name of the branch.", false}, // and not its id
		{"KxVolume.description", "", false},
	} {
		assert.Equal(t, test.want, restates(test.key, test.doc), "%s: %s", test.key, test.doc)
	}
}

// little are words that alone say nothing about a field.
var little = strings.Fields(`a an the this that these those it its they their them of to for in on at by with from as into
	and or is are was were be been has have had do does did belongs belong holds hold given give gives s your own words
	what which when where who whose whether how many much there here new now one all each number list kind type`)

// abbreviations are words of the services' names that a doc spells out.
var abbreviations = map[string]string{"kx": "kdb", "db": "database", "msg": "message", "num": "number", "app": "application",
	"addr": "address", "udf": "function", "az": "zone", "src": "source", "spec": "specification"}

// restates reports whether a doc has no word beyond those of the key.
func restates(key, doc string) bool {
	names := wordsOf(key)
	for word := range strings.FieldsFuncSeq(strings.ToLower(doc), notOfWords) {
		alike := func(name string) bool { return sameWord(name, word) || abbreviations[name] == word }
		if !slices.Contains(little, word) && !slices.ContainsFunc(names, alike) {
			return false
		}
	}
	return doc != ""
}

func notOfWords(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// wordsOf splits names at their capitals: "DMSTable.dbName" is dms, table, db and name, and each name as a whole.
func wordsOf(key string) []string {
	var words []string
	for name := range strings.FieldsFuncSeq(key, notOfWords) {
		words = append(words, strings.ToLower(name))
		letters, start := []rune(name), 0
		for i := 1; i < len(letters); i++ {
			ends := i+1 < len(letters) && unicode.IsLower(letters[i+1]) // of initials, before the next word
			if unicode.IsUpper(letters[i]) && (ends || !unicode.IsUpper(letters[i-1])) {
				words = append(words, strings.ToLower(string(letters[start:i])))
				start = i
			}
		}
		words = append(words, strings.ToLower(string(letters[start:])))
	}
	return words
}

// sameWord reports whether two words are forms of one, such as "created" and "creation", by how they begin.
func sameWord(a, b string) bool {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	short, long := min(len(a), len(b)), max(len(a), len(b))
	return n == short && long-short <= 1 || n >= 4 && n >= short-3
}
