package dlc

import (
	"context"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// How much a diagnosis reads: the largest page of events and of the lines of a task, and the default number of lines of
// a session.
const (
	eventPage    = 100
	taskLines    = 1000
	sessionLines = 200
)

// engineSource adds the events of an engine, or those of one of its resource groups. The service has no word for the
// change that an event belongs to.
func (c *Client) engineSource(engine, groupID string) wait.Source {
	return func(ctx context.Context, d *cloud.Diagnosis) error {
		out, err := c.DescribeDataEngineEvents(ctx, DescribeDataEngineEventsRequest{
			DataEngineName: engine, SessionID: groupID, Limit: eventPage,
		})
		if err != nil {
			return err
		}
		var events []cloud.Event
		for _, e := range out.Events {
			events = append(events, engineEvents(e)...)
		}
		sort.SliceStable(events, func(i, j int) bool { return events[i].Message < events[j].Message }) // by time
		d.Events = append(d.Events, events...)
		d.Source = "engine " + engine
		return nil
	}
}

// engineEvents returns the events of one entry, whose lists belong together.
func engineEvents(e HouseEventsInfo) []cloud.Event {
	events := make([]cloud.Event, max(len(e.Time), len(e.EventsAction), len(e.ClusterInfo)))
	for i := range events {
		events[i] = localEvent(memberAt(e.Time, i), memberAt(e.EventsAction, i), memberAt(e.ClusterInfo, i))
	}
	return events
}

// memberAt returns a member of a list, or nothing if the list is shorter.
func memberAt[S ~string](list []S, i int) S {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// localEvent is an event whose time the service shows without a zone.
func localEvent(when cloud.TimeString, name, message string) cloud.Event {
	return cloud.Event{Name: name, Message: strings.TrimSpace(string(when) + " " + message)}
}

// diagnoseEngine fetches the events of an engine.
func (c *Client) diagnoseEngine(ctx context.Context, name string) (*cloud.Diagnosis, error) {
	return wait.Diagnose(ctx, c.engineSource(name, ""))
}

// diagnoseGroup fetches the events of a resource group. last is the last response that was seen, name the group that it
// shows.
func (c *Client) diagnoseGroup(
	ctx context.Context, name string, last *StandardEngineResourceGroupInfo,
) (*cloud.Diagnosis, error) {
	if last == nil {
		group, err := c.findGroup(ctx, name)
		if err != nil {
			return nil, err
		}
		last = group
	}
	if last.DataEngineName == "" || last.EngineResourceGroupID == "" {
		return nil, wait.NothingToDiagnose(service, "the service does not show the engine and the ID of the resource group")
	}
	return wait.Diagnose(ctx, c.engineSource(last.DataEngineName, last.EngineResourceGroupID))
}

// groupDiagnosis is the diagnosis of a wait for resource groups; name returns the one to read if there was no response.
func (c *Client) groupDiagnosis(
	name func() string,
) func(context.Context, *StandardEngineResourceGroupInfo) (*cloud.Diagnosis, error) {
	return func(ctx context.Context, last *StandardEngineResourceGroupInfo) (*cloud.Diagnosis, error) {
		return c.diagnoseGroup(ctx, name(), last)
	}
}

// first returns the name of the first group.
func (s *groupChange) first() string { return s.Groups[0].Name }

// diagnoseTask fetches the end of the log of a task. read reads the task if last is nil.
func (c *Client) diagnoseTask(
	ctx context.Context, last *TaskResponseInfo, read func(context.Context) (*TaskResponseInfo, error),
) (*cloud.Diagnosis, error) {
	if last == nil {
		task, err := read(ctx)
		if err != nil {
			return nil, err
		}
		last = task
	}
	return wait.Diagnose(ctx, c.taskSource(last.ID, last.CreateTime))
}

// logsBefore is how much earlier than its task a log may begin, and logsAtFirst how far back the log of a task is read
// whose time of creation is not known.
const (
	logsBefore  = time.Hour
	logsAtFirst = 7 * 24 * time.Hour
)

// taskSource adds the latest lines of the log of a task.
func (c *Client) taskSource(id string, created cloud.TimeString) wait.Source {
	return func(ctx context.Context, d *cloud.Diagnosis) error {
		now := time.Now().Add(c.api.Skew())
		start := now.Add(-logsAtFirst)
		if t := created.Time(); !t.IsZero() {
			start = t.Add(-logsBefore)
		}
		out, err := c.DescribeTaskLog(ctx, DescribeTaskLogRequest{
			TaskID: id, StartTime: start.UnixMilli(), EndTime: now.UnixMilli(), Limit: taskLines,
		})
		if err != nil {
			return err
		}
		d.Source = "task " + id
		lines := slices.Clone(out.Results)
		slices.Reverse(lines)
		sort.SliceStable(lines, func(i, j int) bool { return lines[i].Time < lines[j].Time })
		for _, line := range lines {
			d.Log += strings.TrimRight(line.LogJSON, "\r\n") + "\n"
		}
		if n := len(lines); n > 0 && lines[n-1].TopicID != "" {
			d.Source += ", log topic " + strings.TrimSpace(lines[n-1].TopicName+" "+lines[n-1].TopicID)
		}
		return nil
	}
}

// diagnoseSparkAppJob fetches the end of the log of the latest run of a Spark job.
func (c *Client) diagnoseSparkAppJob(
	ctx context.Context, r DescribeSparkAppJobRequest, last *DescribeSparkAppJobResponse,
) (*cloud.Diagnosis, error) {
	if last == nil {
		out, err := c.sparkAppJob(ctx, r)
		if err != nil {
			return nil, err
		}
		last = out
	}
	if last.Job.CurrentTaskID == "" {
		return nil, wait.NothingToDiagnose(service, "the service shows no run of the job")
	}
	return wait.Diagnose(ctx, c.taskSource(last.Job.CurrentTaskID, ""))
}

// diagnoseBatch fetches the steps that a batch of Spark SQL has logged.
func (c *Client) diagnoseBatch(ctx context.Context, s *batchChange) (*cloud.Diagnosis, error) {
	return wait.Diagnose(ctx, func(ctx context.Context, d *cloud.Diagnosis) error {
		out, err := c.DescribeSparkSessionBatchSQLLog(ctx, DescribeSparkSessionBatchSQLLogRequest{
			BatchID: s.id(), CustomKey: s.CustomKey,
		})
		if err != nil {
			return err
		}
		for _, step := range out.LogSet {
			d.Events = append(d.Events, localEvent(step.Time, step.Step, step.Message))
		}
		sort.SliceStable(d.Events, func(i, j int) bool { return d.Events[i].Message < d.Events[j].Message }) // by time
		d.Source = "batch " + s.id()
		return nil
	})
}

// sessionSource adds the latest lines of the log of a notebook session.
func (c *Client) sessionSource(id string) wait.Source {
	return func(ctx context.Context, d *cloud.Diagnosis) error {
		out, err := c.DescribeNotebookSessionLog(ctx, DescribeNotebookSessionLogRequest{SessionID: id, Limit: sessionLines})
		if err != nil {
			return err
		}
		d.Log += strings.Join(out.Logs, "\n")
		d.Source = "notebook session " + id
		return nil
	}
}

// diagnoseStatement fetches the error of a statement, with its stack trace as the end of the log of its session.
func (c *Client) diagnoseStatement(ctx context.Context, s *notebookStatementChange) (*cloud.Diagnosis, error) {
	return wait.Diagnose(ctx, c.sessionSource(s.SessionID), func(ctx context.Context, d *cloud.Diagnosis) error {
		out, err := c.notebookStatement(ctx, s)
		if err != nil {
			return err
		}
		addStatement(d, out.NotebookSessionStatement)
		return nil
	})
}

// diagnoseNotebookBatch fetches the errors of the statements of a batch, with their stack traces as the end of the log
// of their session. last is the last response that was seen.
func (c *Client) diagnoseNotebookBatch(
	ctx context.Context, s *notebookBatchChange, last *DescribeNotebookSessionStatementsResponse,
) (*cloud.Diagnosis, error) {
	return wait.Diagnose(ctx, c.sessionSource(s.SessionID), func(ctx context.Context, d *cloud.Diagnosis) error {
		if last == nil {
			out, err := c.notebookBatch(ctx, s)
			if err != nil {
				return err
			}
			last = out
		}
		for i := range last.NotebookSessionStatements.NotebookSessionStatementBatch {
			addStatement(d, &last.NotebookSessionStatements.NotebookSessionStatementBatch[i])
		}
		return nil
	})
}

// addStatement adds the error of a statement, if it has one.
func addStatement(d *cloud.Diagnosis, statement *NotebookSessionStatementInfo) {
	out := statement.OutPut
	if out == nil {
		return
	}
	if out.ErrorName != "" || out.ErrorValue != "" {
		d.Events = append(d.Events, cloud.Event{
			Time: timeOfMillis(statement.Completed), Name: out.ErrorName, Message: out.ErrorValue,
		})
	}
	d.Log = strings.Trim(d.Log+"\n"+strings.Join(out.ErrorMessage, "\n"), "\n")
}

// timeOfMillis returns a time that is given in milliseconds since 1970; 0 is the zero time.
func timeOfMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
