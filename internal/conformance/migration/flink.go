package migration

import (
	"context"
	"errors"
	"fmt"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// before: errors of the service arrive with HTTP status 200, too, so success has to be checked.
func jobStateBefore(runtime *openapi.Client, workspace, namespace, job string) (string, error) {
	out, err := runtime.CallApi(&openapi.Params{
		Action: tea.String("GetJob"), Version: tea.String("2022-07-18"), Protocol: tea.String("HTTPS"), Method: tea.String("GET"),
		AuthType: tea.String("AK"), Style: tea.String("ROA"), ReqBodyType: tea.String("json"), BodyType: tea.String("json"),
		Pathname: tea.String("/api/v2/namespaces/" + namespace + "/jobs/" + job),
	}, &openapi.OpenApiRequest{Headers: map[string]*string{"workspace": tea.String(workspace)}}, &dara.RuntimeOptions{})
	if err != nil {
		return "", err
	}
	body, ok := out["body"].(map[string]any)
	if !ok {
		return "", errors.New("no body")
	}
	if body["success"] != true {
		return "", fmt.Errorf("%v: %v", body["errorCode"], body["errorMessage"])
	}
	data, _ := body["data"].(map[string]any)
	status, _ := data["status"].(map[string]any)
	state, _ := status["currentJobStatus"].(string)
	return state, nil
}

// after: workspace and namespace are set once, with flink.WithWorkspace and flink.WithNamespace.
func jobStateAfter(ctx context.Context, client *flink.Client, job string) (string, error) {
	out, err := client.GetJob(ctx, flink.GetJobRequest{JobID: job})
	if errors.Is(err, cloud.ErrNotFound) {
		return "", fmt.Errorf("there is no job %s: %w", job, err)
	}
	if err != nil {
		return "", err
	}
	return string(out.Data.Status.CurrentJobStatus), nil
}

// after: start a job, and wait until it runs or has failed with the reason of the service.
func startAfter(ctx context.Context, client *flink.Client, deployment string) error {
	w, err := client.BeginStartJobWithParams(ctx, flink.StartJobWithParamsRequest{JobStartParameters: flink.JobStartParameters{
		DeploymentID: deployment, RestoreStrategy: &flink.DeploymentRestoreStrategy{Kind: flink.RestoreKindLatestState},
	}})
	if err != nil {
		return err
	}
	_, err = w.Wait(ctx)
	return err
}
