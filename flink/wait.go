package flink

import (
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// unnamed is the error of a start whose answer lacks the id of what it started.
func unnamed(op *transport.Operation, requestID, what string) error {
	return &cloud.Error{
		Service: service, Operation: op.Name, Kind: cloud.ErrTransport, RequestID: requestID,
		Message: "the service accepted the call but named no " + what,
	}
}

// refused is the error of a start that the service answered with a refusal in its data.
func refused(op *transport.Operation, requestID, message string) error {
	return &cloud.Error{Service: service, Operation: op.Name, Kind: cloud.ErrConflict, RequestID: requestID, Message: message}
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
