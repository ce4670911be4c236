package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcInferenceChanges are the actions that change an inference service.
var dlcInferenceChanges = []string{"CreateInferenceService", "RestartInferenceService", "StopInferenceService"}

func (s *dlcService) inferenceActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateInferenceService":  action(s.createInference),
		"RestartInferenceService": action(s.restartInference),
		"StopInferenceService":    action(s.stopInference),
		"GetInferenceService":     action(s.getInference),
	}
}

// AddInferenceService adds an inference service, or replaces the one with its ID, and returns the ID. Empty
// fields default to those of a service that has been running for a day.
func (e *Emulator) AddInferenceService(service dlc.GetInferenceServiceResponse) (serviceID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(service)
	v.ServiceID = cmp.Or(v.ServiceID, "svc-"+newUUID()[:8])
	v.Name = cmp.Or(v.Name, "service")
	v.Status = cmp.Or(v.Status, dlc.InferenceServiceStatusRunning)
	v.CreateTime = cmp.Or(v.CreateTime, cloud.Milliseconds(e.now().Add(-24*time.Hour)))
	v.UpdateTime = cmp.Or(v.UpdateTime, v.CreateTime)
	e.dlc.inference.add(v.ServiceID, e.now(), v)
	return v.ServiceID
}

// changeInference plans a change of an inference service: through is its status until the end, to the one
// after. A failed change ends in FAILED.
func changeInference(
	row *timeline[dlc.GetInferenceServiceResponse], c change, v dlc.GetInferenceServiceResponse, through,
	to dlc.InferenceServiceStatus,
) dlc.GetInferenceServiceResponse {
	v.Status, v.UpdateTime = through, max(cloud.Milliseconds(c.start), v.UpdateTime+1)
	after := v
	after.Status, after.UpdateTime = to, max(cloud.Milliseconds(c.end), v.UpdateTime+1)
	if c.failed() {
		after.Status = dlc.InferenceServiceStatusFailed
	}
	after.Status = cmp.Or(dlc.InferenceServiceStatus(c.State), after.Status)
	schedule(row, c, c.start, v)
	finish(row, c, after)
	return v
}

func (s *dlcService) createInference(r *received, in dlc.CreateInferenceServiceRequest) (any, error) {
	c := s.emulator.begin("dlc", "CreateInferenceService")
	v := dlc.GetInferenceServiceResponse{
		ServiceID: "svc-" + newUUID()[:8], Name: in.Name, ModelUID: in.ModelUID, ModelVersion: in.ModelVersion,
		ModelIdentifier: in.ModelIdentifier, CreateTime: cloud.Milliseconds(c.start), DeploymentCount: 1,
	}
	v = changeInference(s.inference.create(v.ServiceID), c, v, dlc.InferenceServiceStatusDeploying, dlc.InferenceServiceStatusRunning)
	return &dlc.CreateInferenceServiceResponse{
		ServiceID: v.ServiceID, Name: v.Name, ModelUID: v.ModelUID, ModelVersion: v.ModelVersion, ModelIdentifier: v.ModelIdentifier,
		Status: v.Status, CreateTime: v.CreateTime, UpdateTime: v.UpdateTime, DeploymentCount: v.DeploymentCount, RequestID: r.requestID,
	}, nil
}

// inferenceInState returns an inference service that has one of the given statuses.
func (s *dlcService) inferenceInState(
	id string, states ...dlc.InferenceServiceStatus,
) (*timeline[dlc.GetInferenceServiceResponse], dlc.GetInferenceServiceResponse, error) {
	row := s.inference.row(id)
	v, ok := row.actual(s.emulator.now())
	switch {
	case !ok:
		return nil, v, inferenceNotFound(id)
	case !slices.Contains(states, v.Status):
		return nil, v, &refusal{code: "OperationDenied", message: "The service " + id + " is " + string(v.Status) + "."}
	}
	return row, v, nil
}

func inferenceNotFound(id string) error {
	return &refusal{code: "ResourceNotFound", message: "The service " + strconv.Quote(id) + " does not exist."}
}

func (s *dlcService) restartInference(r *received, in dlc.RestartInferenceServiceRequest) (any, error) {
	row, v, err := s.inferenceInState(in.ServiceID, dlc.InferenceServiceStatusRunning,
		dlc.InferenceServiceStatusStopped, dlc.InferenceServiceStatusFailed)
	if err != nil {
		return nil, err
	}
	v = changeInference(row, s.emulator.begin("dlc", "RestartInferenceService"), v,
		dlc.InferenceServiceStatusDeploying, dlc.InferenceServiceStatusRunning)
	return &dlc.RestartInferenceServiceResponse{
		ServiceID: v.ServiceID, Name: v.Name, Status: v.Status, UpdateTime: v.UpdateTime, RequestID: r.requestID,
	}, nil
}

// stopInference goes through DEPLOYING, because the service has no status for stopping.
func (s *dlcService) stopInference(r *received, in dlc.StopInferenceServiceRequest) (any, error) {
	row, v, err := s.inferenceInState(in.ServiceID, dlc.InferenceServiceStatusRunning, dlc.InferenceServiceStatusFailed)
	if err != nil {
		return nil, err
	}
	v = changeInference(row, s.emulator.begin("dlc", "StopInferenceService"), v, dlc.InferenceServiceStatusDeploying,
		dlc.InferenceServiceStatusStopped)
	return &dlc.StopInferenceServiceResponse{
		ServiceID: v.ServiceID, Name: v.Name, Status: v.Status, UpdateTime: v.UpdateTime, RequestID: r.requestID,
	}, nil
}

func (s *dlcService) getInference(r *received, in dlc.GetInferenceServiceRequest) (any, error) {
	v, ok := s.inference.row(in.ServiceID).visible(s.emulator.now())
	if !ok {
		return nil, inferenceNotFound(in.ServiceID)
	}
	v.RequestID = r.requestID
	return &v, nil
}
