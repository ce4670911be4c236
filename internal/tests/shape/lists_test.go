package shape_test

import (
	"bytes"
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
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// library serves one list in pages by token, to any operation.
type library struct {
	items string              // the wire name of the list
	pages map[string][]string // by token: the JSON of the items, then the next token
	asked []string            // tokens, as they came
}

func (l *library) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	token := r.URL.Query().Get("nextToken")
	if r.Body != nil {
		var body struct{ NextToken string }
		_ = json.NewDecoder(r.Body).Decode(&body)
		token += body.NextToken
	}
	l.asked = append(l.asked, token)
	page := l.pages[token]
	body := fmt.Sprintf(`{%q:[%s],"nextToken":%q}`, l.items, strings.Join(page[:len(page)-1], ","), page[len(page)-1])
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(body)), ContentLength: int64(len(body)), Request: r}, nil
}

// list is one All method with the operation that it pages.
type list struct {
	name       string
	client     func(http.RoundTripper) (any, error)
	all, one   string
	items      string // wire name
	itemIsText bool
}

// tokenLists finds all operations of AWS that take and return a token.
func tokenLists(t *testing.T) []list {
	var out []list
	makers := map[string]func(http.RoundTripper) (any, error){
		"finspace": func(r http.RoundTripper) (any, error) { return finspace.New(config(r)) },
		"proton":   func(r http.RoundTripper) (any, error) { return proton.New(config(r)) },
	}
	for service, client := range makers {
		typ := clients[service]
		for m := range typ.Methods() {
			if isHelper(m.Name) {
				continue
			}
			response := m.Type.Out(0).Elem()
			if _, paged := response.FieldByName("NextToken"); !paged {
				continue
			}
			l := list{name: service + "." + m.Name, client: client, one: m.Name, all: "All" + strings.TrimPrefix(m.Name, "List")}
			for f := range response.Fields() {
				if f.Type.Kind() == reflect.Slice {
					l.items, _, _ = strings.Cut(f.Tag.Get("json"), ",")
					l.itemIsText = f.Type.Elem().Kind() == reflect.String
				}
			}
			require.NotEmpty(t, l.items, l.name)
			out = append(out, l)
		}
	}
	return out
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

// shelf has two pages, and a third one that the token third leads to.
func (l list) shelf(third string) *library {
	item := "{}"
	if l.itemIsText {
		item = `"x"`
	}
	return &library{items: l.items, pages: map[string][]string{"": {item, item, "t2"}, "t2": {third}, "t3": {item, ""}}}
}

func TestEveryTokenList(t *testing.T) {
	t.Parallel()
	lists := tokenLists(t)
	assert.Len(t, lists, 31)
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
			from.FieldByName("NextToken").SetString("t3")
			shelf = l.shelf("t3")
			n, err = l.walk(t, shelf, from, t.Context(), 0)
			require.NoError(t, err)
			assert.Equal(t, 1, n, "a token of the caller's is where it starts")
		})
	}
}
