package dlc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// list is one All method, with the operation behind it.
type list struct {
	name, operation         string
	request, response, item reflect.Type
	cursor                  string // the field of the request that says where to go on, "" if the list comes at once
}

// cursors are the fields that a list may continue by, the more certain first.
var cursors = []string{"Cursor", "NextToken", "Context", "SearchAfter", "Page", "Offset"}

func (l list) byToken() bool { return l.cursor != "" && l.cursor != "Page" && l.cursor != "Offset" }

func lists(t *testing.T) []list {
	client := reflect.TypeFor[*dlc.Client]()
	var out []list
	for m := range client.Methods() {
		if !strings.HasPrefix(m.Name, "All") {
			continue
		}
		l := list{name: m.Name, request: m.Type.In(2), item: m.Type.Out(0).In(0).In(0)}
		op, ok := client.MethodByName(strings.TrimSuffix(l.request.Name(), "Request"))
		require.True(t, ok, m.Name)
		l.operation, l.response = op.Name, op.Type.Out(0).Elem()
		for _, name := range cursors {
			if f, ok := l.request.FieldByName(name); ok && l.cursor == "" {
				assert.NotEqual(t, reflect.Pointer, f.Type.Kind(), "%s.%s", l.request.Name(), name)
				l.cursor = name
			}
		}
		out = append(out, l)
	}
	return out
}

// service responds as DLC would with some pages of a list.
type service struct {
	list
	pages   []int  // how many items each page has
	total   int    // of items, and of pages; below zero: as many as there are
	ignores bool   // the cursor
	repeats bool   // the first token, always
	fails   string // a code, from the second call on
	asked   []any  // cursors, as they came
	bodies  []map[string]any
}

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return nil, err
	}
	s.bodies = append(s.bodies, body)
	cursor := body[s.cursor]
	if cursor == "" || cursor == 0.0 {
		cursor = nil // required, where others leave it out at first
	}
	s.asked = append(s.asked, cursor)
	response := s.respond(s.page(body))
	if s.fails != "" && len(s.asked) > 1 {
		response = fmt.Sprintf(`{"Error":{"Code":%q,"Message":""},"RequestId":"r"}`, s.fails)
	}
	text := `{"Response":` + response + `}`
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewBufferString(text)), ContentLength: int64(len(text)), Request: r}, nil
}

// page is the page that a request asks for, or one past the end.
func (s *service) page(body map[string]any) int {
	at, _ := body[s.cursor].(float64)
	switch token, _ := body[s.cursor].(string); {
	case s.ignores:
		return 0
	case s.cursor == "Page":
		return int(at) - 1
	case s.cursor == "Offset":
		for i, n := range s.pages {
			if at <= 0 {
				return i
			}
			at -= float64(n)
		}
		return len(s.pages)
	case token != "":
		return int(token[1] - '0')
	}
	return 0
}

func (s *service) respond(page int) string {
	out := reflect.New(s.response)
	before, all := 0, 0
	for i, n := range s.pages {
		all += n
		if i < page {
			before += n
		}
	}
	n, last := 0, page >= len(s.pages)-1
	if page < len(s.pages) {
		n = s.pages[page]
	}
	if !place(out.Elem(), s.item, before, n) {
		panic("no room for items in " + s.response.Name())
	}
	pages := len(s.pages)
	if s.total >= 0 {
		all, pages = s.total, s.total
	}
	token := fmt.Sprintf("t%d", page+1)
	if last {
		token = ""
	}
	if s.repeats {
		token, last = "t1", false
	}
	for name, value := range map[string]any{
		"RequestID": "r", "TotalCount": all, "Total": all, "TotalElements": all, "TotalPages": pages,
		"NextToken": token, "Context": token, "SearchAfter": token, "NextCursor": token, "ListOver": last,
		"TaskID": "t", "State": 1, // certain beside a list
	} {
		set(out.Elem(), name, value)
	}
	text, err := wire.Append(nil, out.Interface())
	if err != nil {
		panic(err)
	}
	return string(text)
}

// place puts n items into a response where it has room for them: a list, a structure, a list in a
// structure, or all of it.
func place(v reflect.Value, item reflect.Type, from, n int) bool {
	if v.Type() == item {
		return n == 0 || mark(v, from)
	}
	for _, field := range v.Fields() {
		if field.Type() == reflect.SliceOf(item) {
			field.Set(reflect.MakeSlice(field.Type(), n, n))
			for i := range n {
				mark(field.Index(i), from+i)
			}
			return true
		}
	}
	for f, field := range v.Fields() {
		if f.Type.Kind() != reflect.Pointer || f.Type.Elem().Kind() != reflect.Struct {
			continue
		}
		if f.Type.Elem() == item && n == 0 {
			return true // a null is not a structure
		}
		inside := reflect.New(f.Type.Elem())
		if place(inside.Elem(), item, from, n) {
			field.Set(inside)
			return true
		}
	}
	return false
}

// mark makes an item unlike the others, and reports whether it can.
func mark(v reflect.Value, n int) bool {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("item %d", n))
		return true
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return mark(v.Index(0), n)
	case reflect.Struct:
		for _, field := range v.Fields() {
			if mark(field, n) {
				return true
			}
		}
	}
	return false
}

// set sets a field by name, in the response or in a structure that it holds.
func set(v reflect.Value, name string, value any) {
	if field := v.FieldByName(name); field.IsValid() {
		field.Set(reflect.ValueOf(value).Convert(field.Type()))
	}
	for _, field := range v.Fields() {
		if field.Kind() == reflect.Pointer && !field.IsNil() && field.Elem().Kind() == reflect.Struct {
			set(field.Elem(), name, value)
		}
	}
}

// walk ranges over the list until it ends or most items have come.
func (s *service) walk(t *testing.T, ctx context.Context, request reflect.Value, most int) (items []any, last error) {
	client, err := dlc.New(cloud.Config{
		Region: "ap-guangzhou", Credentials: cloud.StaticCredentials("AKID", "secret", ""), HTTPClient: &http.Client{Transport: s},
		SkipValidation: true, Retry: cloud.Retry{MaxAttempts: 1}, RequestRate: -1,
	})
	require.NoError(t, err)
	seq := reflect.ValueOf(client).MethodByName(s.name).Call([]reflect.Value{reflect.ValueOf(ctx), request})[0]
	for item, err := range seq.Seq2() {
		if e, ok := reflect.TypeAssert[error](err); ok {
			require.NoError(t, last, "one error at most")
			last = e
			continue
		}
		require.NoError(t, last, "no item after the error")
		if items = append(items, item.Interface()); len(items) == most {
			break
		}
	}
	return items, last
}

func (l list) serve(pages ...int) *service { return &service{list: l, pages: pages, total: -1} }

// wholePages reports whether an item is a page.
func (l list) wholePages() bool {
	for f := range l.response.Fields() {
		if f.Type == reflect.SliceOf(l.item) {
			return false
		}
	}
	return true
}

func TestEveryList(t *testing.T) {
	t.Parallel()
	all := lists(t)
	styles := map[string]int{}
	for _, l := range all {
		styles[l.cursor]++
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			l.testOrder(t)
			l.testStart(t)
			l.testFailure(t)
			if l.cursor != "" {
				l.testLies(t)
			}
		})
	}
	assert.Equal(t, map[string]int{"Offset": 31, "Page": 28, "NextToken": 4, "Context": 4, "SearchAfter": 2, "Cursor": 1, "": 23}, styles)
}

// testOrder covers lists that behave as documented.
func (l list) testOrder(t *testing.T) {
	request := reflect.New(l.request).Elem()
	s, want, asked := l.serve(2), 2, []any{nil}
	switch {
	case l.wholePages() && l.cursor != "":
		s, want, asked = l.serve(1, 1, 1), 3, []any{nil, "t1", "t2"}
	case l.byToken():
		s, want, asked = l.serve(2, 0, 1), 3, []any{nil, "t1", "t2"} // over an empty page
	case l.cursor == "Page":
		s, want, asked = l.serve(2, 1, 2), 5, []any{1.0, 2.0, 3.0}
	case l.cursor == "Offset":
		s, want, asked = l.serve(2, 1, 2), 5, []any{nil, 2.0, 3.0}
	}
	items, err := s.walk(t, t.Context(), request, 0)
	require.NoError(t, err)
	assert.Len(t, items, want)
	if !s.unbounded() {
		assert.Equal(t, slices.Repeat(asked, l.requests()), s.asked)
	}
	assert.True(t, request.IsZero(), "the request is the caller's")

	again, err := s.walk(t, t.Context(), request, 0)
	require.NoError(t, err)
	assert.Equal(t, items, again, "ranging again starts again")
	s.asked = nil
	_, err = s.walk(t, t.Context(), request, 1)
	require.NoError(t, err)
	assert.Len(t, s.asked, 1, "lazy")

	items, err = l.serve(0).walk(t, t.Context(), request, 0)
	if slices.Contains([]string{"AllMCPTaskResults", "AllTablePartitions"}, l.name) {
		require.ErrorIs(t, err, cloud.ErrTransport, "a page is for certain")
		return
	}
	require.NoError(t, err)
	if l.item != l.response {
		assert.Empty(t, items, "a list without items")
	}
}

// requests is how many lists cover what is listed: those that the API leaves out are requested too.
func (l list) requests() int {
	return max(1, map[string]int{"AllDataEngines": 8, "AllUserRoles": 2}[l.name])
}

// unbounded reports whether only an empty page is the end.
func (l list) unbounded() bool {
	if l.cursor != "Offset" && l.cursor != "Page" {
		return false
	}
	for _, name := range []string{"TotalCount", "Total", "TotalElements", "TotalPages"} {
		if _, ok := l.response.FieldByName(name); ok {
			return false
		}
	}
	return true
}

// testStart covers where the caller begins, and how large the pages are.
func (l list) testStart(t *testing.T) {
	if l.cursor == "" {
		return
	}
	request := reflect.New(l.request).Elem()
	var from any
	switch cursor := request.FieldByName(l.cursor); {
	case l.byToken():
		cursor.SetString("t1")
		from = "t1"
	default:
		cursor.SetInt(2)
		from = 2.0
	}
	for _, name := range []string{"Limit", "PageSize", "MaxResults"} {
		size := request.FieldByName(name)
		if !size.IsValid() {
			continue
		}
		if size.Kind() == reflect.Pointer {
			size.Set(reflect.New(size.Type().Elem()))
			size = size.Elem()
		}
		require.Equal(t, reflect.Int, size.Kind(), "%s.%s", l.request.Name(), name)
		size.SetInt(7)
		s := l.serve(2, 1, 2)
		_, err := s.walk(t, t.Context(), request, 0)
		require.NoError(t, err)
		for _, body := range s.bodies {
			assert.InEpsilon(t, 7, body[name], 0, name)
		}
	}
	s := l.serve(2, 1, 2)
	items, err := s.walk(t, t.Context(), request, 0)
	require.NoError(t, err)
	assert.Equal(t, from, s.asked[0])
	want := 3
	if l.wholePages() {
		want = 2
	}
	assert.Len(t, items, want)
}

func (l list) testFailure(t *testing.T) {
	request := reflect.New(l.request).Elem()
	ctx, cancel := context.WithCancelCause(t.Context())
	boom := errors.New("enough")
	cancel(boom)
	_, err := l.serve(1).walk(t, ctx, request, 0)
	require.ErrorIs(t, err, boom)
	if l.cursor == "" {
		return
	}
	s := l.serve(1, 1, 1)
	s.fails = "UnauthorizedOperation"
	items, err := s.walk(t, t.Context(), request, 0)
	require.ErrorIs(t, err, cloud.ErrDenied)
	assert.Len(t, items, 1, "those before the error")
}

// TestAllEngines checks that no engine is left out because of what the API means by an empty member.
func TestAllEngines(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	var want []string
	for i, e := range []dlc.DataEngineInfo{
		{}, {EngineGeneration: "Native"}, {EngineExecType: "BATCH"}, {EngineType: "kyuubi"},
		{EngineGeneration: "Native", EngineExecType: "BATCH"}, {EngineGeneration: "Native", EngineType: "kyuubi"},
		{EngineGeneration: "Native", EngineExecType: "BATCH", EngineType: "kyuubi"},
	} {
		e.DataEngineName = fmt.Sprintf("engine-%d", i)
		want = append(want, e.DataEngineName)
		emu.DLC.AddDataEngine(e)
	}
	cfg := emu.Config()
	cfg.Region, cfg.RequestRate = "ap-guangzhou", -1
	client, err := dlc.New(cfg)
	require.NoError(t, err)
	names := func(r dlc.DescribeDataEnginesRequest) (out []string) {
		for e, err := range client.AllDataEngines(t.Context(), r) {
			require.NoError(t, err)
			out = append(out, e.DataEngineName)
		}
		return out
	}
	assert.ElementsMatch(t, want, names(dlc.DescribeDataEnginesRequest{}))
	assert.ElementsMatch(t, want, names(dlc.DescribeDataEnginesRequest{Limit: 1}))
	assert.ElementsMatch(t, []string{"engine-1", "engine-4", "engine-5", "engine-6"}, names(dlc.DescribeDataEnginesRequest{EngineGeneration: "Native"}))
	assert.ElementsMatch(t, []string{"engine-3", "engine-5", "engine-6"}, names(dlc.DescribeDataEnginesRequest{EngineType: "kyuubi"}))
	assert.Empty(t, names(dlc.DescribeDataEnginesRequest{Offset: 1}), "from there on as the request asks")
}

// testLies covers services that would make the caller continue forever, or stop too soon.
func (l list) testLies(t *testing.T) {
	request := reflect.New(l.request).Elem()
	if l.byToken() {
		s := l.serve(1, 1)
		s.repeats = true
		_, err := s.walk(t, t.Context(), request, 9)
		require.ErrorIs(t, err, cloud.ErrTransport, "a token that comes again")
		return
	}
	for _, total := range []int{0, 1000000} {
		s := l.serve(2, 2)
		s.total = total
		items, err := s.walk(t, t.Context(), request, 9)
		if total > 0 && !s.unbounded() {
			require.ErrorIs(t, err, cloud.ErrTransport)
			require.ErrorContains(t, err, "an empty page", "items that the service counts are missing")
		} else {
			require.NoError(t, err)
		}
		assert.Len(t, items, 4, "a total of %d", total)
		assert.Len(t, s.asked, 3*l.requests(), "to an empty page")

		s = l.serve(2, 2)
		s.total, s.ignores = total, true
		items, err = s.walk(t, t.Context(), request, 9)
		require.ErrorIs(t, err, cloud.ErrTransport, "the same page forever")
		assert.Len(t, items, 2)
	}
}
