package flink

import (
	"encoding/json"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) engineOperations() front.Handlers {
	return front.Handlers{
		"ListEngineVersionMetadata": front.Handle(s.listEngines),
		"FlinkApiProxy":             front.Handle(s.proxy),
	}
}

// engines are the engine versions, the newest first.
var engines = []flink.EngineVersionMetadata{
	{EngineVersion: "vvr-11.1-jdk11-flink-1.20", Status: flink.EngineVersionStatusBeta, Features: allFeatures},
	{EngineVersion: defaultEngine, Status: flink.EngineVersionStatusStable, Features: allFeatures},
	{EngineVersion: "vvr-6.0.7-flink-1.15", Status: flink.EngineVersionStatusDeprecated, Features: allFeatures},
	{EngineVersion: "vvr-4.0.18-flink-1.13", Status: flink.EngineVersionStatusExpired, Features: &flink.EngineVersionSupportedFeatures{
		UseForSQLDeployments: true,
	}},
}

var allFeatures = &flink.EngineVersionSupportedFeatures{SupportNativeSavepoint: true, UseForSQLDeployments: true}

func (s *Service) listEngines(_ *front.Received, _ flink.ListEngineVersionMetadataRequest) (any, error) {
	return &flink.EngineVersionMetadataIndex{DefaultEngineVersion: defaultEngine, EngineVersionMetadata: engines}, nil
}

// proxy passes on a few paths of Flink's REST API, for a running job or session cluster.
func (s *Service) proxy(_ *front.Received, in flink.FlinkAPIProxyRequest) (any, error) {
	jobs, err := s.proxied(in)
	if err != nil {
		return nil, err
	}
	path := strings.TrimSuffix(in.FlinkAPIPath, "/")
	var body any
	switch path {
	case "/overview":
		body = map[string]any{"flink-version": "1.17", "jobs-running": len(jobs), "taskmanagers": len(jobs)}
	case "/jobs/overview":
		body = map[string]any{"jobs": jobs}
	default:
		body = jobPath(jobs, path)
	}
	if body == nil {
		return nil, objectNotFound("path of Flink's REST API", in.FlinkAPIPath)
	}
	data, err := json.Marshal(body)
	return string(data), err
}

// flinkJob is a job as Flink itself shows it.
type flinkJob struct {
	ID        string `json:"jid"`
	Name      string `json:"name"`
	State     string `json:"state"`
	StartTime int64  `json:"start-time"`
}

// proxied returns the jobs of the resource that a request is for.
func (s *Service) proxied(in flink.FlinkAPIProxyRequest) ([]flinkJob, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.ResourceID)
	if in.ResourceType == flink.ProxiedResourceTypeSessionClusters {
		for _, k := range inNamespace(s, s.clusters, in.Workspace, in.Namespace) {
			running := k.Status.CurrentSessionClusterStatus == flink.SessionClusterStateRunning
			if running && (k.Name == in.ResourceID || k.SessionClusterID == in.ResourceID) {
				return []flinkJob{}, nil
			}
		}
		return nil, objectNotFound("running session cluster", in.ResourceID)
	}
	j, err := visible(s, s.jobs, key, "job", in.ResourceID)
	switch {
	case err != nil:
		return nil, err
	case j.Status.CurrentJobStatus != flink.JobStateRunning:
		return nil, stateConflict("job", j.JobID, "is "+string(j.Status.CurrentJobStatus)+", not running")
	}
	started := j.StartTime.Time().UnixMilli()
	return []flinkJob{{ID: flinkID(j.JobID), Name: j.DeploymentName, State: "RUNNING", StartTime: started}}, nil
}

// flinkID is the ID that Flink gives a job: the service's without hyphens.
func flinkID(jobID string) string { return strings.ReplaceAll(jobID, "-", "") }

// jobPath returns the response of a path of one job, or nil if there is none.
func jobPath(jobs []flinkJob, path string) any {
	for _, j := range jobs {
		rest, ok := strings.CutPrefix(path, "/jobs/")
		id, sub, _ := strings.Cut(rest, "/")
		switch {
		case !ok || flinkID(id) != j.ID:
		case sub == "":
			return j
		case sub == "metrics":
			return []map[string]string{{"id": "numRestarts"}, {"id": "uptime"}, {"id": "lastCheckpointDuration"}}
		}
	}
	return nil
}
