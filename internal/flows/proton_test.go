package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

func seedInstance(emu *emulator.Emulator) {
	emu.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod", Spec: "old"})
}

var protonFlows = []flow{
	{
		service: "proton", start: "UpdateServiceInstance", read: "GetServiceInstance", oldState: "SUCCEEDED", idempotent: true,
		seed: seedInstance, thorough: true,
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.proton.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
				ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "new",
			}))
		},
		resume: func(c clients, token string) (*waiter, error) {
			return erased(c.proton.ResumeUpdateServiceInstance(token))
		},
		live: func(t *testing.T, value any) {
			instance := value.(*proton.GetServiceInstanceResponse).ServiceInstance
			assert.Equal(t, proton.DeploymentStatusSucceeded, instance.DeploymentStatus)
			assert.Equal(t, "new", instance.Spec)
			assert.Equal(t, instance.LastAttemptedDeploymentID, instance.LastSucceededDeploymentID)
		},
		until: func(c clients) *waiter {
			return mustErase(c.proton.UntilServiceInstanceDeployed(proton.GetServiceInstanceRequest{ServiceName: "shop", Name: "prod"}))
		},
		ends: []ending{
			{"fails", emulator.Outcome{Fail: true, Reason: "subnet is full"}, cloud.Failed, "FAILED", "subnet is full", false},
			{"is cancelled", emulator.Outcome{Cancel: true, Reason: "User initiated cancellation."}, cloud.Cancelled, "CANCELLED", "User initiated cancellation.", false},
		},
	},
}
