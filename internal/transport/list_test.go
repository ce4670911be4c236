package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

type shelfRequest struct {
	Page   int    `json:"Page,omitzero"`
	Offset int    `json:"Offset,omitzero"`
	Token  string `json:"Token,omitzero"`
	Limit  int    `json:"Limit,omitzero"`
	Kind   string `json:"Kind,omitzero"`
	Floor  int    `json:"Floor,omitzero"`
}

func (shelfRequest) Validate() error { return nil }

type shelfInside struct {
	Next  string   `json:"Next,omitzero"`
	Books []string `json:"Books,omitzero"`
}

type shelfResponse struct {
	Books      []string     `json:"Books,omitzero"`
	Total      int          `json:"Total,omitzero"`
	TotalPages int          `json:"TotalPages,omitzero"`
	Token      string       `json:"Token,omitzero"`
	Over       bool         `json:"Over,omitzero"`
	Inside     *shelfInside `json:"Inside,omitzero"`
}

// shelf responds to the calls in turn, and keeps their requests.
type shelf struct {
	answers []string
	asked   []shelfRequest
}

func (s *shelf) RoundTrip(r *http.Request) (*http.Response, error) {
	var asked shelfRequest
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, err
	}
	s.asked = append(s.asked, asked)
	text := `{"Response":{"RequestId":"r",` + s.answers[len(s.asked)-1] + `}}`
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(text)), ContentLength: int64(len(text)), Request: r}, nil
}

func (s *shelf) client(t *testing.T) *Client {
	c, err := New(cloud.Config{
		Region: "x", Credentials: cloud.StaticCredentials("AKID", "secret", ""), HTTPClient: &http.Client{Transport: s}, Retry: cloud.Retry{MaxAttempts: 1},
	}, Service{
		Name: "shelf", Endpoint: "https://shelf.example.com", Protocol: enveloped{},
		Kinds:   func(cloud.Code) cloud.Kind { return "" },
		Expired: func(cloud.Code) bool { return false },
		Skewed:  func(cloud.Code) bool { return false },
	})
	require.NoError(t, err)
	return c
}

var shelfOp = Operation{Name: "ListBooks", Method: "POST", Path: "/", Idempotent: true}

func rangeOver[T any](seq iter.Seq2[T, error]) (items []T, last error) {
	for item, err := range seq {
		if err != nil {
			return items, err
		}
		items = append(items, item)
	}
	return items, nil
}

func TestAll(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		list    List
		start   shelfRequest
		answers []string
		want    []string
		asked   []shelfRequest
		fails   string
	}{
		{
			"all at once", List{Items: "Books"}, shelfRequest{}, []string{`"Books":["a","b"]`}, []string{"a", "b"}, []shelfRequest{{}}, "",
		},
		{
			"nothing", List{From: "Offset", Items: "Books", Total: "Total"}, shelfRequest{}, []string{`"Books":null`}, nil, []shelfRequest{{}}, "",
		},
		{
			"by offset", List{From: "Offset", Items: "Books", Total: "Total"}, shelfRequest{Offset: 1},
			[]string{`"Books":["a","b"],"Total":4`, `"Books":["c"],"Total":4`}, []string{"a", "b", "c"}, []shelfRequest{{Offset: 1}, {Offset: 3}}, "",
		},
		{
			"by page, to the last", List{From: "Page", Numbered: true, Items: "Books", TotalPages: "TotalPages"}, shelfRequest{},
			[]string{`"Books":["a"],"TotalPages":2`, `"Books":["b"],"TotalPages":2`}, []string{"a", "b"}, []shelfRequest{{Page: 1}, {Page: 2}}, "",
		},
		{
			"by page, to the last item", List{From: "Page", Numbered: true, Items: "Books", Total: "Total"}, shelfRequest{Page: 2},
			[]string{`"Books":["c","d"],"Total":5`, `"Books":["e"],"Total":5`}, []string{"c", "d", "e"}, []shelfRequest{{Page: 2}, {Page: 3}}, "",
		},
		{
			"by page, without a total", List{From: "Page", Numbered: true, Items: "Books"}, shelfRequest{},
			[]string{`"Books":["a"]`, `"Books":["b"]`, `"Books":[]`}, []string{"a", "b"}, []shelfRequest{{Page: 1}, {Page: 2}, {Page: 3}}, "",
		},
		{
			"the same page again", List{From: "Page", Numbered: true, Items: "Books"}, shelfRequest{},
			[]string{`"Books":["a"]`, `"Books":["a"]`}, []string{"a"}, []shelfRequest{{Page: 1}, {Page: 2}}, "the same page twice",
		},
		{
			"two pages in turn", List{From: "Page", Numbered: true, Items: "Books"}, shelfRequest{},
			slices.Repeat([]string{`"Books":["a"]`, `"Books":["b"]`}, 6), []string{"a", "b"}, pagesTo(3), "the same page twice",
		},
		{
			"an empty page before the last item", List{From: "Page", Numbered: true, Items: "Books", Total: "Total"}, shelfRequest{},
			[]string{`"Books":["a"],"Total":3`, `"Books":[],"Total":3`}, []string{"a"}, pagesTo(2), "counts 3 items, and returned an empty page after 1",
		},
		{
			"an empty first page", List{From: "Page", Numbered: true, Items: "Books", Total: "Total"}, shelfRequest{},
			[]string{`"Books":[],"Total":3`}, nil, pagesTo(1), "counts 3 items, and returned an empty page after 0",
		},
		{
			"beyond the last page", List{From: "Page", Numbered: true, Items: "Books", Total: "Total"}, shelfRequest{Page: 7},
			[]string{`"Books":[],"Total":3`}, nil, []shelfRequest{{Page: 7}}, "",
		},
		{
			"an empty page before the last page", List{From: "Page", Numbered: true, Items: "Books", TotalPages: "TotalPages"}, shelfRequest{},
			[]string{`"Books":["a"],"TotalPages":3`, `"Books":[],"TotalPages":3`}, []string{"a"}, pagesTo(2), "counts 3 pages, and returned an empty page after 2",
		},
		{
			"an empty list of one page", List{From: "Page", Numbered: true, Items: "Books", TotalPages: "TotalPages"}, shelfRequest{},
			[]string{`"Books":[],"TotalPages":1`}, nil, pagesTo(1), "",
		},
		{
			"an empty page before the last offset", List{From: "Offset", Items: "Books", Total: "Total"}, shelfRequest{},
			[]string{`"Books":["a","b"],"Total":5`, `"Books":null,"Total":5`}, []string{"a", "b"}, []shelfRequest{{}, {Offset: 2}}, "counts 5 items, and returned an empty page after 2",
		},
		{
			"a list that became shorter", List{From: "Offset", Items: "Books", Total: "Total"}, shelfRequest{},
			[]string{`"Books":["a","b"],"Total":5`, `"Books":null,"Total":2`}, []string{"a", "b"}, []shelfRequest{{}, {Offset: 2}}, "",
		},
		{
			"beyond the last offset", List{From: "Offset", Items: "Books", Total: "Total"}, shelfRequest{Offset: 9},
			[]string{`"Books":[],"Total":5`}, nil, []shelfRequest{{Offset: 9}}, "",
		},
		{
			"an endless total", List{From: "Offset", Items: "Books", Total: "Total"}, shelfRequest{},
			slices.Repeat([]string{`"Books":["a"],"Total":9223372036854775807`, `"Books":["b"],"Total":9223372036854775807`}, 6), []string{"a", "b"},
			offsetsTo(3), "the same page twice",
		},
		{
			"a long token again", List{From: "Token", Items: "Books", Next: "Token"}, shelfRequest{Token: strings.Repeat("x", 5000)},
			[]string{`"Books":["a"],"Token":"` + strings.Repeat("x", 5000) + `"`}, []string{"a"}, []shelfRequest{{Token: strings.Repeat("x", 5000)}}, `xx…" twice`,
		},
		{
			"by token, over an empty page", List{From: "Token", Items: "Books", Next: "Token"}, shelfRequest{Token: "x"},
			[]string{`"Token":"y"`, `"Books":["a"]`}, []string{"a"}, []shelfRequest{{Token: "x"}, {Token: "y"}}, "",
		},
		{
			"by token, the same items", List{From: "Token", Items: "Books", Next: "Token"}, shelfRequest{},
			[]string{`"Token":"y","Books":["a"]`, `"Books":["a"]`}, []string{"a", "a"}, []shelfRequest{{}, {Token: "y"}}, "",
		},
		{
			"the same token again", List{From: "Token", Items: "Books", Next: "Token"}, shelfRequest{Token: "x"},
			[]string{`"Books":["a"],"Token":"x"`}, []string{"a"}, []shelfRequest{{Token: "x"}}, `page cursor "x" twice`,
		},
		{
			"over in spite of a token", List{From: "Token", Items: "Books", Next: "Token", Over: "Over"}, shelfRequest{},
			[]string{`"Books":["a"],"Token":"x","Over":false`, `"Books":["b"],"Token":"y","Over":true`}, []string{"a", "b"}, []shelfRequest{{}, {Token: "x"}}, "",
		},
		{
			"further down", List{From: "Token", Items: "Inside.Books", Next: "Inside.Next"}, shelfRequest{},
			[]string{`"Inside":{"Books":["a"],"Next":"x"}`, `"Inside":null`}, []string{"a"}, []shelfRequest{{}, {Token: "x"}}, "",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &shelf{answers: tt.answers}
			tt.list.Op, tt.list.Response = &shelfOp, (*shelfResponse)(nil)
			request := tt.start
			seq := All[string](t.Context(), s.client(t), &tt.list, &request)
			assert.Empty(t, s.asked, "nothing is fetched before the range")
			got, err := rangeOver(seq)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.asked, s.asked)
			assert.Equal(t, tt.start, request)
			if tt.fails == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, cloud.ErrTransport)
			require.ErrorContains(t, err, tt.fails)
			assert.ErrorContains(t, err, "shelf ListBooks")
		})
	}
}

// pagesTo are the requests of the first n pages.
func pagesTo(n int) (asked []shelfRequest) {
	for i := range n {
		asked = append(asked, shelfRequest{Page: i + 1})
	}
	return asked
}

func offsetsTo(n int) (asked []shelfRequest) {
	for i := range n {
		asked = append(asked, shelfRequest{Offset: i})
	}
	return asked
}

type librarian struct {
	Name string `json:"Name,omitzero"`
	Seen int    `json:"Seen,omitzero"`
}

type staffResponse struct {
	Staff []librarian `json:"Staff,omitzero"`
	Token string      `json:"Token,omitzero"`
}

// TestListsWithoutAnEnd covers servers that ignore the page that is asked for.
func TestListsWithoutAnEnd(t *testing.T) {
	t.Parallel()
	var answers []string
	for i := range maxNumbered {
		answers = append(answers, fmt.Sprintf(`"Staff":[{"Name":"Ann","Seen":%d}]`, i))
	}
	s := &shelf{answers: answers}
	list := List{Op: &shelfOp, Response: (*staffResponse)(nil), From: "Page", Numbered: true, Items: "Staff"}
	_, err := rangeOver(All[librarian](t.Context(), s.client(t), &list, &shelfRequest{}))
	require.ErrorContains(t, err, "10000 pages without a last one")

	s = &shelf{answers: []string{`"Staff":[{"Name":"Ann"}]`, `"Staff":[{"Name":"Ben"}]`, `"Staff":[{"Name":"Ann"}]`}}
	items, err := rangeOver(All[librarian](t.Context(), s.client(t), &list, &shelfRequest{}))
	require.ErrorContains(t, err, "the same page twice")
	assert.Len(t, items, 2)

	s = &shelf{answers: []string{ // pages moved on by an item that came first
		`"Staff":[{"Name":"Ann"},{"Name":"Ben"}]`, `"Staff":[{"Name":"Ben"},{"Name":"Cid"}]`, `"Staff":[{"Name":"Cid"}]`, `"Staff":[]`,
	}}
	items, err = rangeOver(All[librarian](t.Context(), s.client(t), &list, &shelfRequest{}))
	require.NoError(t, err)
	assert.Len(t, items, 5)

	answers = nil
	for i := range 2000 {
		answers = append(answers, fmt.Sprintf(`"Staff":[],"Token":"t%d"`, i))
	}
	s = &shelf{answers: answers}
	list = List{Op: &shelfOp, Response: (*staffResponse)(nil), From: "Token", Next: "Token", Items: "Staff"}
	_, err = rangeOver(All[librarian](t.Context(), s.client(t), &list, &shelfRequest{}))
	require.ErrorContains(t, err, "1000 consecutive pages with nothing new")
}

func TestAllOfWholePages(t *testing.T) {
	t.Parallel()
	s := &shelf{answers: []string{`"Books":["a"],"Token":"x"`, `"Books":[]`}}
	list := List{Op: &shelfOp, Response: (*shelfResponse)(nil), From: "Token", Next: "Token"}
	pages, err := rangeOver(All[shelfResponse](t.Context(), s.client(t), &list, &shelfRequest{}))
	require.NoError(t, err)
	assert.Equal(t, []shelfResponse{{Books: []string{"a"}, Token: "x"}, {Books: []string{}}}, pages)

	s = &shelf{answers: []string{`"Inside":{"Next":"x"}`, `"Inside":null`}}
	list = List{Op: &shelfOp, Response: (*shelfResponse)(nil), From: "Token", Items: "Inside", Next: "Inside.Next"}
	insides, err := rangeOver(All[shelfInside](t.Context(), s.client(t), &list, &shelfRequest{}))
	require.NoError(t, err)
	assert.Equal(t, []shelfInside{{Next: "x"}}, insides)
}

func TestAllOfAZeroClient(t *testing.T) {
	t.Parallel()
	list := List{Op: &shelfOp, Response: (*shelfResponse)(nil), Items: "Books"}
	_, err := rangeOver(All[string](context.Background(), nil, &list, &shelfRequest{}))
	require.ErrorIs(t, err, cloud.ErrInvalid)
}

// TestSweep covers what an API lists only if it is asked for.
func TestSweep(t *testing.T) {
	t.Parallel()
	books := &List{
		Op: &Operation{Name: "ListBooks", Method: "POST", Path: "/"}, Response: (*shelfResponse)(nil), From: "Offset", Items: "Books", Total: "Total",
		Also: []Choice{{"Kind", "atlas"}, {"Floor", "2"}},
	}
	tests := []struct {
		name    string
		request shelfRequest
		answers []string
		want    []string
		asked   []shelfRequest
	}{
		{
			"nothing asked for", shelfRequest{},
			[]string{`"Total":2,"Books":["a"]`, `"Total":2,"Books":["b"]`, `"Total":1,"Books":["c"]`, `"Total":0,"Books":[]`, `"Total":1,"Books":["d"]`},
			[]string{"a", "b", "c", "d"},
			[]shelfRequest{{}, {Offset: 1}, {Kind: "atlas"}, {Floor: 2}, {Kind: "atlas", Floor: 2}},
		},
		{
			"a kind", shelfRequest{Kind: "novel"}, []string{`"Total":1,"Books":["a"]`, `"Total":1,"Books":["b"]`}, []string{"a", "b"},
			[]shelfRequest{{Kind: "novel"}, {Kind: "novel", Floor: 2}},
		},
		{
			"all", shelfRequest{Kind: "novel", Floor: 1}, []string{`"Total":1,"Books":["a"]`}, []string{"a"},
			[]shelfRequest{{Kind: "novel", Floor: 1}},
		},
		{
			"from the middle", shelfRequest{Offset: 1}, []string{`"Total":2,"Books":["b"]`}, []string{"b"},
			[]shelfRequest{{Offset: 1}},
		},
		{
			"a service that lists everything each time", shelfRequest{Floor: 1}, []string{`"Total":2,"Books":["a","a"]`, `"Total":3,"Books":["a","a","b"]`},
			[]string{"a", "a", "b"}, []shelfRequest{{Floor: 1}, {Floor: 1, Kind: "atlas"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &shelf{answers: tt.answers}
			seq := All[string](t.Context(), s.client(t), books, &tt.request)
			for range 2 { // ranging again starts again
				s.asked = nil
				var got []string
				for book, err := range seq {
					require.NoError(t, err)
					got = append(got, book)
				}
				assert.Equal(t, tt.want, got)
				assert.Equal(t, tt.asked, s.asked)
			}
		})
	}
}

// TestSweepFails checks that an error in any of the lists ends the sequence.
func TestSweepFails(t *testing.T) {
	t.Parallel()
	books := &List{
		Op: &Operation{Name: "ListBooks", Method: "POST", Path: "/"}, Response: (*shelfResponse)(nil), Items: "Books", Also: []Choice{{"Kind", "atlas"}},
	}
	s := &shelf{answers: []string{`"Books":["a"]`, `"Error":{"Code":"InvalidParameter","Message":"no"}`}}
	var got []string
	var last error
	for book, err := range All[string](t.Context(), s.client(t), books, &shelfRequest{}) {
		if last = err; err == nil {
			got = append(got, book)
		}
	}
	require.Error(t, last)
	assert.Equal(t, []string{"a"}, got)
}

// TestRequiredSize checks that the API gets a size where it wants one.
func TestRequiredSize(t *testing.T) {
	t.Parallel()
	books := &List{Op: &Operation{Name: "ListBooks", Method: "POST", Path: "/"}, Response: (*shelfResponse)(nil), From: "Offset", Items: "Books", Total: "Total", Size: "Limit"}
	for given, want := range map[int]int{0: 100, 7: 7} {
		s := &shelf{answers: []string{`"Total":2,"Books":["a"]`, `"Total":2,"Books":["b"]`}}
		r := shelfRequest{Limit: given}
		for _, err := range All[string](t.Context(), s.client(t), books, &r) {
			require.NoError(t, err)
		}
		assert.Equal(t, []shelfRequest{{Limit: want}, {Limit: want, Offset: 1}}, s.asked)
		assert.Equal(t, given, r.Limit, "the request is the caller's")
	}
}
