package dlc

import (
	"cmp"
	"context"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// A creationView is what requests for new resources and lists of them have in common. What the service derives or
// writes in another form, such as the resources, does not count.
type creationView struct {
	ID        string `json:"Id,omitzero"`
	ServiceID string `json:"ServiceId,omitzero"`
	Name      string `json:"Name,omitzero"`

	Description         string `json:"Description,omitzero"`
	GroupID             string `json:"GroupId,omitzero"`
	ResourcePartitionID string `json:"ResourcePartitionId,omitzero"`
	Queue               string `json:"Queue,omitzero"`
	Priority            int    `json:"Priority,omitzero"`

	ModelUID        string `json:"ModelUid,omitzero"`
	ModelVersion    string `json:"ModelVersion,omitzero"`
	ModelIdentifier string `json:"ModelIdentifier,omitzero"`

	CreateTime cloud.Timestamp `json:"CreateTime,omitzero"`
}

// listPage is the size of the pages of new resources.
const listPage = 100

// listedSince is the beginning of a list that has everything that was created since a change was prepared, in
// milliseconds.
func listedSince(prepared time.Time) *int64 { return new(prepared.Add(-time.Minute).UnixMilli()) }

// createdSince returns the ID of the one resource of a list that was created since a change was prepared and has the
// name that was asked for or, without one, everything else. If it has the name alone, it may be another's.
func createdSince[R, T any](items iter.Seq2[T, error], r *R, prepared time.Time) (string, cloud.StartStatus, error) {
	asked, view := wait.ShownAs[creationView](r), func(v *T) *creationView { return wait.ShownAs[creationView](v) }
	id := func(v *T) string { return cmp.Or(view(v).ID, view(v).ServiceID) }
	found, status, err := wait.Creations[T]{
		Items: items, PageSize: listPage, ID: id,
		CreatedAt: func(v *T) time.Time { return view(v).CreateTime.Time() },
		Matches: func(v *T) bool {
			if asked.Name != "" {
				return view(v).Name == asked.Name
			}
			return !wait.Contradicts(asked, view(v))
		},
	}.Since(prepared)
	switch {
	case found == nil:
		return "", status, err
	case id(found) == "" || wait.Contradicts(asked, view(found)):
		return "", cloud.Uncertain, nil
	}
	return id(found), cloud.Begun, nil
}

func (c *Client) rayClusterCreationBegan(
	ctx context.Context, s *rayCreationChange, r *CreateRayClusterRequest, prepared time.Time,
) (status cloud.StartStatus, err error) {
	list := c.AllRayClusters(ctx, ListRayClustersRequest{StartTime: listedSince(prepared), PageSize: listPage})
	s.ID, status, err = createdSince(list, r, prepared)
	return status, err
}

func (c *Client) labCreationBegan(
	ctx context.Context, s *rayCreationChange, r *CreateLabRequest, prepared time.Time,
) (status cloud.StartStatus, err error) {
	list := c.AllLabs(ctx, ListLabsRequest{StartTime: listedSince(prepared), PageSize: listPage})
	s.ID, status, err = createdSince(list, r, prepared)
	return status, err
}

func (c *Client) inferenceCreationBegan(
	ctx context.Context, s *inferenceCreationChange, r *CreateInferenceServiceRequest, prepared time.Time,
) (status cloud.StartStatus, err error) {
	list := c.AllInferenceServices(ctx, ListInferenceServicesRequest{StartTime: listedSince(prepared), PageSize: listPage})
	s.ID, status, err = createdSince(list, r, prepared)
	return status, err
}

// jobSpecBegan looks for a run of the job configuration. Nothing in the request tells apart two runs of one.
func (c *Client) jobSpecBegan(
	ctx context.Context, s *rayJobChange, r *RunJobSpecRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	job, status, err := wait.Creations[RayJobSubmitEntity]{
		Items: c.AllJobsBySpec(ctx, ListJobsBySpecRequest{
			SpecID: r.SpecID, StartTime: listedSince(prepared), PageSize: listPage,
		}),
		PageSize:  listPage,
		ID:        func(v *RayJobSubmitEntity) string { return v.ID },
		CreatedAt: func(v *RayJobSubmitEntity) time.Time { return v.CreateTime.Time() },
		Matches:   func(v *RayJobSubmitEntity) bool { return v.ID != "" && (v.SpecID == "" || v.SpecID == r.SpecID) },
	}.Since(prepared)
	if job != nil {
		s.ID = job.ID
	}
	return status, err
}

// datasourceBegan looks for the connection of the name.
func (c *Client) datasourceBegan(
	ctx context.Context, s *datasourceChange, r *CreateDatasourceConnectionRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	out, err := c.DescribeDatasourceConnection(ctx, DescribeDatasourceConnectionRequest{
		DatasourceConnectionNames: []string{r.DatasourceConnectionName},
	})
	if err != nil {
		return cloud.Uncertain, err
	}
	for _, d := range out.ConnectionSet {
		old := !wait.MadeSince(prepared, d.CreateTime.Time(), d.State == DatasourceStateInitializing)
		switch {
		case d.DatasourceConnectionName != r.DatasourceConnectionName || old:
			continue
		case d.DatasourceConnectionID == "", d.DatasourceConnectionType != r.DatasourceConnectionType,
			d.DatasourceConnectionDesc != r.DatasourceConnectionDesc:
			return cloud.Uncertain, nil // another's
		}
		s.ID = d.DatasourceConnectionID
		return cloud.Begun, nil
	}
	return cloud.NotBegun, nil
}
