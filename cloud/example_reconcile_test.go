package cloud_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// Release is an object as a Kubernetes API would store it: its spec and its status.
type Release struct {
	S3Key  string
	Status struct{ Token, Phase, Message string }
}

// Reconciler updates the code of a cluster to that of a Release. It keeps nothing in memory.
type Reconciler struct{ finspace *finspace.Client }

// Reconcile takes one step and returns when to call it again; zero means that it is done. save writes the status of
// the release; if that fails nothing was sent, and the step is repeated.
func (r Reconciler) Reconcile(ctx context.Context, release *Release, save func(*Release) error) (requeueAfter time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second) // Start returns at once if it needs longer
	defer cancel()
	ch, err := r.change(ctx, release)
	if err != nil {
		return 0, err
	}
	if release.Status.Token == "" {
		release.Status.Token, release.Status.Phase = ch.Token(), "Updating"
		if err := save(release); err != nil {
			return 0, err
		}
	}
	err = ch.Start(ctx) // sends the update at most once, however often the step is repeated
	if failed, ok := errors.AsType[*cloud.StartError](err); ok && failed.Next > 0 {
		return failed.Next, nil // not known yet
	}
	if err != nil {
		return 0, err // the queue retries with a growing delay
	}
	p, err := ch.Poll(ctx)
	if failed, ok := errors.AsType[*cloud.WaitError](err); ok && failed.Outcome != cloud.Pending {
		release.Status.Phase, release.Status.Message = "Failed", failed.Reason
		return 0, save(release) // a retry would not help
	}
	if err == nil && p.Done() {
		release.Status.Phase = "Live"
		return 0, save(release)
	}
	return p.Next, err
}

// change returns the change that the status names, or prepares one.
func (r Reconciler) change(ctx context.Context, release *Release) (*cloud.Change[finspace.GetKxClusterResponse], error) {
	if release.Status.Token != "" {
		return r.finspace.ResumeUpdateKxClusterCodeConfiguration(release.Status.Token)
	}
	return r.finspace.PrepareUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: release.S3Key},
	})
}

// A reconciler prepares a change, stores the token in its object, and then starts and polls it, once for each call.
// The change says when to call again: soon at first, then every tenth of the time that it has taken so far. The
// program examples/reconcile also renews a change that was stored and never started.
func ExampleChange_Poll() {
	emu, err := emulator.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
	client, err := finspace.New(emu.Config())
	if err != nil {
		fmt.Println(err)
		return
	}

	release := &Release{S3Key: "2026.11.22.zip"}
	save := func(release *Release) error {
		fmt.Println(release.Status.Phase)
		return nil
	}
	for {
		after, err := Reconciler{client}.Reconcile(context.Background(), release, save)
		if err != nil {
			fmt.Println(err)
			return
		}
		if after == 0 {
			return
		}
		emu.Advance(after) // a work queue would wait
	}
	// Output:
	// Updating
	// Live
}

// A token is a plain string that outlives its process: another one can resume the wait for the same change, and
// keeps its start time. Nothing is started again.
func ExampleChange_Token() {
	emu, err := emulator.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()
	emu.FinSpace.AddKxDatabase("kxenv", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
	ctx := context.Background()

	start := func() (token string, err error) {
		c, err := finspace.New(emu.Config())
		if err != nil {
			return "", err
		}
		w, err := c.BeginCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
			EnvironmentID: "kxenv", DatabaseName: "trades",
			ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypePut, S3Path: "s3://lake/2026.11.22/", DBPath: "/2026.11.22/"}},
		})
		if err != nil {
			return "", err
		}
		return w.Token(), nil
	}
	finish := func(token string) (finspace.ChangesetStatus, error) {
		c, err := finspace.New(emu.Config()) // another process, another day
		if err != nil {
			return "", err
		}
		w, err := c.ResumeCreateKxChangeset(token)
		if err != nil {
			return "", err
		}
		changeset, err := w.Wait(ctx)
		if err != nil {
			return "", err
		}
		return changeset.Status, nil
	}

	token, err := start()
	if err != nil {
		fmt.Println(err)
		return
	}
	emu.Advance(time.Minute)
	fmt.Println(finish(token))
	// Output: COMPLETED <nil>
}

// WaitAll waits for many changes together, of all types and clouds.
func ExampleWaitAll() {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()
	ctx := context.Background()
	client, err := finspace.New(emu.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	emu.Script(emulator.Ending{Operation: "CreateKxChangeset"}, emulator.Ending{Operation: "CreateKxChangeset", Fail: true, Reason: "no such bucket"})

	var waiters []cloud.AnyWaiter
	for _, database := range []string{"trades", "quotes"} {
		emu.FinSpace.AddKxDatabase("kxenv", finspace.GetKxDatabaseResponse{DatabaseName: database})
		w, err := client.BeginCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
			EnvironmentID: "kxenv", DatabaseName: database,
			ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypePut, S3Path: "s3://lake/2026.11.22/", DBPath: "/2026.11.22/"}},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		waiters = append(waiters, w)
	}
	results, _ := cloud.WaitAll(ctx, waiters...)
	for _, r := range results {
		if failed, ok := errors.AsType[*cloud.WaitError](r.Err); ok {
			fmt.Println(failed.Outcome, failed.Reason)
			continue
		}
		fmt.Println(r.Value.(*finspace.GetKxChangesetResponse).Status)
	}
	// Output:
	// COMPLETED
	// failed no such bucket (A user recoverable error has occurred)
}
