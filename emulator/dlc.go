package emulator

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
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
)

const (
	dlcVersion = "2021-01-25"
	// tcSkew is how far the time of a signature may differ from the service's clock.
	tcSkew = 5 * time.Minute
)

// dlcChanges are the actions that start a change.
var dlcChanges = slices.Concat(
	dlcEngineChanges, dlcGroupChanges, dlcTaskChanges, dlcSessionChanges, dlcInferenceChanges, dlcTaskWorkChanges, dlcRayChanges,
	dlcNotebookChanges, []string{"CreateResultDownload", "CreateDatasourceConnection", "LockMetaData", "DeleteNativeSparkSession"},
)

type dlcService struct {
	emulator *Emulator
	actions  map[string]dlcAction
	engines  *table[dlc.DataEngineInfo] // by ID
	images   []dlcImage
	groups   *table[dlc.StandardEngineResourceGroupInfo] // by name

	groupConfigs *table[dlc.StandardEngineResourceGroupConfigInfo] // by ID of the group

	tasks *table[dlc.TaskResponseInfo] // by ID, including those of Spark jobs
	jobs  *table[dlc.SparkJobInfo]     // by name

	batches     *table[dlcBatch]                           // by ID
	batchKeys   map[string]string                          // their IDs, by custom key
	ending      map[string]time.Time                       // when what is being canceled or deleted ends, by its key
	sessions    *table[dlc.NotebookSessionInfo]            // by ID
	statements  *table[dlc.NotebookSessionStatementInfo]   // by session and ID
	downloads   *table[dlc.DescribeResultDownloadResponse] // by ID
	downloadIDs map[string]string                          // by task and format
	datasources *table[dlc.DatasourceConnectionInfo]       // by ID
	connections *table[dlc.NetworkConnection]              // by name
	networks    *table[dlc.EngineNetworkInfo]              // by ID
	locks       *table[dlc.LockState]                      // by ID
	inference   *table[dlc.GetInferenceServiceResponse]    // by ID

	nativeSessions *table[dlc.SparkSessionInfo]     // by EngineSessionName
	databases      *table[dlc.DatabaseResponseInfo] // by data source and name

	rayClusters      *table[rayState]    // by ID
	labs             *table[rayState]    // by ID
	statementBatches map[string][]string // the keys of their statements, by session and ID of the batch

	jobSpecs *table[dlc.GetJobSpecResponse] // by ID
	rayJobs  *table[dlc.GetRayJobResponse]  // by ID

	events      history[dlcEvent]                 // by engine name and group ID
	taskLogs    history[string]                   // by ID of the task
	sessionLogs history[string]                   // by session and statement
	batchLogs   history[dlc.SparkSessionBatchLog] // by ID of the batch
	rayEvents   history[dlc.EventItem]            // by ID of the cluster, the lab or the job
}

// dlcAction is one action: its handler, and how to convert a form to its JSON request.
type dlcAction struct {
	handle handler
	form   func(tree *formNode) ([]byte, error)
}

func newDLC(e *Emulator) *dlcService {
	s := &dlcService{
		emulator: e, engines: newTable[dlc.DataEngineInfo](), groups: newTable[dlc.StandardEngineResourceGroupInfo](),
		groupConfigs: newTable[dlc.StandardEngineResourceGroupConfigInfo](),
		tasks:        newTable[dlc.TaskResponseInfo](), jobs: newTable[dlc.SparkJobInfo](), batches: newTable[dlcBatch](),
		batchKeys: map[string]string{}, ending: map[string]time.Time{},
		sessions: newTable[dlc.NotebookSessionInfo](), statements: newTable[dlc.NotebookSessionStatementInfo](),
		downloads: newTable[dlc.DescribeResultDownloadResponse](), downloadIDs: map[string]string{},
		datasources: newTable[dlc.DatasourceConnectionInfo](), connections: newTable[dlc.NetworkConnection](),
		networks: newTable[dlc.EngineNetworkInfo](), locks: newTable[dlc.LockState](),
		inference: newTable[dlc.GetInferenceServiceResponse](), nativeSessions: newTable[dlc.SparkSessionInfo](),
		events: history[dlcEvent]{}, taskLogs: history[string]{}, sessionLogs: history[string]{},
		batchLogs: history[dlc.SparkSessionBatchLog]{}, rayEvents: history[dlc.EventItem]{},
		databases:   newTable[dlc.DatabaseResponseInfo](),
		rayClusters: newTable[rayState](), labs: newTable[rayState](), jobSpecs: newTable[dlc.GetJobSpecResponse](),
		rayJobs: newTable[dlc.GetRayJobResponse](), statementBatches: map[string][]string{},
	}
	s.actions = map[string]dlcAction{}
	for _, actions := range []map[string]dlcAction{
		s.engineActions(), s.imageActions(), s.groupActions(), s.taskActions(), s.sessionActions(), s.downloadActions(),
		s.diagnosisActions(), s.rayEventActions(),
		s.connectionActions(), s.lockActions(), s.inferenceActions(), s.nativeSessionActions(),
		s.listActions(), s.taskWorkActions(), s.rayActions(), s.rayJobActions(), s.notebookActions(),
	} {
		maps.Copy(s.actions, actions)
	}
	return s
}

func action[T interface{ Validate() error }](f func(r *received, in T) (any, error)) dlcAction {
	return dlcAction{operation(f), formBody[T]}
}

func (s *dlcService) name() string { return "dlc" }

func (s *dlcService) claims(r *received) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), "TC3-") || r.Header.Get("X-Tc-Version") != "" ||
		r.Header.Get("X-Tc-Action") != "" || r.parameters().Has("SecretId")
}

// common returns a parameter that all actions have. It is a header, or in older requests one of the parameters.
func (s *dlcService) common(r *received, name string) string {
	if r.Header.Get("Authorization") == "" && r.parameters().Has("Signature") {
		return r.parameters().Get(name)
	}
	return r.Header.Get("X-Tc-" + name)
}

func (s *dlcService) route(r *received) {
	r.strict = true
	r.operation = s.common(r, "Action")
	r.handle = s.actions[r.operation].handle
}

func (s *dlcService) verify(r *received, now time.Time) error {
	var err error
	r.check, err = tc3.Verify(&r.Request, s.emulator.secret)
	x := s.checkRequest(r, err, now)
	switch {
	case x == nil:
		return s.readParameters(r)
	case err == nil:
		return x
	}
	return &refusalWithCause{x, err}
}

// checkRequest returns a refusal if a common parameter or the signature is missing or wrong. err is the result
// of the verifier.
func (s *dlcService) checkRequest(r *received, err error, now time.Time) *refusal {
	for _, name := range []string{"Action", "Version", "Timestamp", "Region"} {
		if s.common(r, name) == "" {
			return &refusal{code: "MissingParameter", message: "The common parameter " + name + " is missing."}
		}
	}
	switch {
	case errors.Is(err, sign.ErrMalformed):
		return &refusal{code: "AuthFailure.InvalidAuthorization", message: "The signature is incomplete: " + err.Error() + "."}
	case errors.Is(err, sign.ErrUnknownKey):
		return &refusal{code: "AuthFailure.SecretIdNotFound", message: "The SecretId does not exist."}
	case err != nil:
		return &refusal{code: "AuthFailure.SignatureFailure", message: "The signature does not match the request."}
	case now.Sub(r.check.SignedAt).Abs() > tcSkew:
		return &refusal{code: "AuthFailure.SignatureExpire", message: fmt.Sprintf(
			"The request was signed at %s, but the service's time is %s.",
			r.check.SignedAt.Format(time.RFC3339), now.UTC().Format(time.RFC3339))}
	case r.check.Service != "" && r.check.Service != "dlc":
		return &refusal{
			code:    "AuthFailure.SignatureFailure",
			message: "The credential scope must be for dlc, not for " + r.check.Service + ".",
		}
	case s.emulator.checkToken(r.check.AccessKeyID, s.common(r, "Token"), now) != nil:
		return &refusal{code: "AuthFailure.TokenFailure", message: "The token is wrong or has expired."}
	case s.common(r, "Version") != dlcVersion:
		return &refusal{code: "NoSuchVersion", message: "The version of the API must be " + dlcVersion + "."}
	}
	return nil
}

// readParameters converts the query or form of a request to its JSON body.
func (s *dlcService) readParameters(r *received) error {
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if r.Method == http.MethodPost && contentType == "application/json" {
		return nil
	}
	a, ok := s.actions[r.operation]
	if !ok {
		return nil
	}
	if r.Method != http.MethodGet && contentType != formType {
		return &refusal{
			code:    "InvalidRequest",
			message: fmt.Sprintf("A %s request cannot have the content type %q.", r.Method, contentType),
		}
	}
	body, err := a.form(formTree(r.parameters()))
	r.Body = body
	return err
}

func (s *dlcService) explain(err error) *refusal {
	if v, ok := errors.AsType[*cloud.ValidationError](err); ok {
		code := "MissingParameter"
		for _, p := range v.Problems {
			if p.Rule != "required" {
				code = "InvalidParameterValue"
			}
		}
		return &refusal{code: code, message: validationMessage(v)}
	}
	if d, ok := errors.AsType[*decodeError](err); ok {
		if d.unknown {
			return &refusal{code: "UnknownParameter", message: "The parameter " + d.field + " is unknown."}
		}
		return &refusal{code: "InvalidParameter", message: "The request cannot be decoded: " + d.Error() + "."}
	}
	switch {
	case errors.Is(err, errUnknownOperation):
		return &refusal{code: "InvalidAction", message: "The action does not exist."}
	case errors.Is(err, errTooLarge):
		return &refusal{code: "RequestSizeLimitExceeded", message: "The request is too large."}
	}
	return &refusal{code: "InternalError", message: err.Error()}
}

func (s *dlcService) fault(kind FaultKind) refusal {
	switch kind {
	case Throttle:
		return refusal{code: "RequestLimitExceeded", message: "The request rate is too high."}
	case Unavailable:
		return refusal{code: "ServiceUnavailable", message: "The service is unavailable."}
	case ExpiredCredentials:
		return refusal{code: "AuthFailure.TokenFailure", message: "The token has expired."}
	case Refuse:
		return refusal{code: "UnauthorizedOperation", message: "The caller is not authorized to do this."}
	}
	return refusal{code: "InternalError", message: "The service failed."}
}

// dlcEnvelope wraps every response.
type dlcEnvelope struct {
	Response any `json:"Response"`
}

// dlcRefusal is the Response of a refusal.
type dlcRefusal struct {
	Error     dlcError `json:"Error"`
	RequestID string   `json:"RequestId"`
}

type dlcError struct {
	Code    string `json:"Code"`
	Message string `json:"Message"`
}

func (s *dlcService) success(_ *received, result any) (response, error) {
	resp := response{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}}
	var err error
	resp.body, err = wire.Append(nil, &dlcEnvelope{allMembers(reflect.ValueOf(result))})
	return resp, err
}

// allMembers returns a value with all its members, because this service also sends the zero values that the
// module's types omit.
func allMembers(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
		return nil
	case v.Kind() == reflect.Pointer:
		return allMembers(v.Elem())
	case v.Kind() == reflect.Struct:
		object := map[string]any{}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			object[name] = allMembers(v.Field(i))
		}
		return object
	case v.Kind() == reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = allMembers(v.Index(i))
		}
		return list
	}
	return v.Interface()
}

// refuse writes a refusal with status 200, as the service does for all of them.
func (s *dlcService) refuse(r *received, x *refusal) response {
	resp := response{status: cmp.Or(x.status, http.StatusOK), header: http.Header{"Content-Type": {"application/json"}}}
	if x.retryAfter > 0 {
		resp.header.Set("Retry-After", retryAfterSeconds(x.retryAfter))
	}
	resp.body, _ = wire.Append(nil, &dlcEnvelope{&dlcRefusal{dlcError{x.code, x.message}, r.requestID}})
	return resp
}

// beijingTime formats a time as this service does where it shows dates: without its zone, UTC+8.
func beijingTime(t time.Time) cloud.TimeString {
	return cloud.TimeString(t.In(time.FixedZone("UTC+8", 8*60*60)).Format(time.DateTime))
}
