package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

func TestSecretsMustBeDecided(t *testing.T) {
	t.Parallel()
	const note = `"note": {"target": "example.shop#Note"},`
	added := func(members string) [2]string { return [2]string{note, note + members} }
	tests := []struct {
		name, members, overlay string
		want                   []string // nothing: it is accepted
	}{
		{"a password", `"adminPassword": {"target": "smithy.api#String"},`, "", []string{"CreateItemRequest.adminPassword is named like a secret", "sensitive", "plain"}},
		{"two of them", `"adminPassword": {"target": "smithy.api#String"}, "cosSecretKey": {"target": "smithy.api#String"},`, "", []string{"adminPassword", "cosSecretKey"}},
		{"a map", `"credentials": {"target": "example.shop#Tags"},`, "", []string{"CreateItemRequest.credentials"}},
		{"marked by the model", `"adminPassword": {"target": "smithy.api#String", "traits": {"smithy.api#sensitive": {}}},`, "", nil},
		{"marked by the overlay", `"adminPassword": {"target": "smithy.api#String"},`, `"sensitive": ["CreateItemRequest.adminPassword"],`, nil},
		{"marked everywhere", `"adminPassword": {"target": "smithy.api#String"},`, `"sensitive": ["*.adminPassword"],`, nil},
		{"decided to be plain", `"secretName": {"target": "smithy.api#String"},`, `"plain": ["CreateItemRequest.secretName"],`, nil},
		{"a flag", `"hasPassword": {"target": "smithy.api#Boolean"},`, "", nil},
		{"a count", `"maxTokens": {"target": "smithy.api#Integer"},`, "", nil},
		{"a mark of nothing", "", `"sensitive": ["*.adminPassword"],`, []string{`"*.adminPassword" is not in the model`}},
		{"a decision about nothing", "", `"plain": ["CreateItemRequest.gone"],`, []string{`"CreateItemRequest.gone" is not in the model`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := loadChanged(t, plan.Names{}, map[string][2]string{
				"shop.json": added(tt.members), "shop.overlay.json": {`"int64"`, tt.overlay + `"int64"`},
			})
			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			for _, part := range tt.want {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}

// Rules for texts have variables, and one that repeats what was given cannot serve for a secret.
func TestRulesOfSensitiveMembers(t *testing.T) {
	t.Parallel()
	s, err := loadChanged(t, plan.Names{}, map[string][2]string{"shop.overlay.json": {`"int64"`, `"sensitive": ["CreateItemRequest.name"], "int64"`}})
	require.NoError(t, err)
	sensitive := map[string]bool{}
	for _, r := range s.Texts {
		sensitive[r.Name] = r.Sensitive
	}
	assert.Contains(t, sensitive, "textName")
	assert.Len(t, sensitive, len(s.Texts), "no name comes twice")
}
