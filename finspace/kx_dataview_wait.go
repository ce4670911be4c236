package finspace

import (
	"cmp"
	"context"
	"iter"
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
	share: sharingDataviews,
	sources: func(c *Client, s *dataviewChange, last *GetKxDataviewResponse) []wait.Source {
		return c.userSources(s.EnvironmentID, usersOf(last))
	},
}

func sharingDataviews(c *Client, s *dataviewChange, w cloud.WaitSpec[GetKxDataviewResponse]) cloud.WaitSpec[GetKxDataviewResponse] {
	l := wait.List[KxDataviewListEntry, GetKxDataviewResponse]{
		Op:  &opListKxDataviews,
		Of:  func() []string { return []string{s.EnvironmentID, s.DatabaseName} },
		IDs: []string{s.DataviewName},
		Items: func(ctx context.Context, _ []string) iter.Seq2[KxDataviewListEntry, error] {
			return c.AllKxDataviews(ctx, ListKxDataviewsRequest{
				EnvironmentID: s.EnvironmentID, DatabaseName: s.DatabaseName, MaxResults: pageSize,
			})
		},
		ID: func(item *KxDataviewListEntry) string { return item.DataviewName },
	}
	return sharing(c, w, l, func(item *KxDataviewListEntry) *GetKxDataviewResponse {
		return wait.Widened[GetKxDataviewResponse](item)
	})
}

var createKxDataview = change[CreateKxDataviewRequest, CreateKxDataviewResponse, dataviewChange, GetKxDataviewResponse]{
	TokenLife: tokenLife,
	State: func(r *CreateKxDataviewRequest) *dataviewChange {
		return &dataviewChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	},
	Accepted: func(s *dataviewChange, _ *CreateKxDataviewRequest, out *CreateKxDataviewResponse, _ time.Time) error {
		s.Record.Before.Created = out.CreatedTimestamp
		return nil
	},
	Refused: func(c *Client, ctx context.Context, s *dataviewChange, sent time.Time, err error) error {
		return dataviews.refusedCreation(c, ctx, s, sent, err)
	},
	Began: func(
		c *Client, ctx context.Context, s *dataviewChange, r *CreateKxDataviewRequest, prepared time.Time,
	) (cloud.StartStatus, error) {
		s.EnvironmentID, s.DatabaseName, s.DataviewName = r.EnvironmentID, r.DatabaseName, r.DataviewName
		asked := *r
		if r.AutoUpdate {
			asked.ChangesetID = "" // which the service moves on
		}
		return dataviews.creationBegun(c, ctx, s, &asked, prepared)
	},
	Spec: func(c *Client, s *dataviewChange) cloud.WaitSpec[GetKxDataviewResponse] {
		return dataviews.creation(c, s)
	},
	Undo: func(c *Client, ctx context.Context, s *dataviewChange) (cloud.AnyChange, error) {
		if err := dataviews.checkUnreplaced(c, ctx, s); err != nil {
			return nil, err
		}
		return wait.AnyChange(c.PrepareDeleteKxDataview(ctx, DeleteKxDataviewRequest{
			EnvironmentID: s.EnvironmentID, DatabaseName: s.DatabaseName, DataviewName: s.DataviewName,
		}))
	},
}

var updateKxDataview = change[UpdateKxDataviewRequest, UpdateKxDataviewResponse, dataviewUpdateChange, GetKxDataviewResponse]{
	TokenLife: tokenLife,
	State: func(r *UpdateKxDataviewRequest) *dataviewUpdateChange {
		return &dataviewUpdateChange{
			Dataview:    dataviewChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName},
			ChangesetID: r.ChangesetID, HasSegments: r.SegmentConfigurations != nil,
		}
	},
	Before: func(c *Client, ctx context.Context, s *dataviewUpdateChange) error {
		before, err := dataviews.load(c, ctx, &s.Dataview)
		if err != nil {
			return err
		}
		s.keep(before)
		return nil
	},
	Repeated: func(s *dataviewUpdateChange, r *UpdateKxDataviewRequest) {
		s.Dataview.Record.Repeat = repeat{Own: true, Met: s.meets(r)}
	},
	Accepted: func(s *dataviewUpdateChange, _ *UpdateKxDataviewRequest, _ *UpdateKxDataviewResponse, sent time.Time) error {
		s.Dataview.Record.accepted(sent)
		return nil
	},
	Refused: func(_ *Client, _ context.Context, s *dataviewUpdateChange, _ time.Time, err error) error {
		return s.Dataview.Record.refused(err)
	},
	Began: func(
		c *Client, ctx context.Context, s *dataviewUpdateChange, r *UpdateKxDataviewRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		return dataviews.updateBegun(c, ctx, &s.Dataview, s.contentOf, func(now *GetKxDataviewResponse) bool {
			shown := dataviewUpdateChange{HasSegments: s.HasSegments}
			shown.keep(now)
			return shown.meets(r)
		})
	},
	Spec: func(c *Client, s *dataviewUpdateChange) cloud.WaitSpec[GetKxDataviewResponse] {
		return dataviews.update(c, &s.Dataview, s.contentOf)
	},
	Restore: (*dataviewUpdateChange).restore,
}

var deleteKxDataview = change[DeleteKxDataviewRequest, DeleteKxDataviewResponse, dataviewChange, GetKxDataviewResponse]{
	TokenLife: tokenLife,
	State: func(r *DeleteKxDataviewRequest) *dataviewChange {
		return &dataviewChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	},
	Before:      func(c *Client, ctx context.Context, s *dataviewChange) error { return dataviews.before(c, ctx, s) },
	AlreadyDone: func(s *dataviewChange) bool { return dataviews.alreadyDeleted(s) },
	Refused: func(c *Client, ctx context.Context, s *dataviewChange, sent time.Time, err error) error {
		return dataviews.refusedDeletion(c, ctx, s, sent, err)
	},
	Began: func(c *Client, ctx context.Context, s *dataviewChange, _ *DeleteKxDataviewRequest, _ time.Time) (cloud.StartStatus, error) {
		return dataviews.deletionBegun(c, ctx, s)
	},
	Spec: func(c *Client, s *dataviewChange) cloud.WaitSpec[GetKxDataviewResponse] {
		return dataviews.deletion(c, s)
	},
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

// Resource is what the change is about.
func (s *dataviewChange) Resource() string {
	return s.EnvironmentID + "/" + s.DatabaseName + "/" + s.DataviewName
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

	DescriptionBefore string                           `json:"descriptionBefore,omitzero"`
	HasSegments       bool                             `json:"hasSegments,omitzero"` // the update asks for other segments
	SegmentsBefore    []KxDataviewSegmentConfiguration `json:"segmentsBefore,omitzero"`
}

// Resource is what the change is about.
func (s *dataviewUpdateChange) Resource() string { return s.Dataview.Resource() }

// Check refuses a state that names no dataview, or has no snapshot from before.
func (s *dataviewUpdateChange) Check() error {
	return cmp.Or(s.Dataview.Check(), wait.Lacks("before", s.Dataview.Record.Before.Status))
}

// keep records what an update replaces.
func (s *dataviewUpdateChange) keep(before *GetKxDataviewResponse) {
	s.ChangesetBefore, s.DescriptionBefore = before.ChangesetID, before.Description
	if s.HasSegments {
		s.SegmentsBefore = before.SegmentConfigurations
	}
}

// meets reports whether what was kept is what an update asks for.
func (s *dataviewUpdateChange) meets(r *UpdateKxDataviewRequest) bool {
	asked := KxDataviewConfiguration{SegmentConfigurations: r.SegmentConfigurations}
	shown := KxDataviewConfiguration{SegmentConfigurations: s.SegmentsBefore}
	return isAsked(r.ChangesetID, s.ChangesetBefore) && isAsked(r.Description, s.DescriptionBefore) &&
		len(r.SegmentConfigurations) == len(s.SegmentsBefore) && !wait.Contradicts(&asked, &shown)
}

// restore leaves changeset and segments as they are if the update does.
func (s *dataviewUpdateChange) restore() *UpdateKxDataviewRequest {
	d := s.Dataview
	r := &UpdateKxDataviewRequest{
		EnvironmentID: d.EnvironmentID, DatabaseName: d.DatabaseName, DataviewName: d.DataviewName, Description: s.DescriptionBefore,
	}
	if s.ChangesetID != "" {
		r.ChangesetID = s.ChangesetBefore
	}
	if s.HasSegments {
		r.SegmentConfigurations = append([]KxDataviewSegmentConfiguration{}, s.SegmentsBefore...) // none is an empty list
	}
	return r
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
