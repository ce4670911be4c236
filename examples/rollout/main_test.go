package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func TestRollout(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"one is unhealthy": {nil, 1, "69 live, 1 undone"},
		"all are good":     {[]string{"-unhealthy", "none"}, 0, "succeeded"},
		"plan":             {[]string{"-plan"}, 0, "spark-3.5"},
		"seed":             {[]string{"-seed"}, 0, "etl-50"},
		"help":             {[]string{"-h"}, 0, "-unhealthy"},
		"unknown flag":     {[]string{"-color"}, 2, "-color"},
		"argument":         {[]string{"now"}, 2, `must be flags, given "now"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				assert.Equal(t, tt.code, run(t.Context(), tt.args, &out), out.String())
				assert.Contains(t, out.String(), tt.want)
			})
		})
	}
}

// TestRolloutContinues interrupts the program again and again, and runs the same command until it ends.
func TestRolloutContinues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		picture := filepath.Join(folder, "timeline.svg")
		interruptions := 0
		for code := 3; code == 3; interruptions++ {
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
			var out bytes.Buffer
			code = run(ctx, []string{"-journal", filepath.Join(folder, "journal"), "-svg", picture}, &out)
			cancel()
			if code == 3 {
				assert.Contains(t, out.String(), "the same command continues")
				continue
			}
			assert.Equal(t, 1, code)
			assert.Contains(t, out.String(), "etl-07         etl-07         undone  old")
			assert.Contains(t, out.String(), "69 live, 1 undone")
		}
		assert.Greater(t, interruptions, 3)
		svg, err := os.ReadFile(picture)
		require.NoError(t, err)
		assert.Equal(t, engines+instances, strings.Count(string(svg), `class="lane"`))
	})
}

func TestReleaseImage(t *testing.T) {
	if testing.Short() {
		t.Skip("TestRollout has as many engines")
	}
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t), emulator.WithChangeTime(20*time.Minute))
		require.NoError(t, err)
		require.NoError(t, fill(emu))
		client, err := dlc.New(emu.Config())
		require.NoError(t, err)
		j := journal.Memory()
		emu.Expect("SwitchDataEngineImage").Times(engines).With(emulator.Accepted)
		for range 2 { // the second time all is live
			var out strings.Builder
			report, err := releaseImage(t.Context(), client, engineNames(), j, &out)
			require.NoError(t, err)
			assert.Equal(t, rollout.Succeeded, report.Outcome)
			assert.Contains(t, out.String(), "etl-50: live")
		}
	})
}
