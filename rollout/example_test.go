package rollout_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// New code for two clusters, of which the second needs the first.
func ExampleRollout_Run() {
	client, done := exampleClient("tick", "hdb")
	defer done()
	folder, err := os.MkdirTemp("", "rollout")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)

	r := rollout.Rollout{
		Steps:     []rollout.Step{release(client, "tick"), release(client, "hdb", "tick")},
		Waves:     rollout.Waves(1, rollout.Rest),
		OnFailure: rollout.UndoAll,
		Journal:   journal.Dir(folder), Resume: rollout.Clients(client), // called again after a crash, Run continues
	}
	report, err := r.Run(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range report.Steps { // fmt.Print(report) prints all of it as a table
		fmt.Println(s.Name, s.Phase, s.Stands)
	}
	// Output:
	// tick live new
	// hdb live new
}

// release puts new code on a cluster, and verifies that it runs it.
func release(c *finspace.Client, name string, needs ...string) rollout.Step {
	return rollout.Step{
		Name: name, Needs: needs,
		Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
			return c.PrepareUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
				EnvironmentID: "kxenv", ClusterName: name, Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
			})
		},
		Verify: func(_ context.Context, live any) error { // a query to the cluster would say more
			if key := live.(*finspace.GetKxClusterResponse).Code.S3Key; key != "new.zip" {
				return fmt.Errorf("it runs %s", key)
			}
			return nil
		},
	}
}

// A plan says what would change, and can be kept as JSON until it is approved.
func ExampleRollout_Plan() {
	client, done := exampleClient("hdb")
	defer done()
	ctx := context.Background()

	r := rollout.Rollout{Steps: []rollout.Step{release(client, "hdb")}}
	plan, err := r.Plan(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(plan)
	r.Approved = plan
	_, err = r.Run(ctx)
	fmt.Println(err)
	// Output:
	// WAVE  STEP  RESOURCE   FIELD       BEFORE   AFTER
	// 1     hdb   kxenv/hdb  code.s3Key  old.zip  new.zip
	// <nil>
}

// Every event, and the picture at the end.
func ExampleRollout_Watch() {
	client, done := exampleClient("hdb")
	defer done()

	r := rollout.Rollout{Name: "2026-11-29", Steps: []rollout.Step{release(client, "hdb")}}
	for e := range r.Watch(context.Background()) {
		switch {
		case e.Report != nil:
			fmt.Println(e.Report.Outcome, len(e.Report.SVG()) > 0, e.Err)
		case e.Observation.Attempt == 0: // the others are polls
			fmt.Println(e.Step, e.Phase)
		}
	}
	// Output:
	// hdb starting
	// hdb changing
	// succeeded true <nil>
}

// Waves start on working days, not during the freeze, and after somebody has said yes.
func ExampleAllOf() {
	ask := func(_ context.Context, w rollout.Wave) error {
		fmt.Printf("wave %d of %d: yes\n", w.Number, w.Of)
		return nil
	}
	freeze := rollout.Window{Start: time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC), End: time.Date(2027, 1, 4, 0, 0, 0, 0, time.UTC)}
	r := rollout.Rollout{
		Approve: rollout.AllOf(
			rollout.Hours{From: 9 * time.Hour, To: 16 * time.Hour, Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday}}.Approve,
			rollout.Freeze(freeze),
			ask,
		),
	}
	fmt.Println(r.Approve != nil, rollout.AllOf(ask)(context.Background(), rollout.Wave{Number: 1, Of: 3}))
	// Output:
	// wave 1 of 3: yes
	// true <nil>
}

// exampleClient returns a client of an emulator with clusters, in which changes take no time.
func exampleClient(names ...string) (c *finspace.Client, done func()) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
			ClusterName: name, Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"},
		})
	}
	c, err = finspace.New(emu.Config())
	if err != nil {
		panic(err)
	}
	return c, emu.Close
}
