package dlc

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// The pauses between two looks.
const (
	minInterval = 5 * time.Second
	maxInterval = 5 * time.Minute
	// soonInterval is the shortest pause where a change usually takes seconds.
	soonInterval = 3 * time.Second
	// What is new may not be visible at once.
	appearsWithin = time.Minute
	// confirmWithin is for ends that look like the state before the change.
	confirmWithin = 30 * time.Second
)

// missing is the answer of a look that found nothing, where the service has no error for that.
func missing(op *transport.Operation, what, name string) error {
	return &cloud.Error{
		Service: service, Operation: op.Name, Kind: cloud.ErrNotFound,
		Message: op.Name + " shows no " + what + " " + name,
	}
}

// required refuses a look for nothing, which a list would answer with nothing.
func required(op *transport.Operation, field, value string) error {
	if value != "" {
		return nil
	}
	return &cloud.ValidationError{Service: service, Operation: op.Name, Problems: []cloud.Problem{{Field: field, Rule: "required"}}}
}

// named refuses the answer of a start that does not say what was started.
func named(op *transport.Operation, requestID, id string) error {
	if id != "" {
		return nil
	}
	return &cloud.Error{
		Service: service, Operation: op.Name, Kind: cloud.ErrTransport, RequestID: requestID,
		Message: "the answer does not name what was started",
	}
}

// cancellation judges the cancelling of work that is judged as j: work that ended otherwise was not
// cancelled.
func cancellation(j cloud.Judgement) cloud.Judgement {
	switch j.Outcome {
	case cloud.Cancelled:
		j.Outcome = cloud.Succeeded
	case cloud.Succeeded:
		j.Outcome = cloud.Failed
		j.Reason = "it succeeded before it could be cancelled"
	}
	return j
}

// explained is a message of the service, unless it only says that all is well.
func explained(message string) string {
	if message == "success" {
		return ""
	}
	return message
}
