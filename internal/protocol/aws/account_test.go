package aws

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestAccountNumber(t *testing.T) {
	t.Parallel()
	tests := []struct{ id, want string }{
		{"ASIAY34FZKBOKMUTVV7A", "609629065308"}, // both published with their account
		{"ASIAQNZGKIQY56JQ7WML", "029608264753"},
		{"AKIAQNZGKIQY56JQ7WML", "029608264753"},
		{"AKIAIOSFODNN7EXAMPLE", ""}, // an ID of before 2019, as in AWS's documents
		{"AKIAQNZGKIQY56JQ7WM", ""},
		{"AKIAQNZGKIQY56JQ7WML7", ""},
		{"AKIAQNZGKIQY56JQ7wml", ""},
		{"AKIAQNZGKIQY56JQ1089", ""},
		{"LTAIQNZGKIQY56JQ7WML", ""},
		{"AKIA7777777777777777", ""}, // beyond 12 digits
		{"", ""},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, account(cloud.Credentials{AccessKeyID: tt.id}), tt.id)
	}
}

func FuzzAccountNumber(f *testing.F) {
	f.Add("ASIAY34FZKBOKMUTVV7A")
	f.Fuzz(func(t *testing.T, id string) {
		if number := account(cloud.Credentials{AccessKeyID: id}); number != "" {
			require.Len(t, number, 12)
		}
	})
}
