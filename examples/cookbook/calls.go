package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// enginesWithImage returns the names of the engines for SQL, and of those for batches, that run an image.
func enginesWithImage(ctx context.Context, c *dlc.Client, image string) (names []string, err error) {
	for _, kind := range []string{"SQL", "BATCH"} { // left out, the service lists those for SQL alone
		request := dlc.DescribeDataEnginesRequest{EngineExecType: kind, Limit: 100}
		for engine, err := range c.AllDataEngines(ctx, request) { // the items of all pages
			if err != nil {
				return nil, err
			}
			if engine.ImageVersionID == image {
				names = append(names, engine.DataEngineName)
			}
		}
	}
	return names, nil
}

// ensureGone deletes a cluster unless there is none, and says what a person has to do about an error.
func ensureGone(ctx context.Context, c *finspace.Client, request finspace.DeleteKxClusterRequest) error {
	w, err := c.BeginDeleteKxCluster(ctx, request)
	if err == nil {
		_, err = w.Wait(ctx)
	}
	switch cloud.KindOf(err) {
	case cloud.ErrNotFound:
		return nil
	case cloud.ErrConflict:
		return fmt.Errorf("another change of %s is under way, try again when it has ended: %w", request.ClusterName, err)
	case cloud.ErrDenied:
		return fmt.Errorf("allow finspace:DeleteKxCluster and finspace:GetKxCluster: %w", err)
	}
	return err // nil, or an error with the request ID and the service's words
}

// newClients returns clients of one account: one for a batch that has time, one for a page that has not.
func newClients(cfg cloud.Config) (batch, page *dlc.Client, err error) {
	cfg.Limiter = new(cloud.Limiter) // the service counts the requests of both together
	patient := cfg
	patient.Retry = cloud.Retry{MaxAttempts: 8, MaxDelay: time.Minute}
	patient.Timeout = 2 * time.Minute // of each attempt
	patient.WaitWithin = 3 * time.Hour
	if batch, err = dlc.New(patient); err != nil {
		return nil, nil, err
	}
	page, err = dlc.New(cfg)
	return batch, page, err
}

// stateForPage reads an engine within two seconds, before the polls and batches that wait for their turn.
func stateForPage(ctx context.Context, page *dlc.Client, name string) (dlc.DataEngineState, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second) // of the whole call, with its retries
	defer cancel()
	ctx = cloud.WithOptions(ctx, cloud.Options{
		Priority: cloud.PriorityHigh, MaxAttempts: 2, Header: http.Header{"X-Page": {"engines"}},
	})
	out, err := page.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: name})
	if errors.Is(err, context.DeadlineExceeded) {
		return 0, fmt.Errorf("the service is slow, show what is known: %w", err)
	}
	if err != nil {
		return 0, err
	}
	return out.DataEngine.State, nil
}
