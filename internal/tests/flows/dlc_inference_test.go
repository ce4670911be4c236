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
		emu.DLC.AddInferenceService(dlc.GetInferenceServiceResponse{ServiceID: "svc-1", Status: status})
	}
}

func inferenceIs(status dlc.InferenceServiceStatus) func(*testing.T, any) {
	return func(t *testing.T, value any) {
		assert.Equal(t, status, value.(*dlc.GetInferenceServiceResponse).Status)
	}
}

var inferenceFails = ending{"fails", emulator.Ending{Fail: true}, cloud.Failed, "Failed", "", false}

func restartInference(ctx context.Context, c clients) (cloud.AnyChange, error) {
	return c.dlc.PrepareRestartInferenceService(ctx, dlc.RestartInferenceServiceRequest(chat))
}

func inferenceStatus(ctx context.Context, c clients) (any, error) {
	out, err := c.dlc.GetInferenceService(ctx, chat)
	if err != nil {
		return nil, err
	}
	return out.Status, nil
}

func resumeRestartInference(c clients, token string) (cloud.AnyChange, error) {
	return c.dlc.ResumeRestartInferenceService(token)
}

var dlcInferenceFlows = []flow{
	{
		service: "dlc", start: "CreateInferenceService", read: "GetInferenceService", seed: func(*emulator.Emulator) {},
		diff: []string{"Engine", "Image", "ModelIdentifier", "ModelUid", "Name", "Queue", "Replicas", "ResourcePartitionId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareCreateInferenceService(ctx, dlc.CreateInferenceServiceRequest{
				Name: "chat", ModelUID: "m-1", Engine: "vllm", Replicas: 1, ResourcePartitionID: "p-1", Image: "ray", ModelIdentifier: "chat", Queue: "default",
			})
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeCreateInferenceService(token)
		},
		live: inferenceIs(dlc.InferenceServiceStatusRunning),
		ends: []ending{
			inferenceFails,
			{"is stopped", emulator.Ending{State: "Stopped"}, cloud.Failed, "Stopped", "superseded: the service was stopped", false},
		},
	},
	{
		service: "dlc", start: "RestartInferenceService", read: "GetInferenceService", oldState: "Running", shown: true, seed: seedInference(dlc.InferenceServiceStatusRunning),
		diff:    []string{"ServiceId"},
		prepare: restartInference, resume: resumeRestartInference, live: inferenceIs(dlc.InferenceServiceStatusRunning),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilInferenceServiceRunning(chat) },
		ends:  []ending{inferenceFails},
	},
	{
		name: "restart of a failed service", service: "dlc", start: "RestartInferenceService", read: "GetInferenceService", oldState: "Failed", shown: true,
		seed:    seedInference(dlc.InferenceServiceStatusFailed),
		prepare: restartInference, resume: resumeRestartInference, live: inferenceIs(dlc.InferenceServiceStatusRunning),
		ends: []ending{inferenceFails},
	},
	{
		service: "dlc", start: "StopInferenceService", read: "GetInferenceService", oldState: "Running", shown: true, seed: seedInference(dlc.InferenceServiceStatusRunning),
		content: inferenceStatus,
		diff:    []string{"ServiceId"},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.dlc.PrepareStopInferenceService(ctx, dlc.StopInferenceServiceRequest(chat))
		},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.dlc.ResumeStopInferenceService(token)
		},
		live:  inferenceIs(dlc.InferenceServiceStatusStopped),
		until: func(c clients) cloud.AnyWaiter { return c.dlc.UntilInferenceServiceStopped(chat) },
		ends:  []ending{inferenceFails},
	},
	{
		name: "start of a stopped service", service: "dlc", start: "RestartInferenceService", read: "GetInferenceService", oldState: "Stopped", shown: true,
		seed: seedInference(dlc.InferenceServiceStatusStopped), content: inferenceStatus, diff: []string{"ServiceId"},
		prepare: restartInference, resume: resumeRestartInference, live: inferenceIs(dlc.InferenceServiceStatusRunning),
		ends: []ending{inferenceFails},
	},
}
