package emulator

import (
	"cmp"
	"crypto/rand"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func (s *finspaceService) environmentRoutes() []route {
	return []route{
		{"CreateKxEnvironment", "POST", kxEnvironments, operation(s.createEnvironment)},
		{"GetKxEnvironment", "GET", kxEnvironment, operation(s.getEnvironment)},
		{"ListKxEnvironments", "GET", kxEnvironments, operation(s.listEnvironments)},
		{"UpdateKxEnvironmentNetwork", "PUT", kxEnvironment + "/network", operation(s.updateNetwork)},
		{"DeleteKxEnvironment", "DELETE", kxEnvironment, operation(s.deleteEnvironment)},
	}
}

// AddKxEnvironment adds or replaces an environment. Empty fields default to those of one that was created a day
// ago and has no network of its own. The other Add methods add the environment that they name if it does not
// exist.
func (e *Emulator) AddKxEnvironment(environment finspace.GetKxEnvironmentResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finspace.addEnvironment(deepCopy(environment))
}

func (s *finspaceService) addEnvironment(e finspace.GetKxEnvironmentResponse) {
	now := s.emulator.now()
	e.EnvironmentID = cmp.Or(e.EnvironmentID, newEnvironmentID())
	e.Name = cmp.Or(e.Name, e.EnvironmentID)
	e.Status = cmp.Or(e.Status, finspace.EnvironmentStatusCreated)
	e.TGWStatus = cmp.Or(e.TGWStatus, finspace.TGWStatusNone)
	e.DNSStatus = cmp.Or(e.DNSStatus, finspace.DNSStatusNone)
	e.CreationTimestamp = cmp.Or(e.CreationTimestamp, now.Add(-24*time.Hour))
	e.UpdateTimestamp = cmp.Or(e.UpdateTimestamp, e.CreationTimestamp)
	s.environments.add(e.EnvironmentID, now, e)
}

func (s *finspaceService) ensureEnvironment(id string) {
	if kxNameFree(s, s.environments, id) {
		s.addEnvironment(finspace.GetKxEnvironmentResponse{EnvironmentID: id})
	}
}

// newEnvironmentID returns an ID of lowercase letters and digits, as long as IDs may be.
func newEnvironmentID() string { return strings.ToLower(rand.Text()) }

func (s *finspaceService) createEnvironment(r *received, in finspace.CreateKxEnvironmentRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		e := s.startEnvironment(in)
		return &finspace.CreateKxEnvironmentResponse{
			Name: e.Name, Status: e.Status, EnvironmentID: e.EnvironmentID, Description: e.Description,
			KMSKeyID: e.KMSKeyID, CreationTimestamp: e.CreationTimestamp,
		}, nil
	})
}

// startEnvironment plans a creation: it is requested for a third of its time, then in progress.
func (s *finspaceService) startEnvironment(in finspace.CreateKxEnvironmentRequest) finspace.GetKxEnvironmentResponse {
	c := s.emulator.begin("finspace", "CreateKxEnvironment")
	requested := finspace.GetKxEnvironmentResponse{
		Name: in.Name, EnvironmentID: newEnvironmentID(), Description: in.Description, KMSKeyID: in.KMSKeyID,
		Status: finspace.EnvironmentStatusCreateRequested, TGWStatus: finspace.TGWStatusNone, DNSStatus: finspace.DNSStatusNone,
		CreationTimestamp: c.start, UpdateTimestamp: c.start,
	}
	creating := requested
	creating.Status, creating.UpdateTimestamp = finspace.EnvironmentStatusCreating, c.part(1, 3)
	after := creating
	after.UpdateTimestamp = c.end
	after.Status, after.ErrorMessage = kxFinalStatus(c, finspace.EnvironmentStatusCreated,
		finspace.EnvironmentStatusFailedCreation, "The key cannot be used.")

	row := s.environments.create(requested.EnvironmentID)
	schedule(row, c, c.start, requested)
	schedule(row, c, c.part(1, 3), creating)
	finish(row, c, after)
	return requested
}

func (s *finspaceService) getEnvironment(_ *received, in finspace.GetKxEnvironmentRequest) (any, error) {
	return kxVisible(s, s.environments, "environment", in.EnvironmentID)
}

func (s *finspaceService) listEnvironments(_ *received, in finspace.ListKxEnvironmentsRequest) (any, error) {
	list := []finspace.KxEnvironment{}
	for _, e := range s.environments.list(s.emulator.now()) {
		list = append(list, finspace.KxEnvironment(e))
	}
	page, next, err := nextPage(list, "environments", in.NextToken, cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListKxEnvironmentsResponse{Environments: page, NextToken: next}, err
}

func (s *finspaceService) updateNetwork(r *received, in finspace.UpdateKxEnvironmentNetworkRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.environments, "environment", in.EnvironmentID)
		if err == nil {
			err = kxRequireStatus("environment", in.EnvironmentID, before.Status, finspace.EnvironmentStatusCreated,
				finspace.EnvironmentStatusFailedUpdatingNetwork)
		}
		if err != nil {
			return nil, err
		}
		if in.TransitGatewayConfiguration != nil && before.TGWStatus == finspace.TGWStatusSuccessfullyUpdated ||
			in.CustomDNSConfiguration != nil && before.DNSStatus == finspace.DNSStatusSuccessfullyUpdated {
			return nil, awsConflict("The network of "+in.EnvironmentID+" is already configured and cannot be changed.", "INVALID_STATE")
		}
		e := s.startNetwork(row, before, in)
		return &finspace.UpdateKxEnvironmentNetworkResponse{
			Name: e.Name, EnvironmentID: e.EnvironmentID, Status: e.Status, TGWStatus: e.TGWStatus, DNSStatus: e.DNSStatus,
			Description: e.Description, KMSKeyID: e.KMSKeyID, CreationTimestamp: e.CreationTimestamp, UpdateTimestamp: e.UpdateTimestamp,
			TransitGatewayConfiguration: e.TransitGatewayConfiguration, CustomDNSConfiguration: e.CustomDNSConfiguration,
		}, nil
	})
}

// startNetwork plans an update of the network: it is requested for a third of its time, then in progress.
func (s *finspaceService) startNetwork(
	row *timeline[finspace.GetKxEnvironmentResponse], before finspace.GetKxEnvironmentResponse,
	in finspace.UpdateKxEnvironmentNetworkRequest,
) finspace.GetKxEnvironmentResponse {
	c := s.emulator.begin("finspace", "UpdateKxEnvironmentNetwork")
	requested := withNetwork(before, in, finspace.TGWStatusUpdateRequested)
	requested.Status, requested.ErrorMessage = finspace.EnvironmentStatusUpdateNetworkRequested, ""
	requested.UpdateTimestamp = nextTimestamp(c.start, before.UpdateTimestamp)
	updating := withNetwork(requested, in, finspace.TGWStatusUpdating)
	updating.Status = finspace.EnvironmentStatusUpdatingNetwork
	updating.UpdateTimestamp = nextTimestamp(c.part(1, 3), requested.UpdateTimestamp)

	part := finspace.TGWStatusSuccessfullyUpdated
	if c.failed() {
		part = finspace.TGWStatusFailedUpdate
	}
	after := withNetwork(updating, in, part)
	after.UpdateTimestamp = nextTimestamp(c.end, updating.UpdateTimestamp)
	after.Status, after.ErrorMessage = kxFinalStatus(c, finspace.EnvironmentStatusCreated,
		finspace.EnvironmentStatusFailedUpdatingNetwork, "The transit gateway cannot be attached.")

	schedule(row, c, c.start, requested)
	schedule(row, c, c.part(1, 3), updating)
	finish(row, c, after)
	return requested
}

// withNetwork returns an environment with the parts of the network that the request has. Each part has a
// status.
func withNetwork(
	e finspace.GetKxEnvironmentResponse, in finspace.UpdateKxEnvironmentNetworkRequest, status finspace.TGWStatus,
) finspace.GetKxEnvironmentResponse {
	if in.TransitGatewayConfiguration != nil {
		e.TransitGatewayConfiguration, e.TGWStatus = in.TransitGatewayConfiguration, status
	}
	if in.CustomDNSConfiguration != nil {
		e.CustomDNSConfiguration, e.DNSStatus = in.CustomDNSConfiguration, finspace.DNSStatus(status)
	}
	return e
}

func (s *finspaceService) deleteEnvironment(r *received, in finspace.DeleteKxEnvironmentRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.environments, "environment", in.EnvironmentID)
		if err == nil {
			err = kxRequireStatus("environment", in.EnvironmentID, before.Status,
				finspace.EnvironmentStatusCreated, finspace.EnvironmentStatusFailedCreation, finspace.EnvironmentStatusSuspended,
				finspace.EnvironmentStatusFailedUpdatingNetwork, finspace.EnvironmentStatusFailedDeletion)
		}
		if err != nil {
			return nil, err
		}
		s.startEnvironmentDeletion(row, before)
		return nil, nil
	})
}

// startEnvironmentDeletion plans a deletion: it is requested for a third of its time, then in progress.
func (s *finspaceService) startEnvironmentDeletion(
	row *timeline[finspace.GetKxEnvironmentResponse], before finspace.GetKxEnvironmentResponse,
) {
	c := s.emulator.begin("finspace", "DeleteKxEnvironment")
	requested := before
	requested.Status, requested.ErrorMessage = finspace.EnvironmentStatusDeleteRequested, ""
	requested.UpdateTimestamp = nextTimestamp(c.start, before.UpdateTimestamp)
	deleting := requested
	deleting.Status = finspace.EnvironmentStatusDeleting
	deleting.UpdateTimestamp = nextTimestamp(c.part(1, 3), requested.UpdateTimestamp)
	after := deleting
	after.UpdateTimestamp = nextTimestamp(c.end, deleting.UpdateTimestamp)
	after.Status, after.ErrorMessage = kxFinalStatus(c, finspace.EnvironmentStatusDeleted,
		finspace.EnvironmentStatusFailedDeletion, "The network cannot be taken down.")

	schedule(row, c, c.start, requested)
	schedule(row, c, c.part(1, 3), deleting)
	kxFinishDeletion(row, c, after)
}
