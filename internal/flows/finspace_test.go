package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func seedCluster(emu *emulator.Emulator) {
	emu.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb", Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"}})
}

func seedDatabase(emu *emulator.Emulator) { emu.AddKxDatabase("kxenv", "trades") }

var finspaceFlows = []flow{
	{
		service: "finspace", start: "UpdateKxClusterCodeConfiguration", read: "GetKxCluster", oldState: "RUNNING", idempotent: true,
		seed: seedCluster, thorough: true, bodyless: true,
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.finspace.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
				EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
			}))
		},
		resume: func(c clients, token string) (*waiter, error) {
			return erased(c.finspace.ResumeUpdateKxClusterCodeConfiguration(token))
		},
		live: func(t *testing.T, value any) {
			cluster := value.(*finspace.GetKxClusterResponse)
			assert.Equal(t, finspace.KxClusterStatusRunning, cluster.Status)
			assert.Equal(t, "new.zip", cluster.Code.S3Key)
		},
		until: func(c clients) *waiter {
			return mustErase(c.finspace.UntilKxClusterRunning(finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb"}))
		},
		ends: []ending{
			{"runs the old code", emulator.Outcome{Fail: true, Reason: "init.q: 'type"}, cloud.Failed, "RUNNING", "init.q: 'type", false},
			{"is torn down", emulator.Outcome{Fail: true, State: "DELETING", Reason: "torn down"}, cloud.Failed, "DELETING", "torn down", true},
		},
	},
	{
		service: "finspace", start: "CreateKxChangeset", read: "GetKxChangeset", idempotent: true,
		seed: seedDatabase, thorough: true,
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.finspace.BeginCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
				EnvironmentID: "kxenv", DatabaseName: "trades",
				ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypePut, S3Path: "s3://releases/2026.11.21/", DBPath: "/2026.11.21/"}},
			}))
		},
		resume: func(c clients, token string) (*waiter, error) {
			return erased(c.finspace.ResumeCreateKxChangeset(token))
		},
		live: func(t *testing.T, value any) {
			changeset := value.(*finspace.GetKxChangesetResponse)
			assert.Equal(t, finspace.ChangesetStatusCompleted, changeset.Status)
			assert.Equal(t, "/2026.11.21/", changeset.ChangeRequests[0].DBPath)
		},
		ends: []ending{
			{"fails", emulator.Outcome{Fail: true, Reason: "no such key", ReasonType: string(finspace.ErrorDetailsResourceNotFound)},
				cloud.Failed, "FAILED", "no such key (One or more inputs to this request were not found.)", false},
			{"is cancelled", emulator.Outcome{Cancel: true, Reason: "stopped"}, cloud.Cancelled, "FAILED", "stopped (Cancelled)", false},
		},
	},
}
