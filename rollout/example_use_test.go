package rollout_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A step that is live but bad ends the rollout, and all of it is taken back.
func ExampleStep_verify() {
	client, done := exampleClient("tick", "hdb")
	defer done()
	bad := release(client, "hdb", "tick")
	bad.Verify = func(context.Context, any) error { return errors.New("no trades since noon") }
	r := rollout.Rollout{
		Steps: []rollout.Step{release(client, "tick"), bad}, Waves: rollout.Waves(1, rollout.Rest), OnFailure: rollout.UndoAll,
	}
	report, err := r.Run(context.Background())
	fmt.Println(report.Outcome, errors.Is(err, cloud.ErrUnhealthy))
	for _, s := range report.Steps {
		fmt.Printf("%s %s %s %q\n", s.Name, s.Phase, s.Stands, s.Kind)
	}
	// Output:
	// undone true
	// tick undone old ""
	// hdb undone old "unhealthy"
}

// Status reads what another process has recorded, and calls no service.
func ExampleRollout_Status() {
	client, done := exampleClient("hdb")
	defer done()
	ctx := context.Background()
	r := rollout.Rollout{
		Name: "2026-11-29", Steps: []rollout.Step{release(client, "hdb")},
		Journal: journal.Memory(), Resume: rollout.Clients(client),
	}
	for range 2 {
		report, err := r.Status(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(report.Outcome)
		if _, err := r.Run(ctx); err != nil { // in another process
			log.Fatal(err)
		}
	}
	// Output:
	// not started
	// succeeded
}

// A rollout of two recipes has their steps in common waves.
func ExampleJoin() {
	client, done := exampleClient("hdb", "rdb")
	defer done()
	r, err := rollout.Join(
		rollout.Rollout{Steps: []rollout.Step{release(client, "hdb")}},
		rollout.Rollout{Steps: []rollout.Step{release(client, "rdb")}},
	)
	if err != nil {
		log.Fatal(err)
	}
	plan, err := r.Plan(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range plan.Steps {
		fmt.Println(s.Wave, s.Name)
	}
	// Output:
	// 1 hdb
	// 1 rdb
}
