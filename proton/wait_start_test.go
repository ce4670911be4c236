package proton

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// repeated is the refusal of a call whose first attempt may have been carried out.
func repeated(kind cloud.Kind) error {
	return &cloud.Error{Kind: kind, Code: "AnyException", Message: "no", MaybeExecuted: true}
}

func TestRepeatedDeletion(t *testing.T) {
	t.Parallel()
	idle, deleted := shown(DeploymentStatusSucceeded, before, "d1", "d1"), shown(DeploymentStatusDeleteComplete, before, "d1", "d1")
	once := &cloud.Error{Kind: cloud.ErrNotFound}
	tests := []struct {
		name          string
		before        facts
		look, send    error
		want          error
		sends, doubts bool
	}{
		{"started", idle, nil, nil, nil, true, false},
		{"not visible yet", facts{}, once, nil, nil, true, false},
		{"cannot be read", facts{}, repeated(cloud.ErrDenied), nil, cloud.ErrDenied, false, false},
		{"deleted already", deleted, nil, errors.New("must not be sent"), nil, false, false},
		{"deleted by somebody else", idle, nil, once, cloud.ErrNotFound, true, false},
		{"nothing is left for the repetition", idle, nil, repeated(cloud.ErrNotFound), nil, true, false},
		{"nothing was there", facts{}, once, repeated(cloud.ErrNotFound), cloud.ErrNotFound, true, false},
		{"the repetition conflicts", idle, nil, repeated(cloud.ErrConflict), nil, true, true},
		{"the repetition is denied", idle, nil, repeated(cloud.ErrDenied), cloud.ErrDenied, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sent, answer := false, shown(DeploymentStatusDeleteInProgress, before, "d1", "d1")
			s := &deploymentState{Name: "n"}
			err := s.delete(func() (facts, error) { return tt.before, tt.look }, func() (facts, error) { sent = true; return answer, tt.send })
			require.ErrorIs(t, err, tt.want)
			assert.Equal(t, tt.sends, sent)
			assert.Equal(t, tt.doubts, s.Refusal.Code != "")
			if err == nil {
				assert.Equal(t, answer.createdAt, s.CreatedAt)
				assert.Equal(t, tt.before.status, s.LastStatus)
			}
		})
	}
}

func TestRepeatedCreation(t *testing.T) {
	t.Parallel()
	start := before
	at := func(status DeploymentStatus, created time.Time) facts {
		return shown(status, created, "d1", "").of(created)
	}
	tests := []struct {
		name string
		now  facts
		look error
		want error
		id   string // of the deployment that is followed
	}{
		{"made since", at(DeploymentStatusInProgress, start.Add(2*time.Second)), nil, nil, "d1"},
		{"there before", at(DeploymentStatusSucceeded, start.Add(-time.Hour)), nil, cloud.ErrConflict, ""},
		{"being made by somebody else", at(DeploymentStatusInProgress, start.Add(-time.Hour)), nil, cloud.ErrConflict, ""},
		{"not visible yet", facts{}, &cloud.Error{Kind: cloud.ErrNotFound}, nil, ""},
		{"cannot be told", facts{}, &cloud.Error{Kind: cloud.ErrDenied}, cloud.ErrConflict, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &deploymentState{Name: "n"}
			look := func() (facts, error) { return tt.now, tt.look }
			require.ErrorIs(t, s.made(start.Add(-time.Hour), time.Hour, repeated(cloud.ErrConflict), look), tt.want)
			assert.Equal(t, tt.id, s.DeploymentID)
			assert.Equal(t, "n", s.Name)

			service := &serviceState{Name: "n"}
			status := map[DeploymentStatus]ServiceStatus{DeploymentStatusInProgress: ServiceStatusCreateInProgress, DeploymentStatusSucceeded: ServiceStatusActive}
			read := func() (*GetServiceResponse, error) {
				return &GetServiceResponse{Service: &Service{Status: status[tt.now.status], CreatedAt: tt.now.createdAt}}, tt.look
			}
			require.ErrorIs(t, service.made(start.Add(-time.Hour), time.Hour, repeated(cloud.ErrConflict), read), tt.want)
			assert.Equal(t, tt.id != "", !service.CreatedAt.IsZero())
		})
	}
	never := &cloud.Error{Kind: cloud.ErrConflict}
	require.ErrorIs(t, new(deploymentState).made(start, 0, never, nil), cloud.ErrConflict, "the only attempt")
	require.ErrorIs(t, new(serviceState).made(start, 0, never, nil), cloud.ErrConflict, "the only attempt")
}

// TestChecks is that a token of nothing is refused.
func TestChecks(t *testing.T) {
	t.Parallel()
	type state interface{ Check() error }
	for _, good := range []state{&deploymentState{Name: "n"}, &serviceState{Name: "n"}, &connectionState{"i"}, &versionState{"t", "1", "0", before}} {
		assert.NoError(t, good.Check(), "%T", good)
	}
	for _, tt := range []struct {
		state state
		says  string
	}{
		{&deploymentState{DeploymentID: "d1"}, "has no name"},
		{&serviceState{}, "has no name"},
		{&connectionState{}, "has no id"},
		{&versionState{"", "1", "0", before}, "has no templateName"},
		{&versionState{"t", "", "0", before}, "has no majorVersion"},
		{&versionState{"t", "1", "", before}, "has no minorVersion"},
	} {
		assert.EqualError(t, tt.state.Check(), tt.says, "%T", tt.state)
	}
}

// answers is a service that says one thing.
type answers string

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	return respond(r, http.StatusOK, string(a)), nil
}

// TestStartsThatNameNothing is that a response which does not say what to follow is an error.
func TestStartsThatNameNothing(t *testing.T) {
	t.Parallel()
	for says, start := range map[string]func(c *Client) (cloud.AnyWaiter, error){
		"CreateEnvironmentTemplateVersion: no usable answer: unexpected response: it has no minorVersion": func(c *Client) (cloud.AnyWaiter, error) {
			return waiterOf(c.BeginCreateEnvironmentTemplateVersion(t.Context(), CreateEnvironmentTemplateVersionRequest{TemplateName: "vpc"}))
		},
		"CreateServiceTemplateVersion: no usable answer: unexpected response: it has no majorVersion": func(c *Client) (cloud.AnyWaiter, error) {
			return waiterOf(c.BeginCreateServiceTemplateVersion(t.Context(), CreateServiceTemplateVersionRequest{TemplateName: "web"}))
		},
		"CreateEnvironmentAccountConnection: no usable answer: unexpected response: it has no environmentAccountConnection.id": func(c *Client) (cloud.AnyWaiter, error) {
			return waiterOf(c.BeginCreateEnvironmentAccountConnection(t.Context(), CreateEnvironmentAccountConnectionRequest{EnvironmentName: "staging"}))
		},
	} {
		w, err := start(clientOf(t, answers(`{"environmentTemplateVersion":{"majorVersion":"1"},"serviceTemplateVersion":{"minorVersion":"0"},"environmentAccountConnection":{"status":"PENDING"}}`)))
		assert.Nil(t, w)
		require.ErrorIs(t, err, cloud.ErrTransport)
		assert.ErrorContains(t, err, says)
	}
}

// TestWithin is that the documented longest times are those of the waits.
func TestWithin(t *testing.T) {
	t.Parallel()
	c := &Client{}
	for want, got := range map[time.Duration][]time.Duration{
		72 * time.Hour: {
			c.instanceWait(GetServiceInstanceRequest{}, nil).Within, c.environmentWait(GetEnvironmentRequest{}, nil).Within, c.componentWait(GetComponentRequest{}, nil).Within,
			c.pipelineWait(GetServiceRequest{}, nil).Within, c.deploymentWait(GetDeploymentRequest{}, nil).Within, c.serviceWait(GetServiceRequest{}, nil).Within,
		},
		6 * time.Hour: {
			c.environmentVersionWait(GetEnvironmentTemplateVersionRequest{}, nil).Within, c.serviceVersionWait(GetServiceTemplateVersionRequest{}, nil).Within,
		},
		30 * 24 * time.Hour: {c.connectionCreation(&connectionState{}).Within},
	} {
		for i, w := range got {
			assert.Equal(t, want, w, "%s, %d", want, i)
		}
	}
}
