package flows_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func seedCluster(emu *emulator.Emulator) {
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb", Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"}})
}

func seedMountedCluster(emu *emulator.Emulator) {
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb", Databases: []finspace.KxDatabaseConfiguration{
		{DatabaseName: "trades", ChangesetID: "old"}, {DatabaseName: "quotes", ChangesetID: "kept"},
	}})
	seedChangesets(emu)
	emu.FinSpace.AddKxChangeset("kxenv", "quotes", finspace.GetKxChangesetResponse{ChangesetID: "theirs"})
}

func seedKxNodes(emu *emulator.Emulator) {
	seedCluster(emu)
	emu.FinSpace.AddKxClusterNode("kxenv", "hdb", finspace.KxNode{NodeID: "node-1"})
	emu.FinSpace.AddKxClusterNode("kxenv", "hdb", finspace.KxNode{NodeID: "node-2"})
}

func seedKxEnvironment(emu *emulator.Emulator) {
	emu.FinSpace.AddKxEnvironment(finspace.GetKxEnvironmentResponse{EnvironmentID: "kxenv"})
}

func seedDatabase(emu *emulator.Emulator) {
	emu.FinSpace.AddKxDatabase("kxenv", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
}

func seedKxDataview(emu *emulator.Emulator) {
	emu.FinSpace.AddKxDataview("kxenv", "trades", finspace.GetKxDataviewResponse{DataviewName: "recent", ChangesetID: "old"})
	seedChangesets(emu)
}

// seedChangesets adds the changesets that clusters and dataviews change to.
func seedChangesets(emu *emulator.Emulator) {
	for _, id := range []string{"first", "new", "newer", "theirs"} {
		emu.FinSpace.AddKxChangeset("kxenv", "trades", finspace.GetKxChangesetResponse{ChangesetID: id})
	}
}

func seedKxVolume(emu *emulator.Emulator) {
	emu.FinSpace.AddKxVolume("kxenv", finspace.GetKxVolumeResponse{VolumeName: "cache"})
}

func seedKxScalingGroup(emu *emulator.Emulator) {
	emu.FinSpace.AddKxScalingGroup("kxenv", finspace.GetKxScalingGroupResponse{ScalingGroupName: "shared"})
}

var (
	kxCluster      = finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"}
	kxDataview     = finspace.GetKxDataviewRequest{EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "recent"}
	kxVolume       = finspace.GetKxVolumeRequest{EnvironmentID: "kxenv", VolumeName: "cache"}
	kxScalingGroup = finspace.GetKxScalingGroupRequest{EnvironmentID: "kxenv", ScalingGroupName: "shared"}
	kxEnvironment  = finspace.GetKxEnvironmentRequest{EnvironmentID: "kxenv"}
)

// What changes replace, which undoing them brings back.
type kxContent = func(context.Context, clients) (any, error)

// kxExists reports whether a resource exists.
func kxExists[T any](read func(context.Context, clients) (*T, error)) kxContent {
	return func(ctx context.Context, c clients) (any, error) {
		_, err := read(ctx, c)
		if cloud.KindOf(err) == cloud.ErrNotFound {
			return false, nil
		}
		return err == nil, err
	}
}

var (
	kxClusterExists = kxExists(func(ctx context.Context, c clients) (*finspace.GetKxClusterResponse, error) {
		return c.finspace.GetKxCluster(ctx, kxCluster)
	})
	kxDataviewExists = kxExists(func(ctx context.Context, c clients) (*finspace.GetKxDataviewResponse, error) {
		return c.finspace.GetKxDataview(ctx, kxDataview)
	})
	kxVolumeExists = kxExists(func(ctx context.Context, c clients) (*finspace.GetKxVolumeResponse, error) {
		return c.finspace.GetKxVolume(ctx, kxVolume)
	})
	kxScalingGroupExists = kxExists(func(ctx context.Context, c clients) (*finspace.GetKxScalingGroupResponse, error) {
		return c.finspace.GetKxScalingGroup(ctx, kxScalingGroup)
	})
)

func countKxEnvironments(ctx context.Context, c clients) (any, error) {
	list, err := c.finspace.ListKxEnvironments(ctx, finspace.ListKxEnvironmentsRequest{})
	if err != nil {
		return nil, err
	}
	return len(list.Environments), nil
}

func kxCodeContent(ctx context.Context, c clients) (any, error) {
	cluster, err := c.finspace.GetKxCluster(ctx, kxCluster)
	if err != nil {
		return nil, err
	}
	return []any{cluster.Code, cluster.InitializationScript, cluster.CommandLineArguments}, nil
}

func kxDatabasesContent(ctx context.Context, c clients) (any, error) {
	cluster, err := c.finspace.GetKxCluster(ctx, kxCluster)
	if err != nil {
		return nil, err
	}
	return cluster.Databases, nil
}

func kxDataviewContent(ctx context.Context, c clients) (any, error) {
	dataview, err := c.finspace.GetKxDataview(ctx, kxDataview)
	if err != nil {
		return nil, err
	}
	return []any{dataview.ChangesetID, dataview.Description, dataview.SegmentConfigurations}, nil
}

func kxVolumeContent(ctx context.Context, c clients) (any, error) {
	volume, err := c.finspace.GetKxVolume(ctx, kxVolume)
	if err != nil {
		return nil, err
	}
	return []any{volume.NAS1Configuration, volume.Description}, nil
}

// kxGone checks what Wait returned for a deletion.
func kxGone(t *testing.T, value any) { assert.Nil(t, value) }

// finspaceFlows has a change of each kind. No deletion of a node can fail: FinSpace has no status for it.
var finspaceFlows = []flow{
	{
		service: "finspace", start: "UpdateKxClusterCodeConfiguration", read: "GetKxCluster", oldState: "RUNNING", idempotent: true,
		seed: seedCluster, thorough: true, bodyless: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
				EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
			})
		},
		content: kxCodeContent,
		diff:    []string{"code.s3Key"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeUpdateKxClusterCodeConfiguration(token)
		},
		live: func(t *testing.T, value any) {
			cluster := value.(*finspace.GetKxClusterResponse)
			assert.Equal(t, finspace.KxClusterStatusRunning, cluster.Status)
			assert.Equal(t, "new.zip", cluster.Code.S3Key)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.finspace.UntilKxClusterRunning(finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
		},
		ends: []ending{
			{"runs the old code", emulator.Ending{Fail: true, Reason: "init.q: 'type"}, cloud.Failed, "RUNNING", "init.q: 'type", false},
			{"is torn down", emulator.Ending{Fail: true, State: "DELETING", Reason: "torn down"}, cloud.Failed, "DELETING", "torn down", true},
		},
	},
	{
		service: "finspace", start: "CreateKxChangeset", read: "GetKxChangeset", idempotent: true,
		seed: seedDatabase, thorough: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
				EnvironmentID: "kxenv", DatabaseName: "trades",
				ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypePut, S3Path: "s3://releases/2026.11.21/", DBPath: "/2026.11.21/"}},
			})
		},
		diff: []string{"changeRequests", "databaseName", "environmentId"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeCreateKxChangeset(token)
		},
		live: func(t *testing.T, value any) {
			changeset := value.(*finspace.GetKxChangesetResponse)
			assert.Equal(t, finspace.ChangesetStatusCompleted, changeset.Status)
			assert.Equal(t, "/2026.11.21/", changeset.ChangeRequests[0].DBPath)
		},
		until: func(c clients) cloud.AnyWaiter {
			list := finspace.ListKxChangesetsRequest{EnvironmentID: "kxenv", DatabaseName: "trades"}
			for changeset, err := range c.finspace.AllKxChangesets(context.Background(), list) {
				if err != nil {
					break
				}
				return c.finspace.UntilKxChangesetCompleted(finspace.GetKxChangesetRequest{
					EnvironmentID: "kxenv", DatabaseName: "trades", ChangesetID: changeset.ChangesetID,
				})
			}
			return new(cloud.Waiter[finspace.GetKxChangesetResponse]) // which fails
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such key", ReasonType: string(finspace.ErrorDetailsResourceNotFound)},
				cloud.Failed, "FAILED", "no such key (One or more inputs to this request were not found.)", false},
			{"is canceled", emulator.Ending{Cancel: true, Reason: "stopped"}, cloud.Canceled, "FAILED", "stopped (Cancelled)", false},
		},
	},
	{
		service: "finspace", start: "CreateKxEnvironment", read: "GetKxEnvironment", idempotent: true,
		seed: func(*emulator.Emulator) {},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareCreateKxEnvironment(ctx, finspace.CreateKxEnvironmentRequest{Name: "trading", KMSKeyID: "arn:aws:kms:us-east-1:123456789012:key/k"})
		},
		content: countKxEnvironments,
		diff:    []string{"kmsKeyId", "name"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeCreateKxEnvironment(token)
		},
		live: func(t *testing.T, value any) {
			environment := value.(*finspace.GetKxEnvironmentResponse)
			assert.Equal(t, finspace.EnvironmentStatusCreated, environment.Status)
			assert.Equal(t, "trading", environment.Name)
		},
		until: func(c clients) cloud.AnyWaiter {
			for environment, err := range c.finspace.AllKxEnvironments(context.Background(), finspace.ListKxEnvironmentsRequest{}) {
				if err != nil {
					break
				}
				return c.finspace.UntilKxEnvironmentCreated(finspace.GetKxEnvironmentRequest{EnvironmentID: environment.EnvironmentID})
			}
			return new(cloud.Waiter[finspace.GetKxEnvironmentResponse]) // which fails
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such key"}, cloud.Failed, "FAILED_CREATION", "no such key", false},
			{"is suspended", emulator.Ending{State: "SUSPENDED", Reason: "not paid"}, cloud.Failed, "SUSPENDED", "not paid", false},
		},
	},
	{
		service: "finspace", start: "UpdateKxEnvironmentNetwork", read: "GetKxEnvironment", oldState: "tgwStatus NONE", idempotent: true,
		seed: seedKxEnvironment,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareUpdateKxEnvironmentNetwork(ctx, finspace.UpdateKxEnvironmentNetworkRequest{
				EnvironmentID:               "kxenv",
				TransitGatewayConfiguration: &finspace.TransitGatewayConfiguration{TransitGatewayID: "tgw-1", RoutableCIDRSpace: "100.64.0.0/26"},
				CustomDNSConfiguration:      []finspace.CustomDNSServer{{CustomDNSServerName: "dns.example.com", CustomDNSServerIP: "10.0.0.2"}},
			})
		},
		diff: []string{"customDNSConfiguration", "environmentId", "transitGatewayConfiguration.routableCIDRSpace", "transitGatewayConfiguration.transitGatewayID"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeUpdateKxEnvironmentNetwork(token)
		},
		live: func(t *testing.T, value any) {
			environment := value.(*finspace.GetKxEnvironmentResponse)
			assert.Equal(t, finspace.EnvironmentStatusCreated, environment.Status)
			assert.Equal(t, finspace.TGWStatusSuccessfullyUpdated, environment.TGWStatus)
			assert.Equal(t, finspace.DNSStatusSuccessfullyUpdated, environment.DNSStatus)
			assert.Equal(t, "tgw-1", environment.TransitGatewayConfiguration.TransitGatewayID)
		},
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxEnvironmentNetworkUpdated(kxEnvironment) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such gateway"}, cloud.Failed, "FAILED_UPDATING_NETWORK", "no such gateway", false},
			{"has a part that fails", emulator.Ending{Fail: true, State: "CREATED", Reason: "no such gateway"}, cloud.Failed, "tgwStatus FAILED_UPDATE", "no such gateway", false},
		},
	},
	{
		service: "finspace", start: "DeleteKxEnvironment", read: "GetKxEnvironment", oldState: "CREATED", idempotent: true,
		seed: seedKxEnvironment, bodyless: true, deletes: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareDeleteKxEnvironment(ctx, finspace.DeleteKxEnvironmentRequest{EnvironmentID: "kxenv"})
		},
		diff: []string{"environmentId"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeDeleteKxEnvironment(token)
		},
		live:  kxGone,
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxEnvironmentDeleted(kxEnvironment) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "in use"}, cloud.Failed, "FAILED_DELETION", "in use", false},
			{"is abandoned", emulator.Ending{State: "CREATED"}, cloud.Failed, "CREATED", "abandoned: the state is CREATED again, and not deleted", false},
		},
	},
	{
		service: "finspace", start: "CreateKxCluster", read: "GetKxCluster", idempotent: true,
		seed: seedKxEnvironment,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareCreateKxCluster(ctx, finspace.CreateKxClusterRequest{
				EnvironmentID: "kxenv", ClusterName: "hdb", ClusterType: finspace.KxClusterTypeHDB, ReleaseLabel: "1.0", AZMode: finspace.KxAZModeSingle,
			})
		},
		content: kxClusterExists,
		diff:    []string{"azMode", "clusterName", "clusterType", "environmentId", "releaseLabel"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeCreateKxCluster(token)
		},
		live: func(t *testing.T, value any) {
			cluster := value.(*finspace.GetKxClusterResponse)
			assert.Equal(t, finspace.KxClusterStatusRunning, cluster.Status)
			assert.Equal(t, finspace.KxClusterTypeHDB, cluster.ClusterType)
		},
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxClusterRunning(kxCluster) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no capacity"}, cloud.Failed, "CREATE_FAILED", "no capacity", true},
		},
	},
	{
		service: "finspace", start: "UpdateKxClusterDatabases", read: "GetKxCluster", oldState: "RUNNING", idempotent: true,
		seed: seedMountedCluster, bodyless: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareUpdateKxClusterDatabases(ctx, finspace.UpdateKxClusterDatabasesRequest{
				EnvironmentID: "kxenv", ClusterName: "hdb", Databases: []finspace.KxDatabaseConfiguration{{DatabaseName: "trades", ChangesetID: "new"}},
			})
		},
		content: kxDatabasesContent,
		diff:    []string{"databases"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeUpdateKxClusterDatabases(token)
		},
		live: func(t *testing.T, value any) {
			cluster := value.(*finspace.GetKxClusterResponse)
			assert.Equal(t, finspace.KxClusterStatusRunning, cluster.Status)
			assert.Equal(t, "new", cluster.Databases[0].ChangesetID)
			assert.Equal(t, "kept", cluster.Databases[1].ChangesetID)
		},
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxClusterRunning(kxCluster) },
		ends: []ending{
			{"runs as before", emulator.Ending{Fail: true, Reason: "no such changeset"}, cloud.Failed, "RUNNING", "no such changeset", false},
			{"is torn down", emulator.Ending{Fail: true, State: "DELETING", Reason: "torn down"}, cloud.Failed, "DELETING", "torn down", true},
		},
	},
	{
		service: "finspace", start: "DeleteKxCluster", read: "GetKxCluster", oldState: "RUNNING", idempotent: true,
		seed: seedCluster, bodyless: true, deletes: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareDeleteKxCluster(ctx, finspace.DeleteKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
		},
		diff: []string{"clusterName", "environmentId"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeDeleteKxCluster(token)
		},
		live:  kxGone,
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxClusterDeleted(kxCluster) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "endpoint in use"}, cloud.Failed, "DELETE_FAILED", "endpoint in use", false},
			{"is abandoned", emulator.Ending{State: "RUNNING"}, cloud.Failed, "RUNNING", "abandoned: the state is RUNNING again, and not deleted", false},
		},
	},
	{
		service: "finspace", start: "DeleteKxClusterNode", read: "ListKxClusterNodes", oldState: "RUNNING", idempotent: true,
		seed: seedKxNodes, bodyless: true, deletes: true, repeatable: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareDeleteKxClusterNode(ctx, finspace.DeleteKxClusterNodeRequest{EnvironmentID: "kxenv", ClusterName: "hdb", NodeID: "node-2"})
		},
		diff: []string{"clusterName", "environmentId", "nodeId"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeDeleteKxClusterNode(token)
		},
		live: kxGone,
		until: func(c clients) cloud.AnyWaiter {
			return c.finspace.UntilKxClusterNodeDeleted(finspace.KxClusterNodeRequest{EnvironmentID: "kxenv", ClusterName: "hdb", NodeID: "node-2"})
		},
	},
	{
		service: "finspace", start: "CreateKxDataview", read: "GetKxDataview", idempotent: true,
		seed: seedChangesets,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareCreateKxDataview(ctx, finspace.CreateKxDataviewRequest{
				EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "recent", AZMode: finspace.KxAZModeSingle, ChangesetID: "first",
			})
		},
		content: kxDataviewExists,
		diff:    []string{"azMode", "changesetId", "databaseName", "dataviewName", "environmentId"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeCreateKxDataview(token)
		},
		live: func(t *testing.T, value any) {
			dataview := value.(*finspace.GetKxDataviewResponse)
			assert.Equal(t, finspace.KxDataviewStatusActive, dataview.Status)
			assert.Equal(t, "first", dataview.ChangesetID)
		},
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxDataviewActive(kxDataview) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "volume full"}, cloud.Failed, "FAILED", "volume full", true},
		},
	},
	{
		service: "finspace", start: "UpdateKxDataview", read: "GetKxDataview", oldState: "ACTIVE", idempotent: true,
		seed: seedKxDataview,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareUpdateKxDataview(ctx, finspace.UpdateKxDataviewRequest{
				EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "recent", ChangesetID: "new",
			})
		},
		content: kxDataviewContent,
		diff:    []string{"changesetId"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeUpdateKxDataview(token)
		},
		live: func(t *testing.T, value any) {
			dataview := value.(*finspace.GetKxDataviewResponse)
			assert.Equal(t, finspace.KxDataviewStatusActive, dataview.Status)
			assert.Equal(t, "new", dataview.ChangesetID)
		},
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxDataviewActive(kxDataview) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "volume full"}, cloud.Failed, "FAILED", "volume full", false},
			{"is deleted", emulator.Ending{Fail: true, State: "DELETING", Reason: "deleted by hand"}, cloud.Failed, "DELETING", "deleted by hand", true},
		},
	},
	{
		service: "finspace", start: "DeleteKxDataview", read: "GetKxDataview", oldState: "ACTIVE", idempotent: true,
		seed: seedKxDataview, bodyless: true, deletes: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareDeleteKxDataview(ctx, finspace.DeleteKxDataviewRequest{EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "recent"})
		},
		diff: []string{"databaseName", "dataviewName", "environmentId"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeDeleteKxDataview(token)
		},
		live:  kxGone,
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxDataviewDeleted(kxDataview) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "volume away"}, cloud.Failed, "FAILED", "volume away", false},
			{"is abandoned", emulator.Ending{State: "ACTIVE"}, cloud.Failed, "ACTIVE", "abandoned: the state is ACTIVE again, and not deleted", false},
		},
	},
	{
		service: "finspace", start: "CreateKxVolume", read: "GetKxVolume", idempotent: true,
		seed: seedKxEnvironment,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareCreateKxVolume(ctx, finspace.CreateKxVolumeRequest{
				EnvironmentID: "kxenv", VolumeName: "cache", VolumeType: finspace.KxVolumeTypeNAS1, AZMode: finspace.KxAZModeSingle,
				AvailabilityZoneIDs: []string{"use1-az1"}, NAS1Configuration: &finspace.KxNAS1Configuration{Type: finspace.KxNAS1TypeSSD1000, Size: 1200},
			})
		},
		content: kxVolumeExists,
		diff:    []string{"availabilityZoneIds", "azMode", "environmentId", "nas1Configuration.size", "nas1Configuration.type", "volumeName", "volumeType"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeCreateKxVolume(token)
		},
		live: func(t *testing.T, value any) {
			volume := value.(*finspace.GetKxVolumeResponse)
			assert.Equal(t, finspace.KxVolumeStatusActive, volume.Status)
			assert.Equal(t, finspace.KxNAS1TypeSSD1000, volume.NAS1Configuration.Type)
		},
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxVolumeActive(kxVolume) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no capacity"}, cloud.Failed, "CREATE_FAILED", "no capacity", true},
		},
	},
	{
		service: "finspace", start: "UpdateKxVolume", read: "GetKxVolume", oldState: "ACTIVE", idempotent: true,
		seed: seedKxVolume,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareUpdateKxVolume(ctx, finspace.UpdateKxVolumeRequest{
				EnvironmentID: "kxenv", VolumeName: "cache", NAS1Configuration: &finspace.KxNAS1Configuration{Size: 2400},
			})
		},
		content: kxVolumeContent,
		diff:    []string{"nas1Configuration.size"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeUpdateKxVolume(token)
		},
		live: func(t *testing.T, value any) {
			volume := value.(*finspace.GetKxVolumeResponse)
			assert.Equal(t, finspace.KxVolumeStatusUpdated, volume.Status)
			assert.Equal(t, 2400, volume.NAS1Configuration.Size)
		},
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxVolumeActive(kxVolume) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no capacity"}, cloud.Failed, "UPDATE_FAILED", "no capacity", false},
			{"is deleted", emulator.Ending{Fail: true, State: "DELETING", Reason: "deleted by hand"}, cloud.Failed, "DELETING", "deleted by hand", true},
		},
	},
	{
		service: "finspace", start: "DeleteKxVolume", read: "GetKxVolume", oldState: "ACTIVE", idempotent: true,
		seed: seedKxVolume, bodyless: true, deletes: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareDeleteKxVolume(ctx, finspace.DeleteKxVolumeRequest{EnvironmentID: "kxenv", VolumeName: "cache"})
		},
		diff: []string{"environmentId", "volumeName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeDeleteKxVolume(token)
		},
		live:  kxGone,
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxVolumeDeleted(kxVolume) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "in use"}, cloud.Failed, "DELETE_FAILED", "in use", false},
			{"is abandoned", emulator.Ending{State: "ACTIVE"}, cloud.Failed, "ACTIVE", "abandoned: the state is ACTIVE again, and not deleted", false},
		},
	},
	{
		service: "finspace", start: "CreateKxScalingGroup", read: "GetKxScalingGroup", idempotent: true,
		seed: seedKxEnvironment,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareCreateKxScalingGroup(ctx, finspace.CreateKxScalingGroupRequest{
				EnvironmentID: "kxenv", ScalingGroupName: "shared", HostType: "kx.sg.large", AvailabilityZoneID: "use1-az1",
			})
		},
		content: kxScalingGroupExists,
		diff:    []string{"availabilityZoneId", "environmentId", "hostType", "scalingGroupName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeCreateKxScalingGroup(token)
		},
		live: func(t *testing.T, value any) {
			group := value.(*finspace.GetKxScalingGroupResponse)
			assert.Equal(t, finspace.KxScalingGroupStatusActive, group.Status)
			assert.Equal(t, "kx.sg.large", group.HostType)
		},
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxScalingGroupActive(kxScalingGroup) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such host"}, cloud.Failed, "CREATE_FAILED", "no such host", true},
		},
	},
	{
		service: "finspace", start: "DeleteKxScalingGroup", read: "GetKxScalingGroup", oldState: "ACTIVE", idempotent: true,
		seed: seedKxScalingGroup, bodyless: true, deletes: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareDeleteKxScalingGroup(ctx, finspace.DeleteKxScalingGroupRequest{EnvironmentID: "kxenv", ScalingGroupName: "shared"})
		},
		diff: []string{"environmentId", "scalingGroupName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeDeleteKxScalingGroup(token)
		},
		live:  kxGone,
		until: func(c clients) cloud.AnyWaiter { return c.finspace.UntilKxScalingGroupDeleted(kxScalingGroup) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "host away"}, cloud.Failed, "DELETE_FAILED", "host away", false},
			{"is abandoned", emulator.Ending{State: "ACTIVE"}, cloud.Failed, "ACTIVE", "abandoned: the state is ACTIVE again, and not deleted", false},
		},
	},
}

// kxBubble runs a test with an emulator in virtual time.
func kxBubble(t *testing.T, seed func(*emulator.Emulator), test func(*testing.T, *emulator.Emulator, *finspace.Client), opts ...emulator.Option) {
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seed}, func(emu *emulator.Emulator) { test(t, emu, newClients(t, emu).finspace) }, opts...)
	})
}

var newKxVolume = finspace.CreateKxVolumeRequest{
	EnvironmentID: "kxenv", VolumeName: "cache", VolumeType: finspace.KxVolumeTypeNAS1, AZMode: finspace.KxAZModeSingle,
	AvailabilityZoneIDs: []string{"use1-az1"}, NAS1Configuration: &finspace.KxNAS1Configuration{Type: finspace.KxNAS1TypeSSD1000, Size: 1200},
}

// TestOldVolumeOfTheSameName checks that a creation has not ended because reads still show what had the name
// before.
func TestOldVolumeOfTheSameName(t *testing.T) {
	t.Parallel()
	kxBubble(t, seedKxVolume, func(t *testing.T, emu *emulator.Emulator, c *finspace.Client) {
		emu.Script(emulator.Ending{Operation: "CreateKxVolume", After: changeTime})
		_, err := c.DeleteKxVolume(t.Context(), finspace.DeleteKxVolumeRequest{EnvironmentID: "kxenv", VolumeName: "cache"})
		require.NoError(t, err)
		w, err := c.BeginCreateKxVolume(t.Context(), newKxVolume)
		require.NoError(t, err)
		p, err := w.Poll(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "ACTIVE", p.State, "of the old one")
		assert.Equal(t, cloud.Pending, p.Outcome)
		volume, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, finspace.KxNAS1TypeSSD1000, volume.NAS1Configuration.Type)
	}, emulator.WithChangeTime(0), emulator.WithStaleReads(staleTime))
}

// TestNewVolumeOfTheSameName checks that a deletion has ended, and a creation is lost, when another volume has
// the name.
func TestNewVolumeOfTheSameName(t *testing.T) {
	t.Parallel()
	kxBubble(t, seedKxVolume, func(t *testing.T, emu *emulator.Emulator, c *finspace.Client) {
		deletion, err := c.BeginDeleteKxVolume(t.Context(), finspace.DeleteKxVolumeRequest{EnvironmentID: "kxenv", VolumeName: "cache"})
		require.NoError(t, err)
		time.Sleep(changeTime)
		creation, err := c.BeginCreateKxVolume(t.Context(), newKxVolume)
		require.NoError(t, err)
		volume, err := deletion.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, finspace.KxVolumeStatusCreating, volume.Status, "it has taken the place")

		emu.FinSpace.AddKxVolume("kxenv", finspace.GetKxVolumeResponse{VolumeName: "cache", CreatedTimestamp: time.Now().Add(time.Hour)})
		_, err = creation.Wait(t.Context())
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.Equal(t, cloud.Failed, wait.Outcome)
		assert.Contains(t, wait.Reason, "superseded: another of the same name was created")
	}, emulator.WithStaleReads(0))
}

// TestSupersededDatabases is a cluster that another caller updates while its update is awaited.
func TestSupersededDatabases(t *testing.T) {
	t.Parallel()
	kxBubble(t, seedMountedCluster, func(t *testing.T, _ *emulator.Emulator, c *finspace.Client) {
		update := func(changeset string) finspace.UpdateKxClusterDatabasesRequest {
			return finspace.UpdateKxClusterDatabasesRequest{
				EnvironmentID: "kxenv", ClusterName: "hdb", Databases: []finspace.KxDatabaseConfiguration{{DatabaseName: "trades", ChangesetID: changeset}},
			}
		}
		w, err := c.BeginUpdateKxClusterDatabases(t.Context(), update("new"))
		require.NoError(t, err)
		time.Sleep(changeTime)
		_, err = c.UpdateKxClusterDatabases(t.Context(), update("newer"))
		require.NoError(t, err)
		_, err = w.Wait(t.Context())
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.Equal(t, cloud.Failed, wait.Outcome)
		assert.Equal(t, "superseded: the cluster has database trades, changeset newer", wait.Reason)
	}, emulator.WithStaleReads(0))
}

// TestNodeOnALaterPage finds a node that the first page of the list does not have.
func TestNodeOnALaterPage(t *testing.T) {
	t.Parallel()
	kxBubble(t, seedCluster, func(t *testing.T, emu *emulator.Emulator, c *finspace.Client) {
		for i := range 250 {
			emu.FinSpace.AddKxClusterNode("kxenv", "hdb", finspace.KxNode{NodeID: fmt.Sprintf("node-%d", i)})
		}
		last := finspace.KxClusterNodeRequest{EnvironmentID: "kxenv", ClusterName: "hdb", NodeID: "node-249"}
		node, err := c.UntilKxClusterNodeRunning(last).Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "node-249", node.NodeID)
		assert.Equal(t, 3, count(emu, "ListKxClusterNodes"))

		w, err := c.BeginDeleteKxClusterNode(t.Context(), finspace.DeleteKxClusterNodeRequest(last))
		require.NoError(t, err)
		p, err := w.Poll(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "RUNNING", p.State)
		_, err = w.Wait(t.Context())
		require.NoError(t, err)
		_, err = c.UntilKxClusterNodeRunning(last).Wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrNotFound)
	})
}

// TestNodesOfANewCluster waits for a node from its first sight on, and for all to go with the cluster.
func TestNodesOfANewCluster(t *testing.T) {
	t.Parallel()
	kxBubble(t, seedKxEnvironment, func(t *testing.T, _ *emulator.Emulator, c *finspace.Client) {
		_, err := c.CreateKxCluster(t.Context(), finspace.CreateKxClusterRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", ClusterType: finspace.KxClusterTypeHDB, ReleaseLabel: "1.0", AZMode: finspace.KxAZModeSingle,
		})
		require.NoError(t, err)
		time.Sleep(changeTime * 3 / 4)
		list, err := c.ListKxClusterNodes(t.Context(), finspace.ListKxClusterNodesRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
		require.NoError(t, err)
		require.Len(t, list.Nodes, 1)
		assert.Equal(t, finspace.KxNodeStatusProvisioning, list.Nodes[0].Status)
		r := finspace.KxClusterNodeRequest{EnvironmentID: "kxenv", ClusterName: "hdb", NodeID: list.Nodes[0].NodeID}
		node, err := c.UntilKxClusterNodeRunning(r).Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, finspace.KxNodeStatusRunning, node.Status)

		_, err = c.BeginDeleteKxCluster(t.Context(), finspace.DeleteKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"})
		require.NoError(t, err)
		removed, err := c.UntilKxClusterNodeDeleted(r).Wait(t.Context())
		require.NoError(t, err)
		assert.Nil(t, removed)
	})
}
