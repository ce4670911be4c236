package release

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// hotSettings are what a hot update can change; zero and "" are what is not set.
type hotSettings struct {
	Parallelism int    `json:"parallelism,omitzero"`
	Interval    string `json:"interval,omitzero"`
	Timeout     string `json:"timeout,omitzero"`
	MinPause    string `json:"minPause,omitzero"`
}

// hotState has the settings of a deployment, and those with which its job runs.
type hotState struct {
	Deployment hotSettings `json:"deployment"`
	Job        hotSettings `json:"job"`
}

// hot returns the settings that the change asks for.
func (f FlinkChange) hot() hotSettings {
	return hotSettings{
		f.Parallelism, milliseconds(f.CheckpointInterval), milliseconds(f.CheckpointTimeout), milliseconds(f.CheckpointMinPause),
	}
}

func milliseconds(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
}

// apply asks for the settings, in the deployment and in the job.
func (h hotSettings) apply(s *hotState) {
	for _, to := range []*hotSettings{&s.Deployment, &s.Job} {
		to.Parallelism = cmp.Or(h.Parallelism, to.Parallelism)
		to.Interval, to.Timeout = cmp.Or(h.Interval, to.Interval), cmp.Or(h.Timeout, to.Timeout)
		to.MinPause = cmp.Or(h.MinPause, to.MinPause)
	}
}

// options are the Flink options of the settings.
func (h *hotSettings) options() map[string]*string {
	return map[string]*string{
		"execution.checkpointing.interval":  &h.Interval,
		"execution.checkpointing.timeout":   &h.Timeout,
		"execution.checkpointing.min-pause": &h.MinPause,
	}
}

func hotSettingsOf(r *flink.StreamingResourceSetting, conf map[string]any) (h hotSettings) {
	if r != nil && r.BasicResourceSetting != nil {
		h.Parallelism = r.BasicResourceSetting.Parallelism
	}
	for name, value := range h.options() {
		*value, _ = conf[name].(string)
	}
	return h
}

// save sets the settings of a deployment that are set here.
func (h hotSettings) save(d *flink.Deployment) {
	if h.Parallelism != 0 {
		if d.StreamingResourceSetting == nil {
			d.StreamingResourceSetting = &flink.StreamingResourceSetting{}
		}
		if d.StreamingResourceSetting.BasicResourceSetting == nil {
			d.StreamingResourceSetting.BasicResourceSetting = &flink.BasicResourceSetting{}
		}
		d.StreamingResourceSetting.BasicResourceSetting.Parallelism = h.Parallelism
	}
	for name, value := range h.options() {
		if *value == "" {
			continue
		}
		if d.FlinkConf == nil {
			d.FlinkConf = map[string]any{}
		}
		d.FlinkConf[name] = *value
	}
}

// hotUpdates are changes that save the settings of a deployment and then apply them to its job, without a restart. Both
// calls can be repeated, because a hot update applies what is saved. It has been applied when the job shows the settings.
func (f FlinkJob) hotUpdates() writes[hotState] {
	return writes[hotState]{
		client: f.Client, service: "flink", operation: "HotUpdateJob", read: f.hotState, write: f.hotUpdate, steps: 2,
		failure: func(ctx context.Context, ticket string) (string, error) {
			out, err := f.Client.GetHotUpdateJobResult(ctx, flink.GetHotUpdateJobResultRequest{
				JobHotUpdateID: ticket, Namespace: f.Namespace, Workspace: f.Workspace,
			})
			if err != nil || out.Data.Status == nil || out.Data.Status.Status != flink.HotUpdateStatusFailed {
				return "", err
			}
			if why := out.Data.Status.Failure; why != nil {
				return why.Reason + ": " + why.Message, nil
			}
			return "the hot update has failed", nil
		},
	}
}

func (f FlinkJob) hotState(ctx context.Context, id string) (*hotState, error) {
	d, err := f.deployments().read(ctx, id)
	if err != nil {
		return nil, err
	}
	job, err := f.running(ctx)
	if err != nil {
		return nil, err
	}
	conf := job.UserFlinkConf
	if conf == nil {
		conf = job.FlinkConf
	}
	return &hotState{
		hotSettingsOf(d.StreamingResourceSetting, d.FlinkConf), hotSettingsOf(job.StreamingResourceSetting, conf),
	}, nil
}

// hotUpdate saves the settings and applies them. If the service refuses to apply them, the deployment is saved as it was.
func (f FlinkJob) hotUpdate(ctx context.Context, id string, to hotState) (ticket string, err error) {
	d, err := f.deployments().read(ctx, id)
	if err != nil {
		return "", err
	}
	before, err := applied(nil, d) // a copy
	if err != nil {
		return "", err
	}
	for name, value := range to.Deployment.options() {
		if *value == "" {
			delete(d.FlinkConf, name)
		}
	}
	to.Deployment.save(d)
	if _, err := f.deployments().write(ctx, id, *d); err != nil {
		return "", err
	}
	job, err := f.running(ctx)
	if err != nil {
		return "", err
	}
	out, err := f.Client.HotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: job.JobID, Namespace: f.Namespace, Workspace: f.Workspace})
	if err == nil {
		return out.Data.JobHotUpdateID, nil
	}
	isSaved := hotSettingsOf(before.StreamingResourceSetting, before.FlinkConf) == to.Deployment
	e, _ := errors.AsType[*cloud.Error](err)
	switch {
	case isSaved && cloud.KindOf(err) == cloud.ErrConflict:
		return "", nil // it is in progress, by a call whose response was lost
	case !isSaved && !isPassing(err) && e != nil && !e.MaybeExecuted:
		_, back := f.deployments().write(ctx, id, *before)
		return "", errors.Join(err, back)
	}
	return "", err
}
