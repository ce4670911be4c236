package dlc

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a connection to a data source mean.
var datasourceReady = wait.Statuses[DatasourceState]{
	Succeeded: []DatasourceState{DatasourceStateReady},
	Failed:    []DatasourceState{DatasourceStateFailed, DatasourceStateDeleting, DatasourceStateDeleted},
}

var createDatasourceConnection = change[
	CreateDatasourceConnectionRequest, CreateDatasourceConnectionResponse, datasourceChange, DatasourceConnectionInfo,
]{
	State: func(*CreateDatasourceConnectionRequest) *datasourceChange { return new(datasourceChange) },
	Accepted: func(s *datasourceChange, _ *CreateDatasourceConnectionRequest, out *CreateDatasourceConnectionResponse, _ time.Time) error {
		s.ID = out.DatasourceConnectionID
		return nil
	},
	Spec: (*Client).datasourceSpec,
}

// DatasourceConnectionRequest names the connection that [Client.UntilDatasourceConnectionReady] waits for.
//
// All fields are required.
type DatasourceConnectionRequest struct {
	DatasourceConnectionID string
}

// UntilDatasourceConnectionReady waits until a connection to a data source is ready. It fails as the waiter of
// [Client.BeginCreateDatasourceConnection] does.
func (c *Client) UntilDatasourceConnectionReady(r DatasourceConnectionRequest) *cloud.Waiter[DatasourceConnectionInfo] {
	return wait.Until(c.api, "UntilDatasourceConnectionReady", c.datasourceSpec(&datasourceChange{ID: r.DatasourceConnectionID}))
}

// datasourceChange is the resume state of the creation of a connection, whose ID is new.
type datasourceChange struct {
	ID string `json:"id"`
}

// Check refuses a state that names no connection.
func (s *datasourceChange) Check() error { return wait.Lacks("id", s.ID) }

func (c *Client) datasourceSpec(s *datasourceChange) cloud.WaitSpec[DatasourceConnectionInfo] {
	return cloud.WaitSpec[DatasourceConnectionInfo]{
		Service:      service,
		Read:         steady(func(ctx context.Context) (*DatasourceConnectionInfo, error) { return c.findDatasource(ctx, s.ID) }),
		Judge:        judgeDatasource,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}
}

func (c *Client) findDatasource(ctx context.Context, id string) (*DatasourceConnectionInfo, error) {
	op := &opDescribeDatasourceConnection
	if err := wait.Required(service, op, "DatasourceConnectionId", id); err != nil {
		return nil, err
	}
	out, err := c.DescribeDatasourceConnection(ctx, DescribeDatasourceConnectionRequest{DatasourceConnectionIDs: []string{id}})
	if err != nil {
		return nil, err
	}
	return wait.Find(service, op, "connection "+id, wait.Items(out.ConnectionSet), func(d *DatasourceConnectionInfo) bool {
		return d.DatasourceConnectionID == id
	})
}

func judgeDatasource(d *DatasourceConnectionInfo) cloud.Verdict {
	v := datasourceReady.Verdict(d.State, explained(d.Message))
	if d.State == DatasourceStateDeleting || d.State == DatasourceStateDeleted {
		return superseded(v, "the connection is being deleted")
	}
	return v
}
