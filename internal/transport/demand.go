package transport

// absent is the error of a response of the service without a member that a success always has. A retry would
// bring the same response.
type absent struct{ path string }

func (e *absent) Error() string { return "it has no " + e.path }

// demand reports a success without a member that op always returns as malformed.
func (f *Finding) demand(op *Operation) {
	if f.Failed || f.Malformed != nil || f.Seen == nil {
		return
	}
	for _, path := range op.Certain {
		if f.Seen.Lacks(path) {
			f.Malformed = &absent{path}
			return
		}
	}
}
