package finspace

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// checkTest is a request that breaks the rules in want, or none.
type checkTest struct {
	name    string
	request interface{ Validate() error }
	want    []string
}

func runCheckTests(t *testing.T, tests []checkTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.request.Validate()
			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			var invalid *cloud.ValidationError
			require.ErrorAs(t, err, &invalid)
			var got []string
			for _, p := range invalid.Problems {
				got = append(got, p.String())
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// TestBlankClientTokens checks that a token of white space is refused before it is sent; an empty one is filled in.
func TestBlankClientTokens(t *testing.T) {
	t.Parallel()
	for token, ok := range map[string]bool{"": true, "t-1": true, " ": false, "\t\n": false} {
		err := DeleteKxUserRequest{EnvironmentID: "abcdefghijklmnopqrstuvwxyz", UserName: "alice", ClientToken: token}.Validate()
		if ok {
			require.NoError(t, err, "%q", token)
			continue
		}
		require.ErrorContains(t, err, "clientToken: must match", "%q", token)
	}
}
