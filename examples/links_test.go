package examples_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	fence      = regexp.MustCompile("(?ms)^```.*?^```")
	codeSpan   = regexp.MustCompile("`[^`\n]*`")
	link       = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"`)
	heading    = regexp.MustCompile(`(?m)^#+ +(.+?) *$`)
	hasNoPlace = regexp.MustCompile(`[^\p{L}\p{N} _-]`) // in an anchor, as GitHub makes it
)

// TestLinksLeadSomewhere follows all relative links of all Markdown files, to files and to headings in them.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if entry.Type().IsRegular() && filepath.Ext(path) == ".md" {
			files++
			for _, problem := range deadLinks(t, path) {
				assert.Fail(t, "dead link", "%s: %s", path, problem)
			}
		}
		return nil
	})
	require.NoError(t, err)
	assert.Greater(t, files, 10)
}

// deadLinks returns the relative links of a file that lead nowhere.
func deadLinks(t *testing.T, path string) (dead []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	prose := codeSpan.ReplaceAllStringFunc(fence.ReplaceAllString(string(text), ""), func(code string) string {
		return strings.NewReplacer("(", "", "]", "").Replace(code) // a link may have code as its text
	})
	for _, m := range link.FindAllStringSubmatch(prose, -1) {
		target := m[1] + m[2]
		if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
			continue
		}
		file, anchor, _ := strings.Cut(target, "#")
		full := filepath.Join(filepath.Dir(path), file)
		if file == "" {
			full = path
		}
		if _, err := os.Stat(full); err != nil || (anchor != "" && !anchors(t, full)[anchor]) {
			dead = append(dead, target)
		}
	}
	return dead
}

// anchors returns those of the headings of a file.
func anchors(t *testing.T, path string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	found := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(fence.ReplaceAllString(string(text), ""), -1) {
		words := strings.ToLower(hasNoPlace.ReplaceAllString(m[1], ""))
		found[strings.ReplaceAll(words, " ", "-")] = true
	}
	return found
}

func TestDeadLinksAreFound(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	page := filepath.Join(folder, "page.md")
	text := "# One page, two `words`\n[a](#one-page-two-words) [b](other.md#there) [c](gone.md) [d](other.md#gone)\n" +
		"```\n# no heading\n[e](in-code.md)\n```\n[`f`](gone-too.md) [g](https://example.com/x) <img src=\"gone.svg\"> `[h](span.md)` [i](#no-heading)\n"
	require.NoError(t, os.WriteFile(page, []byte(text), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "other.md"), []byte("## There\n"), 0o600))
	assert.Equal(t, []string{"gone.md", "other.md#gone", "gone-too.md", "gone.svg", "#no-heading"}, deadLinks(t, page))
}
