package control

import (
	"cmp"
	"encoding/json"
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/page"
)

// Prefix is how the paths of the control API begin.
const Prefix = "/_emulator/"

// Emulator is what the control API reads and changes.
type Emulator struct {
	Front *front.Server
	Reset func() error

	// Hosts are the names and addresses by which clients reach the emulator, besides the loopback ones. With an
	// unspecified address, such as 0.0.0.0, they may use any IP address.
	Hosts []string
	// Done is closed when the emulator stops.
	Done <-chan struct{}
}

// Server is the control API of one emulator.
type Server struct {
	emulator Emulator
	started  time.Time
	streams  atomic.Int32
	mux      *http.ServeMux
}

// New returns the control API of an emulator.
func New(e Emulator) *Server {
	s := &Server{emulator: e, started: time.Now(), mux: http.NewServeMux()}
	for pattern, handle := range s.handlers() {
		method, path, _ := strings.Cut(pattern, " ")
		s.mux.Handle(method+" "+Prefix+path, handle)
	}
	s.mux.HandleFunc("GET "+Prefix+"events", s.events)
	s.mux.Handle("GET "+Prefix+"{$}", page.Handler(s.view))
	s.mux.Handle("GET "+Prefix+"page/", http.StripPrefix(Prefix+"page/", page.Assets()))
	s.mux.Handle(Prefix, handler(s.notFound))
	return s
}

// Claims reports whether a request is for the control API or its page.
func Claims(r *http.Request) bool { return strings.HasPrefix(r.URL.Path+"/", Prefix) }

func (s *Server) handlers() map[string]handler {
	return map[string]handler{
		"GET health":               s.health,
		"GET state":                s.state,
		"GET changes":              s.listChanges,
		"POST changes/{id}/finish": s.finishChange,
		"POST changes/{id}/fail":   s.failChange,
		"POST changes/{id}/cancel": s.cancelChange,
		"POST script":              s.script,
		"GET faults":               s.listFaults,
		"POST faults":              s.addFault,
		"DELETE faults":            s.removeFaults,
		"DELETE faults/{id}":       s.removeFault,
		"GET clock":                s.clock,
		"POST advance":             s.advance,
		"GET requests":             s.listRequests,
		"POST reset":               s.reset,
		"POST load":                s.load,
		"GET save":                 s.save,
		"GET snapshot":             s.snapshot,
		"PUT snapshot":             s.restore,
	}
}

// ServeHTTP answers a request for the control API or its page.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if err := s.admit(r); err != nil {
		writeError(w, err)
		return
	}
	s.mux.ServeHTTP(w, r)
}

// A handler returns what is sent as JSON.
type handler func(r *http.Request) (any, error)

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	result, err := h(r)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, result)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	if raw, ok := v.(json.RawMessage); ok {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(raw)
		return
	}
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":{"message":"the response cannot be written as JSON"}}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

type health struct {
	Status  string `json:"status"`
	Version string `json:"version"`
	Uptime  string `json:"uptime"`

	Kept front.Kept `json:"kept"`
}

func (s *Server) health(*http.Request) (any, error) {
	return health{
		Status: "ok", Version: version(), Uptime: time.Since(s.started).Round(time.Millisecond).String(), Kept: s.emulator.Front.Kept(),
	}, nil
}

// version returns the version of this module in the program, or of the program if that is of this module.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, m := range info.Deps {
		if m.Path == "github.com/polycloud-sdk/polycloud-go" {
			return cmp.Or(m.Version, "unknown")
		}
	}
	return cmp.Or(info.Main.Version, "unknown")
}

func (s *Server) notFound(r *http.Request) (any, error) {
	return nil, &Error{
		Status: http.StatusNotFound, Field: "path", Rule: "must be one of the control API, with its method",
		Given: r.Method + " " + r.URL.Path,
	}
}
