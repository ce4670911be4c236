package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/cloud/request"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func TestEveryOperationIsFound(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, s := range services {
		lists := map[reflect.Type]int{}
		for m := range s.client.Methods() {
			if strings.HasPrefix(m.Name, "All") {
				lists[m.Type.In(2)]++
			}
			if name, ok := strings.CutPrefix(m.Name, "Prepare"); ok {
				o, err := operationOf(s.name, name)
				require.NoError(t, err)
				assert.Equal(t, m.Name, o.prepare)
			}
		}
		for r, n := range lists {
			assert.Equal(t, 1, n, "%s has one method for its pages", r)
		}
		for _, o := range operations(s) {
			count[s.name]++
			delete(lists, o.request)
		}
		assert.Empty(t, lists, "all lists are operations")
	}
	for _, s := range services {
		assert.Equal(t, countOperations(t, s.name), count[s.name], s.name)
	}
}

// countOperations returns how many operations of a service have a name in Go.
func countOperations(t *testing.T, service string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "models", "names.json"))
	require.NoError(t, err)
	var names map[string]struct{ Operations map[string]string }
	require.NoError(t, json.Unmarshal(data, &names))
	require.NotEmpty(t, names[service].Operations, service)
	return len(names[service].Operations)
}

const hunter = "hunter2hunter2"

// sample returns a value for each member, as JSON has it; secrets are hunter.
func sample(members []request.Member) map[string]any {
	out := map[string]any{}
	for _, m := range members {
		if v := sampleOf(m, m.Type); v != nil {
			out[m.Name] = v
		}
	}
	return out
}

func sampleOf(m request.Member, kind string) any {
	if item, ok := strings.CutPrefix(kind, "[]"); ok {
		if v := sampleOf(m, item); v != nil {
			return []any{v}
		}
		return nil
	}
	if item, ok := strings.CutPrefix(kind, "map[string]"); ok {
		return map[string]any{"key": sampleOf(m, item)}
	}
	switch {
	case kind == "object" && m.Members == nil:
		return nil // a structure in itself
	case kind == "object":
		return sample(m.Members)
	case kind == "integer" && len(m.Values) > 0, kind == "integer", kind == "number":
		return 1
	case kind == "boolean":
		return true
	case kind == "time":
		return "2026-11-29T13:07:00Z"
	case m.Sensitive:
		return hunter
	case len(m.Values) > 0:
		return m.Values[0]
	}
	return "x"
}

// unchecked lets requests reach the service that the models would refuse.
func unchecked(c cloud.Config) cloud.Config {
	c.SkipValidation, c.RequestRate, c.Retry.MaxAttempts = true, -1, 1
	return c
}

// TestEveryOperation shows the members of each request, and sends one that has them all, with secrets. The service
// gets it, and the secrets are seen nowhere unless they are asked for.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			emu, err := emulator.Start(emulator.WithTest(t))
			require.NoError(t, err)
			defer emu.Close()
			sh := shell{emu: emu, edit: unchecked}
			revealed := 0
			for _, o := range operations(s) {
				revealed += callWithSecrets(t, sh, o)
			}
			reached := map[string]bool{}
			for _, r := range emu.Requests() {
				reached[strings.ToLower(r.Operation)] = true
			}
			for _, o := range operations(s) {
				assert.True(t, reached[strings.ToLower(o.name)], o.name)
			}
			if s.name != "finspace" {
				assert.Positive(t, revealed)
			}
		})
	}
}

// callWithSecrets calls an operation in several ways. It returns 1 if its request has secrets, which --show-secrets shows.
func callWithSecrets(t *testing.T, sh shell, o operation) int {
	help := sh.run(t.Context(), "call", o.service.name, o.name, "--help")
	require.Zero(t, help.code, help.stderr)
	members := request.Members(reflect.Zero(o.request).Interface())
	for _, m := range members {
		assert.Contains(t, help.stdout, m.Name, o.name)
	}
	text, err := json.Marshal(sample(members))
	require.NoError(t, err)
	sh.stdin = string(text)
	args := []string{"call", o.service.name, o.name, "-d", "-", "--workspace", "w", "--namespace", "n"}
	called := sh.run(t.Context(), append(args, "-v")...)
	asJSON := sh.run(t.Context(), append(args, "-o", "json")...)
	dry := sh.run(t.Context(), append(args, "--dry-run")...)
	require.Zero(t, dry.code, "%s: %s", o.name, dry.stderr)
	assert.True(t, strings.HasPrefix(dry.stdout, "curl "), o.name)
	for _, r := range []result{called, asJSON, dry} {
		assert.NotContains(t, r.stdout+r.stderr, hunter, o.name)
		assert.NotContains(t, r.stdout+r.stderr, emulator.SecretAccessKey, o.name)
		assert.NotContains(t, r.stderr, "unknown member", o.name)
		assert.NotContains(t, r.stderr, "panic", o.name)
	}
	assert.NotContains(t, dry.stdout, "Signature=", o.name)
	signed := sh.run(t.Context(), append(args, "--dry-run", "--show-secrets")...)
	require.Zero(t, signed.code, "%s: %s", o.name, signed.stderr)
	if has := strings.Contains(sh.stdin, hunter); has {
		assert.Contains(t, signed.stdout, hunter, o.name)
		return 1
	}
	return 0
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	var s shell
	for _, name := range []string{"bash", "zsh", "fish"} {
		script := s.run(t.Context(), "completion", name)
		assert.Zero(t, script.code)
		assert.Contains(t, script.stdout, "__complete", name)
	}
	for _, test := range []struct {
		args []string
		has  []string
		not  string
	}{
		{[]string{"call", ""}, []string{"finspace\tAmazon FinSpace, Managed kdb Insights", "dlc\tTencent Cloud Data Lake Compute"}, "GetKx"},
		{[]string{"call", "finspace", "getkxcl"}, []string{"GetKxCluster"}, "ListKxClusters"},
		{[]string{"change", "finspace", "U"}, []string{updateCode}, "UpdateKxUser"},
		{[]string{"--output", ""}, []string{"text", "json"}, "yaml"},
	} {
		r := s.run(t.Context(), append([]string{"__complete"}, test.args...)...)
		assert.Zero(t, r.code, r.stderr)
		for _, has := range test.has {
			assert.Contains(t, r.stdout, has+"\n", test.args)
		}
		assert.NotContains(t, r.stdout, test.not, test.args)
	}
}
