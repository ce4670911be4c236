package dlc_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// newClient returns a client of an emulator with two engines, whose changes take no time. A real program uses
// cloud.Config{Region: "ap-guangzhou"}.
func newClient() (*dlc.Client, *emulator.Emulator) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		log.Fatal(err)
	}
	for _, image := range []string{"image-1", "image-2"} {
		emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: image})
	}
	for i, name := range []string{"etl", "adhoc"} {
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{
			DataEngineID: fmt.Sprintf("DataEngine-%d", i+1), DataEngineName: name, ImageVersionID: "image-1",
		})
	}
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	c, err := dlc.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return c, emu
}

// query is a request to run SQL on an engine.
func query(sql string) dlc.CreateTaskRequest {
	return dlc.CreateTaskRequest{
		DataEngineName: "etl", DatabaseName: new("sales"), Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64(sql)}},
	}
}

// Filters have names, which the doc of the request lists, and values.
func ExampleClient_AllDataEngines() {
	c, emu := newClient()
	defer emu.Close()
	request := dlc.DescribeDataEnginesRequest{Filters: []dlc.Filter{{Name: "data-engine-name", Values: []string{"adhoc"}}}}
	for engine, err := range c.AllDataEngines(context.Background(), request) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(engine.DataEngineName, engine.ImageVersionID)
	}
	// Output: adhoc image-1
}

// An error has a kind, which is the same on every cloud, and the code of the service.
func ExampleClient_SwitchDataEngineImage() {
	c, emu := newClient()
	defer emu.Close()
	_, err := c.SwitchDataEngineImage(context.Background(), dlc.SwitchDataEngineImageRequest{
		DataEngineID: "DataEngine-9", NewImageVersionID: "image-2",
	})
	if call, ok := errors.AsType[*cloud.Error](err); ok {
		fmt.Println(call.Kind, call.Code, call.MaybeExecuted)
	}
	// Output: not found ResourceNotFound.DataEngineNotFound false
}

// Diff says what a prepared change replaces, and Undo prepares the way back from what it has replaced.
func ExampleClient_PrepareSwitchDataEngineImage() {
	c, emu := newClient()
	defer emu.Close()
	ctx := context.Background()
	ch, err := c.PrepareSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
		DataEngineID: "DataEngine-1", NewImageVersionID: "image-2",
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range ch.Diff() {
		fmt.Println(d.Field, d.Before, "->", d.After)
	}
	if err := ch.Start(ctx); err != nil {
		log.Fatal(err)
	}
	if _, err := ch.Wait(ctx); err != nil {
		log.Fatal(err)
	}
	back, err := ch.Undo(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(back.Diff()[0].Before, "->", back.Diff()[0].After) // to be started and waited for like ch
	// Output:
	// NewImageVersionId image-1 -> image-2
	// image-2 -> image-1
}

// A wait that did not succeed has the reason of the service, and Diagnose fetches the log of the task.
func ExampleClient_BeginCreateTask_failure() {
	c, emu := newClient()
	defer emu.Close()
	emu.Script(emulator.Ending{Operation: "CreateTask", Fail: true, Reason: "table orders does not exist"})
	ctx := context.Background()
	w, err := c.BeginCreateTask(ctx, query("SELECT count(*) FROM orders"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = w.Wait(ctx)
	wait, ok := errors.AsType[*cloud.WaitError](err)
	if !ok {
		log.Fatal(err)
	}
	fmt.Println(wait.Outcome, wait.State, wait.Reason)
	d, err := wait.Diagnose(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.Log != "")
	// Output:
	// failed Failed table orders does not exist
	// true
}

// A query has rows when its task has succeeded.
func ExampleClient_BeginCreateTask() {
	c, emu := newClient()
	defer emu.Close()
	ctx := context.Background()
	w, err := c.BeginCreateTask(ctx, query("SELECT 1"))
	if err != nil {
		log.Fatal(err)
	}
	task, err := w.Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	result, err := c.DescribeTaskResult(ctx, dlc.DescribeTaskResultRequest{TaskID: task.ID})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.TaskInfo.State)
	// Output: Succeeded
}

// Until waits for a state, no matter what causes it.
func ExampleClient_UntilDataEngineRunning() {
	c, emu := newClient()
	defer emu.Close()
	w := c.UntilDataEngineRunning(dlc.DescribeDataEngineRequest{DataEngineName: "etl"})
	out, err := w.Wait(context.Background(), cloud.Within(time.Hour))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.DataEngine.DataEngineName, out.DataEngine.State)
	// Output: etl Running
}

// WaitAll waits for changes of all types and services, and says of each how it ended.
func ExampleClient_BeginSwitchDataEngineImage_many() {
	c, emu := newClient()
	defer emu.Close()
	ctx := context.Background()
	var waiters []cloud.AnyWaiter
	for _, id := range []string{"DataEngine-1", "DataEngine-2"} {
		w, err := c.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: id, NewImageVersionID: "image-2"})
		if err != nil {
			log.Fatal(err)
		}
		waiters = append(waiters, w)
	}
	results, err := cloud.WaitAll(ctx, waiters...)
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range results {
		engine := r.Value.(*dlc.DescribeDataEngineResponse).DataEngine
		fmt.Println(engine.DataEngineName, engine.ImageVersionID)
	}
	// Output:
	// etl image-2
	// adhoc image-2
}

// A throttled call is retried by itself; the caller sees how it ended.
func ExampleClient_DescribeDataEngine_retry() {
	c, emu := newClient()
	defer emu.Close()
	emu.Inject(emulator.Fault{Operation: "DescribeDataEngine", Kind: emulator.Throttle})
	out, err := c.DescribeDataEngine(context.Background(), dlc.DescribeDataEngineRequest{DataEngineName: "etl"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.DataEngine.DataEngineName, "after", len(emu.Requests()), "requests")
	// Output: etl after 2 requests
}

// Validate reports all problems of a request, before anything is sent.
func ExampleCreateTaskRequest_Validate() {
	request := query("SELECT 1")
	request.Task.SparkSQLTask = &dlc.SQLTask{}
	if invalid, ok := errors.AsType[*cloud.ValidationError](request.Validate()); ok {
		for _, p := range invalid.Problems {
			fmt.Println(p)
		}
	}
	// Output:
	//
}
