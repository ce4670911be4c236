package finspace

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var (
	created  = time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)
	before   = created.Add(24 * time.Hour)
	after    = before.Add(time.Minute)
	baseline = record{Before: snapshot{Status: "BEFORE", Created: created, Modified: before}}
)

// A verdict is what matters of a [cloud.Verdict].
type verdict struct {
	outcome  cloud.Outcome
	inferred bool
	reason   string
}

func verdictOf(v cloud.Verdict) verdict { return verdict{v.Outcome, v.Inferred, v.Reason} }

// A goal is what one wait is for, with the statuses that are its success, its failure, and neither.
type goal struct {
	name                       string
	judge                      func(status string) cloud.Verdict
	succeeded, failed, pending string
}

// goalOf judges each status by a wait that has seen nothing else.
func goalOf[S, T any](name string, spec func(*Client, *S) cloud.WaitSpec[T], state S, show func(status string) *T, succeeded, failed, pending string) goal {
	return goal{name, func(status string) cloud.Verdict {
		s := state
		return spec(&Client{}, &s).Judge(show(status))
	}, succeeded, failed, pending}
}

// testGoals checks that each goal places every status, and the unknown ones as pending.
func testGoals[S ~string](t *testing.T, statuses []S, goals ...goal) {
	for _, g := range goals {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			g.test(t)
			for _, status := range statuses {
				assert.Contains(t, strings.Fields(g.succeeded+" "+g.failed+" "+g.pending), string(status), "not placed")
			}
		})
	}
}

func (g goal) test(t *testing.T) {
	outcomes := map[string]cloud.Outcome{"HIBERNATING": cloud.Pending, "": cloud.Pending}
	for outcome, list := range map[cloud.Outcome]string{cloud.Succeeded: g.succeeded, cloud.Failed: g.failed, cloud.Pending: g.pending} {
		for status := range strings.FieldsSeq(list) {
			require.NotContains(t, outcomes, status, "placed twice")
			outcomes[status] = outcome
		}
	}
	for status, want := range outcomes {
		v := g.judge(status)
		assert.Equal(t, want, v.Outcome, status)
		assert.True(t, strings.HasSuffix(v.State, status) || v.State == "CREATED", "%s is shown as %s", status, v.State)
		if v.Reason != "" {
			assert.Equal(t, "as it is", v.Reason, "the service's own reason")
		}
	}
}

// birth is the record of a creation.
var birth = record{Before: snapshot{Created: created}}

// TestChecks checks that a token whose state lacks something is refused.
func TestChecks(t *testing.T) {
	t.Parallel()
	seen := record{Before: snapshot{Status: "RUNNING"}}
	cluster, unseen := clusterChange{"e", "c", seen}, clusterChange{"e", "c", record{}}
	volume := volumeChange{"e", "v", seen}
	dataview := dataviewChange{"e", "d", "v", seen}
	environment := environmentChange{"e", seen}
	code := CodeConfiguration{S3Bucket: "b", S3Key: "k"}
	for _, tt := range []struct {
		state interface{ Check() error }
		says  string // empty for a good state
	}{
		{&changesetChange{"e", "d", "c"}, ""},
		{&cluster, ""},
		{&nodeChange{EnvironmentID: "e", ClusterName: "c", NodeID: "n"}, ""},
		{&volume, ""},
		{&dataview, ""},
		{&environment, ""},
		{&scalingGroupChange{EnvironmentID: "e", ScalingGroupName: "g"}, ""},
		{&codeChange{Cluster: cluster, Code: code}, ""},
		{&codeChange{Cluster: cluster}, ""},
		{&databasesChange{Cluster: cluster, Databases: []mount{{DatabaseName: "d"}}}, ""},
		{&volumeUpdateChange{Volume: volume}, ""},
		{&dataviewUpdateChange{Dataview: dataview}, ""},
		{&networkChange{Environment: environment, Gateway: "g"}, ""},
		{&networkChange{Environment: environment, DNS: true}, ""},
		{&networkChange{Environment: environment}, ""},

		{&changesetChange{}, "has no environmentId"},
		{&changesetChange{"e", "d", ""}, "has no changesetId"},
		{&clusterChange{}, "has no environmentId"},
		{&clusterChange{EnvironmentID: "e"}, "has no clusterName"},
		{&nodeChange{EnvironmentID: "e", ClusterName: "c"}, "has no nodeId"},
		{&volumeChange{EnvironmentID: "e"}, "has no volumeName"},
		{&dataviewChange{EnvironmentID: "e", DataviewName: "v"}, "has no databaseName"},
		{&environmentChange{}, "has no environmentId"},
		{&scalingGroupChange{EnvironmentID: "e"}, "has no scalingGroupName"},
		{&codeChange{Code: code}, "has no environmentId"},
		{&codeChange{Cluster: unseen, Code: code}, "has no before"},
		{&databasesChange{Cluster: cluster}, "has no databases"},
		{&databasesChange{Cluster: cluster, Databases: []mount{{}}}, "has no databases.databaseName"},
		{&databasesChange{Cluster: unseen, Databases: []mount{{DatabaseName: "d"}}}, "has no before"},
		{&volumeUpdateChange{}, "has no environmentId"},
		{&volumeUpdateChange{Volume: volumeChange{EnvironmentID: "e", VolumeName: "v"}}, "has no before"},
		{&dataviewUpdateChange{}, "has no environmentId"},
		{&dataviewUpdateChange{Dataview: dataviewChange{EnvironmentID: "e", DatabaseName: "d", DataviewName: "v"}}, "has no before"},
		{&networkChange{Gateway: "g"}, "has no environmentId"},
		{&networkChange{Environment: environmentChange{EnvironmentID: "e"}, DNS: true}, "has no before"},
	} {
		if tt.says == "" {
			assert.NoError(t, tt.state.Check(), "%T", tt.state)
			continue
		}
		assert.EqualError(t, tt.state.Check(), tt.says, "%T", tt.state)
	}
}

// TestUnexpectedResponses checks that a response which does not say what to follow is an error.
func TestUnexpectedResponses(t *testing.T) {
	t.Parallel()
	c := clientOf(t, constant(`{"status":"PENDING"}`))
	_, err := c.BeginCreateKxChangeset(t.Context(), CreateKxChangesetRequest{EnvironmentID: "kxenv", DatabaseName: "trades"})
	require.ErrorIs(t, err, cloud.ErrTransport)
	assert.ErrorContains(t, err, "finspace CreateKxChangeset: transport error: unexpected response: it has no changesetId")
	_, err = c.BeginCreateKxEnvironment(t.Context(), CreateKxEnvironmentRequest{Name: "trading"})
	require.ErrorIs(t, err, cloud.ErrTransport)
	assert.ErrorContains(t, err, "it has no environmentId")
}

// TestUpdatesThatAskForLittle is that what can be begun can be resumed, and nothing is begun that cannot be.
func TestUpdatesThatAskForLittle(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	updates := map[string]func(c *Client) (resume func(*Client) error, err error){
		"UpdateKxClusterCodeConfiguration": func(c *Client) (func(*Client) error, error) {
			w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, UpdateKxClusterCodeConfigurationRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
			return func(c *Client) error { _, err := c.ResumeUpdateKxClusterCodeConfiguration(w.Token()); return err }, err
		},
		"UpdateKxClusterDatabases": func(c *Client) (func(*Client) error, error) {
			w, err := c.BeginUpdateKxClusterDatabases(ctx, UpdateKxClusterDatabasesRequest{EnvironmentID: "kxenv", ClusterName: "hdb", Databases: []KxDatabaseConfiguration{{DatabaseName: "trades"}}})
			return func(c *Client) error { _, err := c.ResumeUpdateKxClusterDatabases(w.Token()); return err }, err
		},
		"UpdateKxEnvironmentNetwork": func(c *Client) (func(*Client) error, error) {
			w, err := c.BeginUpdateKxEnvironmentNetwork(ctx, UpdateKxEnvironmentNetworkRequest{EnvironmentID: "kxenv"})
			return func(c *Client) error { _, err := c.ResumeUpdateKxEnvironmentNetwork(w.Token()); return err }, err
		},
		"UpdateKxVolume": func(c *Client) (func(*Client) error, error) {
			w, err := c.BeginUpdateKxVolume(ctx, UpdateKxVolumeRequest{EnvironmentID: "kxenv", VolumeName: "shared"})
			return func(c *Client) error { _, err := c.ResumeUpdateKxVolume(w.Token()); return err }, err
		},
		"UpdateKxDataview": func(c *Client) (func(*Client) error, error) {
			w, err := c.BeginUpdateKxDataview(ctx, UpdateKxDataviewRequest{EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "day"})
			return func(c *Client) error { _, err := c.ResumeUpdateKxDataview(w.Token()); return err }, err
		},
	}
	const names = `"environmentId":"kxenv","clusterName":"hdb","volumeName":"shared","databaseName":"trades","dataviewName":"day"`
	for op, begin := range updates {
		service := constant(`{"status":"RUNNING",` + names + `}`)
		resume, err := begin(clientOf(t, service))
		require.NoError(t, err, op)
		assert.NoError(t, resume(clientOf(t, service)), op)

		_, err = begin(clientOf(t, constant(`{`+names+`}`)))
		require.ErrorIs(t, err, cloud.ErrTransport, op)
		assert.EqualError(t, err, "finspace "+op+": transport error: unexpected response before the update: it has no status", op)
	}
}

// A constant is a service with one response.
type constant string

func (c constant) RoundTrip(r *http.Request) (*http.Response, error) {
	return respond(r, http.StatusOK, string(c)), nil
}

func TestInUse(t *testing.T) {
	t.Parallel()
	volume := &GetKxVolumeResponse{Status: KxVolumeStatusDeleteFailed, AttachedClusters: []KxAttachedCluster{{ClusterName: "hdb"}, {ClusterName: "rdb"}}}
	assert.Equal(t, "in use by hdb, rdb", volumes.deleted(volume).Reason)
	volume.StatusReason = "host away"
	assert.Equal(t, "host away", volumes.deleted(volume).Reason)
	group := &GetKxScalingGroupResponse{Status: KxScalingGroupStatusDeleteFailed, Clusters: []string{"hdb"}}
	assert.Equal(t, "in use by hdb", scalingGroups.deleted(group).Reason)
	dataview := &GetKxDataviewResponse{Status: KxDataviewStatusFailed, ActiveVersions: []KxDataviewActiveVersion{
		{AttachedClusters: []string{"rdb", "hdb"}}, {AttachedClusters: []string{"hdb"}},
	}}
	assert.Equal(t, "in use by hdb, rdb", dataviews.deleted(dataview).Reason)
	assert.Empty(t, dataviews.deleted(&GetKxDataviewResponse{Status: KxDataviewStatusFailed}).Reason)
}

// TestWithin checks that the documented maximum times are those of the waits.
func TestWithin(t *testing.T) {
	t.Parallel()
	c := &Client{}
	for want, got := range map[time.Duration][]time.Duration{
		24 * time.Hour: {environments.within, clusters.within, dataviews.within},
		12 * time.Hour: {updateKxEnvironmentNetwork.Spec(c, &networkChange{}).Within, volumes.within, scalingGroups.within},
		6 * time.Hour:  {c.nodeDeletion(&nodeChange{}).Within},
		48 * time.Hour: {c.changesetCompletion(&changesetChange{}).Within},
	} {
		for i, w := range got {
			assert.Equal(t, want, w, "%s, %d", want, i)
		}
	}
	assert.Equal(t, clusters.within, clusters.creation(c, &clusterChange{}).Within)
	assert.Equal(t, clusters.within, clusters.deletion(c, &clusterChange{}).Within)
	assert.Equal(t, clusters.within, updateKxClusterCodeConfiguration.Spec(c, &codeChange{}).Within)
}
