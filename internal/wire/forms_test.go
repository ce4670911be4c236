package wire_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// timed has times in all places and forms.
type timed struct {
	Label  time.Time            `path:"label" time:"date-time"`
	Since  time.Time            `query:"since" time:"date-time"`
	Until  *time.Time           `query:"until" time:"epoch-seconds"`
	Ratio  float64              `query:"ratio"`
	If     time.Time            `header:"If-Changed" time:"http-date"`
	Epoch  time.Time            `json:"epoch,omitzero"`
	Date   time.Time            `json:"date,omitzero" time:"date-time"`
	HTTP   *time.Time           `json:"http,omitzero" time:"http-date"`
	Many   []time.Time          `json:"many,omitzero" time:"date-time"`
	ByName map[string]time.Time `json:"byName,omitzero" time:"http-date"`
}

func TestFormsOfTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 30, 1, 2, 3, 250_000_000, time.FixedZone("", 3600))
	whole := at.Truncate(time.Second)
	r := timed{
		Label: at, Since: at, Until: new(at), Ratio: 0.5, If: at, Epoch: at, Date: at, HTTP: new(at), Many: []time.Time{at, whole},
		ByName: map[string]time.Time{"a": at},
	}
	parts, err := wire.Bind(nil, &r, "/x/{label}", wire.SpaceAsPercent)
	require.NoError(t, err)
	assert.Equal(t, "/x/2026-11-30T00%3A02%3A03.25Z", parts.Path)
	assert.Equal(t, "ratio=0.5&since=2026-11-30T00%3A02%3A03.25Z&until=1795996923.25", parts.Query)
	assert.Equal(t, []wire.HeaderField{{Name: "If-Changed", Value: "Mon, 30 Nov 2026 00:02:03 GMT"}}, parts.Header)
	assert.JSONEq(t, `{"epoch": 1795996923.25, "date": "2026-11-30T00:02:03.25Z", "http": "Mon, 30 Nov 2026 00:02:03 GMT",
		"many": ["2026-11-30T00:02:03.25Z", "2026-11-30T00:02:03Z"], "byName": {"a": "Mon, 30 Nov 2026 00:02:03 GMT"}}`, string(parts.Body))

	var back timed
	require.NoError(t, wire.Unmarshal(parts.Body, &back))
	assert.Equal(t, timed{
		Epoch: at.UTC(), Date: at.UTC(), HTTP: new(whole.UTC()), Many: []time.Time{at.UTC(), whole.UTC()},
		ByName: map[string]time.Time{"a": whole.UTC()},
	}, back)

	kept, err := wire.AppendRequest(nil, &r)
	require.NoError(t, err)
	back = timed{}
	require.NoError(t, wire.UnmarshalRequest(kept, &back), "a request that is kept holds its times wherever they travel")
	assert.Equal(t, []time.Time{at.UTC(), at.UTC(), at.UTC(), whole.UTC()}, []time.Time{back.Label, back.Since, *back.Until, back.If})

	parts, err = wire.Bind(nil, &timed{}, "/x", wire.SpaceAsPercent)
	require.NoError(t, err)
	assert.Equal(t, wire.Parts{Path: "/x", Body: []byte("{}"), HasBody: true}, parts, "a zero time is absent")
	_, err = wire.Bind(nil, &timed{Ratio: inf()}, "/x", wire.SpaceAsPercent)
	require.Error(t, err)
}

func inf() float64 {
	f := 1.0
	for range 2000 {
		f *= 2
	}
	return f
}

func TestDatesOfHTTPNeedTheirTag(t *testing.T) {
	t.Parallel()
	var v timed
	skipped, err := wire.Decode([]byte(`{"epoch": "Mon, 30 Nov 2026 00:02:03 GMT", "http": "Monday"}`), &v)
	require.NoError(t, err)
	require.Len(t, skipped, 2)
	assert.Equal(t, []string{"epoch", "http"}, []string{skipped[0].Path, skipped[1].Path})
	assert.Equal(t, timed{}, v)
}

// tagged is a response with headers.
type tagged struct {
	ETag  string    `header:"ETag"`
	Kind  colorText `header:"x-kind"`
	Count int       `header:"X-Count"`
	Score float64   `header:"X-Score"`
	Old   *bool     `header:"X-Old"`
	At    time.Time `header:"Last-Modified" time:"http-date"`
	Since time.Time `header:"X-Since" time:"date-time"`
	Epoch time.Time `header:"X-Epoch" time:"epoch-seconds"`
	List  []string  `header:"X-List"`
	Name  string    `json:"name"`
}

type colorText string

func TestReadHeader(t *testing.T) {
	t.Parallel()
	h := http.Header{}
	for name, value := range map[string]string{
		"etag": `"x"`, "X-Kind": "RED", "x-count": " 7 ", "x-score": "0.5", "x-old": "True",
		"last-modified": "Mon, 30 Nov 2026 00:02:03 GMT", "x-since": "2026-11-30T00:02:03.25Z", "x-epoch": "1795996923.25",
	} {
		h.Set(name, value)
	}
	var got tagged
	assert.Empty(t, wire.ReadHeader(h, &got))
	whole := time.Date(2026, 11, 30, 0, 2, 3, 0, time.UTC)
	exact := whole.Add(250 * time.Millisecond)
	assert.Equal(t, tagged{ETag: `"x"`, Kind: "RED", Count: 7, Score: 0.5, Old: new(true), At: whole, Since: exact, Epoch: exact}, got)

	got = tagged{}
	assert.Empty(t, wire.ReadHeader(http.Header{}, &got))
	for name := range h {
		h.Set(name, "soon")
	}
	h.Set("X-List", "a, b")
	skipped := wire.ReadHeader(h, &got)
	var paths []string
	for _, e := range skipped {
		paths = append(paths, e.Path)
		assert.NotContains(t, e.Error(), "soon")
	}
	assert.Equal(t, []string{"X-Count", "X-Score", "X-Old", "Last-Modified", "X-Since", "X-Epoch", "X-List"}, paths)
	assert.Equal(t, tagged{ETag: "soon", Kind: "soon"}, got)
}

func FuzzReadHeader(f *testing.F) {
	f.Add("Mon, 30 Nov 2026 00:02:03 GMT")
	f.Add("1e9")
	f.Add("-")
	f.Fuzz(func(t *testing.T, text string) {
		h := http.Header{}
		for _, name := range []string{"X-Count", "X-Score", "X-Old", "Last-Modified", "X-Since"} {
			h.Set(name, text)
		}
		var got tagged
		for _, e := range wire.ReadHeader(h, &got) {
			require.NotEmpty(t, e.Path)
		}
	})
}

func TestHasMembers(t *testing.T) {
	t.Parallel()
	assert.True(t, wire.HasMembers(new(tagged)))
	assert.False(t, wire.HasMembers(new(struct {
		ETag string `header:"ETag"`
	})))
}
