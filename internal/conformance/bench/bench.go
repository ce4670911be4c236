// Package bench has the calls that are measured, by both sides and by hand, on the same responses. The Go
// benchmarks of this module and the command compare run them.
package bench

import (
	"errors"
	"fmt"
	"net/http/httptest"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
)

// Case is one call, or other work, that all sides do.
type Case struct {
	Service string // "finspace"
	Name    string // "update"
	Place   string // "stub", "loopback", or empty if nothing is sent
	Ours    func() error
	Theirs  func() error
	Floor   func() error // nil if there is none

	// TheirsLess is what Theirs does besides, whose cost is to be subtracted; may be nil.
	TheirsLess func() error
}

// operation is a call that all sides can make.
type operation struct {
	name   string
	answer answer
	ours   func(clients.Target) (func() error, error)
	theirs func(clients.Target) (func() error, error)
	floor  func(*floor) func() error
}

// service is what is measured of one service.
type service struct {
	name       string
	operations []operation
	others     []Case // without a call
}

func services() []service {
	return []service{finspaceService(), protonService(), flinkService(), dlcService()}
}

// Cases returns all cases. Call done to stop their servers.
func Cases() (cases []Case, done func(), err error) {
	var servers []*httptest.Server
	done = func() {
		for _, s := range servers {
			s.Close()
		}
	}
	for _, s := range services() {
		for _, o := range s.operations {
			server := loopback(&o.answer)
			servers = append(servers, server)
			for place, target := range map[string]clients.Target{"stub": {Transport: newStub(&o.answer)}, "loopback": {URL: server.URL}} {
				c, err := o.on(target)
				if err != nil {
					done()
					return nil, nil, fmt.Errorf("%s %s: %w", s.name, o.name, err)
				}
				c.Service, c.Place = s.name, place
				cases = append(cases, c)
			}
		}
		for _, c := range s.others {
			c.Service = s.name
			cases = append(cases, c)
		}
	}
	return cases, done, nil
}

// on returns the case of an operation, after trying all sides once.
func (o *operation) on(t clients.Target) (Case, error) {
	c := Case{Name: o.name, Floor: o.floor(newFloor(t))}
	var err error
	if c.Ours, err = o.ours(t); err != nil {
		return c, err
	}
	if c.Theirs, err = o.theirs(t); err != nil {
		return c, err
	}
	return c, errors.Join(c.Ours(), c.Theirs(), c.Floor())
}

// refused turns a call that must be refused into one that succeeds if it is.
func refused(call func() error, isExpected func(error) bool) func() error {
	return func() error {
		err := call()
		if err == nil || !isExpected(err) {
			return fmt.Errorf("not refused as expected: %w", err)
		}
		return nil
	}
}

// complete checks that a list has all its items.
func complete(n int) error {
	if n != items {
		return fmt.Errorf("%d items, want %d", n, items)
	}
	return nil
}
