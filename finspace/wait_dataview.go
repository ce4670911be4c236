package finspace

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateKxDataview starts the creation of a dataview and returns a waiter for it. The wait ends
// well only when that dataview is ACTIVE. It fails when the creation failed, with what the status
// reason says, when the dataview is being deleted, and as superseded when another dataview of its name was
// created since. Reads that show an earlier dataview of that name, by its creation time, do not count.
func (c *Client) BeginCreateKxDataview(ctx context.Context, r CreateKxDataviewRequest) (*cloud.Waiter[GetKxDataviewResponse], error) {
	s := &dataviewState{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	start := time.Now()
	created, err := c.CreateKxDataview(ctx, r)
	if err == nil {
		s.Record.Before.Created = created.CreatedTimestamp
	} else if err := s.Record.made(start, c.api.Skew(), err, func() (sight, error) { return c.dataviewSight(ctx, s) }); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opCreateKxDataview, s, c.dataviewCreation), nil
}

// ResumeCreateKxDataview returns the waiter whose token is given.
func (c *Client) ResumeCreateKxDataview(token string) (*cloud.Waiter[GetKxDataviewResponse], error) {
	return wait.Resume(c.api, &opCreateKxDataview, token, c.dataviewCreation)
}

// BeginUpdateKxDataview starts a move of a dataview to another changeset or layout and returns a
// waiter for it. The wait ends well only when the dataview is ACTIVE and shows the changeset that r names,
// if it names one, and the time of its last modification, its changeset, or an UPDATING that was seen on
// the way show that this is not the state before the update; segments are not compared. It fails when this
// update failed, with what the status reason says, when the dataview was UPDATING and is as before again,
// and as superseded when it has moved on to another changeset. It reads the dataview once before the
// update, to know that state.
func (c *Client) BeginUpdateKxDataview(ctx context.Context, r UpdateKxDataviewRequest) (*cloud.Waiter[GetKxDataviewResponse], error) {
	if err := c.api.Prepare(&opUpdateKxDataview, &r); err != nil {
		return nil, err
	}
	s := &dataviewUpdate{
		Dataview:    dataviewState{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName},
		ChangesetID: r.ChangesetID,
	}
	before, err := c.GetKxDataview(ctx, s.Dataview.request())
	if err != nil {
		return nil, err
	}
	s.Dataview.Record.Before, s.ChangesetBefore = sightOfKxDataview(before), before.ChangesetID
	_, err = c.UpdateKxDataview(ctx, r)
	if err := s.Dataview.Record.accepted(err); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateKxDataview, s, c.dataviewUpdate), nil
}

// ResumeUpdateKxDataview returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxDataview(token string) (*cloud.Waiter[GetKxDataviewResponse], error) {
	return wait.Resume(c.api, &opUpdateKxDataview, token, c.dataviewUpdate)
}

// BeginDeleteKxDataview starts the deletion of a dataview and returns a waiter for it. The wait ends
// well when the dataview is not found any more, since no status says that it is deleted, or another one
// that was created later has its name; Wait then returns nil or that other one. It fails when the
// dataview has FAILED since, with what the status reason says or who uses the dataview, and when it was
// being deleted and is ACTIVE again; a failure from before the call does not count. It reads the dataview
// once before the deletion, to tell these apart.
func (c *Client) BeginDeleteKxDataview(ctx context.Context, r DeleteKxDataviewRequest) (*cloud.Waiter[GetKxDataviewResponse], error) {
	if err := c.api.Prepare(&opDeleteKxDataview, &r); err != nil {
		return nil, err
	}
	s := &dataviewState{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	send := func() error {
		_, err := c.DeleteKxDataview(ctx, r)
		return err
	}
	if err := s.Record.delete(func() (sight, error) { return c.dataviewSight(ctx, s) }, send); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opDeleteKxDataview, s, c.dataviewDeletion), nil
}

// ResumeDeleteKxDataview returns the waiter whose token is given.
func (c *Client) ResumeDeleteKxDataview(token string) (*cloud.Waiter[GetKxDataviewResponse], error) {
	return wait.Resume(c.api, &opDeleteKxDataview, token, c.dataviewDeletion)
}

// UntilKxDataviewActive waits until a dataview is ACTIVE, whoever made it so. It fails when the last
// change of the dataview failed or it is being deleted. It may end at the state before an update;
// [Client.BeginUpdateKxDataview] waits for the update itself.
func (c *Client) UntilKxDataviewActive(r GetKxDataviewRequest) *cloud.Waiter[GetKxDataviewResponse] {
	s := dataviewState{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	return wait.Until(c.api, "UntilKxDataviewActive", c.dataviewCreation(&s))
}

// UntilKxDataviewDeleted waits until a dataview is not found, whoever deletes it. It fails when the
// dataview is FAILED, which may be from before a deletion that has just been started, and it cannot
// tell a dataview from a later one of the same name; [Client.BeginDeleteKxDataview] can.
func (c *Client) UntilKxDataviewDeleted(r GetKxDataviewRequest) *cloud.Waiter[GetKxDataviewResponse] {
	s := dataviewState{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, DataviewName: r.DataviewName}
	return wait.Until(c.api, "UntilKxDataviewDeleted", c.dataviewDeletion(&s))
}

// dataviewState is what has to be known to recognize the end of a change of a dataview.
type dataviewState struct {
	EnvironmentID string `json:"environmentId"`
	DatabaseName  string `json:"databaseName"`
	DataviewName  string `json:"dataviewName"`
	Record        record `json:"record,omitzero"`
}

// Check refuses a state that names no dataview.
func (s *dataviewState) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "databaseName", s.DatabaseName, "dataviewName", s.DataviewName)
}

// dataviewUpdate is what has to be known to recognize the end of an update of a dataview.
type dataviewUpdate struct {
	Dataview        dataviewState `json:"dataview"`
	ChangesetID     string        `json:"changesetId,omitzero"` // what it asks for
	ChangesetBefore string        `json:"changesetBefore,omitzero"`
}

// Check refuses a state that names no dataview, or without what was there before.
func (u *dataviewUpdate) Check() error {
	return cmp.Or(u.Dataview.Check(), wait.Lacks("before", u.Dataview.Record.Before.Status))
}

func (s *dataviewState) request() GetKxDataviewRequest {
	return GetKxDataviewRequest{EnvironmentID: s.EnvironmentID, DatabaseName: s.DatabaseName, DataviewName: s.DataviewName}
}

func (c *Client) dataviewCreation(s *dataviewState) cloud.WaitSpec[GetKxDataviewResponse] {
	w := c.dataviewWait(s.request())
	w.Judge = func(dataview *GetKxDataviewResponse) cloud.Verdict {
		return s.Record.creation(judgeKxDataview(dataview), sightOfKxDataview(dataview))
	}
	w.AppearWithin = wait.AppearsWithin
	return w
}

func (c *Client) dataviewUpdate(u *dataviewUpdate) cloud.WaitSpec[GetKxDataviewResponse] {
	w := c.dataviewWait(u.Dataview.request())
	w.Judge = u.judge
	return w
}

func (c *Client) dataviewDeletion(s *dataviewState) cloud.WaitSpec[GetKxDataviewResponse] {
	w := c.dataviewWait(s.request())
	w.Judge = func(dataview *GetKxDataviewResponse) cloud.Verdict {
		return s.Record.deletion(judgeKxDataviewDeletion(dataview), sightOfKxDataview(dataview))
	}
	w.GoneIsSuccess = true
	return w
}

func (c *Client) dataviewWait(r GetKxDataviewRequest) cloud.WaitSpec[GetKxDataviewResponse] {
	return cloud.WaitSpec[GetKxDataviewResponse]{
		Service: service,
		Within:  dataviewWithin,
		Read:    func(ctx context.Context) (*GetKxDataviewResponse, error) { return c.GetKxDataview(ctx, r) },
	}
}

func sightOfKxDataview(dataview *GetKxDataviewResponse) sight {
	return sight{string(dataview.Status), dataview.StatusReason, dataview.CreatedTimestamp, dataview.LastModifiedTimestamp}
}

func (c *Client) dataviewSight(ctx context.Context, s *dataviewState) (sight, error) {
	dataview, err := c.GetKxDataview(ctx, s.request())
	if err != nil {
		return sight{}, err
	}
	return sightOfKxDataview(dataview), nil
}

func (u *dataviewUpdate) judge(dataview *GetKxDataviewResponse) cloud.Verdict {
	now, c := dataview.ChangesetID, content{met: true}
	compare(&c, u.ChangesetID, u.ChangesetBefore, now, "the dataview shows changeset "+now)
	return u.Dataview.Record.update(judgeKxDataview(dataview), sightOfKxDataview(dataview), c)
}

func judgeKxDataview(dataview *GetKxDataviewResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(dataview.Status), Reason: dataview.StatusReason}
	switch dataview.Status {
	case KxDataviewStatusActive:
		j.Outcome = cloud.Succeeded
	case KxDataviewStatusFailed, KxDataviewStatusDeleting:
		j.Outcome = cloud.Failed
	}
	return j
}

func judgeKxDataviewDeletion(dataview *GetKxDataviewResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(dataview.Status), Reason: dataview.StatusReason}
	if dataview.Status == KxDataviewStatusFailed {
		j.Outcome, j.Reason = cloud.Failed, cmp.Or(j.Reason, inUse(usersOf(dataview)))
	}
	return j
}

// usersOf are the clusters that any version of a dataview is attached to.
func usersOf(dataview *GetKxDataviewResponse) []string {
	var names []string
	for _, version := range dataview.ActiveVersions {
		names = append(names, version.AttachedClusters...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
