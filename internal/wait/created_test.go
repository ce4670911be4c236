package wait_test

import (
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// A thing is an item of a list. age is how long before the preparation it was created; -1 hour is not shown.
type thing struct {
	id    string
	age   time.Duration
	other bool // not what was asked for
}

const unknownAge = -time.Hour

func TestCreations(t *testing.T) {
	t.Parallel()
	prepared := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	old := func(ids ...string) (list []thing) {
		for i, id := range ids {
			list = append(list, thing{id: id, age: time.Minute * time.Duration(i+1)})
		}
		return list
	}
	for name, tt := range map[string]struct {
		list   []thing
		status cloud.StartStatus
		found  string
		reads  int
	}{
		"nothing":                            {nil, cloud.NotBegun, "", 0},
		"older ones":                         {old("a", "b"), cloud.NotBegun, "", 2},
		"a new one":                          {[]thing{{id: "new", age: -2 * time.Second}}, cloud.Begun, "new", 1},
		"a new one by an imprecise clock":    {[]thing{{id: "new", age: 9 * time.Second}}, cloud.Begun, "new", 1},
		"another new one":                    {[]thing{{id: "new", other: true}}, cloud.NotBegun, "", 1},
		"two new ones":                       {[]thing{{id: "new"}, {id: "too"}}, cloud.Uncertain, "", 2},
		"one on two pages":                   {[]thing{{id: "new"}, {id: "new"}}, cloud.Begun, "new", 2},
		"one without a time":                 {[]thing{{id: "new", age: unknownAge}}, cloud.Begun, "new", 1},
		"the newest first":                   {append([]thing{{id: "new"}}, old("a", "b", "c", "d", "e")...), cloud.Begun, "new", 2},
		"the newest last":                    {[]thing{{id: "b", age: time.Hour}, {id: "a", age: time.Minute}, {id: "new"}}, cloud.Begun, "new", 3},
		"no order":                           {[]thing{{id: "b", age: time.Minute}, {id: "a", age: time.Second * 30}, {id: "c", age: time.Hour}, {id: "new"}}, cloud.Begun, "new", 4},
		"no order, and one without a time":   {[]thing{{id: "b", age: unknownAge, other: true}, {id: "a", age: time.Hour}, {id: "new"}}, cloud.Begun, "new", 3},
		"the newest first, with a full page": {append([]thing{{id: "new"}, {id: "too", other: true}}, old("a", "b", "c")...), cloud.Begun, "new", 4},
		"all older, with the newest first":   {old("a", "b", "c", "d"), cloud.NotBegun, "", 2},
		"all of the same age, and a new one": {append(append(old("a"), old("b")...), thing{id: "new"}), cloud.Begun, "new", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reads := 0
			found, status, err := creations(prepared, tt.list, &reads, nil).Since(prepared)
			require.NoError(t, err)
			assert.Equal(t, tt.status, status)
			assert.Equal(t, tt.reads, reads)
			if tt.found == "" {
				assert.Nil(t, found)
				return
			}
			require.NotNil(t, found)
			assert.Equal(t, tt.found, found.id)
		})
	}
	broken := errors.New("broken")
	_, status, err := creations(prepared, []thing{{id: "new"}}, new(int), broken).Since(prepared)
	require.ErrorIs(t, err, broken, "what is missing may be on the page that failed")
	assert.Equal(t, cloud.Uncertain, status)
}

// creations is a list with pages of two, which ends with an error.
func creations(prepared time.Time, list []thing, reads *int, err error) wait.Creations[thing] {
	return wait.Creations[thing]{
		Items: iter.Seq2[thing, error](func(yield func(thing, error) bool) {
			for _, item := range list {
				*reads++
				if !yield(item, nil) {
					return
				}
			}
			if err != nil {
				yield(thing{}, err)
			}
		}),
		PageSize: 2,
		ID:       func(x *thing) string { return x.id },
		CreatedAt: func(x *thing) time.Time {
			if x.age == unknownAge {
				return time.Time{}
			}
			return prepared.Add(-x.age)
		},
		Matches: func(x *thing) bool { return !x.other },
	}
}
