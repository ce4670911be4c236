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
		"UpdateEnvironment": front.Handle(s.updateBrowserEnvironment),
		"ListEnvironments":  front.Handle(s.listBrowserEnvironments),
		"DeleteEnvironment": front.Handle(s.deleteBrowserEnvironment),
	}
}

// AddEnvironment adds or replaces an environment of the dataset browser, and returns its ID.
func (s *Service) AddEnvironment(environment finspace.Environment) string {
	v := environment
	v.EnvironmentID = cmp.Or(v.EnvironmentID, s.World.NewID(26))
	s.nameBrowserEnvironment(&v)
	v.Name = cmp.Or(v.Name, v.EnvironmentID)
	v.Status = cmp.Or(v.Status, finspace.EnvironmentStatusCreated)
	s.browser.Add(v.EnvironmentID, s.World.Now(), v)
	return v.EnvironmentID
}

// nameBrowserEnvironment sets what follows from an environment's ID.
func (s *Service) nameBrowserEnvironment(v *finspace.Environment) {
	v.AWSAccountID = cmp.Or(v.AWSAccountID, world.Account)
	v.EnvironmentARN = cmp.Or(v.EnvironmentARN, s.ARN("environment/"+v.EnvironmentID))
	v.EnvironmentURL = cmp.Or(v.EnvironmentURL, "https://"+v.EnvironmentID+"."+s.World.Region+".amazonfinspace.com")
}

// createBrowserEnvironment plans a creation: it is requested for a third of its time, then in progress.
func (s *Service) createBrowserEnvironment(_ *front.Received, in finspace.CreateEnvironmentRequest) (any, error) {
	c := s.World.Begin("finspace", "CreateEnvironment")
	v := finspace.Environment{
		Name: in.Name, EnvironmentID: s.World.NewID(26), Description: in.Description, KMSKeyID: in.KMSKeyID,
		FederationMode: in.FederationMode, FederationParameters: in.FederationParameters, Status: finspace.EnvironmentStatusCreateRequested,
	}
	s.nameBrowserEnvironment(&v)
	s.tags.Set(v.EnvironmentARN, c.Start, in.Tags)
	row := s.browser.Create(v.EnvironmentID)
	world.Schedule(row, c, c.Start, v)
	v.Status = finspace.EnvironmentStatusCreating
	world.Schedule(row, c, c.Part(1, 3), v)
	v.Status, _ = kxFinalStatus(c, finspace.EnvironmentStatusCreated, finspace.EnvironmentStatusFailedCreation, "")
	world.Finish(row, c, v)
	return &finspace.CreateEnvironmentResponse{
		EnvironmentID: v.EnvironmentID, EnvironmentARN: v.EnvironmentARN, EnvironmentURL: v.EnvironmentURL,
	}, nil
}

func (s *Service) getBrowserEnvironment(_ *front.Received, in finspace.GetEnvironmentRequest) (any, error) {
	v, ok := s.browser.Row(in.EnvironmentID).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("environment", in.EnvironmentID)
	}
	return &finspace.GetEnvironmentResponse{Environment: &v}, nil
}

// updateBrowserEnvironment changes at once what the request has.
func (s *Service) updateBrowserEnvironment(_ *front.Received, in finspace.UpdateEnvironmentRequest) (any, error) {
	row, c := s.browser.Row(in.EnvironmentID), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return nil, aws.NotFound("environment", in.EnvironmentID)
	}
	if v.Status != finspace.EnvironmentStatusCreated {
		return nil, aws.Invalid("The environment " + in.EnvironmentID + " is " + string(v.Status) + ".")
	}
	v.Name, v.Description = cmp.Or(in.Name, v.Name), cmp.Or(in.Description, v.Description)
	v.FederationMode = cmp.Or(in.FederationMode, v.FederationMode)
	v.FederationParameters = cmp.Or(in.FederationParameters, v.FederationParameters)
	world.Schedule(row, c, c.Start, v)
	return &finspace.UpdateEnvironmentResponse{Environment: &v}, nil
}

func (s *Service) listBrowserEnvironments(_ *front.Received, in finspace.ListEnvironmentsRequest) (any, error) {
	list := world.Shown(s.browser, s.World.Now(), "browser environments", nil)
	page, next, err := world.NextPageOf(list, "browser environments", in.NextToken, cmp.Or(in.MaxResults, pageSize))
	return &finspace.ListEnvironmentsResponse{Environments: world.Copies(page), NextToken: next}, err
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
