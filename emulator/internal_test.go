package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

func TestTimeline(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	var line timeline[string]
	_, ok := line.actual(at(0))
	assert.False(t, ok)
	line.put(at(10), at(10), "old")
	line.put(at(20), at(25), "changing")
	line.put(at(40), at(40), "new")
	tests := []struct {
		at              int
		actual, visible string
	}{
		{9, "", ""}, {10, "old", "old"}, {20, "changing", "old"}, {24, "changing", "old"}, {25, "changing", "changing"},
		{39, "changing", "changing"}, {40, "new", "new"}, {1000, "new", "new"},
	}
	for _, tt := range tests {
		actual, _ := line.actual(at(tt.at))
		visible, _ := line.visible(at(tt.at))
		assert.Equal(t, tt.actual, actual, tt.at)
		assert.Equal(t, tt.visible, visible, tt.at)
	}

	line.put(at(30), at(35), "canceled")
	actual, _ := line.actual(at(50))
	assert.Equal(t, "canceled", actual, "what was planned for later is dropped")
	line.forget(at(32))
	assert.Len(t, line, 2, "reads still show the state before the last")
	line.forget(at(35))
	assert.Equal(t, timeline[string]{{from: at(30), visibleFrom: at(35), value: "canceled"}}, line)
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		template, path string
		want           map[string]string
	}{
		{"/a/{x}", "/a/b", map[string]string{"x": "b"}},
		{"/a/{x}", "/a/b%2Fc%20d", map[string]string{"x": "b/c d"}},
		{"/a/{x}/c", "/a/b/c", map[string]string{"x": "b"}},
		{"/a/{x}:go", "/a/b:go", map[string]string{"x": "b"}},
		{"/a/{x}:go", "/a/b%3Ago", map[string]string{"x": "b"}},
		{"/a/{x}:go", "/a/b%3ac:go", map[string]string{"x": "b:c"}},
		{"/a/{x}:go", "/a/b:stop", nil},
		{"/a/{x}:go", "/a/:go", nil},
		{"/a/{x}", "/a/", nil},
		{"/a/{x}", "/a/b/c", nil},
		{"/a/{x}", "/A/b", nil},
		{"/a/{x}", "/a/%zz", nil},
	}
	for _, tt := range tests {
		got, ok := route{template: tt.template}.match(tt.path)
		assert.Equal(t, tt.want != nil, ok, tt.path)
		if ok {
			assert.Equal(t, tt.want, got)
		}
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	r := &received{
		Request: sign.Request{Header: http.Header{"Workspace": {"w"}}, Body: []byte(`{"flinkConf":{"a":1},"labels":null,"color":"red"}`)},
		labels:  map[string]string{"namespace": "n", "deploymentId": "d"},
	}
	var in flink.UpdateDeploymentRequest
	require.NoError(t, r.decode(&in))
	assert.Equal(t, flink.UpdateDeploymentRequest{
		Namespace: "n", DeploymentID: "d", Workspace: "w", Deployment: flink.Deployment{FlinkConf: map[string]any{"a": int64(1)}},
	}, in)
	r.strict = true
	require.ErrorContains(t, r.decode(&in), "color is unknown")
}

func TestForm(t *testing.T) {
	t.Parallel()
	body, err := formBody[dlc.DescribeDataEnginesRequest](formTree(url.Values{
		"Action": {"x"}, "Offset": {"5"}, "Limit": {"many"}, "ListHasListener": {"true"}, "Color": {"red"},
		"Filters.1.Name": {"b"}, "Filters.0.Name": {"a"}, "Filters.0.Values.0": {"v"}, "AccessTypes.0": {"USE"},
	}))
	require.NoError(t, err)
	assert.JSONEq(t, `{"Offset":5,"Limit":"many","ListHasListener":true,"Color":"red","AccessTypes":["USE"],
		"Filters":[{"Name":"a","Values":["v"]},{"Name":"b"}]}`, string(body))
}

func TestProblems(t *testing.T) {
	t.Parallel()
	one := cloud.Problem{Field: "name", Rule: "required"}
	two := cloud.Problem{Field: "size", Rule: "must be 1 to 5"}
	assert.Equal(t, "name: required", validationMessage(&cloud.ValidationError{Problems: []cloud.Problem{one}}))
	assert.Equal(t, "2 problems: name: required; size: must be 1 to 5",
		validationMessage(&cloud.ValidationError{Problems: []cloud.Problem{one, two}}))
}

func TestPageBounds(t *testing.T) {
	t.Parallel()
	list := []int{1, 2, 3, 4, 5}
	assert.Equal(t, []int{1, 2}, numberedPage(list, 1, 2))
	assert.Equal(t, []int{5}, numberedPage(list, 3, 2))
	assert.Empty(t, numberedPage(list, 4, 2))
	assert.Empty(t, numberedPage(list, 1<<62, 100))
	assert.Equal(t, []int{4, 5}, offsetPage(list, 3, 10))
	assert.Empty(t, offsetPage(list, 1<<62, 100))
	page, next, err := nextPage(list, "s", "", 5)
	require.NoError(t, err)
	assert.Equal(t, list, page)
	assert.Empty(t, next)
}

func FuzzPageToken(f *testing.F) {
	f.Add("s", encodePageToken("s", 7))
	f.Add("s", "cGFnZX4tMX4=")
	f.Fuzz(func(t *testing.T, scope, token string) {
		offset, err := decodePageToken(scope, token)
		if err == nil && token != "" {
			assert.Equal(t, token, encodePageToken(scope, offset))
		}
		assert.GreaterOrEqual(t, offset, 0)
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"Filters":[{"Name":"a","Values":["b"]}],"Offset":1}`), "maxResults=5")
	f.Add([]byte(`{"Offset":1e999,"Filters":{}}`), "a=%zz")
	f.Fuzz(func(t *testing.T, body []byte, query string) {
		values, _ := url.ParseQuery(query)
		r := &received{Request: sign.Request{Body: body, Header: http.Header{}}, values: values, strict: true}
		var engines dlc.DescribeDataEnginesRequest
		if r.decode(&engines) == nil && len(bytes.TrimSpace(body)) > 0 {
			assert.True(t, json.Valid(body))
		}
		var deployment flink.UpdateDeploymentRequest
		_ = r.decode(&deployment)
		var jobs flink.ListJobsRequest
		_ = r.decode(&jobs)
	})
}

func FuzzForm(f *testing.F) {
	f.Add("Filters.0.Name=a&Limit=5&Filters.0.Values.0=b")
	f.Add("Filters.0=a&Filters.0.Name=b&.=c&..=d")
	f.Fuzz(func(t *testing.T, query string) {
		values, _ := url.ParseQuery(query)
		body, err := formBody[dlc.DescribeDataEnginesRequest](formTree(values))
		require.NoError(t, err)
		assert.True(t, json.Valid(body))
	})
}
