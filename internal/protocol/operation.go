package protocol

import (
	"sync"

	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// OperationHeader is a header that names the operation. It keeps its values, which all requests share.
type OperationHeader struct {
	Prefix string // of the name

	values sync.Map // by *transport.Operation
}

// Of returns the value for op, which nobody may change.
func (h *OperationHeader) Of(op *transport.Operation) []string {
	kept, ok := h.values.Load(op)
	if !ok {
		kept, _ = h.values.LoadOrStore(op, []string{h.Prefix + op.Name})
	}
	return kept.([]string) //nolint:forcetypeassert // no other type is stored
}
