package release_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// TestTokensOfWrites has the tokens of writes resumed with a client of another region, account or site.
func TestTokensOfWrites(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := restartProof.start(t).Config()
		hot, script := built(t, hotChange(t, cfg)), built(t, newScript(t, cfg))
		for token, of := range map[string]rollout.Rollout{tokenOf(t, hot, 0): hot, tokenOf(t, script, 1): script} {
			info, err := cloud.PeekToken(token)
			require.NoError(t, err)
			assert.Equal(t, cfg.Region, info.Region)
			assert.NotEmpty(t, info.Account)
			_, err = of.Resume(token)
			require.NoError(t, err)
			recipe := newScript(t, cfg)
			given, err := recipe.Build(t.Context(), rollout.Rollout{Resume: rollout.Clients(recipe.Client)})
			require.NoError(t, err)
			if info.Operation == "UpdateDeployment" {
				_, err = given.Resume(token)
				require.NoError(t, err, "a Resume of the caller is not the only one")
			}
		}
		token := tokenOf(t, script, 1)
		for want, edit := range map[string]func(*cloud.Config){
			`flink Resume: invalid: token: is for region "` + cfg.Region + `", this client is for "cn-beijing"`:  func(c *cloud.Config) { c.Region = "cn-beijing" },
			"the credentials of this client are of \"other\"; set Config.AllowForeignTokens to resume it anyway": func(c *cloud.Config) { c.Credentials = cloud.StaticCredentials("other", "secret", "") },
			"this client is for site \"flink.example\"":                                                          func(c *cloud.Config) { c.Endpoint = "https://flink.example" },
		} {
			other := cfg
			edit(&other)
			r, err := release.FlinkDraft{FlinkJob: flinkJob(t, other), DraftID: "draft"}.Build(t.Context(), rollout.Rollout{}) // calls nothing
			require.NoError(t, err)
			_, err = r.Resume(token)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			require.ErrorContains(t, err, want)
		}
	})
}

// TestTokensOfOtherChanges has a hot update that was prepared without a release, and the other way round.
func TestTokensOfOtherChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cfg := hotProof.start(t).Config()
		c := newFlink(t, cfg)
		own, err := c.PrepareHotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: "first"})
		require.NoError(t, err)
		r := built(t, hotChange(t, cfg))
		ch, err := r.Resume(own.Token())
		require.NoError(t, err)
		assert.IsType(t, own, ch, "it is not taken for a change of the release")
		_, err = c.Resume(tokenOf(t, r, 0))
		require.ErrorIs(t, err, cloud.ErrInvalid)
	})
}

// built is the rollout of a recipe.
func built(t *testing.T, f release.FlinkChange) rollout.Rollout {
	t.Helper()
	r, err := f.Build(t.Context(), rollout.Rollout{})
	require.NoError(t, err)
	return r
}

// tokenOf is that of a step that is prepared.
func tokenOf(t *testing.T, r rollout.Rollout, step int) string {
	t.Helper()
	ch, err := r.Steps[step].Prepare(t.Context())
	require.NoError(t, err)
	return ch.Token()
}
