package emulator

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

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
	// Tier says what is behind the response: "stateful" or "example". It is empty if the operation is unknown.
	Tier string
	// Changes is how many changes the request has started: none if it was refused, or repeated another one.
	Changes int
	// Input is the request of the operation, such as a dlc.CreateTaskRequest. It is nil if it could not be decoded, and
	// [Emulator.Requests] leaves out those longer than 16 KiB, headers and all.
	Input any
}

// Requests returns the requests that arrived, oldest first. Only the last 1000 are kept; [Emulator.DroppedRequests] says
// how many are missing.
func (e *Emulator) Requests() []Request {
	kept := e.front.Requests()
	list := make([]Request, len(kept))
	for i, r := range kept {
		list[i] = requestOf(r)
	}
	return list
}

func requestOf(r front.Request) Request {
	return Request{
		At: r.At, Service: r.Service, Operation: r.Operation, Method: r.Method, Path: r.Path, Query: r.Query,
		AccessKeyID: r.AccessKeyID, SignedAt: r.SignedAt, Token: r.Token, RequestID: r.RequestID, Status: r.Status,
		Code: r.Code, Fault: FaultKind(r.Fault), Tier: r.Tier, Changes: r.Changes, Input: r.Input,
	}
}

// DroppedRequests returns how many requests arrived that Requests no longer has.
func (e *Emulator) DroppedRequests() int { return e.front.Dropped() }
