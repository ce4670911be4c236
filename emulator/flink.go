package emulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

const (
	flinkVersion = "2022-07-18"
	// acsSkew is how far the time of a signature may differ from the service's clock, and how long its nonce
	// is remembered.
	acsSkew = 15 * time.Minute
	// maxNonces is how many nonces are remembered.
	maxNonces = 100_000
)

// flinkChanges are the operations that start a change.
var flinkChanges = []string{
	"HotUpdateJob", "StartJobWithParams", "StartJob", "StopJob", "CreateSavepoint",
	"StartSessionCluster", "StopSessionCluster", "UpdateSessionCluster", "DeleteSessionCluster",
	"DeployDeploymentDraftAsync", "ValidateDeploymentDraftAsync", "GenerateResourcePlanWithFlinkConfAsync",
	"StartSqlExecution", "StopSqlExecution", "TriggerPatrol",
}

// flinkService has its resources by workspace, namespace, and name or ID.
type flinkService struct {
	emulator    *Emulator
	routes      []route
	nonces      *memory[struct{}] // by key and nonce
	deployments *table[flink.Deployment]
	jobs        *table[flink.Job]
	hotUpdates  *table[flink.HotUpdateJobResult]
	hotUpdating map[string]time.Time // the end of each job's hot update
	savepoints  *table[flinkSavepoint]
	clusters    *table[flink.SessionCluster]
	deleting    map[string]time.Time // the end of each session cluster's deletion
	drafts      *table[flink.DeploymentDraft]
	sqlFiles    *table[flink.SQLFile]
	executions  *table[flink.SQLExecution]
	patrols     *table[flink.PatrolReport]
	events      history[flink.Event] // of jobs, their savepoints and hot updates

	// Results by ticket.
	draftDeployments *table[flink.AsyncDraftDeployResult]
	draftValidations *table[flink.AsyncDraftValidateResult]
	resourcePlans    *table[flink.AsyncResourcePlanOperationResult]
}

func newFlink(e *Emulator) *flinkService {
	s := &flinkService{
		emulator: e, nonces: newMemory[struct{}](maxNonces), hotUpdating: map[string]time.Time{}, deleting: map[string]time.Time{},
		events:      history[flink.Event]{},
		deployments: newTable[flink.Deployment](), jobs: newTable[flink.Job](), hotUpdates: newTable[flink.HotUpdateJobResult](),
		savepoints: newTable[flinkSavepoint](), clusters: newTable[flink.SessionCluster](), drafts: newTable[flink.DeploymentDraft](),
		sqlFiles: newTable[flink.SQLFile](), executions: newTable[flink.SQLExecution](), patrols: newTable[flink.PatrolReport](),
		draftDeployments: newTable[flink.AsyncDraftDeployResult](), draftValidations: newTable[flink.AsyncDraftValidateResult](),
		resourcePlans: newTable[flink.AsyncResourcePlanOperationResult](),
	}
	s.routes = slices.Concat(
		s.deploymentRoutes(), s.jobRoutes(), s.hotUpdateRoutes(), s.savepointRoutes(), s.clusterRoutes(), s.draftRoutes(),
		s.resourcePlanRoutes(), s.sqlRoutes(), s.patrolRoutes(), s.diagnosisRoutes(),
	)
	for i := range s.routes {
		s.routes[i].handle = inWorkspace(s.routes[i].handle)
	}
	return s
}

// flinkNamespace is the prefix of most of the service's paths.
const flinkNamespace = "/api/v2/namespaces/{namespace}"

// inWorkspace refuses requests without the workspace header. It is optional in the client's types, because a
// client can have a default.
func inWorkspace(h handler) handler {
	return func(r *received) (any, error) {
		if r.Header.Get("Workspace") == "" {
			return nil, &refusal{code: "MissingParameter", message: "The header workspace is missing."}
		}
		return h(r)
	}
}

func (s *flinkService) name() string { return "flink" }

func (s *flinkService) claims(r *received) bool {
	authorization := r.Header.Get("Authorization")
	return strings.HasPrefix(authorization, "ACS3-") || strings.HasPrefix(authorization, "acs ") || r.Header.Get("X-Acs-Version") != ""
}

// route selects the operation by the path. If the request also has an action, it must be the same.
func (s *flinkService) route(r *received) {
	r.requestID = strings.ToUpper(r.requestID)
	r.routeTo(s.routes)
	action := r.Header.Get("X-Acs-Action")
	if action != "" && action != r.operation {
		r.operation, r.handle = action, nil
	}
}

func (s *flinkService) verify(r *received, now time.Time) error {
	verify := acs3.Verify
	if strings.HasPrefix(r.Header.Get("Authorization"), "acs ") {
		verify = roa.Verify
	}
	var err error
	r.check, err = verify(&r.Request, s.emulator.secret)
	x := s.checkSignature(r, err, now)
	switch {
	case x == nil:
		return nil
	case err == nil:
		return x
	}
	return &refusalWithCause{x, err}
}

// checkSignature returns a refusal if the signature is missing, wrong or expired. err is the result of the
// verifier.
func (s *flinkService) checkSignature(r *received, err error, now time.Time) *refusal {
	switch {
	case errors.Is(err, sign.ErrMalformed):
		return &refusal{code: "IncompleteSignature", message: "The signature is incomplete: " + err.Error() + "."}
	case errors.Is(err, sign.ErrUnknownKey):
		return &refusal{code: "InvalidAccessKeyId.NotFound", message: "The access key does not exist.", status: http.StatusNotFound}
	case err != nil:
		return &refusal{code: "SignatureDoesNotMatch", message: "The signature does not match the request."}
	case now.Sub(r.check.SignedAt).Abs() > acsSkew:
		return &refusal{code: "InvalidTimeStamp.Expired", message: fmt.Sprintf(
			"The request was signed at %s, but the service's time is %s.",
			r.check.SignedAt.Format(time.RFC3339), now.UTC().Format(time.RFC3339))}
	case r.Header.Get("X-Acs-Version") != flinkVersion:
		return &refusal{code: "InvalidVersion", message: "The version of the API must be " + flinkVersion + "."}
	}
	token := r.Header.Get("X-Acs-Security-Token")
	switch err := s.emulator.checkToken(r.check.AccessKeyID, token, now); {
	case errors.Is(err, errTokenExpired):
		return &refusal{code: "InvalidSecurityToken.Expired", message: "The security token has expired."}
	case err != nil && token == "":
		return &refusal{code: "MissingSecurityToken", message: "The access key needs a security token."}
	case err != nil:
		return &refusal{
			code:    "InvalidSecurityToken.MismatchWithAccessKey",
			message: "The security token does not belong to this access key.",
		}
	}
	return s.checkNonce(r, now)
}

// checkNonce refuses a request that was sent before.
func (s *flinkService) checkNonce(r *received, now time.Time) *refusal {
	s.emulator.mu.Lock()
	defer s.emulator.mu.Unlock()
	k := keyOf(r.check.AccessKeyID, r.Header.Get("X-Acs-Signature-Nonce"))
	if _, used := s.nonces.get(k, now); used {
		return &refusal{code: "SignatureNonceUsed", message: "The signature nonce was used before."}
	}
	// The signature is still valid at the very end of that time.
	s.nonces.put(k, struct{}{}, now, r.check.SignedAt.Add(acsSkew+1))
	return nil
}

func (s *flinkService) explain(err error) *refusal {
	if v, ok := errors.AsType[*cloud.ValidationError](err); ok {
		code := "MissingParameter"
		for _, p := range v.Problems {
			if p.Rule != "required" {
				code = "InvalidParameter"
			}
		}
		return &refusal{code: code, message: validationMessage(v)}
	}
	if d, ok := errors.AsType[*decodeError](err); ok {
		return &refusal{code: "InvalidParameter", message: "The request cannot be decoded: " + d.Error() + "."}
	}
	switch {
	case errors.Is(err, errUnknownOperation):
		return &refusal{
			code:    "InvalidAction.NotFound",
			message: "The emulator does not have this operation. The documentation of package emulator lists its operations.",
			status:  http.StatusNotFound,
		}
	case errors.Is(err, errTooLarge):
		return &refusal{code: "InvalidParameter", message: "The request is too large."}
	}
	return &refusal{code: "InternalError", message: err.Error(), status: http.StatusInternalServerError}
}

func (s *flinkService) fault(kind FaultKind) refusal {
	switch kind {
	case Throttle:
		return refusal{code: "Throttling.User", message: "The request rate is too high."}
	case Unavailable:
		return refusal{code: "ServiceUnavailable", message: "The service is unavailable.", status: http.StatusServiceUnavailable}
	case ErrorIn200:
		return refusal{code: "998001", message: "A backend of the service is unavailable.", status: http.StatusOK}
	case ExpiredCredentials:
		return refusal{code: "InvalidSecurityToken.Expired", message: "The security token has expired."}
	case Refuse:
		return refusal{code: "Forbidden.RAM", message: "The caller is not authorized to do this.", status: http.StatusForbidden}
	}
	return refusal{code: "InternalError", message: "The service failed.", status: http.StatusInternalServerError}
}

// flinkEnvelope wraps the data of every response, and the refusals with status 200.
type flinkEnvelope struct {
	RequestID    string `json:"requestId"`
	Success      bool   `json:"success"`
	HTTPCode     int    `json:"httpCode"`
	ErrorCode    string `json:"errorCode"`
	ErrorMessage string `json:"errorMessage"`
	Data         any    `json:"data,omitzero"` // missing for operations without a result
	PageIndex    int    `json:"pageIndex,omitzero"`
	PageSize     int    `json:"pageSize,omitzero"`
	TotalSize    *int   `json:"totalSize,omitzero"`
}

// nullData is the data of a refusal: null.
var nullData *struct{}

// flinkGatewayError is the error of the gateway in front of the service.
type flinkGatewayError struct {
	RequestID string `json:"RequestId"`
	HostID    string `json:"HostId"`
	Code      string `json:"Code"`
	Message   string `json:"Message"`
	Recommend string `json:"Recommend"`
}

// flinkList is one page of a list.
type flinkList struct {
	items              any
	index, size, total int // total counts the items of all pages
}

func (s *flinkService) success(r *received, result any) (response, error) {
	f := flinkEnvelope{RequestID: r.requestID, Success: true, HTTPCode: http.StatusOK, Data: result}
	if l, ok := result.(flinkList); ok {
		f.Data, f.PageIndex, f.PageSize, f.TotalSize = l.items, l.index, l.size, &l.total
	}
	resp := s.newResponse(r, http.StatusOK)
	var err error
	resp.body, err = wire.Append(nil, &f)
	return resp, err
}

func (s *flinkService) newResponse(r *received, status int) response {
	return response{status: status, header: http.Header{
		"Content-Type":     {"application/json;charset=utf-8"},
		"X-Acs-Request-Id": {r.requestID},
	}}
}

// refuse writes a refusal as the service if its status is 200, or else as the gateway.
func (s *flinkService) refuse(r *received, x *refusal) response {
	resp := s.newResponse(r, cmp.Or(x.status, http.StatusBadRequest))
	if x.retryAfter > 0 {
		resp.header.Set("X-Acs-Retry-After", strconv.FormatInt(x.retryAfter.Milliseconds(), 10))
	}
	if resp.status == http.StatusOK {
		resp.body, _ = wire.Append(nil, &flinkEnvelope{
			RequestID: r.requestID, HTTPCode: http.StatusOK, ErrorCode: x.code, ErrorMessage: x.message, Data: nullData,
		})
		return resp
	}
	resp.body, _ = wire.Append(nil, &flinkGatewayError{
		RequestID: r.requestID, HostID: r.Host, Code: x.code, Message: x.message,
		Recommend: "https://api.aliyun.com/troubleshoot?q=" + x.code + "&product=ververica",
	})
	return resp
}

// objectNotFound is the refusal for a resource that does not exist.
func objectNotFound(what, id string) error {
	return &refusal{code: "990301", message: fmt.Sprintf("%s %q does not exist", what, id), status: http.StatusOK}
}

// unixSeconds formats a time as this service does in strings.
func unixSeconds(t time.Time) cloud.TimeString { return digits(t.Unix()) }

// digits formats a number of seconds or milliseconds where a service sends times as strings.
func digits(n int64) cloud.TimeString { return cloud.TimeString(strconv.FormatInt(n, 10)) }

// stateConflict is the refusal for a resource whose state does not allow a change. The service publishes no
// code for that.
func stateConflict(what, id, problem string) error {
	return &refusal{
		code: "StateConflict", message: fmt.Sprintf("%s %q %s", what, id, problem), status: http.StatusOK,
		hint: "the service publishes no code for this, so the code is the emulator's own",
	}
}

// flinkPage is the default page size.
const flinkPage = 10

func flinkPageOf[T any](list []T, index, size int) flinkList {
	index, size = max(index, 1), cmp.Or(size, flinkPage)
	page := numberedPage(list, index, size)
	if page == nil {
		page = []T{}
	}
	return flinkList{items: page, index: index, size: size, total: len(list)}
}

// replaceMembers replaces members of a resource by those of a JSON object, except for the fixed ones.
func replaceMembers[T any](before T, body []byte, fixed []string) (after T, err error) {
	members, given := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	data, err := wire.Append(nil, &before)
	if err == nil {
		err = json.Unmarshal(data, &members)
	}
	if err == nil && len(body) > 0 {
		err = json.Unmarshal(body, &given)
	}
	if err != nil {
		return after, err
	}
	for name, value := range given {
		if !slices.Contains(fixed, name) {
			members[name] = value
		}
	}
	if data, err = json.Marshal(members); err != nil {
		return after, err
	}
	return after, wire.Unmarshal(data, &after)
}
