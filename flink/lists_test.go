package flink

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// pageStyle is how a list is paged on the wire.
type pageStyle struct {
	page, size string // members of the query; empty for a list without pages
	inData     bool   // items and counts are members of data; otherwise data is the list
	items      string
	total      string
	asString   bool // numbers are strings
	usual      int  // the size of a page unless a request asks for another
}

var (
	byIndex   = pageStyle{page: "pageIndex", size: "pageSize", total: "totalSize", usual: 10}
	byString  = pageStyle{page: "pageIndex", size: "pageSize", inData: true, items: "editableNamespaces", total: "total", asString: true, usual: 10}
	byNumber  = pageStyle{page: "pageNumber", size: "pageSize", inData: true, items: "tuningHistories", total: "totalCount", usual: 20}
	byPage    = pageStyle{page: "page", size: "size", inData: true, items: "items", total: "total", usual: 20}
	atOnce    = pageStyle{}
	inVersion = pageStyle{inData: true, items: "engineVersionMetadata"}
)

// lists are all list operations, with a member that tells their items apart.
var lists = map[string]struct {
	style pageStyle
	id    string
}{
	"GetCatalogs":                      {atOnce, "name"},
	"GetDatabases":                     {atOnce, "name"},
	"GetDeploymentsByIP":               {atOnce, "name"},
	"GetDeploymentsByLabel":            {atOnce, "name"},
	"GetDeploymentsByName":             {atOnce, "name"},
	"GetEvents":                        {byIndex, "eventId"},
	"GetTables":                        {atOnce, "name"},
	"GetUDFArtifacts":                  {atOnce, "name"},
	"ListAutopilotTuningHistories":     {byNumber, "tuningId"},
	"ListCustomConnectors":             {atOnce, "name"},
	"ListDeploymentDrafts":             {byIndex, "name"},
	"ListDeploymentTargets":            {byIndex, "name"},
	"ListDeployments":                  {byIndex, "name"},
	"ListEditableNamespace":            {byString, "Namespace"},
	"ListEngineVersionMetadata":        {inVersion, "engineVersion"},
	"ListJobs":                         {byIndex, "jobId"},
	"ListMembers":                      {byIndex, "member"},
	"ListPatrolReports":                {byPage, "reportId"},
	"ListSavepoints":                   {byIndex, "savepointId"},
	"ListScheduledPlan":                {byIndex, "name"},
	"ListScheduledPlanExecutedHistory": {atOnce, "name"},
	"ListSessionClusters":              {atOnce, "name"},
	"ListVariables":                    {byIndex, "name"},
}

// TestNoListIsMissed goes by the names of operations, and by what they return.
func TestNoListIsMissed(t *testing.T) {
	t.Parallel()
	var operations []string
	for m := range reflect.TypeFor[*Client]().Methods() {
		reads := strings.HasPrefix(m.Name, "Get") || strings.HasPrefix(m.Name, "Fetch") || strings.HasPrefix(m.Name, "Describe")
		if strings.HasPrefix(m.Name, "List") || reads && returnsList(m.Type) {
			operations = append(operations, m.Name)
		}
	}
	known := slices.Sorted(maps.Keys(lists))
	assert.Equal(t, known, operations)
	assert.ElementsMatch(t, known, slices.Collect(maps.Keys(iterators())))
}

// iterators returns the All methods by the operations that their requests are of.
func iterators() map[string]reflect.Method {
	all := map[string]reflect.Method{}
	for m := range reflect.TypeFor[*Client]().Methods() {
		if strings.HasPrefix(m.Name, "All") {
			all[strings.TrimSuffix(m.Type.In(2).Name(), "Request")] = m
		}
	}
	return all
}

func returnsList(method reflect.Type) bool {
	data, ok := method.Out(0).Elem().FieldByName("Data")
	return ok && data.Type.Kind() == reflect.Slice
}

// shelf serves a list in the style of an operation.
type shelf struct {
	style  pageStyle
	id     string
	count  int
	total  int  // the count in responses, which may be wrong
	stuck  bool // on the first page
	broken int  // the page that is refused
	asked  []url.Values
}

func (s *shelf) RoundTrip(r *http.Request) (*http.Response, error) {
	query := r.URL.Query()
	s.asked = append(s.asked, query)
	page, size := s.number(query, s.style.page, 1), s.number(query, s.style.size, s.style.usual)
	body := map[string]any{"success": true, "requestId": "r", "pageIndex": 1, "pageSize": 1, "totalSize": 99} // counts can be there without pages
	if page == s.broken {
		body = map[string]any{"success": false, "requestId": "r", "errorCode": "990301", "errorMessage": "gone"}
	}
	items := s.items(page, size)
	counts := body
	if s.style.inData {
		counts = map[string]any{s.style.items: items}
		body["data"] = counts
	} else {
		body["data"] = items
	}
	if s.style.page != "" {
		counts[s.style.page], counts[s.style.size], counts[s.style.total] = s.written(page), s.written(size), s.written(s.total)
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return response(r, 200, string(encoded)), nil
}

func (s *shelf) number(query url.Values, name string, otherwise int) int {
	n, err := strconv.Atoi(query.Get(name))
	if err != nil {
		return otherwise
	}
	return n
}

// written is a number as the style has it.
func (s *shelf) written(n int) any {
	if s.style.asString {
		return strconv.Itoa(n)
	}
	return n
}

func (s *shelf) items(page, size int) []map[string]string {
	first, last := (page-1)*size, min(page*size, s.count)
	if s.stuck {
		first, last = 0, size
	}
	if s.style.page == "" {
		first, last = 0, s.count
	}
	items := []map[string]string{}
	for i := first; i < last; i++ {
		items = append(items, map[string]string{s.id: itemName(i)})
	}
	return items
}

func itemName(i int) string { return fmt.Sprintf("item-%d", i) }

func itemNames(from, to int) []string {
	var names []string
	for i := from; i < to; i++ {
		names = append(names, itemName(i))
	}
	return names
}

// sent returns the values of one member of the query in all requests.
func (s *shelf) sent(name string) []string {
	var values []string
	for _, query := range s.asked {
		values = append(values, query.Get(name))
	}
	return values
}

// listTest ranges over one list operation.
type listTest struct {
	op      string
	shelf   *shelf
	request reflect.Value
}

func newListTest(t *testing.T, op string, count int) *listTest {
	method, ok := reflect.TypeFor[*Client]().MethodByName(op)
	require.True(t, ok, op)
	l := lists[op]
	request := reflect.New(method.Type.In(2)).Elem()
	for f, field := range request.Fields() {
		where := f.Tag.Get("path") + f.Tag.Get("query")
		if field.Type() == reflect.TypeFor[string]() && where != "" && where != l.style.page && where != l.style.size {
			field.SetString("x")
		}
	}
	return &listTest{op, &shelf{style: l.style, id: l.id, count: count, total: count}, request}
}

// set gives a member of the query a number.
func (l *listTest) set(t *testing.T, name string, n int) {
	for f, field := range l.request.Fields() {
		if f.Tag.Get("query") != name {
			continue
		}
		if field.Kind() == reflect.String {
			field.SetString(strconv.Itoa(n))
		} else {
			field.SetInt(int64(n))
		}
		return
	}
	require.Fail(t, "no such member of the query", name)
}

// walk returns the items until the list ends, or at most so many; 0 means all.
func (l *listTest) walk(t *testing.T, most int) (names []string, last error) {
	c, err := New(cloud.Config{
		Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", ""),
		HTTPClient: &http.Client{Transport: l.shelf}, Retry: cloud.Retry{MaxAttempts: 1},
	}, WithWorkspace("w"), WithNamespace("n"))
	require.NoError(t, err)
	all, ok := iterators()[l.op]
	require.True(t, ok, l.op)
	seq := all.Func.Call([]reflect.Value{reflect.ValueOf(c), reflect.ValueOf(t.Context()), l.request})[0]
	for item, err := range seq.Seq2() {
		if last, _ = reflect.TypeAssert[error](err); last != nil {
			continue
		}
		encoded, err := wire.Append(nil, item.Interface())
		require.NoError(t, err)
		members := map[string]any{}
		require.NoError(t, json.Unmarshal(encoded, &members))
		names = append(names, members[l.shelf.id].(string))
		if len(names) == most {
			break
		}
	}
	return names, last
}

func TestEveryList(t *testing.T) {
	t.Parallel()
	for op, l := range lists {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			test := newListTest(t, op, 23)
			before := test.request.Interface()
			names, err := test.walk(t, 0)
			require.NoError(t, err)
			assert.Equal(t, itemNames(0, 23), names)
			assert.Equal(t, before, test.request.Interface(), "the request is the caller's")
			if l.style.page == "" {
				assert.Len(t, test.shelf.asked, 1)
			}

			test = newListTest(t, op, 23)
			names, err = test.walk(t, 1)
			require.NoError(t, err)
			assert.Equal(t, itemNames(0, 1), names)
			assert.Len(t, test.shelf.asked, 1, "lazy")

			test = newListTest(t, op, 0)
			names, err = test.walk(t, 0)
			require.NoError(t, err)
			assert.Empty(t, names)
			assert.Len(t, test.shelf.asked, 1)

			test = newListTest(t, op, 3)
			test.shelf.broken = 1
			names, err = test.walk(t, 0)
			require.ErrorIs(t, err, cloud.ErrNotFound)
			assert.Empty(t, names)
		})
	}
}

func TestEveryPagedList(t *testing.T) {
	t.Parallel()
	for op, l := range lists {
		if l.style.page == "" {
			continue
		}
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			style := l.style
			test := newListTest(t, op, 2*style.usual+3)
			names, err := test.walk(t, 0)
			require.NoError(t, err)
			assert.Equal(t, itemNames(0, 2*style.usual+3), names)
			assert.Equal(t, []string{"1", "2", "3"}, test.shelf.sent(style.page))
			assert.Equal(t, []string{"", "", ""}, test.shelf.sent(style.size))

			for _, size := range []int{5, 50} {
				test = newListTest(t, op, 3*size+1)
				test.set(t, style.page, 2)
				test.set(t, style.size, size)
				before := test.request.Interface()
				names, err = test.walk(t, 0)
				require.NoError(t, err)
				assert.Equal(t, itemNames(size, 3*size+1), names, "from page 2, by %d", size)
				assert.Equal(t, []string{"2", "3", "4"}, test.shelf.sent(style.page))
				assert.Equal(t, slices.Repeat([]string{strconv.Itoa(size)}, 3), test.shelf.sent(style.size))
				assert.Equal(t, before, test.request.Interface(), "the request is the caller's")
			}

			test = newListTest(t, op, 3*style.usual)
			names, err = test.walk(t, style.usual+1)
			require.NoError(t, err)
			assert.Len(t, names, style.usual+1)
			assert.Len(t, test.shelf.asked, 2, "lazy")

			test = newListTest(t, op, 3*style.usual)
			test.shelf.broken = 2
			names, err = test.walk(t, 0)
			require.ErrorIs(t, err, cloud.ErrNotFound)
			assert.Len(t, names, style.usual)

			for _, total := range []int{0, -1, 1 << 30} {
				test = newListTest(t, op, style.usual+3)
				test.shelf.total = total
				names, err = test.walk(t, 0)
				if total > 0 {
					require.ErrorIs(t, err, cloud.ErrTransport)
					require.ErrorContains(t, err, "an empty page", "items that the service counts are missing")
				} else {
					require.NoError(t, err)
				}
				assert.Equal(t, itemNames(0, style.usual+3), names, "with the total %d", total)
				assert.LessOrEqual(t, len(test.shelf.asked), 3)
			}

			test = newListTest(t, op, 0)
			test.shelf.stuck, test.shelf.total = true, 1<<30
			names, err = test.walk(t, 0)
			require.ErrorIs(t, err, cloud.ErrTransport, "a page that comes again")
			assert.Len(t, names, style.usual)
			assert.Len(t, test.shelf.asked, 2)

			test = newListTest(t, op, 3)
			test.set(t, style.page, -1)
			_, err = test.walk(t, 0)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.Empty(t, test.shelf.asked)
		})
	}
}

func TestPageThatIsNoNumber(t *testing.T) {
	t.Parallel()
	test := newListTest(t, "ListEditableNamespace", 3)
	test.request.FieldByName("PageIndex").SetString("first")
	_, err := test.walk(t, 0)
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.Empty(t, test.shelf.asked)
}

// TestEditableNamespacesAreNotBoundToTheClients holds because namespace is a filter there.
func TestEditableNamespacesAreNotBoundToTheClients(t *testing.T) {
	t.Parallel()
	test := newListTest(t, "ListEditableNamespace", 3)
	_, err := test.walk(t, 0)
	require.NoError(t, err)
	assert.False(t, test.shelf.asked[0].Has("namespace"))

	test.request.FieldByName("Namespace").Set(reflect.ValueOf(new("mine")))
	_, err = test.walk(t, 0)
	require.NoError(t, err)
	assert.Equal(t, "mine", test.shelf.asked[1].Get("namespace"))
}
