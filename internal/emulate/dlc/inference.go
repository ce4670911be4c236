package dlc

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// inferenceChanges are the actions that change an inference service.
var inferenceChanges = []string{"CreateInferenceService", "RestartInferenceService", "StopInferenceService"}

func (s *Service) inferenceOperations() front.Handlers {
	return front.Handlers{
		"CreateInferenceService":  front.Handle(s.createInference),
		"RestartInferenceService": front.Handle(s.restartInference),
		"StopInferenceService":    front.Handle(s.stopInference),
		"GetInferenceService":     front.Handle(s.getInference),
	}
}

// AddInferenceService adds an inference service, or replaces the one with its ID, and returns the ID.
func (s *Service) AddInferenceService(service dlc.GetInferenceServiceResponse) (serviceID string) {
	v := service
	v.ServiceID = cmp.Or(v.ServiceID, "svc-"+s.world.NewID(8))
	v.Name = cmp.Or(v.Name, "service")
	v.Status = cmp.Or(v.Status, dlc.InferenceServiceStatusRunning)
	v.CreateTime = cmp.Or(v.CreateTime, cloud.Milliseconds(s.world.Now().Add(-24*time.Hour)))
	v.UpdateTime = cmp.Or(v.UpdateTime, v.CreateTime)
	s.inference.Add(v.ServiceID, s.world.Now(), v)
	return v.ServiceID
}

// changeInference plans a change of an inference service: through is its status until the end, to the one
// after. A failed change ends in FAILED.
func changeInference(
	row *world.Timeline[dlc.GetInferenceServiceResponse], c world.Change, v dlc.GetInferenceServiceResponse, through,
	to dlc.InferenceServiceStatus,
) dlc.GetInferenceServiceResponse {
	v.Status, v.UpdateTime = through, max(cloud.Milliseconds(c.Start), v.UpdateTime+1)
	after := v
	after.Status, after.UpdateTime = to, max(cloud.Milliseconds(c.End), v.UpdateTime+1)
	if c.Failed() {
		after.Status = dlc.InferenceServiceStatusFailed
	}
	after.Status = cmp.Or(dlc.InferenceServiceStatus(c.State), after.Status)
	world.Schedule(row, c, c.Start, v)
	world.Finish(row, c, after)
	return v
}

func (s *Service) createInference(r *front.Received, in dlc.CreateInferenceServiceRequest) (any, error) {
	c := s.world.Begin("dlc", "CreateInferenceService")
	v := world.CommonTo[dlc.GetInferenceServiceResponse](in)
	v.ServiceID, v.CreateTime, v.DeploymentCount, v.UIN = "svc-"+s.world.NewID(8), cloud.Milliseconds(c.Start), 1, account
	if model, err := s.model(in.ModelUID); err == nil {
		v.ModelName, v.ModelType, v.ModelVersion = model.Name, model.ModelType, cmp.Or(v.ModelVersion, model.LatestVersion)
	}
	v = changeInference(s.inference.Create(v.ServiceID), c, v, dlc.InferenceServiceStatusDeploying, dlc.InferenceServiceStatusRunning)
	out := world.CommonTo[dlc.CreateInferenceServiceResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

// inferenceInState returns an inference service that has one of the given statuses.
func (s *Service) inferenceInState(
	id string, states ...dlc.InferenceServiceStatus,
) (*world.Timeline[dlc.GetInferenceServiceResponse], dlc.GetInferenceServiceResponse, error) {
	row := s.inference.Row(id)
	v, ok := row.Actual(s.world.Now())
	switch {
	case !ok:
		return nil, v, inferenceNotFound(id)
	case !slices.Contains(states, v.Status):
		return nil, v, &front.Refusal{Code: "OperationDenied", Message: "The service " + id + " is " + string(v.Status) + "."}
	}
	return row, v, nil
}

func inferenceNotFound(id string) error {
	return &front.Refusal{Code: "ResourceNotFound", Message: "The service " + strconv.Quote(id) + " does not exist."}
}

func (s *Service) restartInference(r *front.Received, in dlc.RestartInferenceServiceRequest) (any, error) {
	row, v, err := s.inferenceInState(in.ServiceID, dlc.InferenceServiceStatusRunning,
		dlc.InferenceServiceStatusStopped, dlc.InferenceServiceStatusFailed)
	if err != nil {
		return nil, err
	}
	v = changeInference(row, s.world.Begin("dlc", "RestartInferenceService"), v,
		dlc.InferenceServiceStatusDeploying, dlc.InferenceServiceStatusRunning)
	out := world.CommonTo[dlc.RestartInferenceServiceResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

// stopInference goes through DEPLOYING, because the service has no status for stopping.
func (s *Service) stopInference(r *front.Received, in dlc.StopInferenceServiceRequest) (any, error) {
	row, v, err := s.inferenceInState(in.ServiceID, dlc.InferenceServiceStatusRunning, dlc.InferenceServiceStatusFailed)
	if err != nil {
		return nil, err
	}
	v = changeInference(row, s.world.Begin("dlc", "StopInferenceService"), v, dlc.InferenceServiceStatusDeploying,
		dlc.InferenceServiceStatusStopped)
	out := world.CommonTo[dlc.StopInferenceServiceResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) getInference(r *front.Received, in dlc.GetInferenceServiceRequest) (any, error) {
	v, ok := s.inference.Row(in.ServiceID).Visible(s.world.Now())
	if !ok {
		return nil, inferenceNotFound(in.ServiceID)
	}
	v.RequestID = r.RequestID
	return &v, nil
}
