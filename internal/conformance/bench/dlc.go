package bench

import (
	"context"
	"errors"
	"net/http"
	"time"

	tcerrors "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
)

func dlcService() service {
	tasks := list(`{"Response":{"TaskList":[`, "task_item.json", `],"TotalCount":100,"TasksOverview":{"TaskQueuedCount":2,"TaskInitCount":0,"TaskRunningCount":9,"TotalTaskCount":100},"RequestId":"7d6c5b4a-3928-4716-a5b4-c3d2e1f00913"}}`)
	notFound := answer{body: `{"Response":{"Error":{"Code":"ResourceNotFound.DataEngineNotFound","Message":"没有这个数据引擎"},"RequestId":"7d6c5b4a-3928-4716-a5b4-c3d2e1f00914"}}`}
	isNotFound := func(err error) bool { return errors.Is(err, cloud.ErrNotFound) }
	return service{"dlc", []operation{
		{"update", answer{body: `{"Response":{"RequestId":"r-1"}}`}, switchImage, officialSwitchImage, floorSwitchImage},
		{"read", answer{body: document("data_engine.json")}, describeEngine, officialDescribeEngine, floorDescribeEngine},
		{"list", answer{body: tasks}, describeTasks, officialDescribeTasks, floorDescribeTasks},
		{"error", notFound, refusedBy(switchImage, isNotFound), refusedBy(officialSwitchImage, as[*tcerrors.TencentCloudSDKError]), floorRefused(floorSwitchImage)},
	}, []Case{
		{
			Name:   "client",
			Ours:   func() error { _, err := clients.DLC(clients.Target{}); return err },
			Theirs: func() error { clients.OfficialDLC(clients.Target{}); return nil },
		},
		dlcSigning(),
	}}
}

const (
	engineID = "DataEngine-7qk2mz0p"
	imageID  = "1f0e2d3c-4b5a-4697-8877-665544332211"
)

func switchImage(t clients.Target) (func() error, error) {
	c, err := clients.DLC(t)
	return func() error {
		_, err := c.SwitchDataEngineImage(context.Background(), dlc.SwitchDataEngineImageRequest{DataEngineID: engineID, NewImageVersionID: imageID})
		return err
	}, err
}

type officialSwitchRequest struct {
	*tchttp.BaseRequest
	DataEngineID      *string `json:"DataEngineId,omitempty"`
	NewImageVersionID *string `json:"NewImageVersionId,omitempty"`
}

func newOfficialSwitch() *officialSwitchRequest {
	engine, image := engineID, imageID
	return &officialSwitchRequest{clients.NewDLCRequest("SwitchDataEngineImage"), &engine, &image}
}

func officialSwitchImage(t clients.Target) (func() error, error) {
	c, newResponse := clients.OfficialDLC(t), pointersOf[dlc.SwitchDataEngineImageResponse]()
	return func() error {
		return c.Send(newOfficialSwitch(), clients.NewDLCResponse(newResponse()))
	}, nil
}

// floorRefusal is an error, which comes with status 200.
type floorRefusal struct {
	Error *struct{ Code, Message string }
}

func (r floorRefusal) or(err error) error {
	if err == nil && r.Error != nil {
		return errRefused
	}
	return err
}

func floorSwitchImage(f *floor) func() error {
	return func() error {
		var out struct {
			Response struct {
				dlc.SwitchDataEngineImageResponse
				floorRefusal
			}
		}
		err := f.call("POST", "/", dlc.SwitchDataEngineImageRequest{DataEngineID: engineID, NewImageVersionID: imageID}, &out)
		return out.Response.or(err)
	}
}

func describeEngine(t clients.Target) (func() error, error) {
	c, err := clients.DLC(t)
	return func() error {
		_, err := c.DescribeDataEngine(context.Background(), dlc.DescribeDataEngineRequest{DataEngineName: "etl-spark"})
		return err
	}, err
}

type officialDescribeRequest struct {
	*tchttp.BaseRequest
	DataEngineName *string `json:"DataEngineName,omitempty"`
}

func officialDescribeEngine(t clients.Target) (func() error, error) {
	c, newResponse := clients.OfficialDLC(t), pointersOf[dlc.DescribeDataEngineResponse]()
	return func() error {
		name := "etl-spark"
		return c.Send(&officialDescribeRequest{clients.NewDLCRequest("DescribeDataEngine"), &name}, clients.NewDLCResponse(newResponse()))
	}, nil
}

func floorDescribeEngine(f *floor) func() error {
	return func() error {
		var out struct {
			Response struct {
				dlc.DescribeDataEngineResponse
				floorRefusal
			}
		}
		err := f.call("POST", "/", dlc.DescribeDataEngineRequest{DataEngineName: "etl-spark"}, &out)
		return out.Response.or(err)
	}
}

func describeTasks(t clients.Target) (func() error, error) {
	c, err := clients.DLC(t)
	return func() error {
		out, err := c.DescribeTasks(context.Background(), dlc.DescribeTasksRequest{Limit: 100, SortBy: "create-time", Sorting: dlc.SortingDescending})
		if err != nil {
			return err
		}
		return complete(len(out.TaskList))
	}, err
}

type officialTasksRequest struct {
	*tchttp.BaseRequest
	Limit   *int64  `json:"Limit,omitempty"`
	SortBy  *string `json:"SortBy,omitempty"`
	Sorting *string `json:"Sorting,omitempty"`
}

func officialDescribeTasks(t clients.Target) (func() error, error) {
	c, newResponse := clients.OfficialDLC(t), pointersOf[dlc.DescribeTasksResponse]()
	return func() error {
		limit, by, sorting := int64(100), "create-time", "desc"
		out := clients.NewDLCResponse(newResponse())
		err := c.Send(&officialTasksRequest{clients.NewDLCRequest("DescribeTasks"), &limit, &by, &sorting}, out)
		if err != nil {
			return err
		}
		return complete(length(out.Response, "TaskList"))
	}, nil
}

func floorDescribeTasks(f *floor) func() error {
	return func() error {
		var out struct {
			Response struct {
				dlc.DescribeTasksResponse
				floorRefusal
			}
		}
		err := f.call("POST", "/", dlc.DescribeTasksRequest{Limit: 100, SortBy: "create-time", Sorting: dlc.SortingDescending}, &out)
		if err = out.Response.or(err); err != nil {
			return err
		}
		return complete(len(out.Response.TaskList))
	}
}

// dlcSigning is the signature of one request. The official runtime has no function for it: the cost of a call
// without a signature is subtracted from the cost with one.
func dlcSigning() Case {
	key := sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}
	signer := tc3.New("dlc", false)
	ours := &sign.Request{
		Method: "POST", Host: "dlc.tencentcloudapi.com", Path: "/", Header: http.Header{"Content-Type": {"application/json"}},
		Body: []byte(`{"DataEngineId":"` + engineID + `","NewImageVersionId":"` + imageID + `"}`),
	}
	target := clients.Target{Transport: newStub(&answer{body: `{"Response":{"RequestId":"r-1"}}`})}
	c, newResponse := clients.OfficialDLC(target), pointersOf[dlc.SwitchDataEngineImageResponse]()
	send := func(unsigned bool) func() error {
		return func() error {
			request := newOfficialSwitch()
			request.SetSkipSign(unsigned)
			return c.Send(request, clients.NewDLCResponse(newResponse()))
		}
	}
	return Case{
		Name: "sign",
		Ours: func() error {
			delete(ours.Header, "Authorization")
			signer.Sign(ours, key, time.Now())
			return nil
		},
		Theirs: send(false), TheirsLess: send(true),
	}
}
