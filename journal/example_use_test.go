package journal_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// A web server records a change and answers at once. A worker carries it out, one round at a time.
func ExampleAdvance() {
	client, done := exampleClient()
	defer done()
	ctx := context.Background()
	j := journal.Memory() // both need the same one: journal.SQL

	ch, err := prepareLoad(client)(ctx)
	if err != nil {
		log.Fatal(err)
	}
	entry, err := journal.NewEntry("load/trades", ch)
	if err != nil {
		log.Fatal(err)
	}
	if err := j.Store(ctx, entry); err != nil {
		log.Fatal(err)
	}

	for {
		p, err := journal.Advance(ctx, j, "load/trades", client.ResumeCreateKxChangeset)
		if err != nil {
			log.Fatal(err)
		}
		if p.End != nil {
			fmt.Println(p.End.Outcome, p.End.State)
			break
		}
		// come back after p.Next
	}
	// Output: succeeded COMPLETED
}

// A change that nobody has started yet is canceled in the journal, and never starts.
func ExampleCancel() {
	client, done := exampleClient()
	defer done()
	ctx := context.Background()
	j := journal.Memory()
	ch, err := prepareLoad(client)(ctx)
	if err != nil {
		log.Fatal(err)
	}
	entry, err := journal.NewEntry("load/trades", ch, journal.By("api-1"))
	if err != nil {
		log.Fatal(err)
	}
	if err := j.Store(ctx, entry); err != nil {
		log.Fatal(err)
	}

	if err := journal.Cancel(ctx, j, "load/trades", client.ResumeCreateKxChangeset, journal.By("alice")); err != nil {
		log.Fatal(err)
	}
	end, err := journal.Run(ctx, j, "load/trades", prepareLoad(client), client.ResumeCreateKxChangeset)
	fmt.Println(end.Outcome, errors.Is(err, cloud.ErrCanceled))
	// Output: canceled true
}

// A second run of a key finds the end of the first, and starts nothing.
func ExampleMemory() {
	client, done := exampleClient()
	defer done()
	j := journal.Memory()
	for range 2 {
		started := 0
		end, err := journal.Run(context.Background(), j, "load/trades", prepareLoad(client), client.ResumeCreateKxChangeset,
			journal.OnStep(func(s journal.Step) {
				if s.What == journal.EventStarted {
					started++
				}
			}))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(end.Outcome, "starts:", started)
	}
	// Output:
	// succeeded starts: 1
	// succeeded starts: 0
}

// Check refuses a change that would do more than was agreed.
func ExampleCheck() {
	client, done := exampleClient()
	defer done()
	frozen := errors.New("no loads before the audit")
	_, err := journal.Run(context.Background(), journal.Memory(), "load/trades", prepareLoad(client), client.ResumeCreateKxChangeset,
		journal.Check(func(cloud.AnyChange) error { return frozen }))
	fmt.Println(errors.Is(err, frozen))
	// Output: true
}
