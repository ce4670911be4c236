package emulator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// modelShape is the part of a model's shape that the test uses.
type modelShape struct {
	Type    string
	Members map[string]modelMember
	Member  modelMember // of a list
	Value   modelMember // of a map
	Output  modelMember // of an operation
}

type modelMember struct {
	Target string
	Traits map[string]json.RawMessage
}

func (m modelMember) has(trait string) bool { return m.Traits["smithy.api#"+trait] != nil }

// shapes are the shapes of one model, by local name.
type shapes map[string]modelShape

// lenient are the services whose models mark members as required that only requests must have. The structures
// are shared, so in responses those members may be empty.
var lenient = map[string]bool{"flink": true, "dlc": true}

func readModel(t *testing.T, service string) shapes {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "internal", "models", service+".json"))
	require.NoError(t, err)
	var model struct{ Shapes shapes }
	require.NoError(t, json.Unmarshal(data, &model))
	named := shapes{}
	for id, shape := range model.Shapes {
		named[localName(id)] = shape
	}
	return named
}

func localName(id string) string { return id[strings.IndexByte(id, '#')+1:] }

// check reports the required members that a value does not have, and the members that its shape does not have.
func (s shapes) check(path, id string, v any, missing func(any) bool, report func(problem string)) {
	shape := s[localName(id)]
	switch v := v.(type) {
	case map[string]any:
		switch shape.Type {
		case "structure", "union":
			s.checkMembers(path, shape, v, missing, report)
		case "map":
			for _, value := range v {
				s.check(path+"[]", shape.Value.Target, value, missing, report)
			}
		}
	case []any:
		for _, item := range v {
			s.check(path+"[]", shape.Member.Target, item, missing, report)
		}
	}
}

func (s shapes) checkMembers(path string, shape modelShape, v map[string]any, missing func(any) bool, report func(problem string)) {
	for name, member := range shape.Members {
		inBody := !member.has("httpHeader") && !member.has("httpResponseCode")
		if member.has("required") && inBody && missing(v[name]) {
			report(path + "." + name + " is required but missing")
		}
	}
	for name, value := range v {
		member, ok := shape.Members[name]
		if !ok {
			report(path + "." + name + " is in no response")
			continue
		}
		s.check(path+"."+name, member.Target, value, missing, report)
	}
}

// bareReads read resources that were added with only their name, and call the operations that the tables above
// leave out.
var bareReads = map[string]func(t *testing.T, c clients) error{
	"GetEnvironment": func(t *testing.T, c clients) error {
		_, err := c.proton.GetEnvironment(t.Context(), proton.GetEnvironmentRequest{Name: protonEnvironment})
		return err
	},
	"ListEnvironments": func(t *testing.T, c clients) error {
		_, err := c.proton.ListEnvironments(t.Context(), proton.ListEnvironmentsRequest{})
		return err
	},
	"GetService": func(t *testing.T, c clients) error {
		_, err := c.proton.GetService(t.Context(), proton.GetServiceRequest{Name: protonService})
		return err
	},
	"ListServices": func(t *testing.T, c clients) error {
		_, err := c.proton.ListServices(t.Context(), proton.ListServicesRequest{})
		return err
	},
	"GetServiceInstance": func(t *testing.T, c clients) error {
		_, err := c.proton.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{Name: instance, ServiceName: serviceName})
		return err
	},
	"GetComponent": func(t *testing.T, c clients) error {
		_, err := c.proton.GetComponent(t.Context(), proton.GetComponentRequest{Name: protonComponent})
		return err
	},
	"ListComponents": func(t *testing.T, c clients) error {
		_, err := c.proton.ListComponents(t.Context(), proton.ListComponentsRequest{})
		return err
	},
	"GetEnvironmentTemplateVersion": func(t *testing.T, c clients) error {
		_, err := c.proton.GetEnvironmentTemplateVersion(t.Context(), proton.GetEnvironmentTemplateVersionRequest{
			TemplateName: "vpc", MajorVersion: "1", MinorVersion: "0",
		})
		return err
	},
	"GetServiceTemplateVersion": func(t *testing.T, c clients) error {
		_, err := c.proton.GetServiceTemplateVersion(t.Context(), proton.GetServiceTemplateVersionRequest{
			TemplateName: "web", MajorVersion: "1", MinorVersion: "0",
		})
		return err
	},
	"GetEnvironmentAccountConnection": func(t *testing.T, c clients) error {
		_, err := c.proton.GetEnvironmentAccountConnection(t.Context(),
			proton.GetEnvironmentAccountConnectionRequest{ID: protonConnectionID})
		return err
	},
	"ListEnvironmentAccountConnections": func(t *testing.T, c clients) error {
		_, err := c.proton.ListEnvironmentAccountConnections(t.Context(), proton.ListEnvironmentAccountConnectionsRequest{
			RequestedBy: proton.EnvironmentAccountConnectionRequesterAccountTypeEnvironmentAccount,
		})
		return err
	},
	"ListDeployments": func(t *testing.T, c clients) error {
		list, err := c.proton.ListDeployments(t.Context(), proton.ListDeploymentsRequest{})
		for _, d := range list.Deployments {
			if _, err := c.proton.GetDeployment(t.Context(), proton.GetDeploymentRequest{ID: d.ID}); err != nil {
				return err
			}
		}
		return err
	},
	"GetSessionCluster": func(t *testing.T, c clients) error {
		_, err := c.flink.GetSessionCluster(t.Context(), flink.GetSessionClusterRequest{SessionClusterName: stoppedCluster})
		return err
	},
	"ListKxEnvironments": func(t *testing.T, c clients) error {
		_, err := c.finspace.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
		return err
	},
	"GetKxCluster": func(t *testing.T, c clients) error {
		_, err := c.finspace.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
		return err
	},
	"ListKxVolumes": func(t *testing.T, c clients) error {
		_, err := c.finspace.ListKxVolumes(t.Context(), finspace.ListKxVolumesRequest{EnvironmentID: environment})
		return err
	},
}

// seedBare adds resources with as few fields as possible.
func seedBare(emu *emulator.Emulator) {
	seedKx(emu)
	seedProton(emu)
	seedFlink(emu)
	emu.Proton.SetRepositorySync(protonRepositorySync, proton.RepositorySyncAttempt{})
	emu.Proton.SetServiceInstanceSync(protonInstanceSync, proton.GetServiceInstanceSyncStatusResponse{LatestSync: &proton.ResourceSyncAttempt{}})
	emu.Proton.SetTemplateSync(protonTemplateSync, proton.GetTemplateSyncStatusResponse{
		LatestSync: &proton.ResourceSyncAttempt{}, DesiredState: &proton.Revision{},
	})
}

func isNull(v any) bool { return v == nil }

// isEmpty reports null, an empty string or the zero time. No service sends those for a required member.
func isEmpty(v any) bool {
	number, isNumber := v.(float64)
	return v == nil || v == "" || isNumber && number < 0
}

// modelChecker is a transport that checks the emulator's responses against the models.
type modelChecker struct {
	t      *testing.T
	emu    *emulator.Emulator
	base   http.RoundTripper
	models map[string]shapes
	called map[string]bool // "service operation"
}

func (c *modelChecker) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := c.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	require.NoError(c.t, resp.Body.Close())
	resp.Body = io.NopCloser(bytes.NewReader(body))
	requests := c.emu.Requests()
	if last := requests[len(requests)-1]; last.Status == http.StatusOK && last.Code == "" {
		c.check(last.Service, last.Operation, body)
	}
	return resp, nil
}

func (c *modelChecker) check(service, operation string, body []byte) {
	c.called[service+" "+operation] = true
	var document any
	model := c.models[service]
	output := model[operation].Output.Target
	require.NotEmpty(c.t, output, operation)
	if len(body) == 0 && len(model[localName(output)].Members) == 0 {
		return // FinSpace sends no body if the output has no members
	}
	require.NoError(c.t, json.Unmarshal(body, &document), operation)
	if service == "dlc" {
		document = document.(map[string]any)["Response"]
	}
	missing := isEmpty
	if lenient[service] {
		missing = isNull
	}
	model.check(operation, output, document, missing, func(problem string) { assert.Fail(c.t, "differs from the model", problem) })
}

// TestResponsesMatchModels calls all operations. Responses have all members that the models require, and no
// others than the models have.
func TestResponsesMatchModels(t *testing.T) {
	t.Parallel()
	models, called := map[string]shapes{}, map[string]bool{}
	for _, service := range []string{"finspace", "proton", "flink", "dlc"} {
		models[service] = readModel(t, service)
	}
	checked := func(seed func(*emulator.Emulator), f func(t *testing.T, c clients, emu *emulator.Emulator)) func(t *testing.T) {
		return func(t *testing.T) {
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				seed(emu)
				cfg := withoutRetries(emu)
				cfg.HTTPClient = &http.Client{Transport: &modelChecker{t, emu, cfg.HTTPClient.Transport, models, called}}
				f(t, clientsOf(t, cfg), emu)
			}, emulator.WithStaleReads(0))
		}
	}
	nothing := func(*emulator.Emulator) {}
	for name, f := range operations {
		t.Run(name, checked(nothing, func(t *testing.T, c clients, _ *emulator.Emulator) { f(t, c) }))
	}
	for name, f := range finspaceOperations {
		t.Run("finspace "+name, checked(seedKx, func(t *testing.T, c clients, _ *emulator.Emulator) { f(t, c.finspace) }))
	}
	for name, f := range protonOperations {
		t.Run("proton "+name, checked(seedProton, func(t *testing.T, c clients, _ *emulator.Emulator) { f(t, c.proton) }))
	}
	for name, f := range allFlinkOperations() {
		t.Run("flink "+name, checked(seedFlink, func(t *testing.T, c clients, _ *emulator.Emulator) { f(t, c) }))
	}
	for name, f := range allDLCOperations() {
		t.Run("dlc "+name, checked(nothing, func(t *testing.T, c clients, emu *emulator.Emulator) { f(t, c.dlc, emu) }))
	}
	for name, f := range bareReads {
		t.Run("bare "+name, checked(seedBare, func(t *testing.T, c clients, _ *emulator.Emulator) { require.NoError(t, f(t, c)) }))
	}
	t.Run("bare syncs", checked(seedBare, func(t *testing.T, c clients, _ *emulator.Emulator) {
		_, err := c.proton.GetRepositorySyncStatus(t.Context(), protonRepositorySync)
		require.NoError(t, err)
		_, err = c.proton.GetServiceInstanceSyncStatus(t.Context(), protonInstanceSync)
		require.NoError(t, err)
		_, err = c.proton.GetTemplateSyncStatus(t.Context(), protonTemplateSync)
		require.NoError(t, err)
	}))

	var all []string
	for service, names := range start(t).Operations() {
		for _, name := range names {
			all = append(all, fmt.Sprint(service, " ", name))
		}
	}
	assert.ElementsMatch(t, all, slices.Collect(maps.Keys(called)), "every operation was called")
}
