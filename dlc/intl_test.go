package dlc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// internationalOnly are the actions that only the international site has, of which there are no recordings.
var internationalOnly = []string{
	"CheckGrantedPermission", "CopyDLCTable", "CreateDLCTable", "DescribeDLCTable", "DescribeDLCTableList", "DescribeDMSDatabaseList",
	"DescribeJob", "DescribeJobs", "DescribeQuery", "DescribeTaskStatistics", "DropDLCTable",
}

// site is a model as the vendor writes it.
type site struct {
	Actions map[string]struct{ Input, Output string }
	Objects map[string]struct {
		Members []struct{ Name, Type, Member string }
	}
}

func international(t *testing.T) site {
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "upstream", "dlc-2021-01-25.intl.api.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the model of the international site is not here")
	}
	require.NoError(t, err)
	var s site
	require.NoError(t, json.Unmarshal(text, &s))
	return s
}

// sample makes an object with every member set.
func (s site) sample(object string, depth int) map[string]any {
	out := map[string]any{}
	for i, m := range s.Objects[object].Members {
		var value any
		switch m.Member {
		case "string", "datetime_iso":
			value = fmt.Sprintf("%s %d", m.Name, i)
		case "int64", "uint64":
			value = float64(1000 + i)
		case "float":
			value = 0.5 + float64(i)
		case "bool":
			value = true
		default:
			if depth > 4 {
				continue
			}
			value = s.sample(m.Member, depth+1)
		}
		if m.Type == "list" {
			value = []any{value}
		}
		out[m.Name] = value
	}
	return out
}

// echo records the request and returns the response.
type echo struct {
	request  *http.Request
	body     []byte
	response map[string]any
}

func (e *echo) RoundTrip(r *http.Request) (*http.Response, error) {
	e.request = r
	e.body, _ = io.ReadAll(r.Body)
	text, err := json.Marshal(map[string]any{"Response": e.response})
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(text)), ContentLength: int64(len(text)), Request: r}, nil
}

func TestInternationalActions(t *testing.T) {
	t.Parallel()
	model := international(t)
	for _, action := range internationalOnly {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, model.Actions, action)
			input := model.sample(model.Actions[action].Input, 0)
			server := &echo{response: model.sample(model.Actions[action].Output, 0)}
			client, err := dlc.New(cloud.Config{
				Region: "ap-singapore", Credentials: cloud.StaticCredentials("AKID", "secret", "token"), SkipValidation: true,
				HTTPClient: &http.Client{Transport: server}, Retry: cloud.Retry{MaxAttempts: 1},
			}, dlc.WithSite(dlc.International))
			require.NoError(t, err)
			method := reflect.ValueOf(client).MethodByName(action)
			require.True(t, method.IsValid())

			text, err := json.Marshal(input)
			require.NoError(t, err)
			request := reflect.New(method.Type().In(1))
			require.NoError(t, wire.Unmarshal(text, request.Interface()))
			out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), request.Elem()})
			require.Nil(t, out[1].Interface())

			assert.Equal(t, http.MethodPost, server.request.Method)
			assert.Equal(t, "https://dlc.intl.tencentcloudapi.com/", server.request.URL.String())
			for name, value := range map[string]string{
				"Content-Type": "application/json", "X-TC-Action": action, "X-TC-Version": "2021-01-25", "X-TC-Region": "ap-singapore",
				"X-TC-Language": "en-US", "X-TC-Token": "token",
			} {
				assert.Equal(t, value, server.request.Header.Get(name), name)
			}
			assert.Contains(t, server.request.Header.Get("Authorization"), "TC3-HMAC-SHA256 Credential=AKID/")
			assert.JSONEq(t, string(text), string(server.body))

			again, err := wire.Append(nil, out[0].Interface())
			require.NoError(t, err)
			want, err := json.Marshal(server.response)
			require.NoError(t, err)
			assert.JSONEq(t, string(want), string(again))
		})
	}
}
