package emulator

import (
	"net"
	"net/http"
	"net/url"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/control"
)

// handler serves the control API under /_emulator/, and the services everywhere else.
func (e *Emulator) handler(listener net.Listener) http.Handler {
	api := control.New(e.controls(listener))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if control.Claims(r) {
			api.ServeHTTP(w, r)
			return
		}
		e.front.ServeHTTP(w, r)
	})
}

func (e *Emulator) controls(listener net.Listener) control.Emulator {
	var hosts []string
	if host, _, err := net.SplitHostPort(listener.Addr().String()); err == nil {
		hosts = append(hosts, host)
	}
	if u, err := url.Parse(e.url); err == nil {
		hosts = append(hosts, u.Hostname())
	}
	return control.Emulator{
		Front: e.front, Hosts: hosts, Done: e.host.done,
		Reset: func() error { return e.front.Reset(e.options.newSeed()) },
	}
}
