package flink

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// checkTest is a request that breaks the rules in want, or no rule.
type checkTest struct {
	name    string
	request interface{ Validate() error }
	want    []string
}

func runCheckTests(t *testing.T, tests []checkTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.request.Validate()
			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			var invalid *cloud.ValidationError
			require.ErrorAs(t, err, &invalid)
			var got []string
			for _, p := range invalid.Problems {
				got = append(got, p.String())
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestEitherOr(t *testing.T) {
	t.Parallel()
	runCheckTests(t, []checkTest{
		{"deployments that read from an address", GetDeploymentsByIPRequest{SrcIP: "10.0.0.1", SrcPort: "9092"}, nil},
		{"deployments that write to an address", GetDeploymentsByIPRequest{DstIP: "10.0.0.1"}, nil},
		{"deployments by a port alone", GetDeploymentsByIPRequest{SrcPort: "9092"}, []string{"srcIp: required if dstIp is empty"}},
		{"report by id", GetPatrolReportDetailRequest{ReportID: "r"}, nil},
		{"report by day", GetPatrolReportDetailRequest{Date: "yesterday", Timezone: "Asia/Shanghai"}, nil},
		{"no report", GetPatrolReportDetailRequest{Timezone: "UTC"}, []string{"reportId: required if date is empty"}},
	})
}

func TestPatrolScopes(t *testing.T) {
	t.Parallel()
	deployments := &PatrolScopeConfig{DeploymentIDs: []string{"d"}}
	tags := &PatrolScopeConfig{Tags: map[string][]string{"team": {"a", "b"}}}
	runCheckTests(t, []checkTest{
		{"all", TriggerPatrolRequest{ScopeType: PatrolScopeTypeAll}, nil},
		{"deployments", TriggerPatrolRequest{ScopeType: PatrolScopeTypeDeployments, ScopeConfig: deployments}, nil},
		{"tags", TriggerPatrolRequest{ScopeType: PatrolScopeTypeTags, ScopeConfig: tags}, nil},
		{"no scope", TriggerPatrolRequest{}, []string{"scopeType: required"}},
		{"unknown scope", TriggerPatrolRequest{ScopeType: "SOME"}, []string{`scopeType: must be one of ALL, TAGS, DEPLOYMENTS, given "SOME"`}},
		{"deployments by tags", TriggerPatrolRequest{ScopeType: PatrolScopeTypeDeployments, ScopeConfig: tags}, []string{
			"scopeConfig.deploymentIds: required with scopeType DEPLOYMENTS",
		}},
		{"no tags", TriggerPatrolRequest{ScopeType: PatrolScopeTypeTags}, []string{"scopeConfig.tags: required with scopeType TAGS"}},
		{"update of the schedule alone", UpdatePatrolConfigRequest{Cron: "0 2 * * *", Enabled: new(false)}, nil},
	})
}

func TestSQLFileRules(t *testing.T) {
	t.Parallel()
	whole := SQLFile{Name: "daily", ParentID: "p", SessionClusterName: "shared", SQLScript: "SELECT 1;"}
	runCheckTests(t, []checkTest{
		{"whole file", CreateSQLFileRequest{SQLFile: whole}, nil},
		{"nothing", CreateSQLFileRequest{}, []string{
			"sqlFile.name: required", "sqlFile.parentId: required", "sqlFile.sessionClusterName: required", "sqlFile.sqlScript: required",
		}},
		{"an update needs none of that", UpdateSQLFileRequest{SQLFileID: "f", SQLFile: SQLFile{Description: new("")}}, nil},
		{"run of a file", StartSQLExecutionRequest{StartSQLExecutionParameters: StartSQLExecutionParameters{SQLFileID: "f"}}, nil},
		{"run of a script", StartSQLExecutionRequest{StartSQLExecutionParameters: StartSQLExecutionParameters{SQLScript: "SELECT 1;"}}, []string{
			"startSQLExecutionParameters.sqlFileId: required",
		}},
	})
}

// TestStartsAndCreations checks that a start names what it starts, and a creation has what an update may leave out.
func TestStartsAndCreations(t *testing.T) {
	t.Parallel()
	cluster := SessionCluster{Name: "shared", Namespace: "n", Workspace: "w", Logging: &Logging{LoggingProfile: "default"}}
	runCheckTests(t, []checkTest{
		{"start", StartJobWithParamsRequest{JobStartParameters: JobStartParameters{DeploymentID: "d"}}, nil},
		{"start by the id of a job", StartJobWithParamsRequest{JobStartParameters: JobStartParameters{JobID: "j"}}, nil},
		{"start of nothing", StartJobWithParamsRequest{}, []string{"jobStartParameters.deploymentId: required"}},
		{"older start", StartJobRequest{StartJobParameters: StartJobParameters{DeploymentID: "d"}}, nil},
		{"older start of nothing", StartJobRequest{}, []string{"startJobParameters.deploymentId: required"}},
		{"deployment of a draft", DeployDeploymentDraftAsyncRequest{DraftDeployParams: DraftDeployParams{DeploymentDraftID: "d"}}, nil},
		{"deployment of no draft", DeployDeploymentDraftAsyncRequest{}, []string{"draftDeployParams.deploymentDraftId: required"}},
		{"check of a draft", ValidateDeploymentDraftAsyncRequest{DraftValidateParams: DraftValidateParams{DeploymentDraftID: "d"}}, nil},
		{"check of no draft", ValidateDeploymentDraftAsyncRequest{}, []string{"draftValidateParams.deploymentDraftId: required"}},
		{"session cluster", CreateSessionClusterRequest{SessionCluster: cluster}, nil},
		{"no session cluster", CreateSessionClusterRequest{}, []string{
			"sessionCluster.name: required", "sessionCluster.namespace: required", "sessionCluster.workspace: required", "sessionCluster.logging: required",
		}},
		{"an update of a session cluster needs none of that", UpdateSessionClusterRequest{SessionClusterName: "shared"}, nil},
		{"deployment", CreateDeploymentRequest{Deployment: Deployment{Name: "d"}}, nil},
		{"no deployment", CreateDeploymentRequest{}, []string{"deployment.name: required"}},
		{"an update of a deployment", UpdateDeploymentRequest{DeploymentID: "d"}, nil},
		{"draft", CreateDeploymentDraftRequest{DeploymentDraft: DeploymentDraft{Name: "d"}}, nil},
		{"no draft", CreateDeploymentDraftRequest{}, []string{"deploymentDraft.name: required"}},
		{"folder", CreateFolderRequest{Folder: Folder{Name: "f"}}, nil},
		{"no folder", CreateFolderRequest{}, []string{"folder.name: required"}},
		{"plan", CreateScheduledPlanRequest{ScheduledPlan: ScheduledPlan{DeploymentID: "d"}}, nil},
		{"no plan", CreateScheduledPlanRequest{}, []string{"scheduledPlan.deploymentId: required"}},
	})
}

func TestRestoreStrategies(t *testing.T) {
	t.Parallel()
	start := func(s DeploymentRestoreStrategy) StartJobWithParamsRequest {
		return StartJobWithParamsRequest{JobStartParameters: JobStartParameters{DeploymentID: "d", RestoreStrategy: &s}}
	}
	runCheckTests(t, []checkTest{
		{"no strategy", StartJobWithParamsRequest{JobStartParameters: JobStartParameters{DeploymentID: "d"}}, nil},
		{"latest state", start(DeploymentRestoreStrategy{Kind: RestoreKindLatestState, AllowNonRestoredState: new(true)}), nil},
		{"savepoint", start(DeploymentRestoreStrategy{Kind: RestoreKindFromSavepoint, SavepointID: "s"}), nil},
		{"some savepoint", start(DeploymentRestoreStrategy{Kind: RestoreKindFromSavepoint}), []string{
			"jobStartParameters.restoreStrategy.savepointId: required with kind FROM_SAVEPOINT",
		}},
		{"the older start", StartJobRequest{StartJobParameters: StartJobParameters{DeploymentID: "d", RestoreStrategy: &DeploymentRestoreStrategy{Kind: RestoreKindFromSavepoint}}}, []string{
			"startJobParameters.restoreStrategy.savepointId: required with kind FROM_SAVEPOINT",
		}},
	})
}

func TestTuningSpans(t *testing.T) {
	t.Parallel()
	list := func(start, end int64) ListAutopilotTuningHistoriesRequest {
		return ListAutopilotTuningHistoriesRequest{DeploymentID: "d", StartTime: start, EndTime: end}
	}
	const now, day = 1790000000000, 24 * 60 * 60 * 1000
	runCheckTests(t, []checkTest{
		{"the default", list(0, 0), nil},
		{"since", list(now, 0), nil},
		{"until", list(0, now), nil},
		{"30 days", list(now-30*day, now), nil},
		{"30 days and a millisecond", list(now-30*day-1, now), []string{
			"endTime: must be at most 30 days after startTime, given 1790000000000",
		}},
		{"backwards", list(now, now-1), []string{"endTime: must not be before startTime, given 1789999999999"}},
	})
}

func TestAutopilotPolicies(t *testing.T) {
	t.Parallel()
	update := func(p AutopilotPolicy) UpdateAutopilotPolicyRequest {
		return UpdateAutopilotPolicyRequest{DeploymentID: "d", PolicyConfig: &p}
	}
	silent := func(periods ...AutopilotSilentPeriod) UpdateAutopilotPolicyRequest {
		return update(AutopilotPolicy{SilentPeriodConfig: &AutopilotSilentPeriodConfig{SilentPeriods: periods}})
	}
	thresholds := func(down, up float64) UpdateAutopilotPolicyRequest {
		return update(AutopilotPolicy{
			ScaleDownRules: &AutopilotScaleDownRules{
				MemoryScaleDownRule:   &AutopilotMemoryScaleDownRule{MemUsageScaleDownThreshold: &down},
				SlotBusyScaleDownRule: &AutopilotSlotBusyScaleDownRule{SlotBusyScaleDownThreshold: &down},
			},
			ScaleUpRules: &AutopilotScaleUpRules{
				MemoryScaleUpRule:   &AutopilotMemoryScaleUpRule{MemUsageScaleUpThreshold: &up},
				SlotBusyScaleUpRule: &AutopilotSlotBusyScaleUpRule{SlotBusyScaleUpThreshold: &up},
			},
		})
	}
	runCheckTests(t, []checkTest{
		{"switch", UpdateAutopilotPolicyRequest{DeploymentID: "d", Enabled: new(false)}, nil},
		{"empty rules", update(AutopilotPolicy{ScaleDownRules: &AutopilotScaleDownRules{}, ScaleUpRules: &AutopilotScaleUpRules{}}), nil},
		{"apart", thresholds(0.3, 0.8), nil},
		{"the ends", thresholds(0, 1), nil},
		{"together", thresholds(0.5, 0.5), []string{
			"policyConfig.scaleDownRules.memoryScaleDownRule.memUsageScaleDownThreshold: must be less than the threshold for adding, given 0.5",
			"policyConfig.scaleDownRules.slotBusyScaleDownRule.slotBusyScaleDownThreshold: must be less than the threshold for adding, given 0.5",
		}},
		{"percent", update(AutopilotPolicy{ScaleUpRules: &AutopilotScaleUpRules{GCRule: &AutopilotGCRule{GCTimeRatioThreshold: new(20.0)}}}), []string{
			"policyConfig.scaleUpRules.gcRule.gcTimeRatioThreshold: must be 0 to 1, given 20",
		}},
		{"every night", silent(AutopilotSilentPeriod{Level: SilentPeriodLevelDay, BeginTime: new(0), EndTime: new(1439)}), nil},
		{"over the weekend", silent(AutopilotSilentPeriod{Level: SilentPeriodLevelWeek, BeginTime: new(6), EndTime: new(2)}), nil},
		{"an unknown level", silent(AutopilotSilentPeriod{Level: "MONTH", BeginTime: new(31)}), nil},
		{"minutes of two days", silent(AutopilotSilentPeriod{Level: SilentPeriodLevelDay, BeginTime: new(-1), EndTime: new(1440)}), []string{
			"policyConfig.silentPeriodConfig.silentPeriods[0].beginTime: must be 0 to 1439, given -1",
			"policyConfig.silentPeriodConfig.silentPeriods[0].endTime: must be 0 to 1439, given 1440",
		}},
		{"days from zero", silent(AutopilotSilentPeriod{}, AutopilotSilentPeriod{Level: SilentPeriodLevelWeek, BeginTime: new(0), EndTime: new(8)}), []string{
			"policyConfig.silentPeriodConfig.silentPeriods[1].beginTime: must be 1 to 7, given 0",
			"policyConfig.silentPeriodConfig.silentPeriods[1].endTime: must be 1 to 7, given 8",
		}},
	})
}

// TestRequiredAndRanges samples the rules that the model states.
func TestRequiredAndRanges(t *testing.T) {
	t.Parallel()
	runCheckTests(t, []checkTest{
		{"message", ChatAIAgentRequest{UserMessage: strings.Repeat("界", 64000)}, nil},
		{"decisions alone", ChatAIAgentRequest{HitlDecisions: []HitlAnswer{{HitlID: "h", Decision: HitlDecisionApprove}}}, nil},
		{"long message", ChatAIAgentRequest{UserMessage: strings.Repeat("m", 64001)}, []string{
			`userMessage: must have 1 to 64000 characters, given "` + strings.Repeat("m", 60) + `…" (length 64001)`,
		}},
		{"other decision", ChatAIAgentRequest{HitlDecisions: []HitlAnswer{{Decision: "maybe"}}}, []string{
			`hitlDecisions[0].decision: must be one of approve, deny, given "maybe"`,
		}},
		{"stop", StopJobRequest{JobID: "j"}, []string{"stopJobParameters.stopStrategy: required"}},
		{"variable", CreateVariableRequest{Variable: Variable{Name: "db password", Kind: "Vault"}}, []string{
			`variable.name: must consist of [0-9A-Z_a-z-], given "db password"`, "variable.value: required",
		}},
		{"one part of a deployment", UpdateDeploymentByNameRequest{DeploymentName: "d", Deployment: Deployment{Description: new("")}}, nil},
		{"page 0 is the first", ListMembersRequest{}, nil},
		{"page before the first", ListMembersRequest{PageIndex: -1, PageSize: 101}, []string{
			"pageIndex: must be at least 1, given -1", "pageSize: must be 1 to 100, given 101",
		}},
		{"page that is no number", ListEditableNamespaceRequest{PageIndex: "first", PageSize: "10"}, []string{
			`pageIndex: must consist of [0-9], given "first"`,
		}},
		{"page of reports", ListPatrolReportsRequest{Size: 201}, []string{"size: must be 1 to 200, given 201"}},
		{"lineage as the documents write it", GetLineageInfoRequest{GetLineageInfoParams: GetLineageInfoParams{Direction: "Both", IDType: LineageIDTypeJob}}, nil},
	})
}
