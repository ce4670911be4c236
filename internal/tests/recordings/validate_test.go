package recordings_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// The recorder had only the models. Its requests may break a rule that only prose states, which are the rules of the
// check files, but no other.
func TestValidateAcceptsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	for _, s := range services {
		if s.name != "finspace" && s.name != "proton" {
			continue // the inputs of the others do not follow a model
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			client, err := s.client(config(s.region, nil))
			require.NoError(t, err)
			prose := proseRules(t, s.name)
			replay(t, s.name+".requests.jsonl", client, func(t *testing.T, r recording, method reflect.Value) {
				request := build(t, method.Type().In(1), r.Input)
				fillInTokens(request)
				for _, p := range problemsOf(t, request.Addr()) {
					isProse := slices.ContainsFunc(prose, func(rule string) bool { return strings.HasPrefix(p.Rule, rule) })
					assert.True(t, isProse, "%s", p)
				}
			})
		})
	}
}

// fillInTokens sets the idempotency tokens, as a client does.
func fillInTokens(request reflect.Value) {
	const token = "5d2f6c1e-9f0b-4a57-8d13-6f1c2b7a9e04"
	for i := range request.NumField() {
		f := request.Field(i)
		switch {
		case request.Type().Field(i).Tag.Get("auto") != "token" || !f.IsZero():
		case f.Kind() == reflect.Pointer:
			f.Set(reflect.ValueOf(new(string(token))))
		default:
			f.SetString(token)
		}
	}
}

// problemsOf validates a pointer to a request.
func problemsOf(t *testing.T, request reflect.Value) []cloud.Problem {
	err := request.Interface().(interface{ Validate() error }).Validate()
	if err == nil {
		return nil
	}
	var invalid *cloud.ValidationError
	require.ErrorAs(t, err, &invalid)
	require.ErrorIs(t, err, cloud.ErrInvalid)
	return invalid.Problems
}

// proseRules are how the rules begin that the check files of a service add.
func proseRules(t *testing.T, service string) []string {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", service, "*check*.go"))
	require.NoError(t, err)
	var rules []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			f, ok := call.Fun.(*ast.SelectorExpr)
			if ok && (f.Sel.Name == "Add" && len(call.Args) == 3 || f.Sel.Name == "AddKey") {
				rules = append(rules, beginning(t, call.Args[1]))
			}
			return true
		})
	}
	require.NotEmpty(t, rules)
	return rules
}

// beginning is the start of a string as far as its source shows: a literal, a constant, or the start of a sum or format.
func beginning(t *testing.T, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		require.NoError(t, err)
		return text
	case *ast.BinaryExpr:
		return beginning(t, e.X)
	case *ast.CallExpr:
		text, _, _ := strings.Cut(beginning(t, e.Args[0]), "%")
		return text
	case *ast.Ident:
		if spec, ok := e.Obj.Decl.(*ast.ValueSpec); ok {
			return beginning(t, spec.Values[0])
		}
	}
	require.Failf(t, "unknown form of a rule", "%T", e)
	return ""
}
