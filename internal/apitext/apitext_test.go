package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const source = `package shop

import (
	"context"
	"io"
)

// Exported and not, in every form.
const (
	Limit       = 5
	Open  State = "open"
	small       = 1
)

var Default = &Client{}

type State string

func (s State) IsOpen() bool { return s == Open }

type base struct{}

func (*base) Close() error { return nil }

type Client struct {
	base
	io.Writer
	Name  string
	Hook  func(ctx context.Context, names []string) error
	inner int
}

func (c *Client) Buy(ctx context.Context, what string, more ...int) (total int, err error) { return 0, nil }
func (c *Client) hidden()                                                              {}

type Shop interface {
	Buy(ctx context.Context, what string) error
	io.Closer
}

type Sealed interface {
	Look() string
	only()
}

type Number interface{ ~int | ~float64 }

type Box[T any] struct{ Value T }

func (b Box[T]) Get() T { return b.Value }

func Sum[N Number](all ...N) (sum N) { return sum }

func Each(f func(name string) bool) {}

type Old = State
`

var described = []string{
	`pkg shop, const Limit untyped int = 5`,
	`pkg shop, const Open State = "open"`,
	`pkg shop, func Each(func(string) bool)`,
	`pkg shop, func Sum[N Number](...N) N`,
	`pkg shop, method (*Client) Buy(context.Context, string, ...int) (int, error)`,
	`pkg shop, method (*Client) Close() error`,
	`pkg shop, method (Box) Get() T`,
	`pkg shop, method (Client) Write([]byte) (int, error)`,
	`pkg shop, method (State) IsOpen() bool`,
	`pkg shop, type Box[T any] struct`,
	`pkg shop, type Box struct, Value T`,
	`pkg shop, type Client struct`,
	`pkg shop, type Client struct, Hook func(context.Context, []string) error`,
	`pkg shop, type Client struct, Name string`,
	`pkg shop, type Client struct, embedded io.Writer`,
	`pkg shop, type Number interface { ~int | ~float64 }`,
	`pkg shop, type Old = State`,
	`pkg shop, type Sealed interface, Look() string`,
	`pkg shop, type Sealed interface, sealed`,
	`pkg shop, type Shop interface { Buy(context.Context, string) error; Close() error }`,
	`pkg shop, type State string`,
	`pkg shop, var Default *Client`,
}

// A project is a module in a folder of the test.
type project struct {
	t    *testing.T
	root string
}

func newProject(t *testing.T) project {
	t.Helper()
	p := project{t, t.TempDir()}
	p.write("go.mod", "module example.com/project\n\ngo 1.26\n")
	p.write("shop/shop.go", source)
	p.write("internal/secret/secret.go", "package secret\n\nfunc Exported() {}\n")
	p.write("cmd/tool/main.go", "package main\n\nfunc main() {}\n")
	p.write("nested/go.mod", "module example.com/project/nested\n\ngo 1.26\n")
	p.write("nested/nested.go", "package nested\n\nfunc New() int { return 1 }\n")
	p.write("examples/go.mod", "module example.com/project/examples\n\ngo 1.26\n")
	p.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\nNothing.\n")
	return p
}

func (p project) write(name, text string) {
	p.t.Helper()
	file := filepath.Join(p.root, name)
	require.NoError(p.t, os.MkdirAll(filepath.Dir(file), 0o777))
	require.NoError(p.t, os.WriteFile(file, []byte(text), 0o666))
}

func (p project) read(name string) string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.root, name))
	require.NoError(p.t, err)
	return string(text)
}

func (p project) replace(name, old, with string) {
	p.t.Helper()
	text := p.read(name)
	require.Contains(p.t, text, old)
	p.write(name, strings.Replace(text, old, with, 1))
}

func (p project) run(args ...string) error { return run(append(args, "-root", p.root), io.Discard) }

func (p project) git(args ...string) {
	p.t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=Test", "-c", "user.email=test@example.com"}, args...)...)
	cmd.Dir = p.root
	out, err := cmd.CombinedOutput()
	require.NoError(p.t, err, string(out))
}

func TestDescription(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	require.NoError(t, p.run())
	assert.ElementsMatch(t, described, strings.Split(strings.TrimSpace(p.read("api/shop.txt")), "\n"))
	assert.Equal(t, "pkg nested, func New() int\n", p.read("api/nested.txt"))
	files, err := filepath.Glob(filepath.Join(p.root, "api", "*"))
	require.NoError(t, err)
	assert.Len(t, files, 2, "what is internal, a command or an example has no API")
	require.NoError(t, p.run("-check"))
}

func TestCheckShowsWhatDiffers(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	require.NoError(t, p.run())
	p.replace("shop/shop.go", "Name  string", "Name  []string")
	err := p.run("-check")
	require.ErrorContains(t, err, "api/shop.txt is not up to date:\n"+
		"\t- pkg shop, type Client struct, Name string\n\t+ pkg shop, type Client struct, Name []string")
	require.NotContains(t, err.Error(), "nested")
	p.replace("shop/shop.go", "Name  []string", "Name  string")
	p.write("api/gone.txt", "pkg gone, func New() int\n")
	require.ErrorContains(t, p.run("-check"), "api/gone.txt")
}

func TestBreaksAreNamed(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, old, with, named, unrelated string }{
		{"a field", "Name  string", "Name  []string", "shop.Client.Name", "shop.Client.Names"},
		{"a method", "(c *Client) Buy(", "(c *Client) Sell(", "shop.Client.Buy", "shop.Client"},
		{"a promoted method", "(*base) Close", "(*base) Shut", "shop.Client.Close", "Client.Close"},
		{"an embedded type", "\tio.Writer\n", "", "shop.Client.Writer and shop.Client.Write", "shop.Client.Write"},
		{"a function", "func Each(", "func All(", "shop.Each", "shop.EachOne"},
		{"a method of an interface", "Buy(ctx context.Context, what string) error\n", "", "shop.Shop", "shop.Shops"},
		{"a method of a sealed interface", "\tLook() string\n", "", "shop.Sealed.Look", "shop.Sealed"},
		{"a type", "type Old = State", "", "shop.Old", "xshop.Old"},
		{"a value", `"open"`, `"Open"`, "shop.Open", "shop.State"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t)
			require.NoError(t, p.run())
			before := p.read("api/shop.txt")
			p.replace("shop/shop.go", test.old, test.with)
			require.ErrorContains(t, p.run(), "CHANGELOG.md must name shop.")
			p.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `"+test.unrelated+"`: gone.\n")
			require.ErrorContains(t, p.run(), "CHANGELOG.md must name shop.")
			p.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- "+test.named+"\n\n## v0.1.0\n\n### Breaking\n\n- "+test.named+"\n")
			require.Error(t, p.run(), "it is another section")
			require.Equal(t, before, p.read("api/shop.txt"), "a refusal writes nothing")
			p.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- "+test.named+": gone.\n\n## v0.1.0\n")
			require.NoError(t, p.run())
			require.NoError(t, p.run("-check"))
			require.NotEqual(t, before, p.read("api/shop.txt"))
		})
	}
}

func TestNamesOfParametersAreFree(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	require.NoError(t, p.run())
	p.replace("shop/shop.go", "f func(name string) bool", "visit func(item string) bool")
	p.replace("shop/shop.go", "what string, more ...int", "item string, others ...int")
	require.NoError(t, p.run("-check"))
}

func TestWhatIsAddedBreaksNothing(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	require.NoError(t, p.run())
	p.replace("shop/shop.go", "\tLook() string\n", "\tLook() string\n\tListen() string\n")
	p.replace("shop/shop.go", "\tName  string\n", "\tName  string\n\tAge   int\n")
	require.NoError(t, p.run())
	require.NoError(t, p.run("-check"))
}

// After a release a file that was edited by hand, or removed, hides nothing.
func TestReleasesAreKept(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	require.NoError(t, p.run())
	p.git("init", "-q")
	p.git("add", ".")
	p.git("commit", "-q", "-m", "First")
	p.git("tag", "v0.1.0")
	p.replace("shop/shop.go", "func Each(", "func All(")
	p.replace("api/shop.txt", "pkg shop, func Each(func(string) bool)\n", "")
	require.ErrorContains(t, p.run(), "breaking since v0.1.0: CHANGELOG.md must name shop.Each")
	p.replace("api/shop.txt", "pkg shop, func Sum", "pkg shop, func All(func(string) bool)\npkg shop, func Sum")
	require.ErrorContains(t, p.run("-check"), "breaking since v0.1.0: CHANGELOG.md must name shop.Each")
	require.NoError(t, os.Remove(filepath.Join(p.root, "api", "shop.txt")))
	require.ErrorContains(t, p.run("-check"), "shop.Each")
	p.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `shop.Each` is `shop.All`.\n")
	require.NoError(t, p.run())
	require.NoError(t, p.run("-check"))
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	require.ErrorContains(t, run([]string{"-root", t.TempDir()}, io.Discard), "-root")
	require.Error(t, p.run("-chek"))
	p.write("CHANGELOG.md", "# Changelog\n")
	require.NoError(t, os.MkdirAll(filepath.Join(p.root, "api"), 0o777))
	require.ErrorContains(t, p.run(), `no section "Unreleased"`)
	p.write("shop/shop.go", "package shop\n\nfunc {\n")
	require.ErrorContains(t, p.run(), "shop.go")
}
