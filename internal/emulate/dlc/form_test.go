package dlc

import (
	"encoding/json"
	"net/url"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func TestForm(t *testing.T) {
	t.Parallel()
	body, err := json.Marshal(formTree(url.Values{
		"Action": {"x"}, "Offset": {"5"}, "Limit": {"many"}, "ListHasListener": {"true"}, "Color": {"red"},
		"Filters.1.Name": {"b"}, "Filters.0.Name": {"a"}, "Filters.0.Values.0": {"v"}, "AccessTypes.0": {"USE"},
	}).convert(reflect.TypeFor[dlc.DescribeDataEnginesRequest]()))
	require.NoError(t, err)
	assert.JSONEq(t, `{"Offset":5,"Limit":"many","ListHasListener":true,"Color":"red","AccessTypes":["USE"],
		"Filters":[{"Name":"a","Values":["v"]},{"Name":"b"}]}`, string(body))
}

func FuzzForm(f *testing.F) {
	f.Add("Filters.0.Name=a&Limit=5&Filters.0.Values.0=b")
	f.Add("Filters.0=a&Filters.0.Name=b&.=c&..=d")
	f.Fuzz(func(t *testing.T, query string) {
		values, _ := url.ParseQuery(query)
		body, err := json.Marshal(formTree(values).convert(reflect.TypeFor[dlc.DescribeDataEnginesRequest]()))
		require.NoError(t, err)
		assert.True(t, json.Valid(body))
	})
}
