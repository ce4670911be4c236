package finspace

import (
	"cmp"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) environmentOperations() front.Handlers {
	return front.Handlers{
		"CreateKxEnvironment":        front.Handle(s.createEnvironment),
		"GetKxEnvironment":           front.Handle(s.getEnvironment),
		"UpdateKxEnvironment":        front.Handle(s.updateEnvironment),
		"ListKxEnvironments":         front.Handle(s.listEnvironments),
		"UpdateKxEnvironmentNetwork": front.Handle(s.updateNetwork),
		"DeleteKxEnvironment":        front.Handle(s.deleteEnvironment),
	}
}

// AddKxEnvironment adds or replaces an environment, and returns its ID.
func (s *Service) AddKxEnvironment(environment finspace.GetKxEnvironmentResponse) string {
	return s.addEnvironment(environment)
}

func (s *Service) addEnvironment(e finspace.GetKxEnvironmentResponse) (id string) {
	now := s.World.Now()
	e.EnvironmentID = cmp.Or(e.EnvironmentID, s.World.NewID(26))
	e.Name = cmp.Or(e.Name, e.EnvironmentID)
	e.AWSAccountID = cmp.Or(e.AWSAccountID, world.Account)
	e.EnvironmentARN = cmp.Or(e.EnvironmentARN, s.kxARN(e.EnvironmentID))
	e.Status = cmp.Or(e.Status, finspace.EnvironmentStatusCreated)
	e.TGWStatus = cmp.Or(e.TGWStatus, finspace.TGWStatusNone)
	e.DNSStatus = cmp.Or(e.DNSStatus, finspace.DNSStatusNone)
	e.CreationTimestamp = cmp.Or(e.CreationTimestamp, now.Add(-24*time.Hour))
	e.UpdateTimestamp = cmp.Or(e.UpdateTimestamp, e.CreationTimestamp)
	s.environments.Add(e.EnvironmentID, now, e)
	return e.EnvironmentID
}

func (s *Service) ensureEnvironment(id string) {
	if kxNameFree(s, s.environments, id) {
		s.addEnvironment(finspace.GetKxEnvironmentResponse{EnvironmentID: id})
	}
}

func (s *Service) createEnvironment(r *front.Received, in finspace.CreateKxEnvironmentRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		e := s.startEnvironment(in)
		s.tags.Set(e.EnvironmentARN, e.CreationTimestamp, in.Tags)
		return &finspace.CreateKxEnvironmentResponse{
			Name: e.Name, Status: e.Status, EnvironmentID: e.EnvironmentID, Description: e.Description,
			KMSKeyID: e.KMSKeyID, CreationTimestamp: e.CreationTimestamp, EnvironmentARN: e.EnvironmentARN,
		}, nil
	})
}

// startEnvironment plans a creation: it is requested for a third of its time, then in progress.
func (s *Service) startEnvironment(in finspace.CreateKxEnvironmentRequest) finspace.GetKxEnvironmentResponse {
	c := s.World.Begin("finspace", "CreateKxEnvironment")
	requested := finspace.GetKxEnvironmentResponse{
		Name: in.Name, EnvironmentID: s.World.NewID(26), Description: in.Description, KMSKeyID: in.KMSKeyID,
		Status: finspace.EnvironmentStatusCreateRequested, TGWStatus: finspace.TGWStatusNone, DNSStatus: finspace.DNSStatusNone,
		CreationTimestamp: c.Start, UpdateTimestamp: c.Start,
	}
	requested.AWSAccountID, requested.EnvironmentARN = world.Account, s.kxARN(requested.EnvironmentID)
	creating := requested
	creating.Status, creating.UpdateTimestamp = finspace.EnvironmentStatusCreating, c.Part(1, 3)
	after := creating
	after.UpdateTimestamp = c.End
	after.Status, after.ErrorMessage = kxFinalStatus(c, finspace.EnvironmentStatusCreated,
		finspace.EnvironmentStatusFailedCreation, "The key cannot be used.")

	row := s.environments.Create(requested.EnvironmentID)
	world.Schedule(row, c, c.Start, requested)
	world.Schedule(row, c, c.Part(1, 3), creating)
	world.Finish(row, c, after)
	return requested
}

func (s *Service) getEnvironment(_ *front.Received, in finspace.GetKxEnvironmentRequest) (any, error) {
	return kxVisible(s, s.environments, "environment", in.EnvironmentID)
}

func (s *Service) listEnvironments(_ *front.Received, in finspace.ListKxEnvironmentsRequest) (any, error) {
	list := world.Shown(s.environments, s.World.Now(), "environments", nil)
	page, next, err := world.NextPageOf(list, "environments", in.NextToken, cmp.Or(in.MaxResults, pageSize))
	items := world.ShownAs(page, world.CommonTo[finspace.KxEnvironment, *finspace.GetKxEnvironmentResponse])
	return &finspace.ListKxEnvironmentsResponse{Environments: items, NextToken: next}, err
}

// updateEnvironment changes the name or the description at once.
func (s *Service) updateEnvironment(r *front.Received, in finspace.UpdateKxEnvironmentRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, e, err := kxActual(s, s.environments, "environment", in.EnvironmentID)
		if err == nil {
			err = kxRequireStatus("environment", in.EnvironmentID, e.Status, finspace.EnvironmentStatusCreated,
				finspace.EnvironmentStatusFailedUpdatingNetwork)
		}
		if err != nil {
			return nil, err
		}
		c := s.Instant()
		e.Name, e.Description = cmp.Or(in.Name, e.Name), cmp.Or(in.Description, e.Description)
		e.UpdateTimestamp = world.NextTimestamp(c.Start, e.UpdateTimestamp)
		world.Schedule(row, c, c.Start, e)
		return new(world.CommonTo[finspace.UpdateKxEnvironmentResponse](e)), nil
	})
}

func (s *Service) updateNetwork(r *front.Received, in finspace.UpdateKxEnvironmentNetworkRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
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
			return nil, aws.Conflict("The network of "+in.EnvironmentID+" is already configured and cannot be changed.", "INVALID_STATE")
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
func (s *Service) startNetwork(
	row *world.Timeline[finspace.GetKxEnvironmentResponse], before finspace.GetKxEnvironmentResponse,
	in finspace.UpdateKxEnvironmentNetworkRequest,
) finspace.GetKxEnvironmentResponse {
	c := s.World.Begin("finspace", "UpdateKxEnvironmentNetwork")
	requested := withNetwork(before, in, finspace.TGWStatusUpdateRequested)
	requested.Status, requested.ErrorMessage = finspace.EnvironmentStatusUpdateNetworkRequested, ""
	requested.UpdateTimestamp = world.NextTimestamp(c.Start, before.UpdateTimestamp)
	updating := withNetwork(requested, in, finspace.TGWStatusUpdating)
	updating.Status = finspace.EnvironmentStatusUpdatingNetwork
	updating.UpdateTimestamp = world.NextTimestamp(c.Part(1, 3), requested.UpdateTimestamp)

	part := finspace.TGWStatusSuccessfullyUpdated
	if c.Failed() {
		part = finspace.TGWStatusFailedUpdate
	}
	after := withNetwork(updating, in, part)
	after.UpdateTimestamp = world.NextTimestamp(c.End, updating.UpdateTimestamp)
	after.Status, after.ErrorMessage = kxFinalStatus(c, finspace.EnvironmentStatusCreated,
		finspace.EnvironmentStatusFailedUpdatingNetwork, "The transit gateway cannot be attached.")

	world.Schedule(row, c, c.Start, requested)
	world.Schedule(row, c, c.Part(1, 3), updating)
	world.Finish(row, c, after)
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

func (s *Service) deleteEnvironment(r *front.Received, in finspace.DeleteKxEnvironmentRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		row, before, err := kxActual(s, s.environments, "environment", in.EnvironmentID)
		if err == nil {
			err = kxRequireStatus("environment", in.EnvironmentID, before.Status,
				finspace.EnvironmentStatusCreated, finspace.EnvironmentStatusFailedCreation, finspace.EnvironmentStatusSuspended,
				finspace.EnvironmentStatusFailedUpdatingNetwork, finspace.EnvironmentStatusFailedDeletion)
		}
		if err != nil {
			return nil, err
		}
		if n := kxCount(s, s.clusters, in.EnvironmentID); n > 0 {
			return nil, aws.Conflict(fmt.Sprintf("The environment %s has %d clusters.", in.EnvironmentID, n), "INVALID_STATE")
		}
		s.startEnvironmentDeletion(row, before)
		return nil, nil
	})
}

// startEnvironmentDeletion plans a deletion: it is requested for a third of its time, then in progress.
func (s *Service) startEnvironmentDeletion(
	row *world.Timeline[finspace.GetKxEnvironmentResponse], before finspace.GetKxEnvironmentResponse,
) {
	c := s.World.Begin("finspace", "DeleteKxEnvironment")
	requested := before
	requested.Status, requested.ErrorMessage = finspace.EnvironmentStatusDeleteRequested, ""
	requested.UpdateTimestamp = world.NextTimestamp(c.Start, before.UpdateTimestamp)
	deleting := requested
	deleting.Status = finspace.EnvironmentStatusDeleting
	deleting.UpdateTimestamp = world.NextTimestamp(c.Part(1, 3), requested.UpdateTimestamp)
	after := deleting
	after.UpdateTimestamp = world.NextTimestamp(c.End, deleting.UpdateTimestamp)
	after.Status, after.ErrorMessage = kxFinalStatus(c, finspace.EnvironmentStatusDeleted,
		finspace.EnvironmentStatusFailedDeletion, "The network cannot be taken down.")

	world.Schedule(row, c, c.Start, requested)
	world.Schedule(row, c, c.Part(1, 3), deleting)
	kxFinishDeletion(row, c, after)
}
