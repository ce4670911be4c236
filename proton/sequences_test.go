package proton

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// A view is what the service shows of a resource and its last deployment, or of a service; times are seconds.
type view struct {
	status    string
	attempted string // the ID of the last deployment
	at        int64  // when that began, or when a service was last modified
	succeeded string
	created   int64 // 50 unless given
	message   string
	missing   bool
}

func (v view) createdAt() time.Time { return time.Unix(cmp.Or(v.created, 50), 0) }

// A step is what reads show from some seconds after the start of the change on.
type step struct {
	from int
	view view
}

// A script is a service that has one resource.
type script struct {
	show    func(view) any
	start   view // the response to the start; not for deletions, whose response shows what reads show
	steps   []step
	started time.Time
	starts  int
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	now := s.now()
	if !strings.Contains(r.Header.Get("X-Amz-Target"), ".Get") {
		s.starts++
		s.started = time.Now()
		now = s.start
	}
	if now.missing {
		return respond(r, http.StatusBadRequest, `{"__type":"ResourceNotFoundException","message":"not there"}`), nil
	}
	body, err := wire.Append(nil, s.show(now))
	return respond(r, http.StatusOK, string(body)), err
}

func (s *script) now() view {
	shown := s.steps[0].view
	for _, next := range s.steps[1:] {
		if !s.started.IsZero() && time.Since(s.started) >= time.Duration(next.from)*time.Second {
			shown = next.view
		}
	}
	return shown
}

func respond(r *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

func clientOf(t *testing.T, transport http.RoundTripper) *Client {
	t.Helper()
	c, err := New(cloud.Config{
		Region: "us-east-1", Credentials: cloud.StaticCredentials("id", "secret", ""), HTTPClient: &http.Client{Transport: transport},
		RequestRate: -1, SkipValidation: true, // the requests of starts are cut short
	})
	require.NoError(t, err)
	return c
}

// A kind is a kind of change.
type kind struct {
	name  string
	begin func(context.Context, *Client) (cloud.AnyWaiter, error)
	show  func(view) any
}

func kindOf[R, T any](name string, begin func(*Client, context.Context, R) (*cloud.Change[T], error), r R, show func(view) any) kind {
	return kind{name, func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) { return waiterOf(begin(c, ctx, r)) }, show}
}

// waiterOf keeps a nil waiter out of the interface.
func waiterOf[T any](w *cloud.Change[T], err error) (cloud.AnyWaiter, error) {
	if err != nil {
		return nil, err
	}
	return w, nil
}

func showInstance(v view) any {
	return &GetServiceInstanceResponse{ServiceInstance: ServiceInstance{
		Name: "prod", ServiceName: "shop", CreatedAt: v.createdAt(), DeploymentStatus: DeploymentStatus(v.status), DeploymentStatusMessage: v.message,
		LastAttemptedDeploymentID: v.attempted, LastDeploymentAttemptedAt: time.Unix(v.at, 0), LastSucceededDeploymentID: v.succeeded,
	}}
}

func showEnvironment(v view) any {
	return &GetEnvironmentResponse{Environment: Environment{
		Name: "staging", CreatedAt: v.createdAt(), DeploymentStatus: DeploymentStatus(v.status), DeploymentStatusMessage: v.message,
		LastAttemptedDeploymentID: v.attempted, LastDeploymentAttemptedAt: time.Unix(v.at, 0), LastSucceededDeploymentID: v.succeeded,
	}}
}

func showComponent(v view) any {
	return &GetComponentResponse{Component: &Component{
		Name: "bucket", CreatedAt: v.createdAt(), DeploymentStatus: DeploymentStatus(v.status), DeploymentStatusMessage: v.message,
		LastAttemptedDeploymentID: v.attempted, LastDeploymentAttemptedAt: time.Unix(v.at, 0), LastSucceededDeploymentID: v.succeeded,
	}}
}

// pipelineViews has the pipeline where a start shows it and where reads show it.
type pipelineViews struct {
	Pipeline ServicePipeline `json:"pipeline"`
	Service  Service         `json:"service"`
}

func showPipeline(v view) any {
	p := ServicePipeline{
		CreatedAt: v.createdAt(), DeploymentStatus: DeploymentStatus(v.status), DeploymentStatusMessage: v.message,
		LastAttemptedDeploymentID: v.attempted, LastDeploymentAttemptedAt: time.Unix(v.at, 0), LastSucceededDeploymentID: v.succeeded,
	}
	return &pipelineViews{p, Service{Name: "shop", Status: ServiceStatusActive, Pipeline: &p}}
}

func showService(v view) any {
	return &GetServiceResponse{Service: &Service{
		Name: "shop", CreatedAt: v.createdAt(), Status: ServiceStatus(v.status), StatusMessage: v.message, LastModifiedAt: time.Unix(v.at, 0),
	}}
}

// A sequence is a course that a change may take, with the end of the wait.
type sequence struct {
	name   string
	start  view
	steps  []step
	want   error // nil is a success
	reason string
	within int // seconds
}

// walk follows a change of each kind through each sequence.
func walk(t *testing.T, kinds []kind, sequences []sequence) {
	for _, k := range kinds {
		for _, q := range sequences {
			t.Run(k.name+"/"+q.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					began := time.Now()
					w, err := k.begin(t.Context(), clientOf(t, &script{show: k.show, start: q.start, steps: q.steps}))
					require.NoError(t, err)
					results, _ := cloud.WaitAll(t.Context(), w)
					if q.want == nil {
						require.NoError(t, results[0].Err)
					} else {
						require.ErrorIs(t, results[0].Err, q.want)
						assert.ErrorContains(t, results[0].Err, q.reason)
					}
					assert.LessOrEqual(t, time.Since(began), time.Duration(q.within)*time.Second)
				})
			})
		}
	}
}

// deployment is a view of a resource whose last deployment began at a time.
func deployment(status DeploymentStatus, attempted string, at int64, succeeded string) view {
	return view{status: string(status), attempted: attempted, at: at, succeeded: succeeded}
}

func (v view) saying(message string) view { v.message = message; return v }

func (v view) createdIn(created int64) view { v.created = created; return v }

const (
	inProgress = DeploymentStatusInProgress
	succeeded  = DeploymentStatusSucceeded
	failed     = DeploymentStatusFailed
	canceling  = DeploymentStatusCancelling
	canceled   = DeploymentStatusCancelled
	deleting   = DeploymentStatusDeleteInProgress
)

var updates = []kind{
	kindOf("instance", (*Client).BeginUpdateServiceInstance, UpdateServiceInstanceRequest{Name: "prod", ServiceName: "shop", DeploymentType: DeploymentUpdateTypeCurrentVersion}, showInstance),
	kindOf("environment", (*Client).BeginUpdateEnvironment, UpdateEnvironmentRequest{Name: "staging", DeploymentType: DeploymentUpdateTypeCurrentVersion}, showEnvironment),
	kindOf("component", (*Client).BeginUpdateComponent, UpdateComponentRequest{Name: "bucket", DeploymentType: ComponentDeploymentUpdateTypeCurrentVersion}, showComponent),
	kindOf("pipeline", (*Client).BeginUpdateServicePipeline, UpdateServicePipelineRequest{ServiceName: "shop", DeploymentType: DeploymentUpdateTypeCurrentVersion}, showPipeline),
}

func TestUpdateSequences(t *testing.T) {
	t.Parallel()
	last, mine := deployment(succeeded, "d1", 100, "d1"), deployment(inProgress, "d2", 200, "d1")
	live := deployment(succeeded, "d2", 200, "d2")
	walk(t, updates, []sequence{
		{"stale for five minutes", mine, []step{{0, last}, {300, mine}, {600, live}}, nil, "", 700},
		{"the status is newer than the IDs", mine, []step{{0, last}, {1, deployment(succeeded, "d2", 200, "d1")}, {60, mine}, {600, live}}, nil, "", 700},
		{"equal times", deployment(inProgress, "d2", 100, "d1"), []step{{0, last}, {60, deployment(succeeded, "d2", 100, "d2")}}, nil, "", 80},
		{"equal times, no IDs", deployment(inProgress, "", 100, ""), []step{
			{0, deployment(succeeded, "", 100, "")}, {30, deployment(inProgress, "", 100, "")}, {60, deployment(succeeded, "", 100, "")},
		}, nil, "", 80},
		{"fails at equal times, no IDs", deployment(inProgress, "", 100, ""), []step{
			{0, deployment(succeeded, "", 100, "")}, {30, deployment(inProgress, "", 100, "")}, {60, deployment(failed, "", 100, "").saying("no subnet")},
		}, cloud.ErrFailed, "no subnet", 80},
		{"the clock steps back", deployment(inProgress, "d2", 90, "d1"), []step{{0, last}, {60, deployment(succeeded, "d2", 90, "d2")}}, nil, "", 80},
		{"the clock steps back, no IDs", deployment(inProgress, "", 90, ""), []step{{0, deployment(succeeded, "", 100, "")}, {60, deployment(succeeded, "", 90, "")}}, nil, "", 80},
		{"the response shows another's, which succeeded", deployment(succeeded, "d2", 150, "d2"), []step{
			{0, last}, {1, deployment(succeeded, "d2", 150, "d2")}, {20, deployment(inProgress, "d3", 200, "d2")}, {60, deployment(failed, "d3", 200, "d2").saying("no subnet")},
		}, cloud.ErrFailed, "no subnet", 80},
		{"the response shows the one before", last, []step{{0, last}, {20, mine}, {60, live}}, nil, "", 80},
		{"the response shows the one before, and nothing is seen on the way", last, []step{{0, last}, {20, live}}, nil, "", 80},
		{"succeeds, then another's is under way", mine, []step{{0, last}, {1, deployment(inProgress, "d3", 300, "d2")}}, nil, "", 10},
		{"another's is shown before its success is", mine, []step{{0, last}, {1, deployment(inProgress, "d3", 300, "d1")}, {20, deployment(inProgress, "d3", 300, "d2")}}, nil, "", 60},
		{"fails", mine, []step{{0, last}, {60, deployment(failed, "d2", 200, "d1").saying("no subnet")}}, cloud.ErrFailed, "no subnet", 80},
		{"a failure from before is stale", mine, []step{{0, deployment(failed, "d1", 100, "d0")}, {300, mine}, {600, live}}, nil, "", 700},
		{"canceled", mine, []step{{0, last}, {60, deployment(canceled, "d2", 200, "d1").saying("by hand")}}, cloud.ErrCanceled, "by hand", 80},
		{"superseded", mine, []step{{0, last}, {10, deployment(succeeded, "d3", 300, "d3")}}, cloud.ErrSuperseded, "superseded: deployment d3 came after", 60},
		{"superseded at equal times", mine, []step{{0, last}, {10, deployment(succeeded, "d3", 200, "d3")}}, cloud.ErrSuperseded, "superseded: deployment d3 came after", 60},
		{"deleted and made anew", mine, []step{{0, last}, {10, deployment(succeeded, "d9", 400, "d9").createdIn(390)}}, cloud.ErrSuperseded, "superseded: it was deleted", 20},
		{"deleted and made anew within seconds", mine, []step{{0, last}, {10, deployment(succeeded, "d9", 104, "d9").createdIn(54)}}, cloud.ErrSuperseded, "superseded: it was deleted", 20},
		{"gone", mine, []step{{0, last}, {10, view{missing: true}}}, cloud.ErrNotFound, "not there", 20},
		{"nothing ever happens", mine, []step{{0, last}}, context.DeadlineExceeded, "the wait exceeded its maximum time", 72 * 3600},
	})
}

func TestCancellationSequences(t *testing.T) {
	t.Parallel()
	kinds := []kind{
		kindOf("instance", (*Client).BeginCancelServiceInstanceDeployment, CancelServiceInstanceDeploymentRequest{ServiceName: "shop", ServiceInstanceName: "prod"}, showInstance),
		kindOf("environment", (*Client).BeginCancelEnvironmentDeployment, CancelEnvironmentDeploymentRequest{EnvironmentName: "staging"}, showEnvironment),
		kindOf("component", (*Client).BeginCancelComponentDeployment, CancelComponentDeploymentRequest{ComponentName: "bucket"}, showComponent),
		kindOf("pipeline", (*Client).BeginCancelServicePipelineDeployment, CancelServicePipelineDeploymentRequest{ServiceName: "shop"}, showPipeline),
	}
	asked, underway := deployment(canceling, "d2", 200, "d1"), deployment(inProgress, "d2", 200, "d1")
	done := deployment(canceled, "d2", 200, "d1")
	walk(t, kinds, []sequence{
		{"stale for five minutes", asked, []step{{0, underway}, {300, asked}, {600, done}}, nil, "", 700},
		{"a cancellation from before is stale", asked, []step{{0, deployment(canceled, "d1", 100, "d0")}, {300, asked}, {600, done}}, nil, "", 700},
		{"the response shows the one before", deployment(canceled, "d1", 100, "d0"), []step{{0, deployment(canceled, "d1", 100, "d0")}, {20, asked}, {60, done}}, nil, "", 80},
		{"too late", asked, []step{{0, underway}, {60, deployment(succeeded, "d2", 200, "d2")}}, cloud.ErrFailed, "too late: the deployment succeeded", 80},
		{"fails", asked, []step{{0, underway}, {60, deployment(failed, "d2", 200, "d1").saying("stuck")}}, cloud.ErrFailed, "too late: the deployment failed: stuck", 80},
		{"abandoned", asked, []step{{0, asked}, {60, underway}}, cloud.ErrFailed, "abandoned: the state is IN_PROGRESS again, and not canceled", 120},
		{"superseded", asked, []step{{0, asked}, {60, deployment(inProgress, "d3", 300, "d1")}}, cloud.ErrSuperseded, "superseded: deployment d3 came after", 120},
		{"deleted and made anew", asked, []step{{0, asked}, {60, deployment(inProgress, "d9", 400, "").createdIn(390)}}, cloud.ErrSuperseded, "superseded: it was deleted", 80},
		{"nothing ever happens", asked, []step{{0, asked}}, context.DeadlineExceeded, "the wait exceeded its maximum time", 72 * 3600},
	})
}

func TestCreationSequences(t *testing.T) {
	t.Parallel()
	kinds := []kind{
		kindOf("instance", (*Client).BeginCreateServiceInstance, CreateServiceInstanceRequest{Name: "prod", ServiceName: "shop"}, showInstance),
		kindOf("environment", (*Client).BeginCreateEnvironment, CreateEnvironmentRequest{Name: "staging"}, showEnvironment),
		kindOf("component", (*Client).BeginCreateComponent, CreateComponentRequest{Name: "bucket"}, showComponent),
	}
	mine := deployment(inProgress, "d1", 2000, "").createdIn(2000)
	live := deployment(succeeded, "d1", 2000, "d1").createdIn(2000)
	older := deployment(succeeded, "d0", 100, "d0")
	bare := view{status: string(inProgress), created: 2000}
	walk(t, kinds, []sequence{
		{"an older one is shown for five minutes", mine, []step{{0, older}, {300, mine}, {600, live}}, nil, "", 700},
		{"an older one that is being deleted is shown", mine, []step{{0, deployment(deleting, "d0", 100, "d0")}, {60, live}}, nil, "", 80},
		{"not visible for a while", mine, []step{{0, view{missing: true}}, {50, live}}, nil, "", 80},
		{"the response names no deployment", bare, []step{{0, older}, {30, bare}, {60, live}}, nil, "", 80},
		{"fails", mine, []step{{0, mine}, {60, deployment(failed, "d1", 2000, "").createdIn(2000).saying("no subnet")}}, cloud.ErrFailed, "no subnet", 80},
		{"canceled", mine, []step{{0, mine}, {60, deployment(canceled, "d1", 2000, "").createdIn(2000).saying("by hand")}}, cloud.ErrCanceled, "by hand", 80},
		{"superseded", mine, []step{{0, mine}, {60, deployment(inProgress, "d2", 2060, "").createdIn(2000)}}, cloud.ErrSuperseded, "superseded: deployment d2 came after", 120},
		{"deleted and made anew", mine, []step{{0, mine}, {60, deployment(inProgress, "d9", 3000, "").createdIn(3000)}}, cloud.ErrSuperseded, "superseded: it was deleted", 80},
		{"nothing ever happens", mine, []step{{0, mine}}, context.DeadlineExceeded, "the wait exceeded its maximum time", 72 * 3600},
	})
}

func TestDeletionSequences(t *testing.T) {
	t.Parallel()
	kinds := []kind{
		kindOf("environment", (*Client).BeginDeleteEnvironment, DeleteEnvironmentRequest{Name: "staging"}, showEnvironment),
		kindOf("component", (*Client).BeginDeleteComponent, DeleteComponentRequest{Name: "bucket"}, showComponent),
	}
	was, asked := deployment(succeeded, "d1", 100, "d1"), deployment(deleting, "d1", 100, "d1")
	broken := deployment(DeploymentStatusDeleteFailed, "d1", 100, "d1").saying("in use")
	walk(t, kinds, deletionSequences(was, asked, broken, deployment(inProgress, "d9", 400, "").createdIn(390)))
	walk(t, kinds, []sequence{
		{"deleted already", was, []step{{0, deployment(DeploymentStatusDeleteComplete, "d1", 100, "d1")}}, nil, "", 1},
		{"shown as deleted", asked, []step{{0, was}, {60, deployment(DeploymentStatusDeleteComplete, "d1", 100, "d1")}}, nil, "", 80},
	})
	for _, k := range kinds {
		s := &script{show: k.show, steps: []step{{0, deployment(DeploymentStatusDeleteComplete, "d1", 100, "d1")}}}
		_, err := k.begin(t.Context(), clientOf(t, s))
		require.NoError(t, err)
		assert.Zero(t, s.starts, "%s: nothing is sent for what is deleted", k.name)
	}
}

// deletionSequences are those of a resource as it was, while it is being deleted as asked, and after the deletion
// failed, and of a new one of its name.
func deletionSequences(was, asked, broken, anew view) []sequence {
	return []sequence{
		{"stale for five minutes", asked, []step{{0, was}, {300, asked}, {600, view{missing: true}}}, nil, "", 700},
		{"made anew", asked, []step{{0, was}, {60, anew}}, nil, "", 80},
		{"failed before", asked, []step{{0, broken}, {20, asked}, {60, view{missing: true}}}, nil, "", 80},
		{"fails", asked, []step{{0, was}, {20, asked}, {60, broken}}, cloud.ErrFailed, "in use", 80},
		{"fails again as it failed before", asked, []step{{0, broken}, {1, asked}, {60, broken}}, cloud.ErrFailed, "in use", 80},
		{"fails, and nothing is seen on the way", asked, []step{{0, was}, {4, broken}}, cloud.ErrFailed, "in use", 60},
		{"abandoned", asked, []step{{0, was}, {1, asked}, {60, was}}, cloud.ErrFailed, "again, and not deleted", 120},
		{"nothing ever happens", asked, []step{{0, was}}, context.DeadlineExceeded, "the wait exceeded its maximum time", 72 * 3600},
	}
}

func TestServiceSequences(t *testing.T) {
	t.Parallel()
	at := func(status ServiceStatus, modified int64) view { return view{status: string(status), at: modified} }
	active, updating := at(ServiceStatusActive, 100), at(ServiceStatusUpdateInProgress, 200)
	failed := at(ServiceStatusUpdateFailed, 300).saying("no subnet")
	walk(t, []kind{kindOf("update", (*Client).BeginUpdateService, UpdateServiceRequest{Name: "shop"}, showService)}, []sequence{
		{"stale for five minutes", updating, []step{{0, active}, {300, updating}, {600, at(ServiceStatusActive, 300)}}, nil, "", 700},
		{"equal times", at(ServiceStatusUpdateInProgress, 100), []step{{0, active}, {30, at(ServiceStatusUpdateInProgress, 100)}, {60, active}}, nil, "", 80},
		{"flapping", updating, []step{{0, active}, {10, updating}, {30, active}, {120, updating}, {180, at(ServiceStatusActive, 300)}}, nil, "", 240},
		{"the clock steps back", at(ServiceStatusUpdateInProgress, 90), []step{{0, active}, {60, at(ServiceStatusActive, 90)}}, nil, "", 120},
		{"a failure from before is stale", updating, []step{{0, at(ServiceStatusUpdateFailed, 100)}, {60, updating}, {120, at(ServiceStatusActive, 300)}}, nil, "", 160},
		{"fails", updating, []step{{0, active}, {60, failed}}, cloud.ErrFailed, "no subnet", 80},
		{"deleted and made anew", updating, []step{{0, active}, {60, view{status: "ACTIVE", at: 400, created: 390}}}, cloud.ErrSuperseded, "superseded: it was deleted", 80},
		{"nothing ever happens", updating, []step{{0, active}}, context.DeadlineExceeded, "the wait exceeded its maximum time", 72 * 3600},
	})
	walk(t, []kind{kindOf("creation", (*Client).BeginCreateService, CreateServiceRequest{Name: "shop"}, showService)}, []sequence{
		{"an older one is shown for five minutes", at(ServiceStatusCreateInProgress, 2000).createdIn(2000),
			[]step{{0, active}, {300, at(ServiceStatusCreateInProgress, 2000).createdIn(2000)}, {600, at(ServiceStatusActive, 2600).createdIn(2000)}}, nil, "", 700},
		{"is cleaned up", at(ServiceStatusCreateInProgress, 2000), []step{{0, at(ServiceStatusCreateFailedCleanupInProgress, 2000)}, {60, at(ServiceStatusCreateFailedCleanupComplete, 2060).saying("quota")}},
			cloud.ErrFailed, "quota", 80},
		{"deleted and made anew", at(ServiceStatusCreateInProgress, 2000), []step{{0, at(ServiceStatusActive, 3000).createdIn(3000)}}, cloud.ErrSuperseded, "superseded: it was deleted", 10},
	})
	deleting := at(ServiceStatusDeleteInProgress, 100)
	walk(t, []kind{kindOf("deletion", (*Client).BeginDeleteService, DeleteServiceRequest{Name: "shop"}, showService)}, deletionSequences(active, deleting, at(ServiceStatusDeleteFailed, 100).saying("in use"), at(ServiceStatusCreateInProgress, 400).createdIn(390)))
}
