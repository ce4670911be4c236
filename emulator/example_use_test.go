package emulator_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// startWithEngine starts an emulator with a data engine, and returns a client of it.
func startWithEngine(opts ...emulator.Option) (*emulator.Emulator, *dlc.Client) {
	emu, err := emulator.Start(append(opts, emulator.InProcess(), emulator.WithStaleReads(0))...)
	if err != nil {
		log.Fatal(err)
	}
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "image-2"})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl"})
	return emu, clientOf(emu)
}

func clientOf(emu *emulator.Emulator) *dlc.Client {
	cfg := emu.Config()
	cfg.Retry.MinDelay = time.Millisecond
	c, err := dlc.New(cfg)
	if err != nil {
		log.Fatal(err)
	}
	return c
}

var (
	theEngine = dlc.DescribeDataEngineRequest{DataEngineName: "etl"}
	toImage2  = dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "image-2"}
)

// Expect says what should arrive, before it does. In a test, WithTest verifies it at the end.
func ExampleEmulator_Expect() {
	emu, c := startWithEngine()
	defer emu.Close()
	isImage2 := func(r dlc.SwitchDataEngineImageRequest) bool { return r.NewImageVersionID == "image-2" }
	emu.Expect("SwitchDataEngineImage").Times(1).With(emulator.Input(isImage2))
	emu.Expect("DeleteDataEngine").Times(0)

	if _, err := c.SwitchDataEngineImage(context.Background(), toImage2); err != nil {
		log.Fatal(err)
	}
	fmt.Println(emu.Verify())
	// Output: <nil>
}

// An expectation that was not met says what arrived instead.
func ExampleEmulator_Verify() {
	emu, c := startWithEngine()
	defer emu.Close()
	emu.Expect("SwitchDataEngineImage").Times(1)
	for range 2 { // a program that forgets that it has switched
		if _, err := c.SwitchDataEngineImage(context.Background(), toImage2); err != nil && !errors.Is(err, cloud.ErrConflict) {
			log.Fatal(err)
		}
	}
	fmt.Println(emu.Verify() != nil)
	// Output: true
}

// Each kind of fault is what a program meets sooner or later, and a client says of it what a program needs to know.
func ExampleFaultKind() {
	emu, c := startWithEngine()
	defer emu.Close()
	ctx := cloud.WithOptions(context.Background(), cloud.Options{MaxAttempts: 1})
	for _, kind := range []emulator.FaultKind{
		emulator.Throttle, emulator.ServerError, emulator.Unavailable, emulator.Reset, emulator.Truncate,
		emulator.ErrorIn200, emulator.HTML, emulator.EmptyBody, emulator.ExpiredCredentials,
	} {
		remove := emu.Inject(emulator.Fault{Operation: "DescribeDataEngine", Kind: kind, Times: -1})
		_, err := c.DescribeDataEngine(ctx, theEngine)
		fmt.Println(kind, "-", cloud.KindOf(err))
		remove()
	}
	// Output:
	// throttle - throttled
	// server-error - internal error
	// unavailable - unavailable
	// reset - transport error
	// truncate - transport error
	// error-in-200 - internal error
	// html - unavailable
	// empty-body - transport error
	// expired-credentials - unauthenticated
}

// A fault after the effect is the worst of all: the change was made, and the caller does not know.
func ExampleFault() {
	emu, c := startWithEngine()
	defer emu.Close()
	emu.Inject(emulator.Fault{Operation: "SwitchDataEngineImage", Kind: emulator.Reset, AfterEffect: true})
	_, err := c.SwitchDataEngineImage(context.Background(), toImage2)
	if call, ok := errors.AsType[*cloud.Error](err); ok {
		fmt.Println(call.Kind, call.MaybeExecuted, call.Attempts)
	}
	fmt.Println(len(emu.ChangesUnderWay()), "change under way")
	// Output:
	// transport error true 1
	// 1 change under way
}

// Fork tries something on a copy. The original does not notice.
func ExampleEmulator_Fork() {
	emu, c := startWithEngine()
	defer emu.Close()
	copied, err := emu.Fork(emulator.InProcess())
	if err != nil {
		log.Fatal(err)
	}
	defer copied.Close()
	if _, err := clientOf(copied).SwitchDataEngineImage(context.Background(), toImage2); err != nil {
		log.Fatal(err)
	}
	out, err := c.DescribeDataEngine(context.Background(), theEngine)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(copied.ChangesUnderWay()), len(emu.ChangesUnderWay()), out.DataEngine.State)
	// Output: 1 0 Running
}

// A snapshot is the whole state, with the changes that are under way. It can be restored as often as needed.
func ExampleEmulator_Snapshot() {
	emu, c := startWithEngine()
	defer emu.Close()
	before, err := emu.Snapshot()
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		if _, err := c.SwitchDataEngineImage(context.Background(), toImage2); err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(emu.ChangesUnderWay()), "under way")
		if err := emu.Restore(before); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(len(emu.ChangesUnderWay()), "under way")
	// Output:
	// 1 under way
	// 1 under way
	// 0 under way
}

// A seed has resources in the words of the API. What is left out has defaults.
func ExampleEmulator_Load() {
	emu, c := startWithEngine()
	defer emu.Close()
	seed := `{"dlc": {"DataEngine": [{"DataEngineId": "DataEngine-2", "DataEngineName": "adhoc", "Size": 32}]}}`
	if err := emu.Load(strings.NewReader(seed)); err != nil {
		log.Fatal(err)
	}
	out, err := c.DescribeDataEngine(context.Background(), dlc.DescribeDataEngineRequest{DataEngineName: "adhoc"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.DataEngine.Size, out.DataEngine.State)

	var saved bytes.Buffer
	if err := emu.Save(&saved); err != nil { // as a seed, with what was left out
		log.Fatal(err)
	}
	fmt.Println(strings.Contains(saved.String(), `"adhoc"`))
	// Output:
	// 32 Running
	// true
}

// A test decides when a change ends, and how.
func ExampleEmulator_FailChange() {
	emu, c := startWithEngine(emulator.WithChangeTime(time.Hour))
	defer emu.Close()
	w, err := c.BeginSwitchDataEngineImage(context.Background(), toImage2)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := w.Poll(context.Background()); err != nil { // it sees the change under way
		log.Fatal(err)
	}
	for _, change := range emu.ChangesUnderWay() {
		fmt.Println(change.Operation, change.Resource)
		if err := emu.FailChange(change.ID, "the image cannot be pulled"); err != nil {
			log.Fatal(err)
		}
	}
	_, err = w.Wait(context.Background(), cloud.Every(time.Millisecond), cloud.ConfirmAfter(time.Millisecond))
	if wait, ok := errors.AsType[*cloud.WaitError](err); ok {
		fmt.Println(wait.Reason)
	}
	// Output:
	// SwitchDataEngineImage DataEngine-1
	// the image cannot be pulled
}
