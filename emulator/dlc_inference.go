package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcInferenceStarts are the actions that change an inference service.
var dlcInferenceStarts = []string{"CreateInferenceService", "RestartInferenceService", "StopInferenceService"}

func (s *dlcService) inferenceActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateInferenceService":  action(s.createInference),
		"RestartInferenceService": action(s.restartInference),
		"StopInferenceService":    action(s.stopInference),
		"GetInferenceService":     action(s.getInference),
	}
}

// AddInferenceService puts in an inference service, or replaces the one with its id, and returns the
// id. What is left empty becomes that of a service which has run for a day.
func (e *Emulator) AddInferenceService(service dlc.GetInferenceServiceResponse) (serviceID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := copyOf(service)
	v.ServiceID = cmp.Or(v.ServiceID, "svc-"+newUUID()[:8])
	v.Name = cmp.Or(v.Name, "service")
	v.Status = cmp.Or(v.Status, dlc.InferenceServiceStatusRunning)
	v.CreateTime = cmp.Or(v.CreateTime, e.now().Add(-24*time.Hour).UnixMilli())
	v.UpdateTime = cmp.Or(v.UpdateTime, v.CreateTime)
	e.dlc.inference.add(v.ServiceID, e.now(), v)
	return v.ServiceID
}

// deploy plans a change c of an inference service through a state to another. It fails as failed.
func deploy(row *timeline[dlc.GetInferenceServiceResponse], c change, v dlc.GetInferenceServiceResponse, through, to dlc.InferenceServiceStatus) dlc.GetInferenceServiceResponse {
	v.Status, v.UpdateTime = through, max(c.start.UnixMilli(), v.UpdateTime+1)
	after := v
	after.Status, after.UpdateTime = to, max(c.end.UnixMilli(), v.UpdateTime+1)
	if c.failed() {
		after.Status = dlc.InferenceServiceStatusFailed
	}
	after.Status = cmp.Or(dlc.InferenceServiceStatus(c.State), after.Status)
	during(row, c, c.start, v)
	finish(row, c, after)
	return v
}

func (s *dlcService) createInference(r *received, in dlc.CreateInferenceServiceRequest) (any, error) {
	c := s.emulator.begin("dlc", "CreateInferenceService")
	v := dlc.GetInferenceServiceResponse{
		ServiceID: "svc-" + newUUID()[:8], Name: in.Name, ModelUID: in.ModelUID, ModelVersion: in.ModelVersion,
		ModelIdentifier: in.ModelIdentifier, CreateTime: c.start.UnixMilli(), DeploymentCount: 1,
	}
	v = deploy(s.inference.create(v.ServiceID), c, v, dlc.InferenceServiceStatusDeploying, dlc.InferenceServiceStatusRunning)
	return &dlc.CreateInferenceServiceResponse{
		ServiceID: v.ServiceID, Name: v.Name, ModelUID: v.ModelUID, ModelVersion: v.ModelVersion, ModelIdentifier: v.ModelIdentifier,
		Status: v.Status, CreateTime: v.CreateTime, UpdateTime: v.UpdateTime, DeploymentCount: v.DeploymentCount, RequestID: r.requestID,
	}, nil
}

// inferenceIn finds an inference service that is in one of the given states.
func (s *dlcService) inferenceIn(id string, states ...dlc.InferenceServiceStatus) (*timeline[dlc.GetInferenceServiceResponse], dlc.GetInferenceServiceResponse, error) {
	row := s.inference.row(id)
	v, ok := row.truth(s.emulator.now())
	switch {
	case !ok:
		return nil, v, noInference(id)
	case !slices.Contains(states, v.Status):
		return nil, v, &refusal{code: "OperationDenied", message: "The service " + id + " is " + string(v.Status) + "."}
	}
	return row, v, nil
}

func noInference(id string) error {
	return &refusal{code: "ResourceNotFound", message: "There is no service " + strconv.Quote(id) + "."}
}

func (s *dlcService) restartInference(r *received, in dlc.RestartInferenceServiceRequest) (any, error) {
	row, v, err := s.inferenceIn(in.ServiceID, dlc.InferenceServiceStatusRunning, dlc.InferenceServiceStatusStopped, dlc.InferenceServiceStatusFailed)
	if err != nil {
		return nil, err
	}
	v = deploy(row, s.emulator.begin("dlc", "RestartInferenceService"), v, dlc.InferenceServiceStatusDeploying, dlc.InferenceServiceStatusRunning)
	return &dlc.RestartInferenceServiceResponse{ServiceID: v.ServiceID, Name: v.Name, Status: v.Status, UpdateTime: v.UpdateTime, RequestID: r.requestID}, nil
}

// stopInference goes through a state that looks like a deployment, because stopping has no name.
func (s *dlcService) stopInference(r *received, in dlc.StopInferenceServiceRequest) (any, error) {
	row, v, err := s.inferenceIn(in.ServiceID, dlc.InferenceServiceStatusRunning, dlc.InferenceServiceStatusFailed)
	if err != nil {
		return nil, err
	}
	v = deploy(row, s.emulator.begin("dlc", "StopInferenceService"), v, dlc.InferenceServiceStatusDeploying, dlc.InferenceServiceStatusStopped)
	return &dlc.StopInferenceServiceResponse{ServiceID: v.ServiceID, Name: v.Name, Status: v.Status, UpdateTime: v.UpdateTime, RequestID: r.requestID}, nil
}

func (s *dlcService) getInference(r *received, in dlc.GetInferenceServiceRequest) (any, error) {
	v, ok := s.inference.row(in.ServiceID).seen(s.emulator.now())
	if !ok {
		return nil, noInference(in.ServiceID)
	}
	v.RequestID = r.requestID
	return &v, nil
}
