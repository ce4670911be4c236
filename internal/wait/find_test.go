package wait_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestFind(t *testing.T) {
	t.Parallel()
	items := func(end error) iter.Seq2[string, error] {
		return func(yield func(string, error) bool) {
			for _, s := range []string{"a", "b"} {
				if !yield(s, nil) {
					return
				}
			}
			if end != nil {
				yield("", end)
			}
		}
	}
	find := func(end error, name string) (*string, error) {
		return wait.Find("demo", &transport.Operation{Name: "ListThings"}, "thing "+name, items(end), func(s *string) bool { return *s == name })
	}
	broken := errors.New("broken")

	found, err := find(broken, "b")
	require.NoError(t, err, "what comes later does not matter")
	assert.Equal(t, "b", *found)

	_, err = find(broken, "c")
	require.ErrorIs(t, err, broken)
	_, err = find(nil, "c")
	require.ErrorIs(t, err, cloud.ErrNotFound)
	assert.ErrorContains(t, err, "demo ListThings: not found: the list has no thing c")
}

func TestFindInOneResponse(t *testing.T) {
	t.Parallel()
	find := func(name string) (*string, error) {
		return wait.Find("demo", &transport.Operation{Name: "ListThings"}, "thing "+name, wait.Items([]string{"a", "b"}), func(s *string) bool { return *s == name })
	}
	found, err := find("a")
	require.NoError(t, err)
	assert.Equal(t, "a", *found)
	_, err = find("c")
	require.ErrorIs(t, err, cloud.ErrNotFound)
}
