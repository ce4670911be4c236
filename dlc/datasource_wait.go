package dlc

import (
	"cmp"
	"context"
	"iter"
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
	State: func(r *CreateDatasourceConnectionRequest) *datasourceChange {
		return &datasourceChange{Name: r.DatasourceConnectionName}
	},
	Accepted: func(s *datasourceChange, _ *CreateDatasourceConnectionRequest, out *CreateDatasourceConnectionResponse, _ time.Time) error {
		s.ID = out.DatasourceConnectionID
		return nil
	},
	Began: (*Client).datasourceBegan,
	Spec:  (*Client).datasourceSpec,
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
	ID   string `json:"id"`
	Name string `json:"name,omitzero"`
}

// Resource is the name of the connection.
func (s *datasourceChange) Resource() string { return cmp.Or(s.Name, s.ID) }

// Check refuses a state that names no connection.
func (s *datasourceChange) Check() error { return wait.Lacks("id", s.ID) }

func (c *Client) datasourceSpec(s *datasourceChange) cloud.WaitSpec[DatasourceConnectionInfo] {
	w := wait.Share(c.api, cloud.WaitSpec[DatasourceConnectionInfo]{
		Service:      service,
		Read:         func(ctx context.Context) (*DatasourceConnectionInfo, error) { return c.findDatasource(ctx, s.ID) },
		Judge:        judgeDatasource,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	}, &wait.List[DatasourceConnectionInfo, DatasourceConnectionInfo]{
		Op:   &opDescribeDatasourceConnection,
		What: "connection",
		IDs:  []string{s.ID},
		Items: func(ctx context.Context, _ []string) iter.Seq2[DatasourceConnectionInfo, error] {
			return c.AllDatasourceConnections(ctx, DescribeDatasourceConnectionRequest{Limit: 100})
		},
		ID:      func(d *DatasourceConnectionInfo) string { return d.DatasourceConnectionID },
		PerCall: 100,
		Show:    wait.Itself[DatasourceConnectionInfo],
	})
	w.Read = steady(w.Read)
	return w
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
