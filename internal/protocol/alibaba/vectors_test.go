package alibaba

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// vector is a signed request that was recorded or computed elsewhere; package sign has its source.
type vector struct {
	Name, Method, Host, Path, Query, Body string
	Header                                http.Header
	AccessKeyID, Secret, Token            string
	Time                                  time.Time
	Nonce, Authorization                  string
}

// vectorRequest has every member that the vectors' requests have.
type vectorRequest struct {
	DeploymentID *string `query:"deploymentId"`
	PageIndex    *string `query:"pageIndex"`
	PageSize     *string `query:"pageSize"`
	SortName     *string `query:"sortName"`
	CatalogName  *string `query:"catalogName"`
	Filter       *string `query:"filter"`
	Name         *string `query:"name"`
	Empty        *string `query:"empty"`
	ImageID      *string `query:"ImageId"`
	RegionID     *string `query:"RegionId"`
	Workspace    string  `header:"workspace"`

	Body *vectorBody `payload:"json"`
}

type vectorBody struct {
	DeploymentID string `json:"deploymentId,omitzero"`
	Description  string `json:"description,omitzero"`
	NativeFormat bool   `json:"nativeFormat,omitzero"`
}

func (vectorRequest) Validate() error { return nil }

// vectorProtocol is roaProtocol with the vector's nonce and further headers.
type vectorProtocol struct {
	*roaProtocol
	vector
}

func (p vectorProtocol) SetHeader(h http.Header, op *transport.Operation, hasBody bool) {
	p.roaProtocol.SetHeader(h, op, hasBody)
	maps.Copy(h, p.Header)
}

func (p vectorProtocol) Sign(r *sign.Request, c sign.Credentials, now time.Time) {
	if p.hmacSHA1 {
		roa.Signer{}.Sign(r, c, now, p.Nonce)
		return
	}
	acs3.Signer{}.Sign(r, c, now, p.Nonce)
}

// TestAlibabaVectors sends what the vectors describe through a whole client, and compares the
// signature that arrives.
func TestAlibabaVectors(t *testing.T) {
	t.Parallel()
	for folder, older := range map[string]bool{"acs3": false, "roa": true} {
		text, err := os.ReadFile("../../sign/" + folder + "/testdata/vectors.json")
		require.NoError(t, err)
		var file struct{ Vectors []vector }
		require.NoError(t, json.Unmarshal(text, &file))
		require.GreaterOrEqual(t, len(file.Vectors), 10)
		for _, v := range file.Vectors {
			t.Run(folder+"/"+v.Name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(time.Until(v.Time)) // virtual
					s := &server{}
					c, err := transport.New(cloud.Config{
						Credentials: cloud.StaticCredentials(v.AccessKeyID, v.Secret, v.Token), HTTPClient: &http.Client{Transport: s},
					}, transport.Service{
						Name: "vectors", Endpoint: "https://" + v.Host, Protocol: vectorProtocol{&roaProtocol{hmacSHA1: older}, v},
					})
					require.NoError(t, err)
					op := transport.Operation{Name: v.Name, Method: v.Method, Path: v.Path}
					_, err = transport.Call(t.Context(), c, &op, v.request(t), new(response))
					require.NoError(t, err)

					sent := s.sent
					assert.Equal(t, v.Authorization, sent.Header.Get("Authorization"))
					assert.Equal(t, v.Method, sent.Method)
					assert.Equal(t, v.Path, sent.URL.EscapedPath())
					assert.Equal(t, v.Body, s.body)
					got, want := sent.URL.Query(), must(url.ParseQuery(v.Query))
					assert.Equal(t, want, got)
				})
			})
		}
	}
}

// request fills the struct from the vector.
func (v vector) request(t *testing.T) *vectorRequest {
	r := &vectorRequest{Workspace: v.Header.Get("Workspace")}
	fields := reflect.ValueOf(r).Elem()
	for name, values := range must(url.ParseQuery(v.Query)) {
		i := slices.IndexFunc(reflect.VisibleFields(fields.Type()), func(f reflect.StructField) bool { return f.Tag.Get("query") == name })
		require.GreaterOrEqual(t, i, 0, "the test knows no query member %s", name)
		fields.Field(i).Set(reflect.ValueOf(&values[0]))
	}
	if v.Body != "" {
		r.Body = new(vectorBody)
		var body map[string]any
		require.NoError(t, json.Unmarshal([]byte(v.Body), &body))
		r.Body.DeploymentID, _ = body["deploymentId"].(string)
		r.Body.Description, _ = body["description"].(string)
		r.Body.NativeFormat, _ = body["nativeFormat"].(bool)
	}
	return r
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// server takes down the one request that it gets.
type server struct {
	sent *http.Request
	body string
}

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	s.sent = r
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		s.body = string(body)
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"success":true}`)), Request: r}, nil
}
