package finspace

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

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

var missing = view{missing: true}

// shown is the view of a resource that was created at a certain time.
func shown(status string, created, modified int64) view {
	return view{status: status, created: created, modified: modified, content: oldContent}
}

// The contents of views: from before an update, the requested one, and one that another caller requested.
const (
	oldContent   = "old"
	newContent   = "new"
	thirdContent = "third"
)

func (v view) createdAt() time.Time { return time.Unix(cmp.Or(v.created, 100), 0) }

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

func (k kind) rests(modified int64, content string) view {
	return view{status: k.idle, modified: modified, content: content}
}

func (k kind) works(modified int64, content string) view {
	return view{status: k.busy, modified: modified, content: content}
}

// fails is rests for a kind of resource that has no status for a failure.
func (k kind) fails(modified int64, reason string) view {
	return view{status: cmp.Or(k.failed, k.idle), modified: modified, content: oldContent, reason: reason}
}

// before is what most changes start from.
func (k kind) before() step { return step{0, k.rests(1000, oldContent)} }

// waiterOf keeps a nil waiter out of the interface.
func waiterOf[T any](w *cloud.Change[T], err error) (cloud.AnyWaiter, error) {
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
