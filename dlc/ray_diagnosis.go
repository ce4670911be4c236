package dlc

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// latestFirst sorts events so that one page has the latest ones.
var latestFirst = []SortField{{Field: "eventTime", Order: "DESC"}}

// sourceOfEvents adds what one call returns as events, the earliest first.
func sourceOfEvents(name string, read func(context.Context) ([]cloud.Event, error)) wait.Source {
	return func(ctx context.Context, d *cloud.Diagnosis) error {
		events, err := read(ctx)
		if err != nil {
			return err
		}
		slices.Reverse(events)
		sort.SliceStable(events, func(i, j int) bool { return events[i].Time.Before(events[j].Time) })
		d.Events, d.Source = append(d.Events, events...), name
		return nil
	}
}

// rayEvents converts the events of a cluster or a lab.
func rayEvents(items []EventItem) []cloud.Event {
	var events []cloud.Event
	for _, e := range items {
		events = append(events, cloud.Event{
			Time: timeOfMillis(int64(e.EventTime)), Name: cmp.Or(e.Reason, e.Level), Message: e.Message,
		})
	}
	return events
}

func (c *Client) diagnoseRayCluster(ctx context.Context, id string) (*cloud.Diagnosis, error) {
	return wait.Diagnose(ctx, sourceOfEvents("Ray cluster "+id, func(ctx context.Context) ([]cloud.Event, error) {
		from, to := c.eventPeriod()
		out, err := c.GetRayClusterEvent(ctx, GetRayClusterEventRequest{
			ID: id, StartTime: from, EndTime: to, PageSize: eventPage, SortFields: latestFirst,
		})
		if err != nil {
			return nil, err
		}
		return rayEvents(out.Events), nil
	}))
}

func (c *Client) diagnoseLab(ctx context.Context, id string) (*cloud.Diagnosis, error) {
	return wait.Diagnose(ctx, sourceOfEvents("lab "+id, func(ctx context.Context) ([]cloud.Event, error) {
		from, to := c.eventPeriod()
		out, err := c.GetLabEvent(ctx, GetLabEventRequest{
			ID: id, StartTime: from, EndTime: to, PageSize: eventPage, SortFields: latestFirst,
		})
		if err != nil {
			return nil, err
		}
		return rayEvents(out.Events), nil
	}))
}

// diagnoseRayJob fetches the Kubernetes events of a job. Its event log has the same with times in seconds.
func (c *Client) diagnoseRayJob(ctx context.Context, id string) (*cloud.Diagnosis, error) {
	return wait.Diagnose(ctx, sourceOfEvents("Ray job "+id, func(ctx context.Context) ([]cloud.Event, error) {
		from, to := c.eventPeriod()
		out, err := c.GetRayJobEvent(ctx, GetRayJobEventRequest{
			ID: id, StartTime: from, EndTime: to, PageSize: eventPage, SortFields: latestFirst,
		})
		if err != nil {
			return nil, err
		}
		var events []cloud.Event
		for _, e := range out.Events {
			events = append(events, cloud.Event{
				Time: timeOfMillis(int64(e.EventTime)), Name: cmp.Or(e.Reason, e.Level), Message: e.Message,
			})
		}
		return events, nil
	}))
}

// eventPeriod is the period of the events that a diagnosis reads, in milliseconds since 1970.
func (c *Client) eventPeriod() (from, to *int64) {
	now := time.Now().Add(c.api.Skew())
	return new(now.Add(-logsAtFirst).UnixMilli()), new(now.UnixMilli())
}
