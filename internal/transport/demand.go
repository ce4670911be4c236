package transport

// absent is a response of the service without what the operation returns for certain. Another try would bring
// the same.
type absent struct{ path string }

func (e *absent) Error() string { return "it has no " + e.path }

// demand reports a success without what op returns for certain as malformed.
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
