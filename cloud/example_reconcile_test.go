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
	UID    string
	S3Key  string
	Status struct{ Token, Phase, Message string }
}

// Reconciler updates the code of a cluster to that of a Release. It keeps nothing in memory.
type Reconciler struct{ finspace *finspace.Client }

// Reconcile takes one step and returns when to call it again; zero means that it is done.
func (r Reconciler) Reconcile(ctx context.Context, release *Release) (requeueAfter time.Duration, err error) {
	if release.Status.Token == "" {
		w, err := r.finspace.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb",
			Code:        finspace.CodeConfiguration{S3Bucket: "releases", S3Key: release.S3Key},
			ClientToken: release.UID, // a step that is repeated because its result was lost starts nothing new
		})
		if err != nil {
			return 0, err
		}
		release.Status.Token, release.Status.Phase = w.Token(), "Updating"
		return time.Second, nil
	}

	w, err := r.finspace.ResumeUpdateKxClusterCodeConfiguration(release.Status.Token)
	if err != nil {
		return 0, err
	}
	p, err := w.Poll(ctx)
	if failed, ok := errors.AsType[*cloud.WaitError](err); ok && failed.Outcome != cloud.Pending {
		release.Status.Phase, release.Status.Message = "Failed", failed.Reason
		return 0, nil // a retry would not help
	}
	if err != nil {
		return 0, err // the queue retries with a growing delay
	}
	if p.Done() {
		release.Status.Phase = "Live"
	}
	return p.Next, nil
}

// A reconciler polls once for each call, stores the token in its object, and lets the waiter say when
// to poll again: soon at first, then every tenth of the time that the change has taken so far.
func ExampleWaiter_Poll() {
	emu, err := emulator.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()
	emu.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
	client, err := finspace.New(emu.Config())
	if err != nil {
		fmt.Println(err)
		return
	}

	release := &Release{UID: "c0ffee00-0000-4000-8000-000000000001", S3Key: "2026.11.22.zip"}
	reconciler := Reconciler{client}
	for phase := ""; ; {
		after, err := reconciler.Reconcile(context.Background(), release)
		if err != nil {
			fmt.Println(err)
			return
		}
		if release.Status.Phase != phase {
			phase = release.Status.Phase
			fmt.Println(phase)
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
func ExampleWaiter_Token() {
	emu, err := emulator.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()
	emu.AddKxDatabase("kxenv", "trades")
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
	emu.Script(emulator.Outcome{Operation: "CreateKxChangeset"}, emulator.Outcome{Operation: "CreateKxChangeset", Fail: true, Reason: "no such bucket"})

	var waiters []cloud.AnyWaiter
	for _, database := range []string{"trades", "quotes"} {
		emu.AddKxDatabase("kxenv", database)
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
