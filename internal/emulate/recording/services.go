package recording

import "github.com/polycloud-sdk/polycloud-go/internal/emulate/front"

// Services are the services of an emulator by name.
type Services map[string]front.Service

// api returns the operations of a service, or nil.
func (s Services) api(name string) front.API {
	if service, ok := s[name]; ok {
		return service.Operations()
	}
	return nil
}

// A responder makes the responses to the requests for a service.
type responder func(s front.Service, r *front.Received) (front.Response, error)

// service is a service of the emulator with other responses. It knows all operations.
type service struct {
	front.Service
	respond responder
}

// Route lets the responder answer what is an operation.
func (s service) Route(r *front.Received) {
	s.Service.Route(r)
	if _, ok := s.Operations()[r.Operation]; ok {
		r.Respond = func(r *front.Received) (front.Response, error) { return s.respond(s.Service, r) }
	}
}

// answering returns the services with other responses.
func (s Services) answering(respond responder) []front.Service {
	// A request that names no service is claimed by the first that could be meant.
	var all []front.Service
	for _, name := range []string{"flink", "dlc", "proton", "finspace"} {
		all = append(all, service{s[name], respond})
	}
	return all
}
