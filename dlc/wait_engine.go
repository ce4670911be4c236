package dlc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
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
	s := &engineChange{ID: created.DataEngineID, Name: r.DataEngineName, Goal: engineLook{Message: r.Message}}
	return wait.Begin(c.api, &opCreateDataEngine, s, c.engineChange), nil
}

// ResumeCreateDataEngine returns the waiter whose token is given.
func (c *Client) ResumeCreateDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return wait.Resume(c.api, &opCreateDataEngine, token, c.engineChange)
}

// BeginSuspendResumeDataEngine suspends an engine, or starts a suspended one, and returns a waiter
// for it. The wait ends well when the engine is suspended, or runs, as r asks for. It fails when the
// engine is back in its state before after it was seen to leave it, or stays in it with a later time of its
// last change. It reads the engine once before, to know that state; if that is the one that r asks for
// already, the engine must have been seen to leave it or been changed later than before the call.
func (c *Client) BeginSuspendResumeDataEngine(ctx context.Context, r SuspendResumeDataEngineRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opSuspendResumeDataEngine, &r); err != nil {
		return nil, err
	}
	s, err := c.engineByName(ctx, r.DataEngineName)
	if err != nil {
		return nil, err
	}
	s.Goal.State = DataEngineStateRunning
	if r.Operate == DataEngineOperationSuspend {
		s.Goal.State = DataEngineStateSuspended
	}
	if _, err := c.SuspendResumeDataEngine(ctx, r); err != nil && !c.engineBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opSuspendResumeDataEngine, s, c.engineChange), nil
}

// ResumeSuspendResumeDataEngine returns the waiter whose token is given.
func (c *Client) ResumeSuspendResumeDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return wait.Resume(c.api, &opSuspendResumeDataEngine, token, c.engineChange)
}

// BeginRestartDataEngine restarts an engine and returns a waiter for it. Nothing about a running
// engine says that it was restarted, but for the time of its last change: the wait ends well when
// the engine runs, was seen starting or was changed later than before the call, and still runs half a minute
// later. The restart names the engine by id and the reads name it by name, so it looks the engine up first,
// as [Client.BeginSwitchDataEngineImage] does.
func (c *Client) BeginRestartDataEngine(ctx context.Context, r RestartDataEngineRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opRestartDataEngine, &r); err != nil {
		return nil, err
	}
	s, err := c.engineByID(ctx, r.DataEngineID)
	if err != nil {
		return nil, err
	}
	s.Goal.State = DataEngineStateRunning
	if _, err := c.RestartDataEngine(ctx, r); err != nil && !c.engineBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opRestartDataEngine, s, c.engineChange), nil
}

// ResumeRestartDataEngine returns the waiter whose token is given.
func (c *Client) ResumeRestartDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return wait.Resume(c.api, &opRestartDataEngine, token, c.engineChange)
}

// BeginUpdateDataEngine resizes or reconfigures an engine and returns a waiter for it. The wait ends
// well when the engine is running or suspended and has the size and the numbers of clusters that r
// asks for. It reads the engine once before: if those do not change, the engine must have been seen to
// change, have got the description that r sets, or have been changed later than before the call. It fails
// when the engine has its old size after it was seen to change, or with a later time of its last change,
// and as superseded when it has a third size.
func (c *Client) BeginUpdateDataEngine(ctx context.Context, r UpdateDataEngineRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opUpdateDataEngine, &r); err != nil {
		return nil, err
	}
	s, err := c.engineByName(ctx, r.DataEngineName)
	if err != nil {
		return nil, err
	}
	s.Goal.Size, s.Goal.MinClusters, s.Goal.MaxClusters, s.Goal.Message = r.Size, r.MinClusters, r.MaxClusters, r.Message
	if _, err := c.UpdateDataEngine(ctx, r); err != nil && !c.engineBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateDataEngine, s, c.engineChange), nil
}

// ResumeUpdateDataEngine returns the waiter whose token is given.
func (c *Client) ResumeUpdateDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return wait.Resume(c.api, &opUpdateDataEngine, token, c.engineChange)
}

// BeginSwitchDataEngineImage starts a switch of an engine's image version and returns a waiter for
// it. The wait ends well only when the engine runs and its image version is the new one, and that is still
// so half a minute later. It fails when the engine runs the old one again, and as superseded when it runs a
// third one. The switch names the engine by id and the reads name it by name, so it looks the engine up first, with
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
	s.Goal.State, s.Goal.Image = DataEngineStateRunning, r.NewImageVersionID
	if _, err := c.SwitchDataEngineImage(ctx, r); err != nil && !c.engineBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opSwitchDataEngineImage, s, c.engineChange), nil
}

// ResumeSwitchDataEngineImage returns the waiter whose token is given.
func (c *Client) ResumeSwitchDataEngineImage(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return wait.Resume(c.api, &opSwitchDataEngineImage, token, c.engineChange)
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
	s.Goal.State, s.Goal.Child, s.OtherImage = DataEngineStateRunning, check.ChildImageVersionID, check.ChildImageVersionID == ""
	if _, err := c.UpgradeDataEngineImage(ctx, r); err != nil && !c.engineBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opUpgradeDataEngineImage, s, c.engineChange), nil
}

// ResumeUpgradeDataEngineImage returns the waiter whose token is given.
func (c *Client) ResumeUpgradeDataEngineImage(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return wait.Resume(c.api, &opUpgradeDataEngineImage, token, c.engineChange)
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
	s.Goal.State, s.OtherImage = DataEngineStateRunning, true
	if _, err := c.RollbackDataEngineImage(ctx, r); err != nil && !c.engineBegan(ctx, err, s) {
		return nil, err
	}
	return wait.Begin(c.api, &opRollbackDataEngineImage, s, c.engineChange), nil
}

// ResumeRollbackDataEngineImage returns the waiter whose token is given.
func (c *Client) ResumeRollbackDataEngineImage(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return wait.Resume(c.api, &opRollbackDataEngineImage, token, c.engineChange)
}

// BeginDeleteDataEngine deletes engines and returns a waiter for it. The wait ends well when none of
// them is there any more; an engine that has got one of the names anew does not count as there, nor does one
// whose state says that it is deleted, which is not asked to be deleted again. It reads each engine once
// before, to know its id, and fails when one of them has failed, is back in its state before, or was changed
// and rests with a message that it did not have then. A look shows the first engine that is still there.
func (c *Client) BeginDeleteDataEngine(ctx context.Context, r DeleteDataEngineRequest) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	if err := c.api.Prepare(&opDeleteDataEngine, &r); err != nil {
		return nil, err
	}
	s, there, err := c.enginesBefore(ctx, r.DataEngineNames)
	if err != nil {
		return nil, err
	}
	if len(there) > 0 {
		r.DataEngineNames = there
		if _, err := c.DeleteDataEngine(ctx, r); err != nil && !carriedOut(ctx, err, c.engineDeletion(s), s.begun) {
			return nil, err
		}
	}
	return wait.Begin(c.api, &opDeleteDataEngine, s, c.engineDeletion), nil
}

// ResumeDeleteDataEngine returns the waiter whose token is given.
func (c *Client) ResumeDeleteDataEngine(token string) (*cloud.Waiter[DescribeDataEngineResponse], error) {
	return wait.Resume(c.api, &opDeleteDataEngine, token, c.engineDeletion)
}

// engineChange is what has to be known to recognize the end of a change.
type engineChange struct {
	ID      string      `json:"id,omitzero"`
	Name    string      `json:"name,omitzero"`
	Created int64       `json:"created,omitzero"`
	Was     *engineLook `json:"was,omitzero"`  // nil for a new engine
	Goal    engineLook  `json:"goal,omitzero"` // what is zero may be anything; as a state, running or suspended

	OtherImage bool `json:"otherImage,omitzero"` // the goal is an image that it did not have

	course course
}

// Check refuses what no start has made.
func (s *engineChange) Check() error {
	switch {
	case s.Name == "":
		return errors.New("names no engine")
	case s.Was == nil && s.ID == "":
		return errors.New("says neither the id of a new engine nor what the engine was like before")
	case s.Was == nil && s.OtherImage:
		return errors.New("does not say which image the engine had")
	}
	return nil
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

func (e engineLook) judgement() cloud.Verdict {
	return cloud.Verdict{State: e.State.String(), Reason: explained(e.Message)}
}

// rests reports whether nothing goes on with the engine.
func (e engineLook) rests() bool {
	return e.State == DataEngineStateRunning || e.State == DataEngineStateSuspended
}

// moves reports whether something goes on with the engine, so far as is known: numbers that the documents do
// not list are taken for that.
func (e engineLook) moves() bool {
	switch e.State {
	case DataEngineStateRenewing: // a matter of payment
		return false
	case DataEngineStateDeleted, DataEngineStateReadyToDelete, DataEngineStateDeleting, DataEngineStateFailed, DataEngineStateIsolating, DataEngineStateIsolated:
		return false
	}
	return !e.rests()
}

// lost ends j when the engine is in a state that is the end of any change.
func (e engineLook) lost(j cloud.Verdict) cloud.Verdict {
	switch e.State {
	case DataEngineStateFailed:
		j.Outcome, j.Reason = cloud.Failed, cmp.Or(j.Reason, "the engine has failed")
	case DataEngineStateIsolating, DataEngineStateIsolated:
		j.Outcome, j.Reason = cloud.Failed, cmp.Or(j.Reason, "the engine is isolated")
	case DataEngineStateDeleted:
		return superseded(j, "the engine is deleted")
	case DataEngineStateReadyToDelete, DataEngineStateDeleting:
		return superseded(j, "the engine is being deleted")
	}
	return j
}

// dataEngine reads the engine of a name.
func (c *Client) dataEngine(ctx context.Context, name string) (*DescribeDataEngineResponse, error) {
	out, err := c.DescribeDataEngine(ctx, DescribeDataEngineRequest{DataEngineName: name})
	if err != nil {
		return nil, err
	}
	if out.DataEngine == nil {
		return nil, unexpected(&opDescribeDataEngine, out.RequestID, "the response has no DataEngine")
	}
	if err := about(&opDescribeDataEngine, out.RequestID, out.DataEngine.DataEngineName, name); err != nil {
		return nil, err
	}
	return out, nil
}

func (c *Client) engineByName(ctx context.Context, name string) (*engineChange, error) {
	out, err := c.dataEngine(ctx, name)
	if err != nil {
		return nil, err
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
	return &engineChange{ID: e.DataEngineID, Name: e.DataEngineName, Created: e.CreateTime, Was: &was}
}

func (c *Client) engineChange(s *engineChange) cloud.WaitSpec[DescribeDataEngineResponse] {
	w := c.engineWait(s.Name, s.judge)
	if s.Was != nil { // no response says which change it is about
		w.Confirm = wait.ConfirmWithin
	}
	return w
}

// engineBegan reports whether a change was started although the call failed.
func (c *Client) engineBegan(ctx context.Context, err error, s *engineChange) bool {
	return carriedOut(ctx, err, c.engineChange(s), func(r *DescribeDataEngineResponse) bool {
		e := lookAt(r.DataEngine)
		return !s.replaced(r.DataEngine) && (s.course.Saw(s.underway(e)) || s.moved(e) || s.fits(e) && !s.fits(*s.Was))
	})
}

// judge takes an engine that looks as before for one that has not begun to change.
func (s *engineChange) judge(r *DescribeDataEngineResponse) cloud.Verdict {
	if r.DataEngine == nil {
		return cloud.Verdict{}
	}
	if s.Was == nil {
		return s.judgeCreation(r.DataEngine)
	}
	e := lookAt(r.DataEngine)
	now := e.judgement()
	if s.replaced(r.DataEngine) {
		return s.judgeReplaced(r.DataEngine, now)
	}
	s.course.Saw(s.underway(e))
	end := s.end(e)
	switch {
	case end.Outcome == cloud.Pending, !s.begun(e):
		s.course.moving()
	case s.proven(e, end), s.course.rests():
		return end
	}
	return now
}

// judgeCreation goes by the id of the new engine.
func (s *engineChange) judgeCreation(engine *DataEngineInfo) cloud.Verdict {
	e := lookAt(engine)
	if s.ID != "" && engine.DataEngineID != s.ID {
		if s.replaced(engine) && s.course.Saw(false) {
			return s.judgeReplaced(engine, e.judgement())
		}
		return e.judgement()
	}
	s.course.Saw(true)
	return s.end(e)
}

// judgeReplaced reads an engine that took the name of ours. An older one is from before.
func (s *engineChange) judgeReplaced(engine *DataEngineInfo, now cloud.Verdict) cloud.Verdict {
	if !s.newer(engine) {
		return now
	}
	now.Inferred, now.Reason = true, ""
	return superseded(now, "the name "+strconv.Quote(s.Name)+" now belongs to the engine "+engine.DataEngineID)
}

// replaced reports whether e is another engine of the same name.
func (s *engineChange) replaced(e *DataEngineInfo) bool {
	return s.ID != "" && e.DataEngineID != "" && e.DataEngineID != s.ID
}

// newer reports whether another engine of the same name can have come after ours.
func (s *engineChange) newer(e *DataEngineInfo) bool {
	return e.CreateTime == 0 || s.Created == 0 || e.CreateTime >= s.Created
}

// end is what an engine says of its change if the change has begun.
func (s *engineChange) end(e engineLook) cloud.Verdict {
	j := e.judgement()
	if !s.says(e) {
		j.Reason = "" // the message is not about this change
	}
	switch {
	case s.fits(e):
		j.Outcome, j.Reason = cloud.Succeeded, e.judgement().Reason
		return j
	case s.Was == nil, !e.rests():
		return e.lost(j)
	}
	if now := s.third(e); now != "" {
		return superseded(j, "the engine "+now)
	}
	live := e
	live.State = s.Goal.State
	if s.ofImage() && s.fits(live) {
		return superseded(j, "the engine "+s.back(e))
	}
	j.Outcome, j.Reason = cloud.Failed, cmp.Or(j.Reason, "the engine "+s.back(e))
	return j
}

// ofImage reports whether the change is one of the image.
func (s *engineChange) ofImage() bool {
	return s.OtherImage || s.Goal.Image != "" || s.Goal.Child != ""
}

// begun reports whether an engine differs from the one before the change in more than what it says.
func (s *engineChange) begun(e engineLook) bool {
	timeless := s.Was.Updated == 0 || e.Updated == 0
	return s.course.Saw(false) || s.moved(e) || s.older(e) || e.State != s.Was.State || s.fits(e) && !s.fits(*s.Was) ||
		s.third(e) != "" || s.told(e) || timeless && s.says(e)
}

// proven reports whether an end has to rest no longer than all ends have. The engine need not have begun to
// change when it only shows another time, another message or what another change did.
func (s *engineChange) proven(e engineLook, end cloud.Verdict) bool {
	settled := end.Outcome == cloud.Succeeded || !e.rests()
	if s.course.Saw(false) {
		return settled || e.State == s.Was.State
	}
	return settled && !s.older(e)
}

// underway reports whether an engine shows a change that goes on, and that did not when ours was started.
func (s *engineChange) underway(e engineLook) bool {
	return e.moves() && !s.older(e) && (e.State != s.Was.State || s.moved(e))
}

// moved reports whether the engine has been changed since, older whether it looks as if that was undone: a poll
// that shows the past, or a clock of the service that was set back.
func (s *engineChange) moved(e engineLook) bool {
	return s.Was.Updated != 0 && e.Updated > s.Was.Updated
}
func (s *engineChange) older(e engineLook) bool { return e.Updated != 0 && e.Updated < s.Was.Updated }

// fits reports whether an engine looks as it is to look.
func (s *engineChange) fits(e engineLook) bool {
	g := s.Goal
	if g.State == 0 && e.State == DataEngineStateSuspended {
		g.State = DataEngineStateSuspended
	}
	if s.OtherImage && (s.Was == nil || !other(e.Image, s.Was.Image) && !other(e.Child, s.Was.Child)) {
		return false
	}
	return e.State == cmp.Or(g.State, DataEngineStateRunning) &&
		e.Image == cmp.Or(g.Image, e.Image) && e.Child == cmp.Or(g.Child, e.Child) && e.Size == cmp.Or(g.Size, e.Size) &&
		e.MinClusters == cmp.Or(g.MinClusters, e.MinClusters) && e.MaxClusters == cmp.Or(g.MaxClusters, e.MaxClusters)
}

// says reports whether an engine says something new that nobody told it to say.
func (s *engineChange) says(e engineLook) bool {
	return e.Message != "" && e.Message != s.Goal.Message && (s.Was == nil || e.Message != s.Was.Message)
}

// told reports whether an engine has got the description that it is to have.
func (s *engineChange) told(e engineLook) bool {
	return e.Message != "" && e.Message == s.Goal.Message && e.Message != s.Was.Message
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
	case thirdOf(g.MinClusters, e.MinClusters, s.Was.MinClusters), thirdOf(g.MaxClusters, e.MaxClusters, s.Was.MaxClusters):
		return fmt.Sprintf("has %d to %d clusters", e.MinClusters, e.MaxClusters)
	}
	return ""
}

func thirdOf(goal, now, was int) bool { return goal != 0 && now != 0 && now != goal && now != was }

// back says how an engine rests that is not as it is to be.
func (s *engineChange) back(e engineLook) string {
	says := "runs"
	if e.State == DataEngineStateSuspended {
		says = "is suspended"
	}
	if image := cmp.Or(e.Child, e.Image); image != "" && s.ofImage() {
		says += " with image version " + image
	}
	if s.Goal.Size != 0 {
		says += " with " + strconv.Itoa(e.Size) + " CUs"
	}
	if e.State == s.Was.State {
		says += " again"
	}
	return says
}

// other compares ids that may be missing.
func other(id, before string) bool { return id != "" && before != "" && id != before }

// engineDeletion is the engines of a deletion.
type engineDeletion struct {
	Deleted []engineChange `json:"deleted"`
}

// Check refuses what no start has made.
func (s *engineDeletion) Check() error {
	if len(s.Deleted) == 0 {
		return errors.New("names no engine")
	}
	for i := range s.Deleted {
		if d := &s.Deleted[i]; d.Name == "" || d.Was == nil {
			return errors.New("does not say what the engines were like before")
		}
	}
	return nil
}

// enginesBefore reads engines that are to be deleted, and returns the names of those that are not yet.
func (c *Client) enginesBefore(ctx context.Context, names []string) (s *engineDeletion, there []string, err error) {
	if len(names) == 0 {
		return nil, nil, wait.Required(service, &opDeleteDataEngine, "DataEngineNames", "")
	}
	s = new(engineDeletion)
	for _, name := range names {
		engine, err := c.engineByName(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		engine.Name = name
		s.Deleted = append(s.Deleted, *engine)
		if engine.Was.State != DataEngineStateDeleted {
			there = append(there, name)
		}
	}
	return s, there, nil
}

func (c *Client) engineDeletion(s *engineDeletion) cloud.WaitSpec[DescribeDataEngineResponse] {
	w := c.engineWait("", s.judge)
	w.GoneIsSuccess, w.AppearWithin = true, 0
	w.Read = func(ctx context.Context) (*DescribeDataEngineResponse, error) {
		if len(s.Deleted) == 0 {
			return nil, wait.Required(service, &opDeleteDataEngine, "DataEngineNames", "")
		}
		for i := range s.Deleted {
			out, err := c.dataEngine(ctx, s.Deleted[i].Name)
			if cloud.KindOf(err) == cloud.ErrNotFound {
				continue
			}
			if err != nil || !s.Deleted[i].gone(out.DataEngine) {
				return out, err
			}
		}
		return nil, missing(&opDescribeDataEngine, "engine", "of those that were deleted")
	}
	return w
}

// gone reports whether an engine is deleted, or a newer one of its name.
func (s *engineChange) gone(e *DataEngineInfo) bool {
	return e.State == DataEngineStateDeleted || s.replaced(e) && s.newer(e)
}

// begun reports whether an engine that is still there shows that it is being deleted.
func (s *engineDeletion) begun(r *DescribeDataEngineResponse) bool {
	d := s.of(r)
	return d != nil && d.course.Saw(d.going(lookAt(r.DataEngine)))
}

func (s *engineDeletion) of(r *DescribeDataEngineResponse) *engineChange {
	i := slices.IndexFunc(s.Deleted, func(d engineChange) bool {
		return r.DataEngine != nil && d.Was != nil && d.Name == r.DataEngine.DataEngineName
	})
	if i < 0 {
		return nil
	}
	return &s.Deleted[i]
}

// going reports whether an engine shows its deletion.
func (s *engineChange) going(e engineLook) bool {
	deletes := e.State == DataEngineStateReadyToDelete || e.State == DataEngineStateDeleting || e.State == DataEngineStateIsolating
	return s.underway(e) || deletes && !s.older(e) && (e.State != s.Was.State || s.moved(e))
}

// judge reads an engine that is still there.
func (s *engineDeletion) judge(r *DescribeDataEngineResponse) cloud.Verdict {
	d := s.of(r)
	if d == nil {
		return cloud.Verdict{}
	}
	e := lookAt(r.DataEngine)
	now := e.judgement()
	if d.replaced(r.DataEngine) {
		return now // it is an older one, or gone would have told
	}
	d.course.Saw(d.going(e))
	end := d.kept(e)
	switch {
	case end.Outcome == cloud.Pending:
		d.course.moving()
	case d.course.Saw(false) && e.State == d.Was.State, e.State == DataEngineStateFailed, d.course.rests():
		return end
	}
	return now
}

// kept is the end of a deletion that leaves the engine. One that rests and is only said to have been changed
// may be deleted yet.
func (s *engineChange) kept(e engineLook) cloud.Verdict {
	j := e.judgement()
	j.Inferred = true
	begun := s.course.Saw(false)
	switch {
	case e.State == DataEngineStateFailed && (begun || s.moved(e) || e.State != s.Was.State && !s.older(e)):
		j.Outcome, j.Reason = cloud.Failed, cmp.Or(j.Reason, "the engine has failed")
	case !e.rests() && e.State != DataEngineStateIsolated:
	case s.says(e) && (begun || s.moved(e)):
		j.Outcome = cloud.Failed
	case begun && e.State == s.Was.State:
		j.Outcome, j.Reason = cloud.Failed, "the engine "+s.back(e)
	}
	return j
}

// UntilDataEngineRunning waits until an engine runs, whatever its image. It fails when the engine failed,
// is isolated, or is being deleted, and is still so half a minute later.
func (c *Client) UntilDataEngineRunning(r DescribeDataEngineRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	return wait.Until(c.api, "UntilDataEngineRunning", c.engineWait(r.DataEngineName, judgeDataEngine))
}

// UntilDataEngineRunsImage waits until an engine runs with the given image version, whoever switched
// it. It fails as UntilDataEngineRunning does.
func (c *Client) UntilDataEngineRunsImage(r DescribeDataEngineRequest, imageVersionID string) *cloud.Waiter[DescribeDataEngineResponse] {
	return wait.Until(c.api, "UntilDataEngineRunsImage", c.engineWait(r.DataEngineName, func(out *DescribeDataEngineResponse) cloud.Verdict {
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
	return wait.Until(c.api, "UntilDataEngineSuspended", c.engineWait(r.DataEngineName, judgeSuspended))
}

func judgeSuspended(r *DescribeDataEngineResponse) cloud.Verdict {
	j := judgeDataEngine(r)
	switch {
	case r.DataEngine == nil:
	case r.DataEngine.State == DataEngineStateSuspended:
		j.Outcome = cloud.Succeeded
	case r.DataEngine.State == DataEngineStateRunning:
		j.Outcome = cloud.Pending
	}
	return j
}

// UntilDataEngineDeleted waits until there is no engine of the name any more, whoever deleted it. No
// state ends it as a failure, because a failed engine can be deleted too.
func (c *Client) UntilDataEngineDeleted(r DescribeDataEngineRequest) *cloud.Waiter[DescribeDataEngineResponse] {
	w := c.engineWait(r.DataEngineName, judgeDeleted)
	w.GoneIsSuccess, w.AppearWithin = true, 0
	return wait.Until(c.api, "UntilDataEngineDeleted", w)
}

func judgeDeleted(r *DescribeDataEngineResponse) cloud.Verdict {
	if r.DataEngine == nil {
		return cloud.Verdict{}
	}
	j := lookAt(r.DataEngine).judgement()
	if r.DataEngine.State == DataEngineStateDeleted {
		j.Outcome = cloud.Succeeded
	}
	return j
}

func (c *Client) engineWait(name string, judge func(*DescribeDataEngineResponse) cloud.Verdict) cloud.WaitSpec[DescribeDataEngineResponse] {
	return cloud.WaitSpec[DescribeDataEngineResponse]{
		Service:      service,
		Read:         func(ctx context.Context) (*DescribeDataEngineResponse, error) { return c.dataEngine(ctx, name) },
		Judge:        judge,
		AppearWithin: wait.AppearsWithin,
		Within:       engineWithin,
	}
}

// judgeDataEngine knows that the documented list of states is not complete: numbers that it lacks
// are pending.
func judgeDataEngine(r *DescribeDataEngineResponse) cloud.Verdict {
	if r.DataEngine == nil {
		return cloud.Verdict{}
	}
	e := lookAt(r.DataEngine)
	j := e.judgement()
	if e.State == DataEngineStateRunning {
		j.Outcome = cloud.Succeeded
		return j
	}
	j = e.lost(j)
	j.Inferred = j.Outcome == cloud.Failed // the engine may be about to be started again
	return j
}
