package dlc

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkTask refuses a task without SQL of either kind. Both may be set, one of them empty: the engine decides which one
// it runs.
func checkTask(p *validate.Problems, r *Task) {
	if !r.SQLTask.hasSQL() && !r.SparkSQLTask.hasSQL() {
		p.Add("SQLTask.SQL", "required, or SparkSQLTask.SQL", nil)
	}
}

func (t *SQLTask) hasSQL() bool {
	return t != nil && t.SQL != ""
}
