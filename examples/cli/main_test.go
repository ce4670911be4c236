package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// A team has a cluster and its tool.
type team struct {
	t      *testing.T
	emu    *emulator.Emulator
	folder string
}

func newTeam(t *testing.T) team {
	t.Helper()
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t), emulator.WithChangeTime(40*time.Minute))
	require.NoError(t, err)
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
		ClusterName: "hdb", Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"},
	})
	return team{t, emu, t.TempDir()}
}

// call runs the tool, and returns what it prints.
func (x team) call(ctx context.Context, in string, args ...string) (string, error) {
	var out bytes.Buffer
	err := run(ctx, x.emu.Config(), x.folder, args, strings.NewReader(in), &out)
	return out.String(), err
}

var start = []string{"start", "-environment", "kxenv", "-cluster", "hdb", "-code", "releases/new.zip", "first"}

func (x team) requireCode(want string) {
	x.t.Helper()
	c, err := finspace.New(x.emu.Config())
	require.NoError(x.t, err)
	k, err := c.GetKxCluster(x.t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
	require.NoError(x.t, err)
	assert.Equal(x.t, want, k.Code.S3Key)
}

func TestStartAndUndo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTeam(t)
		x.emu.Expect("UpdateKxClusterCodeConfiguration").Times(2)
		for _, answer := range []string{"", "n\n", "yes\n"} {
			out, err := x.call(t.Context(), answer, start...)
			require.EqualError(t, err, "not started")
			assert.Contains(t, out, `code.s3Key: "old.zip" becomes "new.zip"`)
		}
		out, err := x.call(t.Context(), "y\n", start...)
		require.NoError(t, err)
		assert.Regexp(t, `(?s)Start\? \[y/N\] .*UPDATING.*first: succeeded after 4\dm`, out)
		x.requireCode("new.zip")
		out, err = x.call(t.Context(), "", "wait", "first") // asks nothing, because it has ended
		require.NoError(t, err)
		assert.Regexp(t, `^first: succeeded`, out)

		out, err = x.call(t.Context(), "y\n", "undo", "first")
		require.NoError(t, err)
		assert.Contains(t, out, `code.s3Key: "new.zip" becomes "old.zip"`)
		x.requireCode("old.zip")
		out, err = x.call(t.Context(), "", "log", "first")
		require.NoError(t, err)
		assert.Equal(t, 2, strings.Count(out, `"outcome":"succeeded"`), out)
	})
}

// TestInterruptedStart is interrupted while the change is under way; the tool continues by itself.
func TestInterruptedStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTeam(t)
		x.emu.Expect("UpdateKxClusterCodeConfiguration").Times(1)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		_, err := x.call(ctx, "y\n", start...)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		out, err := x.call(t.Context(), "", "wait", "first")
		require.NoError(t, err)
		assert.Contains(t, out, "first: succeeded after 4")
	})
}

func TestStartThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTeam(t)
		x.emu.Script(emulator.Ending{Operation: "UpdateKxClusterCodeConfiguration", Fail: true, Reason: "init.q failed"})
		for _, args := range [][]string{append([]string{"start", "-yes"}, start[1:]...), {"wait", "first"}} {
			_, err := x.call(t.Context(), "", args...)
			require.ErrorContains(t, err, "init.q failed")
		}
	})
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newTeam(t)
		for want, args := range map[string][]string{
			"commands are start, wait, undo and log, given []":           nil,
			`commands are start, wait, undo and log, given ["stop" "x"]`: {"stop", "x"},
			"the name of one release must follow the flags, given []":    {"wait"},
			`there is no release "other"`:                                {"wait", "other"},
			`there is no release "another"`:                              {"undo", "another"},
			"flag provided but not defined: -color":                      {"start", "-color", "x"},
			"clusterName: required":                                      {"start", "x"},
		} {
			_, err := x.call(t.Context(), "y\n", args...)
			require.ErrorContains(t, err, want)
		}
	})
}
