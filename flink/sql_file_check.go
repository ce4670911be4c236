package flink

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkCreateSQLFileRequest(p *validate.Problems, r *CreateSQLFileRequest) {
	f := r.SQLFile
	requireInBody(p, "sqlFile", "name", f.Name, "parentId", f.ParentID,
		"sessionClusterName", f.SessionClusterName, "sqlScript", f.SQLScript)
}

// checkStartSQLExecutionParameters requires the file, which says where and how its script runs.
func checkStartSQLExecutionParameters(p *validate.Problems, r *StartSQLExecutionParameters) {
	p.Present("sqlFileId", r.SQLFileID != "")
}
