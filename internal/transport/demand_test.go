package transport

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// TestDemand is what may be certain at the end of a path.
func TestDemand(t *testing.T) {
	t.Parallel()
	type response struct {
		Thing *struct {
			ID    string `json:"id"`
			Owner *struct {
				Data *struct{} `json:"data"`
			} `json:"owner"`
			Size int            `json:"size"`
			Tags map[string]any `json:"tags"`
		} `json:"thing"`
		Plain  struct{} `json:"plain"`
		Things []string `json:"things"`
		Ready  bool     `json:"ready"`
		ID     string   `json:"requestId"`
	}
	tests := []struct {
		certain []string
		body    string
		want    string
	}{
		{[]string{"thing"}, `{"thing":{}}`, ""},
		{[]string{"thing"}, `{"thing":null}`, "it has no thing"},
		{[]string{"thing"}, `{"thing":{},"thing":null}`, "it has no thing"},
		{[]string{"thing"}, `{"requestId":"r"}`, "it has no thing"},
		{[]string{"thing.id"}, `{"thing":{"id":"a"}}`, ""},
		{[]string{"thing.id"}, `{"thing":{"id":""}}`, "it has no thing.id"},
		{[]string{"thing.id"}, `{"thing":{}}`, "it has no thing.id"},
		{[]string{"thing.id"}, `{"thing":null}`, "it has no thing.id"},
		{[]string{"thing.owner.data"}, `{"thing":{"owner":{"data":{}}}}`, ""},
		{[]string{"thing.owner.data"}, `{"thing":{"owner":null}}`, "it has no thing.owner.data"},
		{[]string{"thing.unknown"}, `{"thing":{"unknown":1}}`, "it has no thing.unknown"},
		{[]string{"plain"}, `{"plain":{}}`, ""},
		{[]string{"plain"}, `{"plain":null}`, "it has no plain"},
		{[]string{"things"}, `{"things":[]}`, ""},
		{[]string{"things"}, `{"things":null}`, ""},
		{[]string{"things"}, `{"plain":{}}`, "it has no things"},
		{[]string{"ready"}, `{"ready":false}`, ""},
		{[]string{"ready"}, `{"ready":null}`, "it has no ready"},
		{[]string{"ready"}, `{}`, "it has no ready"},
		{[]string{"requestId", "ready"}, `{"requestId":"r"}`, "it has no ready"},
	}
	for _, tt := range tests {
		var f Finding
		f.Seen = &wire.Seen{Target: new(response)}
		_, err := wire.Decode([]byte(tt.body), f.Seen)
		require.NoError(t, err)
		f.demand(&Operation{Certain: tt.certain})
		if tt.want == "" {
			assert.NoError(t, f.Malformed, "%v of %s", tt.certain, tt.body)
			continue
		}
		assert.EqualError(t, f.Malformed, tt.want, tt.body)
	}
}
