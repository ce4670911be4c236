package proton

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// deployments is a service that has some deployments. Those without states cannot be read.
type deployments []Deployment

func (d deployments) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var out any
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ListDeployments") {
		list := &ListDeploymentsResponse{}
		for _, one := range d {
			list.Deployments = append(list.Deployments, DeploymentSummary{
				ID: one.ID, TargetResourceType: one.TargetResourceType, TargetResourceCreatedAt: one.TargetResourceCreatedAt,
				CreatedAt: one.CreatedAt, DeploymentStatus: one.DeploymentStatus,
			})
		}
		out = list
	} else {
		var in GetDeploymentRequest
		if err := json.Unmarshal(sent, &in); err != nil {
			return nil, err
		}
		for _, one := range d {
			if one.ID == in.ID && one.ARN != "deleted" {
				out = &GetDeploymentResponse{Deployment: &one}
			}
		}
	}
	if out == nil {
		return respond(r, http.StatusBadRequest, `{"__type":"ResourceNotFoundException","message":"not there"}`), nil
	}
	body, err := wire.Append(nil, out)
	return respond(r, http.StatusOK, string(body)), err
}

// instanceState is what a deployment of a service instance leaves behind.
func instanceState(spec, major, minor string) *DeploymentState {
	return &DeploymentState{ServiceInstance: &ServiceInstanceState{Spec: spec, TemplateMajorVersion: major, TemplateMinorVersion: minor}}
}

// instanceDeployment is a deployment of a service instance.
func instanceDeployment(id string, at time.Time, spec string) Deployment {
	return Deployment{
		ID: id, CreatedAt: at, DeploymentStatus: DeploymentStatusSucceeded, TargetResourceType: DeploymentTargetResourceTypeServiceInstance,
		TargetResourceCreatedAt: before.Add(-time.Hour), InitialState: instanceState("old", "1", "0"), TargetState: instanceState(spec, "1", "0"),
	}
}

func TestUpdateBegun(t *testing.T) {
	t.Parallel()
	last := shown(DeploymentStatusSucceeded, before, "d1", "d1")
	next := shown(DeploymentStatusSucceeded, after, "d2", "d2")
	with := func(now snapshot, token string) snapshot {
		now.token = token
		return now
	}
	change := func(d Deployment, change func(*Deployment)) Deployment {
		change(&d)
		return d
	}
	ours := asked{token: "ours", how: DeploymentUpdateTypeCurrentVersion, spec: "new"}
	current := ours
	current.spec = "a: ${Proton::CURRENT_VAL}"
	var many deployments
	for i := range maxCompared + 1 {
		many = append(many, instanceDeployment("d2"+string(rune('a'+i)), after, "other"))
	}
	tests := []struct {
		name        string
		before, now snapshot
		asked       asked
		deployments deployments
		want        cloud.StartStatus
		id          string // of the deployment that is followed
	}{
		{"nothing has happened", last, last, ours, deployments{instanceDeployment("d1", before, "new")}, cloud.NotBegun, ""},
		{"older than before", last, next.of(before.Add(-2 * time.Hour)), ours, deployments{instanceDeployment("d2", after, "new")}, cloud.NotBegun, ""},
		{"its token", last, with(next, "ours"), current, nil, cloud.Begun, "d2"},
		{"its token, and not yet its deployment", last, with(last, "ours"), ours, nil, cloud.Begun, ""},
		{"the token from before", with(last, "ours"), with(last, "ours"), ours, nil, cloud.NotBegun, ""},
		{"the token from before, and another deployment", with(last, "ours"), with(next, "ours"), ours, deployments{instanceDeployment("d2", after, "other")}, cloud.NotBegun, ""},
		{"an equal one", last, next, ours, deployments{instanceDeployment("d1", before, "old"), instanceDeployment("d2", after, "new\n")}, cloud.Begun, "d2"},
		{"another one", last, next, ours, deployments{instanceDeployment("d2", after, "other")}, cloud.NotBegun, ""},
		{"ours, then another one", last, next, ours, deployments{instanceDeployment("d1b", after.Add(-time.Minute), "new"), instanceDeployment("d2", after, "other")}, cloud.Begun, "d1b"},
		{"two equal ones", last, next, ours, deployments{instanceDeployment("d1b", after.Add(-time.Minute), "new"), instanceDeployment("d2", after, "new")}, cloud.Begun, "d2"},
		{"an equal one of the pipeline", last, next, ours, deployments{change(instanceDeployment("d2", after, "new"), func(d *Deployment) {
			d.TargetResourceType = DeploymentTargetResourceTypeServicePipeline
		})}, cloud.NotBegun, ""},
		{"an equal one of an older resource", last, next, ours, deployments{change(instanceDeployment("d2", after, "new"), func(d *Deployment) {
			d.TargetResourceCreatedAt = before.Add(-2 * time.Hour)
		})}, cloud.NotBegun, ""},
		{"the one before", last, next, ours, deployments{instanceDeployment("d1", before, "new"), instanceDeployment("d2", after, "other")}, cloud.NotBegun, ""},
		{"an earlier one", last, next, ours, deployments{instanceDeployment("d0", before.Add(-time.Minute), "new"), instanceDeployment("d2", after, "other")}, cloud.NotBegun, ""},
		{"one that does not show its content", last, next, ours, deployments{change(instanceDeployment("d2", after, ""), func(d *Deployment) {
			d.TargetState = nil
		})}, cloud.Uncertain, ""},
		{"one whose record was deleted", last, next, ours, deployments{change(instanceDeployment("d2", after, "new"), func(d *Deployment) {
			d.ARN = "deleted"
		})}, cloud.Uncertain, ""},
		{"a deletion", last, next, ours, deployments{change(instanceDeployment("d2", after, ""), func(d *Deployment) {
			d.TargetState, d.DeploymentStatus = nil, DeploymentStatusDeleteInProgress
		})}, cloud.NotBegun, ""},
		{"of current values", last, next, current, deployments{instanceDeployment("d2", after, "a: b")}, cloud.Uncertain, ""},
		{"more than are compared", last, next, ours, many, cloud.Uncertain, ""},
		{"of a newer resource", last, next.of(after), ours, nil, cloud.Uncertain, ""},
		{"of a resource that was replaced", last, next.of(after), ours, deployments{instanceDeployment("d1b", after.Add(-time.Minute), "new")}, cloud.Begun, "d1b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, s := resources(tt.now, nil), laterChange(tt.before)
			d.kind, s.Name, s.ServiceName = DeploymentTargetResourceTypeServiceInstance, "prod", "shop"
			status, err := d.updateBegun(clientOf(t, tt.deployments), t.Context(), s, tt.asked)
			require.NoError(t, err)
			assert.Equal(t, tt.want, status)
			assert.Equal(t, tt.id, s.DeploymentID)
		})
	}
	for kind, want := range map[cloud.Kind]cloud.StartStatus{cloud.ErrNotFound: cloud.NotBegun, cloud.ErrDenied: cloud.Uncertain} {
		status, err := resources(snapshot{}, &cloud.Error{Kind: kind}).updateBegun(clientOf(t, deployments{}), t.Context(), laterChange(last), ours)
		assert.Equal(t, want, status, kind)
		assert.Equal(t, want == cloud.Uncertain, err != nil, kind)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	component := func(service, spec, file string) *DeploymentState {
		m := &ComponentState{ServiceName: service, ServiceSpec: spec, TemplateFile: file}
		if service != "" {
			m.ServiceInstanceName = "prod"
		}
		return &DeploymentState{Component: m}
	}
	current, minor, major := DeploymentUpdateTypeCurrentVersion, DeploymentUpdateTypeMinorVersion, DeploymentUpdateTypeMajorVersion
	attached, code := component("shop", "s", "f"), component("shop", "s", "g")
	tests := []struct {
		name          string
		asked         asked
		before, after *DeploymentState
		want          match
	}{
		{"the spec", asked{how: current, spec: "new"}, instanceState("old", "1", "0"), instanceState("new", "1", "0"), same},
		{"another spec", asked{how: current, spec: "new"}, instanceState("old", "1", "0"), instanceState("other", "1", "0"), different},
		{"the first deployment", asked{how: current, spec: "new"}, nil, instanceState("new", "1", "0"), same},
		{"the same spec again", asked{how: current}, instanceState("old", "1", "0"), instanceState("old", "1", "0"), same},
		{"a spec that stays", asked{how: current}, instanceState("old", "1", "0"), instanceState("new", "1", "0"), different},
		{"a version that stays", asked{how: current, spec: "new"}, instanceState("old", "1", "0"), instanceState("new", "1", "1"), different},
		{"the minor version", asked{how: minor, minor: "1"}, instanceState("old", "1", "0"), instanceState("old", "1", "1"), same},
		{"another minor version", asked{how: minor, minor: "1"}, instanceState("old", "1", "0"), instanceState("old", "1", "2"), different},
		{"any minor version", asked{how: minor}, instanceState("old", "1", "0"), instanceState("old", "1", "2"), same},
		{"a minor version of another major one", asked{how: minor}, instanceState("old", "1", "0"), instanceState("old", "2", "2"), different},
		{"the major version", asked{how: major, major: "2"}, instanceState("old", "1", "0"), instanceState("old", "2", "2"), same},
		{"another major version", asked{how: major, major: "2"}, instanceState("old", "1", "0"), instanceState("old", "3", "0"), different},
		{"current values", asked{how: current, spec: "${Proton::CURRENT_VAL}"}, instanceState("old", "1", "0"), instanceState("new", "1", "0"), unknown},
		{"current values of another version", asked{how: current, spec: "${Proton::CURRENT_VAL}"}, instanceState("old", "1", "0"), instanceState("new", "1", "1"), different},
		{"nothing shown", asked{how: current, spec: "new"}, instanceState("old", "1", "0"), nil, unknown},
		{"nothing set", asked{how: current, spec: "new"}, nil, &DeploymentState{}, unknown},
		{"an environment", asked{how: current, spec: "new"}, nil, &DeploymentState{Environment: &EnvironmentState{Spec: "new"}}, same},
		{"a pipeline", asked{how: current, spec: "new"}, nil, &DeploymentState{ServicePipeline: &ServicePipelineState{Spec: "new"}}, same},
		{"code", asked{how: current, file: "g"}, attached, code, same},
		{"other code", asked{how: current, file: "h"}, attached, code, different},
		{"code that is not shown", asked{how: current, file: "h"}, attached, component("shop", "s", ""), same},
		{"code that stays", asked{how: current, spec: "s"}, attached, code, different},
		{"detached", asked{how: current, serviceName: new(""), instanceName: new("")}, attached, component("", "", "f"), same},
		{"still attached", asked{how: current, serviceName: new(""), instanceName: new("")}, attached, attached, different},
		{"an attachment that stays", asked{how: current, spec: "s"}, attached, component("", "", "f"), different},
		{"attached", asked{how: current, serviceName: new("shop"), instanceName: new("prod"), spec: "s"}, component("", "", "f"), attached, same},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, tt.asked.match(&Deployment{InitialState: tt.before, TargetState: tt.after}), tt.name)
	}
}

func TestDeletionBegun(t *testing.T) {
	t.Parallel()
	last, failed := shown(DeploymentStatusSucceeded, before, "d1", "d1"), shown(DeploymentStatusDeleteFailed, before, "d1", "d1")
	young, gone := last.of(time.Now()), &cloud.Error{Kind: cloud.ErrNotFound}
	tests := []struct {
		name        string
		before, now snapshot
		err         error
		want        cloud.StartStatus
	}{
		{"nothing has happened", last, last, nil, cloud.NotBegun},
		{"updated", last, shown(DeploymentStatusInProgress, after, "d2", "d1"), nil, cloud.NotBegun},
		{"under way", last, shown(DeploymentStatusDeleteInProgress, before, "d1", "d1"), nil, cloud.Begun},
		{"done", last, shown(DeploymentStatusDeleteComplete, before, "d1", "d1"), nil, cloud.Begun},
		{"failed", last, failed, nil, cloud.Begun},
		{"failed before, and perhaps again", failed, failed, nil, cloud.Uncertain},
		{"failed before, and by another deployment again", failed, shown(DeploymentStatusDeleteFailed, after, "d2", "d1"), nil, cloud.Begun},
		{"gone", last, snapshot{}, gone, cloud.Begun},
		{"gone, or not visible yet", young, snapshot{}, gone, cloud.Uncertain},
		{"never there", snapshot{}, snapshot{}, gone, cloud.NotBegun},
		{"not visible before", snapshot{}, last, nil, cloud.NotBegun},
		{"not visible before, and under way", snapshot{}, shown(DeploymentStatusDeleteInProgress, before, "d1", "d1"), nil, cloud.Begun},
		{"a newer one of its name", last, last.of(after), nil, cloud.Begun},
		{"an older one of its name", last, shown(DeploymentStatusDeleteInProgress, before, "d0", "d0").of(before.Add(-3 * time.Hour)), nil, cloud.NotBegun},
		{"not readable", last, snapshot{}, &cloud.Error{Kind: cloud.ErrDenied}, cloud.Uncertain},
	}
	service := func(now snapshot) *Service {
		status := map[DeploymentStatus]ServiceStatus{
			DeploymentStatusSucceeded: ServiceStatusActive, DeploymentStatusInProgress: ServiceStatusUpdateInProgress,
			DeploymentStatusDeleteInProgress: ServiceStatusDeleteInProgress, DeploymentStatusDeleteFailed: ServiceStatusDeleteFailed,
		}[now.status]
		return &Service{CreatedAt: now.createdAt, LastModifiedAt: now.attemptedAt, Status: status}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := clientOf(t, deployments{})
			status, err := resources(tt.now, tt.err).deletionBegun(c, t.Context(), laterChange(tt.before))
			assert.Equal(t, tt.want, status)
			assert.Equal(t, cloud.KindOf(tt.err) == cloud.ErrDenied, err != nil)
			if tt.now.status == DeploymentStatusDeleteComplete {
				return // services have no such status
			}

			s := &serviceChange{Name: "shop"}
			if tt.before.status != "" {
				shown := service(tt.before)
				s.CreatedAt, s.Before, s.StatusBefore = shown.CreatedAt, shown.LastModifiedAt, shown.Status
			}
			response := fixed{http.StatusBadRequest, `{"__type":"ResourceNotFoundException"}`}
			switch {
			case tt.err == nil:
				body, err := wire.Append(nil, &GetServiceResponse{Service: service(tt.now)})
				require.NoError(t, err)
				response = fixed{http.StatusOK, string(body)}
			case cloud.KindOf(tt.err) == cloud.ErrDenied:
				response.body = `{"__type":"AccessDeniedException"}`
			}
			status, err = deleteService.Began(clientOf(t, response), t.Context(), s, nil, before)
			assert.Equal(t, tt.want, status, "of a service")
			assert.Equal(t, cloud.KindOf(tt.err) == cloud.ErrDenied, err != nil)
		})
	}
}

func TestCancellationBegun(t *testing.T) {
	t.Parallel()
	prepared := after
	ended := func(status DeploymentStatus, at time.Time) deployments {
		d := instanceDeployment("d1", before, "new")
		d.DeploymentStatus, d.CompletedAt = status, at
		return deployments{d}
	}
	modified := ended(DeploymentStatusCancelled, time.Time{})
	modified[0].LastModifiedAt = after.Add(time.Minute)
	underway, canceled := shown(DeploymentStatusInProgress, before, "d1", "d0"), shown(DeploymentStatusCancelled, before, "d1", "d0")
	tests := []struct {
		name        string
		now         snapshot
		err         error
		deployments deployments
		want        cloud.StartStatus
	}{
		{"nothing has happened", underway, nil, nil, cloud.NotBegun},
		{"under way", shown(DeploymentStatusCancelling, before, "d1", "d0"), nil, nil, cloud.Begun},
		{"canceled since", canceled, nil, ended(DeploymentStatusCancelled, after.Add(time.Minute)), cloud.Begun},
		{"canceled since, without the time of that", canceled, nil, modified, cloud.Begun},
		{"canceled before", canceled, nil, ended(DeploymentStatusCancelled, after.Add(-time.Minute)), cloud.NotBegun},
		{"too late", shown(DeploymentStatusSucceeded, before, "d1", "d1"), nil, ended(DeploymentStatusSucceeded, after.Add(time.Minute)), cloud.Begun},
		{"another deployment", shown(DeploymentStatusInProgress, after.Add(time.Minute), "d2", "d1"), nil, nil, cloud.Uncertain},
		{"another deployment, canceled", shown(DeploymentStatusCancelled, after.Add(time.Minute), "d2", "d1"), nil, nil, cloud.Uncertain},
		{"canceled, and without an ID", shown(DeploymentStatusCancelled, before, "", ""), nil, nil, cloud.Uncertain},
		{"gone", snapshot{}, &cloud.Error{Kind: cloud.ErrNotFound}, nil, cloud.NotBegun},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &deploymentChange{Name: "n"}
			status, err := resources(tt.now, tt.err).cancellationBegun(clientOf(t, tt.deployments), t.Context(), s, prepared)
			require.NoError(t, err)
			assert.Equal(t, tt.want, status)
			if status == cloud.Begun {
				assert.Equal(t, "d1", s.DeploymentID)
				assert.Equal(t, tt.now.createdAt, s.CreatedAt)
			}
		})
	}
}

func TestServiceUpdateBegun(t *testing.T) {
	t.Parallel()
	created := before.Add(-time.Hour)
	active, updating, failed := ServiceStatusActive, ServiceStatusUpdateInProgress, ServiceStatusUpdateFailedCleanupComplete
	tests := []struct {
		name   string
		before ServiceStatus
		now    Service
		want   cloud.StartStatus
		later  bool // shows later
	}{
		{"nothing has happened", active, Service{Status: active, Spec: "old", LastModifiedAt: before}, cloud.NotBegun, false},
		{"as asked before", active, Service{Status: active, Spec: "new", LastModifiedAt: before}, cloud.NotBegun, false},
		{"live", active, Service{Status: active, Spec: "new", LastModifiedAt: after}, cloud.Begun, false},
		{"under way", active, Service{Status: updating, Spec: "old", LastModifiedAt: after}, cloud.Uncertain, true},
		{"under way, and shown", active, Service{Status: updating, Spec: "new", LastModifiedAt: after}, cloud.Begun, false},
		{"failed", active, Service{Status: failed, Spec: "old", LastModifiedAt: after}, cloud.Begun, false},
		{"failed, as before", failed, Service{Status: failed, Spec: "old", LastModifiedAt: after}, cloud.Uncertain, false},
		{"something else was changed", active, Service{Status: active, Spec: "old", Description: "d", LastModifiedAt: after}, cloud.NotBegun, false},
		{"another spec", active, Service{Status: active, Spec: "other", LastModifiedAt: after}, cloud.Uncertain, false},
		{"a newer service", active, Service{Status: active, Spec: "new", LastModifiedAt: after, CreatedAt: after}, cloud.Uncertain, false},
		{"an older service", active, Service{Status: active, Spec: "new", LastModifiedAt: after, CreatedAt: before.Add(-2 * time.Hour)}, cloud.NotBegun, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.now.CreatedAt.IsZero() {
				tt.now.CreatedAt = created
			}
			body, err := wire.Append(nil, &GetServiceResponse{Service: &tt.now})
			require.NoError(t, err)
			s := &serviceChange{Name: "shop", CreatedAt: created, Before: before, StatusBefore: tt.before, SpecBefore: new("old")}
			status, err := updateService.Began(clientOf(t, fixed{http.StatusOK, string(body)}), t.Context(), s, &UpdateServiceRequest{Name: "shop", Spec: "new"}, before)
			assert.Equal(t, tt.later, err != nil)
			assert.Equal(t, tt.want, status)
		})
	}
	gone := clientOf(t, fixed{http.StatusBadRequest, `{"__type":"ResourceNotFoundException"}`})
	status, err := updateService.Began(gone, t.Context(), &serviceChange{Name: "shop"}, &UpdateServiceRequest{}, before)
	require.NoError(t, err)
	assert.Equal(t, cloud.NotBegun, status)
}

// TestServiceCreationBegun tests that a service counts only with the source code of the request.
func TestServiceCreationBegun(t *testing.T) {
	t.Parallel()
	r := &CreateServiceRequest{Name: "shop", TemplateName: "web", Spec: "new", RepositoryID: "example/shop", BranchName: "main"}
	since, earlier := before.Add(time.Second), before.Add(-time.Hour)
	for name, tt := range map[string]struct {
		now  Service
		want cloud.StartStatus
	}{
		"ours":              {Service{TemplateName: "web", Spec: "new", RepositoryID: "example/shop", BranchName: "main", CreatedAt: since}, cloud.Begun},
		"there before":      {Service{TemplateName: "web", Spec: "new", RepositoryID: "example/shop", BranchName: "main", CreatedAt: earlier}, cloud.NotBegun},
		"of another branch": {Service{TemplateName: "web", Spec: "new", RepositoryID: "example/shop", BranchName: "next", CreatedAt: since}, cloud.Uncertain},
		"of another spec":   {Service{TemplateName: "web", Spec: "other", RepositoryID: "example/shop", BranchName: "main", CreatedAt: since}, cloud.Uncertain},
	} {
		body, err := wire.Append(nil, &GetServiceResponse{Service: &tt.now})
		require.NoError(t, err)
		s := &serviceChange{}
		status, err := createService.Began(clientOf(t, fixed{http.StatusOK, string(body)}), t.Context(), s, r, before)
		require.NoError(t, err, name)
		assert.Equal(t, tt.want, status, name)
		assert.Equal(t, "shop", s.Name, name)
		assert.Equal(t, tt.want == cloud.Begun, !s.CreatedAt.IsZero(), name)
	}
}

// TestVersionBegun tests how a list of versions tells the one of a request.
func TestVersionBegun(t *testing.T) {
	t.Parallel()
	since, earlier := before.Add(time.Minute), before.Add(-time.Hour)
	version := func(major, minor string, created time.Time) listedVersion {
		return listedVersion{major, minor, "d", created}
	}
	for name, tt := range map[string]struct {
		major string
		list  []listedVersion
		want  cloud.StartStatus
	}{
		"none":                             {"1", []listedVersion{version("1", "1", earlier)}, cloud.NotBegun},
		"a minor version":                  {"1", []listedVersion{version("1", "1", earlier), version("1", "2", since)}, cloud.Begun},
		"of another major version":         {"1", []listedVersion{version("2", "2", since)}, cloud.NotBegun},
		"of another description":           {"1", []listedVersion{{"1", "2", "other", since}}, cloud.NotBegun},
		"much later":                       {"1", []listedVersion{version("1", "2", before.Add(24*time.Hour))}, cloud.NotBegun},
		"two":                              {"1", []listedVersion{version("1", "2", since), version("1", "3", since)}, cloud.Uncertain},
		"a major version":                  {"", []listedVersion{version("1", "7", earlier), version("2", "0", since)}, cloud.Begun},
		"a later minor version of a major": {"", []listedVersion{version("2", "1", since)}, cloud.Uncertain},
	} {
		s := &versionChange{TemplateName: "vpc"}
		items := func(yield func(listedVersion, error) bool) {
			for _, v := range tt.list {
				if !yield(v, nil) {
					return
				}
			}
		}
		status, err := findVersion(s, items, func(v *listedVersion) listedVersion { return *v }, listedVersion{tt.major, "", "d", before})
		require.NoError(t, err, name)
		assert.Equal(t, tt.want, status, name)
		assert.Equal(t, tt.want == cloud.Begun, s.Check() == nil, name)
	}
}

// TestCheckBack tests what no update can bring back, and is not in the tests against the emulator.
func TestCheckBack(t *testing.T) {
	t.Parallel()
	last := shown(DeploymentStatusSucceeded, before, "d1", "d1")
	component := func(spec, file string) *DeploymentState {
		return &DeploymentState{Component: &ComponentState{ServiceName: "shop", ServiceInstanceName: "prod", ServiceSpec: spec, TemplateFile: file}}
	}
	for name, tt := range map[string]struct {
		kind    DeploymentTargetResourceType
		state   *DeploymentState // that the last successful deployment before has left behind
		refusal string
	}{
		"a component":                   {DeploymentTargetResourceTypeComponent, component("s", "f"), ""},
		"a component without a spec":    {DeploymentTargetResourceTypeComponent, component("", "f"), "an update cannot take the serviceSpec away"},
		"code that is not shown":        {DeploymentTargetResourceTypeComponent, component("s", ""), "the service does not show what was deployed before"},
		"a spec that is not shown":      {DeploymentTargetResourceTypeServiceInstance, instanceState("", "", ""), "the service does not show what was deployed before"},
		"a deployment without contents": {DeploymentTargetResourceTypeServiceInstance, nil, "the service does not show what was deployed before"},
	} {
		d := instanceDeployment("d1", before, "")
		d.TargetState = tt.state
		now := last
		now.content.Spec = "t"
		resource, s := resources(now, nil), laterChange(last)
		resource.kind, s.Update.File = tt.kind, tt.kind == DeploymentTargetResourceTypeComponent
		to, how, err := resource.beforeUpdate(clientOf(t, deployments{d}), context.Background(), s)
		if tt.refusal == "" {
			require.NoError(t, err, name)
			assert.Equal(t, DeploymentUpdateTypeCurrentVersion, how)
			assert.Equal(t, content{Spec: "s", ServiceName: "shop", InstanceName: "prod", ComponentFile: "f"}, to, name)
			continue
		}
		require.ErrorIs(t, err, cloud.ErrUnsupported, name)
		assert.ErrorContains(t, err, tt.refusal, name)
	}
	_, _, err := resources(last, nil).beforeUpdate(nil, t.Context(), laterChange(shown(DeploymentStatusFailed, before, "d1", "")))
	require.ErrorIs(t, err, cloud.ErrUnsupported)
	assert.ErrorContains(t, err, "no deployment is known to have succeeded before")
	_, _, err = resources(last.of(after), nil).beforeUpdate(nil, t.Context(), laterChange(last))
	require.ErrorIs(t, err, cloud.ErrSuperseded)
}
