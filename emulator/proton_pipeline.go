package emulator

import (
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// deployedPipeline points into a pipeline of the service's own, because the values in a timeline share
// theirs and are never changed. A service without one gets one for that, which nobody sees.
func deployedPipeline(v *proton.Service) deployed {
	p := &proton.ServicePipeline{}
	if v.Pipeline != nil {
		*p = *v.Pipeline
		v.Pipeline = p
	}
	return deployed{
		target: proton.Deployment{
			TargetARN: p.ARN, TargetResourceCreatedAt: p.CreatedAt, TargetResourceType: proton.DeploymentTargetResourceTypeServicePipeline,
			EnvironmentName: "environment", ServiceName: v.Name,
		},
		status: &p.DeploymentStatus, message: &p.DeploymentStatusMessage,
		attempted: &p.LastAttemptedDeploymentID, succeeded: &p.LastSucceededDeploymentID,
		attemptedAt: &p.LastDeploymentAttemptedAt, succeededAt: &p.LastDeploymentSucceededAt,
	}
}

func (s *protonService) pipelineOperations() map[string]handler {
	return map[string]handler{
		"UpdateServicePipeline":           operation(s.updatePipeline),
		"CancelServicePipelineDeployment": operation(s.cancelPipeline),
	}
}

func (s *protonService) updatePipeline(_ *received, in proton.UpdateServicePipelineRequest) (any, error) {
	row, before, ok := s.pipelines.truth(in.ServiceName)
	if !ok || before.Pipeline == nil {
		return nil, notFound("service pipeline", in.ServiceName)
	}
	err := s.settled(before)
	if err != nil {
		return nil, err
	}
	if in.DeploymentType == proton.DeploymentUpdateTypeNone {
		return &proton.UpdateServicePipelineResponse{Pipeline: *before.Pipeline}, nil
	}
	old, after := before.Pipeline, *before.Pipeline
	after.Spec = in.Spec
	after.TemplateMajorVersion, after.TemplateMinorVersion, err = versionsAfter(in.DeploymentType,
		in.TemplateMajorVersion, in.TemplateMinorVersion, old.TemplateMajorVersion, old.TemplateMinorVersion)
	if err != nil {
		return nil, err
	}
	goal := before
	goal.Pipeline = &after
	c := s.emulator.begin("proton", "UpdateServicePipeline")
	running := s.pipelines.deploy(c, row, before, goal)
	return &proton.UpdateServicePipelineResponse{Pipeline: *running.Pipeline}, nil
}

func (s *protonService) cancelPipeline(_ *received, in proton.CancelServicePipelineDeploymentRequest) (any, error) {
	_, before, ok := s.pipelines.truth(in.ServiceName)
	switch {
	case !ok || before.Pipeline == nil:
		return nil, notFound("service pipeline", in.ServiceName)
	case isServiceUnderWay(before.Status): // only an update of the pipeline itself can be canceled
		return nil, conflict(fmt.Sprintf("The service %s is %s.", in.ServiceName, before.Status), "")
	}
	v, err := s.pipelines.cancel("CancelServicePipelineDeployment", in.ServiceName)
	if err != nil {
		return nil, err
	}
	return &proton.CancelServicePipelineDeploymentResponse{Pipeline: *v.Pipeline}, nil
}
