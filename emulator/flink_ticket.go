package emulator

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

// startTicket plans work under a ticket: it waits for a sixth of its time, then is done until the end.
// status makes the result of a stage from that of the end.
func startTicket[T any](tickets *table[T], workspace, namespace string, c change, after T, status func(flink.TicketStatus) T) *flink.Ticket {
	ticket := &flink.Ticket{TicketID: newUUID()}
	row := tickets.create(keyOf(workspace, namespace, ticket.TicketID))
	during(row, c, c.start, status(flink.TicketStatusInit))
	during(row, c, c.part(1, 6), status(flink.TicketStatusExecuting))
	finish(row, c, after)
	return ticket
}

// ticketEnd is the status in which the work of a change ends. One that is finished may have failed.
func ticketEnd(c change) flink.TicketStatus {
	return cmp.Or(flink.TicketStatus(c.State), flink.TicketStatusFinished)
}

// ticketResult is what reads show of the work under a ticket.
func ticketResult[T any](s *flinkService, tickets *table[T], workspace, namespace, id string) (any, error) {
	result, ok := tickets.row(keyOf(workspace, namespace, id)).seen(s.emulator.now())
	if !ok {
		return nil, noObject("ticket", id)
	}
	return &result, nil
}
