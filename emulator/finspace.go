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

// finspaceStarts are the operations that start a change.
var finspaceStarts = []string{
	"CreateKxEnvironment", "UpdateKxEnvironmentNetwork", "DeleteKxEnvironment",
	"CreateKxCluster", "UpdateKxClusterCodeConfiguration", "UpdateKxClusterDatabases", "DeleteKxCluster", "DeleteKxClusterNode",
	"CreateKxChangeset",
	"CreateKxDataview", "UpdateKxDataview", "DeleteKxDataview",
	"CreateKxVolume", "UpdateKxVolume", "DeleteKxVolume",
	"CreateKxScalingGroup", "DeleteKxScalingGroup",
}

// finspaceTokenLife is how long FinSpace remembers a client token.
const finspaceTokenLife = 10 * time.Minute

// The addresses that others begin with.
const (
	kxEnvironments = "/kx/environments"
	kxEnvironment  = kxEnvironments + "/{environmentId}"
	kxDatabase     = kxEnvironment + "/databases/{databaseName}"
)

// The tables are by environment first, then by the names within it.
type finspaceService struct {
	aws
	routes        []route
	tokens        tokens
	environments  *table[finspace.GetKxEnvironmentResponse]
	clusters      *table[finspace.GetKxClusterResponse]
	nodes         *table[finspace.KxNode] // by cluster and id
	databases     map[string]bool
	changesets    *table[finspace.GetKxChangesetResponse] // by database and id
	dataviews     *table[finspace.GetKxDataviewResponse]  // by database and name
	volumes       *table[finspace.GetKxVolumeResponse]
	scalingGroups *table[finspace.GetKxScalingGroupResponse]
}

func newFinspace(e *Emulator) *finspaceService {
	s := &finspaceService{
		aws: newAWS(e, "finspace"), tokens: newTokens(), databases: map[string]bool{},
		environments:  newTable[finspace.GetKxEnvironmentResponse](),
		clusters:      newTable[finspace.GetKxClusterResponse](),
		nodes:         newTable[finspace.KxNode](),
		changesets:    newTable[finspace.GetKxChangesetResponse](),
		dataviews:     newTable[finspace.GetKxDataviewResponse](),
		volumes:       newTable[finspace.GetKxVolumeResponse](),
		scalingGroups: newTable[finspace.GetKxScalingGroupResponse](),
	}
	s.routes = slices.Concat(s.environmentRoutes(), s.clusterRoutes(), s.nodeRoutes(), s.changesetRoutes(),
		s.dataviewRoutes(), s.volumeRoutes(), s.scalingGroupRoutes())
	return s
}

func (s *finspaceService) claims(r *received) bool {
	if scope := scopeOf(r); scope != "" {
		return scope == s.service
	}
	return isAWS(r) || strings.HasPrefix(r.Path, "/kx/")
}

func (s *finspaceService) route(r *received) { r.routeTo(s.routes) }

func (s *finspaceService) success(r *received, result any) (answer, error) {
	a := answer{status: http.StatusOK, header: s.header(r, nil)}
	a.header.Set("Content-Type", "application/json")
	if result == nil {
		return a, nil
	}
	var err error
	a.body, err = wire.Append(nil, result)
	return a, err
}

// finspaceStatus has the HTTP status of each code; the others are 400.
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

// finspaceError is the body of a refusal; its code is in a header.
type finspaceError struct {
	Message string `json:"message"`
	Reason  string `json:"reason,omitzero"`
}

func (s *finspaceService) refuse(r *received, x *refusal) answer {
	a := answer{status: cmp.Or(x.status, finspaceStatus[x.code], http.StatusBadRequest), header: s.header(r, x)}
	a.header.Set("Content-Type", "application/json")
	a.header.Set("X-Amzn-Errortype", x.code)
	a.body, _ = wire.Append(nil, &finspaceError{x.message, x.reason})
	return a
}

// AddKxDatabase makes a database known, so that changesets and dataviews can be created in it.
func (e *Emulator) AddKxDatabase(environmentID, name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finspace.needEnvironment(environmentID)
	e.finspace.databases[keyOf(environmentID, name)] = true
}

// keyOf joins the names of a resource with what is in none of them.
func keyOf(names ...string) string { return strings.Join(names, "\x00") }

// kxShown is what reads show of a resource in an environment. The names are those of the resource, its
// environment's first and its own last.
func kxShown[T any](s *finspaceService, t *table[T], what string, names ...string) (*T, error) {
	now := s.emulator.now()
	if _, ok := s.environments.row(names[0]).seen(now); !ok {
		return nil, notFound("environment", names[0])
	}
	value, ok := t.row(keyOf(names...)).seen(now)
	if !ok {
		return nil, notFound(what, names[len(names)-1])
	}
	return &value, nil
}

// kxAllShown is what reads show of all resources in an environment, or in a part of it.
func kxAllShown[T any](s *finspaceService, t *table[T], names ...string) ([]T, error) {
	now := s.emulator.now()
	if _, ok := s.environments.row(names[0]).seen(now); !ok {
		return nil, notFound("environment", names[0])
	}
	list := []T{}
	prefix := keyOf(names...) + keyOf("", "")
	for _, key := range t.keys {
		value, ok := t.row(key).seen(now)
		if ok && strings.HasPrefix(key, prefix) {
			list = append(list, value)
		}
	}
	return list, nil
}

// kxTruth is the resource that a change is for, as it truly is.
func kxTruth[T any](s *finspaceService, t *table[T], what string, names ...string) (*timeline[T], T, error) {
	row := t.row(keyOf(names...))
	value, ok := row.truth(s.emulator.now())
	if !ok {
		return nil, value, notFound(what, names[len(names)-1])
	}
	return row, value, nil
}

// kxFree reports whether a new resource can have a name.
func kxFree[T any](s *finspaceService, t *table[T], names ...string) bool {
	_, ok := t.row(keyOf(names...)).truth(s.emulator.now())
	return !ok
}

// readyEnvironment refuses to create anything where an environment is not usable.
func (s *finspaceService) readyEnvironment(id string) error {
	_, environment, err := kxTruth(s, s.environments, "environment", id)
	if err != nil {
		return err
	}
	return kxAllow("environment", id, environment.Status, finspace.EnvironmentStatusCreated)
}

// kxAllow refuses a change of a resource that is in none of the given states.
func kxAllow[S ~string](what, name string, status S, states ...S) error {
	if slices.Contains(states, status) {
		return nil
	}
	reason := "INVALID_STATE"
	if kxUnderWay(string(status)) {
		reason = "CONCURRENT_UPDATE"
	}
	return conflict("The "+what+" "+name+" is "+string(status)+".", reason)
}

// kxUnderWay reports whether a status is one on the way to another.
func kxUnderWay(status string) bool {
	switch status {
	case "PENDING", "CREATING", "UPDATING", "DELETING", "CREATE_REQUESTED", "UPDATE_NETWORK_REQUESTED", "UPDATING_NETWORK",
		"DELETE_REQUESTED", "RETRY_DELETION":
		return true
	}
	return false
}

func kxExists(what, name string) error {
	return &refusal{code: "ResourceAlreadyExistsException", message: "There is a " + what + " " + name + " already."}
}

// kxEnd is the status at the end of a change, and what the service says about it.
func kxEnd[S ~string](c change, good, bad S, why string) (S, string) {
	if c.failed() {
		return cmp.Or(S(c.State), bad), cmp.Or(c.Reason, why)
	}
	return cmp.Or(S(c.State), good), c.Reason
}

// kxEndDeletion lets a resource be gone at the end of change c. If the script says otherwise, it is what
// after says.
func kxEndDeletion[T any](row *timeline[T], c change, after T) {
	if c.failed() || c.State != "" {
		finish(row, c, after)
		return
	}
	remove(row, c)
}

// later is at, or just after before if that is not earlier: a change always shows in the time of
// the last one.
func later(at, before time.Time) time.Time {
	if at.After(before) {
		return at
	}
	return before.Add(time.Millisecond)
}

// finspacePage is how many items a page has unless the request says.
const finspacePage = 100
