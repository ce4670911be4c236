package flink

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// ticketOf names work that goes on after a call. Its ticket is new, so that nothing older can be mistaken
// for it.
type ticketOf struct {
	TicketID  string `json:"ticketId"`
	Namespace string `json:"namespace"`
	Workspace string `json:"workspace"`
}

// judgeTicket says how a ticket stands. One that is finished tells apart whether the work succeeded.
func judgeTicket(status TicketStatus, succeeded bool, reason string) cloud.Judgement {
	j := cloud.Judgement{State: string(status), Reason: reason}
	switch {
	case status == TicketStatusFinished && succeeded:
		j.Outcome = cloud.Succeeded
	case status == TicketStatusFinished, status == TicketStatusFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

// ticketWait has what the waits for all tickets share.
func ticketWait[R any]() cloud.Wait[R] {
	return cloud.Wait[R]{Service: service, AppearWithin: follow.AppearsWithin, MinInterval: follow.QuickInterval}
}
