package emulator_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

const kxRole = "arn:aws:iam::123456789012:role/trader"

func kxDatabases(t *testing.T, c *finspace.Client) {
	ctx := t.Context()
	get := finspace.GetKxDatabaseRequest{EnvironmentID: environment, DatabaseName: "ticks"}
	created, err := c.CreateKxDatabase(ctx, finspace.CreateKxDatabaseRequest{
		EnvironmentID: environment, DatabaseName: "ticks", Description: "raw", Tags: map[string]string{"desk": "fx"},
	})
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:finspace:us-east-1:123456789012:kxEnvironment/kxenv/kxDatabase/ticks", created.DatabaseARN)
	_, err = c.CreateKxDatabase(ctx, finspace.CreateKxDatabaseRequest{EnvironmentID: environment, DatabaseName: "ticks"})
	require.ErrorIs(t, err, finspace.CodeResourceAlreadyExistsException)
	got, err := c.GetKxDatabase(ctx, get)
	require.NoError(t, err)
	assert.Equal(t, &finspace.GetKxDatabaseResponse{
		DatabaseName: "ticks", DatabaseARN: created.DatabaseARN, EnvironmentID: environment, Description: "raw",
		CreatedTimestamp: created.CreatedTimestamp, LastModifiedTimestamp: created.CreatedTimestamp,
	}, got)

	change := finspace.CreateKxChangesetRequest{EnvironmentID: environment, DatabaseName: "ticks", ChangeRequests: []finspace.ChangeRequest{
		{ChangeType: finspace.ChangeTypePut, S3Path: "s3://ticks/2026/", DBPath: "/2026/"}, {ChangeType: finspace.ChangeTypeDelete, DBPath: "/2025/"},
	}}
	changeset, err := c.CreateKxChangeset(ctx, change)
	require.NoError(t, err)
	time.Sleep(time.Hour)
	updated, err := c.UpdateKxDatabase(ctx, finspace.UpdateKxDatabaseRequest{EnvironmentID: environment, DatabaseName: "ticks", Description: "clean"})
	require.NoError(t, err)
	assert.True(t, updated.LastModifiedTimestamp.After(created.LastModifiedTimestamp))
	got, err = c.GetKxDatabase(ctx, get)
	require.NoError(t, err)
	assert.Equal(t, "clean", got.Description)
	assert.Equal(t, changeset.ChangesetID, got.LastCompletedChangesetID)
	assert.Equal(t, 1, got.NumChangesets)
	assert.Equal(t, 1, got.NumFiles)

	first, err := c.ListKxDatabases(ctx, finspace.ListKxDatabasesRequest{EnvironmentID: environment, MaxResults: 1})
	require.NoError(t, err)
	second, err := c.ListKxDatabases(ctx, finspace.ListKxDatabasesRequest{EnvironmentID: environment, MaxResults: 1, NextToken: first.NextToken})
	require.NoError(t, err)
	assert.Equal(t, database, first.KxDatabases[0].DatabaseName)
	assert.Equal(t, "ticks", second.KxDatabases[0].DatabaseName)
	assert.Empty(t, second.NextToken)

	_, err = c.DeleteKxDatabase(ctx, finspace.DeleteKxDatabaseRequest{EnvironmentID: environment, DatabaseName: "ticks"})
	require.NoError(t, err)
	_, err = c.GetKxDatabase(ctx, get)
	require.ErrorIs(t, err, cloud.ErrNotFound)
	_, err = c.CreateKxChangeset(ctx, change)
	require.ErrorIs(t, err, cloud.ErrNotFound)
	_, err = c.CreateKxDatabase(ctx, finspace.CreateKxDatabaseRequest{EnvironmentID: environment, DatabaseName: "ticks"})
	require.NoError(t, err)
	list, err := c.ListKxChangesets(ctx, finspace.ListKxChangesetsRequest{EnvironmentID: environment, DatabaseName: "ticks"})
	require.NoError(t, err)
	assert.Empty(t, list.KxChangesets, "they are deleted with their database")
	tags, err := c.ListTagsForResource(ctx, finspace.ListTagsForResourceRequest{ResourceARN: created.DatabaseARN})
	require.NoError(t, err)
	assert.Empty(t, tags.Tags, "so are its tags")
}

func kxDatabasesInUse(t *testing.T, c *finspace.Client) {
	ctx := t.Context()
	remove := finspace.DeleteKxDatabaseRequest{EnvironmentID: environment, DatabaseName: database}
	_, err := c.DeleteKxDatabase(ctx, remove)
	require.ErrorIs(t, err, cloud.ErrConflict)
	_, err = c.DeleteKxDataview(ctx, finspace.DeleteKxDataviewRequest{
		EnvironmentID: environment, DatabaseName: database, DataviewName: kxDataview,
	})
	require.NoError(t, err)
	time.Sleep(time.Hour)
	_, err = c.DeleteKxDatabase(ctx, remove)
	require.ErrorContains(t, err, "hdb-prod", "the cluster still uses it")
	deleteSeededClusters(t, c)
	_, err = c.DeleteKxDatabase(ctx, remove)
	require.NoError(t, err)
	_, err = c.CreateKxDatabase(ctx, finspace.CreateKxDatabaseRequest{EnvironmentID: "unknown", DatabaseName: "ticks"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
	r := newKxCluster()
	r.Databases = []finspace.KxDatabaseConfiguration{{DatabaseName: database}}
	_, err = c.CreateKxCluster(ctx, r)
	require.ErrorIs(t, err, cloud.ErrNotFound, "it has a database that is gone")
}

func kxUsers(t *testing.T, c *finspace.Client) {
	ctx := t.Context()
	get := finspace.GetKxUserRequest{EnvironmentID: environment, UserName: "alice"}
	for _, name := range []string{"alice", "bob"} {
		out, err := c.CreateKxUser(ctx, finspace.CreateKxUserRequest{EnvironmentID: environment, UserName: name, IAMRole: kxRole})
		require.NoError(t, err)
		assert.Equal(t, "arn:aws:finspace:us-east-1:123456789012:kxEnvironment/kxenv/kxUser/"+name, out.UserARN)
	}
	_, err := c.CreateKxUser(ctx, finspace.CreateKxUserRequest{EnvironmentID: environment, UserName: "alice", IAMRole: kxRole})
	require.ErrorIs(t, err, finspace.CodeResourceAlreadyExistsException)
	_, err = c.UpdateKxUser(ctx, finspace.UpdateKxUserRequest{EnvironmentID: environment, UserName: "alice", IAMRole: kxRole + "s"})
	require.NoError(t, err)
	got, err := c.GetKxUser(ctx, get)
	require.NoError(t, err)
	assert.Equal(t, kxRole+"s", got.IAMRole)
	var names []string
	for u, err := range c.AllKxUsers(ctx, finspace.ListKxUsersRequest{EnvironmentID: environment, MaxResults: 1}) {
		require.NoError(t, err)
		names = append(names, u.UserName)
	}
	assert.Equal(t, []string{"alice", "bob"}, names)
	_, err = c.DeleteKxUser(ctx, finspace.DeleteKxUserRequest{EnvironmentID: environment, UserName: "alice"})
	require.NoError(t, err)
	_, err = c.GetKxUser(ctx, get)
	require.ErrorIs(t, err, cloud.ErrNotFound)
	_, err = c.CreateKxUser(ctx, finspace.CreateKxUserRequest{EnvironmentID: "unknown", UserName: "alice", IAMRole: kxRole})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

// The form of a connection string, as the model of the service has it.
var kxConnectionString = regexp.MustCompile(`^(:|:tcps://)[a-zA-Z0-9-._]+:\d+:[a-zA-Z0-9-._]+:\S+$`)

func kxConnectionStrings(t *testing.T, c *finspace.Client) {
	user, err := c.CreateKxUser(t.Context(), finspace.CreateKxUserRequest{EnvironmentID: environment, UserName: "alice", IAMRole: kxRole})
	require.NoError(t, err)
	r := finspace.GetKxConnectionStringRequest{EnvironmentID: environment, ClusterName: cluster, UserARN: user.UserARN}
	out, err := c.GetKxConnectionString(t.Context(), r)
	require.NoError(t, err)
	assert.Regexp(t, kxConnectionString, out.SignedConnectionString)
	r.UserARN += "x"
	_, err = c.GetKxConnectionString(t.Context(), r)
	require.ErrorIs(t, err, cloud.ErrNotFound)
	r.UserARN, r.ClusterName = user.UserARN, "another"
	_, err = c.GetKxConnectionString(t.Context(), r)
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

// kxTags tags a resource of each kind as it is created, and again later.
func kxTags(t *testing.T, c *finspace.Client) {
	ctx, tags := t.Context(), map[string]string{"desk": "fx"}
	browser, err := c.CreateEnvironment(ctx, finspace.CreateEnvironmentRequest{Name: "research", Tags: tags})
	require.NoError(t, err)
	kx, err := c.CreateKxEnvironment(ctx, finspace.CreateKxEnvironmentRequest{
		Name: "trading", KMSKeyID: "arn:aws:kms:us-east-1:123456789012:key/k", Tags: tags,
	})
	require.NoError(t, err)
	_, err = c.CreateKxDatabase(ctx, finspace.CreateKxDatabaseRequest{EnvironmentID: environment, DatabaseName: kxNew, Tags: tags})
	require.NoError(t, err)
	cluster, dataview, volume, group := newKxCluster(), newKxDataview(), newKxVolume(), newKxScalingGroup()
	cluster.Tags, dataview.Tags, volume.Tags, group.Tags = tags, tags, tags, tags
	_, err = c.CreateKxCluster(ctx, cluster)
	require.NoError(t, err)
	_, err = c.CreateKxDataview(ctx, dataview)
	require.NoError(t, err)
	_, err = c.CreateKxScalingGroup(ctx, group)
	require.NoError(t, err)
	user, err := c.CreateKxUser(ctx, finspace.CreateKxUserRequest{EnvironmentID: environment, UserName: "alice", IAMRole: kxRole, Tags: tags})
	require.NoError(t, err)
	disk, err := c.CreateKxVolume(ctx, volume)
	require.NoError(t, err)

	prefix := "arn:aws:finspace:us-east-1:123456789012:kxEnvironment/" + environment
	for _, arn := range []string{
		browser.EnvironmentARN, kx.EnvironmentARN, user.UserARN, disk.VolumeARN, prefix + "/kxCluster/" + kxNew,
		prefix + "/kxDatabase/" + kxNew, prefix + "/kxDatabase/" + database + "/kxDataview/" + kxNew, prefix + "/kxScalingGroup/" + kxNew,
	} {
		_, err := c.TagResource(ctx, finspace.TagResourceRequest{ResourceARN: arn, Tags: map[string]string{"team": "a", "tier": "one"}})
		require.NoError(t, err, arn)
		_, err = c.UntagResource(ctx, finspace.UntagResourceRequest{ResourceARN: arn, TagKeys: []string{"tier", "none"}})
		require.NoError(t, err, arn)
		out, err := c.ListTagsForResource(ctx, finspace.ListTagsForResourceRequest{ResourceARN: arn})
		require.NoError(t, err, arn)
		assert.Equal(t, map[string]string{"desk": "fx", "team": "a"}, out.Tags, arn)
	}
	many := map[string]string{}
	for i := range 49 {
		many[fmt.Sprintf("k%c%c", 'a'+i/26, 'a'+i%26)] = "v"
	}
	_, err = c.TagResource(ctx, finspace.TagResourceRequest{ResourceARN: user.UserARN, Tags: many})
	require.ErrorIs(t, err, finspace.CodeInvalidRequestException)
	_, err = c.ListTagsForResource(ctx, finspace.ListTagsForResourceRequest{ResourceARN: user.UserARN + "x"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

// kxCode checks that code must say where it is.
func kxCode(t *testing.T, c *finspace.Client) {
	for _, code := range []finspace.CodeConfiguration{{S3Key: "v2.zip"}, {S3Bucket: "releases"}} {
		_, err := c.UpdateKxClusterCodeConfiguration(t.Context(), finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: environment, ClusterName: cluster, Code: code,
		})
		require.ErrorIs(t, err, cloud.ErrInvalid)
		r := newKxCluster()
		r.Code = &code
		_, err = c.CreateKxCluster(t.Context(), r)
		require.ErrorIs(t, err, cloud.ErrInvalid)
	}
}

func updateBrowserEnvironment(t *testing.T, c *finspace.Client) {
	out, err := c.UpdateEnvironment(t.Context(), finspace.UpdateEnvironmentRequest{EnvironmentID: "browser", Name: "research"})
	require.NoError(t, err)
	got, err := c.GetEnvironment(t.Context(), finspace.GetEnvironmentRequest{EnvironmentID: "browser"})
	require.NoError(t, err)
	assert.Equal(t, out.Environment, got.Environment)
	assert.Equal(t, "research", got.Environment.Name)
	_, err = c.UpdateEnvironment(t.Context(), finspace.UpdateEnvironmentRequest{EnvironmentID: "unknown", Name: "research"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

func updateKxEnvironment(t *testing.T, c *finspace.Client) {
	r := finspace.UpdateKxEnvironmentRequest{EnvironmentID: environment, Name: "trading", Description: "new"}
	out, err := c.UpdateKxEnvironment(t.Context(), r)
	require.NoError(t, err)
	got, err := c.GetKxEnvironment(t.Context(), finspace.GetKxEnvironmentRequest{EnvironmentID: environment})
	require.NoError(t, err)
	assert.Equal(t, "trading", got.Name)
	assert.Equal(t, out.UpdateTimestamp, got.UpdateTimestamp)
	assert.True(t, got.UpdateTimestamp.After(got.CreationTimestamp))
	r.EnvironmentID = "unknown"
	_, err = c.UpdateKxEnvironment(t.Context(), r)
	require.ErrorIs(t, err, cloud.ErrNotFound)
}
