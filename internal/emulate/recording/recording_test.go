package recording

import (
	"bytes"
	"encoding/json"
	"net/http"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/flink"
	emulatedlc "github.com/polycloud-sdk/polycloud-go/internal/emulate/dlc"
	emulatefinspace "github.com/polycloud-sdk/polycloud-go/internal/emulate/finspace"
	emulateflink "github.com/polycloud-sdk/polycloud-go/internal/emulate/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	emulateproton "github.com/polycloud-sdk/polycloud-go/internal/emulate/proton"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

func services() Services {
	w, k := world.New([32]byte{}), &front.Keys{}
	return Services{
		"finspace": emulatefinspace.New(w, k), "proton": emulateproton.New(w, k),
		"flink": emulateflink.New(w, k), "dlc": emulatedlc.New(w, k),
	}
}

func TestReplaceAccount(t *testing.T) {
	t.Parallel()
	a, err := newAccount("123456789012", "000000000000")
	require.NoError(t, err)
	tests := [][2]string{
		{"arn:aws:proton:us-east-1:123456789012:service/x", "arn:aws:proton:us-east-1:000000000000:service/x"},
		{"123456789012,123456789012", "000000000000,000000000000"},
		{"1123456789012 1234567890123", "1123456789012 1234567890123"},
		{"12345678901 2", "12345678901 2"},
		{"123456789012", "000000000000"},
		{"", ""},
	}
	for _, tt := range tests {
		assert.Equal(t, tt[1], a.replaceIn(tt[0]))
	}
	s := &scrubber{accounts: []account{a, {"12345678", "87654321"}}}
	scrubbed := s.value(map[string]any{
		"AppId": json.Number("12345678"), "Uin": json.Number("123456789012"), "Size": json.Number("1234567"), "k12345678": true,
	}, nil, false)
	// A number cannot begin with 0, so it stays if its stand-in does.
	assert.Equal(t, map[string]any{
		"AppId": json.Number("87654321"), "Uin": json.Number("123456789012"), "Size": json.Number("1234567"), "k87654321": true,
	}, scrubbed)
}

func TestScrubText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, header, text, want string }{
		{"sigv4", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE1/20260101/us-east-1/x/aws4_request, SignedHeaders=host, Signature=abcdef0123456789",
			"key AKIDEXAMPLE1 sent abcdef0123456789", "key [redacted] sent [redacted]"},
		{"acs3", "ACS3-HMAC-SHA256 Credential=LTAIexample,SignedHeaders=host,Signature=abcdef0123456789",
			"LTAIexample abcdef0123456789", "[redacted] [redacted]"},
		{"roa", "acs LTAIexample:c2lnbmF0dXJl+/=", "LTAIexample c2lnbmF0dXJl+/= c2lnbmF0dXJl%2B%2F%3D", "[redacted] [redacted] [redacted]"},
		{"short", "acs key:c2lnbmF0dXJl", "the key of a monkey", "the key of a monkey"},
		{"signed URL", "", `{"u":"https://b.oss.aliyuncs.com/k?Expires=1&OSSAccessKeyId=LTAI1&Signature=a%2Bb"}`,
			`{"u":"https://b.oss.aliyuncs.com/k?Expires=1&OSSAccessKeyId=[redacted]&Signature=[redacted]"}`},
		{"COS", "", "https://b.cos.com/k?q-sign-algorithm=sha1&q-ak=AKID&q-signature=ff&x-cos-security-token=t",
			"https://b.cos.com/k?q-sign-algorithm=sha1&q-ak=[redacted]&q-signature=[redacted]&x-cos-security-token=[redacted]"},
		{"ordinary query", "", "https://x/?designation=1&page=2", "https://x/?designation=1&page=2"},
	}
	for _, tt := range tests {
		s := newScrubber(&sign.Request{Header: http.Header{"Authorization": {tt.header}}}, nil)
		assert.Equal(t, tt.want, s.text(tt.text), tt.name)
	}
}

func TestScrubDocuments(t *testing.T) {
	t.Parallel()
	all := services()
	s := &scrubber{}
	op := all.api("dlc")["CreateLab"]
	stored, err := s.request(op, &sign.Request{Method: "POST", Path: "/", Header: http.Header{}, Body: []byte(`{"Name":"n","advancedoptions":"secret","Big":12345678901234567890}`)})
	require.NoError(t, err)
	// In any letter case, and numbers as they are.
	assert.JSONEq(t, `{"Name":"n","advancedoptions":"[redacted]","Big":12345678901234567890}`, string(stored.Body))
	assert.Contains(t, string(stored.Body), "12345678901234567890")

	_, err = s.request(all.api("flink")["GetJob"], &sign.Request{Query: "a=%zz", Header: http.Header{}})
	require.ErrorContains(t, err, "the query of the request cannot be parsed")
	_, err = s.request(all.api("dlc")["CreateLab"], &sign.Request{Body: []byte("Name=n"), Header: http.Header{}})
	require.ErrorContains(t, err, "the body of the request is not JSON")

	// A body that cannot be parsed may have secrets anywhere.
	resp, err := s.response(all.api("dlc")["DescribeTasks"], 200, http.Header{"Content-Type": {"application/json"}}, []byte(`{"SQL":"SELECT 1"`))
	require.NoError(t, err)
	assert.Equal(t, "[redacted]", resp.Text)
}

func TestScrubEvents(t *testing.T) {
	t.Parallel()
	s := &scrubber{hidden: []string{"secret-token"}}
	type event struct {
		Text  string         `json:"text"`
		Token string         `json:"token" sensitive:"true"`
		Conf  map[string]any `json:"conf" sensitive:"true"`
	}
	got := s.stream("event: message\r\ndata: {\"text\":\"hi secret-token\",\"token\":\"x\",\"conf\":{\"a\":1}}\r\n\r\ndata: not JSON\n", reflect.TypeFor[event]())
	assert.Equal(t, "event: message\r\ndata: {\"conf\":{\"a\":\"[redacted]\"},\"text\":\"hi [redacted]\",\"token\":\"[redacted]\"}\r\n\r\ndata: not JSON\n", got)
}

func TestHasSensitive(t *testing.T) {
	t.Parallel()
	assert.True(t, hasSensitive(reflect.TypeFor[dlc.DescribeTasksResponse](), map[reflect.Type]bool{}))
	assert.True(t, hasSensitive(reflect.TypeFor[flink.GetJobResponse](), map[reflect.Type]bool{}))
	assert.False(t, hasSensitive(reflect.TypeFor[flink.GetSavepointResponse](), map[reflect.Type]bool{}))
}

func TestMembers(t *testing.T) {
	t.Parallel()
	all := services()
	tests := []struct {
		name, service, operation string
		request                  Request
		ignored                  []string
		want                     string
	}{
		{
			name: "everywhere", service: "flink", operation: "ListDeployments",
			request: Request{
				Path: "/api/v2/namespaces/a%2Fb/deployments", Query: map[string][]string{"pageIndex": {"1"}, "Other": {"2"}},
				Header: map[string]string{"Workspace": "w"},
			},
			want: `{"namespace":"a/b","pageIndex":"1","workspace":"w"}`,
		},
		{
			name: "token", service: "finspace", operation: "CreateKxVolume",
			request: Request{Path: "/kx/environments/e/kxvolumes", Body: []byte(`{"clientToken":"t","volumeName":"v","nas1Configuration":{"size":1200}}`)},
			want:    `{"environmentId":"e","volumeName":"v","nas1Configuration":{"size":1200}}`,
		},
		{
			name: "ignored", service: "dlc", operation: "DescribeTasks", ignored: []string{"StartTime", "Filters.Values", "Missing.Name"},
			request: Request{Path: "/", Body: []byte(`{"StartTime":"s","Filters":[{"Name":"n","Values":["v"]}],"EndTime":null}`)},
			want:    `{"Filters":[{"Name":"n"}]}`,
		},
		{
			name: "numbers", service: "dlc", operation: "DescribeTasks",
			request: Request{Path: "/", Body: []byte(`{"Limit":1e1,"Offset":10,"X":1e999999999}`)},
			want:    `{"Limit":10,"Offset":10,"X":1e999999999}`,
		},
	}
	for _, tt := range tests {
		got, err := members(all.api(tt.service)[tt.operation], &tt.request, tt.ignored)
		require.NoError(t, err, tt.name)
		var want bytes.Buffer
		document, err := parseJSON([]byte(tt.want))
		require.NoError(t, err)
		want.WriteString(shown(document))
		assert.Equal(t, want.String(), shown(got), tt.name)
	}
}

func TestDifferences(t *testing.T) {
	t.Parallel()
	parse := func(text string) any {
		document, err := parseJSON([]byte(text))
		require.NoError(t, err)
		return canonical(document)
	}
	assert.Empty(t, differences("", parse(`{"a":1,"b":null,"c":[{"d":1.0}]}`), parse(`{"a":1.0,"c":[{"d":1}]}`)))
	assert.Equal(t, []Difference{
		{"a", "1", `"1"`},
		{"c[1].d", "true", ""},
		{"e", "[1,2]", "[1]"},
		{"f", "", "{}"},
	}, differences("", parse(`{"a":1,"c":[1,{"d":true}],"e":[1,2]}`), parse(`{"a":"1","c":[1,{}],"e":[1],"f":{}}`)))
	assert.Equal(t, "a: recorded none, given 1", Difference{Member: "a", Given: "1"}.String())
}

func TestUpstreams(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"finspace": "https://finspace.us-east-1.amazonaws.com", "proton": "https://proton.us-east-1.amazonaws.com",
		"flink": "https://ververica.us-east-1.aliyuncs.com", "dlc": "https://dlc.tencentcloudapi.com",
	}
	for service, want := range tests {
		u, err := newUpstream(service, cloud.Config{Region: "us-east-1"})
		require.NoError(t, err)
		assert.Equal(t, want, u.endpoint.String())
		u, err = newUpstream(service, cloud.Config{Region: "us-east-1", Endpoint: "https://gateway.example/x/"})
		require.NoError(t, err)
		u.credentials = cloud.CacheCredentials(cloud.StaticCredentials("real-key", "real-secret", "real-token"))
		in := sign.Request{Method: "GET", Path: "/a%2Fb", Query: "c=1", Header: http.Header{
			"Authorization": {"old"}, "X-Amz-Date": {"old"}, "X-Acs-Signature-Nonce": {"old"}, "X-Tc-Timestamp": {"old"}, "Workspace": {"w"},
		}}
		req, _, err := u.request(t.Context(), &in)
		require.NoError(t, err)
		assert.Equal(t, "https://gateway.example/x/a%2Fb?c=1", req.URL.String())
		assert.Contains(t, req.Header.Get("Authorization"), "real-key")
		assert.Equal(t, "w", req.Header.Get("Workspace"))
		for name, values := range req.Header {
			assert.NotContains(t, values, "old", name)
		}
		assert.Equal(t, "old", in.Header.Get("Authorization"))
	}
}

func FuzzParse(f *testing.F) {
	all := services()
	f.Add([]byte(`{"at":"2026-11-01T00:00:00Z","region":"us-east-1","service":"finspace","operation":"GetKxVolume",
"request":{"method":"GET","path":"/kx/environments/e/kxvolumes/v"},"response":{"status":200,"body":{"volumeName":"v"}}}`))
	f.Add([]byte(`{"service":"dlc","operation":"DescribeTasks","region":"r","request":{"method":"POST","path":"/","body":{"Limit":1e400}},
"response":{"status":502,"header":{"Content-Type":"text/html"},"text":"<html>"}}`))
	f.Add([]byte(`{"service":"flink","operation":"CreateDeployment","region":"r","request":{"method":"POST",
"path":"/api/v2/namespaces/n/deployments","body":[1]},"response":{"status":200}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		x, err := Parse(data, all)
		if err != nil {
			assert.NotContains(t, err.Error(), "\n")
			return
		}
		_, err = members(all.api(x.Service)[x.Operation], &x.Request, nil)
		require.NoError(t, err)
		_ = x.Response.body()
		// What was parsed can be stored, and parsed again to the same.
		encoded, err := x.encode()
		require.NoError(t, err)
		again, err := Parse(encoded, all)
		require.NoError(t, err)
		twice, err := again.encode()
		require.NoError(t, err)
		assert.Equal(t, string(encoded), string(twice))
	})
}
