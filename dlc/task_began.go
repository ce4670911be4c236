package dlc

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"iter"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// A likeness is how a task compares with the one that a start without a response may have created.
type likeness int

const (
	another likeness = iota
	similar          // the service does not show enough of it
	same
)

// taskPage is the size of the largest page of tasks.
const taskPage = 100

// anyZone is more than the times of two zones differ. The times in requests have none, and no document says which is
// meant.
const anyZone = 26 * time.Hour

var beijing = time.FixedZone("UTC+8", int((8 * time.Hour).Seconds()))

// periodSince is the period of a list that has everything that a start may have created, as the service reads it in any
// zone. An empty end is now.
func (c *Client) periodSince(prepared time.Time) (start, end string) {
	if now, _ := c.api.Now(); now.Sub(prepared) > 2*anyZone {
		end = prepared.Add(2 * anyZone).In(beijing).Format(time.DateTime)
	}
	return prepared.Add(-anyZone).In(beijing).Format(time.DateTime), end
}

// tasksSince are the tasks of an engine, or of all, that were created since a change was prepared. compare says which
// may be of the change.
func (c *Client) tasksSince(
	ctx context.Context, prepared time.Time, engine string, compare func(*TaskResponseInfo) likeness,
) wait.Creations[TaskResponseInfo] {
	start, end := c.periodSince(prepared)
	return newTasksOf(c.AllTasks(ctx, DescribeTasksRequest{
		Limit: taskPage, SortBy: "create-time", Sorting: SortingDescending, StartTime: start, EndTime: end, DataEngineName: engine,
	}), compare)
}

func newTasksOf(items iter.Seq2[TaskResponseInfo, error], compare func(*TaskResponseInfo) likeness) wait.Creations[TaskResponseInfo] {
	return wait.Creations[TaskResponseInfo]{
		Items:     items,
		PageSize:  taskPage,
		ID:        func(t *TaskResponseInfo) string { return t.ID },
		CreatedAt: func(t *TaskResponseInfo) time.Time { return t.CreateTime.Time() },
		Matches:   func(t *TaskResponseInfo) bool { return t.ID != "" && compare(t) != another },
	}
}

// newTask returns the ID of the one task that a start has created.
func newTask(
	tasks wait.Creations[TaskResponseInfo], prepared time.Time, compare func(*TaskResponseInfo) likeness,
) (string, cloud.StartStatus, error) {
	t, status, err := tasks.Since(prepared)
	if t == nil {
		return "", status, err
	}
	if compare(t) != same {
		return "", cloud.Uncertain, nil
	}
	return t.ID, cloud.Begun, nil
}

// taskBegan looks for the one task that a start has created.
func (c *Client) taskBegan(
	ctx context.Context, s *taskChange, prepared time.Time, engine string, compare func(*TaskResponseInfo) likeness,
) (cloud.StartStatus, error) {
	id, status, err := newTask(c.tasksSince(ctx, prepared, engine, compare), prepared, compare)
	if status == cloud.Begun {
		s.IDs = []string{id}
	}
	return status, err
}

// unlike reports whether the service shows another name than the requested one. Either may be left out.
func unlike(asked, shown string) bool {
	return asked != "" && shown != "" && !strings.EqualFold(asked, shown)
}

// plainSQL returns SQL, which may be in base64, without what surrounds it.
func plainSQL(sql string) string {
	if text, err := base64.StdEncoding.DecodeString(sql); err == nil && utf8.Valid(text) {
		sql = string(text)
	}
	return strings.Trim(sql, "; \t\r\n")
}

// sqlTaskBegan looks for a task with the SQL.
func (c *Client) sqlTaskBegan(ctx context.Context, s *taskChange, r *CreateTaskRequest, prepared time.Time) (cloud.StartStatus, error) {
	var asked SQLTask
	switch {
	case r.Task.SQLTask != nil:
		asked = *r.Task.SQLTask
	case r.Task.SparkSQLTask != nil:
		asked = *r.Task.SparkSQLTask
	}
	var database string
	if r.DatabaseName != nil {
		database = *r.DatabaseName
	}
	sql := plainSQL(asked.SQL)
	return c.taskBegan(ctx, s, prepared, r.DataEngineName, func(t *TaskResponseInfo) likeness {
		switch {
		case t.SparkJobName != "" || unlike(database, t.DatabaseName) || unlike(r.ResourceGroupName, t.ResourceGroupName):
			return another
		case t.SQL == "":
			return similar
		case plainSQL(t.SQL) == sql:
			return same
		}
		return another
	})
}

// sqlTasksBegan looks for one task for each statement of the SQL. Parameters may change the SQL that tasks show.
func (c *Client) sqlTasksBegan(ctx context.Context, s *taskChange, r *CreateTasksRequest, prepared time.Time) (cloud.StartStatus, error) {
	sql := plainSQL(r.Tasks.SQL)
	found, err := c.tasksSince(ctx, prepared, r.DataEngineName, func(t *TaskResponseInfo) likeness {
		switch {
		case t.SparkJobName != "" || unlike(r.DatabaseName, t.DatabaseName) || unlike(r.ResourceGroupName, t.ResourceGroupName):
			return another
		case len(r.Tasks.Params) > 0 || strings.Contains(sql, plainSQL(t.SQL)):
			return similar
		}
		return another
	}).All(prepared)
	switch {
	case err != nil:
		return cloud.Uncertain, err
	case len(found) == 0:
		return cloud.NotBegun, nil
	}
	ids := inOrder(sql, found)
	if ids == nil {
		return cloud.Uncertain, nil
	}
	s.IDs = ids
	return cloud.Begun, nil
}

// inOrder returns the IDs of tasks in the order of their statements in the SQL. It is nil unless the tasks are all of its
// statements and nothing else.
func inOrder(sql string, tasks []TaskResponseInfo) (ids []string) {
	sort.SliceStable(tasks, func(i, j int) bool { // equal statements run in the order of their creation
		a, b := &tasks[i], &tasks[j]
		order := cmp.Or(len(plainSQL(b.SQL))-len(plainSQL(a.SQL)), a.CreateTime.Time().Compare(b.CreateTime.Time()))
		return order < 0
	})
	for sql != "" {
		i := slices.IndexFunc(tasks, func(t TaskResponseInfo) bool { return beginsWith(sql, plainSQL(t.SQL)) })
		if i < 0 {
			return nil
		}
		sql = strings.TrimLeft(strings.TrimPrefix(sql, plainSQL(tasks[i].SQL)), "; \t\r\n")
		ids = append(ids, tasks[i].ID)
		tasks = slices.Delete(tasks, i, i+1)
	}
	if len(tasks) > 0 {
		return nil
	}
	return ids
}

// beginsWith reports whether SQL begins with a statement.
func beginsWith(sql, statement string) bool {
	rest, ok := strings.CutPrefix(sql, statement)
	rest = strings.TrimLeft(rest, " \t\r\n")
	return ok && statement != "" && (rest == "" || rest[0] == ';')
}

// sparkSubmitTaskBegan looks for a task with the name.
func (c *Client) sparkSubmitTaskBegan(
	ctx context.Context, s *taskChange, r *CreateSparkSubmitTaskRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	return c.taskBegan(ctx, s, prepared, r.DataEngineName, func(t *TaskResponseInfo) likeness {
		switch {
		case unlike(r.TaskName, t.SparkJobName) || unlike(r.ResourceGroupName, t.ResourceGroupName):
			return another
		case t.SparkJobName != "":
			return same
		case t.SQL == "" || r.PackagePath == "": // it may show its SQL, or no name
			return similar
		}
		return another
	})
}

func (c *Client) importTaskBegan(
	ctx context.Context, s *taskChange, r *CreateImportTaskRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	return c.taskBegan(ctx, s, prepared, "", transfer(r.InputType, r.InputConf))
}

func (c *Client) exportTaskBegan(
	ctx context.Context, s *taskChange, r *CreateExportTaskRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	return c.taskBegan(ctx, s, prepared, "", transfer(r.InputType, r.InputConf))
}

// transfer compares tasks with an import or export. They show what they read, and not what they write.
func transfer(inputType string, conf []KVPair) func(*TaskResponseInfo) likeness {
	return func(t *TaskResponseInfo) likeness {
		if !strings.EqualFold(t.InputType, inputType) {
			return another
		}
		var shown []KVPair
		if json.Unmarshal([]byte(t.InputConf), &shown) != nil {
			return similar
		}
		for _, pair := range conf {
			if !slices.Contains(shown, pair) {
				return another
			}
		}
		return same
	}
}

// tableCopyBegan looks for a task that names the table to copy to.
func (c *Client) tableCopyBegan(ctx context.Context, s *taskChange, r *CopyDLCTableRequest, prepared time.Time) (cloud.StartStatus, error) {
	return c.taskBegan(ctx, s, prepared, r.DataEngineName, func(t *TaskResponseInfo) likeness {
		switch {
		case t.SparkJobName != "" || t.InputType != "" || unlike(r.ResourceGroupName, t.ResourceGroupName):
			return another
		case names(t.SQL, r.DestinationTableName) &&
			(names(t.SQL, r.DestinationDatabaseName) || t.DatabaseName == r.DestinationDatabaseName):
			return same
		case t.SQL == "":
			return similar
		}
		return another
	})
}

// names reports whether SQL has a name in it.
func names(sql, name string) bool {
	words := strings.FieldsFunc(plainSQL(sql), func(r rune) bool {
		return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return slices.ContainsFunc(words, func(word string) bool { return strings.EqualFold(word, name) })
}

// databaseCreationBegan looks for the tasks that create a database.
func (c *Client) databaseCreationBegan(
	ctx context.Context, s *taskChange, _ *CreateMetaDatabaseRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	status, err := c.databaseTasksBegan(ctx, s, "create", prepared)
	s.Since = prepared.Unix()
	return status, err
}

// databaseDeletionBegan looks for the tasks that drop a database.
func (c *Client) databaseDeletionBegan(
	ctx context.Context, s *taskChange, _ *DeleteMetaDatabaseRequest, prepared time.Time,
) (cloud.StartStatus, error) {
	return c.databaseTasksBegan(ctx, s, "drop", prepared)
}

// databaseTasksBegan looks for the tasks with a verb about the database. Those of another caller do what was asked for.
func (c *Client) databaseTasksBegan(ctx context.Context, s *taskChange, verb string, prepared time.Time) (cloud.StartStatus, error) {
	unclear := false
	found, err := c.tasksSince(ctx, prepared, "", func(t *TaskResponseInfo) likeness {
		words := strings.Fields(strings.ToLower(plainSQL(t.SQL)))
		switch {
		case t.SparkJobName != "" || t.InputType != "":
			return another
		case len(words) == 0 && !unlike(s.About, t.DatabaseName):
			unclear = true
		case len(words) > 1 && words[0] == verb && (words[1] == "database" || words[1] == "schema") && names(t.SQL, s.About):
			return same
		}
		return another
	}).All(prepared)
	switch {
	case err != nil || unclear:
		return cloud.Uncertain, err
	case len(found) == 0:
		return cloud.NotBegun, nil
	}
	s.IDs = nil
	sort.SliceStable(found, func(i, j int) bool { return found[i].CreateTime.Time().Before(found[j].CreateTime.Time()) })
	for _, t := range found {
		s.IDs = append(s.IDs, t.ID)
	}
	return cloud.Begun, nil
}

// taskCancellationBegan reads the tasks to cancel. While one of them goes on, nothing shows that it is being canceled.
func (c *Client) taskCancellationBegan(
	ctx context.Context, s *taskChange, _ *CancelTaskRequest, _ time.Time,
) (cloud.StartStatus, error) {
	return c.tasksEnded(ctx, s)
}

func (c *Client) tasksCancellationBegan(
	ctx context.Context, s *taskChange, _ *CancelTasksRequest, _ time.Time,
) (cloud.StartStatus, error) {
	return c.tasksEnded(ctx, s)
}

func (c *Client) tasksEnded(ctx context.Context, s *taskChange) (cloud.StartStatus, error) {
	task, err := c.readCanceledTasks(ctx, s)
	if err != nil {
		return cloud.Uncertain, err
	}
	return ended(judgeTask(task)), nil
}

// ended is whether the cancellation of work has begun, by the verdict on the work: when that has ended, there is
// nothing to send any more.
func ended(v cloud.Verdict) cloud.StartStatus {
	if v.Outcome == cloud.Pending {
		return cloud.NotBegun
	}
	return cloud.Begun
}

// cancelTasks cancels the tasks that have not ended. It begins with the last, so that none runs because one before it
// has ended.
func (c *Client) cancelTasks(ctx context.Context, s *taskChange) error {
	tasks, err := c.listTasks(ctx, s.IDs)
	if err != nil {
		return err
	}
	running := slices.DeleteFunc(slices.Clone(s.IDs), func(id string) bool {
		return slices.ContainsFunc(tasks, func(t TaskResponseInfo) bool {
			return t.ID == id && taskSucceeded.Outcome(t.State) != cloud.Pending
		})
	})
	if len(running) == 0 {
		return hasEnded("the work")
	}
	for _, id := range slices.Backward(running) {
		if _, err := c.CancelTask(ctx, CancelTaskRequest{TaskID: id}); err != nil {
			return err
		}
	}
	return nil
}

// hasEnded is the error of canceling work that has ended.
func hasEnded(what string) error {
	return &cloud.Error{Kind: cloud.ErrConflict, Message: what + " has ended"}
}
