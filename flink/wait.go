package flink

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// The longest times of waits, by what they wait for. The service states none. They are far longer than such
// work takes when all goes well, so that what reaches them needs a person.
const (
	withinTicket = 2 * time.Hour      // work that the service does by itself: tickets, hot updates
	withinStart  = 6 * time.Hour      // what needs machines: starts of jobs, changes of session clusters
	withinState  = 24 * time.Hour     // what reads or writes all state: savepoints, stops of jobs, patrols
	withinRun    = 7 * 24 * time.Hour // what runs to its end: batch jobs, SQL scripts
)

// unnamed is the error of a start whose answer lacks the id of what it started.
func unnamed(op *transport.Operation, requestID, what string) error {
	return unfit(op, requestID, "the service accepted the call but named no "+what)
}

// unrelated is the error of a start whose response is about something else, so that the id in it is not that of
// what was started. It is nil if the response shows the same id, or none.
func unrelated(op *transport.Operation, requestID, what, asked, shown string) error {
	if shown == "" || shown == asked {
		return nil
	}
	return unfit(op, requestID, fmt.Sprintf("the service accepted the call but its response is about %s %q", what, shown))
}

// unfit is the error of a response that cannot be followed. What the service accepted it may have carried out.
func unfit(op *transport.Operation, requestID, message string) error {
	return &cloud.Error{
		Service: service, Operation: op.Name, Kind: cloud.ErrTransport, RequestID: requestID, Message: message,
		MaybeExecuted: op.Method != http.MethodGet,
	}
}

// refused is the error of a start that the service answered with a refusal in its data.
func refused(op *transport.Operation, requestID, message string) error {
	return &cloud.Error{Service: service, Operation: op.Name, Kind: cloud.ErrConflict, RequestID: requestID, Message: message}
}

// about is j if a response shows the id that was asked for, or no id. One that shows another id says nothing
// about the change.
func about(what, asked, shown string, j cloud.Verdict) cloud.Verdict {
	if shown == "" || shown == asked {
		return j
	}
	return cloud.Verdict{Reason: fmt.Sprintf("the response is about %s %q", what, shown)}
}

// givenUp judges a change that was seen under way and is now back where it began. Nothing in the response
// says which of the two came first, so it counts only while it stays so.
func givenUp(state, what, reason string) cloud.Verdict {
	return cloud.Verdict{State: state, Outcome: cloud.Failed, Reason: join(": ", what, reason), Inferred: true}
}

// superseded judges a change that another one has replaced. What shows that may be older than the change,
// so it counts only while it stays so.
func superseded(state, what string) cloud.Verdict {
	return cloud.Verdict{State: state, Outcome: cloud.Failed, Reason: "superseded: " + what, Superseded: true, Inferred: true}
}

// join says what the service explains in several members. It writes "nothing" as a pair of quotation
// marks at times.
func join(separator string, texts ...string) string {
	var parts []string
	for _, text := range texts {
		if text != "" && text != `""` {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, separator)
}

// mark tells one string from another in a token, which must not hold the string itself.
func mark(text string) string {
	if text == "" {
		return ""
	}
	h := fnv.New32a()
	h.Write([]byte(text))
	return fmt.Sprintf("%08x", h.Sum32())
}

// named says whether a token names what it is about, in the order of the pairs of members and values.
func named(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			return fmt.Errorf("has no %s", pairs[i])
		}
	}
	return nil
}
