package proton

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// repeated is the refusal of a repeated call whose first attempt may have been carried out.
func repeated(kind cloud.Kind) error {
	return &cloud.Error{Kind: kind, Code: "AnyException", Message: "no", MaybeExecuted: true}
}

// resources is a kind of resource of which reads show one thing.
func resources(now snapshot, err error) deployable[string, snapshot] {
	return deployable[string, snapshot]{
		get:     func(*Client, context.Context, string) (*snapshot, error) { return &now, err },
		request: func(s *deploymentChange) string { return s.Name },
		show:    shownAs,
	}
}

func named(name *string) *deploymentChange { return &deploymentChange{Name: *name} }

func shownAs(now *snapshot) snapshot { return *now }

func TestRepeatedDeletion(t *testing.T) {
	t.Parallel()
	idle, deleted := shown(DeploymentStatusSucceeded, before, "d1", "d1"), shown(DeploymentStatusDeleteComplete, before, "d1", "d1")
	once := &cloud.Error{Kind: cloud.ErrNotFound}
	tests := []struct {
		name          string
		before        snapshot
		read, send    error
		want          error
		sends, doubts bool
	}{
		{"started", idle, nil, nil, nil, true, false},
		{"not visible yet", snapshot{}, once, nil, nil, true, false},
		{"cannot be read", snapshot{}, repeated(cloud.ErrDenied), nil, cloud.ErrDenied, false, false},
		{"deleted already", deleted, nil, errors.New("must not be sent"), nil, false, false},
		{"deleted by another caller", idle, nil, once, cloud.ErrNotFound, true, false},
		{"nothing is left for the repetition", idle, nil, repeated(cloud.ErrNotFound), nil, true, false},
		{"nothing was there", snapshot{}, once, repeated(cloud.ErrNotFound), cloud.ErrNotFound, true, false},
		{"the repetition conflicts", idle, nil, repeated(cloud.ErrConflict), nil, true, true},
		{"the repetition is denied", idle, nil, repeated(cloud.ErrDenied), cloud.ErrDenied, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			response := shown(DeploymentStatusDeleteInProgress, before, "d1", "d1")
			ch := declareDeletion(resources(tt.before, tt.read), named, shownAs)
			s := ch.State(new("n"))
			err := ch.Before(nil, t.Context(), s)
			sends := err == nil && !ch.AlreadyDone(s)
			switch {
			case sends && tt.send == nil:
				err = ch.Accepted(s, nil, &response, before)
			case sends:
				err = ch.Refused(nil, t.Context(), s, before, tt.send)
			}
			require.ErrorIs(t, err, tt.want)
			assert.Equal(t, tt.sends, sends)
			assert.Equal(t, tt.doubts, s.Refusal.Code != "")
			if err == nil {
				assert.Equal(t, response.createdAt, s.CreatedAt)
				assert.Equal(t, tt.before.status, s.LastStatus)
			}
		})
	}
}

func TestRepeatedCreation(t *testing.T) {
	t.Parallel()
	sent := before
	at := func(status DeploymentStatus, created time.Time) snapshot {
		return shown(status, created, "d1", "").of(created)
	}
	service := func(status ServiceStatus, created time.Time) fixed {
		return fixed{http.StatusOK, fmt.Sprintf(`{"service":{"name":"n","status":%q,"createdAt":%d}}`, status, created.Unix())}
	}
	since, earlier := sent.Add(2*time.Second), sent.Add(-time.Hour)
	refusal := func(code cloud.Code) fixed {
		return fixed{http.StatusBadRequest, fmt.Sprintf(`{"__type":%q,"message":"no"}`, code)}
	}
	tests := []struct {
		name    string
		now     snapshot
		read    error
		service fixed // the same of a service
		want    error
		id      string // of the deployment that is followed
	}{
		{"made since", at(DeploymentStatusInProgress, since), nil, service(ServiceStatusCreateInProgress, since), nil, "d1"},
		{"there before", at(DeploymentStatusSucceeded, earlier), nil, service(ServiceStatusActive, earlier), cloud.ErrConflict, ""},
		{"being made by another caller", at(DeploymentStatusInProgress, earlier), nil, service(ServiceStatusCreateInProgress, earlier), cloud.ErrConflict, ""},
		{"not visible yet", snapshot{}, &cloud.Error{Kind: cloud.ErrNotFound}, refusal(CodeResourceNotFoundException), nil, ""},
		{"cannot be read", snapshot{}, &cloud.Error{Kind: cloud.ErrDenied}, refusal(CodeAccessDeniedException), cloud.ErrConflict, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ch := declareCreation(resources(tt.now, tt.read), creation[string, snapshot]{state: named, shown: shownAs})
			s := ch.State(new("n"))
			require.ErrorIs(t, ch.Refused(nil, t.Context(), s, sent, repeated(cloud.ErrConflict)), tt.want)
			assert.Equal(t, tt.id, s.DeploymentID)
			assert.Equal(t, "n", s.Name)

			service := &serviceChange{Name: "n"}
			err := createService.Refused(clientOf(t, tt.service), t.Context(), service, sent, repeated(cloud.ErrConflict))
			require.ErrorIs(t, err, tt.want)
			assert.Equal(t, tt.id != "", !service.CreatedAt.IsZero())
		})
	}
	never := &cloud.Error{Kind: cloud.ErrConflict}
	ch := declareCreation(resources(at(DeploymentStatusInProgress, since), nil), creation[string, snapshot]{state: named, shown: shownAs})
	require.ErrorIs(t, ch.Refused(nil, t.Context(), &deploymentChange{}, sent, never), cloud.ErrConflict, "the only attempt")
	made := clientOf(t, service(ServiceStatusCreateInProgress, since))
	require.ErrorIs(t, createService.Refused(made, t.Context(), &serviceChange{Name: "n"}, sent, never), cloud.ErrConflict, "the only attempt")
}

// TestChecks tests that a token that names nothing is refused.
func TestChecks(t *testing.T) {
	t.Parallel()
	type state interface{ Check() error }
	for _, good := range []state{&deploymentChange{Name: "n"}, &serviceChange{Name: "n"}, &connectionChange{"i"}, &versionChange{"t", "1", "0", before}} {
		assert.NoError(t, good.Check(), "%T", good)
	}
	for _, tt := range []struct {
		state state
		says  string
	}{
		{&deploymentChange{DeploymentID: "d1"}, "has no name"},
		{&serviceChange{}, "has no name"},
		{&connectionChange{}, "has no id"},
		{&versionChange{"", "1", "0", before}, "has no templateName"},
		{&versionChange{"t", "", "0", before}, "has no majorVersion"},
		{&versionChange{"t", "1", "", before}, "has no minorVersion"},
	} {
		assert.EqualError(t, tt.state.Check(), tt.says, "%T", tt.state)
	}
}

// fixed is a service that always gives the same response.
type fixed struct {
	status int
	body   string
}

func (f fixed) RoundTrip(r *http.Request) (*http.Response, error) {
	return respond(r, f.status, f.body), nil
}

// TestStartsWithoutNames tests that a response which does not say what to follow is an error.
func TestStartsWithoutNames(t *testing.T) {
	t.Parallel()
	for says, start := range map[string]func(c *Client) (cloud.AnyWaiter, error){
		"CreateEnvironmentTemplateVersion: transport error: unexpected response: it has no environmentTemplateVersion.minorVersion": func(c *Client) (cloud.AnyWaiter, error) {
			return waiterOf(c.BeginCreateEnvironmentTemplateVersion(t.Context(), CreateEnvironmentTemplateVersionRequest{TemplateName: "vpc"}))
		},
		"CreateServiceTemplateVersion: transport error: unexpected response: it has no serviceTemplateVersion.majorVersion": func(c *Client) (cloud.AnyWaiter, error) {
			return waiterOf(c.BeginCreateServiceTemplateVersion(t.Context(), CreateServiceTemplateVersionRequest{TemplateName: "web"}))
		},
		"CreateEnvironmentAccountConnection: transport error: unexpected response: it has no environmentAccountConnection.id": func(c *Client) (cloud.AnyWaiter, error) {
			return waiterOf(c.BeginCreateEnvironmentAccountConnection(t.Context(), CreateEnvironmentAccountConnectionRequest{EnvironmentName: "staging"}))
		},
	} {
		const body = `{"environmentTemplateVersion":{"majorVersion":"1"},"serviceTemplateVersion":{"minorVersion":"0"},"environmentAccountConnection":{"status":"PENDING"}}`
		w, err := start(clientOf(t, fixed{http.StatusOK, body}))
		assert.Nil(t, w)
		require.ErrorIs(t, err, cloud.ErrTransport)
		assert.ErrorContains(t, err, says)
	}
}

// TestWithin tests that the documented longest times are those of the waits.
func TestWithin(t *testing.T) {
	t.Parallel()
	c := &Client{}
	for want, got := range map[time.Duration][]time.Duration{
		72 * time.Hour: {
			serviceInstances.spec(c, GetServiceInstanceRequest{}, nil).Within, environments.spec(c, GetEnvironmentRequest{}, nil).Within, components.spec(c, GetComponentRequest{}, nil).Within,
			pipelines.spec(c, GetServiceRequest{}, nil).Within, c.deploymentSpec(GetDeploymentRequest{}, nil).Within, c.serviceSpec(GetServiceRequest{}, nil).Within,
		},
		6 * time.Hour: {
			c.environmentVersionSpec(GetEnvironmentTemplateVersionRequest{}, nil).Within, c.serviceVersionSpec(GetServiceTemplateVersionRequest{}, nil).Within,
		},
		30 * 24 * time.Hour: {c.connectionCreation(GetEnvironmentAccountConnectionRequest{}).Within},
	} {
		for i, w := range got {
			assert.Equal(t, want, w, "%s, %d", want, i)
		}
	}
}
