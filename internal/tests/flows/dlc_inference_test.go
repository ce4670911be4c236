package flows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

var chat = dlc.GetInferenceServiceRequest{ServiceID: "svc-1"}

func seedInference(status dlc.InferenceServiceStatus) func(*emulator.Emulator) {
	return func(emu *emulator.Emulator) {
		emu.AddInferenceService(dlc.GetInferenceServiceResponse{ServiceID: "svc-1", Status: status})
	}
}

func inferenceIs(status dlc.InferenceServiceStatus) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		assert.Equal(t, status, value.(*dlc.GetInferenceServiceResponse).Status)
	}
}

var inferenceFails = ending{"fails", emulator.Outcome{Fail: true}, cloud.Failed, "Failed", "", false}

func restartInference(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
	return c.dlc.BeginRestartInferenceService(ctx, dlc.RestartInferenceServiceRequest(chat))
}

func resumeRestartInference(c clients, token string) (cloud.AnyWaiter, error) {
	return c.dlc.ResumeRestartInferenceService(token)
}

var dlcInferenceFlows = []flow{
	{
		service: "dlc", start: "CreateInferenceService", read: "GetInferenceService", seed: func(*emulator.Emulator) {},
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginCreateInferenceService(ctx, dlc.CreateInferenceServiceRequest{
				Name: "chat", ModelUID: "m-1", Engine: "vllm", Replicas: 1, ResourcePartitionID: "p-1", Image: "ray", ModelIdentifier: "chat", Queue: "default",
			})
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeCreateInferenceService(token)
		},
		live: inferenceIs(dlc.InferenceServiceStatusRunning),
		ends: []ending{
			inferenceFails,
			{"is stopped", emulator.Outcome{State: "Stopped"}, cloud.Failed, "Stopped", "superseded: the service was stopped", false},
		},
	},
	{
		service: "dlc", start: "RestartInferenceService", read: "GetInferenceService", oldState: "Running", shown: true, seed: seedInference(dlc.InferenceServiceStatusRunning),
		begin: restartInference, resume: resumeRestartInference, live: inferenceIs(dlc.InferenceServiceStatusRunning),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilInferenceServiceRunning(chat) },
		ends:  []ending{inferenceFails},
	},
	{
		name: "restart of a failed service", service: "dlc", start: "RestartInferenceService", read: "GetInferenceService", oldState: "Failed", shown: true,
		seed:  seedInference(dlc.InferenceServiceStatusFailed),
		begin: restartInference, resume: resumeRestartInference, live: inferenceIs(dlc.InferenceServiceStatusRunning),
		ends: []ending{inferenceFails},
	},
	{
		service: "dlc", start: "StopInferenceService", read: "GetInferenceService", oldState: "Running", shown: true, seed: seedInference(dlc.InferenceServiceStatusRunning),
		begin: func(ctx context.Context, c clients) (cloud.AnyWaiter, error) {
			return c.dlc.BeginStopInferenceService(ctx, dlc.StopInferenceServiceRequest(chat))
		},
		resume: func(c clients, token string) (cloud.AnyWaiter, error) {
			return c.dlc.ResumeStopInferenceService(token)
		},
		live:  inferenceIs(dlc.InferenceServiceStatusStopped),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilInferenceServiceStopped(chat) },
		ends:  []ending{inferenceFails},
	},
}
