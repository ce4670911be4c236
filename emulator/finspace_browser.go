package emulator

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// finspaceBrowserChanges are the operations that change environments of the dataset browser.
var finspaceBrowserChanges = []string{"CreateEnvironment", "DeleteEnvironment"}

func (s *finspaceService) browserRoutes() []route {
	const environments, environment = "/environment", "/environment/{environmentId}"
	return []route{
		{"CreateEnvironment", "POST", environments, operation(s.createBrowserEnvironment)},
		{"GetEnvironment", "GET", environment, operation(s.getBrowserEnvironment)},
		{"ListEnvironments", "GET", environments, operation(s.listBrowserEnvironments)},
		{"DeleteEnvironment", "DELETE", environment, operation(s.deleteBrowserEnvironment)},
	}
}

// AddEnvironment adds or replaces an environment of the dataset browser. Empty fields default to those of one that has
// been created.
func (e *Emulator) AddEnvironment(environment finspace.Environment) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(environment)
	v.EnvironmentID = cmp.Or(v.EnvironmentID, newEnvironmentID())
	v.Name = cmp.Or(v.Name, v.EnvironmentID)
	v.Status = cmp.Or(v.Status, finspace.EnvironmentStatusCreated)
	e.finspace.browser.add(v.EnvironmentID, e.now(), v)
}

// createBrowserEnvironment plans a creation: it is requested for a third of its time, then in progress.
func (s *finspaceService) createBrowserEnvironment(_ *received, in finspace.CreateEnvironmentRequest) (any, error) {
	c := s.emulator.begin("finspace", "CreateEnvironment")
	v := finspace.Environment{
		Name: in.Name, EnvironmentID: newEnvironmentID(), Description: in.Description, KMSKeyID: in.KMSKeyID,
		FederationMode: in.FederationMode, FederationParameters: in.FederationParameters, Status: finspace.EnvironmentStatusCreateRequested,
	}
	row := s.browser.create(v.EnvironmentID)
	schedule(row, c, c.start, v)
	v.Status = finspace.EnvironmentStatusCreating
	schedule(row, c, c.part(1, 3), v)
	v.Status, _ = kxFinalStatus(c, finspace.EnvironmentStatusCreated, finspace.EnvironmentStatusFailedCreation, "")
	finish(row, c, v)
	return &finspace.CreateEnvironmentResponse{EnvironmentID: v.EnvironmentID}, nil
}

func (s *finspaceService) getBrowserEnvironment(_ *received, in finspace.GetEnvironmentRequest) (any, error) {
	v, ok := s.browser.row(in.EnvironmentID).visible(s.emulator.now())
	if !ok {
		return nil, awsNotFound("environment", in.EnvironmentID)
	}
	return &finspace.GetEnvironmentResponse{Environment: &v}, nil
}

func (s *finspaceService) listBrowserEnvironments(_ *received, in finspace.ListEnvironmentsRequest) (any, error) {
	page, next, err := nextPage(s.browser.list(s.emulator.now()), "browser environments", in.NextToken, cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListEnvironmentsResponse{Environments: page, NextToken: next}, err
}

// deleteBrowserEnvironment plans a deletion: it is requested for a third of its time, then in progress.
func (s *finspaceService) deleteBrowserEnvironment(_ *received, in finspace.DeleteEnvironmentRequest) (any, error) {
	row := s.browser.row(in.EnvironmentID)
	v, ok := row.actual(s.emulator.now())
	if !ok {
		return nil, awsNotFound("environment", in.EnvironmentID)
	}
	switch v.Status {
	case finspace.EnvironmentStatusCreated, finspace.EnvironmentStatusFailedCreation, finspace.EnvironmentStatusSuspended,
		finspace.EnvironmentStatusFailedDeletion:
	default:
		return nil, &refusal{code: "ValidationException", message: "The environment " + in.EnvironmentID + " is " + string(v.Status) + "."}
	}
	c := s.emulator.begin("finspace", "DeleteEnvironment")
	v.Status = finspace.EnvironmentStatusDeleteRequested
	schedule(row, c, c.start, v)
	v.Status = finspace.EnvironmentStatusDeleting
	schedule(row, c, c.part(1, 3), v)
	v.Status, _ = kxFinalStatus(c, finspace.EnvironmentStatusDeleted, finspace.EnvironmentStatusFailedDeletion, "")
	kxFinishDeletion(row, c, v)
	return &finspace.DeleteEnvironmentResponse{}, nil
}
