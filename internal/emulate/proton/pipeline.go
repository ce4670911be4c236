package proton

import (
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// pipelineFields points into a copy of the pipeline, because the values of a timeline share their pipeline and
// must not change. For a service without a pipeline, the fields are not part of the service.
func pipelineFields(v *proton.Service) deploymentFields {
	p := &proton.ServicePipeline{}
	if v.Pipeline != nil {
		*p = *v.Pipeline
		v.Pipeline = p
	}
	return deploymentFields{
		target: proton.Deployment{
			TargetARN: p.ARN, TargetResourceCreatedAt: p.CreatedAt, TargetResourceType: proton.DeploymentTargetResourceTypeServicePipeline,
			EnvironmentName: "environment", ServiceName: v.Name,
		},
		state: &proton.DeploymentState{ServicePipeline: &proton.ServicePipelineState{
			Spec: p.Spec, TemplateName: p.TemplateName,
			TemplateMajorVersion: p.TemplateMajorVersion, TemplateMinorVersion: p.TemplateMinorVersion,
		}},
		status: &p.DeploymentStatus, message: &p.DeploymentStatusMessage,
		attempted: &p.LastAttemptedDeploymentID, succeeded: &p.LastSucceededDeploymentID,
		attemptedAt: &p.LastDeploymentAttemptedAt, succeededAt: &p.LastDeploymentSucceededAt,
	}
}

func (s *Service) pipelineOperations() front.Handlers {
	return front.Handlers{
		"UpdateServicePipeline":           front.Handle(s.updatePipeline),
		"CancelServicePipelineDeployment": front.Handle(s.cancelPipeline),
	}
}

func (s *Service) updatePipeline(_ *front.Received, in proton.UpdateServicePipelineRequest) (any, error) {
	row, before, ok := s.pipelines.actual(in.ServiceName)
	if !ok || before.Pipeline == nil {
		return nil, aws.NotFound("service pipeline", in.ServiceName)
	}
	err := s.checkUpdatable(before)
	if err != nil {
		return nil, err
	}
	if in.DeploymentType == proton.DeploymentUpdateTypeNone {
		return &proton.UpdateServicePipelineResponse{Pipeline: *before.Pipeline}, nil
	}
	if _, err := readSpec(in.Spec); err != nil {
		return nil, err
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
	c := s.World.Begin("proton", "UpdateServicePipeline")
	running := s.pipelines.deploy(c, row, before, goal)
	return &proton.UpdateServicePipelineResponse{Pipeline: *running.Pipeline}, nil
}

func (s *Service) cancelPipeline(_ *front.Received, in proton.CancelServicePipelineDeploymentRequest) (any, error) {
	_, before, ok := s.pipelines.actual(in.ServiceName)
	switch {
	case !ok || before.Pipeline == nil:
		return nil, aws.NotFound("service pipeline", in.ServiceName)
	case isServiceInProgress(before.Status): // only an update of the pipeline itself can be canceled
		return nil, aws.Conflict(fmt.Sprintf("The service %s is %s.", in.ServiceName, before.Status), "")
	}
	v, err := s.pipelines.cancel("CancelServicePipelineDeployment", in.ServiceName)
	if err != nil {
		return nil, err
	}
	return &proton.CancelServicePipelineDeploymentResponse{Pipeline: *v.Pipeline}, nil
}
