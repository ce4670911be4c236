package wait_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestDiagnose(t *testing.T) {
	t.Parallel()
	tells := func(name string) wait.Source {
		return func(_ context.Context, d *cloud.Diagnosis) error {
			d.Events = append(d.Events, cloud.Event{Name: name})
			return nil
		}
	}
	fails := func(kind cloud.Kind) wait.Source {
		return func(context.Context, *cloud.Diagnosis) error { return &cloud.Error{Kind: kind} }
	}
	tests := []struct {
		name    string
		sources []wait.Source
		want    []string // nil for no diagnosis
		kinds   []cloud.Kind
	}{
		{"all tell", []wait.Source{tells("a"), tells("b")}, []string{"a", "b"}, nil},
		{"some fail", []wait.Source{fails(cloud.ErrDenied), tells("b"), fails(cloud.ErrInternal)}, []string{"b"}, []cloud.Kind{cloud.ErrDenied, cloud.ErrInternal}},
		{"all fail", []wait.Source{fails(cloud.ErrUnsupported), fails(cloud.ErrDenied)}, nil, []cloud.Kind{cloud.ErrUnsupported, cloud.ErrDenied}},
	}
	for _, tt := range tests {
		d, err := wait.Diagnose(t.Context(), tt.sources...)
		require.Equal(t, tt.want == nil, d == nil, tt.name)
		if d != nil {
			var names []string
			for _, e := range d.Events {
				names = append(names, e.Name)
			}
			assert.Equal(t, tt.want, names, tt.name)
		}
		require.Equal(t, len(tt.kinds) == 0, err == nil, tt.name)
		for _, kind := range tt.kinds {
			assert.ErrorIs(t, err, kind, tt.name)
		}
	}
}

func TestDiagnoseEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	source := func(context.Context, *cloud.Diagnosis) error {
		calls++
		cancel()
		return ctx.Err()
	}
	d, err := wait.Diagnose(ctx, source, source)
	assert.Nil(t, d)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 1, calls)
}
