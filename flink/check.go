package flink

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// The rules that the service states in prose, where no model has them.

// checkGetDeploymentsByIPRequest wants at least one end of the connection.
func checkGetDeploymentsByIPRequest(p *validate.Problems, r *GetDeploymentsByIPRequest) {
	if r.SrcIP == "" && r.DstIP == "" {
		p.Add("srcIp", "required if dstIp is empty", nil)
	}
}

// checkGetPatrolReportDetailRequest wants to know which report.
func checkGetPatrolReportDetailRequest(p *validate.Problems, r *GetPatrolReportDetailRequest) {
	if r.ReportID == "" && r.Date == "" {
		p.Add("reportId", "required if date is empty", nil)
	}
}

// checkTriggerPatrolRequest wants what the scope speaks of.
func checkTriggerPatrolRequest(p *validate.Problems, r *TriggerPatrolRequest) {
	c := r.ScopeConfig
	switch {
	case r.ScopeType == PatrolScopeTypeDeployments && (c == nil || len(c.DeploymentIDs) == 0):
		p.Add("scopeConfig.deploymentIds", "required with scopeType DEPLOYMENTS", nil)
	case r.ScopeType == PatrolScopeTypeTags && (c == nil || len(c.Tags) == 0):
		p.Add("scopeConfig.tags", "required with scopeType TAGS", nil)
	}
}

// checkCreateSQLFileRequest asks for what only an update may leave out, like the checks of other requests that
// share their body with an update.
func checkCreateSQLFileRequest(p *validate.Problems, r *CreateSQLFileRequest) {
	f := r.SQLFile
	needed(p, "sqlFile", "name", f.Name, "parentId", f.ParentID, "sessionClusterName", f.SessionClusterName, "sqlScript", f.SQLScript)
}

func checkCreateSessionClusterRequest(p *validate.Problems, r *CreateSessionClusterRequest) {
	c, logging := r.SessionCluster, ""
	if c.Logging != nil {
		logging = "given"
	}
	needed(p, "sessionCluster", "name", c.Name, "namespace", c.Namespace, "workspace", c.Workspace, "logging", logging)
}

func checkCreateDeploymentRequest(p *validate.Problems, r *CreateDeploymentRequest) {
	needed(p, "deployment", "name", r.Deployment.Name)
}

func checkCreateDeploymentDraftRequest(p *validate.Problems, r *CreateDeploymentDraftRequest) {
	needed(p, "deploymentDraft", "name", r.DeploymentDraft.Name)
}

func checkCreateFolderRequest(p *validate.Problems, r *CreateFolderRequest) {
	needed(p, "folder", "name", r.Folder.Name)
}

func checkCreateScheduledPlanRequest(p *validate.Problems, r *CreateScheduledPlanRequest) {
	needed(p, "scheduledPlan", "deploymentId", r.ScheduledPlan.DeploymentID)
}

// needed reports the members of a body, in pairs of name and value, that are empty.
func needed(p *validate.Problems, body string, pairs ...string) {
	p.Enter(body)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			p.Missing(pairs[i])
		}
	}
	p.Leave()
}

// checkJobStartParameters wants the deployment. What the id of a job does to a start is not documented; it may do.
func checkJobStartParameters(p *validate.Problems, r *JobStartParameters) {
	if r.DeploymentID == "" && r.JobID == "" {
		p.Missing("deploymentId")
	}
}

// checkStartJobParameters wants the deployment.
func checkStartJobParameters(p *validate.Problems, r *StartJobParameters) {
	if r.DeploymentID == "" {
		p.Missing("deploymentId")
	}
}

// checkDraftDeployParams wants the draft.
func checkDraftDeployParams(p *validate.Problems, r *DraftDeployParams) {
	if r.DeploymentDraftID == "" {
		p.Missing("deploymentDraftId")
	}
}

// checkDraftValidateParams wants the draft.
func checkDraftValidateParams(p *validate.Problems, r *DraftValidateParams) {
	if r.DeploymentDraftID == "" {
		p.Missing("deploymentDraftId")
	}
}

// checkStartSQLExecutionParameters wants the file, which says where and how its script runs.
func checkStartSQLExecutionParameters(p *validate.Problems, r *StartSQLExecutionParameters) {
	if r.SQLFileID == "" {
		p.Missing("sqlFileId")
	}
}

// checkDeploymentRestoreStrategy wants the savepoint that the strategy speaks of.
func checkDeploymentRestoreStrategy(p *validate.Problems, r *DeploymentRestoreStrategy) {
	if r.Kind == RestoreKindFromSavepoint && r.SavepointID == "" {
		p.Add("savepointId", "required with kind FROM_SAVEPOINT", nil)
	}
}

// maxTuningSpan is the longest time that one list of tuning histories covers.
const maxTuningSpan = 30 * 24 * time.Hour

// checkListAutopilotTuningHistoriesRequest keeps the time that is asked for short enough.
func checkListAutopilotTuningHistoriesRequest(p *validate.Problems, r *ListAutopilotTuningHistoriesRequest) {
	if r.StartTime == 0 || r.EndTime == 0 {
		return // the service has its own
	}
	switch span := r.EndTime - r.StartTime; {
	case span < 0:
		p.Add("endTime", "must not be before startTime", r.EndTime)
	case span > maxTuningSpan.Milliseconds():
		p.Add("endTime", "must be at most 30 days after startTime", r.EndTime)
	}
}

// checkAutopilotSilentPeriod knows how each level counts.
func checkAutopilotSilentPeriod(p *validate.Problems, r *AutopilotSilentPeriod) {
	var low, high int64
	switch r.Level {
	case SilentPeriodLevelDay:
		low, high = 0, 24*60-1 // minutes
	case SilentPeriodLevelWeek:
		low, high = 1, 7 // days
	default:
		return
	}
	if r.BeginTime != nil {
		p.Int("beginTime", int64(*r.BeginTime), low, high)
	}
	if r.EndTime != nil {
		p.Int("endTime", int64(*r.EndTime), low, high)
	}
}

// checkAutopilotPolicy keeps tuning from adding what it has just taken away.
func checkAutopilotPolicy(p *validate.Problems, r *AutopilotPolicy) {
	down, up := r.ScaleDownRules, r.ScaleUpRules
	if down == nil || up == nil {
		return
	}
	if d, u := down.MemoryScaleDownRule, up.MemoryScaleUpRule; d != nil && u != nil {
		checkBelow(p, "scaleDownRules.memoryScaleDownRule.memUsageScaleDownThreshold", d.MemUsageScaleDownThreshold, u.MemUsageScaleUpThreshold)
	}
	if d, u := down.SlotBusyScaleDownRule, up.SlotBusyScaleUpRule; d != nil && u != nil {
		checkBelow(p, "scaleDownRules.slotBusyScaleDownRule.slotBusyScaleDownThreshold", d.SlotBusyScaleDownThreshold, u.SlotBusyScaleUpThreshold)
	}
}

func checkBelow(p *validate.Problems, name string, down, up *float64) {
	if down != nil && up != nil && *down >= *up {
		p.Add(name, "must be less than the threshold for adding", *down)
	}
}
