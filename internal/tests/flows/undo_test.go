package flows_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// TestUndo takes each change back in another process, which has only its token.
func TestUndo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		c, ctx := newClients(t, emu), t.Context()
		content := func() any {
			if f.content == nil {
				return nil
			}
			shown, err := f.content(ctx, c)
			require.NoError(t, err)
			return shown
		}
		before := content()
		ch, err := f.begin(ctx, c)
		require.NoError(t, err)
		_, err = ch.WaitAny(ctx)
		require.NoError(t, err)
		again, err := f.resume(newClients(t, emu), ch.Token())
		require.NoError(t, err)
		back, err := again.Undo(ctx)
		if f.content == nil {
			require.ErrorIs(t, err, cloud.ErrUnsupported)
			return
		}
		require.NoError(t, err)
		assert.NotEqual(t, before, content(), "the change itself, which Undo does not take back before its start")
		require.NoError(t, back.Start(ctx))
		_, err = back.WaitAny(ctx)
		require.NoError(t, err)
		assert.Equal(t, before, content())
	})
}

// TestDiff compares each change with what is there before it.
func TestDiff(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		if f.diff == nil {
			return
		}
		fields := func(ch cloud.AnyChange) (list []string) {
			for _, d := range ch.Diff() {
				assert.True(t, d.Before != d.After || d.After == "[redacted]", d.Field)
				list = append(list, d.Field)
			}
			return list
		}
		ch, err := f.prepare(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		assert.Equal(t, f.diff, fields(ch))
		again, err := f.resume(newClients(t, emu), ch.Token())
		require.NoError(t, err)
		assert.Equal(t, f.diff, fields(again), "from a token")
		require.NoError(t, ch.Start(t.Context()))
		assert.Equal(t, f.diff, fields(ch), "after the start")
		again, err = f.resume(newClients(t, emu), ch.Token())
		require.NoError(t, err)
		assert.Empty(t, again.Diff(), "the token no longer has the request")
	})
}
