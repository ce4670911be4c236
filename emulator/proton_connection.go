package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"
)

// protonRole is the role of a connection that is created without one. The service always sends a role.
const protonRole = "arn:aws:iam::123456789012:role/proton"

// AddEnvironmentAccountConnection adds a connection, or replaces the one with its ID, and returns the ID. Empty
// fields default to those of one that was accepted a day ago.
func (e *Emulator) AddEnvironmentAccountConnection(connection proton.EnvironmentAccountConnection) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, v := e.now(), deepCopy(connection)
	v.ID = cmp.Or(v.ID, newUUID())
	v.ARN = cmp.Or(v.ARN, e.proton.arn("environment-account-connection/"+v.ID))
	v.ManagementAccountID = cmp.Or(v.ManagementAccountID, "210987654321")
	v.EnvironmentAccountID = cmp.Or(v.EnvironmentAccountID, "123456789012")
	v.RoleARN = cmp.Or(v.RoleARN, protonRole)
	v.EnvironmentName = cmp.Or(v.EnvironmentName, "environment")
	v.Status = cmp.Or(v.Status, proton.EnvironmentAccountConnectionStatusConnected)
	v.RequestedAt = cmp.Or(v.RequestedAt, now.Add(-24*time.Hour))
	v.LastModifiedAt = cmp.Or(v.LastModifiedAt, v.RequestedAt)
	e.proton.connections.add(v.ID, now, v)
	return v.ID
}

func (s *protonService) connectionOperations() map[string]handler {
	return map[string]handler{
		"CreateEnvironmentAccountConnection": operation(s.createConnection),
		"AcceptEnvironmentAccountConnection": operation(s.acceptConnection),
		"RejectEnvironmentAccountConnection": operation(s.rejectConnection),
		"DeleteEnvironmentAccountConnection": operation(s.deleteConnection),
		"GetEnvironmentAccountConnection":    operation(s.getConnection),
		"ListEnvironmentAccountConnections":  operation(s.listConnections),
	}
}

// createConnection plans a connection. The other account accepts it after the change time, unless the script
// sets otherwise or a request accepts or rejects it earlier.
func (s *protonService) createConnection(r *received, in proton.CreateEnvironmentAccountConnectionRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, protonTokenLife, func() (any, error) {
		c, id := s.emulator.begin("proton", "CreateEnvironmentAccountConnection"), newUUID()
		pending := proton.EnvironmentAccountConnection{
			ID: id, ARN: s.arn("environment-account-connection/" + id), ManagementAccountID: in.ManagementAccountID,
			EnvironmentAccountID: "123456789012", EnvironmentName: in.EnvironmentName, RoleARN: cmp.Or(in.RoleARN, protonRole),
			ComponentRoleARN: in.ComponentRoleARN, CodeBuildRoleARN: in.CodeBuildRoleARN,
			RequestedAt: c.start, LastModifiedAt: c.start, Status: proton.EnvironmentAccountConnectionStatusPending,
		}
		after := pending
		after.LastModifiedAt, after.Status = c.end, proton.EnvironmentAccountConnectionStatusConnected
		if c.failed() {
			after.Status = proton.EnvironmentAccountConnectionStatusRejected
		}
		after.Status = cmp.Or(proton.EnvironmentAccountConnectionStatus(c.State), after.Status)
		row := s.connections.create(id)
		schedule(row, c, c.start, pending)
		finish(row, c, after)
		return &proton.CreateEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: pending}, nil
	})
}

func (s *protonService) acceptConnection(_ *received, in proton.AcceptEnvironmentAccountConnectionRequest) (any, error) {
	v, err := s.decideConnection(in.ID, proton.EnvironmentAccountConnectionStatusConnected)
	return &proton.AcceptEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: v}, err
}

func (s *protonService) rejectConnection(_ *received, in proton.RejectEnvironmentAccountConnectionRequest) (any, error) {
	v, err := s.decideConnection(in.ID, proton.EnvironmentAccountConnectionStatusRejected)
	return &proton.RejectEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: v}, err
}

// decideConnection accepts or rejects a connection for the management account, which is final.
func (s *protonService) decideConnection(
	id string, status proton.EnvironmentAccountConnectionStatus,
) (proton.EnvironmentAccountConnection, error) {
	row, c := s.connections.row(id), s.instantChange()
	v, ok := row.actual(c.start)
	if !ok {
		return v, awsNotFound("environment account connection", id)
	}
	if v.Status != proton.EnvironmentAccountConnectionStatusPending && v.Status != status {
		return v, awsConflict("The connection "+id+" is "+string(v.Status)+".", "")
	}
	if v.Status == proton.EnvironmentAccountConnectionStatusPending {
		v.Status, v.LastModifiedAt = status, c.start
		schedule(row, c, c.start, v)
	}
	return v, nil
}

func (s *protonService) deleteConnection(_ *received, in proton.DeleteEnvironmentAccountConnectionRequest) (any, error) {
	row, c := s.connections.row(in.ID), s.instantChange()
	v, ok := row.actual(c.start)
	if !ok {
		return &proton.DeleteEnvironmentAccountConnectionResponse{}, nil
	}
	remove(row, c)
	return &proton.DeleteEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: &v}, nil
}

// instantChange returns a change that takes no time. Reads are stale after it too.
func (s *protonService) instantChange() change {
	now := s.emulator.now()
	return change{start: now, end: now, staleUntil: now.Add(s.emulator.staleReads)}
}

func (s *protonService) getConnection(_ *received, in proton.GetEnvironmentAccountConnectionRequest) (any, error) {
	v, ok := s.connections.row(in.ID).visible(s.emulator.now())
	if !ok {
		return nil, awsNotFound("environment account connection", in.ID)
	}
	return &proton.GetEnvironmentAccountConnectionResponse{EnvironmentAccountConnection: v}, nil
}

// listConnections lists the connections that the environment account requested. The emulator has no others.
func (s *protonService) listConnections(_ *received, in proton.ListEnvironmentAccountConnectionsRequest) (any, error) {
	list := []proton.EnvironmentAccountConnectionSummary{}
	for _, v := range s.connections.list(s.emulator.now()) {
		if in.RequestedBy != proton.EnvironmentAccountConnectionRequesterAccountTypeEnvironmentAccount ||
			!matchesName(in.EnvironmentName, v.EnvironmentName) || len(in.Statuses) > 0 && !slices.Contains(in.Statuses, v.Status) {
			continue
		}
		list = append(list, proton.EnvironmentAccountConnectionSummary{
			ID: v.ID, ARN: v.ARN, ManagementAccountID: v.ManagementAccountID, EnvironmentAccountID: v.EnvironmentAccountID,
			RoleARN: v.RoleARN, EnvironmentName: v.EnvironmentName, RequestedAt: v.RequestedAt,
			LastModifiedAt: v.LastModifiedAt, Status: v.Status, ComponentRoleARN: v.ComponentRoleARN,
		})
	}
	scope := in
	scope.NextToken, scope.MaxResults = "", 0
	page, next, err := protonPageOf(list, &scope, in.NextToken, in.MaxResults)
	return &proton.ListEnvironmentAccountConnectionsResponse{EnvironmentAccountConnections: page, NextToken: next}, err
}
