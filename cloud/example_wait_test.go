package cloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// engine is a change that takes a while and ends in a state.
func engine(takes time.Duration, end string) *cloud.Waiter[string] {
	began := time.Now()
	return cloud.NewWaiter(cloud.WaitSpec[string]{
		Service: "shop", Operation: "SwitchEngine", Token: "pc1.shop.SwitchEngine",
		Read: func(context.Context) (*string, error) {
			if time.Since(began) < takes {
				return new("SWITCHING"), nil
			}
			return &end, nil
		},
		Judge: func(state *string) cloud.Verdict {
			j := cloud.Verdict{State: *state}
			switch *state {
			case "RUNNING":
				j.Outcome = cloud.Succeeded
			case "FAILED":
				j.Outcome, j.Reason = cloud.Failed, "the image is broken"
			case "REPLACED":
				j.Outcome, j.Superseded, j.Reason = cloud.Failed, true, "superseded: the engine runs another image"
			}
			return j
		},
		Diagnose: func(context.Context, *string) (*cloud.Diagnosis, error) {
			noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
			return &cloud.Diagnosis{
				Events: []cloud.Event{
					{Time: noon, Name: "PULL", Message: "image 2.1"},
					{Time: noon.Add(41 * time.Second), Name: "FAILED", Message: "exit code 1"},
				},
				Log: "Error: no main class",
			}, nil
		},
	})
}

// A wait ends after a day unless its kind of change, the Config or an option says otherwise. The change itself
// goes on, and the token in the error resumes the wait.
func ExampleWithin() {
	_, err := engine(time.Hour, "RUNNING").Wait(context.Background(), cloud.Within(50*time.Millisecond))
	var wait *cloud.WaitError
	if errors.As(err, &wait) && wait.Outcome == cloud.Pending {
		fmt.Println("not finished, resume with", wait.Token)
	}
	// Output: not finished, resume with pc1.shop.SwitchEngine
}

// Polls come every few seconds at first, then every tenth of the time that the change has taken so far. Changes that
// take no time, as in a test against an emulator, need a shorter interval.
func ExampleEvery() {
	state, err := engine(20*time.Millisecond, "RUNNING").Wait(context.Background(), cloud.Every(5*time.Millisecond))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*state)
	// Output: RUNNING
}

// The end of a change has a kind, like a failed call.
func ExampleKindOf() {
	for _, end := range []string{"FAILED", "REPLACED", "RUNNING"} {
		_, err := engine(0, end).Wait(context.Background())
		wait, _ := errors.AsType[*cloud.WaitError](err)
		switch cloud.KindOf(err) {
		case cloud.ErrFailed:
			fmt.Println("roll back:", wait.Reason)
		case cloud.ErrSuperseded:
			fmt.Println("leave it:", wait.Reason)
		case cloud.ErrCanceled:
			fmt.Println("ask who stopped it")
		case "":
			fmt.Println("error:", err)
		}
	}
	// Output:
	// roll back: the image is broken
	// leave it: superseded: the engine runs another image
	// error: <nil>
}

// A Fleet polls many changes with as many goroutines as the load requires. Within limits each wait.
func ExampleFleet() {
	changes := []cloud.AnyWaiter{engine(0, "RUNNING"), engine(time.Hour, "RUNNING"), engine(0, "FAILED")}
	results, err := cloud.Fleet{Within: 50 * time.Millisecond}.Wait(context.Background(), changes...)
	for i, r := range results {
		fmt.Println(i, r.Err == nil, errors.Is(r.Err, cloud.ErrFailed))
	}
	fmt.Println(errors.Is(err, cloud.ErrFailed))
	// Output:
	// 0 true false
	// 1 false false
	// 2 false true
	// true
}

// In JSON, durations are strings, outcomes words and errors objects; responses show no sensitive member.
func ExampleObservation_MarshalJSON() {
	poll := cloud.Observation{
		State: "SWITCHING", Attempt: 3, Elapsed: 90 * time.Second, Next: 9 * time.Second,
		Err: &cloud.Error{Service: "shop", Operation: "GetEngine", Kind: cloud.ErrThrottled, StatusCode: 429, RetryAfter: 2 * time.Second},
	}
	logger := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{} // so that the output stays the same
		}
		return a
	}}))
	logger.Info("waiting", "poll", poll)

	data, err := json.Marshal(poll)
	if err != nil {
		log.Fatal(err)
	}
	var back cloud.Observation
	if err := json.Unmarshal(data, &back); err != nil {
		log.Fatal(err)
	}
	fmt.Println(back.Elapsed, errors.Is(back.Err, cloud.ErrThrottled))
	// Output:
	// {"level":"INFO","msg":"waiting","poll":{"state":"SWITCHING","outcome":"pending","done":false,"error":{"service":"shop","operation":"GetEngine","kind":"throttled","statusCode":429,"retryAfter":"2s"},"attempt":3,"elapsed":"1m30s","next":"9s"}}
	// 1m30s true
}

// The reason of a failure is one line. Diagnose fetches what else the service tells: its own events of the change, and
// the end of its log.
func ExampleWaitError_Diagnose() {
	_, err := engine(0, "FAILED").Wait(context.Background())
	wait, ok := errors.AsType[*cloud.WaitError](err)
	if !ok {
		return
	}
	fmt.Println(wait.Reason)
	d, err := wait.Diagnose(context.Background())
	if d == nil {
		log.Fatal(err) // cloud.ErrUnsupported where the service has nothing
	}
	for _, event := range d.Events {
		fmt.Println(event.Time.Format(time.TimeOnly), event.Name, event.Message)
	}
	fmt.Println(d.Log)
	// Output:
	// the image is broken
	// 12:00:00 PULL image 2.1
	// 12:00:41 FAILED exit code 1
	// Error: no main class
}
