package flink

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// ticketOf names work that goes on after a call. Its ticket is new, so that nothing older can be mistaken
// for it.
type ticketOf struct {
	TicketID  string `json:"ticketId"`
	Namespace string `json:"namespace"`
	Workspace string `json:"workspace"`
}

// Check refuses what no start has named.
func (s *ticketOf) Check() error {
	return named("ticketId", s.TicketID, "namespace", s.Namespace, "workspace", s.Workspace)
}

// judgeTicket says how a ticket stands. One that is finished tells apart whether the work succeeded; without
// a word of why it did not, the flag may just not be there yet.
func judgeTicket(course *wait.Course, status TicketStatus, succeeded bool, reason string) cloud.Verdict {
	j := cloud.Verdict{State: string(status), Reason: reason}
	begun := course.Saw(status == TicketStatusExecuting)
	switch {
	case status == TicketStatusFinished && succeeded:
		j.Outcome = cloud.Succeeded
	case status == TicketStatusFinished:
		j.Outcome, j.Inferred = cloud.Failed, reason == ""
	case status == TicketStatusFailed:
		j.Outcome = cloud.Failed
	case status == TicketStatusInit && begun:
		return givenUp(j.State, "the work was given up, it is back at its beginning", reason)
	}
	return j
}

// ticketWait has what the waits for all tickets share.
func ticketWait[R any]() cloud.WaitSpec[R] {
	return cloud.WaitSpec[R]{Service: service, AppearWithin: wait.AppearsWithin, Within: withinTicket, MinInterval: wait.QuickInterval}
}
