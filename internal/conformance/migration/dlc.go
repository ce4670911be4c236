package migration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tcerr "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// before: offsets and limits by hand, until all of the total are there.
func enginesBefore(client *common.Client) (names []string, err error) {
	for {
		request := tchttp.NewCommonRequest("dlc", "2021-01-25", "DescribeDataEngines")
		if err := request.SetActionParameters(map[string]any{"Offset": len(names), "Limit": 1}); err != nil {
			return nil, err
		}
		response := tchttp.NewCommonResponse()
		if err := client.Send(request, response); err != nil {
			return nil, err
		}
		var out struct {
			Response struct {
				DataEngines []struct{ DataEngineName string }
				TotalCount  int
			}
		}
		if err := json.Unmarshal(response.GetBody(), &out); err != nil {
			return nil, err
		}
		for _, engine := range out.Response.DataEngines {
			names = append(names, engine.DataEngineName)
		}
		if len(names) >= out.Response.TotalCount || len(out.Response.DataEngines) == 0 {
			return names, nil
		}
	}
}

// after
func enginesAfter(ctx context.Context, client *dlc.Client) (names []string, err error) {
	for engine, err := range client.AllDataEngines(ctx, dlc.DescribeDataEnginesRequest{Limit: 1}) {
		if err != nil {
			return nil, err
		}
		names = append(names, engine.DataEngineName)
	}
	return names, nil
}

// before: the code is a string, and its first word often misleads.
func describeBefore(client *common.Client, name string) error {
	request := tchttp.NewCommonRequest("dlc", "2021-01-25", "DescribeDataEngine")
	if err := request.SetActionParameters(map[string]any{"DataEngineName": name}); err != nil {
		return err
	}
	err := client.Send(request, tchttp.NewCommonResponse())
	var service *tcerr.TencentCloudSDKError
	if errors.As(err, &service) && service.Code == "ResourceNotFound.DataEngineNotFound" {
		return fmt.Errorf("there is no engine %s, request %s", name, service.RequestId)
	}
	return err
}

// after
func describeAfter(ctx context.Context, client *dlc.Client, name string) error {
	_, err := client.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: name})
	if call, ok := errors.AsType[*cloud.Error](err); ok && call.Kind == cloud.ErrNotFound {
		return fmt.Errorf("there is no engine %s, request %s", name, call.RequestID)
	}
	return err
}

// after: run SQL, and wait for the end of its task.
func queryAfter(ctx context.Context, client *dlc.Client, engine, sql string) error {
	w, err := client.BeginCreateTask(ctx, dlc.CreateTaskRequest{
		DataEngineName: engine, DatabaseName: new(""), Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64(sql)}},
	})
	if err != nil {
		return err
	}
	_, err = w.Wait(ctx) // with the message of the task, if it failed
	return err
}
