package emulator

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

// startTicket plans the work of a ticket: it waits for a sixth of its time, then runs until the end. stage returns the
// result at a status before the end.
func startTicket[T any](tickets *table[T], workspace, namespace string, c change, stage func(flink.TicketStatus) T, after T) *flink.Ticket {
	ticket := &flink.Ticket{TicketID: newUUID()}
	row := tickets.create(keyOf(workspace, namespace, ticket.TicketID))
	schedule(row, c, c.start, stage(flink.TicketStatusInit))
	schedule(row, c, c.part(1, 6), stage(flink.TicketStatusExecuting))
	finish(row, c, after)
	return ticket
}

// finalTicketStatus returns the status at the end of a change. It is FINISHED even if the work failed.
func finalTicketStatus(c change) flink.TicketStatus {
	return cmp.Or(flink.TicketStatus(c.State), flink.TicketStatusFinished)
}

// ticketResult returns what reads show of a ticket's work.
func ticketResult[T any](s *flinkService, tickets *table[T], workspace, namespace, id string) (any, error) {
	result, ok := tickets.row(keyOf(workspace, namespace, id)).visible(s.emulator.now())
	if !ok {
		return nil, objectNotFound("ticket", id)
	}
	return &result, nil
}
