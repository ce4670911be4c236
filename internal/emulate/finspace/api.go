package finspace

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/example"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// changes are the operations that start a change.
var changes = slices.Concat(browserChanges, []string{
	"CreateKxEnvironment", "UpdateKxEnvironmentNetwork", "DeleteKxEnvironment",
	"CreateKxCluster", "UpdateKxClusterCodeConfiguration", "UpdateKxClusterDatabases", "DeleteKxCluster", "DeleteKxClusterNode",
	"CreateKxChangeset",
	"CreateKxDataview", "UpdateKxDataview", "DeleteKxDataview",
	"CreateKxVolume", "UpdateKxVolume", "DeleteKxVolume",
	"CreateKxScalingGroup", "DeleteKxScalingGroup",
})

// tokenLife is how long FinSpace remembers a client token.
const tokenLife = 10 * time.Minute

// Service has its resources by environment, then by their names.
type Service struct {
	aws.API
	handlers      front.Handlers
	tiers         map[string]front.Tier
	tokens        front.Tokens
	browser       *world.Table[finspace.Environment]
	environments  *world.Table[finspace.GetKxEnvironmentResponse]
	clusters      *world.Table[finspace.GetKxClusterResponse]
	nodes         *world.Table[finspace.KxNode] // by cluster and ID
	tags          aws.Tags
	databases     *world.Table[finspace.GetKxDatabaseResponse]
	users         *world.Table[finspace.KxUser]
	changesets    *world.Table[finspace.GetKxChangesetResponse] // by database and ID
	dataviews     *world.Table[finspace.GetKxDataviewResponse]  // by database and name
	volumes       *world.Table[finspace.GetKxVolumeResponse]
	scalingGroups *world.Table[finspace.GetKxScalingGroupResponse]
}

// New returns the service without any resources.
func New(w *world.World, k *front.Keys) *Service {
	s := &Service{
		API: aws.New(w, k, "finspace"), tokens: front.NewTokens(), tags: aws.NewTags(),
		browser:      world.NewTable[finspace.Environment](),
		environments: world.NewTable[finspace.GetKxEnvironmentResponse](), clusters: world.NewTable[finspace.GetKxClusterResponse](),
		nodes: world.NewTable[finspace.KxNode](), changesets: world.NewTable[finspace.GetKxChangesetResponse](),
		dataviews: world.NewTable[finspace.GetKxDataviewResponse](), volumes: world.NewTable[finspace.GetKxVolumeResponse](),
		scalingGroups: world.NewTable[finspace.GetKxScalingGroupResponse](),
		databases:     world.NewTable[finspace.GetKxDatabaseResponse](), users: world.NewTable[finspace.KxUser](),
	}
	w.Declare("finspace", changes...)
	s.handlers = front.Join(s.browserOperations(), s.environmentOperations(), s.clusterOperations(),
		s.nodeOperations(), s.changesetOperations(),
		s.dataviewOperations(), s.volumeOperations(), s.scalingGroupOperations(),
		s.databaseOperations(), s.userOperations(), s.tagOperations())
	s.tiers = example.Config{Service: "finspace", World: w, API: operations}.Complete(s.handlers)
	return s
}

func (s *Service) Claims(r *front.Received) bool {
	if scope := aws.ScopeOf(r); scope != "" {
		return scope == s.Service
	}
	return aws.IsSigned(r) || strings.HasPrefix(r.Path, "/kx/") || strings.HasPrefix(r.Path, "/environment") ||
		strings.HasPrefix(r.Path, "/tags/arn:aws:finspace:")
}

func (s *Service) Route(r *front.Received) { r.RouteTo(operations, s.handlers) }

func (s *Service) Success(r *front.Received, result any) (front.Response, error) {
	resp := front.Response{Status: http.StatusOK, Header: s.Header(r, nil)}
	resp.Header.Set("Content-Type", "application/json")
	if result == nil {
		return resp, nil
	}
	var err error
	resp.Body, err = front.Encode(result)
	return resp, err
}

// status is the HTTP status of each code. The others have 400.
var status = map[string]int{
	"AccessDeniedException":               http.StatusForbidden,
	"ConflictException":                   http.StatusConflict,
	"InternalServerException":             http.StatusInternalServerError,
	"ResourceAlreadyExistsException":      http.StatusConflict,
	"ResourceNotFoundException":           http.StatusNotFound,
	"ServiceQuotaExceededException":       http.StatusPaymentRequired,
	"ThrottlingException":                 http.StatusTooManyRequests,
	"UnknownOperationException":           http.StatusNotFound,
	"MissingAuthenticationTokenException": http.StatusForbidden,
	"IncompleteSignatureException":        http.StatusForbidden,
	"UnrecognizedClientException":         http.StatusForbidden,
	"InvalidSignatureException":           http.StatusForbidden,
	"ExpiredTokenException":               http.StatusForbidden,
}

// errorBody is the body of a refusal. Its code is in a header.
type errorBody struct {
	Message string `json:"message"`
	Reason  string `json:"reason,omitzero"`
}

func (s *Service) Refuse(r *front.Received, x *front.Refusal) front.Response {
	resp := front.Response{Status: cmp.Or(x.Status, status[x.Code], http.StatusBadRequest), Header: s.Header(r, x)}
	resp.Header.Set("Content-Type", "application/json")
	resp.Header.Set("X-Amzn-Errortype", x.Code)
	resp.Body, _ = wire.Append(nil, &errorBody{x.Message, x.Reason})
	return resp
}

// kxVisible returns the resource that reads show. The names start with the environment's and end with the
// resource's own.
func kxVisible[T any](s *Service, t *world.Table[T], what string, names ...string) (*T, error) {
	now := s.World.Now()
	if _, ok := s.environments.Row(names[0]).Visible(now); !ok {
		return nil, aws.NotFound("environment", names[0])
	}
	value, ok := t.Row(world.KeyOf(names...)).Visible(now)
	if !ok {
		return nil, aws.NotFound(what, names[len(names)-1])
	}
	return &value, nil
}

// A kxList is what a list shows: resources of an environment, or of a part of it, which the names lead to.
type kxList[T any] struct {
	table   *world.Table[T]
	what    string
	names   []string
	only    string        // what else selects resources, "" for nothing
	matches func(*T) bool // whether it selects one
}

// kxPage returns one page of the resources of a list that reads show, without copying them.
func kxPage[T any](s *Service, l kxList[T], token string, size int) (page []*T, next string, err error) {
	now := s.World.Now()
	if _, ok := s.environments.Row(l.names[0]).Visible(now); !ok {
		return nil, "", aws.NotFound("environment", l.names[0])
	}
	if l.only == "" {
		l.matches = nil
	}
	scope := world.KeyOf(slices.Concat([]string{l.what}, l.names, []string{l.only})...)
	list := world.Shown(l.table, now, world.KeyOf(l.what, l.only), l.matches, l.names...)
	return world.NextPageOf(list, scope, token, cmp.Or(size, pageSize))
}

// kxActual returns a resource in its actual state, and its timeline.
func kxActual[T any](s *Service, t *world.Table[T], what string, names ...string) (*world.Timeline[T], T, error) {
	row := t.Row(world.KeyOf(names...))
	value, ok := row.Actual(s.World.Now())
	if !ok {
		return nil, value, aws.NotFound(what, names[len(names)-1])
	}
	return row, value, nil
}

// kxNameFree reports whether no resource has the name.
func kxNameFree[T any](s *Service, t *world.Table[T], names ...string) bool {
	_, ok := t.Row(world.KeyOf(names...)).Actual(s.World.Now())
	return !ok
}

// checkEnvironmentReady returns a refusal if nothing can be created in an environment.
func (s *Service) checkEnvironmentReady(id string) error {
	_, environment, err := kxActual(s, s.environments, "environment", id)
	if err != nil {
		return err
	}
	return kxRequireStatus("environment", id, environment.Status, finspace.EnvironmentStatusCreated)
}

// kxRequireStatus returns a refusal if a resource has none of the given statuses.
func kxRequireStatus[S ~string](what, name string, status S, states ...S) error {
	if slices.Contains(states, status) {
		return nil
	}
	reason := "INVALID_STATE"
	if kxInProgress(string(status)) {
		reason = "CONCURRENT_UPDATE"
	}
	return aws.Conflict("The "+what+" "+name+" is "+string(status)+".", reason)
}

// kxInProgress reports whether a status is one of a change in progress.
func kxInProgress(status string) bool {
	switch status {
	case "PENDING", "CREATING", "UPDATING", "DELETING", "CREATE_REQUESTED", "UPDATE_NETWORK_REQUESTED", "UPDATING_NETWORK",
		"DELETE_REQUESTED", "RETRY_DELETION":
		return true
	}
	return false
}

func kxAlreadyExists(what, name string) error {
	return &front.Refusal{Code: "ResourceAlreadyExistsException", Message: "The " + what + " " + name + " already exists."}
}

// kxFinalStatus returns the status and the message at the end of a change.
func kxFinalStatus[S ~string](c world.Change, succeeded, failed S, failure string) (S, string) {
	if c.Failed() {
		return cmp.Or(S(c.State), failed), cmp.Or(c.Reason, failure)
	}
	return cmp.Or(S(c.State), succeeded), c.Reason
}

// kxFinishDeletion removes a resource at the end of change c. If the change fails or the script sets a state,
// the resource is as in after instead.
func kxFinishDeletion[T any](row *world.Timeline[T], c world.Change, after T) {
	if c.Failed() || c.State != "" {
		world.Finish(row, c, after)
		return
	}
	world.Remove(row, c)
}

// pageSize is the default page size.
const pageSize = 100

// Operations returns all operations of the service.
func (s *Service) Operations() front.API { return operations }

// Handlers returns what executes the operations.
func (s *Service) Handlers() front.Handlers { return s.handlers }

// Tier says what executes an operation.
func (s *Service) Tier(operation string) front.Tier { return s.tiers[operation] }
