package finspace

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// browserChanges are the operations that change environments of the dataset browser.
var browserChanges = []string{"CreateEnvironment", "DeleteEnvironment"}

func (s *Service) browserOperations() front.Handlers {
	return front.Handlers{
		"CreateEnvironment": front.Handle(s.createBrowserEnvironment),
		"GetEnvironment":    front.Handle(s.getBrowserEnvironment),
		"ListEnvironments":  front.Handle(s.listBrowserEnvironments),
		"DeleteEnvironment": front.Handle(s.deleteBrowserEnvironment),
	}
}

// AddEnvironment adds or replaces an environment of the dataset browser, and returns its ID.
func (s *Service) AddEnvironment(environment finspace.Environment) string {
	s.World.Lock()
	defer s.World.Unlock()
	v := world.DeepCopy(environment)
	v.EnvironmentID = cmp.Or(v.EnvironmentID, s.World.NewID(26))
	v.Name = cmp.Or(v.Name, v.EnvironmentID)
	v.Status = cmp.Or(v.Status, finspace.EnvironmentStatusCreated)
	s.browser.Add(v.EnvironmentID, s.World.Now(), v)
	return v.EnvironmentID
}

// createBrowserEnvironment plans a creation: it is requested for a third of its time, then in progress.
func (s *Service) createBrowserEnvironment(_ *front.Received, in finspace.CreateEnvironmentRequest) (any, error) {
	c := s.World.Begin("finspace", "CreateEnvironment")
	v := finspace.Environment{
		Name: in.Name, EnvironmentID: s.World.NewID(26), Description: in.Description, KMSKeyID: in.KMSKeyID,
		FederationMode: in.FederationMode, FederationParameters: in.FederationParameters, Status: finspace.EnvironmentStatusCreateRequested,
	}
	row := s.browser.Create(v.EnvironmentID)
	world.Schedule(row, c, c.Start, v)
	v.Status = finspace.EnvironmentStatusCreating
	world.Schedule(row, c, c.Part(1, 3), v)
	v.Status, _ = kxFinalStatus(c, finspace.EnvironmentStatusCreated, finspace.EnvironmentStatusFailedCreation, "")
	world.Finish(row, c, v)
	return &finspace.CreateEnvironmentResponse{EnvironmentID: v.EnvironmentID}, nil
}

func (s *Service) getBrowserEnvironment(_ *front.Received, in finspace.GetEnvironmentRequest) (any, error) {
	v, ok := s.browser.Row(in.EnvironmentID).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("environment", in.EnvironmentID)
	}
	return &finspace.GetEnvironmentResponse{Environment: &v}, nil
}

func (s *Service) listBrowserEnvironments(_ *front.Received, in finspace.ListEnvironmentsRequest) (any, error) {
	page, next, err := world.NextPage(s.browser.List(s.World.Now()), "browser environments", in.NextToken, cmp.Or(in.MaxResults, pageSize))
	return &finspace.ListEnvironmentsResponse{Environments: page, NextToken: next}, err
}

// deleteBrowserEnvironment plans a deletion: it is requested for a third of its time, then in progress.
func (s *Service) deleteBrowserEnvironment(_ *front.Received, in finspace.DeleteEnvironmentRequest) (any, error) {
	row := s.browser.Row(in.EnvironmentID)
	v, ok := row.Actual(s.World.Now())
	if !ok {
		return nil, aws.NotFound("environment", in.EnvironmentID)
	}
	switch v.Status {
	case finspace.EnvironmentStatusCreated, finspace.EnvironmentStatusFailedCreation, finspace.EnvironmentStatusSuspended,
		finspace.EnvironmentStatusFailedDeletion:
	default:
		return nil, &front.Refusal{
			Code:    "ValidationException",
			Message: "The environment " + in.EnvironmentID + " is " + string(v.Status) + ".",
		}
	}
	c := s.World.Begin("finspace", "DeleteEnvironment")
	v.Status = finspace.EnvironmentStatusDeleteRequested
	world.Schedule(row, c, c.Start, v)
	v.Status = finspace.EnvironmentStatusDeleting
	world.Schedule(row, c, c.Part(1, 3), v)
	v.Status, _ = kxFinalStatus(c, finspace.EnvironmentStatusDeleted, finspace.EnvironmentStatusFailedDeletion, "")
	kxFinishDeletion(row, c, v)
	return &finspace.DeleteEnvironmentResponse{}, nil
}
