package emulator

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// Ending says how a future change ends. Without one, a change succeeds after the default time.
type Ending struct {
	Operation string // the operation that starts the change, such as "HotUpdateJob"
	Service   string // "finspace", "proton", "flink" or "dlc"; required only if several services have the operation

	Fail   bool          // the change fails
	Cancel bool          // the change is canceled; a service that has no such state reports a failure
	Vanish bool          // the resource is gone at the end of the change
	After  time.Duration // how long the change takes; 0 is the default, see WithChangeTime

	// Reason is the service's explanation, in the member that the resource has for it: statusReason of a
	// cluster, errorMessage of a changeset, deploymentStatusMessage of a service instance, message of a hot
	// update, Message of a data engine. A few resources do not have such a member.
	Reason string
	// ReasonType is the errorType of a changeset and the reason of a hot update.
	ReasonType string
	// Severity is the failureSeverity of a hot update.
	Severity string
	// State overrides the state at the end of the change, in the service's spelling. For example, "-1" is
	// a data engine that is broken after a failed switch. It may be a state that the clients do not know.
	State string
}

// Script sets how the next changes end, in order. Each Ending is for one change. It panics if the operation
// starts no change, because the test would otherwise test something else.
func (e *Emulator) Script(endings ...Ending) {
	list := make([]world.Ending, len(endings))
	for i, ending := range endings {
		list[i] = world.Ending(ending)
	}
	must(e.front.Script(list...))
}
