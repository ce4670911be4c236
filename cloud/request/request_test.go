package request_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/cloud/request"
	"github.com/polycloud-sdk/polycloud-go/cloud/reveal"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func TestUnmarshalReadsWhatMarshals(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]any{
		"path and body": &finspace.CreateKxChangesetRequest{
			EnvironmentID: "kx7example", DatabaseName: "trades", ClientToken: "once",
			ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypeDelete, DBPath: "/2025/"}},
		},
		"query":   &finspace.ListKxClustersRequest{EnvironmentID: "kx7example", NextToken: "next"},
		"payload": &flink.CreateVariableRequest{Namespace: "default", Variable: flink.Variable{Name: "key", Value: "hunter2", Kind: "Encrypted"}},
		"numbers": &dlc.DescribeDataEnginesRequest{Limit: 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := json.Marshal(reveal.JSON(r))
			require.NoError(t, err)
			got := newLike(r)
			require.NoError(t, request.Unmarshal(data, got), "%s", data)
			assert.Equal(t, r, got)
		})
	}
}

func newLike(r any) any {
	switch r.(type) {
	case *finspace.CreateKxChangesetRequest:
		return new(finspace.CreateKxChangesetRequest)
	case *finspace.ListKxClustersRequest:
		return new(finspace.ListKxClustersRequest)
	case *flink.CreateVariableRequest:
		return new(flink.CreateVariableRequest)
	}
	return new(dlc.DescribeDataEnginesRequest)
}

func TestUnmarshalRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ given, field, rule string }{
		{`{"environmentId": "e", "nope": "hunter2"}`, "nope", "unknown member"},
		{`{"environmentID": "e"}`, "environmentID", "unknown member"},
		{`{"changeRequests": [{"dbPath": "/"}, {"dbpath": "hunter2"}]}`, "changeRequests[1].dbpath", "unknown member"},
		{`{"environmentId": ["hunter2"]}`, "environmentId", "expected a string, found a list"},
		{`{"environmentId": "hunter2`, "environmentId", "ends within a string"},
		{`["hunter2"]`, "request", "expected an object, found a list"},
		{``, "request", "expected an object, found the end of the document"},
		{`{} {}`, "request", "at byte 3"},
	} {
		var r finspace.CreateKxChangesetRequest
		err := request.Unmarshal([]byte(test.given), &r)
		var invalid *cloud.ValidationError
		if !assert.ErrorAs(t, err, &invalid, test.given) {
			continue
		}
		require.Len(t, invalid.Problems, 1)
		assert.Equal(t, test.field, invalid.Problems[0].Field, test.given)
		assert.Contains(t, invalid.Problems[0].Rule, test.rule, test.given)
		assert.NotContains(t, err.Error(), "hunter2")
	}
	require.ErrorIs(t, request.Unmarshal([]byte(`{}`), finspace.GetKxClusterRequest{}), cloud.ErrInvalid)
	require.ErrorIs(t, request.Unmarshal([]byte(`{}`), nil), cloud.ErrInvalid)
}

func TestMembers(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []request.Member{
		{Name: "environmentId", Type: "string", Required: true},
		{Name: "databaseName", Type: "string", Required: true},
		{Name: "changeRequests", Type: "[]object", Required: true, Members: []request.Member{
			{Name: "changeType", Type: "string", Required: true, Values: []string{"PUT", "DELETE"}},
			{Name: "dbPath", Type: "string", Required: true},
			{Name: "s3Path", Type: "string"},
		}},
		{Name: "clientToken", Type: "string", Token: true},
	}, request.Members(finspace.CreateKxChangesetRequest{}))
	members := request.Members(&flink.CreateVariableRequest{})
	require.Equal(t, "variable", members[0].Name)
	assert.True(t, members[0].Required, "because something in it is")
	assert.Contains(t, members[0].Members, request.Member{Name: "value", Type: "string", Required: true, Sensitive: true})
	assert.Nil(t, request.Members(1))
	assert.Nil(t, request.Members(nil))
}

// FuzzUnmarshal checks that what is read marshals to what reads as the same.
func FuzzUnmarshal(f *testing.F) {
	f.Add(`{"environmentId": "e", "changeRequests": [{"changeType": "PUT", "dbPath": "/"}]}`)
	f.Add(`{"environmentId": null, "nope": {"a": [1, "\u00e9"]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var r, again finspace.CreateKxChangesetRequest
		if err := request.Unmarshal([]byte(text), &r); err != nil {
			require.ErrorIs(t, err, cloud.ErrInvalid)
			return
		}
		data, err := json.Marshal(reveal.JSON(r))
		require.NoError(t, err)
		require.NoError(t, request.Unmarshal(data, &again), "%s", data)
	})
}
