package tencent_test

import (
	"context"
	"log"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/tencent"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// newDLC returns a client for a pod of TKE whose service account has a CAM role, by OIDC.
func newDLC(ctx context.Context, region string) (*dlc.Client, error) {
	chain := tencent.Chain()
	log.Print(chain.Explain(ctx)) // which source is used, and why not the others
	return dlc.New(cloud.Config{Region: region, Credentials: chain})
}

func TestNewDLC(t *testing.T) {
	t.Setenv("TENCENTCLOUD_SECRET_ID", "AKIDEXAMPLE")
	t.Setenv("TENCENTCLOUD_SECRET_KEY", "secret")
	c, err := newDLC(t.Context(), "ap-singapore")
	require.NoError(t, err)
	assert.NotNil(t, c)
}
