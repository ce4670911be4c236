package cloud

import (
	"strconv"
	"sync"
)

// Limiter is what clients of one process share to stay within their rates together; see Config.Limiter. It is for the
// clients of one account: a service counts the requests of an account, whose temporary keys often do not show that they
// belong to the same one, so clients of another account get a Limiter of their own.
//
// The rates hold for each service in each region: clients of the same service and region, and of the same site or
// gateway, take turns; others do not slow each other down. Where a service counts each operation, so does the Limiter.
// A Limiter with a rate of its own has only that one, for all requests of all its clients.
//
// Requests that wait are sent by [Priority], and in the order of their arrival within one. The zero value is ready to
// use, as NewLimiter(0). A Limiter must not be copied after first use.
type Limiter struct {
	perSecond float64
	shared    sync.Map
}

// NewLimiter returns a Limiter. With perSecond 0 it has the rates that the services document, or those of
// Config.RequestRate, which must then be the same in all clients of one service and region. Otherwise perSecond is the
// one rate of all its clients together, and their RequestRate must be 0. New refuses a Limiter whose rate is negative or
// no finite number.
func NewLimiter(perSecond float64) *Limiter { return &Limiter{perSecond: perSecond} }

// PerSecond is the one rate of all clients together; 0 if each service has its own.
func (l *Limiter) PerSecond() float64 { return l.perSecond }

// Shared holds what the clients share. It is for clients alone.
func (l *Limiter) Shared() *sync.Map { return &l.shared }

// Priority is whose turn is first when requests wait because of a rate. Each priority with requests that wait gets one
// turn in ten at least, however many of a higher one there are.
type Priority int

// The priorities. Zero is the default: PriorityLow for the polls of waits, PriorityNormal for other calls.
const (
	PriorityLow Priority = iota + 1
	PriorityNormal
	PriorityHigh
)

// String returns "default", "low", "normal" or "high".
func (p Priority) String() string {
	names := [...]string{"default", "low", "normal", "high"}
	if p < 0 || int(p) >= len(names) {
		return "Priority(" + strconv.Itoa(int(p)) + ")"
	}
	return names[p]
}
