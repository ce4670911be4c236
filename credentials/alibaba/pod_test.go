package alibaba_test

import (
	"context"
	"log"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/alibaba"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// newFlink returns a client for a pod of ACK whose service account has a RAM role, by RRSA.
func newFlink(ctx context.Context, region, workspace string) (*flink.Client, error) {
	chain := alibaba.Chain()
	log.Print(chain.Explain(ctx)) // which source is used, and why not the others
	return flink.New(cloud.Config{Region: region, Credentials: chain}, flink.WithWorkspace(workspace))
}

func TestNewFlink(t *testing.T) {
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIexample")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")
	c, err := newFlink(t.Context(), "cn-hangzhou", "a14bd5d90a")
	require.NoError(t, err)
	assert.NotNil(t, c)
}
