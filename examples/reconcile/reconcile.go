package main

import (
	"context"
	"errors"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// Engine is an object as a Kubernetes API would store it: its spec and its status.
type Engine struct {
	Version int // of the object; a write of an older one is refused
	Image   string
	Status  Status
}

// Status is what the reconciler knows.
type Status struct {
	Token   string // restores the change; as secret as its request until the change has begun
	Phase   string
	Message string
}

// Store keeps the object. A write may be carried out although it returns an error.
type Store interface {
	Get(ctx context.Context) (Engine, error)
	Update(ctx context.Context, e Engine) error // refused if the stored version is not e.Version
}

// Reconciler brings an engine to the image of its object. It keeps nothing in memory, and may run in several
// processes.
type Reconciler struct {
	store  Store
	client *dlc.Client
}

// longestStep is the longest that one step may take; Start returns at once if it would need longer.
const longestStep = 30 * time.Second

// Reconcile takes one step and returns when to call it again; zero means that it is done. After an error the queue
// calls it again with a growing delay.
func (r Reconciler) Reconcile(ctx context.Context) (after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, longestStep)
	defer cancel()
	engine, err := r.store.Get(ctx)
	if err != nil || engine.Status.Phase == "Live" || engine.Status.Phase == "Failed" {
		return 0, err
	}
	ch, err := r.change(ctx, &engine)
	if err != nil {
		return 0, err
	}
	err = ch.Start(ctx)
	if errors.Is(err, cloud.ErrNotBegun) { // a process died between its write and its start
		if err := ch.Renew(ctx); err != nil {
			return 0, err
		}
		if err := r.save(ctx, &engine, "Updating", "", ch.Token()); err != nil {
			return 0, err
		}
		err = ch.Start(ctx)
	}
	if failed, ok := errors.AsType[*cloud.StartError](err); ok && failed.Next > 0 {
		return failed.Next, nil
	}
	if err != nil {
		return 0, err
	}
	if ch.Token() != engine.Status.Token { // it says that the change has begun, so that nobody has to find out again
		if err := r.save(ctx, &engine, "Updating", "", ch.Token()); err != nil {
			return 0, err
		}
	}
	return r.follow(ctx, &engine, ch)
}

// change returns the change of the object. It is saved before anything is sent.
func (r Reconciler) change(ctx context.Context, engine *Engine) (*cloud.Change[dlc.DescribeDataEngineResponse], error) {
	if engine.Status.Token != "" {
		return r.client.ResumeSwitchDataEngineImage(engine.Status.Token)
	}
	ch, err := r.client.PrepareSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
		DataEngineID: "DataEngine-1", NewImageVersionID: engine.Image,
	})
	if err != nil {
		return nil, err
	}
	return ch, r.save(ctx, engine, "Updating", "", ch.Token())
}

// follow polls once.
func (r Reconciler) follow(ctx context.Context, engine *Engine, ch *cloud.Change[dlc.DescribeDataEngineResponse]) (time.Duration, error) {
	p, err := ch.Poll(ctx)
	if failed, ok := errors.AsType[*cloud.WaitError](err); ok && failed.Outcome != cloud.Pending {
		return 0, r.save(ctx, engine, "Failed", failed.Reason, ch.Token())
	}
	if err == nil && p.Done() {
		return 0, r.save(ctx, engine, "Live", "", ch.Token())
	}
	return p.Next, err
}

// save writes the status, and updates engine to what is stored then.
func (r Reconciler) save(ctx context.Context, engine *Engine, phase, message, token string) error {
	engine.Status = Status{Token: token, Phase: phase, Message: message}
	if err := r.store.Update(ctx, *engine); err != nil {
		return err
	}
	engine.Version++
	return nil
}
