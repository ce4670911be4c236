package emulator

import "time"

// Request is one request that arrived, and its response.
type Request struct {
	At          time.Time
	Service     string
	Operation   string
	Method      string
	Path, Query string // as sent
	AccessKeyID string
	SignedAt    time.Time
	Token       string // the idempotency token; empty for operations without one
	RequestID   string
	Status      int       // 0 if the connection was closed instead
	Code        string    // the error code of a refusal
	Fault       FaultKind // the fault that applied; empty if none did
	// Changes is how many changes the request has started: none if it was refused, or repeated another one.
	Changes int
}

// Requests returns the requests that arrived, oldest first. Only the last 1000 are kept.
func (e *Emulator) Requests() []Request {
	kept := e.front.Requests()
	list := make([]Request, len(kept))
	for i, r := range kept {
		list[i] = Request{
			At: r.At, Service: r.Service, Operation: r.Operation, Method: r.Method, Path: r.Path, Query: r.Query,
			AccessKeyID: r.AccessKeyID, SignedAt: r.SignedAt, Token: r.Token, RequestID: r.RequestID, Status: r.Status,
			Code: r.Code, Fault: FaultKind(r.Fault), Changes: r.Changes,
		}
	}
	return list
}
