package dlc

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var deleteDataEngine = change[DeleteDataEngineRequest, DeleteDataEngineResponse, engineDeletionChange, DescribeDataEngineResponse]{
	Check: func(r *DeleteDataEngineRequest) error {
		return notEmpty(&opDeleteDataEngine, "DataEngineNames", r.DataEngineNames)
	},
	State: func(r *DeleteDataEngineRequest) *engineDeletionChange {
		s := new(engineDeletionChange)
		for _, name := range r.DataEngineNames {
			s.Deleted = append(s.Deleted, engineChange{Name: name})
		}
		return s
	},
	Before:      (*Client).beforeEngineDeletion,
	AlreadyDone: func(s *engineDeletionChange) bool { return len(s.present()) == 0 },
	Adapt:       func(r *DeleteDataEngineRequest, s *engineDeletionChange) { r.DataEngineNames = s.present() },
	Refused: func(c *Client, ctx context.Context, s *engineDeletionChange, _ time.Time, err error) error {
		return startedAnyway(ctx, err, c.engineDeletion(s), s.isBegun)
	},
	Began: (*Client).engineDeletionBegan,
	Spec:  (*Client).engineDeletion,
}

// A deletion is under way in these states.
var engineDeleting = []DataEngineState{DataEngineStateReadyToDelete, DataEngineStateDeleting, DataEngineStateIsolating}

// engineDeletionChange is the resume state of a deletion of engines.
type engineDeletionChange struct {
	Deleted []engineChange `json:"deleted"`
}

// Resource is the names of the engines.
func (s *engineDeletionChange) Resource() string {
	var names []string
	for i := range s.Deleted {
		names = append(names, s.Deleted[i].Name)
	}
	return strings.Join(names, ",")
}

// Check refuses a state that names no engine, or has no snapshot from before.
func (s *engineDeletionChange) Check() error {
	if len(s.Deleted) == 0 {
		return errors.New("has no deleted")
	}
	for i := range s.Deleted {
		if err := s.Deleted[i].Check(); err != nil {
			return err
		}
	}
	return nil
}

// present returns the names of the engines that were not deleted before.
func (s *engineDeletionChange) present() []string {
	var names []string
	for i := range s.Deleted {
		if s.Deleted[i].Before.State != DataEngineStateDeleted {
			names = append(names, s.Deleted[i].Name)
		}
	}
	return names
}

func (c *Client) beforeEngineDeletion(ctx context.Context, s *engineDeletionChange) error {
	for i := range s.Deleted {
		if err := c.beforeEngineByName(ctx, &s.Deleted[i]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) engineDeletion(s *engineDeletionChange) cloud.WaitSpec[DescribeDataEngineResponse] {
	w := cloud.WaitSpec[DescribeDataEngineResponse]{
		Service: service,
		Read:    func(ctx context.Context) (*DescribeDataEngineResponse, error) { return c.readDeletedEngines(ctx, s) },
		Judge:   s.judge,
		Diagnose: func(ctx context.Context, last *DescribeDataEngineResponse) (*cloud.Diagnosis, error) {
			return c.diagnoseEngine(ctx, s.decisive(last))
		},
		GoneIsSuccess: true,
		Within:        engineWithin,
	}
	var names []string
	list := new(engineList)
	for i := range s.Deleted {
		names, list = append(names, s.Deleted[i].Name), &s.Deleted[i].list
	}
	return c.sharingEngines(w, list, names, s.showExisting)
}

// showExisting returns the first engine that still exists, if the list shows those before it as well.
func (s *engineDeletionChange) showExisting(engines []*DataEngineInfo) *DescribeDataEngineResponse {
	for i, engine := range engines {
		switch {
		case engine == nil:
			return nil
		case !s.Deleted[i].isGone(engine):
			return &DescribeDataEngineResponse{DataEngine: engine}
		}
	}
	return nil
}

// readDeletedEngines returns the first engine that still exists.
func (c *Client) readDeletedEngines(ctx context.Context, s *engineDeletionChange) (*DescribeDataEngineResponse, error) {
	for i := range s.Deleted {
		out, err := c.dataEngine(ctx, s.Deleted[i].Name)
		if cloud.KindOf(err) == cloud.ErrNotFound {
			continue
		}
		if err == nil {
			s.Deleted[i].list = engineListOf(out.DataEngine)
		}
		if err != nil || !s.Deleted[i].isGone(out.DataEngine) {
			return out, err
		}
	}
	return nil, missing(&opDescribeDataEngine, "engine of those that were deleted")
}

// decisive returns the name of the engine that a response shows, else of the first.
func (s *engineDeletionChange) decisive(last *DescribeDataEngineResponse) string {
	if last != nil && last.DataEngine.DataEngineName != "" {
		return last.DataEngine.DataEngineName
	}
	return s.Deleted[0].Name
}

// judge judges an engine that still exists.
func (s *engineDeletionChange) judge(r *DescribeDataEngineResponse) cloud.Verdict {
	now := engineSnapshotOf(r.DataEngine)
	d := s.changeOf(r.DataEngine)
	if d == nil || d.isReplaced(r.DataEngine) { // by an older one, or it would be gone
		return now.pending()
	}
	begun := d.course.Saw(d.isDeleting(now))
	switch end := d.survival(now, begun); {
	case end.Outcome == cloud.Pending:
		d.course.open()
	case begun && now.State == d.Before.State, now.State == DataEngineStateFailed, d.course.lasts():
		return end
	}
	return now.pending()
}

// isBegun reports whether an engine that still exists shows that it is being deleted.
func (s *engineDeletionChange) isBegun(r *DescribeDataEngineResponse) bool {
	d := s.changeOf(r.DataEngine)
	return d != nil && d.course.Saw(d.isDeleting(engineSnapshotOf(r.DataEngine)))
}

// changeOf returns the change of one of the engines, nil if the response does not name it.
func (s *engineDeletionChange) changeOf(e *DataEngineInfo) *engineChange {
	i := slices.IndexFunc(s.Deleted, func(d engineChange) bool { return d.Name == e.DataEngineName })
	if i < 0 {
		return nil
	}
	return &s.Deleted[i]
}

// isGone reports whether e is deleted, or a newer engine of the same name.
func (s *engineChange) isGone(e *DataEngineInfo) bool {
	return e.State == DataEngineStateDeleted || s.isReplaced(e) && s.isNewer(e)
}

// isDeleting reports whether an engine shows its deletion.
func (s *engineChange) isDeleting(now engineSnapshot) bool {
	d := s.difference(now)
	d.changing = d.changing || slices.Contains(engineDeleting, now.State)
	return d.isUnderway()
}

// survival is the verdict on a deletion while the engine still exists. begun is whether the deletion was seen to begin.
// An engine that is at rest and was only updated may still be deleted.
func (s *engineChange) survival(now engineSnapshot, begun bool) cloud.Verdict {
	v, d := now.pending(), s.difference(now)
	v.Inferred = true
	switch {
	case now.State == DataEngineStateFailed && (begun || d.isNewState()):
		v.Outcome, v.Reason = cloud.Failed, cmp.Or(v.Reason, "the engine has failed")
	case !now.isSettled() && now.State != DataEngineStateIsolated:
	case s.hasNewMessage(now) && (begun || d.later):
		v.Outcome = cloud.Failed
	case begun && d.sameState:
		v.Outcome, v.Reason = cloud.Failed, "the engine "+s.restsAs(now)
	}
	return v
}
