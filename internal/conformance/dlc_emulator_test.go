package conformance_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tcerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
)

// dlcCaller calls the emulator with the official runtime, and compares requests and responses with the model.
type dlcCaller struct {
	*testing.T
	emu    *emulator.Emulator
	client *common.Client
	model  model
	types  reflect.Value // our client, whose methods say the types of the responses
	called map[string]bool
}

// dlcFamilies take the resources of the service through their lives.
var dlcFamilies = map[string]func(*dlcCaller){
	"users": dlcUsers, "work groups": dlcWorkGroups, "policies": dlcPolicies, "roles": dlcRoles, "partitions": dlcPartitions,
	"data masks": dlcMasks, "storage": dlcStorage, "networks": dlcNetworks, "data sources": dlcConnections,
	"databases": dlcDatabases, "tables": dlcTables, "metadata": dlcMetadata, "lake": dlcLake, "engines": dlcEngines,
	"resource groups": dlcGroups,
	"tasks":           dlcTasks, "scripts": dlcScripts, "Spark jobs": dlcSpark, "batches": dlcBatches, "notebooks": dlcNotebooks,
	"Ray clusters": dlcRayClusters, "labs": dlcLabs, "Ray jobs": dlcRayJobs, "Ray groups": dlcRayGroups, "models": dlcModels,
	"examples": dlcExamples,
}

// TestOfficialDLCOperations calls all operations on the emulator with the official runtime.
func TestOfficialDLCOperations(t *testing.T) {
	t.Parallel()
	m, called := loadModel(t, "dlc"), map[string]bool{}
	ours, err := dlc.New(clients.Config(clients.Target{}, clients.TencentRegion))
	require.NoError(t, err)
	for name, family := range dlcFamilies {
		t.Run(name, func(t *testing.T) {
			emu, err := emulator.Start(emulator.WithChangeTime(time.Minute), emulator.WithStaleReads(0))
			require.NoError(t, err)
			t.Cleanup(emu.Close)
			target := clients.Target{URL: emu.URL(), AccessKeyID: emulator.AccessKeyID, Secret: emulator.SecretAccessKey}
			family(&dlcCaller{t, emu, clients.OfficialDLC(target), m, reflect.ValueOf(ours), called})
		})
	}
	forgotten := slices.DeleteFunc(m.operations(), func(operation string) bool { return called[operation] })
	assert.Empty(t, forgotten)
	t.Logf("operations: %d of %d", len(called), len(m.operations()))
}

// send makes a call and returns its response.
func (d *dlcCaller) send(operation string, parameters object) (object, error) {
	d.Helper()
	require.Contains(d, d.model, operation)
	require.Empty(d, checkDocument(d.model, d.model.input(operation), decoded(d, mustJSON(parameters)), false), "request of %s",
		operation)
	request := tchttp.NewCommonRequest("dlc", clients.DLCVersion, operation)
	require.NoError(d, request.SetActionParameters(parameters))
	var body json.RawMessage
	if err := d.client.Send(request, clients.NewDLCResponse(&body)); err != nil {
		return nil, err
	}
	d.called[operation] = true
	document := decoded(d, body)
	require.Empty(d, checkDocument(d.model, d.model.output(operation), document, true), "response of %s", operation)
	typed := reflect.New(methodOf(d.types, operation).Type().Out(0).Elem()).Interface()
	require.NoError(d, json.Unmarshal(body, typed), operation)
	return document.(object), nil
}

// do makes a call that succeeds. What is wanted is text by the path of the value.
func (d *dlcCaller) do(operation string, parameters object, want ...object) object {
	d.Helper()
	document, err := d.send(operation, parameters)
	require.NoError(d, err, "%s %v", operation, parameters)
	for path, value := range joined(want) {
		require.Equal(d, fmt.Sprint(value), at(document, path), "%s %v: %s of %v", operation, parameters, path, document)
	}
	return document
}

// id makes a call that succeeds and returns a value of its response.
func (d *dlcCaller) id(path, operation string, parameters object) string {
	d.Helper()
	id := at(d.do(operation, parameters), path)
	require.NotEmpty(d, id)
	require.NotContains(d, id, "nothing")
	return id
}

// number makes a call that succeeds and returns a number of its response.
func (d *dlcCaller) number(path, operation string, parameters object) int {
	d.Helper()
	return number(d, d.id(path, operation, parameters))
}

func number(t require.TestingT, text string) int {
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

// only makes a call that succeeds and returns the only item of a list of its response.
func (d *dlcCaller) only(items, operation string, parameters object) any {
	d.Helper()
	list, _ := d.do(operation, parameters)[items].([]any)
	require.Len(d, list, 1, "%s %v", operation, parameters)
	return list[0]
}

// valid makes a call of an operation whose resources may not exist: the response is one of the model, or says so.
func (d *dlcCaller) valid(operation string, parameters object) {
	d.Helper()
	_, err := d.send(operation, parameters)
	if refused, ok := errors.AsType[*tcerrors.TencentCloudSDKError](err); ok {
		require.Contains(d, refused.Code, "NotFound", "%s: %s", operation, refused.Message)
		d.called[operation] = true
		return
	}
	require.NoError(d, err, operation)
}

// refuse makes a call that the service refuses with a code.
func (d *dlcCaller) refuse(code, operation string, parameters object) {
	d.Helper()
	document, err := d.send(operation, parameters)
	var refused *tcerrors.TencentCloudSDKError
	require.ErrorAs(d, err, &refused, "%s %v: %v", operation, parameters, document)
	require.Equal(d, code, refused.Code, "%s %v: %s", operation, parameters, refused.Message)
	require.NotEmpty(d, refused.RequestId)
}

// pages reads a list in pages of one item, and in one page. It has n items.
func (d *dlcCaller) pages(items string, n int, operation string, parameters object) {
	d.Helper()
	size, from, first, total := "Limit", "Offset", 0, ""
	if d.model.input(operation).Members["Page"] != nil {
		size, from, first = "PageSize", "Page", 1
	}
	for _, name := range []string{"Total", "TotalCount", "TotalElements"} {
		if d.model.output(operation).Members[name] != nil {
			total = name
		}
	}
	page := func(position, limit int) []any {
		p := maps.Clone(parameters)
		p[from], p[size] = position, limit
		document := d.do(operation, p)
		if total != "" {
			require.Equal(d, fmt.Sprint(n), at(document, total), operation)
		}
		list, _ := document[items].([]any)
		return list
	}
	single := []any{}
	for i := range n {
		list := page(first+i, 1)
		require.Len(d, list, 1, operation)
		single = append(single, list...)
	}
	require.Empty(d, page(first+n, 1), "%s has a page after the last", operation)
	require.Equal(d, page(first, 100), single, operation)
}

// wait lets the changes that have been started end.
func (d *dlcCaller) wait() { d.emu.Advance(time.Minute) }

func joined(all []object) object {
	one := object{}
	for _, o := range all {
		maps.Copy(one, o)
	}
	return one
}

// decoded returns a JSON document, with its numbers as they are written.
func decoded(t require.TestingT, document []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	var v any
	require.NoError(t, decoder.Decode(&v))
	return v
}

// filter is a filter of a list.
func filter(name string, values ...string) []object {
	return []object{{"Name": name, "Values": values}}
}

// shows checks that a resource has what a request says of it, in the members that both have.
func (d *dlcCaller) shows(resource any, parameters object) {
	d.Helper()
	shown, ok := resource.(object)
	require.True(d, ok, "%v", resource)
	both := maps.Clone(parameters)
	maps.DeleteFunc(both, func(name string, _ any) bool { _, ok := shown[name]; return !ok })
	require.NotEmpty(d, both)
	require.Empty(d, lost("", decoded(d, mustJSON(both)), shown))
}
