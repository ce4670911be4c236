package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func browserEnvironmentIs(status finspace.EnvironmentStatus) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		assert.Equal(t, status, value.(*finspace.GetEnvironmentResponse).Environment.Status)
	}
}

// countBrowserEnvironments counts those that are not deleted: the service goes on to show the others.
func countBrowserEnvironments(ctx context.Context, c clients) (any, error) {
	n := 0
	for environment, err := range c.finspace.AllEnvironments(ctx, finspace.ListEnvironmentsRequest{}) {
		if err != nil {
			return nil, err
		}
		if environment.Status != finspace.EnvironmentStatusDeleted {
			n++
		}
	}
	return n, nil
}

var finspaceBrowserFlows = []flow{
	{
		name: "CreateBrowserEnvironment", service: "finspace", start: "CreateEnvironment", read: "GetEnvironment", seed: func(*emulator.Emulator) {},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareCreateEnvironment(ctx, finspace.CreateEnvironmentRequest{Name: "research"})
		},
		content: countBrowserEnvironments,
		diff:    []string{"name"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeCreateEnvironment(token)
		},
		live: browserEnvironmentIs(finspace.EnvironmentStatusCreated),
		ends: []ending{
			{"fails", emulator.Ending{Fail: true}, cloud.Failed, "FAILED_CREATION", "", false},
			{"is deleted", emulator.Ending{State: "DELETING"}, cloud.Failed, "DELETING", "", false},
		},
	},
	{
		name: "DeleteBrowserEnvironment", service: "finspace", start: "DeleteEnvironment", read: "GetEnvironment", oldState: "CREATED",
		idempotent: true, deletes: true, refusal: cloud.ErrInvalid,
		seed: func(emu *emulator.Emulator) { emu.FinSpace.AddEnvironment(finspace.Environment{EnvironmentID: "env1"}) },
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.finspace.PrepareDeleteEnvironment(ctx, finspace.DeleteEnvironmentRequest{EnvironmentID: "env1"})
		},
		diff: []string{"environmentId"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.finspace.ResumeDeleteEnvironment(token)
		},
		live: gone,
		until: func(c clients) cloud.AnyWaiter {
			return c.finspace.UntilEnvironmentDeleted(finspace.GetEnvironmentRequest{EnvironmentID: "env1"})
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true}, cloud.Failed, "FAILED_DELETION", "", false},
			{"stays", emulator.Ending{State: "CREATED"}, cloud.Failed, "CREATED", "abandoned: the state is CREATED again, and not deleted", false},
		},
	},
}
