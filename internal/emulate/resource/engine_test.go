package resource

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// A library of books on shelves, as an API.
type (
	book struct {
		ID      string   `json:"Id,omitzero"`
		Title   string   `json:"Title,omitzero"`
		Pages   int      `json:"Pages,omitzero"`
		Genres  []string `json:"Genres,omitzero"`
		Added   string   `json:"Added,omitzero"`
		Changed int64    `json:"Changed,omitzero"`
		Lent    bool     `json:"Lent,omitzero"`
	}
	addBook struct {
		Shelf  string   `json:"Shelf"`
		Name   string   `json:"Name"`
		Pages  int      `json:"Pages,omitzero"`
		Genres []string `json:"Genres,omitzero"`
		Token  string   `json:"Token,omitzero" auto:"token"`
	}
	addBookResponse struct {
		BookID string `json:"BookId,omitzero"`
	}
	oneBook struct {
		Shelf string `json:"Shelf"`
		ID    string `json:"Id"`
	}
	oneBookResponse struct {
		Book      *book  `json:"Book,omitzero"`
		RequestID string `json:"RequestId,omitzero"`
	}
	changeBook struct {
		Shelf string  `json:"Shelf"`
		ID    string  `json:"Id"`
		Title *string `json:"Title,omitzero"`
		Pages int     `json:"Pages,omitzero"`
	}
	noBooks struct {
		Shelf string   `json:"Shelf"`
		IDs   []string `json:"Ids,omitzero"`
	}
	bookFilter struct {
		Name   string   `json:"Name"`
		Values []string `json:"Values"`
	}
	listBooks struct {
		Shelf   string       `json:"Shelf,omitzero"`
		Genres  []string     `json:"Genres,omitzero"`
		Titles  []string     `json:"Titles,omitzero"`
		Fuzzy   string       `json:"Fuzzy,omitzero"`
		Filters []bookFilter `json:"Filters,omitzero"`
		SortBy  string       `json:"SortBy,omitzero"`
		Sorting string       `json:"Sorting,omitzero"`
		Offset  int          `json:"Offset,omitzero"`
		Limit   int          `json:"Limit,omitzero"`
	}
	listBooksResponse struct {
		Books []book `json:"Books,omitzero"`
		Count int    `json:"Count,omitzero"`
	}
	nothing struct{}
)

func (addBook) Validate() error    { return nil }
func (oneBook) Validate() error    { return nil }
func (changeBook) Validate() error { return nil }
func (noBooks) Validate() error    { return nil }
func (listBooks) Validate() error  { return nil }

var library = front.API{
	"AddBook":    front.Describe[addBook, addBookResponse](front.Operation{}),
	"GetBook":    front.Describe[oneBook, oneBookResponse](front.Operation{}),
	"ChangeBook": front.Describe[changeBook, oneBookResponse](front.Operation{}),
	"LendBook":   front.Describe[oneBook, oneBookResponse](front.Operation{}),
	"DropBooks":  front.Describe[noBooks, nothing](front.Operation{}),
	"ListBooks":  front.Describe[listBooks, listBooksResponse](front.Operation{Pages: &front.Pages{From: "Offset", Items: "Books", Total: "Count"}}),
	"Count":      front.Describe[oneBook, oneBookResponse](front.Operation{Certain: []string{"Book.Id"}}),
}

var books = Kind{
	Name: "Book", ID: []string{"Id"}, In: []string{"Shelf"}, Make: map[string]string{"Id": "{Shelf}-{hex:4}"}, Unique: []string{"Title"},
	Create: []string{"AddBook"}, Read: []string{"GetBook"}, Update: []string{"ChangeBook"}, Delete: []string{"DropBooks"},
	List: []string{"ListBooks"}, Actions: map[string]map[string]any{"LendBook": {"Lent": true}},
	Members: map[string]string{"Name": "Title", "BookId": "Id"}, Set: map[string]any{"Pages": int64(1)},
	Times: map[string]string{"created": "Added", "updated": "Changed:s"}, Like: map[string][]string{"Fuzzy": {"Title"}},
	Missing: "NoBook", Exists: "SameBook",
}

// A desk executes operations of the library.
type desk struct {
	*Engine
	handlers front.Handlers
}

func newDesk(kinds ...Kind) desk {
	refuse := func(code, what, id string) error { return &front.Refusal{Code: code, Message: what + " " + id} }
	w := world.New([32]byte{1})
	w.StaleReads = 2 * time.Second
	e := New(Config{
		Service: "library", World: w, API: library, PageSize: 2, TokenLife: time.Hour, Missing: refuse, Exists: refuse,
		Time: func(t time.Time) string { return t.Format(time.DateTime) },
	}, kinds)
	return desk{e, e.Complete(front.Handlers{})}
}

// ask executes an operation and returns its response, or the code of its refusal.
func (d desk) ask(t *testing.T, operation, body string) (any, string) {
	t.Helper()
	r := front.NewReceived(d.World, sign.Request{Body: []byte(body), Header: http.Header{}}, url.Values{})
	r.Operation = operation
	out, err := d.handlers[operation](r)
	if refusal, ok := err.(*front.Refusal); ok {
		return nil, refusal.Code
	}
	require.NoError(t, err)
	return out, ""
}

func (d desk) titles(t *testing.T, body string) (titles []string, count int) {
	t.Helper()
	out, _ := d.ask(t, "ListBooks", body)
	list := out.(*listBooksResponse)
	for _, b := range list.Books {
		titles = append(titles, b.Title)
	}
	return titles, list.Count
}

func TestLifeOfADocument(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(books)
		made, _ := d.ask(t, "AddBook", `{"Shelf":"s","Name":"Dune","Genres":["novel","desert"]}`)
		id := made.(*addBookResponse).BookID
		require.Regexp(t, `^s-[0-9a-f]{4}$`, id)
		key := fmt.Sprintf(`{"Shelf":"s","Id":%q}`, id)
		got, _ := d.ask(t, "GetBook", key)
		created := time.Now().UTC()
		assert.Equal(t, book{
			ID: id, Title: "Dune", Pages: 1, Genres: []string{"novel", "desert"}, Added: created.Format(time.DateTime), Changed: created.Unix(),
		}, *got.(*oneBookResponse).Book)

		_, code := d.ask(t, "AddBook", `{"Shelf":"s","Name":"Dune"}`)
		assert.Equal(t, "SameBook", code)
		_, code = d.ask(t, "AddBook", `{"Shelf":"other","Name":"Dune"}`)
		assert.Empty(t, code, "names are unique on a shelf")

		changed, _ := d.ask(t, "ChangeBook", fmt.Sprintf(`{"Shelf":"s","Id":%q,"Pages":412,"Title":null}`, id))
		assert.Equal(t, 412, changed.(*oneBookResponse).Book.Pages)
		got, _ = d.ask(t, "GetBook", key)
		assert.Equal(t, 1, got.(*oneBookResponse).Book.Pages, "reads are stale")
		time.Sleep(2 * time.Second)
		got, _ = d.ask(t, "GetBook", key)
		assert.Equal(t, 412, got.(*oneBookResponse).Book.Pages)
		assert.Equal(t, "Dune", got.(*oneBookResponse).Book.Title, "what is null stays")

		lent, _ := d.ask(t, "LendBook", key)
		assert.True(t, lent.(*oneBookResponse).Book.Lent)
		_, code = d.ask(t, "DropBooks", fmt.Sprintf(`{"Shelf":"s","Ids":[%q,"another"]}`, id))
		assert.Equal(t, "NoBook", code)
		_, code = d.ask(t, "DropBooks", fmt.Sprintf(`{"Shelf":"s","Ids":[%q]}`, id))
		assert.Empty(t, code)
		_, code = d.ask(t, "LendBook", key)
		assert.Equal(t, "NoBook", code)
		_, code = d.ask(t, "AddBook", `{"Shelf":"s","Name":"Dune"}`)
		assert.Empty(t, code, "the name is free again")
	})
}

func TestLists(t *testing.T) {
	t.Parallel()
	d := newDesk(books)
	for _, body := range []string{
		`{"Shelf":"s","Name":"Dune","Pages":412,"Genres":["novel"]}`, `{"Shelf":"s","Name":"Atlas","Pages":90,"Genres":["maps"]}`,
		`{"Shelf":"s","Name":"Emma","Pages":320,"Genres":["novel","old"]}`, `{"Shelf":"t","Name":"Dunes","Pages":64}`,
	} {
		d.ask(t, "AddBook", body)
	}
	tests := []struct {
		body   string
		titles []string
		count  int
	}{
		{`{}`, []string{"Dune", "Atlas"}, 4},
		{`{"Offset":2}`, []string{"Emma", "Dunes"}, 4},
		{`{"Offset":-1,"Limit":-5}`, []string{"Dune", "Atlas"}, 4},
		{`{"Offset":99}`, nil, 4},
		{`{"Shelf":"t"}`, []string{"Dunes"}, 1},
		{`{"Genres":["maps","old"]}`, []string{"Atlas", "Emma"}, 2},
		{`{"Titles":["Emma"]}`, []string{"Emma"}, 1},
		{`{"Fuzzy":"Dun"}`, []string{"Dune", "Dunes"}, 2},
		{`{"Filters":[{"Name":"title","Values":["Dune","Atlas"]}],"Limit":1}`, []string{"Dune"}, 2},
		{`{"SortBy":"Pages","Sorting":"desc"}`, []string{"Dune", "Emma"}, 4},
		{`{"SortBy":"title"}`, []string{"Atlas", "Dune"}, 4},
	}
	for _, tt := range tests {
		titles, count := d.titles(t, tt.body)
		assert.Equal(t, tt.titles, titles, tt.body)
		assert.Equal(t, tt.count, count, tt.body)
	}
	_, err := d.handlers["ListBooks"](received(d.World, `{"Filters":[{"Name":"color","Values":["red"]}]}`))
	require.ErrorContains(t, err, "no filter color")
}

func received(w *world.World, body string) *front.Received {
	return front.NewReceived(w, sign.Request{Body: []byte(body), Header: http.Header{}}, url.Values{})
}

// TestTokens checks that a repeated request creates nothing, and that IDs depend on the seed alone.
func TestTokens(t *testing.T) {
	t.Parallel()
	d := newDesk(books)
	first, _ := d.ask(t, "AddBook", `{"Shelf":"s","Name":"Dune","Token":"t"}`)
	again, _ := d.ask(t, "AddBook", `{"Shelf":"s","Name":"Dune","Token":"t"}`)
	assert.Equal(t, first, again)
	_, code := d.ask(t, "AddBook", `{"Shelf":"s","Name":"Emma","Token":"t"}`)
	assert.Equal(t, "ValidationException", code)
	_, count := d.titles(t, `{}`)
	assert.Equal(t, 1, count)
	other, _ := newDesk(books).ask(t, "AddBook", `{"Shelf":"s","Name":"Dune","Token":"t"}`)
	assert.Equal(t, first, other)
}

func TestExamples(t *testing.T) {
	t.Parallel()
	d := newDesk(books)
	out, _ := d.ask(t, "Count", `{"Shelf":"s","Id":"1"}`)
	again, _ := d.ask(t, "Count", `{"Shelf":"s","Id":"1"}`)
	assert.Equal(t, out, again)
	assert.NotEmpty(t, out.(*oneBookResponse).Book.ID)
	assert.Equal(t, front.Example, d.Tier("Count"))
	assert.Equal(t, front.Resource, d.Tier("GetBook"))
	assert.Empty(t, d.Tier("BurnBooks"))
	assert.Equal(t, front.Stateful, func() front.Tier {
		d.Complete(front.Handlers{"GetBook": func(*front.Received) (any, error) { return nil, nil }})
		return d.Tier("GetBook")
	}())
}

// TestSeeds checks that documents survive as JSON, and that what is unique is found again.
func TestSeeds(t *testing.T) {
	t.Parallel()
	d := newDesk(books)
	added := d.Add("Book", map[string]any{"Shelf": "s", "Title": "Dune"})
	assert.NotEmpty(t, added["Id"])
	data, err := json.Marshal(added)
	require.NoError(t, err)
	var read map[string]any
	require.NoError(t, json.Unmarshal(data, &read))
	other := newDesk(books)
	other.Tables()["Book"].Add(world.KeyOf("s", text(read["Id"])), other.World.Now(), read)
	other.Reindex()
	_, code := other.ask(t, "AddBook", `{"Shelf":"s","Name":"Dune"}`)
	assert.Equal(t, "SameBook", code)
	assert.Len(t, other.Find("Book", map[string]any{"Title": "Dune"}), 1)
	assert.Empty(t, other.Find("Book", map[string]any{"Title": "Emma"}))
}

// FuzzRequests checks that no request panics, and that every response can be encoded.
func FuzzRequests(f *testing.F) {
	f.Add("AddBook", `{"Shelf":"s","Name":"Dune","Pages":9e99,"Genres":[null,"a"]}`)
	f.Add("ListBooks", `{"Filters":[{"Name":"","Values":null}],"Offset":-9223372036854775808,"Limit":9223372036854775807}`)
	f.Add("DropBooks", `{"Ids":[null]}`)
	f.Add("ChangeBook", `{"Id":"","Title":"\u0000"}`)
	f.Fuzz(func(t *testing.T, operation, body string) {
		d := newDesk(books)
		d.Add("Book", map[string]any{"Shelf": "s", "Id": "1", "Title": "Dune"})
		handle := d.handlers[operation]
		if handle == nil {
			return
		}
		out, err := handle(received(d.World, body))
		if err == nil {
			_, err = json.Marshal(out)
			require.NoError(t, err)
		}
	})
}

func BenchmarkList(b *testing.B) {
	d := newDesk(books)
	for i := range 100_000 {
		d.Add("Book", map[string]any{"Shelf": "s", "Id": fmt.Sprint(i), "Title": fmt.Sprint("title ", i)})
	}
	for b.Loop() {
		_, err := d.handlers["ListBooks"](received(d.World, `{"Limit":10,"Offset":50000}`))
		require.NoError(b, err)
	}
}
