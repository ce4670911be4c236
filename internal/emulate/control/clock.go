package control

import (
	"net/http"
	"time"
)

// Clock is the clock of all services.
type Clock struct {
	Now      time.Time `json:"now"`
	Advanced string    `json:"advanced"` // how far it was moved ahead of the time of the machine
}

func (s *Server) readClock() Clock {
	return Clock{Now: s.emulator.Front.World.Clock(), Advanced: s.emulator.Front.World.Advanced().String()}
}

func (s *Server) clock(*http.Request) (any, error) { return s.readClock(), nil }

// maxAdvance is how far the clock can be moved in all, so that it stays within the years that the services can write.
const maxAdvance = 100 * 365 * 24 * time.Hour

func (s *Server) advance(r *http.Request) (any, error) {
	var in struct {
		By string `json:"by"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	by, err := durationOf("by", in.By)
	if err != nil {
		return nil, err
	}
	if by == 0 {
		return nil, &Error{Field: "by", Rule: "must be a duration such as 1h30m, above 0", Given: in.By}
	}
	if by > maxAdvance-s.emulator.Front.World.Advanced() {
		return nil, &Error{Field: "by", Rule: "must not move the clock by more than 100 years in all", Given: in.By}
	}
	if err := s.emulator.Front.Advance(by); err != nil {
		return nil, err
	}
	return s.readClock(), nil
}
