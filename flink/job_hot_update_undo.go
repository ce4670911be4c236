package flink

import (
	"context"
	"fmt"
	"maps"
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// hotOptions are the Flink options that a hot update can change.
var hotOptions = []string{
	"execution.checkpointing.interval", "execution.checkpointing.timeout", "execution.checkpointing.min-pause",
}

// hotSettings are what a hot update can change of a job.
type hotSettings struct {
	Parallelism int `json:"parallelism,omitzero"` // 0 if the job does not show it
	// Options has those of hotOptions that the job has; nil if it shows no options.
	Options map[string]any `json:"options,omitzero"`
}

func hotSettingsOf(j *Job) (s hotSettings) {
	if r := j.StreamingResourceSetting; r != nil && r.BasicResourceSetting != nil {
		s.Parallelism = r.BasicResourceSetting.Parallelism
	}
	conf := j.UserFlinkConf
	if conf == nil {
		conf = j.FlinkConf
	}
	if conf == nil {
		return s
	}
	s.Options = map[string]any{}
	for _, name := range hotOptions {
		if value, ok := conf[name]; ok {
			s.Options[name] = value
		}
	}
	return s
}

// apply sets the settings of a deployment, and reports whether it had others.
func (s *hotSettings) apply(d *Deployment) bool {
	changed := false
	if s.Parallelism != 0 {
		changed = s.rescale(d)
	}
	if s.Options == nil {
		return changed
	}
	conf := maps.Clone(d.FlinkConf)
	if conf == nil {
		conf = map[string]any{}
	}
	for _, name := range hotOptions {
		delete(conf, name)
	}
	maps.Copy(conf, s.Options)
	if maps.EqualFunc(conf, d.FlinkConf, reflect.DeepEqual) {
		return changed
	}
	d.FlinkConf = conf
	return true
}

// rescale sets the parallelism of a deployment that is not sized by experts, and reports whether it had another one.
func (s *hotSettings) rescale(d *Deployment) bool {
	r := d.StreamingResourceSetting
	if r == nil || r.BasicResourceSetting == nil || r.BasicResourceSetting.Parallelism == s.Parallelism {
		return false
	}
	r.BasicResourceSetting.Parallelism = s.Parallelism
	return true
}

// beforeHotUpdate records the settings of the job. A caller who may not read the job gets no way back.
func (c *Client) beforeHotUpdate(ctx context.Context, s *hotUpdateChange) error {
	r, err := c.GetJob(ctx, GetJobRequest{JobID: s.JobID, Namespace: s.Namespace, Workspace: s.Workspace})
	switch {
	case cloud.KindOf(err) == cloud.ErrDenied:
		return nil
	case err != nil:
		return err
	case isOther(s.JobID, r.Data.JobID):
		return &cloud.Error{
			Service: service, Operation: opGetJob.Name, Kind: cloud.ErrTransport, RequestID: r.RequestID,
			Message: fmt.Sprintf("unexpected response: it is about job %q", r.Data.JobID),
		}
	}
	s.DeploymentID, s.Before = r.Data.DeploymentID, hotSettingsOf(r.Data)
	return nil
}

// saveHotSettings saves the target settings of the deployment, because a hot update applies what is saved.
func (c *Client) saveHotSettings(ctx context.Context, s *hotUpdateChange) error {
	if s.Target == nil {
		return nil
	}
	r, err := c.GetDeployment(ctx, GetDeploymentRequest{DeploymentID: s.DeploymentID, Namespace: s.Namespace, Workspace: s.Workspace})
	if err != nil {
		return err
	}
	if !s.Target.apply(r.Data) {
		return nil
	}
	_, err = c.UpdateDeployment(ctx, UpdateDeploymentRequest{
		DeploymentID: s.DeploymentID, Namespace: s.Namespace, Workspace: s.Workspace, Deployment: *r.Data,
	})
	return err
}

// undoHotUpdate prepares the hot update back. Its start first saves the settings of the job from before in the deployment.
func (c *Client) undoHotUpdate(ctx context.Context, s *hotUpdateChange) (cloud.AnyChange, error) {
	if s.JobID == "" || s.DeploymentID == "" || s.Before.Parallelism == 0 && s.Before.Options == nil {
		return nil, noWayBack("the job did not show its settings and its deployment")
	}
	back := hotUpdateTo(&s.Before)
	return wait.AnyChange(wait.Prepare(ctx, c, c.api, &opHotUpdateJob, &back, &HotUpdateJobRequest{
		JobID: s.JobID, Namespace: s.Namespace, Workspace: s.Workspace,
	}))
}
