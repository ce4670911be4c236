package front

import (
	"reflect"
	"sync"
)

// maxKeptBody is the size of the largest request, with its headers, whose input is kept with the requests.
const maxKeptBody = 16 << 10

// An observer is told of the requests.
type observer struct {
	mu sync.Mutex
	f  func(Request)
}

// Observe calls a function with each request that arrives from now on, before its response is sent, and with one
// request at a time. It must be called before the server answers requests.
func (srv *Server) Observe(f func(Request)) { srv.observer.f = f }

func (o *observer) tell(q Request) {
	if o.f == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.f(q)
}

// Has reports whether a service has an operation. Any service will do if its name is empty.
func (srv *Server) Has(service, operation string) bool {
	for _, s := range srv.allServices() {
		if _, ok := s.Operations()[operation]; ok && (service == "" || service == s.Name()) {
			return true
		}
	}
	return false
}

// allServices returns the services, which a reset replaces.
func (srv *Server) allServices() []Service {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.services
}

// input returns the request of the operation as its package declares it, such as dlc.CreateTaskRequest. It is decoded
// again, because the handler may keep and change what it was given.
func (srv *Server) input(service string, r *Received) any {
	for _, s := range srv.allServices() {
		op, ok := s.Operations()[r.Operation]
		if !ok || s.Name() != service {
			continue
		}
		in := reflect.New(op.Request)
		if r.decode(in.Interface()) != nil {
			return nil
		}
		return in.Elem().Interface()
	}
	return nil
}

// An UnusedFault is a fault that has applied to fewer requests than it should have, or to none.
type UnusedFault struct {
	Fault
	Applied int
}

// UnusedFaults returns the faults that were not used up and not removed.
func (srv *Server) UnusedFaults() []UnusedFault {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	var list []UnusedFault
	for _, f := range srv.faults {
		want := max(f.Times, 1)
		if f.Kind == ClockSkew {
			want = 1
		}
		if f.applied < want {
			list = append(list, UnusedFault{Fault: f.Fault, Applied: f.applied})
		}
	}
	return list
}
