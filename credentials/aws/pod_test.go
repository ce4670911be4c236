package aws_test

import (
	"context"
	"log"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/aws"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// newFinSpace returns a client for a pod of EKS whose service account has a role, by IRSA or Pod Identity.
func newFinSpace(ctx context.Context) (*finspace.Client, error) {
	chain := aws.Chain()
	cfg := cloud.FromEnvironment() // AWS_REGION, which EKS sets
	cfg.Credentials = chain
	log.Print(chain.Explain(ctx)) // which source is used, and why not the others
	return finspace.New(cfg)
}

func TestNewFinSpace(t *testing.T) {
	t.Setenv("AWS_REGION", "us-east-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_CONFIG_FILE", "")
	c, err := newFinSpace(t.Context())
	require.NoError(t, err)
	assert.NotNil(t, c)
}
