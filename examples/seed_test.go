package examples_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// kinds are resources by service and kind.
type kinds map[string]map[string][]map[string]any

// TestSeedLoads checks that the emulator has every resource of the seed, with the members that it names.
func TestSeedLoads(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("seed.json")
	require.NoError(t, err)
	var seed, saved kinds
	require.NoError(t, json.Unmarshal(text, &seed))
	require.Len(t, seed, 4)
	require.NoError(t, json.Unmarshal(saveOf(t, text), &saved))
	for service, all := range seed {
		for kind, resources := range all {
			require.Len(t, saved[service][kind], len(resources), kind)
			for _, want := range resources {
				assert.True(t, hasLike(saved[service][kind], want), "%s %s has no %v", service, kind, want)
			}
		}
	}
}

// saveOf loads a seed into an emulator, and returns what it saves.
func saveOf(t *testing.T, seed []byte) []byte {
	emu, err := emulator.Start(emulator.InProcess())
	require.NoError(t, err)
	defer emu.Close()
	require.NoError(t, emu.Load(bytes.NewReader(seed)))
	var out bytes.Buffer
	require.NoError(t, emu.Save(&out))
	return out.Bytes()
}

// hasLike reports whether one of the resources has all members of another, with their values.
func hasLike(resources []map[string]any, want map[string]any) bool {
	for _, r := range resources {
		same := true
		for name, value := range want {
			same = same && contains(r[name], value)
		}
		if same {
			return true
		}
	}
	return false
}

// contains reports whether a JSON value is another one, or has all members of an object. Lists must be as long.
func contains(v, want any) bool {
	switch want := want.(type) {
	case map[string]any:
		have, _ := v.(map[string]any)
		return hasLike([]map[string]any{have}, want)
	case []any:
		have, _ := v.([]any)
		same := len(have) == len(want)
		for i := range want {
			same = same && contains(have[i], want[i])
		}
		return same
	}
	return assert.ObjectsAreEqual(want, v)
}

var jsonBlock = regexp.MustCompile("(?s)```json\n(.*?)```")

func TestDocsShowSeedsThatLoad(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../docs/emulator.md")
	require.NoError(t, err)
	blocks := jsonBlock.FindAllStringSubmatch(string(docs), -1)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		assert.Contains(t, string(saveOf(t, []byte(block[1]))), "hdb-prod", strings.TrimSpace(block[1]))
	}
}
