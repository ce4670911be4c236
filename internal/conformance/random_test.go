package conformance_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// generator makes random values of the shapes of a model: maps by the names on the wire, slices,
// strings, booleans, int64, float64 and time.Time. The same seed makes the same values.
type generator struct {
	*rand.Rand
	model model
	// share of the members that are not required which are set: 0 none, 1 all.
	share float64
	// responses have null for some members that are not there.
	answer bool
	depth  int
}

const (
	maxDepth = 6
	maxItems = 3
	// maxInteger is where a float64 stops counting one by one, which the official runtimes decode into.
	maxInteger = 1 << 53
)

// samples are for shapes about which prose says more than the model.
var samples = map[string][]any{
	"DbPath":                       {"/2026.11.22/", "/2026.*", "/*", "/trades €/x y"},
	"FederationAttributeKey":       {"Email"},
	"InitializationScriptFilePath": {"init.q", "code/init €.q", "a b/c+d%/start.q"},
	"KxCacheStorageSize":           {int64(1200), int64(2400), int64(6000)},
	"KxCacheStorageType":           {"CACHE_1000", "CACHE_250", "CACHE_12"},
	"KxNAS1Size":                   {int64(1200), int64(2400), int64(4800), int64(6000), int64(12000)},
	"NodeCount":                    {int64(1), int64(2), int64(3), int64(4), int64(5)},
	"ValidCIDRSpace":               {"100.64.1.0/26", "100.99.7.64/26"},
}

func newGenerator(m model, seed string, share float64) *generator {
	h := fnv.New64a()
	_, _ = h.Write([]byte(seed))
	return &generator{Rand: rand.New(rand.NewPCG(h.Sum64(), 1)), model: m, share: share}
}

// newAnswer makes a response to an operation.
func newAnswer(m model, service, operation string, n int) map[string]any {
	g := newGenerator(m, fmt.Sprint(service, operation, "response", n), shares[n])
	g.answer = true
	return g.structure(m.output(operation))
}

// complete calls our side and adds to an answer what it misses, as long as it misses something: a model
// does not say all that an operation returns for certain.
func complete(t *testing.T, m model, operation string, answer map[string]any, call func() (any, error)) any {
	t.Helper()
	g := newGenerator(m, operation+"certain", 0)
	for range 9 {
		out, err := call()
		var failed *cloud.Error
		if !errors.As(err, &failed) || failed.Err == nil {
			require.NoError(t, err, operation)
			return out
		}
		path, misses := strings.CutPrefix(failed.Err.Error(), "it has no ")
		require.True(t, misses, "%s: %v", operation, err)
		g.put(t, m.output(operation), answer, path)
	}
	require.Fail(t, "our side is never content", operation)
	return nil
}

// put makes the member at a path, which must not be there.
func (g *generator) put(t *testing.T, s *shape, members map[string]any, path string) {
	t.Helper()
	name, rest, nested := strings.Cut(path, ".")
	x := s.Members[name]
	require.NotNil(t, x, path)
	if !nested {
		require.Empty(t, members[name], "it is there: %s", path)
		members[name] = g.value(x)
		return
	}
	inside, _ := members[name].(map[string]any)
	if inside == nil {
		inside = map[string]any{}
	}
	g.put(t, g.model.target(x), inside, rest)
	members[name] = inside
}

// structure makes the members of a shape.
func (g *generator) structure(s *shape) map[string]any {
	g.depth++
	defer func() { g.depth-- }()
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Members)) {
		x := s.Members[name]
		if needed(x) || g.depth < maxDepth && g.Float64() < g.share {
			out[name] = g.value(x)
		} else if g.answer && g.IntN(4) == 0 {
			out[name] = nil
		}
	}
	return out
}

// needed reports what every input has: members that are required, tokens, which the sides would
// make up, and the workspace, which our client wants for the few operations too whose model does not.
func needed(x *member) bool {
	return x.Traits.has("required") || x.Traits.has("idempotencyToken") || x.Traits.text("httpHeader") == "workspace"
}

func (g *generator) value(x *member) any {
	s := g.model.target(x)
	all := maps.Clone(s.Traits)
	if all == nil {
		all = traits{}
	}
	maps.Copy(all, x.Traits)
	if list := samples[local(x.Target)]; len(list) > 0 {
		return list[g.IntN(len(list))]
	}
	if values := s.values(); len(values) > 0 {
		return values[g.IntN(len(values))]
	}
	switch s.Type {
	case "structure":
		return g.structure(s)
	case "union":
		return g.union(s)
	case "list":
		return g.list(s, all)
	case "map":
		return g.entries(s, all)
	case "boolean":
		return x.Traits.has("default") || g.IntN(2) == 0 // a default need not be sent
	case "integer", "long":
		low, high := all.bounds("range", 0, maxInteger)
		if s.Type == "integer" {
			high = min(high, 1<<31-1)
		}
		if x.Traits.has("default") {
			low = max(low, 1)
		}
		return int64(low) + g.Int64N(int64(high-low)+1)
	case "double":
		low, high := all.bounds("range", 0, 1e6)
		return low + float64(g.Int64N(int64((high-low)*1000)+1))/1000
	case "timestamp":
		return time.UnixMilli(1.5e12 + g.Int64N(5e11)).UTC()
	case "document":
		return g.document(2)
	}
	return g.text(x, all)
}

func (g *generator) union(s *shape) map[string]any {
	names := slices.Sorted(maps.Keys(s.Members))
	name := names[g.IntN(len(names))]
	return map[string]any{name: g.value(s.Members[name])}
}

func (g *generator) count(all traits) int {
	low, high := all.bounds("length", 1, maxItems)
	return int(low) + g.IntN(int(min(high, low+maxItems-1)-low)+1)
}

func (g *generator) list(s *shape, all traits) []any {
	items := make([]any, g.count(all))
	for i := range items {
		items[i] = g.value(s.Member)
	}
	return items
}

func (g *generator) entries(s *shape, all traits) map[string]any {
	out := map[string]any{}
	for range g.count(all) {
		key, _ := g.value(s.Key).(string)
		out[key] = g.value(s.Value)
	}
	return out
}

// document makes any JSON.
func (g *generator) document(depth int) any {
	switch g.IntN(6 - 2*min(1, 2-depth)) {
	case 0:
		return g.Int64N(1000)
	case 1:
		return g.IntN(2) == 0
	case 2:
		return float64(g.Int64N(1000)) + 0.5
	case 3:
		return g.plainText(1, 20)
	case 4:
		return []any{g.document(depth - 1), g.document(depth - 1)}
	}
	return map[string]any{"a": g.document(depth - 1), "b": g.document(depth - 1)}
}

// alphabet has what encoders treat in special ways, beside the usual.
var alphabet = []rune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/:@ +*%&=?#<>\"'\\,;!$()[]{}|^`\t\n€é漢\u2028😀")

// plainText is text without rules.
func (g *generator) plainText(low, high int) string {
	runes := make([]rune, low+g.IntN(high-low+1))
	for i := range runes {
		runes[i] = alphabet[g.IntN(len(alphabet))]
	}
	return string(runes)
}

// text keeps pattern and length, and the rules of the place where it travels.
func (g *generator) text(x *member, all traits) string {
	low, high := all.bounds("length", 1, 12)
	low = max(low, 1)
	high = max(min(high, low+12), low)
	pattern := all.text("pattern")
	for range 2000 {
		text := g.plainText(int(low), int(high))
		if pattern != "" {
			text = g.matching(pattern)
		}
		if n := float64(len([]rune(text))); n >= low && (pattern != "" && n <= longest(all) || n <= high) && fits(x, text) {
			return text
		}
	}
	panic("no text of " + string(mustJSON(all)))
}

func longest(all traits) float64 {
	_, high := all.bounds("length", 1, 4096)
	return high
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// fits reports whether text can travel where a member does.
func fits(x *member, text string) bool {
	switch {
	case x.Traits.has("httpLabel"):
		return text != "." && text != ".."
	case x.Traits.has("httpHeader"):
		return strings.TrimSpace(text) == text && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
	}
	return true
}

// matching makes a text that a pattern accepts. Patterns that Go cannot read are for the validation to
// refuse.
func (g *generator) matching(pattern string) string {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(err)
	}
	accepts := regexp.MustCompile(pattern)
	for {
		var b strings.Builder
		g.expand(&b, tree.Simplify())
		if accepts.MatchString(b.String()) {
			return b.String()
		}
	}
}

func (g *generator) expand(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(g.oneOf(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteRune(alphabet[g.IntN(62)])
	case syntax.OpCapture, syntax.OpConcat:
		for _, part := range re.Sub {
			g.expand(b, part)
		}
	case syntax.OpAlternate:
		g.expand(b, re.Sub[g.IntN(len(re.Sub))])
	case syntax.OpStar:
		g.repeat(b, re.Sub[0], 0, 8)
	case syntax.OpPlus:
		g.repeat(b, re.Sub[0], 1, 8)
	case syntax.OpQuest:
		g.repeat(b, re.Sub[0], 0, 1)
	}
}

func (g *generator) repeat(b *strings.Builder, re *syntax.Regexp, low, high int) {
	for range low + g.IntN(high-low+1) {
		g.expand(b, re)
	}
}

// oneOf picks a rune of a class, one that can be printed if there is any.
func (g *generator) oneOf(ranges []rune) rune {
	var r rune
	for range 50 {
		i := g.IntN(len(ranges)/2) * 2
		low, high := ranges[i], min(ranges[i+1], ranges[i]+128)
		r = low + rune(g.IntN(int(high-low)+1))
		if unicode.IsPrint(r) {
			break
		}
	}
	return r
}
