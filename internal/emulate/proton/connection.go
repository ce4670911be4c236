package proton

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// role is the role of a connection that is created without one. The service always sends a role.
const role = "arn:aws:iam::123456789012:role/proton"

// AddEnvironmentAccountConnection adds a connection, or replaces the one with its ID, and returns the ID.
func (s *Service) AddEnvironmentAccountConnection(connection proton.EnvironmentAccountConnection) string {
	now, v := s.World.Now(), connection
	v.ID = cmp.Or(v.ID, s.World.NewUUID())
	v.ARN = cmp.Or(v.ARN, s.ARN("environment-account-connection/"+v.ID))
	v.ManagementAccountID = cmp.Or(v.ManagementAccountID, "210987654321")
	v.EnvironmentAccountID = cmp.Or(v.EnvironmentAccountID, "123456789012")
	v.RoleARN = cmp.Or(v.RoleARN, role)
	v.EnvironmentName = cmp.Or(v.EnvironmentName, "environment")
	v.Status = cmp.Or(v.Status, proton.EnvironmentAccountConnectionStatusConnected)
	v.RequestedAt = cmp.Or(v.RequestedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.RequestedAt)
	s.connections.Add(v.ID, now, v)
	return v.ID
}

func (s *Service) connectionOperations() front.Handlers {
	return front.Handlers{
		"CreateEnvironmentAccountConnection": front.Handle(s.createConnection),
		"AcceptEnvironmentAccountConnection": front.Handle(s.acceptConnection),
		"RejectEnvironmentAccountConnection": front.Handle(s.rejectConnection),
		"UpdateEnvironmentAccountConnection": front.Handle(s.updateConnection),
		"DeleteEnvironmentAccountConnection": front.Handle(s.deleteConnection),
		"GetEnvironmentAccountConnection":    front.Handle(s.getConnection),
		"ListEnvironmentAccountConnections":  front.Handle(s.listConnections),
	}
}

// createConnection plans a connection. The other account accepts it after the change time, unless the script
// sets otherwise or a request accepts or rejects it earlier.
func (s *Service) createConnection(r *front.Received, in proton.CreateEnvironmentAccountConnectionRequest) (any, error) {
	return s.tokens.Once(r, in.ClientToken, in, tokenLife, func() (any, error) {
		c, id := s.World.Begin("proton", "CreateEnvironmentAccountConnection"), s.World.NewUUID()
		pending := proton.EnvironmentAccountConnection{
			ID: id, ARN: s.ARN("environment-account-connection/" + id), ManagementAccountID: in.ManagementAccountID,
			EnvironmentAccountID: "123456789012", EnvironmentName: in.EnvironmentName, RoleARN: cmp.Or(in.RoleARN, role),
			ComponentRoleARN: in.ComponentRoleARN, CodeBuildRoleARN: in.CodeBuildRoleARN,
			RequestedAt: c.Start, LastModifiedAt: c.Start, Status: proton.EnvironmentAccountConnectionStatusPending,
		}
		after := pending
		after.LastModifiedAt, after.Status = c.End, proton.EnvironmentAccountConnectionStatusConnected
		if c.Failed() {
			after.Status = proton.EnvironmentAccountConnectionStatusRejected
		}
		after.Status = cmp.Or(proton.EnvironmentAccountConnectionStatus(c.State), after.Status)
		s.setTags(pending.ARN, in.Tags)
		row := s.connections.Create(id)
		world.Schedule(row, c, c.Start, pending)
		world.Finish(row, c, after)
		return &proton.CreateEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: pending}, nil
	})
}

func (s *Service) acceptConnection(_ *front.Received, in proton.AcceptEnvironmentAccountConnectionRequest) (any, error) {
	v, err := s.decideConnection(in.ID, proton.EnvironmentAccountConnectionStatusConnected)
	return &proton.AcceptEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: v}, err
}

func (s *Service) rejectConnection(_ *front.Received, in proton.RejectEnvironmentAccountConnectionRequest) (any, error) {
	v, err := s.decideConnection(in.ID, proton.EnvironmentAccountConnectionStatusRejected)
	return &proton.RejectEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: v}, err
}

// decideConnection accepts or rejects a connection for the management account, which is final.
func (s *Service) decideConnection(
	id string, status proton.EnvironmentAccountConnectionStatus,
) (proton.EnvironmentAccountConnection, error) {
	row, c := s.connections.Row(id), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return v, aws.NotFound("environment account connection", id)
	}
	if v.Status != proton.EnvironmentAccountConnectionStatusPending && v.Status != status {
		return v, aws.Conflict("The connection "+id+" is "+string(v.Status)+".", "")
	}
	if v.Status == proton.EnvironmentAccountConnectionStatusPending {
		v.Status, v.LastModifiedAt = status, c.Start
		world.Schedule(row, c, c.Start, v)
	}
	return v, nil
}

// updateConnection changes the roles. What was planned for the connection happens to it nevertheless.
func (s *Service) updateConnection(_ *front.Received, in proton.UpdateEnvironmentAccountConnectionRequest) (any, error) {
	row, c := s.connections.Row(in.ID), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return nil, aws.NotFound("environment account connection", in.ID)
	}
	if v.Status == proton.EnvironmentAccountConnectionStatusRejected {
		return nil, aws.Conflict("The connection "+in.ID+" is "+string(v.Status)+".", "")
	}
	withRoles := func(v proton.EnvironmentAccountConnection) proton.EnvironmentAccountConnection {
		v.RoleARN = cmp.Or(in.RoleARN, v.RoleARN)
		v.ComponentRoleARN = cmp.Or(in.ComponentRoleARN, v.ComponentRoleARN)
		v.CodeBuildRoleARN = cmp.Or(in.CodeBuildRoleARN, v.CodeBuildRoleARN)
		v.LastModifiedAt = world.NextTimestamp(c.Start, v.LastModifiedAt)
		return v
	}
	row.Amend(c.Start, c.StaleUntil, withRoles)
	v, _ = row.Actual(c.Start)
	return &proton.UpdateEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: v}, nil
}

func (s *Service) deleteConnection(_ *front.Received, in proton.DeleteEnvironmentAccountConnectionRequest) (any, error) {
	row, c := s.connections.Row(in.ID), s.Instant()
	v, ok := row.Actual(c.Start)
	if !ok {
		return &proton.DeleteEnvironmentAccountConnectionResponse{}, nil
	}
	world.Remove(row, c)
	return &proton.DeleteEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: &v}, nil
}

func (s *Service) getConnection(_ *front.Received, in proton.GetEnvironmentAccountConnectionRequest) (any, error) {
	v, ok := s.connections.Row(in.ID).Visible(s.World.Now())
	if !ok {
		return nil, aws.NotFound("environment account connection", in.ID)
	}
	return &proton.GetEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: v}, nil
}

// listConnections lists the connections that the environment account requested. The emulator has no others.
func (s *Service) listConnections(_ *front.Received, in proton.ListEnvironmentAccountConnectionsRequest) (any, error) {
	list := slices.DeleteFunc(s.connections.List(s.World.Now()), func(v *proton.EnvironmentAccountConnection) bool {
		return in.RequestedBy != proton.EnvironmentAccountConnectionRequesterAccountTypeEnvironmentAccount ||
			!world.MatchesName(in.EnvironmentName, v.EnvironmentName) || len(in.Statuses) > 0 && !slices.Contains(in.Statuses, v.Status)
	})
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := pageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListEnvironmentAccountConnectionsResponse{
		EnvironmentAccountConnections: world.ShownAs(page, summaryOfConnection), NextToken: next,
	}, err
}

func summaryOfConnection(v *proton.EnvironmentAccountConnection) proton.EnvironmentAccountConnectionSummary {
	return proton.EnvironmentAccountConnectionSummary{
		ID: v.ID, ARN: v.ARN, ManagementAccountID: v.ManagementAccountID, EnvironmentAccountID: v.EnvironmentAccountID,
		RoleARN: v.RoleARN, EnvironmentName: v.EnvironmentName, RequestedAt: v.RequestedAt,
		LastModifiedAt: v.LastModifiedAt, Status: v.Status, ComponentRoleARN: v.ComponentRoleARN,
	}
}
