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
	// What is new may not be visible at once.
	appearsWithin = time.Minute
	// confirmWithin is for ends that look like the state before the change.
	confirmWithin = time.Minute
)

// missing is the answer of a look that found nothing, where the service has no error for that.
func missing(op *transport.Operation, what, name string) error {
	return &cloud.Error{
		Service: service, Operation: op.Name, Kind: cloud.ErrNotFound,
		Message: op.Name + " shows no " + what + " " + name,
	}
}
