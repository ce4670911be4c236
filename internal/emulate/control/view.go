package control

import (
	"maps"
	"net/http"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// The page shows the last requests, the first changes under way, and of each service the first resources.
const (
	shownRequests  = 100
	shownResources = 200
	shownChanges   = 200
)

// view is what the page shows.
type view struct {
	Version, Region string
	URL             string // as the browser knows it

	Clock    Clock
	Changes  Changes
	UnderWay int       // how many changes are
	Requests []Request // the newest first
	Arrived  int
	Faults   Faults
	State    State
	Filter   string

	Services   []string
	Titles     map[string]string
	Operations []string
	Kinds      []front.FaultKind
}

var titles = map[string]string{
	"finspace": "Amazon FinSpace", "proton": "AWS Proton", "flink": "Realtime Compute for Apache Flink", "dlc": "Data Lake Compute",
}

func (s *Server) view(r *http.Request) (any, error) {
	filter := r.URL.Query().Get("filter")
	state, err := s.stateOf(filter, shownResources)
	if err != nil {
		return nil, err
	}
	kept := s.requests(0)
	v := view{
		Version: version(), Region: s.emulator.Front.World.Region, URL: "http://" + r.Host,
		Clock: s.readClock(), Changes: s.changes(), Faults: s.faults(), State: state, Filter: filter,
		Requests: kept.Requests[max(len(kept.Requests)-shownRequests, 0):], Arrived: kept.Dropped + len(kept.Requests),
		Titles: titles, Kinds: front.FaultKinds,
	}
	slices.Reverse(v.Requests)
	v.UnderWay = len(v.Changes.Changes)
	v.Changes.Changes = v.Changes.Changes[:min(v.UnderWay, shownChanges)]
	operations := map[string]bool{}
	for service, list := range s.emulator.Front.Operations() {
		v.Services = append(v.Services, service)
		for name := range list {
			operations[name] = true
		}
	}
	slices.Sort(v.Services)
	v.Operations = slices.Sorted(maps.Keys(operations))
	return v, nil
}
