package emulator

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// finspaceStarts are the operations that start a change.
var finspaceStarts = []string{"UpdateKxClusterCodeConfiguration", "CreateKxChangeset"}

// finspaceTokenLife is how long FinSpace remembers a client token.
const finspaceTokenLife = 10 * time.Minute

type finspaceService struct {
	aws
	routes       []route
	tokens       tokens
	environments map[string]bool
	clusters     *table[finspace.GetKxClusterResponse]   // by environment and name
	databases    map[string]bool                         // by environment and name
	changesets   *table[finspace.GetKxChangesetResponse] // by environment, database and id
}

func newFinspace(e *Emulator) *finspaceService {
	s := &finspaceService{
		aws: newAWS(e, "finspace"), tokens: tokens{}, environments: map[string]bool{}, databases: map[string]bool{},
		clusters: newTable[finspace.GetKxClusterResponse](), changesets: newTable[finspace.GetKxChangesetResponse](),
	}
	const environment = "/kx/environments/{environmentId}"
	const changesets = environment + "/databases/{databaseName}/changesets"
	s.routes = []route{
		{"UpdateKxClusterCodeConfiguration", "PUT", environment + "/clusters/{clusterName}/configuration/code", operation(s.updateCode)},
		{"GetKxCluster", "GET", environment + "/clusters/{clusterName}", operation(s.getCluster)},
		{"ListKxClusters", "GET", environment + "/clusters", operation(s.listClusters)},
		{"CreateKxChangeset", "POST", changesets, operation(s.createChangeset)},
		{"GetKxChangeset", "GET", changesets + "/{changesetId}", operation(s.getChangeset)},
		{"ListKxChangesets", "GET", changesets, operation(s.listChangesets)},
	}
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

// AddKxCluster puts a cluster into an environment, or replaces it. What is left empty becomes that
// of a general purpose cluster that has run for a day.
func (e *Emulator) AddKxCluster(environmentID string, cluster finspace.GetKxClusterResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, c := e.now(), copyOf(cluster)
	c.ClusterName = cmp.Or(c.ClusterName, "cluster")
	c.ClusterType = cmp.Or(c.ClusterType, finspace.KxClusterTypeGP)
	c.Status = cmp.Or(c.Status, finspace.KxClusterStatusRunning)
	c.ReleaseLabel = cmp.Or(c.ReleaseLabel, "1.0")
	c.AZMode = cmp.Or(c.AZMode, finspace.KxAZModeSingle)
	c.AvailabilityZoneID = cmp.Or(c.AvailabilityZoneID, "use1-az4")
	c.CreatedTimestamp = cmp.Or(c.CreatedTimestamp, now.Add(-24*time.Hour))
	c.LastModifiedTimestamp = cmp.Or(c.LastModifiedTimestamp, c.CreatedTimestamp)
	e.finspace.environments[environmentID] = true
	e.finspace.clusters.add(keyOf(environmentID, c.ClusterName), now, c)
}

// AddKxDatabase makes a database known, so that changesets can be created in it.
func (e *Emulator) AddKxDatabase(environmentID, name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.finspace.environments[environmentID] = true
	e.finspace.databases[keyOf(environmentID, name)] = true
}

// keyOf joins the names of a resource with what is in none of them.
func keyOf(names ...string) string { return strings.Join(names, "\x00") }

// isBusy reports a cluster that is under way to another state.
func isBusy(status finspace.KxClusterStatus) bool {
	switch status {
	case finspace.KxClusterStatusPending, finspace.KxClusterStatusCreating, finspace.KxClusterStatusUpdating, finspace.KxClusterStatusDeleting:
		return true
	}
	return false
}

func (s *finspaceService) updateCode(r *received, in finspace.UpdateKxClusterCodeConfigurationRequest) (any, error) {
	return s.tokens.once(r, in.ClientToken, in, finspaceTokenLife, func() (any, error) {
		row := s.clusters.row(keyOf(in.EnvironmentID, in.ClusterName))
		cluster, ok := row.truth(s.emulator.now())
		switch {
		case !ok:
			return nil, notFound("cluster", in.ClusterName)
		case isBusy(cluster.Status):
			return nil, conflict("The cluster "+in.ClusterName+" is "+string(cluster.Status)+".", "CONCURRENT_UPDATE")
		case cluster.Status != finspace.KxClusterStatusRunning:
			return nil, conflict("The cluster "+in.ClusterName+" is "+string(cluster.Status)+", not running.", "INVALID_STATE")
		}
		s.startCodeUpdate(row, cluster, in)
		return nil, nil
	})
}

// startCodeUpdate plans an update. A cluster whose update fails runs its old code again, and says
// why in its status reason.
func (s *finspaceService) startCodeUpdate(row *timeline[finspace.GetKxClusterResponse], before finspace.GetKxClusterResponse, in finspace.UpdateKxClusterCodeConfigurationRequest) {
	c := s.emulator.begin("finspace", "UpdateKxClusterCodeConfiguration")
	updating := before
	updating.Status, updating.StatusReason = finspace.KxClusterStatusUpdating, ""
	updating.LastModifiedTimestamp = later(c.start, before.LastModifiedTimestamp)

	after := updating
	after.Status = cmp.Or(finspace.KxClusterStatus(c.State), finspace.KxClusterStatusRunning)
	after.StatusReason = c.Reason
	after.LastModifiedTimestamp = later(c.end, updating.LastModifiedTimestamp)
	if c.failed() {
		after.StatusReason = cmp.Or(c.Reason, "The code could not be loaded; the cluster runs the code that it ran before.")
	} else {
		after.Code = &in.Code
		after.InitializationScript = cmp.Or(in.InitializationScript, before.InitializationScript)
		if in.CommandLineArguments != nil {
			after.CommandLineArguments = in.CommandLineArguments
		}
	}
	during(row, c, c.start, updating)
	finish(row, c, after)
}

// later is at, or just after before if that is not earlier: a change always shows in the time of
// the last one.
func later(at, before time.Time) time.Time {
	if at.After(before) {
		return at
	}
	return before.Add(time.Millisecond)
}

func (s *finspaceService) getCluster(_ *received, in finspace.GetKxClusterRequest) (any, error) {
	cluster, ok := s.clusters.row(keyOf(in.EnvironmentID, in.ClusterName)).seen(s.emulator.now())
	if !ok {
		return nil, notFound("cluster", in.ClusterName)
	}
	return &cluster, nil
}

// finspacePage is how many items a page has unless the request says.
const finspacePage = 100

func (s *finspaceService) listClusters(_ *received, in finspace.ListKxClustersRequest) (any, error) {
	if !s.environments[in.EnvironmentID] {
		return nil, notFound("environment", in.EnvironmentID)
	}
	list := []finspace.KxCluster{}
	for _, key := range s.clusters.keys {
		c, ok := s.clusters.row(key).seen(s.emulator.now())
		if !ok || !strings.HasPrefix(key, keyOf(in.EnvironmentID, "")) || in.ClusterType != "" && c.ClusterType != in.ClusterType {
			continue
		}
		list = append(list, summaryOfCluster(c))
	}
	page, next, err := nextPage(list, keyOf("clusters", in.EnvironmentID, string(in.ClusterType)), in.NextToken, cmp.Or(in.MaxResults, finspacePage))
	return &finspace.ListKxClustersResponse{KxClusterSummaries: page, NextToken: next}, err
}

func summaryOfCluster(c finspace.GetKxClusterResponse) finspace.KxCluster {
	return finspace.KxCluster{
		Status: c.Status, StatusReason: c.StatusReason, ClusterName: c.ClusterName, ClusterType: c.ClusterType,
		ClusterDescription: c.ClusterDescription, ReleaseLabel: c.ReleaseLabel, Volumes: c.Volumes,
		InitializationScript: c.InitializationScript, ExecutionRole: c.ExecutionRole, AZMode: c.AZMode,
		AvailabilityZoneID: c.AvailabilityZoneID, LastModifiedTimestamp: c.LastModifiedTimestamp, CreatedTimestamp: c.CreatedTimestamp,
	}
}

// newChangesetID makes an id of 26 letters and digits, which is what the service allows at most.
func newChangesetID() string { return rand.Text() }
