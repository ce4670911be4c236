package front

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	received := func() *Received {
		return &Received{
			Request: sign.Request{Header: http.Header{"Workspace": {"w"}}, Body: []byte(`{"flinkConf":{"a":1},"labels":null,"color":"red"}`)},
			labels:  map[string]string{"namespace": "n", "deploymentId": "d"},
		}
	}
	r := received()
	var in flink.UpdateDeploymentRequest
	require.NoError(t, r.decode(&in))
	assert.Equal(t, flink.UpdateDeploymentRequest{
		Namespace: "n", DeploymentID: "d", Workspace: "w", Deployment: flink.Deployment{FlinkConf: map[string]any{"a": int64(1)}},
	}, in)
	var again flink.UpdateDeploymentRequest
	require.NoError(t, r.decode(&again))
	assert.Equal(t, in, again)
	r = received()
	r.Strict = true
	require.ErrorContains(t, r.decode(&in), "color is unknown")
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"Filters":[{"Name":"a","Values":["b"]}],"Offset":1}`), "maxResults=5")
	f.Add([]byte(`{"Offset":1e999,"Filters":{}}`), "a=%zz")
	f.Fuzz(func(t *testing.T, body []byte, query string) {
		values, _ := url.ParseQuery(query)
		r := &Received{Request: sign.Request{Body: body, Header: http.Header{}}, Values: values, Strict: true}
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
