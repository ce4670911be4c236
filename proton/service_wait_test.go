package proton

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestJudgeService(t *testing.T) {
	t.Parallel()
	created := before.Add(-time.Hour)
	modified := after.Add(time.Minute) // what the response to the update shows
	s := serviceChange{CreatedAt: created, Before: before, StatusBefore: ServiceStatusActive, ModifiedAt: modified}
	read := s // what the response to the update shows is out of date
	read.ModifiedAt = before
	back := s // the clock of the service stepped back
	back.ModifiedAt = before.Add(-30 * time.Minute)
	refused := s
	refused.Refusal.Code = "ConflictException"
	service := func(status ServiceStatus, createdAt, modifiedAt time.Time) *GetServiceResponse {
		return &GetServiceResponse{Service: &Service{Status: status, StatusMessage: "because", CreatedAt: createdAt, LastModifiedAt: modifiedAt}}
	}
	active := ServiceStatusActive
	updating, deleting := service(ServiceStatusUpdateInProgress, created, before), service(ServiceStatusDeleteInProgress, created, before)
	update, creation, deletion := (*serviceChange).judgeUpdate, (*serviceChange).judgeCreation, (*serviceChange).judgeDeletion
	tests := []struct {
		name     string
		judge    func(*serviceChange, *GetServiceResponse) cloud.Verdict
		state    serviceChange
		seen     *GetServiceResponse // by the same waiter before, if any
		out      *GetServiceResponse
		want     cloud.Outcome
		inferred bool
	}{
		{"update, stale success", update, s, nil, service(active, created, before), cloud.Pending, false},
		{"update, stale failure", update, s, nil, service(ServiceStatusUpdateFailed, created, before), cloud.Pending, false},
		{"update, stale, and not what was last seen", update, s, nil, service(active, created, after), cloud.Pending, false},
		{"update, live", update, s, nil, service(active, created, modified), cloud.Succeeded, false},
		{"update, live, its time rounded", update, s, nil, service(active, created, modified.Add(-500*time.Millisecond)), cloud.Succeeded, false},
		{"update, live, modified at its end", update, s, nil, service(active, created, modified.Add(time.Hour)), cloud.Succeeded, false},
		{"update, live in the same second", update, read, updating, service(active, created, before), cloud.Succeeded, false},
		{"update, stale again", update, s, service(ServiceStatusUpdateInProgress, created, modified), service(active, created, before), cloud.Pending, false},
		{"update, live by a clock that stepped back", update, back, nil, service(active, created, back.ModifiedAt), cloud.Succeeded, true},
		{"update, stale by a clock that stepped back", update, back, nil, service(active, created, before), cloud.Pending, false},
		{"update, failed", update, s, nil, service(ServiceStatusUpdateFailedCleanupComplete, created, modified), cloud.Failed, false},
		{"update, failed in the same second", update, read, updating, service(ServiceStatusUpdateFailed, created, before), cloud.Failed, false},
		{"update, older service", update, s, nil, service(active, created.Add(-time.Hour), modified), cloud.Pending, false},
		{"update, newer service", update, s, nil, service(active, after, after), cloud.Failed, false},
		{"update, newer by seconds", update, s, nil, service(active, created.Add(4*time.Second), after), cloud.Failed, false},
		{"creation, older service", creation, serviceChange{CreatedAt: created}, nil, service(active, created.Add(-time.Hour), before), cloud.Pending, false},
		{"creation, live", creation, serviceChange{CreatedAt: created}, nil, service(active, created, before), cloud.Succeeded, false},
		{"creation, live, its time rounded", creation, serviceChange{CreatedAt: created}, nil, service(active, created.Add(4*time.Second), before), cloud.Succeeded, false},
		{"creation, newer service", creation, serviceChange{CreatedAt: created}, nil, service(active, after, after), cloud.Failed, false},
		{"deletion, stale", deletion, s, nil, service(active, created, before), cloud.Pending, false},
		{"deletion, failed, or had failed", deletion, s, nil, service(ServiceStatusDeleteFailed, created, before), cloud.Failed, true},
		{"deletion, failed, and was under way", deletion, s, deleting, service(ServiceStatusDeleteFailed, created, before), cloud.Failed, false},
		{"deletion, abandoned", deletion, s, deleting, service(active, created, before), cloud.Failed, true},
		{"deletion, updated meanwhile", deletion, s, deleting, updating, cloud.Pending, false},
		{"deletion, refused, and nothing happens", deletion, refused, nil, service(active, created, before), cloud.Failed, true},
		{"deletion, older service", deletion, s, nil, service(ServiceStatusDeleteFailed, created.Add(-time.Hour), before), cloud.Pending, false},
		{"deletion, newer service", deletion, s, nil, service(ServiceStatusCreateInProgress, after, after), cloud.Succeeded, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.seen != nil {
				assert.Equal(t, cloud.Pending, tt.judge(&tt.state, tt.seen).Outcome)
			}
			v := tt.judge(&tt.state, tt.out)
			assert.Equal(t, tt.want, v.Outcome)
			assert.Equal(t, tt.inferred, v.Inferred)
			assert.Equal(t, v.Reason == replacement, v.Superseded)
		})
	}
	assert.Equal(t, replacement, s.judgeUpdate(service(active, after, after)).Reason)
}

// TestReasons tests that a failure says what the service says anywhere in the same response.
func TestReasons(t *testing.T) {
	t.Parallel()
	pipeline := func(status DeploymentStatus, message string) *ServicePipeline {
		return &ServicePipeline{DeploymentStatus: status, DeploymentStatusMessage: message}
	}
	failed := ServiceStatusCreateFailedCleanupComplete
	tests := []struct {
		name    string
		service Service
		want    string
	}{
		{"of the service", Service{Status: failed, StatusMessage: "quota"}, "quota"},
		{"of the pipeline", Service{Status: failed, Pipeline: pipeline(DeploymentStatusFailed, "no subnet")}, "the pipeline is FAILED: no subnet"},
		{"of both", Service{Status: failed, StatusMessage: "quota", Pipeline: pipeline(DeploymentStatusFailed, "no subnet")}, "quota: no subnet"},
		{"the same of both", Service{Status: failed, StatusMessage: "no subnet", Pipeline: pipeline(DeploymentStatusFailed, "no subnet")}, "no subnet"},
		{"of a pipeline that succeeded", Service{Status: failed, Pipeline: pipeline(DeploymentStatusSucceeded, "done")}, ""},
		{"of a deletion", Service{Status: ServiceStatusDeleteFailed, Pipeline: pipeline(DeploymentStatusDeleteFailed, "bucket is not empty")},
			"the pipeline is DELETE_FAILED: bucket is not empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			out := &GetServiceResponse{Service: &tt.service}
			assert.Equal(t, tt.want, judgeServiceActive(out).Reason)
			if tt.service.Status == ServiceStatusDeleteFailed {
				assert.Equal(t, tt.want, judgeService(serviceDeleted, out).Reason)
			}
		})
	}
	out := &GetServiceResponse{Service: &Service{Status: failed, StatusMessage: "quota", Pipeline: pipeline(DeploymentStatusFailed, "")}}
	assert.Equal(t, "quota", judgePipeline(out, judgeDeployed).Reason, "of the pipeline's service")
}

func TestJudgePipelineOfAService(t *testing.T) {
	t.Parallel()
	pipeline := &ServicePipeline{DeploymentStatus: DeploymentStatusSucceeded}
	tests := []struct {
		name string
		out  GetServiceResponse
		want cloud.Verdict
	}{
		{"still to come", GetServiceResponse{Service: &Service{Status: ServiceStatusCreateInProgress}}, cloud.Verdict{State: "CREATE_IN_PROGRESS"}},
		{"never to come", GetServiceResponse{Service: &Service{Status: ServiceStatusActive}},
			cloud.Verdict{State: "ACTIVE", Outcome: cloud.Failed, Reason: "the service has no pipeline"}},
		{"of a service that failed", GetServiceResponse{Service: &Service{Status: ServiceStatusCreateFailed, StatusMessage: "quota"}},
			cloud.Verdict{State: "CREATE_FAILED", Outcome: cloud.Failed, Reason: "quota"}},
		{"of a service under deletion", GetServiceResponse{Service: &Service{Status: ServiceStatusDeleteInProgress, Pipeline: pipeline}},
			cloud.Verdict{State: "DELETE_IN_PROGRESS", Outcome: cloud.Failed}},
		{"there", GetServiceResponse{Service: &Service{Status: ServiceStatusUpdateInProgress, Pipeline: pipeline}},
			cloud.Verdict{State: "SUCCEEDED", Outcome: cloud.Succeeded}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, judgePipeline(&tt.out, judgeDeployed))
		})
	}
}
