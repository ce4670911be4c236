package flows_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// TestForgedTokens checks that a token with a right checksum, which anyone can compute, is refused or does no harm,
// whatever its state and request lack.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		c := newClients(t, emu)
		ch, err := f.prepare(t.Context(), c)
		require.NoError(t, err)
		prepared := ch.Token()
		require.NoError(t, ch.Start(t.Context()))
		for _, token := range []string{prepared, ch.Token()} {
			for _, forged := range forgeries(t, token) {
				use(t, f, c, forged)
			}
		}
	})
}

// use does with a token what a program may do. Errors are expected, panics are not.
func use(t *testing.T, f flow, c clients, token string) {
	ch, err := f.resume(c, token)
	if err != nil {
		assert.ErrorIs(t, err, cloud.ErrInvalid)
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	ch.Diff()
	_, _ = ch.Began(ctx)
	_ = ch.Start(ctx)
	_, _ = ch.PollAny(ctx)
	_, _ = ch.Undo(ctx)
	_ = fmt.Sprint(ch)
}

// forgeries returns the token with each member of its state and request left out, null, or of another type.
func forgeries(t *testing.T, token string) (list []string) {
	t.Helper()
	parts := strings.Split(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[3])
	require.NoError(t, err)
	lines := strings.Split(string(payload), "\n")
	for i := 1; i < len(lines); i++ {
		var members map[string]any
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &members))
		for _, changed := range altered(members) {
			text, err := json.Marshal(changed)
			require.NoError(t, err)
			forged := slices.Clone(lines)
			forged[i] = string(text)
			encoded := base64.RawURLEncoding.EncodeToString([]byte(strings.Join(forged, "\n")))
			body := strings.Join([]string{parts[0], parts[1], parts[2], encoded}, ".")
			list = append(list, fmt.Sprintf("%s.%08x", body, crc32.ChecksumIEEE([]byte(body))))
		}
	}
	return list
}

// altered returns an object with each of its members altered, at any depth.
func altered(members map[string]any) (list []map[string]any) {
	list = append(list, map[string]any{})
	for _, name := range slices.Sorted(maps.Keys(members)) {
		for _, value := range []any{nil, "", 0, []any{}, []any{nil}, map[string]any{}} {
			list = append(list, with(members, name, value))
		}
		without := maps.Clone(members)
		delete(without, name)
		list = append(list, without)
		if inner, ok := members[name].(map[string]any); ok {
			for _, changed := range altered(inner) {
				list = append(list, with(members, name, changed))
			}
		}
		if items, ok := members[name].([]any); ok && len(items) > 0 {
			if inner, ok := items[0].(map[string]any); ok {
				for _, changed := range altered(inner) {
					list = append(list, with(members, name, []any{changed}))
				}
			}
		}
	}
	return list
}

func with(members map[string]any, name string, value any) map[string]any {
	copied := maps.Clone(members)
	copied[name] = value
	return copied
}
