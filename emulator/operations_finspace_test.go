package emulator_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// Names of the resources that seedKx adds, and of new ones.
const (
	kxNode     = "node-1"
	kxDataview = "recent"
	kxVolume   = "cache-1"
	kxGroup    = "shared-1"
	kxNew      = "brand-new"
)

func seedKx(emu *emulator.Emulator) {
	emu.FinSpace.AddEnvironment(finspace.Environment{EnvironmentID: "browser"})
	emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{
		ClusterName: cluster, Databases: []finspace.KxDatabaseConfiguration{{DatabaseName: database, ChangesetID: "old"}},
	})
	emu.FinSpace.AddKxClusterNode(environment, cluster, finspace.KxNode{NodeID: kxNode})
	emu.FinSpace.AddKxDataview(environment, database, finspace.GetKxDataviewResponse{DataviewName: kxDataview, ChangesetID: "old"})
	emu.FinSpace.AddKxChangeset(environment, database, finspace.GetKxChangesetResponse{ChangesetID: "new"})
	emu.FinSpace.AddKxVolume(environment, finspace.GetKxVolumeResponse{VolumeName: kxVolume})
	emu.FinSpace.AddKxScalingGroup(environment, finspace.GetKxScalingGroupResponse{ScalingGroupName: kxGroup})
}

func newKxCluster() finspace.CreateKxClusterRequest {
	return finspace.CreateKxClusterRequest{
		EnvironmentID: environment, ClusterName: kxNew, ClusterType: finspace.KxClusterTypeHDB,
		ReleaseLabel: "1.0", AZMode: finspace.KxAZModeSingle,
		CapacityConfiguration: &finspace.CapacityConfiguration{NodeType: "kx.s.large", NodeCount: 2},
	}
}

func newKxDataview() finspace.CreateKxDataviewRequest {
	return finspace.CreateKxDataviewRequest{
		EnvironmentID: environment, DatabaseName: database, DataviewName: kxNew, AZMode: finspace.KxAZModeSingle,
	}
}

func newKxVolume() finspace.CreateKxVolumeRequest {
	return finspace.CreateKxVolumeRequest{
		EnvironmentID: environment, VolumeName: kxNew, VolumeType: finspace.KxVolumeTypeNAS1, AZMode: finspace.KxAZModeSingle,
		AvailabilityZoneIDs: []string{"use1-az1"},
		NAS1Configuration:   &finspace.KxNAS1Configuration{Type: finspace.KxNAS1TypeSSD250, Size: 1200},
	}
}

func newKxScalingGroup() finspace.CreateKxScalingGroupRequest {
	return finspace.CreateKxScalingGroupRequest{
		EnvironmentID: environment, ScalingGroupName: kxNew, HostType: "kx.sg.large", AvailabilityZoneID: "use1-az1",
	}
}

// deleteSeededClusters deletes the clusters of helpers_test.go and seedKx, and waits until they are gone.
func deleteSeededClusters(t *testing.T, c *finspace.Client) {
	t.Helper()
	_, err := c.DeleteKxCluster(t.Context(), finspace.DeleteKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
	require.NoError(t, err)
	time.Sleep(time.Hour)
}

// finspaceOperations calls each operation on the resources of seedKx once, with the module's client.
var finspaceOperations = map[string]func(t *testing.T, c *finspace.Client){
	"KxDatabases":         kxDatabases,
	"KxDatabases in use":  kxDatabasesInUse,
	"KxUsers":             kxUsers,
	"Connection strings":  kxConnectionStrings,
	"Tags":                kxTags,
	"Code":                kxCode,
	"UpdateEnvironment":   updateBrowserEnvironment,
	"UpdateKxEnvironment": updateKxEnvironment,
	"CreateEnvironment": func(t *testing.T, c *finspace.Client) {
		out, err := c.CreateEnvironment(t.Context(), finspace.CreateEnvironmentRequest{Name: "research"})
		require.NoError(t, err)
		got, err := c.GetEnvironment(t.Context(), finspace.GetEnvironmentRequest{EnvironmentID: out.EnvironmentID})
		require.NoError(t, err)
		assert.Equal(t, finspace.EnvironmentStatusCreateRequested, got.Environment.Status)
		_, err = c.DeleteEnvironment(t.Context(), finspace.DeleteEnvironmentRequest{EnvironmentID: out.EnvironmentID})
		require.ErrorIs(t, err, cloud.ErrInvalid, "it is being created")
		_, err = c.DeleteEnvironment(t.Context(), finspace.DeleteEnvironmentRequest{EnvironmentID: "browser"})
		require.NoError(t, err)
	},
	"ListEnvironments": func(t *testing.T, c *finspace.Client) {
		out, err := c.ListEnvironments(t.Context(), finspace.ListEnvironmentsRequest{})
		require.NoError(t, err)
		require.Len(t, out.Environments, 1)
		assert.Equal(t, "browser", out.Environments[0].EnvironmentID)
	},
	"CreateKxEnvironment": func(t *testing.T, c *finspace.Client) {
		out, err := c.CreateKxEnvironment(t.Context(), finspace.CreateKxEnvironmentRequest{
			Name: "trading", KMSKeyID: "arn:aws:kms:us-east-1:123456789012:key/k",
		})
		require.NoError(t, err)
		assert.Equal(t, finspace.EnvironmentStatusCreateRequested, out.Status)
		got, err := c.GetKxEnvironment(t.Context(), finspace.GetKxEnvironmentRequest{EnvironmentID: out.EnvironmentID})
		require.NoError(t, err)
		assert.Equal(t, "trading", got.Name)
		list, err := c.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
		require.NoError(t, err)
		assert.Len(t, list.Environments, 2)
	},
	"GetKxEnvironment": func(t *testing.T, c *finspace.Client) {
		out, err := c.GetKxEnvironment(t.Context(), finspace.GetKxEnvironmentRequest{EnvironmentID: environment})
		require.NoError(t, err)
		assert.Equal(t, finspace.EnvironmentStatusCreated, out.Status)
		assert.Equal(t, finspace.TGWStatusNone, out.TGWStatus)
		assert.Equal(t, finspace.DNSStatusNone, out.DNSStatus)
	},
	"ListKxEnvironments": func(t *testing.T, c *finspace.Client) {
		out, err := c.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
		require.NoError(t, err)
		require.Len(t, out.Environments, 1)
		assert.Equal(t, environment, out.Environments[0].EnvironmentID)
	},
	"UpdateKxEnvironmentNetwork": func(t *testing.T, c *finspace.Client) {
		out, err := c.UpdateKxEnvironmentNetwork(t.Context(), finspace.UpdateKxEnvironmentNetworkRequest{
			EnvironmentID:          environment,
			CustomDNSConfiguration: []finspace.CustomDNSServer{{CustomDNSServerName: "dns.example.com", CustomDNSServerIP: "10.0.0.2"}},
		})
		require.NoError(t, err)
		assert.Equal(t, finspace.EnvironmentStatusUpdateNetworkRequested, out.Status)
		assert.Equal(t, finspace.DNSStatusUpdateRequested, out.DNSStatus)
		assert.Equal(t, finspace.TGWStatusNone, out.TGWStatus)
	},
	"DeleteKxEnvironment": func(t *testing.T, c *finspace.Client) {
		_, err := c.DeleteKxEnvironment(t.Context(), finspace.DeleteKxEnvironmentRequest{EnvironmentID: environment})
		require.ErrorIs(t, err, cloud.ErrConflict, "it has clusters")
		deleteSeededClusters(t, c)
		_, err = c.DeleteKxEnvironment(t.Context(), finspace.DeleteKxEnvironmentRequest{EnvironmentID: environment})
		require.NoError(t, err)
		out, err := c.GetKxEnvironment(t.Context(), finspace.GetKxEnvironmentRequest{EnvironmentID: environment})
		require.NoError(t, err)
		assert.Equal(t, finspace.EnvironmentStatusDeleteRequested, out.Status)
	},
	"CreateKxCluster": func(t *testing.T, c *finspace.Client) {
		out, err := c.CreateKxCluster(t.Context(), newKxCluster())
		require.NoError(t, err)
		assert.Equal(t, finspace.KxClusterStatusPending, out.Status)
		got, err := c.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: kxNew})
		require.NoError(t, err)
		assert.Equal(t, out.CreatedTimestamp, got.CreatedTimestamp)
		_, err = c.CreateKxCluster(t.Context(), newKxCluster())
		require.ErrorIs(t, err, finspace.CodeConflictException)
	},
	"UpdateKxClusterDatabases": func(t *testing.T, c *finspace.Client) {
		update := func(name string) error {
			_, err := c.UpdateKxClusterDatabases(t.Context(), finspace.UpdateKxClusterDatabasesRequest{
				EnvironmentID: environment, ClusterName: cluster,
				Databases: []finspace.KxDatabaseConfiguration{{DatabaseName: name, ChangesetID: "new"}},
			})
			return err
		}
		require.ErrorIs(t, update("unknown"), cloud.ErrInvalid, "an update cannot add a database")
		require.NoError(t, update(database))
		require.ErrorIs(t, update(database), cloud.ErrConflict)
	},
	"DeleteKxCluster": func(t *testing.T, c *finspace.Client) {
		_, err := c.DeleteKxCluster(t.Context(), finspace.DeleteKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
		require.NoError(t, err)
		out, err := c.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
		require.NoError(t, err)
		assert.Equal(t, finspace.KxClusterStatusDeleting, out.Status)
	},
	"ListKxClusterNodes": func(t *testing.T, c *finspace.Client) {
		out, err := c.ListKxClusterNodes(t.Context(), finspace.ListKxClusterNodesRequest{EnvironmentID: environment, ClusterName: cluster})
		require.NoError(t, err)
		require.Len(t, out.Nodes, 1)
		assert.Equal(t, kxNode, out.Nodes[0].NodeID)
		assert.Equal(t, finspace.KxNodeStatusRunning, out.Nodes[0].Status)
		_, err = c.ListKxClusterNodes(t.Context(), finspace.ListKxClusterNodesRequest{EnvironmentID: environment, ClusterName: "another"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"DeleteKxClusterNode": func(t *testing.T, c *finspace.Client) {
		_, err := c.DeleteKxClusterNode(t.Context(), finspace.DeleteKxClusterNodeRequest{
			EnvironmentID: environment, ClusterName: cluster, NodeID: kxNode,
		})
		require.NoError(t, err)
		_, err = c.DeleteKxClusterNode(t.Context(), finspace.DeleteKxClusterNodeRequest{
			EnvironmentID: environment, ClusterName: cluster, NodeID: "another",
		})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"CreateKxDataview": func(t *testing.T, c *finspace.Client) {
		out, err := c.CreateKxDataview(t.Context(), newKxDataview())
		require.NoError(t, err)
		assert.Equal(t, finspace.KxDataviewStatusCreating, out.Status)
		_, err = c.CreateKxDataview(t.Context(), newKxDataview())
		require.ErrorIs(t, err, finspace.CodeResourceAlreadyExistsException)
		require.ErrorIs(t, err, cloud.ErrConflict)
	},
	"GetKxDataview": func(t *testing.T, c *finspace.Client) {
		out, err := c.GetKxDataview(t.Context(), finspace.GetKxDataviewRequest{
			EnvironmentID: environment, DatabaseName: database, DataviewName: kxDataview,
		})
		require.NoError(t, err)
		assert.Equal(t, finspace.KxDataviewStatusActive, out.Status)
		assert.Equal(t, "old", out.ChangesetID)
	},
	"ListKxDataviews": func(t *testing.T, c *finspace.Client) {
		out, err := c.ListKxDataviews(t.Context(), finspace.ListKxDataviewsRequest{EnvironmentID: environment, DatabaseName: database})
		require.NoError(t, err)
		require.Len(t, out.KxDataviews, 1)
		assert.Equal(t, kxDataview, out.KxDataviews[0].DataviewName)
	},
	"UpdateKxDataview": func(t *testing.T, c *finspace.Client) {
		out, err := c.UpdateKxDataview(t.Context(), finspace.UpdateKxDataviewRequest{
			EnvironmentID: environment, DatabaseName: database, DataviewName: kxDataview, ChangesetID: "new",
		})
		require.NoError(t, err)
		assert.Equal(t, finspace.KxDataviewStatusUpdating, out.Status)
	},
	"DeleteKxDataview": func(t *testing.T, c *finspace.Client) {
		_, err := c.DeleteKxDataview(t.Context(), finspace.DeleteKxDataviewRequest{
			EnvironmentID: environment, DatabaseName: database, DataviewName: kxDataview,
		})
		require.NoError(t, err)
		out, err := c.GetKxDataview(t.Context(), finspace.GetKxDataviewRequest{
			EnvironmentID: environment, DatabaseName: database, DataviewName: kxDataview,
		})
		require.NoError(t, err)
		assert.Equal(t, finspace.KxDataviewStatusDeleting, out.Status)
	},
	"CreateKxVolume": func(t *testing.T, c *finspace.Client) {
		out, err := c.CreateKxVolume(t.Context(), newKxVolume())
		require.NoError(t, err)
		assert.Equal(t, finspace.KxVolumeStatusCreating, out.Status)
		_, err = c.CreateKxVolume(t.Context(), newKxVolume())
		require.ErrorIs(t, err, finspace.CodeResourceAlreadyExistsException)
	},
	"GetKxVolume": func(t *testing.T, c *finspace.Client) {
		out, err := c.GetKxVolume(t.Context(), finspace.GetKxVolumeRequest{EnvironmentID: environment, VolumeName: kxVolume})
		require.NoError(t, err)
		assert.Equal(t, finspace.KxVolumeStatusActive, out.Status)
		assert.Equal(t, 1200, out.NAS1Configuration.Size)
	},
	"ListKxVolumes": func(t *testing.T, c *finspace.Client) {
		out, err := c.ListKxVolumes(t.Context(), finspace.ListKxVolumesRequest{
			EnvironmentID: environment, VolumeType: finspace.KxVolumeTypeNAS1,
		})
		require.NoError(t, err)
		require.Len(t, out.KxVolumeSummaries, 1)
		assert.Equal(t, kxVolume, out.KxVolumeSummaries[0].VolumeName)
	},
	"UpdateKxVolume": func(t *testing.T, c *finspace.Client) {
		out, err := c.UpdateKxVolume(t.Context(), finspace.UpdateKxVolumeRequest{
			EnvironmentID: environment, VolumeName: kxVolume, NAS1Configuration: &finspace.KxNAS1Configuration{Size: 2400},
		})
		require.NoError(t, err)
		assert.Equal(t, finspace.KxVolumeStatusUpdating, out.Status)
		assert.Equal(t, 1200, out.NAS1Configuration.Size)
	},
	"DeleteKxVolume": func(t *testing.T, c *finspace.Client) {
		_, err := c.DeleteKxVolume(t.Context(), finspace.DeleteKxVolumeRequest{EnvironmentID: environment, VolumeName: kxVolume})
		require.NoError(t, err)
		out, err := c.GetKxVolume(t.Context(), finspace.GetKxVolumeRequest{EnvironmentID: environment, VolumeName: kxVolume})
		require.NoError(t, err)
		assert.Equal(t, finspace.KxVolumeStatusDeleting, out.Status)
	},
	"CreateKxScalingGroup": func(t *testing.T, c *finspace.Client) {
		out, err := c.CreateKxScalingGroup(t.Context(), newKxScalingGroup())
		require.NoError(t, err)
		assert.Equal(t, finspace.KxScalingGroupStatusCreating, out.Status)
		_, err = c.CreateKxScalingGroup(t.Context(), newKxScalingGroup())
		require.ErrorIs(t, err, finspace.CodeConflictException)
	},
	"GetKxScalingGroup": func(t *testing.T, c *finspace.Client) {
		out, err := c.GetKxScalingGroup(t.Context(), finspace.GetKxScalingGroupRequest{
			EnvironmentID: environment, ScalingGroupName: kxGroup,
		})
		require.NoError(t, err)
		assert.Equal(t, finspace.KxScalingGroupStatusActive, out.Status)
	},
	"ListKxScalingGroups": func(t *testing.T, c *finspace.Client) {
		out, err := c.ListKxScalingGroups(t.Context(), finspace.ListKxScalingGroupsRequest{EnvironmentID: environment})
		require.NoError(t, err)
		require.Len(t, out.ScalingGroups, 1)
		assert.Equal(t, kxGroup, out.ScalingGroups[0].ScalingGroupName)
	},
	"DeleteKxScalingGroup": func(t *testing.T, c *finspace.Client) {
		_, err := c.DeleteKxScalingGroup(t.Context(), finspace.DeleteKxScalingGroupRequest{
			EnvironmentID: environment, ScalingGroupName: kxGroup,
		})
		require.NoError(t, err)
		_, err = c.DeleteKxScalingGroup(t.Context(), finspace.DeleteKxScalingGroupRequest{
			EnvironmentID: environment, ScalingGroupName: kxGroup,
		})
		require.ErrorIs(t, err, cloud.ErrConflict)
	},
}

func TestFinspaceOperations(t *testing.T) {
	t.Parallel()
	for name, f := range finspaceOperations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				seedKx(emu)
				f(t, clientsOf(t, withoutRetries(emu)).finspace)
			}, emulator.WithStaleReads(0))
		})
	}
}

// TestKxTokens checks that a repeated request gets the response to the first, and creates nothing.
func TestKxTokens(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, withoutRetries(emu)).finspace
		r := newKxVolume()
		r.ClientToken = "again"
		first, err := c.CreateKxVolume(t.Context(), r)
		require.NoError(t, err)
		time.Sleep(time.Second)
		second, err := c.CreateKxVolume(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, first, second)
	}, emulator.WithStaleReads(0))
}

// TestKxNodesFollowTheirCluster checks that nodes are created and deleted with their cluster.
func TestKxNodesFollowTheirCluster(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, withoutRetries(emu)).finspace
		statuses := func() []finspace.KxNodeStatus {
			out, err := c.ListKxClusterNodes(t.Context(),
				finspace.ListKxClusterNodesRequest{EnvironmentID: environment, ClusterName: kxNew})
			require.NoError(t, err)
			list := []finspace.KxNodeStatus{}
			for _, n := range out.Nodes {
				list = append(list, n.Status)
			}
			return list
		}
		for range 2 {
			_, err := c.CreateKxCluster(t.Context(), newKxCluster())
			require.NoError(t, err)
			assert.Empty(t, statuses())
			time.Sleep(7 * time.Minute)
			assert.Equal(t, []finspace.KxNodeStatus{"PROVISIONING", "PROVISIONING"}, statuses())
			time.Sleep(3 * time.Minute)
			assert.Equal(t, []finspace.KxNodeStatus{"RUNNING", "RUNNING"}, statuses())
			_, err = c.DeleteKxCluster(t.Context(), finspace.DeleteKxClusterRequest{EnvironmentID: environment, ClusterName: kxNew})
			require.NoError(t, err)
			time.Sleep(10 * time.Minute)
			_, err = c.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: kxNew})
			require.ErrorIs(t, err, cloud.ErrNotFound)
		}
	}, emulator.WithStaleReads(0), emulator.WithChangeTime(10*time.Minute))
}

// TestKxEnvironments checks that nothing can be created in an environment that is being deleted, and that its
// resources are deleted with it.
func TestKxEnvironments(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, withoutRetries(emu)).finspace
		seedKx(emu)
		deleteSeededClusters(t, c)
		_, err := c.DeleteKxEnvironment(t.Context(), finspace.DeleteKxEnvironmentRequest{EnvironmentID: environment})
		require.NoError(t, err)
		_, err = c.CreateKxVolume(t.Context(), newKxVolume())
		require.ErrorIs(t, err, cloud.ErrConflict)
		time.Sleep(10 * time.Minute)
		_, err = c.CreateKxVolume(t.Context(), newKxVolume())
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.GetKxVolume(t.Context(), finspace.GetKxVolumeRequest{EnvironmentID: environment, VolumeName: kxVolume})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	}, emulator.WithStaleReads(0), emulator.WithChangeTime(10*time.Minute))
}

// TestKxInUse checks that a resource in use cannot be deleted.
func TestKxInUse(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithStaleReads(0))
	emu.FinSpace.AddKxVolume(environment, finspace.GetKxVolumeResponse{
		VolumeName: kxVolume, AttachedClusters: []finspace.KxAttachedCluster{{ClusterName: cluster}},
	})
	emu.FinSpace.AddKxScalingGroup(environment, finspace.GetKxScalingGroupResponse{ScalingGroupName: kxGroup, Clusters: []string{cluster}})
	emu.FinSpace.AddKxDataview(environment, database, finspace.GetKxDataviewResponse{
		DataviewName: kxDataview, ReadWrite: true,
		ActiveVersions: []finspace.KxDataviewActiveVersion{{AttachedClusters: []string{cluster}}},
	})
	emu.FinSpace.AddKxEnvironment(finspace.GetKxEnvironmentResponse{EnvironmentID: "connected", DNSStatus: finspace.DNSStatusSuccessfullyUpdated})
	c := clientsOf(t, withoutRetries(emu)).finspace
	_, err := c.DeleteKxVolume(t.Context(), finspace.DeleteKxVolumeRequest{EnvironmentID: environment, VolumeName: kxVolume})
	require.ErrorIs(t, err, cloud.ErrConflict)
	_, err = c.DeleteKxScalingGroup(t.Context(), finspace.DeleteKxScalingGroupRequest{
		EnvironmentID: environment, ScalingGroupName: kxGroup,
	})
	require.ErrorIs(t, err, cloud.ErrConflict)
	_, err = c.DeleteKxDataview(t.Context(), finspace.DeleteKxDataviewRequest{
		EnvironmentID: environment, DatabaseName: database, DataviewName: kxDataview,
	})
	require.ErrorIs(t, err, cloud.ErrConflict)
	_, err = c.UpdateKxDataview(t.Context(), finspace.UpdateKxDataviewRequest{
		EnvironmentID: environment, DatabaseName: database, DataviewName: kxDataview,
	})
	require.ErrorIs(t, err, cloud.ErrConflict, "a writable dataview cannot be updated")
	_, err = c.UpdateKxEnvironmentNetwork(t.Context(), finspace.UpdateKxEnvironmentNetworkRequest{
		EnvironmentID:          "connected",
		CustomDNSConfiguration: []finspace.CustomDNSServer{{CustomDNSServerName: "dns.example.com", CustomDNSServerIP: "10.0.0.2"}},
	})
	require.ErrorIs(t, err, cloud.ErrConflict, "the network can only be configured once")
}
