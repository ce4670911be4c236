package dlc

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) rayEventOperations() front.Handlers {
	return front.Handlers{
		"GetRayClusterEvent": front.Handle(s.rayClusterEvents),
		"GetLabEvent":        front.Handle(s.labEvents),
		"GetRayJobEvent":     front.Handle(s.rayJobEvents),
	}
}

// rayEvent records that a cluster, a lab or a job takes a state. A message is a warning.
func (s *Service) rayEvent(c world.Change, at time.Time, id, state, message string) {
	e := dlc.EventItem{
		EventTime: cloud.Milliseconds(at), Component: "Pod", Level: "Normal", InvolvedObjectName: id, SourceComponent: "kubelet",
		Reason: state, Message: id + " is " + state,
	}
	if message != "" {
		e.Level, e.Message = "Warning", message
	}
	s.rayEvents.Add(id, c, at, e)
}

// An eventQuery asks for a page of the events of a period, which is the last week unless given.
type eventQuery struct {
	id, context string
	from, to    *int64
	size        int
	sort        []dlc.SortField
	matches     func(dlc.EventItem) bool // nil for all
}

// A rayEventPage is a page of events and its period.
type rayEventPage struct {
	list     []dlc.EventItem
	next     string
	from, to cloud.Timestamp
}

// eventsOf returns a page of events, the earliest first unless asked otherwise.
func (s *Service) eventsOf(p eventQuery) (rayEventPage, error) {
	now := s.world.Now()
	out := rayEventPage{from: cloud.Milliseconds(now.Add(-7 * 24 * time.Hour)), to: cloud.Milliseconds(now)}
	if p.from != nil {
		out.from = cloud.Timestamp(*p.from)
	}
	if p.to != nil {
		out.to = cloud.Timestamp(*p.to)
	}
	list := []dlc.EventItem{}
	for _, h := range s.rayEvents.Of(now, p.id) {
		if e := h.What; e.EventTime >= out.from && e.EventTime <= out.to && (p.matches == nil || p.matches(e)) {
			list = append(list, e)
		}
	}
	if len(p.sort) > 0 {
		if p.sort[0].Field != "eventTime" {
			return out, &front.Refusal{Code: "InvalidParameter", Message: "Events cannot be sorted by " + p.sort[0].Field + "."}
		}
		if p.sort[0].Order == "DESC" {
			slices.Reverse(list)
		}
	}
	var err error
	out.list, out.next, err = world.NextPage(list, "events of "+p.id, p.context, cmp.Or(p.size, numberedPageSize))
	if err != nil {
		return out, &front.Refusal{Code: "InvalidParameter", Message: "The Context is not one of these events."}
	}
	return out, nil
}

func (s *Service) rayClusterEvents(r *front.Received, in dlc.GetRayClusterEventRequest) (any, error) {
	if _, ok := s.rayClusters.Row(in.ID).Visible(s.world.Now()); !ok {
		return nil, s.rayNotFound(s.rayClusters, in.ID)
	}
	page, err := s.eventsOf(eventQuery{in.ID, in.Context, in.StartTime, in.EndTime, in.PageSize, in.SortFields, nil})
	if err != nil {
		return nil, err
	}
	return &dlc.GetRayClusterEventResponse{
		Context: page.next, ListOver: page.next == "", Events: page.list, StartTime: page.from, EndTime: page.to, RequestID: r.RequestID,
	}, nil
}

// labEvents returns one page, which nothing continues.
func (s *Service) labEvents(r *front.Received, in dlc.GetLabEventRequest) (any, error) {
	if _, ok := s.labs.Row(in.ID).Visible(s.world.Now()); !ok {
		return nil, s.rayNotFound(s.labs, in.ID)
	}
	page, err := s.eventsOf(eventQuery{in.ID, "", in.StartTime, in.EndTime, in.PageSize, in.SortFields, nil})
	if err != nil {
		return nil, err
	}
	return &dlc.GetLabEventResponse{
		ListOver: page.next == "", Events: page.list, StartTime: page.from, EndTime: page.to, RequestID: r.RequestID,
	}, nil
}

func (s *Service) rayJobEvents(r *front.Received, in dlc.GetRayJobEventRequest) (any, error) {
	if _, ok := s.rayJobs.Row(in.ID).Visible(s.world.Now()); !ok {
		return nil, rayJobNotFound(in.ID)
	}
	ofType := func(e dlc.EventItem) bool { return in.EventType == "" || in.EventType == e.Level }
	page, err := s.eventsOf(eventQuery{in.ID, in.Context, in.StartTime, in.EndTime, in.PageSize, in.SortFields, ofType})
	if err != nil {
		return nil, err
	}
	events := []dlc.RayJobEventItem{}
	for _, e := range page.list {
		events = append(events, dlc.RayJobEventItem{
			EventTime: e.EventTime, Component: "RayJob", Level: e.Level, Message: e.Message, InvolvedObjectName: e.InvolvedObjectName,
			SourceComponent: e.SourceComponent, Reason: e.Reason,
		})
	}
	return &dlc.GetRayJobEventResponse{
		Context: page.next, ListOver: page.next == "", Events: events, StartTime: page.from, EndTime: page.to, RequestID: r.RequestID,
	}, nil
}
