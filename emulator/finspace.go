package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// finspaceChanges are the operations that start a change.
var finspaceChanges = slices.Concat(finspaceBrowserChanges, []string{
	"CreateKxEnvironment", "UpdateKxEnvironmentNetwork", "DeleteKxEnvironment",
	"CreateKxCluster", "UpdateKxClusterCodeConfiguration", "UpdateKxClusterDatabases", "DeleteKxCluster", "DeleteKxClusterNode",
	"CreateKxChangeset",
	"CreateKxDataview", "UpdateKxDataview", "DeleteKxDataview",
	"CreateKxVolume", "UpdateKxVolume", "DeleteKxVolume",
	"CreateKxScalingGroup", "DeleteKxScalingGroup",
})

// finspaceTokenLife is how long FinSpace remembers a client token.
const finspaceTokenLife = 10 * time.Minute

// Prefixes of the paths.
const (
	kxEnvironments = "/kx/environments"
	kxEnvironment  = kxEnvironments + "/{environmentId}"
	kxDatabase     = kxEnvironment + "/databases/{databaseName}"
)

// finspaceService has its resources by environment, then by their names.
type finspaceService struct {
	aws
	routes        []route
	tokens        tokens
	browser       *table[finspace.Environment]
	environments  *table[finspace.GetKxEnvironmentResponse]
	clusters      *table[finspace.GetKxClusterResponse]
	nodes         *table[finspace.KxNode] // by cluster and ID
	databases     map[string]bool
	changesets    *table[finspace.GetKxChangesetResponse] // by database and ID
	dataviews     *table[finspace.GetKxDataviewResponse]  // by database and name
	volumes       *table[finspace.GetKxVolumeResponse]
	scalingGroups *table[finspace.GetKxScalingGroupResponse]
}

func newFinspace(e *Emulator) *finspaceService {
	s := &finspaceService{
		aws: newAWS(e, "finspace"), tokens: newTokens(), databases: map[string]bool{}, browser: newTable[finspace.Environment](),
		environments: newTable[finspace.GetKxEnvironmentResponse](), clusters: newTable[finspace.GetKxClusterResponse](),
		nodes: newTable[finspace.KxNode](), changesets: newTable[finspace.GetKxChangesetResponse](),
		dataviews: newTable[finspace.GetKxDataviewResponse](), volumes: newTable[finspace.GetKxVolumeResponse](),
		scalingGroups: newTable[finspace.GetKxScalingGroupResponse](),
	}
	s.routes = slices.Concat(s.browserRoutes(), s.environmentRoutes(), s.clusterRoutes(), s.nodeRoutes(), s.changesetRoutes(),
		s.dataviewRoutes(), s.volumeRoutes(), s.scalingGroupRoutes())
	return s
}

func (s *finspaceService) claims(r *received) bool {
	if scope := scopeOf(r); scope != "" {
		return scope == s.service
	}
	return isAWS(r) || strings.HasPrefix(r.Path, "/kx/") || strings.HasPrefix(r.Path, "/environment")
}

func (s *finspaceService) route(r *received) { r.routeTo(s.routes) }

func (s *finspaceService) success(r *received, result any) (response, error) {
	resp := response{status: http.StatusOK, header: s.header(r, nil)}
	resp.header.Set("Content-Type", "application/json")
	if result == nil {
		return resp, nil
	}
	var err error
	resp.body, err = wire.Append(nil, result)
	return resp, err
}

// finspaceStatus is the HTTP status of each code. The others have 400.
var finspaceStatus = map[string]int{
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

// finspaceError is the body of a refusal. Its code is in a header.
type finspaceError struct {
	Message string `json:"message"`
	Reason  string `json:"reason,omitzero"`
}

func (s *finspaceService) refuse(r *received, x *refusal) response {
	resp := response{status: cmp.Or(x.status, finspaceStatus[x.code], http.StatusBadRequest), header: s.header(r, x)}
	resp.header.Set("Content-Type", "application/json")
	resp.header.Set("X-Amzn-Errortype", x.code)
	resp.body, _ = wire.Append(nil, &finspaceError{x.message, x.reason})
	return resp
}

// AddKxDatabase adds a database, in which changesets and dataviews can be created.
func (e *Emulator) AddKxDatabase(environmentID, name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finspace.ensureEnvironment(environmentID)
	e.finspace.databases[keyOf(environmentID, name)] = true
}

// keyOf joins the names of a resource with a separator that no name contains.
func keyOf(names ...string) string { return strings.Join(names, "\x00") }

// kxVisible returns the resource that reads show. The names start with the environment's and end with the
// resource's own.
func kxVisible[T any](s *finspaceService, t *table[T], what string, names ...string) (*T, error) {
	now := s.emulator.now()
	if _, ok := s.environments.row(names[0]).visible(now); !ok {
		return nil, awsNotFound("environment", names[0])
	}
	value, ok := t.row(keyOf(names...)).visible(now)
	if !ok {
		return nil, awsNotFound(what, names[len(names)-1])
	}
	return &value, nil
}

// kxAllVisible returns the resources that reads show in an environment, or in a part of it.
func kxAllVisible[T any](s *finspaceService, t *table[T], names ...string) ([]T, error) {
	now := s.emulator.now()
	if _, ok := s.environments.row(names[0]).visible(now); !ok {
		return nil, awsNotFound("environment", names[0])
	}
	list := []T{}
	prefix := keyOf(names...) + keyOf("", "")
	for _, key := range t.keys {
		value, ok := t.row(key).visible(now)
		if ok && strings.HasPrefix(key, prefix) {
			list = append(list, value)
		}
	}
	return list, nil
}

// kxActual returns a resource in its actual state, and its timeline.
func kxActual[T any](s *finspaceService, t *table[T], what string, names ...string) (*timeline[T], T, error) {
	row := t.row(keyOf(names...))
	value, ok := row.actual(s.emulator.now())
	if !ok {
		return nil, value, awsNotFound(what, names[len(names)-1])
	}
	return row, value, nil
}

// kxNameFree reports whether no resource has the name.
func kxNameFree[T any](s *finspaceService, t *table[T], names ...string) bool {
	_, ok := t.row(keyOf(names...)).actual(s.emulator.now())
	return !ok
}

// checkEnvironmentReady returns a refusal if nothing can be created in an environment.
func (s *finspaceService) checkEnvironmentReady(id string) error {
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
	return awsConflict("The "+what+" "+name+" is "+string(status)+".", reason)
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
	return &refusal{code: "ResourceAlreadyExistsException", message: "The " + what + " " + name + " already exists."}
}

// kxFinalStatus returns the status and the message at the end of a change.
func kxFinalStatus[S ~string](c change, succeeded, failed S, failure string) (S, string) {
	if c.failed() {
		return cmp.Or(S(c.State), failed), cmp.Or(c.Reason, failure)
	}
	return cmp.Or(S(c.State), succeeded), c.Reason
}

// kxFinishDeletion removes a resource at the end of change c. If the change fails or the script sets a state,
// the resource is as in after instead.
func kxFinishDeletion[T any](row *timeline[T], c change, after T) {
	if c.failed() || c.State != "" {
		finish(row, c, after)
		return
	}
	remove(row, c)
}

// nextTimestamp returns at, or the next millisecond after before if at is not later: every change moves the
// time of the last modification.
func nextTimestamp(at, before time.Time) time.Time {
	if at.After(before) {
		return at
	}
	return before.Add(time.Millisecond)
}

// finspacePage is the default page size.
const finspacePage = 100
