package dlc

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// missing is the answer of a look that found nothing of a name.
func missing(op *transport.Operation, what, name string) error {
	return follow.Missing(service, op, op.Name+" shows no "+what+" "+name)
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
