package wire_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

type bound struct {
	Env   string       `path:"env"`
	Job   clusterState `path:"job"`
	No    *int         `path:"no"`
	Zone  string       `query:"zone"`
	Kind  clusterState `query:"kind"`
	Max   int          `query:"max"`
	All   bool         `query:"all"`
	Min   *int         `query:"min"`
	Off   *bool        `query:"off"`
	Name  *string      `query:"a name"`
	Keys  []string     `query:"keys"`
	Space string       `header:"workspace"`
	Lang  *string      `header:"X-Lang"`
	Try   int          `header:"x-try"`

	Ignored string
	hidden  string
}

type withPayload struct {
	ID   string    `path:"id"`
	Body *argument `payload:"json"`
}

func TestBindPath(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in             bound
		template, want string
	}{
		"no label":          {bound{}, "/", "/"},
		"empty":             {bound{}, "", ""},
		"label":             {bound{Env: "kx-1_2.3~4"}, "/kx/environments/{env}/clusters", "/kx/environments/kx-1_2.3~4/clusters"},
		"label at the end":  {bound{Env: "e", Job: "j"}, "/e/{env}/j/{job}", "/e/e/j/j"},
		"escaped literal":   {bound{Job: "j"}, "/jobs/{job}%3AhotUpdate", "/jobs/j%3AhotUpdate"},
		"reserved":          {bound{Job: "a/b c+d*e:f?g#h%i&j=k\tl\"m"}, "/{job}", "/a%2Fb%20c%2Bd%2Ae%3Af%3Fg%23h%25i%26j%3Dk%09l%22m"},
		"UTF-8":             {bound{Job: "世"}, "/{job}", "/%E4%B8%96"},
		"bad UTF-8":         {bound{Job: "\xff"}, "/{job}", "/%FF"},
		"more than dots":    {bound{Job: "..."}, "/{job}", "/..."},
		"integer":           {bound{No: new(0)}, "/{no}", "/0"},
		"longer than usual": {bound{Job: "/////////////////////////////////////////////////////////////////////////////////////"}, "/{job}", "/%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, in := range []any{tt.in, &tt.in} {
				got, err := wire.Bind(nil, in, tt.template, wire.SpaceAsPlus)
				require.NoError(t, err)
				assert.Equal(t, wire.Parts{Path: tt.want}, got)
			}
		})
	}
}

func TestBindLabelErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   bound
		want string
	}{
		"empty":    {bound{}, `job: must not be empty, it is part of the path`},
		"one dot":  {bound{Job: "."}, `job: must not be ".", it is part of the path`},
		"two dots": {bound{Job: ".."}, `job: must not be "..", it is part of the path`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := wire.Bind(nil, &tt.in, "/jobs/{job}", wire.SpaceAsPercent)
			var le *wire.LabelError
			require.ErrorAs(t, err, &le)
			assert.Equal(t, "job", le.Field)
			assert.Equal(t, string(tt.in.Job), le.Given)
			assert.EqualError(t, err, tt.want)
		})
	}
	_, err := wire.Bind(nil, &bound{}, "/{no}", wire.SpaceAsPercent)
	require.ErrorAs(t, err, new(*wire.LabelError), "a nil pointer is empty")
	_, err = wire.Bind(nil, &bound{}, "/{other}", wire.SpaceAsPercent)
	require.EqualError(t, err, "the request has no field for the path label other")
}

func TestBindQuery(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in            bound
		percent, plus string // plus is empty where both are the same
	}{
		"nothing":     {bound{Ignored: "x", hidden: "x"}, "", ""},
		"sorted":      {bound{Zone: "z", Kind: "k", Max: 5, All: true}, "all=true&kind=k&max=5&zone=z", ""},
		"pointers":    {bound{Min: new(0), Off: new(false)}, "min=0&off=false", ""},
		"empty value": {bound{Name: new("")}, "a%20name=", "a+name="},
		"repeated":    {bound{Keys: []string{"b", "a", "", "a b"}}, "keys=&keys=a&keys=a%20b&keys=b", "keys=&keys=a&keys=a+b&keys=b"},
		"empty list":  {bound{Keys: []string{}}, "", ""},
		"reserved":    {bound{Zone: "a+b/c*d~e=f&g?h%i"}, "zone=a%2Bb%2Fc%2Ad~e%3Df%26g%3Fh%25i", ""},
		"UTF-8":       {bound{Zone: "世 界"}, "zone=%E4%B8%96%20%E7%95%8C", "zone=%E4%B8%96+%E7%95%8C"},
		"negative":    {bound{Max: -5}, "max=-5", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.plus == "" {
				tt.plus = tt.percent
			}
			keys := append([]string(nil), tt.in.Keys...)
			got, err := wire.Bind(nil, tt.in, "/", wire.SpaceAsPercent)
			require.NoError(t, err)
			assert.Equal(t, wire.Parts{Path: "/", Query: tt.percent}, got)
			got, err = wire.Bind(nil, tt.in, "/", wire.SpaceAsPlus)
			require.NoError(t, err)
			assert.Equal(t, wire.Parts{Path: "/", Query: tt.plus}, got)
			assert.Equal(t, keys, append([]string(nil), tt.in.Keys...), "the caller's list keeps its order")
		})
	}
}

func TestBindHeader(t *testing.T) {
	t.Parallel()
	got, err := wire.Bind(nil, bound{Space: "ws-世", Lang: new(""), Try: 2}, "/", wire.SpaceAsPlus)
	require.NoError(t, err)
	assert.Equal(t, []wire.HeaderField{{"Workspace", "ws-世"}, {"X-Lang", ""}, {"X-Try", "2"}}, got.Header)

	for _, bad := range []string{"a\r\nb: c", "a\nb", "a\x00", "a\x7f"} {
		_, err = wire.Bind(nil, bound{Space: bad}, "/", wire.SpaceAsPlus)
		require.EqualError(t, err, "workspace: a header must not contain control characters")
	}
}

func TestBindBody(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   any
		want string // empty: no body
	}{
		"members":          {argument{Key: "k"}, `{"key":"k"}`},
		"no members set":   {argument{}, `{}`},
		"members of a PUT": {&updateCode{Code: code{Bucket: "b"}, Environment: "e"}, `{"code":{"s3Bucket":"b"}}`},
		"no members":       {bound{Zone: "z"}, ``},
		"payload":          {withPayload{Body: &argument{Value: "v"}}, `{"value":"v"}`},
		"empty payload":    {withPayload{Body: &argument{}}, `{}`},
		"no payload":       {withPayload{ID: "x"}, ``},
		"list payload": {struct {
			L []int `payload:"json"`
		}{[]int{1, 2}}, `[1,2]`},
		"no list payload": {struct {
			L []int `payload:"json"`
		}{}, ``},
		"any payload": {struct {
			A any `payload:"json"`
		}{"x"}, `"x"`},
		"struct as payload": {struct {
			A argument `payload:"json"`
		}{}, `{}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := wire.Bind([]byte("before "), tt.in, "/", wire.SpaceAsPercent)
			require.NoError(t, err)
			assert.Equal(t, tt.want != "", got.HasBody)
			assert.Equal(t, "before "+tt.want, string(got.Body))
		})
	}
	got, err := wire.Bind([]byte("before"), everything{F: math.NaN()}, "/", wire.SpaceAsPercent)
	require.EqualError(t, err, "f: NaN and infinity cannot be sent")
	assert.False(t, got.HasBody)
	assert.Equal(t, "before", string(got.Body))
}

func TestBindRefuses(t *testing.T) {
	t.Parallel()
	var absent *bound
	for _, in := range []any{nil, absent, 1, "x", new(1), map[string]any{}} {
		_, err := wire.Bind(nil, in, "/{env}", wire.SpaceAsPercent)
		require.EqualError(t, err, "a request is not a struct")
	}
	for _, in := range []any{
		struct {
			X []int `query:"x"`
		}{}, struct {
			X argument `header:"x"`
		}{}, struct {
			X []byte `path:"x"`
		}{},
	} {
		_, err := wire.Bind(nil, in, "/{x}", wire.SpaceAsPercent)
		require.Error(t, err)
	}
}
