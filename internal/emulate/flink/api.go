package flink

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
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

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/example"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

const (
	apiVersion = "2022-07-18"
	// acsSkew is how far the time of a signature may differ from the service's clock, and how long its nonce
	// is remembered.
	acsSkew = 15 * time.Minute
)

// changes are the operations that start a change.
var changes = []string{
	"HotUpdateJob", "StartJobWithParams", "StartJob", "StopJob", "CreateSavepoint",
	"StartSessionCluster", "StopSessionCluster", "UpdateSessionCluster", "DeleteSessionCluster",
	"DeployDeploymentDraftAsync", "ValidateDeploymentDraftAsync", "GenerateResourcePlanWithFlinkConfAsync",
	"StartSqlExecution", "StopSqlExecution", "TriggerPatrol",
}

// Service has its resources by workspace, namespace, and name or ID.
type Service struct {
	world       *world.World
	keys        *front.Keys
	namespaces  *world.Table[flink.EditableNamespace]
	handlers    front.Handlers
	tiers       map[string]front.Tier
	deployments *world.Table[flink.Deployment]
	jobs        *world.Table[flink.Job]
	hotUpdates  *world.Table[flink.HotUpdateJobResult]
	hotUpdating map[string]time.Time // the end of each job's hot update
	savepoints  *world.Table[ownedSavepoint]
	clusters    *world.Table[flink.SessionCluster]
	deleting    map[string]time.Time // the end of each session cluster's deletion
	drafts      *world.Table[flink.DeploymentDraft]
	folders     *world.Table[flink.Folder]
	variables   *world.Table[flink.Variable]
	members     *world.Table[flink.Member]
	targets     *world.Table[flink.DeploymentTarget]
	connectors  *world.Table[flink.Connector]
	udfs        *world.Table[flink.UDFArtifact]
	plans       *world.Table[flink.ScheduledPlan]
	applied     *world.Table[flink.ScheduledPlanAppliedInfo] // by deployment
	executed    *world.Table[executedPlan]
	policies    *world.Table[flink.AutopilotConfig] // by deployment
	tunings     *world.Table[Tuning]
	patrolling  *world.Table[flink.PatrolConfig] // by namespace
	catalogs    *world.Table[flink.Catalog]
	databases   *world.Table[database]
	tables      *world.Table[table]
	previews    *world.Table[preview]
	sqlFiles    *world.Table[flink.SQLFile]
	executions  *world.Table[flink.SQLExecution]
	patrols     *world.Table[flink.PatrolReport]
	events      world.History[flink.Event] // of jobs, their savepoints and hot updates

	// Results by ticket.
	draftDeployments *world.Table[flink.AsyncDraftDeployResult]
	draftValidations *world.Table[flink.AsyncDraftValidateResult]
	resourcePlans    *world.Table[flink.AsyncResourcePlanOperationResult]
}

// New returns the service without any resources.
func New(w *world.World, k *front.Keys) *Service {
	s := &Service{
		world: w, keys: k, namespaces: world.NewTable[flink.EditableNamespace](),
		hotUpdating: map[string]time.Time{}, deleting: map[string]time.Time{},
		events:      world.NewHistory[flink.Event](),
		deployments: world.NewTableBy(deploymentLabel), jobs: world.NewTableBy(jobLabel),
		hotUpdates: world.NewTableBy(hotUpdateLabel),
		savepoints: world.NewTable[ownedSavepoint](), clusters: world.NewTable[flink.SessionCluster](),
		drafts: world.NewTable[flink.DeploymentDraft](), folders: world.NewTable[flink.Folder](),
		variables: world.NewTable[flink.Variable](), members: world.NewTable[flink.Member](),
		targets: world.NewTable[flink.DeploymentTarget](), connectors: world.NewTable[flink.Connector](),
		udfs: world.NewTable[flink.UDFArtifact](), plans: world.NewTable[flink.ScheduledPlan](),
		applied: world.NewTable[flink.ScheduledPlanAppliedInfo](), executed: world.NewTable[executedPlan](),
		policies: world.NewTable[flink.AutopilotConfig](), tunings: world.NewTable[Tuning](),
		patrolling: world.NewTable[flink.PatrolConfig](), catalogs: world.NewTable[flink.Catalog](),
		databases: world.NewTable[database](), tables: world.NewTable[table](), previews: world.NewTable[preview](),
		sqlFiles: world.NewTable[flink.SQLFile](), executions: world.NewTable[flink.SQLExecution](),
		patrols:          world.NewTable[flink.PatrolReport](),
		draftDeployments: world.NewTable[flink.AsyncDraftDeployResult](),
		draftValidations: world.NewTable[flink.AsyncDraftValidateResult](),
		resourcePlans:    world.NewTable[flink.AsyncResourcePlanOperationResult](),
	}
	w.Declare("flink", changes...)
	s.handlers = front.Join(
		s.deploymentOperations(), s.jobOperations(), s.hotUpdateOperations(), s.savepointOperations(),
		s.clusterOperations(), s.draftOperations(), s.namespaceOperations(), s.folderOperations(), s.variableOperations(),
		s.memberOperations(), s.targetOperations(), s.connectorOperations(), s.udfOperations(), s.planOperations(),
		s.autopilotOperations(), s.engineOperations(), s.catalogOperations(), s.statementOperations(), s.previewOperations(),
		s.lineageOperations(),
		s.resourcePlanOperations(), s.sqlOperations(), s.patrolOperations(), s.diagnosisOperations(),
	)
	s.tiers = example.Config{Service: "flink", World: w, API: operations, Time: unixSeconds}.Complete(s.handlers)
	for name, handle := range s.handlers {
		if s.Tier(name) == front.Stateful || hasHeader(operations[name].Request, "workspace") {
			s.handlers[name] = s.inWorkspace(name, handle)
		}
	}
	return s
}

// hasHeader reports whether a request has a header.
func hasHeader(request reflect.Type, name string) bool {
	for f := range request.Fields() {
		if f.Tag.Get("header") == name {
			return true
		}
	}
	return false
}

func (s *Service) Name() string { return "flink" }

func (s *Service) Claims(r *front.Received) bool {
	authorization := r.Header.Get("Authorization")
	return strings.HasPrefix(authorization, "ACS3-") || strings.HasPrefix(authorization, "acs ") || r.Header.Get("X-Acs-Version") != ""
}

// Route selects the operation by the path. If the request also has an action, it must be the same.
func (s *Service) Route(r *front.Received) {
	r.RequestID = strings.ToUpper(r.RequestID)
	r.RouteTo(operations, s.handlers)
	action := r.Header.Get("X-Acs-Action")
	if action != "" && action != r.Operation {
		r.Operation, r.Handle = action, nil
	}
}

func (s *Service) Verify(r *front.Received, now time.Time) error {
	verify := acs3.Verify
	if strings.HasPrefix(r.Header.Get("Authorization"), "acs ") {
		verify = roa.Verify
	}
	var err error
	r.Check, err = verify(&r.Request, s.keys.Secret)
	x := s.checkSignature(r, err, now)
	switch {
	case x == nil:
		return nil
	case err == nil:
		return x
	}
	return &front.RefusalWithCause{Refusal: x, Cause: err}
}

// checkSignature returns a refusal if the signature is missing, wrong or expired. err is the result of the
// verifier.
func (s *Service) checkSignature(r *front.Received, err error, now time.Time) *front.Refusal {
	switch {
	case errors.Is(err, sign.ErrMalformed):
		return &front.Refusal{Code: "IncompleteSignature", Message: "The signature is incomplete: " + err.Error() + "."}
	case errors.Is(err, sign.ErrUnknownKey):
		return &front.Refusal{Code: "InvalidAccessKeyId.NotFound", Message: "The access key does not exist.", Status: http.StatusNotFound}
	case err != nil:
		return &front.Refusal{Code: "SignatureDoesNotMatch", Message: "The signature does not match the request."}
	case now.Sub(r.Check.SignedAt).Abs() > acsSkew:
		return &front.Refusal{Code: "InvalidTimeStamp.Expired", Message: fmt.Sprintf(
			"The request was signed at %s, but the service's time is %s.",
			r.Check.SignedAt.Format(time.RFC3339), now.UTC().Format(time.RFC3339))}
	case r.Header.Get("X-Acs-Version") != apiVersion:
		return &front.Refusal{Code: "InvalidVersion", Message: "The version of the API must be " + apiVersion + "."}
	}
	token := r.Header.Get("X-Acs-Security-Token")
	switch err := s.keys.Check(r.Check.AccessKeyID, token, now); {
	case errors.Is(err, front.ErrTokenExpired):
		return &front.Refusal{Code: "InvalidSecurityToken.Expired", Message: "The security token has expired."}
	case err != nil && token == "":
		return &front.Refusal{Code: "MissingSecurityToken", Message: "The access key needs a security token."}
	case err != nil:
		return &front.Refusal{
			Code:    "InvalidSecurityToken.MismatchWithAccessKey",
			Message: "The security token does not belong to this access key.",
		}
	}
	return s.checkNonce(r, now)
}

// checkNonce refuses a request that was sent before.
func (s *Service) checkNonce(r *front.Received, now time.Time) *front.Refusal {
	// The signature is still valid at the very end of that time.
	expires := r.Check.SignedAt.Add(acsSkew + 1)
	if s.keys.UseNonce(r.Check.AccessKeyID, r.Header.Get("X-Acs-Signature-Nonce"), now, expires) {
		return &front.Refusal{Code: "SignatureNonceUsed", Message: "The signature nonce was used before."}
	}
	return nil
}

func (s *Service) Explain(err error) *front.Refusal {
	if v, ok := errors.AsType[*cloud.ValidationError](err); ok {
		code := "MissingParameter"
		for _, p := range v.Problems {
			if p.Rule != "required" {
				code = "InvalidParameter"
			}
		}
		return &front.Refusal{Code: code, Message: front.ValidationMessage(v)}
	}
	if d, ok := errors.AsType[*front.DecodeError](err); ok {
		return &front.Refusal{Code: "InvalidParameter", Message: "The request cannot be decoded: " + d.Error() + "."}
	}
	switch {
	case errors.Is(err, front.ErrUnknownOperation):
		return &front.Refusal{
			Code:    "InvalidAction.NotFound",
			Message: "The emulator does not have this operation. The documentation of package emulator lists its operations.",
			Status:  http.StatusNotFound,
		}
	case errors.Is(err, front.ErrTooLarge):
		return &front.Refusal{Code: "InvalidParameter", Message: "The request is too large."}
	}
	return &front.Refusal{Code: "InternalError", Message: err.Error(), Status: http.StatusInternalServerError}
}

func (s *Service) Fault(kind front.FaultKind) front.Refusal {
	switch kind {
	case front.Throttle:
		return front.Refusal{Code: "Throttling.User", Message: "The request rate is too high."}
	case front.Unavailable:
		return front.Refusal{Code: "ServiceUnavailable", Message: "The service is unavailable.", Status: http.StatusServiceUnavailable}
	case front.ErrorIn200:
		return front.Refusal{Code: "998001", Message: "A backend of the service is unavailable.", Status: http.StatusOK}
	case front.ExpiredCredentials:
		return front.Refusal{Code: "InvalidSecurityToken.Expired", Message: "The security token has expired."}
	case front.Refuse:
		return front.Refusal{Code: "Forbidden.RAM", Message: "The caller is not authorized to do this.", Status: http.StatusForbidden}
	}
	return front.Refusal{Code: "InternalError", Message: "The service failed.", Status: http.StatusInternalServerError}
}

// envelope wraps the data of every response, and the refusals with status 200.
type envelope struct {
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

// namespaceEnvelope wraps the data of ListEditableNamespace, whose responses have a message instead of an error.
type namespaceEnvelope struct {
	RequestID string                       `json:"requestId"`
	Success   bool                         `json:"success"`
	HTTPCode  int                          `json:"httpCode"`
	Data      *flink.EditableNamespacePage `json:"data"`
}

// nullData is the data of a refusal: null.
var nullData *struct{}

// gatewayError is the error of the gateway in front of the service.
type gatewayError struct {
	RequestID string `json:"RequestId"`
	HostID    string `json:"HostId"`
	Code      string `json:"Code"`
	Message   string `json:"Message"`
	Recommend string `json:"Recommend"`
}

// listPage is one page of a list.
type listPage struct {
	items              any
	index, size, total int // total counts the items of all pages
}

func (s *Service) Success(r *front.Received, result any) (front.Response, error) {
	if page, ok := result.(*namespacePage); ok {
		return s.write(r, &namespaceEnvelope{r.RequestID, true, http.StatusOK, (*flink.EditableNamespacePage)(page)})
	}
	if s.Tier(r.Operation) != front.Stateful {
		return s.wholeResponse(r, result)
	}
	f := envelope{RequestID: r.RequestID, Success: true, HTTPCode: http.StatusOK, Data: result}
	if l, ok := result.(listPage); ok {
		f.Data, f.PageIndex, f.PageSize, f.TotalSize = l.items, l.index, l.size, &l.total
	}
	return s.write(r, &f)
}

func (s *Service) write(r *front.Received, body any) (front.Response, error) {
	resp := s.newResponse(r, http.StatusOK)
	var err error
	resp.Body, err = wire.Append(nil, body)
	return resp, err
}

// wholeResponse writes a response that has the members of its type, beside those of the envelope.
func (s *Service) wholeResponse(r *front.Received, result any) (front.Response, error) {
	resp := s.newResponse(r, http.StatusOK)
	if operations[r.Operation].Stream {
		return s.eventStream(resp, result)
	}
	members := map[string]any{}
	data, err := wire.Append(nil, result)
	if err == nil {
		err = json.Unmarshal(data, &members)
	}
	members["requestId"], members["success"], members["httpCode"] = r.RequestID, true, http.StatusOK
	members["errorCode"], members["errorMessage"] = "", ""
	if err == nil {
		resp.Body, err = json.Marshal(members)
	}
	return resp, err
}

// eventStream writes a stream with one event.
func (s *Service) eventStream(resp front.Response, event any) (front.Response, error) {
	data, err := wire.Append(nil, event)
	resp.Header.Set("Content-Type", "text/event-stream;charset=UTF-8")
	resp.Body = fmt.Appendf(nil, "data: %s\n\n", data)
	return resp, err
}

func (s *Service) newResponse(r *front.Received, status int) front.Response {
	return front.Response{Status: status, Header: http.Header{
		"Content-Type":     {"application/json;charset=utf-8"},
		"X-Acs-Request-Id": {r.RequestID},
	}}
}

// Refuse writes a refusal as the service if its status is 200, or else as the gateway.
func (s *Service) Refuse(r *front.Received, x *front.Refusal) front.Response {
	resp := s.newResponse(r, cmp.Or(x.Status, http.StatusBadRequest))
	if x.RetryAfter > 0 {
		resp.Header.Set("X-Acs-Retry-After", strconv.FormatInt(x.RetryAfter.Milliseconds(), 10))
	}
	if resp.Status == http.StatusOK {
		resp.Body, _ = wire.Append(nil, &envelope{
			RequestID: r.RequestID, HTTPCode: http.StatusOK, ErrorCode: x.Code, ErrorMessage: x.Message, Data: nullData,
		})
		return resp
	}
	resp.Body, _ = wire.Append(nil, &gatewayError{
		RequestID: r.RequestID, HostID: r.Host, Code: x.Code, Message: x.Message,
		Recommend: "https://api.aliyun.com/troubleshoot?q=" + x.Code + "&product=ververica",
	})
	return resp
}

// objectNotFound is the refusal for a resource that does not exist.
func objectNotFound(what, id string) error {
	return &front.Refusal{Code: "990301", Message: fmt.Sprintf("%s %q does not exist", what, id), Status: http.StatusOK}
}

// unixSeconds formats a time as this service does in strings.
func unixSeconds(t time.Time) cloud.TimeString { return world.Digits(t.Unix()) }

// pageSize is the default page size.
const pageSize = 10

func pageOf[T any](list []T, index, size int) listPage {
	return sortedPage(world.Sort(list, nil), index, size, func(v T) T { return v })
}

// sortedPage returns one page of a sorted list, with its items as the list shows them.
func sortedPage[T, S any](list *world.Sorted[T], index, size int, show func(T) S) listPage {
	index, size = max(index, 1), cmp.Or(size, pageSize)
	page := world.ShownAs(world.NumberedPageOf(list, index, size), show)
	return listPage{items: page, index: index, size: size, total: list.Len()}
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

// stateConflict is the refusal for a resource whose state does not allow a change. The service publishes no
// code for that.
func stateConflict(what, id, problem string) error {
	return &front.Refusal{
		Code: "StateConflict", Message: fmt.Sprintf("%s %q %s", what, id, problem), Status: http.StatusOK,
		Hint: "the service publishes no code for this, so the code is the emulator's own",
	}
}

// Operations returns all operations of the service.
func (s *Service) Operations() front.API { return operations }

// Handlers returns what executes the operations.
func (s *Service) Handlers() front.Handlers { return s.handlers }

// Tier says what executes an operation.
func (s *Service) Tier(operation string) front.Tier { return s.tiers[operation] }
