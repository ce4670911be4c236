package dlc

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// BeginCreateDataEngine buys and creates an engine and returns a waiter for it. The wait ends well
// when the engine of the id that the service gave is running or suspended. An engine of another id
// that still shows under the name is an older one, and does not count.
func (c *Client) BeginCreateDataEngine(ctx context.Context, r CreateDataEngineRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	created, err := c.CreateDataEngine(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := named(&opCreateDataEngine, created.RequestID, created.DataEngineID); err != nil {
		return nil, err
	}
	s := &engineChange{ID: created.DataEngineID, Name: r.DataEngineName}
	return follow.Begin(c.api, &opCreateDataEngine, s, c.engineChange), nil
}

// ResumeCreateDataEngine returns the waiter whose token is given.
func (c *Client) ResumeCreateDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return follow.Resume(c.api, &opCreateDataEngine, token, c.engineChange)
}

// BeginSuspendResumeDataEngine suspends an engine, or starts a suspended one, and returns a waiter
// for it. The wait ends well when the engine is suspended, or runs, as r asks for. It fails when the
// engine is back in its state before with a message that it did not have then. It reads the engine
// once before, to know that state; if that is the one that r asks for already, the engine must have
// been changed later than before the call, and the waiter looks twice.
func (c *Client) BeginSuspendResumeDataEngine(ctx context.Context, r SuspendResumeDataEngineRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opSuspendResumeDataEngine, &r); err != nil {
		return nil, err
	}
	s, err := c.engineByName(ctx, r.DataEngineName)
	if err != nil {
		return nil, err
	}
	s.Goal.State = DataEngineRunning
	if r.Operate == DataEngineSuspend {
		s.Goal.State = DataEngineSuspended
	}
	if _, err := c.SuspendResumeDataEngine(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opSuspendResumeDataEngine, s, c.engineChange), nil
}

// ResumeSuspendResumeDataEngine returns the waiter whose token is given.
func (c *Client) ResumeSuspendResumeDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return follow.Resume(c.api, &opSuspendResumeDataEngine, token, c.engineChange)
}

// BeginRestartDataEngine restarts an engine and returns a waiter for it. Nothing about a running
// engine says that it was restarted, but for the time of its last change: the wait ends well when
// the engine runs, was changed later than before the call, and the next look finds the same. The
// restart names the engine by id and the reads name it by name, so it looks the engine up first, as
// [Client.BeginSwitchDataEngineImage] does.
func (c *Client) BeginRestartDataEngine(ctx context.Context, r RestartDataEngineRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opRestartDataEngine, &r); err != nil {
		return nil, err
	}
	s, err := c.engineByID(ctx, r.DataEngineID)
	if err != nil {
		return nil, err
	}
	s.Goal.State = DataEngineRunning
	if _, err := c.RestartDataEngine(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opRestartDataEngine, s, c.engineChange), nil
}

// ResumeRestartDataEngine returns the waiter whose token is given.
func (c *Client) ResumeRestartDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return follow.Resume(c.api, &opRestartDataEngine, token, c.engineChange)
}

// BeginUpdateDataEngine resizes or reconfigures an engine and returns a waiter for it. The wait ends
// well when the engine is running or suspended and has the size and the numbers of clusters that r
// asks for, and the next look finds the same. It reads the engine once before: if those do not change,
// the engine must have been changed later than before the call. It fails when the engine keeps its
// size and has a new message, other than the description that r sets, or has a third size.
func (c *Client) BeginUpdateDataEngine(ctx context.Context, r UpdateDataEngineRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opUpdateDataEngine, &r); err != nil {
		return nil, err
	}
	s, err := c.engineByName(ctx, r.DataEngineName)
	if err != nil {
		return nil, err
	}
	s.Goal.Size, s.Goal.MinClusters, s.Goal.MaxClusters, s.Goal.Message = r.Size, r.MinClusters, r.MaxClusters, r.Message
	if _, err := c.UpdateDataEngine(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opUpdateDataEngine, s, c.engineChange), nil
}

// ResumeUpdateDataEngine returns the waiter whose token is given.
func (c *Client) ResumeUpdateDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return follow.Resume(c.api, &opUpdateDataEngine, token, c.engineChange)
}

// BeginSwitchDataEngineImage starts a switch of an engine's image version and returns a waiter for
// it. The wait ends well only when the engine runs and its image version is the new one. The switch
// names the engine by id and the reads name it by name, so it looks the engine up first, with
// DescribeDataEngines; that operation is not offered on the international site, where
// SwitchDataEngineImage and UntilDataEngineRunsImage do the same.
func (c *Client) BeginSwitchDataEngineImage(ctx context.Context, r SwitchDataEngineImageRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opSwitchDataEngineImage, &r); err != nil {
		return nil, err
	}
	s, err := c.engineByID(ctx, r.DataEngineID)
	if err != nil {
		return nil, err
	}
	s.Goal.State, s.Goal.Image = DataEngineRunning, r.NewImageVersionID
	if _, err := c.SwitchDataEngineImage(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opSwitchDataEngineImage, s, c.engineChange), nil
}

// ResumeSwitchDataEngineImage returns the waiter whose token is given.
func (c *Client) ResumeSwitchDataEngineImage(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return follow.Resume(c.api, &opSwitchDataEngineImage, token, c.engineChange)
}

// BeginUpgradeDataEngineImage starts an upgrade of an engine to a newer minor version of its image
// and returns a waiter for it. It asks CheckDataEngineImageCanBeUpgrade first which version that
// will be: the wait ends well only when the engine runs and has that one. It looks the engine up
// first, as [Client.BeginSwitchDataEngineImage] does.
func (c *Client) BeginUpgradeDataEngineImage(ctx context.Context, r UpgradeDataEngineImageRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opUpgradeDataEngineImage, &r); err != nil {
		return nil, err
	}
	s, err := c.engineByID(ctx, r.DataEngineID)
	if err != nil {
		return nil, err
	}
	check, err := c.CheckDataEngineImageCanBeUpgrade(ctx, CheckDataEngineImageCanBeUpgradeRequest(r))
	if err != nil {
		return nil, err
	}
	s.Goal.State, s.Goal.Child, s.OtherImage = DataEngineRunning, check.ChildImageVersionID, check.ChildImageVersionID == ""
	if _, err := c.UpgradeDataEngineImage(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opUpgradeDataEngineImage, s, c.engineChange), nil
}

// ResumeUpgradeDataEngineImage returns the waiter whose token is given.
func (c *Client) ResumeUpgradeDataEngineImage(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return follow.Resume(c.api, &opUpgradeDataEngineImage, token, c.engineChange)
}

// BeginRollbackDataEngineImage puts an engine back to its former image version and returns a waiter
// for it. The service does not say which version that is, so the wait ends well when the engine runs
// and its image version or its minor version is another than before the call. It looks the engine up
// first, as [Client.BeginSwitchDataEngineImage] does.
func (c *Client) BeginRollbackDataEngineImage(ctx context.Context, r RollbackDataEngineImageRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opRollbackDataEngineImage, &r); err != nil {
		return nil, err
	}
	s, err := c.engineByID(ctx, r.DataEngineID)
	if err != nil {
		return nil, err
	}
	s.Goal.State, s.OtherImage = DataEngineRunning, true
	if _, err := c.RollbackDataEngineImage(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opRollbackDataEngineImage, s, c.engineChange), nil
}

// ResumeRollbackDataEngineImage returns the waiter whose token is given.
func (c *Client) ResumeRollbackDataEngineImage(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return follow.Resume(c.api, &opRollbackDataEngineImage, token, c.engineChange)
}

// BeginDeleteDataEngine deletes engines and returns a waiter for it. The wait ends well when none of
// them is there any more; an engine that has got one of the names anew does not count as there. It
// reads each engine once before, to know its id, and fails when one of them has failed, or rests
// with a message that it did not have then. A look shows the first engine that is still there.
func (c *Client) BeginDeleteDataEngine(ctx context.Context, r DeleteDataEngineRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opDeleteDataEngine, &r); err != nil {
		return nil, err
	}
	s := new(engineChange)
	for _, name := range r.DataEngineNames {
		engine, err := c.engineByName(ctx, name)
		if err != nil {
			return nil, err
		}
		s.Deleted = append(s.Deleted, *engine)
	}
	if _, err := c.DeleteDataEngine(ctx, r); err != nil {
		return nil, err
	}
	return follow.Begin(c.api, &opDeleteDataEngine, s, c.engineDeletion), nil
}

// ResumeDeleteDataEngine returns the waiter whose token is given.
func (c *Client) ResumeDeleteDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return follow.Resume(c.api, &opDeleteDataEngine, token, c.engineDeletion)
}

// engineChange is what has to be known to recognise the end of a change.
type engineChange struct {
	ID   string      `json:"id,omitzero"`
	Name string      `json:"name,omitzero"`
	Was  *engineLook `json:"was,omitzero"`  // nil for a new engine
	Goal engineLook  `json:"goal,omitzero"` // what is zero may be anything; as a state, running or suspended

	OtherImage bool           `json:"otherImage,omitzero"` // the goal is an image that it did not have
	Deleted    []engineChange `json:"deleted,omitzero"`    // the engines of a deletion
}

// engineLook is what can be seen of a change.
type engineLook struct {
	State       DataEngineState `json:"state,omitzero"`
	Image       string          `json:"image,omitzero"`
	Child       string          `json:"child,omitzero"`
	Size        int             `json:"size,omitzero"`
	MinClusters int             `json:"minClusters,omitzero"`
	MaxClusters int             `json:"maxClusters,omitzero"`
	Updated     int64           `json:"updated,omitzero"`
	Message     string          `json:"message,omitzero"`
}

func lookAt(e *DataEngineInfo) engineLook {
	return engineLook{
		State: e.State, Image: e.ImageVersionID, Child: e.ChildImageVersionID, Size: e.Size,
		MinClusters: e.MinClusters, MaxClusters: e.MaxClusters, Updated: e.UpdateTime, Message: e.Message,
	}
}

func (c *Client) engineByName(ctx context.Context, name string) (*engineChange, error) {
	out, err := c.DescribeDataEngine(ctx, DescribeDataEngineRequest{DataEngineName: name})
	if err != nil {
		return nil, err
	}
	if out.DataEngine == nil {
		return nil, missing(&opDescribeDataEngine, "engine", name)
	}
	return engineBefore(out.DataEngine), nil
}

// engineByID finds an engine by its id. The list shows only engines of one generation and one kind
// of execution at a time, SuperSQL and SQL unless the request says otherwise.
func (c *Client) engineByID(ctx context.Context, id string) (*engineChange, error) {
	for _, generation := range []string{"SuperSQL", "Native"} {
		for _, execution := range []string{"SQL", "BATCH"} {
			r := DescribeDataEnginesRequest{
				Filters:          []Filter{{Name: "engine-id", Values: []string{id}}},
				EngineGeneration: generation,
				EngineExecType:   execution,
			}
			for engine, err := range c.AllDataEngines(ctx, r) {
				if err != nil {
					return nil, err
				}
				if engine.DataEngineID == id {
					return engineBefore(&engine), nil
				}
			}
		}
	}
	return nil, missing(&opDescribeDataEngines, "engine", id)
}

func engineBefore(e *DataEngineInfo) *engineChange {
	was := lookAt(e)
	return &engineChange{ID: e.DataEngineID, Name: e.DataEngineName, Was: &was}
}

func (c *Client) engineChange(s *engineChange) cloud.Wait[DescribeDataEngineResponse] {
	w := c.engineWait(DescribeDataEngineRequest{DataEngineName: s.Name}, s.judge)
	// An update may show before the engine begins to resize.
	if s.Was != nil && (s.Goal.Size != 0 || s.fits(*s.Was)) {
		w.Confirm = follow.ConfirmWithin
	}
	return w
}

// judge takes an engine that looks as before for one that has not begun to change, until it says
// something that it did not say before.
func (s *engineChange) judge(r *DescribeDataEngineResponse) cloud.Judgement {
	j := judgeDataEngine(r)
	if r.DataEngine == nil {
		return j
	}
	e := lookAt(r.DataEngine)
	failed := j.Outcome == cloud.Failed
	j.Outcome = cloud.Pending
	switch {
	case s.replaced(r.DataEngine):
		if s.Was != nil {
			j.Outcome = cloud.Failed
			j.Reason = "the name " + strconv.Quote(s.Name) + " now belongs to the engine " + r.DataEngine.DataEngineID
		}
	case failed:
		if s.Was == nil || s.Was.State != e.State || s.moved(e) {
			j.Outcome = cloud.Failed
		}
	case s.fits(e):
		if s.Was == nil || !s.fits(*s.Was) || s.moved(e) {
			j.Outcome = cloud.Succeeded
		}
	case e.State != DataEngineRunning && e.State != DataEngineSuspended || s.Was == nil:
	case s.complains(e):
		j.Outcome = cloud.Failed
	default:
		if now := s.third(e); now != "" {
			j.Outcome = cloud.Failed
			j.Reason = "superseded: the engine " + now
		}
	}
	return j
}

// replaced reports whether e is another engine of the same name.
func (s *engineChange) replaced(e *DataEngineInfo) bool {
	return s.ID != "" && e.DataEngineID != "" && e.DataEngineID != s.ID
}

// moved reports whether the engine has been changed since.
func (s *engineChange) moved(e engineLook) bool { return e.Updated > s.Was.Updated }

// fits reports whether an engine looks as it is to look.
func (s *engineChange) fits(e engineLook) bool {
	g := s.Goal
	if g.State == 0 && e.State == DataEngineSuspended {
		g.State = DataEngineSuspended
	}
	if s.OtherImage && !other(e.Image, s.Was.Image) && !other(e.Child, s.Was.Child) {
		return false
	}
	return e.State == cmp.Or(g.State, DataEngineRunning) &&
		e.Image == cmp.Or(g.Image, e.Image) && e.Child == cmp.Or(g.Child, e.Child) && e.Size == cmp.Or(g.Size, e.Size) &&
		e.MinClusters == cmp.Or(g.MinClusters, e.MinClusters) && e.MaxClusters == cmp.Or(g.MaxClusters, e.MaxClusters)
}

// complains reports whether an engine says something new that nobody told it to say.
func (s *engineChange) complains(e engineLook) bool {
	return e.Message != "" && e.Message != s.Was.Message && e.Message != s.Goal.Message
}

// third says what an engine has that is neither what it had nor what it is to have.
func (s *engineChange) third(e engineLook) string {
	switch g := s.Goal; {
	case g.Image != "" && g.Image != e.Image && other(e.Image, s.Was.Image):
		return "runs image version " + e.Image
	case g.Child != "" && g.Child != e.Child && other(e.Child, s.Was.Child):
		return "runs image version " + e.Child
	case g.Size != 0 && g.Size != e.Size && e.Size != s.Was.Size:
		return "has " + strconv.Itoa(e.Size) + " CUs"
	}
	return ""
}

// other compares ids that may be missing.
func other(id, before string) bool { return id != "" && before != "" && id != before }

func (c *Client) engineDeletion(s *engineChange) cloud.Wait[DescribeDataEngineResponse] {
	w := c.engineWait(DescribeDataEngineRequest{}, s.judgeDeletion)
	w.GoneIsSuccess, w.AppearWithin = true, 0
	w.Read = func(ctx context.Context) (*DescribeDataEngineResponse, error) {
		for i := range s.Deleted {
			out, err := c.DescribeDataEngine(ctx, DescribeDataEngineRequest{DataEngineName: s.Deleted[i].Name})
			if cloud.KindOf(err) == cloud.ErrNotFound {
				continue
			}
			if err != nil || !s.Deleted[i].gone(out) {
				return out, err
			}
		}
		return nil, missing(&opDescribeDataEngine, "engine", "of those that were deleted")
	}
	return w
}

// gone reports whether an answer shows that the engine is not there, or a newer one of its name.
func (s *engineChange) gone(r *DescribeDataEngineResponse) bool {
	e := r.DataEngine
	return e == nil || e.State == DataEngineDeleted || s.replaced(e)
}

// judgeDeletion reads an engine that is still there.
func (s *engineChange) judgeDeletion(r *DescribeDataEngineResponse) cloud.Judgement {
	e := lookAt(r.DataEngine)
	j := cloud.Judgement{State: strconv.Itoa(int(e.State)), Reason: e.Message}
	i := slices.IndexFunc(s.Deleted, func(d engineChange) bool { return d.Name == r.DataEngine.DataEngineName })
	if i < 0 {
		return j
	}
	was := &s.Deleted[i]
	switch e.State {
	case DataEngineFailed:
		if was.Was.State != DataEngineFailed || was.moved(e) {
			j.Outcome = cloud.Failed
		}
	case DataEngineRunning, DataEngineSuspended, DataEngineIsolated:
		if was.complains(e) {
			j.Outcome = cloud.Failed
		}
	}
	return j
}

// UntilDataEngineRunning waits until an engine runs, whatever its image. It fails when the engine failed,
// is isolated, or is being deleted.
func (c *Client) UntilDataEngineRunning(r DescribeDataEngineRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	return follow.Until(c.api, "UntilDataEngineRunning", c.engineWait(r, judgeDataEngine))
}

// UntilDataEngineRunsImage waits until an engine runs with the given image version, whoever switched
// it. It fails as UntilDataEngineRunning does.
func (c *Client) UntilDataEngineRunsImage(r DescribeDataEngineRequest, imageVersionID string) *cloud.Waiter[DescribeDataEngineResponse] {
	return follow.Until(c.api, "UntilDataEngineRunsImage", c.engineWait(r, func(out *DescribeDataEngineResponse) cloud.Judgement {
		j := judgeDataEngine(out)
		if j.Outcome == cloud.Succeeded && out.DataEngine.ImageVersionID != imageVersionID {
			j.Outcome = cloud.Pending
		}
		return j
	}))
}

// UntilDataEngineSuspended waits until an engine is suspended, whoever suspended it. It fails as
// UntilDataEngineRunning does.
func (c *Client) UntilDataEngineSuspended(r DescribeDataEngineRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	return follow.Until(c.api, "UntilDataEngineSuspended", c.engineWait(r, judgeSuspended))
}

func judgeSuspended(r *DescribeDataEngineResponse) cloud.Judgement {
	j := judgeDataEngine(r)
	switch {
	case r.DataEngine == nil:
	case r.DataEngine.State == DataEngineSuspended:
		j.Outcome = cloud.Succeeded
	case r.DataEngine.State == DataEngineRunning:
		j.Outcome = cloud.Pending
	}
	return j
}

// UntilDataEngineDeleted waits until there is no engine of the name any more, whoever deleted it. No
// state ends it as a failure, because a failed engine can be deleted too.
func (c *Client) UntilDataEngineDeleted(r DescribeDataEngineRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	w := c.engineWait(r, judgeDeleted)
	w.GoneIsSuccess, w.AppearWithin = true, 0
	return follow.Until(c.api, "UntilDataEngineDeleted", w)
}

func judgeDeleted(r *DescribeDataEngineResponse) cloud.Judgement {
	j := judgeDataEngine(r)
	j.Outcome = cloud.Pending
	if r.DataEngine != nil && r.DataEngine.State == DataEngineDeleted {
		j.Outcome = cloud.Succeeded
	}
	return j
}

func (c *Client) engineWait(r DescribeDataEngineRequest, judge func(*DescribeDataEngineResponse) cloud.Judgement) cloud.Wait[DescribeDataEngineResponse] {
	return cloud.Wait[DescribeDataEngineResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeDataEngineResponse, error) {
			return c.DescribeDataEngine(ctx, r)
		},
		Judge:        judge,
		AppearWithin: follow.AppearsWithin,
	}
}

// judgeDataEngine knows that the documented list of states is not complete: numbers that it lacks
// are pending.
func judgeDataEngine(r *DescribeDataEngineResponse) cloud.Judgement {
	if r.DataEngine == nil {
		return cloud.Judgement{}
	}
	e := r.DataEngine
	j := cloud.Judgement{State: strconv.Itoa(int(e.State)), Reason: e.Message}
	switch e.State {
	case DataEngineRunning:
		j.Outcome = cloud.Succeeded
	case DataEngineDeleted, DataEngineFailed, DataEngineReadyToDelete, DataEngineDeleting, DataEngineIsolating, DataEngineIsolated:
		j.Outcome = cloud.Failed
	}
	return j
}
