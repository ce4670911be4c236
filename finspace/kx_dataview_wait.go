package finspace

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a dataview mean for its creation and updates, and for its deletion. None says that it is
// deleted.
var (
	dataviewLive = wait.Statuses[KxDataviewStatus]{
		Succeeded: []KxDataviewStatus{KxDataviewStatusActive},
		Failed:    []KxDataviewStatus{KxDataviewStatusFailed, KxDataviewStatusDeleting},
	}
	dataviewDeleted = wait.Statuses[KxDataviewStatus]{
		Failed: []KxDataviewStatus{KxDataviewStatusFailed},
	}
)

var dataviews = resource[dataviewChange, GetKxDataviewResponse]{
	within: dataviewWithin,
	read: func(c *Client, ctx context.Context, s *dataviewChange) (*GetKxDataviewResponse, error) {
		return c.GetKxDataview(ctx, GetKxDataviewRequest{
			EnvironmentID: s.EnvironmentID, DatabaseName: s.DatabaseName, DataviewName: s.DataviewName,
		})
	},
	recordOf: func(s *dataviewChange) *record { return &s.Record },
	observe: func(now *GetKxDataviewResponse) snapshot {
		return snapshot{string(now.Status), now.StatusReason, now.CreatedTimestamp, now.LastModifiedTimestamp}
	},
	live: func(now *GetKxDataviewResponse) cloud.Verdict {
		return dataviewLive.Verdict(now.Status, now.StatusReason)
	},
	deleted: func(now *GetKxDataviewResponse) cloud.Verdict {
		return inUse(dataviewDeleted.Verdict(now.Status, now.StatusReason), usersOf(now))
	},
}

var createKxDataview = change[CreateKxDataviewRequest, CreateKxDataviewResponse, dataviewChange, GetKxDataviewResponse]{
	State: func(r *CreateKxDataviewRequest) *dataviewChange {
		return &dataviewChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	},
	Accepted: func(s *dataviewChange, _ *CreateKxDataviewRequest, out *CreateKxDataviewResponse, _ time.Time) error {
		s.Record.Before.Created = out.CreatedTimestamp
		return nil
	},
	Refused: dataviews.refusedCreation,
	Spec:    dataviews.creation,
}

var updateKxDataview = change[UpdateKxDataviewRequest, UpdateKxDataviewResponse, dataviewUpdateChange, GetKxDataviewResponse]{
	State: func(r *UpdateKxDataviewRequest) *dataviewUpdateChange {
		return &dataviewUpdateChange{
			Dataview:    dataviewChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName},
			ChangesetID: r.ChangesetID,
		}
	},
	Before: func(c *Client, ctx context.Context, s *dataviewUpdateChange) error {
		before, err := dataviews.load(c, ctx, &s.Dataview)
		if err != nil {
			return err
		}
		s.ChangesetBefore = before.ChangesetID
		return nil
	},
	Refused: func(_ *Client, _ context.Context, s *dataviewUpdateChange, _ time.Time, err error) error {
		return s.Dataview.Record.refused(err)
	},
	Spec: func(c *Client, s *dataviewUpdateChange) cloud.WaitSpec[GetKxDataviewResponse] {
		return dataviews.update(c, &s.Dataview, s.contentOf)
	},
}

var deleteKxDataview = change[DeleteKxDataviewRequest, DeleteKxDataviewResponse, dataviewChange, GetKxDataviewResponse]{
	State: func(r *DeleteKxDataviewRequest) *dataviewChange {
		return &dataviewChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	},
	Before:      dataviews.before,
	AlreadyDone: dataviews.alreadyDeleted,
	Refused:     dataviews.refusedDeletion,
	Spec:        dataviews.deletion,
}

// UntilKxDataviewActive waits until a dataview is ACTIVE. It fails when the last change of the dataview failed or it
// is being deleted. It may succeed on the state before an update; [Client.BeginUpdateKxDataview] waits for the update
// itself.
func (c *Client) UntilKxDataviewActive(r GetKxDataviewRequest) *cloud.Waiter[GetKxDataviewResponse] {
	s := dataviewChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	return wait.Until(c.api, "UntilKxDataviewActive", dataviews.creation(c, &s))
}

// UntilKxDataviewDeleted waits until a dataview is not found. It fails when the dataview is FAILED, which may be from
// before a deletion that has just been started, and it cannot tell a dataview from a later one of the same name;
// [Client.BeginDeleteKxDataview] can.
func (c *Client) UntilKxDataviewDeleted(r GetKxDataviewRequest) *cloud.Waiter[GetKxDataviewResponse] {
	s := dataviewChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	return wait.Until(c.api, "UntilKxDataviewDeleted", dataviews.deletion(c, &s))
}

// dataviewChange is the resume state of the creation or deletion of a dataview.
type dataviewChange struct {
	EnvironmentID string `json:"environmentId"`
	DatabaseName  string `json:"databaseName"`
	DataviewName  string `json:"dataviewName"`
	Record        record `json:"record,omitzero"`
}

// Check refuses a state that names no dataview.
func (s *dataviewChange) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "databaseName", s.DatabaseName, "dataviewName", s.DataviewName)
}

// dataviewUpdateChange is the resume state of an update of a dataview.
type dataviewUpdateChange struct {
	Dataview        dataviewChange `json:"dataview"`
	ChangesetID     string         `json:"changesetId,omitzero"` // what the update asks for
	ChangesetBefore string         `json:"changesetBefore,omitzero"`
}

// Check refuses a state that names no dataview, or has no snapshot from before.
func (s *dataviewUpdateChange) Check() error {
	return cmp.Or(s.Dataview.Check(), wait.Lacks("before", s.Dataview.Record.Before.Status))
}

func (s *dataviewUpdateChange) contentOf(dataview *GetKxDataviewResponse) content {
	now, c := dataview.ChangesetID, content{met: true}
	compare(&c, s.ChangesetID, s.ChangesetBefore, now, "the dataview shows changeset "+now)
	return c
}

// usersOf returns the clusters that any version of a dataview is attached to.
func usersOf(dataview *GetKxDataviewResponse) []string {
	var names []string
	for _, version := range dataview.ActiveVersions {
		names = append(names, version.AttachedClusters...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
