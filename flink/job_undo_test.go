package flink

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// TestJobsThatMayHaveBegun finds the job of a start without a response among those of its deployment.
func TestJobsThatMayHaveBegun(t *testing.T) {
	t.Parallel()
	prepared := time.Unix(1_700_000_000, 0)
	job := func(id string, age int64, pairs ...any) object {
		return of(object{"jobId": id, "deploymentId": "d", "createdAt": strconv.FormatInt(prepared.Unix()-age, 10)}, pairs...)
	}
	restore := func(kind string) object { return object{"kind": kind} }
	asked := &Job{
		DeploymentID: "d", RestoreStrategy: &DeploymentRestoreStrategy{Kind: RestoreKindNone}, LocalVariables: []LocalVariable{{Name: "day", Value: new("1")}},
		FlinkConf: map[string]any{"parallelism.default": 4},
	}
	for name, tt := range map[string]struct {
		jobs   []any
		status cloud.StartStatus
		id     string
	}{
		"none":                      {[]any{}, cloud.NotBegun, ""},
		"an older one":              {[]any{job("j", 60)}, cloud.NotBegun, ""},
		"ours":                      {[]any{job("j", -3), job("old", 60)}, cloud.Begun, "j"},
		"ours, with all it shows":   {[]any{job("j", -3, "restoreStrategy", restore("NONE"), "flinkConf", object{"parallelism.default": "4", "x": 1})}, cloud.Begun, "j"},
		"from another state":        {[]any{job("j", -3, "restoreStrategy", restore("LATEST_STATE"))}, cloud.NotBegun, ""},
		"with another variable":     {[]any{job("j", -3, "localVariables", []any{object{"name": "day", "value": "2"}})}, cloud.NotBegun, ""},
		"with another option":       {[]any{job("j", -3, "flinkConf", object{"parallelism.default": 8})}, cloud.NotBegun, ""},
		"of another deployment":     {[]any{job("j", -3, "deploymentId", "e")}, cloud.NotBegun, ""},
		"ours and another":          {[]any{job("j", -3), job("k", -2, "restoreStrategy", restore("LATEST_STATE"))}, cloud.Begun, "j"},
		"two that may be ours":      {[]any{job("j", -3), job("k", -2)}, cloud.Uncertain, ""},
		"without an ID":             {[]any{object{"deploymentId": "d"}}, cloud.NotBegun, ""},
		"null":                      {[]any{nil}, cloud.NotBegun, ""},
		"without the creation time": {[]any{object{"jobId": "j", "deploymentId": "d"}}, cloud.Begun, "j"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clientOf(t, &sequence{t: t, reads: map[string][]shown{"ListJobs": {{0, tt.jobs}}}})
			s := &jobChange{Namespace: "n", Workspace: "w"}
			status, err := c.jobStartBegan(t.Context(), s, ListJobsRequest{}, asked, prepared)
			require.NoError(t, err)
			assert.Equal(t, tt.status, status)
			assert.Equal(t, tt.id, s.JobID)
		})
	}
}

// TestStopsThatMayHaveBegun judges what a job and its savepoints show after a stop whose response was lost.
func TestStopsThatMayHaveBegun(t *testing.T) {
	t.Parallel()
	prepared := time.Unix(1_700_000_000, 0)
	ended := func(state string, after int64) object { return of(job(state), "endTime", prepared.Unix()+after) }
	byStop := func(state string, after int64) object {
		return of(savepoint(state), "savepointOrigin", "STOP_WITH_SAVEPOINT", "jobId", "j", "createdAt", prepared.Unix()+after)
	}
	const with, without = StopStrategyWithSavepoint, StopStrategyWithoutSavepoint
	for name, tt := range map[string]struct {
		strategy  StopStrategy
		job       object
		savepoint any
		want      cloud.StartStatus
	}{
		"runs":                                  {with, job("RUNNING"), nil, cloud.NotBegun},
		"starts":                                {without, job("STARTING"), nil, cloud.NotBegun},
		"runs, while its savepoint is made":     {with, job("RUNNING"), byStop("STARTED", 2), cloud.Begun},
		"runs, with a savepoint from before":    {with, job("RUNNING"), byStop("COMPLETED", -600), cloud.NotBegun},
		"runs on, because its savepoint failed": {with, job("RUNNING"), byStop("FAILED", 2), cloud.Begun},
		"under way":                             {with, job("CANCELLING"), nil, cloud.Begun},
		"stopped":                               {without, ended("CANCELLED", 5), nil, cloud.Begun},
		"stopped with a savepoint":              {with, ended("CANCELLED", 5), byStop("COMPLETED", 2), cloud.Begun},
		"stopped without its savepoint":         {with, ended("CANCELLED", 5), nil, cloud.NotBegun},
		"stopped before":                        {without, ended("CANCELLED", -60), nil, cloud.NotBegun},
		"drained":                               {StopStrategyWithDrain, ended("FINISHED", 5), byStop("COMPLETED", 2), cloud.Begun},
		"finished by itself":                    {StopStrategyWithDrain, ended("FINISHED", 5), nil, cloud.NotBegun},
		"failed":                                {with, ended("FAILED", 5), nil, cloud.Begun},
		"failed before":                         {with, ended("FAILED", -60), nil, cloud.NotBegun},
		"stopped, at an unknown time":           {without, job("CANCELLED"), nil, cloud.Begun},
		"in an unknown state":                   {without, job("SUSPENDED"), nil, cloud.Uncertain},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := []any{}
			if tt.savepoint != nil {
				list = append(list, tt.savepoint)
			}
			c := clientOf(t, &sequence{t: t, reads: map[string][]shown{"GetJob": {{0, tt.job}}, "ListSavepoints": {{0, list}}}})
			r := &StopJobRequest{JobID: "j", Namespace: "n", Workspace: "w", StopJobParameters: StopJobParameters{StopStrategy: tt.strategy}}
			s := new(jobStopChange)
			status, err := c.jobStopBegan(t.Context(), s, r, prepared)
			require.NoError(t, err)
			assert.Equal(t, tt.want, status)
			assert.Equal(t, name == "runs on, because its savepoint failed", s.Abandoned)
			assert.Equal(t, prepared.Unix(), s.Sent)
			assert.NoError(t, s.Check())
		})
	}
	c := clientOf(t, &sequence{t: t, reads: map[string][]shown{"GetJob": {{0, object{"jobId": "j"}}}}})
	_, err := c.jobStopBegan(t.Context(), new(jobStopChange), &StopJobRequest{JobID: "j"}, prepared)
	require.ErrorIs(t, err, cloud.ErrTransport)
	require.ErrorContains(t, err, `it does not show the state of job "j"`)
}
