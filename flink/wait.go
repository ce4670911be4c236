package flink

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The maximum times of waits. The service documents no times. These are far longer than such work takes when all goes
// well, so a wait that reaches them needs a person.
const (
	ticketWithin = 2 * time.Hour      // work that the service does by itself: tickets, hot updates
	startWithin  = 6 * time.Hour      // what needs machines: starts of jobs, changes of session clusters
	stateWithin  = 24 * time.Hour     // what reads or writes all state: savepoints, stops of jobs, patrols
	runWithin    = 7 * 24 * time.Hour // what runs to its end: batch jobs, SQL scripts
)

// A change declares how one operation of this package is begun and followed.
type change[R, O, S, T any] = wait.Change[*Client, *R, *O, *S, T]

// resource is what a change is about, for tables.
func resource(workspace, namespace, id string) string { return workspace + "/" + namespace + "/" + id }

// A starter prepares the starts that undo stops. Undo calls them through it, because Go refuses the declarations of a
// start and a stop that refer to each other.
type starter interface {
	PrepareStartJobWithParams(context.Context, StartJobWithParamsRequest) (*cloud.Change[GetJobResponse], error)
	PrepareStartSessionCluster(context.Context, StartSessionClusterRequest) (*cloud.Change[GetSessionClusterResponse], error)
}

func (c *Client) starter() starter { return c }

// noWayBack is the error of a change of a kind that can be taken back, where this one cannot.
func noWayBack(why string) error {
	return &cloud.Error{Kind: cloud.ErrUnsupported, Message: "there is no way back from this change: " + why}
}

// pageSize is the size of the largest pages of most lists.
const pageSize = 100

// place tells apart the lists of namespaces.
func place(namespace, workspace string) func() []string {
	return func() []string { return []string{"namespace " + namespace, "workspace " + workspace} } // empty ones are the client's
}

// isOther reports whether a response shows an id or name other than the requested one. One without an id or name is
// taken to match.
func isOther(asked, shown string) bool { return shown != "" && shown != asked }

// startedFor returns an error if the response to a start shows a parent other than the requested one: the id in it is
// then not that of what was started.
func startedFor(what, asked, shown, requestID string) error {
	if !isOther(asked, shown) {
		return nil
	}
	return wait.Unexpected(requestID, fmt.Sprintf("it is about %s %q", what, shown))
}

// notStarted is the error of a start that the service refused in the data of its response.
func notStarted(requestID, message string) error {
	return &cloud.Error{Kind: cloud.ErrConflict, RequestID: requestID, Message: message}
}

// verdictOn is v if a response shows the requested id, or no id. One that shows another id says nothing about the
// change.
func verdictOn(what, asked, shown string, v cloud.Verdict) cloud.Verdict {
	if isOther(asked, shown) {
		return cloud.Verdict{Reason: fmt.Sprintf("the response is about %s %q", what, shown)}
	}
	return v
}

// abandoned is the verdict on a change that was seen under way and is back where it began. Nothing in the response
// says which of the two came first, so it counts only if it lasts.
func abandoned(state, what, reason string) cloud.Verdict {
	return cloud.Verdict{State: state, Outcome: cloud.Failed, Reason: join(": ", what, reason), Inferred: true}
}

// superseded is the verdict on a change that another one has replaced. The state that shows this may be older than
// the change, so it counts only if it lasts.
func superseded(state, what string) cloud.Verdict {
	return wait.Superseded(cloud.Verdict{State: state, Inferred: true}, what)
}

// join makes one reason of several members, some of which are empty. The service sometimes sends a pair of quotation
// marks for an empty string.
func join(separator string, strs ...string) string {
	var parts []string
	for _, s := range strs {
		if s != "" && s != `""` {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, separator)
}

// fingerprint identifies a string in a token, which must not hold the string itself. That of an empty string is
// empty.
func fingerprint(s string) string {
	if s == "" {
		return ""
	}
	h := fnv.New32a()
	h.Write([]byte(s))
	return fmt.Sprintf("%08x", h.Sum32())
}

// What the statuses of a ticket mean for all waits. One that is FINISHED has succeeded only if its work has.
var ticketFinished = wait.Statuses[TicketStatus]{
	Succeeded: []TicketStatus{TicketStatusFinished},
	Failed:    []TicketStatus{TicketStatusFailed},
}

// ticketChange is the resume state of work that goes on after a call. Its ticket is new, so nothing older can be
// mistaken for it. Nothing but the response to the start names the ticket, so a start without a response is uncertain.
type ticketChange struct {
	TicketID  string `json:"ticketId"`
	Namespace string `json:"namespace"`
	Workspace string `json:"workspace"`
	Subject   string `json:"subject,omitzero"` // the draft or deployment; empty if it is not known
}

func ticketOf(id, namespace, workspace string) *ticketChange {
	return &ticketChange{TicketID: id, Namespace: namespace, Workspace: workspace}
}

// Resource is the draft or deployment.
func (s *ticketChange) Resource() string { return resource(s.Workspace, s.Namespace, s.Subject) }

// Check refuses a state that names no ticket.
func (s *ticketChange) Check() error {
	return wait.Lacks("ticketId", s.TicketID, "namespace", s.Namespace, "workspace", s.Workspace)
}

// ticketSpec is what the waits for all tickets share.
func ticketSpec[T any](read func(context.Context) (*T, error), judge func(*wait.Course, *T) cloud.Verdict) cloud.WaitSpec[T] {
	var course wait.Course
	return cloud.WaitSpec[T]{
		Service:      service,
		Read:         read,
		Judge:        func(r *T) cloud.Verdict { return judge(&course, r) },
		AppearWithin: wait.AppearsWithin,
		Within:       ticketWithin,
		MinInterval:  wait.QuickInterval,
	}
}

// judgeTicket returns the verdict on a ticket whose work succeeded or not. Without a reason for a failure, the success
// flag may just not be set yet.
func judgeTicket(course *wait.Course, status TicketStatus, succeeded bool, reason string) cloud.Verdict {
	v := ticketFinished.Verdict(status, reason)
	begun := course.Saw(status == TicketStatusExecuting)
	switch {
	case v.Outcome == cloud.Succeeded && !succeeded:
		v.Outcome, v.Inferred = cloud.Failed, reason == ""
	case status == TicketStatusInit && begun:
		return abandoned(v.State, "the work was abandoned and is back in its initial state", reason)
	}
	return v
}
