package finspace

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

// A view is what the service shows of a resource; times are seconds.
type view struct {
	status            string
	created, modified int64 // created is 100 unless given
	content           string
	reason            string
	missing           bool
}

// The contents of views: what was there before an update, what it asks for, and what somebody else asks for.
const (
	oldContent   = "old"
	newContent   = "new"
	thirdContent = "third"
)

func (v view) createdAt() time.Time  { return time.Unix(cmp.Or(v.created, 100), 0) }
func (v view) modifiedAt() time.Time { return time.Unix(v.modified, 0) }

// A step is what the service shows from some seconds after the start of the change on.
type step struct {
	from int
	view view
}

// A script is a service that has one resource.
type script struct {
	show    func(view) any
	started time.Time
	steps   []step // the first is what was there before
	starts  int
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	now := s.now()
	if r.Method != http.MethodGet {
		s.starts++
		s.started = time.Now()
		now = s.now() // a creation shows what it has begun
	}
	if now.missing {
		return respond(r, http.StatusNotFound, `{"__type":"ResourceNotFoundException","message":"not there"}`), nil
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
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{"Content-Type": {"application/json"}, "X-Amzn-Requestid": {"r-1"}},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

func clientOf(t *testing.T, transport http.RoundTripper) *Client {
	t.Helper()
	c, err := New(cloud.Config{
		Region: "us-east-1", Credentials: cloud.StaticCredentials("id", "secret", ""), HTTPClient: &http.Client{Transport: transport},
		RequestRate: -1, SkipValidation: true, // the requests of creations are cut short
	})
	require.NoError(t, err)
	return c
}

// A kind is a kind of change. The statuses are the service's words for it.
type kind struct {
	name                         string
	begin                        func(context.Context, *Client) (cloud.AnyWaiter, error)
	show                         func(view) any
	idle, busy, failed, deleting string
}

// waiterOf keeps a nil waiter out of the interface.
func waiterOf[T any](w *cloud.Waiter[T], err error) (cloud.AnyWaiter, error) {
	if err != nil {
		return nil, err
	}
	return w, nil
}

func showCluster(v view) any {
	key := map[string]string{oldContent: "old.zip", newContent: "new.zip", thirdContent: "theirs.zip"}[v.content]
	return &GetKxClusterResponse{
		ClusterName: "hdb", Status: KxClusterStatus(v.status), StatusReason: v.reason, CreatedTimestamp: v.createdAt(), LastModifiedTimestamp: v.modifiedAt(),
		Code:      &CodeConfiguration{S3Bucket: "releases", S3Key: key},
		Databases: []KxDatabaseConfiguration{{DatabaseName: "trades", ChangesetID: v.content}},
	}
}

func showDataview(v view) any {
	return &GetKxDataviewResponse{
		DataviewName: "recent", Status: KxDataviewStatus(v.status), StatusReason: v.reason, CreatedTimestamp: v.createdAt(), LastModifiedTimestamp: v.modifiedAt(),
		ChangesetID: v.content,
	}
}

func showVolume(v view) any {
	size := map[string]int{oldContent: 1200, newContent: 2400, thirdContent: 4800}[v.content]
	return &GetKxVolumeResponse{
		VolumeName: "cache", Status: KxVolumeStatus(v.status), StatusReason: v.reason, CreatedTimestamp: v.createdAt(), LastModifiedTimestamp: v.modifiedAt(),
		NAS1Configuration: &KxNAS1Configuration{Type: KxNAS1TypeSSD250, Size: size},
	}
}

func showScalingGroup(v view) any {
	return &GetKxScalingGroupResponse{
		ScalingGroupName: "shared", Status: KxScalingGroupStatus(v.status), StatusReason: v.reason, CreatedTimestamp: v.createdAt(), LastModifiedTimestamp: v.modifiedAt(),
	}
}

func showEnvironment(v view) any {
	e := &GetKxEnvironmentResponse{
		EnvironmentID: "kxenv", Status: EnvironmentStatus(v.status), ErrorMessage: v.reason, CreationTimestamp: v.createdAt(), UpdateTimestamp: v.modifiedAt(),
		TGWStatus: TGWStatusNone, DNSStatus: DNSStatusNone,
	}
	switch v.content {
	case newContent:
		e.TGWStatus, e.TransitGatewayConfiguration = TGWStatusSuccessfullyUpdated, &TransitGatewayConfiguration{TransitGatewayID: "tgw-new"}
	case thirdContent:
		e.TGWStatus, e.TransitGatewayConfiguration = TGWStatusSuccessfullyUpdated, &TransitGatewayConfiguration{TransitGatewayID: "tgw-third"}
	}
	return e
}

var updates = []kind{
	{"code", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginUpdateKxClusterCodeConfiguration(ctx, UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Code: CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
		}))
	}, showCluster, "RUNNING", "UPDATING", "", "DELETING"},
	{"databases", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginUpdateKxClusterDatabases(ctx, UpdateKxClusterDatabasesRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Databases: []KxDatabaseConfiguration{{DatabaseName: "trades", ChangesetID: newContent}},
		}))
	}, showCluster, "RUNNING", "UPDATING", "", "DELETING"},
	{"dataview", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginUpdateKxDataview(ctx, UpdateKxDataviewRequest{
			EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "recent", ChangesetID: newContent,
		}))
	}, showDataview, "ACTIVE", "UPDATING", "FAILED", "DELETING"},
	{"volume", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginUpdateKxVolume(ctx, UpdateKxVolumeRequest{
			EnvironmentID: "kxenv", VolumeName: "cache", NAS1Configuration: &KxNAS1Configuration{Size: 2400},
		}))
	}, showVolume, "ACTIVE", "UPDATING", "UPDATE_FAILED", "DELETING"},
	{"network", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginUpdateKxEnvironmentNetwork(ctx, UpdateKxEnvironmentNetworkRequest{
			EnvironmentID: "kxenv", TransitGatewayConfiguration: &TransitGatewayConfiguration{TransitGatewayID: "tgw-new", RoutableCIDRSpace: "100.64.0.0/26"},
		}))
	}, showEnvironment, "CREATED", "UPDATING_NETWORK", "FAILED_UPDATING_NETWORK", "DELETING"},
}

var deletions = []kind{
	{"cluster", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginDeleteKxCluster(ctx, DeleteKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"}))
	}, showCluster, "RUNNING", "DELETING", "DELETE_FAILED", "DELETED"},
	{"dataview", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginDeleteKxDataview(ctx, DeleteKxDataviewRequest{EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "recent"}))
	}, showDataview, "ACTIVE", "DELETING", "FAILED", ""},
	{"volume", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginDeleteKxVolume(ctx, DeleteKxVolumeRequest{EnvironmentID: "kxenv", VolumeName: "cache"}))
	}, showVolume, "ACTIVE", "DELETING", "DELETE_FAILED", "DELETED"},
	{"scaling group", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginDeleteKxScalingGroup(ctx, DeleteKxScalingGroupRequest{EnvironmentID: "kxenv", ScalingGroupName: "shared"}))
	}, showScalingGroup, "ACTIVE", "DELETING", "DELETE_FAILED", "DELETED"},
	{"environment", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginDeleteKxEnvironment(ctx, DeleteKxEnvironmentRequest{EnvironmentID: "kxenv"}))
	}, showEnvironment, "CREATED", "RETRY_DELETION", "FAILED_DELETION", "DELETED"},
}

var creations = []kind{
	{"cluster", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginCreateKxCluster(ctx, CreateKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"}))
	}, showCluster, "RUNNING", "CREATING", "CREATE_FAILED", "DELETING"},
	{"dataview", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginCreateKxDataview(ctx, CreateKxDataviewRequest{EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "recent"}))
	}, showDataview, "ACTIVE", "CREATING", "FAILED", "DELETING"},
	{"volume", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginCreateKxVolume(ctx, CreateKxVolumeRequest{EnvironmentID: "kxenv", VolumeName: "cache"}))
	}, showVolume, "ACTIVE", "CREATING", "CREATE_FAILED", "DELETING"},
	{"scaling group", func(ctx context.Context, c *Client) (cloud.AnyWaiter, error) {
		return waiterOf(c.BeginCreateKxScalingGroup(ctx, CreateKxScalingGroupRequest{EnvironmentID: "kxenv", ScalingGroupName: "shared"}))
	}, showScalingGroup, "ACTIVE", "CREATING", "CREATE_FAILED", "DELETING"},
}

// A sequence is a course that a change may take, and how the wait must end.
type sequence struct {
	name   string
	steps  func(k kind) []step
	want   error // nil is a success
	reason string
	within int // seconds
}

// walk follows a change of each kind through each sequence.
func walk(t *testing.T, kinds []kind, sequences []sequence) {
	for _, k := range kinds {
		for _, q := range sequences {
			steps := q.steps(k)
			if steps == nil {
				continue
			}
			t.Run(k.name+"/"+q.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					began := time.Now()
					w, err := k.begin(t.Context(), clientOf(t, &script{show: k.show, steps: steps}))
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

func TestUpdateSequences(t *testing.T) {
	t.Parallel()
	walk(t, updates, []sequence{
		{"stale for five minutes", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {300, view{k.busy, 0, 1300, oldContent, "", false}}, {600, view{k.idle, 0, 1600, newContent, "", false}}}
		}, nil, "", 700},
		{"equal times", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{k.busy, 0, 1000, oldContent, "", false}}, {60, view{k.idle, 0, 1000, newContent, "", false}}}
		}, nil, "", 80},
		{"equal times, and nothing seen on the way", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {4, view{k.idle, 0, 1000, newContent, "", false}}}
		}, nil, "", 10},
		{"the clock steps back", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{k.busy, 0, 900, oldContent, "", false}}, {60, view{k.idle, 0, 960, newContent, "", false}}}
		}, nil, "", 120},
		{"a clock of 1970", func(k kind) []step {
			return []step{{0, view{k.idle, 1, 1, oldContent, "", false}}, {1, view{k.busy, 1, 2, oldContent, "", false}}, {60, view{k.idle, 1, 3, newContent, "", false}}}
		}, nil, "", 80},
		{"the same again, at equal times", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, newContent, "", false}}, {1, view{k.busy, 0, 1000, newContent, "", false}}, {60, view{k.idle, 0, 1000, newContent, "", false}}}
		}, nil, "", 80},
		{"the same again, by a clock that steps back", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, newContent, "", false}}, {1, view{k.busy, 0, 900, newContent, "", false}}, {60, view{k.idle, 0, 960, newContent, "", false}}}
		}, nil, "", 120},
		{"flapping", func(k kind) []step {
			was := view{k.idle, 0, 1000, oldContent, "", false}
			return []step{{0, was}, {6, view{k.busy, 0, 1006, oldContent, "", false}}, {20, was}, {120, view{k.busy, 0, 1006, oldContent, "", false}}, {150, was}, {300, view{k.idle, 0, 1150, newContent, "", false}}}
		}, nil, "", 360},
		{"an old reason stays", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "old trouble", false}}, {1, view{k.busy, 0, 1001, oldContent, "old trouble", false}}, {60, view{k.idle, 0, 1060, newContent, "old trouble", false}}}
		}, nil, "", 80},
		{"another's change in a stale read", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{k.idle, 0, 1500, thirdContent, "", false}}, {20, view{k.busy, 0, 1600, thirdContent, "", false}}, {60, view{k.idle, 0, 1660, newContent, "", false}}}
		}, nil, "", 80},
		{"another's failure in a stale read", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{cmp.Or(k.failed, k.idle), 0, 1500, oldContent, "theirs failed", false}}, {20, view{k.busy, 0, 1600, oldContent, "", false}}, {60, view{k.idle, 0, 1660, newContent, "", false}}}
		}, nil, "", 80},
		{"another's change of something else in a stale read", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{k.idle, 0, 1500, oldContent, "", false}}, {300, view{k.busy, 0, 1600, oldContent, "", false}}, {600, view{k.idle, 0, 1660, newContent, "", false}}}
		}, nil, "", 700},
		{"an unknown status", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{"MIGRATING", 0, 1001, oldContent, "", false}}, {60, view{k.idle, 0, 1060, newContent, "", false}}}
		}, nil, "", 80},
		{"fails", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{k.busy, 0, 1001, oldContent, "", false}}, {60, view{cmp.Or(k.failed, k.idle), 0, 1060, oldContent, "no capacity", false}}}
		}, cloud.ErrFailed, "no capacity", 80},
		{"fails at equal times", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{k.busy, 0, 1000, oldContent, "", false}}, {60, view{cmp.Or(k.failed, k.idle), 0, 1000, oldContent, "no capacity", false}}}
		}, cloud.ErrFailed, "no capacity", 80},
		{"fails with the reason of the failure before", func(k kind) []step {
			was := view{cmp.Or(k.failed, k.idle), 0, 1000, oldContent, "no capacity", false}
			return []step{{0, was}, {1, view{k.busy, 0, 1001, oldContent, "", false}}, {60, view{was.status, 0, 1060, oldContent, "no capacity", false}}}
		}, cloud.ErrFailed, "no capacity", 120},
		{"fails, and nothing is seen on the way", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {4, view{cmp.Or(k.failed, k.idle), 0, 1004, oldContent, "no capacity", false}}}
		}, cloud.ErrFailed, "no capacity", 60},
		{"given up", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{k.busy, 0, 1001, oldContent, "", false}}, {60, view{k.idle, 0, 1060, oldContent, "", false}}}
		}, cloud.ErrFailed, "again, without the update", 120},
		{"given up at equal times", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{k.busy, 0, 1000, oldContent, "", false}}, {60, view{k.idle, 0, 1000, oldContent, "", false}}}
		}, cloud.ErrFailed, "again, without the update", 120},
		{"superseded", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {1, view{k.busy, 0, 1001, oldContent, "", false}}, {60, view{k.idle, 0, 1060, thirdContent, "", false}}}
		}, cloud.ErrSuperseded, "superseded: ", 120},
		{"superseded at equal times, and nothing seen on the way", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {4, view{k.idle, 0, 1000, thirdContent, "", false}}}
		}, cloud.ErrSuperseded, "superseded: ", 60},
		{"deleted and made anew", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {10, view{"CREATING", 700, 700, oldContent, "", false}}, {60, view{k.idle, 700, 760, oldContent, "", false}}}
		}, cloud.ErrSuperseded, "superseded: another of the same name was created at", 20},
		{"being deleted", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {10, view{k.deleting, 0, 1010, oldContent, "by hand", false}}}
		}, cloud.ErrFailed, "by hand", 20},
		{"being deleted at equal times", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {10, view{k.deleting, 0, 1000, oldContent, "by hand", false}}}
		}, cloud.ErrFailed, "by hand", 60},
		{"gone", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}, {10, view{missing: true}}}
		}, cloud.ErrNotFound, "not there", 20},
		{"nothing ever happens", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, oldContent, "", false}}}
		}, context.DeadlineExceeded, "the longest time of the wait", 24 * 3600},
	})
}

func TestDeletionSequences(t *testing.T) {
	t.Parallel()
	walk(t, deletions, []sequence{
		{"stale for five minutes", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, "", "", false}}, {300, view{k.busy, 0, 1300, "", "", false}}, {600, view{missing: true}}}
		}, nil, "", 700},
		{"shown as deleted", func(k kind) []step {
			if k.deleting == "" {
				return nil
			}
			return []step{{0, view{k.idle, 0, 1000, "", "", false}}, {1, view{k.busy, 0, 1000, "", "", false}}, {60, view{k.deleting, 0, 1000, "", "", false}}}
		}, nil, "", 80},
		{"deleted already", func(k kind) []step {
			if k.deleting == "" {
				return nil
			}
			return []step{{0, view{k.deleting, 0, 1000, "", "", false}}}
		}, nil, "", 1},
		{"made anew", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, "", "", false}}, {60, view{"CREATING", 700, 700, "", "", false}}}
		}, nil, "", 80},
		{"failed before", func(k kind) []step {
			was := view{k.failed, 0, 1000, "", "old trouble", false}
			return []step{{0, was}, {120, view{k.busy, 0, 1001, "", "", false}}, {300, view{missing: true}}}
		}, nil, "", 400},
		{"another's failure in a stale read", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, "", "", false}}, {1, view{k.failed, 0, 1500, "", "theirs failed", false}}, {20, view{k.busy, 0, 1600, "", "", false}}, {60, view{missing: true}}}
		}, nil, "", 80},
		{"flapping", func(k kind) []step {
			was := view{k.idle, 0, 1000, "", "", false}
			return []step{{0, was}, {6, view{k.busy, 0, 1006, "", "", false}}, {20, was}, {200, view{missing: true}}}
		}, nil, "", 260},
		{"fails", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, "", "", false}}, {1, view{k.busy, 0, 1001, "", "", false}}, {60, view{k.failed, 0, 1060, "", "in use", false}}}
		}, cloud.ErrFailed, "in use", 80},
		{"fails again as it failed before", func(k kind) []step {
			return []step{{0, view{k.failed, 0, 1000, "", "in use", false}}, {1, view{k.busy, 0, 1000, "", "", false}}, {60, view{k.failed, 0, 1000, "", "in use", false}}}
		}, cloud.ErrFailed, "in use", 80},
		{"fails at equal times, and nothing is seen on the way", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, "", "", false}}, {4, view{k.failed, 0, 1000, "", "in use", false}}}
		}, cloud.ErrFailed, "in use", 60},
		{"given up", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, "", "", false}}, {1, view{k.busy, 0, 1001, "", "", false}}, {60, view{k.idle, 0, 1060, "", "", false}}}
		}, cloud.ErrFailed, "again, and not deleted", 120},
		{"given up at equal times", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, "", "", false}}, {1, view{k.busy, 0, 1000, "", "", false}}, {60, view{k.idle, 0, 1000, "", "", false}}}
		}, cloud.ErrFailed, "again, and not deleted", 120},
		{"nothing ever happens", func(k kind) []step {
			return []step{{0, view{k.idle, 0, 1000, "", "", false}}}
		}, context.DeadlineExceeded, "the longest time of the wait", 24 * 3600},
	})
}

func TestCreationSequences(t *testing.T) {
	t.Parallel()
	const before, ours, later = 100, 2000, 3000
	walk(t, creations, []sequence{
		{"an older one is shown for five minutes", func(k kind) []step {
			return []step{{0, view{k.busy, ours, ours, "", "", false}}, {1, view{k.idle, before, 200, "", "", false}}, {300, view{k.busy, ours, ours, "", "", false}}, {600, view{k.idle, ours, 2600, "", "", false}}}
		}, nil, "", 700},
		{"an older one that is being deleted is shown", func(k kind) []step {
			return []step{{0, view{k.busy, ours, ours, "", "", false}}, {1, view{k.deleting, before, 200, "", "", false}}, {60, view{k.idle, ours, ours, "", "", false}}}
		}, nil, "", 80},
		{"not visible for a while", func(k kind) []step {
			return []step{{0, view{k.busy, ours, ours, "", "", false}}, {1, view{missing: true}}, {50, view{k.idle, ours, ours, "", "", false}}}
		}, nil, "", 80},
		{"fails", func(k kind) []step {
			return []step{{0, view{k.busy, ours, ours, "", "", false}}, {60, view{k.failed, ours, ours, "", "no capacity", false}}}
		}, cloud.ErrFailed, "no capacity", 80},
		{"deleted and made anew", func(k kind) []step {
			return []step{{0, view{k.busy, ours, ours, "", "", false}}, {60, view{k.idle, later, later, "", "", false}}}
		}, cloud.ErrSuperseded, "superseded: another of the same name was created at", 80},
		{"nothing ever happens", func(k kind) []step {
			return []step{{0, view{k.busy, ours, ours, "", "", false}}}
		}, context.DeadlineExceeded, "the longest time of the wait", 24 * 3600},
	})
}

func TestDeletedAlready(t *testing.T) {
	t.Parallel()
	for _, k := range deletions {
		if k.deleting == "" {
			continue
		}
		s := &script{show: k.show, steps: []step{{0, view{status: k.deleting, modified: 1000}}}}
		_, err := k.begin(t.Context(), clientOf(t, s))
		require.NoError(t, err)
		assert.Zero(t, s.starts, "%s: nothing is sent for what is deleted", k.name)
	}
}

// nodes is a service that lists the nodes of a cluster; in the seconds of gaps it leaves one out.
type nodes struct {
	gaps    [][2]int
	started time.Time
}

func (n *nodes) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.started.IsZero() {
		n.started = time.Now()
	}
	since, body := int(time.Since(n.started)/time.Second), `{"nodes":[{"nodeId":"n0","status":"RUNNING"},{"nodeId":"n1","status":"PROVISIONING"}]}`
	for _, gap := range n.gaps {
		if gap[0] <= since && since < gap[1] {
			body = `{"nodes":[{"nodeId":"n0","status":"RUNNING"}]}`
		}
	}
	if r.Method == http.MethodDelete {
		body = `{}`
	}
	return respond(r, http.StatusOK, body), nil
}

// TestMissingNodes is that a node which is missing from one list, or from some, is not gone.
func TestMissingNodes(t *testing.T) {
	t.Parallel()
	r := KxClusterNodeRequest{EnvironmentID: "kxenv", ClusterName: "hdb", NodeID: "n1"}
	remove := func(c *Client) *cloud.Waiter[KxNode] {
		w, err := c.BeginDeleteKxClusterNode(context.Background(), DeleteKxClusterNodeRequest(r))
		require.NoError(t, err)
		return w
	}
	running := func(c *Client) *cloud.Waiter[KxNode] { return c.UntilKxClusterNodeRunning(r) }
	deleted := func(c *Client) *cloud.Waiter[KxNode] { return c.UntilKxClusterNodeDeleted(r) }
	ever := 1 << 30
	for _, tt := range []struct {
		name string
		wait func(*Client) *cloud.Waiter[KxNode]
		gaps [][2]int
		want error
	}{
		{"removed", remove, [][2]int{{100, ever}}, nil},
		{"removed, after gaps", remove, [][2]int{{20, 60}, {80, 81}, {100, 140}, {300, ever}}, nil},
		{"not removed", remove, [][2]int{{1, 50}, {600, 640}}, context.DeadlineExceeded},
		{"gone", deleted, [][2]int{{100, ever}}, nil},
		{"there", deleted, [][2]int{{0, 50}}, context.DeadlineExceeded},
		{"not running", running, [][2]int{{0, 50}, {200, 240}}, context.DeadlineExceeded},
		{"vanished", running, [][2]int{{200, ever}}, cloud.ErrNotFound},
		{"never there", running, [][2]int{{0, ever}}, cloud.ErrNotFound},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, err := tt.wait(clientOf(t, &nodes{gaps: tt.gaps})).Wait(context.Background(), cloud.Within(time.Hour))
				require.ErrorIs(t, err, tt.want)
			})
		})
	}
}
