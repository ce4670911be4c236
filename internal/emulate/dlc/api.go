package dlc

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/example"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

const (
	apiVersion = "2021-01-25"
	// tcSkew is how far the time of a signature may differ from the service's clock.
	tcSkew = 5 * time.Minute
)

// changes are the actions that start a change.
var changes = slices.Concat(
	engineChanges, groupChanges, taskChanges, sessionChanges, inferenceChanges, taskWorkChanges, rayChanges,
	notebookChanges, []string{"CreateResultDownload", "CreateDatasourceConnection", "LockMetaData", "DeleteNativeSparkSession"},
)

// Service is Data Lake Compute.
type Service struct {
	world    *world.World
	keys     *front.Keys
	handlers front.Handlers
	tiers    map[string]front.Tier
	engines  *world.Table[dlc.DataEngineInfo] // by ID
	images   []imageVersion
	groups   *world.Table[dlc.StandardEngineResourceGroupInfo] // by name

	groupConfigs *world.Table[dlc.StandardEngineResourceGroupConfigInfo] // by ID of the group

	ending      map[string]time.Time                          // when what is being canceled or deleted ends, by its key
	datasources *world.Table[dlc.DatasourceConnectionInfo]    // by ID
	connections *world.Table[dlc.NetworkConnection]           // by name
	networks    *world.Table[dlc.EngineNetworkInfo]           // by ID
	locks       *world.Table[dlc.LockState]                   // by ID
	inference   *world.Table[dlc.GetInferenceServiceResponse] // by ID

	scripts *world.Table[dlc.Script] // by ID

	resourceConfigs *world.Table[dlc.ResourceConfig]     // by ID
	clusterGroups   *world.Table[dlc.ClusterGroup]       // by ID
	models          *world.Table[dlc.InferenceModelInfo] // by UID
	modelVersions   *world.Table[dlc.ModelVersionInfo]   // by UID of the model and version

	partitions *world.Table[partitionState]       // by code
	masks      *world.Table[dlc.DataMaskStrategy] // by ID

	userConfigs *world.Table[dlc.DataEngineConfigInstanceInfo] // by ID of the engine
	policies    *world.Table[dlc.SmartPolicy]                  // by catalog, database and table

	queries
	runs
	storage storage
	access  access
	catalog catalog

	events world.History[engineEvent] // by engine name and group ID
}

// queries are tasks, Spark jobs, batches of SQL and downloads of results.
type queries struct {
	tasks       *world.Table[dlc.TaskResponseInfo]               // by ID, including those of Spark jobs
	jobs        *world.Table[dlc.SparkJobInfo]                   // by name
	batches     *world.Table[sqlBatch]                           // by ID
	batchKeys   map[string]string                                // their IDs, by custom key
	downloads   *world.Table[dlc.DescribeResultDownloadResponse] // by ID
	downloadIDs map[string]string                                // by task and format
	taskLogs    world.History[string]                            // by ID of the task
	batchLogs   world.History[dlc.SparkSessionBatchLog]          // by ID of the batch
}

func newQueries() queries {
	return queries{
		tasks:       world.NewTable[dlc.TaskResponseInfo](),
		jobs:        world.NewTableBy(func(v *dlc.SparkJobInfo) string { return v.JobID }),
		batches:     world.NewTable[sqlBatch](),
		batchKeys:   map[string]string{},
		downloads:   world.NewTable[dlc.DescribeResultDownloadResponse](),
		downloadIDs: map[string]string{},
		taskLogs:    world.NewHistory[string](),
		batchLogs:   world.NewHistory[dlc.SparkSessionBatchLog](),
	}
}

// runs are interactive sessions, and Ray clusters, labs and jobs.
type runs struct {
	sessions         *world.Table[dlc.NotebookSessionInfo]          // by ID
	statements       *world.Table[dlc.NotebookSessionStatementInfo] // by session and ID
	statementBatches map[string][]string                            // the keys of their statements, by session and ID of the batch
	nativeSessions   *world.Table[dlc.SparkSessionInfo]             // by EngineSessionName
	sessionLogs      world.History[string]                          // by session and statement
	rayClusters      *world.Table[rayState]                         // by ID
	labs             *world.Table[rayState]                         // by ID
	jobSpecs         *world.Table[dlc.GetJobSpecResponse]           // by ID
	rayJobs          *world.Table[dlc.GetRayJobResponse]            // by ID
	rayEvents        world.History[dlc.EventItem]                   // by ID of the cluster, the lab or the job
}

func newRuns() runs {
	return runs{
		sessions:         world.NewTable[dlc.NotebookSessionInfo](),
		statements:       world.NewTableBy(func(v *dlc.NotebookSessionStatementInfo) string { return v.TaskID }),
		statementBatches: map[string][]string{},
		nativeSessions:   world.NewTable[dlc.SparkSessionInfo](),
		sessionLogs:      world.NewHistory[string](),
		rayClusters:      world.NewTableBy(nameOfRay),
		labs:             world.NewTableBy(nameOfRay),
		jobSpecs:         world.NewTableBy(func(v *dlc.GetJobSpecResponse) string { return v.Name }),
		rayJobs:          world.NewTableBy(func(v *dlc.GetRayJobResponse) string { return v.SpecID }),
		rayEvents:        world.NewHistory[dlc.EventItem](),
	}
}

// New returns the service without any resources.
func New(w *world.World, k *front.Keys) *Service {
	s := &Service{
		world:           w,
		keys:            k,
		engines:         world.NewTableBy(func(v *dlc.DataEngineInfo) string { return v.DataEngineName }),
		groups:          world.NewTableBy(func(v *dlc.StandardEngineResourceGroupInfo) string { return v.EngineResourceGroupID }),
		groupConfigs:    world.NewTable[dlc.StandardEngineResourceGroupConfigInfo](),
		ending:          map[string]time.Time{},
		datasources:     world.NewTableBy(func(v *dlc.DatasourceConnectionInfo) string { return v.DatasourceConnectionName }),
		connections:     world.NewTable[dlc.NetworkConnection](),
		networks:        world.NewTable[dlc.EngineNetworkInfo](),
		locks:           world.NewTable[dlc.LockState](),
		inference:       world.NewTableBy(func(v *dlc.GetInferenceServiceResponse) string { return v.ModelUID }),
		events:          world.NewHistory[engineEvent](),
		scripts:         world.NewTableBy(func(v *dlc.Script) string { return v.ScriptName }),
		resourceConfigs: world.NewTableBy(func(v *dlc.ResourceConfig) string { return v.Name }),
		clusterGroups:   world.NewTableBy(nameOfGroup),
		models:          world.NewTableBy(func(v *dlc.InferenceModelInfo) string { return v.ModelID }),
		modelVersions:   world.NewTableBy(func(v *dlc.ModelVersionInfo) string { return v.VersionID }),
		partitions:      world.NewTable[partitionState](),
		masks:           world.NewTableBy(func(v *dlc.DataMaskStrategy) string { return v.StrategyName }),
		userConfigs:     world.NewTable[dlc.DataEngineConfigInstanceInfo](),
		policies:        world.NewTable[dlc.SmartPolicy](),
		storage:         newStorage(),
		access:          newAccess(),
		catalog:         newCatalog(),
		queries:         newQueries(),
		runs:            newRuns(),
	}
	w.Declare("dlc", changes...)
	s.handlers = front.Join(
		s.engineOperations(), s.imageOperations(), s.groupOperations(), s.taskOperations(), s.sessionOperations(), s.downloadOperations(),
		s.diagnosisOperations(), s.rayEventOperations(),
		s.connectionOperations(), s.lockOperations(), s.inferenceOperations(), s.nativeSessionOperations(),
		s.listOperations(), s.taskWorkOperations(), s.rayOperations(), s.rayJobOperations(), s.notebookOperations(),
		s.userOperations(), s.workGroupOperations(), s.policyOperations(), s.userRoleOperations(), s.databaseOperations(),
		s.tableOperations(), s.metadataTableOperations(), s.tablePartitionOperations(),
		s.taskReadOperations(), s.scriptOperations(), s.sparkAppOperations(),
		s.jobSpecOperations(), s.resourceConfigOperations(), s.clusterGroupOperations(), s.modelOperations(), s.rayReadOperations(),
		s.partitionOperations(), s.dataMaskOperations(), s.storageOperations(), s.regionOperations(),
		s.engineConfigOperations(), s.optimizerOperations(), s.networkConnectionOperations(), s.detailOperations(),
	)
	s.tiers = example.Config{Service: "dlc", World: w, API: operations, Time: beijingTime}.Complete(s.handlers)
	return s
}

// Name returns "dlc".
func (s *Service) Name() string { return "dlc" }

func (s *Service) Claims(r *front.Received) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), "TC3-") || r.Header.Get("X-Tc-Version") != "" ||
		r.Header.Get("X-Tc-Action") != "" || r.Parameters().Has("SecretId")
}

// common returns a parameter that all actions have. It is a header, or in older requests one of the parameters.
func (s *Service) common(r *front.Received, name string) string {
	if r.Header.Get("Authorization") == "" && r.Parameters().Has("Signature") {
		return r.Parameters().Get(name)
	}
	return r.Header.Get("X-Tc-" + name)
}

func (s *Service) Route(r *front.Received) {
	r.Strict = true
	r.Operation = s.common(r, "Action")
	r.Handle = s.handlers[r.Operation]
}

func (s *Service) Verify(r *front.Received, now time.Time) error {
	var err error
	r.Check, err = tc3.Verify(&r.Request, s.keys.Secret)
	x := s.checkRequest(r, err, now)
	switch {
	case x == nil:
		return s.readParameters(r)
	case err == nil:
		return x
	}
	return &front.RefusalWithCause{Refusal: x, Cause: err}
}

// checkRequest returns a refusal if a common parameter or the signature is missing or wrong. err is the result
// of the verifier.
func (s *Service) checkRequest(r *front.Received, err error, now time.Time) *front.Refusal {
	for _, name := range []string{"Action", "Version", "Timestamp", "Region"} {
		if s.common(r, name) == "" {
			return &front.Refusal{Code: "MissingParameter", Message: "The common parameter " + name + " is missing."}
		}
	}
	switch {
	case errors.Is(err, sign.ErrMalformed):
		return &front.Refusal{Code: "AuthFailure.InvalidAuthorization", Message: "The signature is incomplete: " + err.Error() + "."}
	case errors.Is(err, sign.ErrUnknownKey):
		return &front.Refusal{Code: "AuthFailure.SecretIdNotFound", Message: "The SecretId does not exist."}
	case err != nil:
		return &front.Refusal{Code: "AuthFailure.SignatureFailure", Message: "The signature does not match the request."}
	case now.Sub(r.Check.SignedAt).Abs() > tcSkew:
		return &front.Refusal{Code: "AuthFailure.SignatureExpire", Message: fmt.Sprintf(
			"The request was signed at %s, but the service's time is %s.",
			r.Check.SignedAt.Format(time.RFC3339), now.UTC().Format(time.RFC3339))}
	case r.Check.Service != "" && r.Check.Service != "dlc":
		return &front.Refusal{
			Code:    "AuthFailure.SignatureFailure",
			Message: "The credential scope must be for dlc, not for " + r.Check.Service + ".",
		}
	case s.keys.Check(r.Check.AccessKeyID, s.common(r, "Token"), now) != nil:
		return &front.Refusal{Code: "AuthFailure.TokenFailure", Message: "The token is wrong or has expired."}
	case s.common(r, "Version") != apiVersion:
		return &front.Refusal{Code: "NoSuchVersion", Message: "The version of the API must be " + apiVersion + "."}
	case !s.knowsRegion(s.common(r, "Region")):
		return refuse("UnsupportedRegion", "The region %q does not exist.", s.common(r, "Region"))
	}
	return nil
}

// readParameters converts the query or form of a request to its JSON body.
func (s *Service) readParameters(r *front.Received) error {
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if r.Method == http.MethodPost && contentType == "application/json" {
		return nil
	}
	op, ok := operations[r.Operation]
	if !ok {
		return nil
	}
	if r.Method != http.MethodGet && contentType != front.FormType {
		return &front.Refusal{
			Code:    "InvalidRequest",
			Message: fmt.Sprintf("A %s request cannot have the content type %q.", r.Method, contentType),
		}
	}
	body, err := json.Marshal(formTree(r.Parameters()).convert(op.Request))
	r.Body = body
	return err
}

func (s *Service) Explain(err error) *front.Refusal {
	if v, ok := errors.AsType[*cloud.ValidationError](err); ok {
		code := "MissingParameter"
		for _, p := range v.Problems {
			if p.Rule != "required" {
				code = "InvalidParameterValue"
			}
		}
		return &front.Refusal{Code: code, Message: front.ValidationMessage(v)}
	}
	if d, ok := errors.AsType[*front.DecodeError](err); ok {
		if d.Unknown {
			return &front.Refusal{Code: "UnknownParameter", Message: "The parameter " + d.Field + " is unknown."}
		}
		return &front.Refusal{Code: "InvalidParameter", Message: "The request cannot be decoded: " + d.Error() + "."}
	}
	switch {
	case errors.Is(err, front.ErrUnknownOperation):
		return &front.Refusal{Code: "InvalidAction", Message: "The action does not exist."}
	case errors.Is(err, front.ErrTooLarge):
		return &front.Refusal{Code: "RequestSizeLimitExceeded", Message: "The request is too large."}
	}
	return &front.Refusal{Code: "InternalError", Message: err.Error()}
}

func (s *Service) Fault(kind front.FaultKind) front.Refusal {
	switch kind {
	case front.Throttle:
		return front.Refusal{Code: "RequestLimitExceeded", Message: "The request rate is too high."}
	case front.Unavailable:
		return front.Refusal{Code: "ServiceUnavailable", Message: "The service is unavailable."}
	case front.ExpiredCredentials:
		return front.Refusal{Code: "AuthFailure.TokenFailure", Message: "The token has expired."}
	case front.Refuse:
		return front.Refusal{Code: "UnauthorizedOperation", Message: "The caller is not authorized to do this."}
	}
	return front.Refusal{Code: "InternalError", Message: "The service failed."}
}

// envelope wraps every response.
type envelope struct {
	Response any `json:"Response"`
}

// refusal is the Response of a refusal.
type refusal struct {
	Error     errorBody `json:"Error"`
	RequestID string    `json:"RequestId"`
}

type errorBody struct {
	Code    string `json:"Code"`
	Message string `json:"Message"`
}

func (s *Service) Success(_ *front.Received, result any) (front.Response, error) {
	resp := front.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}}
	var err error
	resp.Body, err = front.EncodeBy(func(dst []byte) ([]byte, error) {
		dst, err := appendAllMembers(append(dst, `{"Response":`...), reflect.ValueOf(result))
		return append(dst, '}'), err
	})
	return resp, err
}

// Refuse writes a refusal with status 200, as the service does for all of them.
func (s *Service) Refuse(r *front.Received, x *front.Refusal) front.Response {
	resp := front.Response{Status: cmp.Or(x.Status, http.StatusOK), Header: http.Header{"Content-Type": {"application/json"}}}
	if x.RetryAfter > 0 {
		resp.Header.Set("Retry-After", front.RetryAfterSeconds(x.RetryAfter))
	}
	resp.Body, _ = wire.Append(nil, &envelope{&refusal{errorBody{x.Code, x.Message}, r.RequestID}})
	return resp
}

// beijingTime formats a time as this service does where it shows dates: without its zone, UTC+8.
func beijingTime(t time.Time) cloud.TimeString {
	return cloud.TimeString(t.In(time.FixedZone("UTC+8", 8*60*60)).Format(time.DateTime))
}

// Operations returns all operations of the service.
func (s *Service) Operations() front.API { return operations }

// Handlers returns what executes the operations.
func (s *Service) Handlers() front.Handlers { return s.handlers }

// Tier says what executes an operation.
func (s *Service) Tier(operation string) front.Tier { return s.tiers[operation] }
