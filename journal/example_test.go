package journal_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// The whole of a durable change: the program may crash anywhere and be started again, also twice at the same time.
func ExampleRun() {
	client, done := exampleClient()
	defer done()
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "journal")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)

	j := journal.Dir(folder)
	end, err := journal.Run(ctx, j, "load/trades/2026-11-29",
		func(ctx context.Context) (*cloud.Change[finspace.GetKxChangesetResponse], error) {
			return client.PrepareCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
				EnvironmentID: "kxenv", DatabaseName: "trades", ChangeRequests: []finspace.ChangeRequest{
					{ChangeType: finspace.ChangeTypePut, S3Path: "s3://lake/2026.11.29/", DBPath: "/2026.11.29/"},
				},
			})
		}, client.ResumeCreateKxChangeset)
	fmt.Println(end.Outcome, err)
	// Output: succeeded <nil>
}

// The steps of an entry are an audit trail.
func ExampleSteps_String() {
	client, done := exampleClient()
	defer done()
	ctx := context.Background()
	j := journal.Memory()
	run := func() error {
		_, err := journal.Run(ctx, j, "load/trades", prepareLoad(client), client.ResumeCreateKxChangeset, journal.By("build-7"))
		return err
	}
	fmt.Println(run())

	entry, err := j.Load(ctx, "load/trades")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range entry.Steps { // fmt.Print(entry.Steps) prints all of it, as JSON
		fmt.Println(step.By, step.What, step.Operation, len(step.RequestIDs) > 0)
	}
	// Output:
	// <nil>
	// build-7 prepared CreateKxChangeset false
	// build-7 started CreateKxChangeset true
	// build-7 ended CreateKxChangeset true
}

// A change that failed has an end like any other: the error is the same in all later runs.
func ExampleEnd_Err() {
	end := journal.End{
		Service: "finspace", Operation: "CreateKxChangeset", Outcome: cloud.Failed, State: "FAILED", Reason: "no such bucket",
	}
	err := end.Err()
	fmt.Println(errors.Is(err, cloud.ErrFailed), err)
	// Output: true finspace CreateKxChangeset: failed after 0s in state FAILED: no such bucket
}

// A table of a database serves many machines. The program opens the database with a driver of its choice, here pgx.
func ExampleSQL() {
	client, done := exampleClient()
	defer done()
	ctx := context.Background()

	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		fmt.Println(err)
		return
	}
	j, err := journal.SQL(db, journal.SQLOptions{Dialect: journal.DialectPostgreSQL})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := j.Create(ctx); err != nil { // once, by who may create tables
		fmt.Println(err)
		return
	}
	fmt.Println(journal.Run(ctx, j, "load/trades", prepareLoad(client), client.ResumeCreateKxChangeset))
}

func prepareLoad(c *finspace.Client) func(context.Context) (*cloud.Change[finspace.GetKxChangesetResponse], error) {
	return func(ctx context.Context) (*cloud.Change[finspace.GetKxChangesetResponse], error) {
		return c.PrepareCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
			EnvironmentID: "kxenv", DatabaseName: "trades",
			ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypePut, S3Path: "s3://lake/2026.11.29/", DBPath: "/2026.11.29/"}},
		})
	}
}

// exampleClient returns a client of an emulator in which changes take no time.
func exampleClient() (c *finspace.Client, done func()) {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		panic(err)
	}
	emu.FinSpace.AddKxDatabase("kxenv", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
	c, err = finspace.New(emu.Config())
	if err != nil {
		panic(err)
	}
	return c, emu.Close
}
