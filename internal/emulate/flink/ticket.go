package flink

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// startTicket plans the work of a ticket: it waits for a sixth of its time, then runs until the end. stage returns the
// result at a status before the end.
func startTicket[T any](
	w *world.World, tickets *world.Table[T], workspace, namespace string, c world.Change, stage func(flink.TicketStatus) T, after T,
) *flink.Ticket {
	ticket := &flink.Ticket{TicketID: w.NewUUID()}
	row := tickets.Create(world.KeyOf(workspace, namespace, ticket.TicketID))
	world.Schedule(row, c, c.Start, stage(flink.TicketStatusInit))
	world.Schedule(row, c, c.Part(1, 6), stage(flink.TicketStatusExecuting))
	world.Finish(row, c, after)
	return ticket
}

// finalTicketStatus returns the status at the end of a change. It is FINISHED even if the work failed.
func finalTicketStatus(c world.Change) flink.TicketStatus {
	return cmp.Or(flink.TicketStatus(c.State), flink.TicketStatusFinished)
}

// ticketResult returns what reads show of a ticket's work.
func ticketResult[T any](s *Service, tickets *world.Table[T], workspace, namespace, id string) (any, error) {
	result, ok := tickets.Row(world.KeyOf(workspace, namespace, id)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("ticket", id)
	}
	return &result, nil
}
