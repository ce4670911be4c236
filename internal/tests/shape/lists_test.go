package shape_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// library serves one list in pages by token, to any operation.
type library struct {
	list  list
	pages map[string][]string // by token: the JSON of the items, then the next token
	asked []string            // tokens, as they came
}

func (l *library) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	token := r.URL.Query().Get(l.list.from)
	if r.Body != nil {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		inBody, _ := body[l.list.from].(string)
		token += inBody
	}
	l.asked = append(l.asked, token)
	page := l.pages[token]
	body := fmt.Sprintf(`{%q:[%s],%q:%q}`, l.list.items, strings.Join(page[:len(page)-1], ","), l.list.next, page[len(page)-1])
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(body)), ContentLength: int64(len(body)), Request: r}, nil
}

// list is one All method with the operation that it pages.
type list struct {
	name              string
	client            func(http.RoundTripper) (any, error)
	all               string
	from, next, items string // wire names of the token in requests and in responses, and of the list
	itemIsText        bool
}

// paging is what a model says of the pages of all operations or of one.
type paging struct{ InputToken, OutputToken string }

// pagedShape is what is read of a shape of a model.
type pagedShape struct {
	Type   string
	Traits struct {
		Paginated *paging `json:"smithy.api#paginated"`
	}
}

// tokenLists finds all operations of AWS whose iterator follows a token.
func tokenLists(t *testing.T) []list {
	var names map[string]struct{ Operations, Iterators map[string]string }
	readModel(t, "names.json", &names)
	var out []list
	for service, s := range services.Of("aws") {
		var model struct{ Shapes map[string]pagedShape }
		readModel(t, service+".json", &model)
		tokens := paging{}
		for _, shape := range model.Shapes {
			if shape.Type == "service" && shape.Traits.Paginated != nil {
				tokens = *shape.Traits.Paginated
			}
		}
		for id, shape := range model.Shapes {
			if shape.Type != "operation" || shape.Traits.Paginated == nil {
				continue
			}
			_, op, _ := strings.Cut(id, "#")
			own := paging{cmp.Or(shape.Traits.Paginated.InputToken, tokens.InputToken), cmp.Or(shape.Traits.Paginated.OutputToken, tokens.OutputToken)}
			l := newList(t, s, names[service].Operations[op], names[service].Iterators[op], own)
			l.name = service + "." + op
			out = append(out, l)
		}
	}
	return out
}

// newList finds the members of a list operation by their tags.
func newList(t *testing.T, s services.Service, one, all string, tokens paging) list {
	l := list{all: all, next: tokens.OutputToken, client: func(r http.RoundTripper) (any, error) { return s.New(config(r)) }}
	method, ok := s.Client.MethodByName(one)
	require.True(t, ok, one)
	for f := range method.Type.In(2).Fields() {
		if strings.EqualFold(f.Name, tokens.InputToken) {
			l.from, _, _ = strings.Cut(cmp.Or(f.Tag.Get("query"), f.Tag.Get("json")), ",")
		}
	}
	for f := range method.Type.Out(0).Elem().Fields() {
		if f.Type.Kind() == reflect.Slice {
			l.items = wireName(f)
			l.itemIsText = f.Type.Elem().Kind() == reflect.String
		}
	}
	require.NotEmpty(t, l.items, one)
	require.NotEmpty(t, l.from, one)
	return l
}

func config(r http.RoundTripper) cloud.Config {
	return cloud.Config{
		Region: "us-east-1", Credentials: cloud.StaticCredentials("AKID", "secret", ""), HTTPClient: &http.Client{Transport: r},
		SkipValidation: true, Retry: cloud.Retry{MaxAttempts: 1},
	}
}

// walk ranges over an All method, by reflection, until it ends or most items have come.
func (l list) walk(t *testing.T, shelf *library, request reflect.Value, ctx context.Context, most int) (items int, last error) {
	client, err := l.client(shelf)
	require.NoError(t, err)
	method := reflect.ValueOf(client).MethodByName(l.all)
	require.True(t, method.IsValid(), "%s has no iterator %s", l.name, l.all)
	seq := method.Call([]reflect.Value{reflect.ValueOf(ctx), request})[0]
	for _, err := range seq.Seq2() {
		if e, ok := reflect.TypeAssert[error](err); ok {
			last = e
			continue
		}
		if items++; items == most {
			break
		}
	}
	return items, last
}

// request fills the labels of the path, which cannot be empty.
func (l list) request(t *testing.T) reflect.Value {
	client, err := l.client(nil)
	require.NoError(t, err)
	request := reflect.New(reflect.ValueOf(client).MethodByName(l.all).Type().In(1)).Elem()
	for f, field := range request.Fields() {
		if f.Tag.Get("path") != "" {
			field.SetString("x")
		}
	}
	return request
}

// token is the member of a request for the token.
func (l list) token(request reflect.Value) reflect.Value {
	return request.FieldByNameFunc(func(name string) bool {
		f, _ := request.Type().FieldByName(name)
		tag, _, _ := strings.Cut(cmp.Or(f.Tag.Get("query"), f.Tag.Get("json")), ",")
		return tag == l.from
	})
}

// shelf has two pages, and a third one that the token third leads to.
func (l list) shelf(third string) *library {
	item := "{}"
	if l.itemIsText {
		item = `"x"`
	}
	return &library{list: l, pages: map[string][]string{"": {item, item, "t2"}, "t2": {third}, "t3": {item, ""}}}
}

func TestEveryTokenList(t *testing.T) {
	t.Parallel()
	lists := tokenLists(t)
	require.NotEmpty(t, lists)
	for _, l := range lists {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			request := l.request(t)
			before := request.Interface()

			shelf := l.shelf("t3")
			n, err := l.walk(t, shelf, request, t.Context(), 0)
			require.NoError(t, err)
			assert.Equal(t, 3, n, "all items, over an empty page")
			assert.Equal(t, []string{"", "t2", "t3"}, shelf.asked)
			assert.Equal(t, before, request.Interface(), "the request is the caller's")

			shelf = l.shelf("t3")
			n, err = l.walk(t, shelf, request, t.Context(), 1)
			require.NoError(t, err)
			assert.Equal(t, 1, n)
			assert.Equal(t, []string{""}, shelf.asked, "lazy")

			shelf = l.shelf("t2")
			n, err = l.walk(t, shelf, request, t.Context(), 0)
			require.ErrorIs(t, err, cloud.ErrTransport, "a token that comes again")
			assert.Equal(t, 2, n)

			canceled, cancel := context.WithCancelCause(t.Context())
			boom := errors.New("enough")
			cancel(boom)
			_, err = l.walk(t, l.shelf("t3"), request, canceled, 0)
			require.ErrorIs(t, err, boom)

			from := reflect.New(request.Type()).Elem()
			from.Set(request)
			l.token(from).SetString("t3")
			shelf = l.shelf("t3")
			n, err = l.walk(t, shelf, from, t.Context(), 0)
			require.NoError(t, err)
			assert.Equal(t, 1, n, "a token of the caller's is where it starts")
		})
	}
}
