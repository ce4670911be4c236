package control

import (
	"mime"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// admit refuses what a page of another site can send with a browser: a request to a name that was pointed at the
// emulator's address, from another origin, or with the content type of a form.
func (s *Server) admit(r *http.Request) error {
	if !s.isOwnHost(r.Host) {
		return &Error{
			Status: http.StatusForbidden, Field: "header Host",
			Rule: "must be a loopback address or the address that the emulator was started with", Given: r.Host,
		}
	}
	if origin := r.Header.Get("Origin"); origin != "" && !strings.EqualFold(origin, "http://"+r.Host) {
		return &Error{Status: http.StatusForbidden, Field: "header Origin", Rule: "must be the emulator's own", Given: origin}
	}
	site := r.Header.Get("Sec-Fetch-Site")
	opensPage := r.Method == http.MethodGet && r.URL.Path == Prefix && r.Header.Get("Sec-Fetch-Mode") == "navigate" &&
		r.Header.Get("Sec-Fetch-Dest") == "document"
	if site != "" && site != "same-origin" && site != "none" && !opensPage {
		return &Error{Status: http.StatusForbidden, Field: "header Sec-Fetch-Site", Rule: "must be same-origin or none", Given: site}
	}
	return checkContentType(r)
}

// checkContentType refuses a write that is not declared as JSON, which a browser does not send to another origin
// without asking. Neither does it send DELETE.
func checkContentType(r *http.Request) error {
	given := r.Header.Get("Content-Type")
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodDelete && given == "" {
		return nil
	}
	if mediaType, _, err := mime.ParseMediaType(given); err == nil && mediaType == "application/json" {
		return nil
	}
	return &Error{
		Status: http.StatusUnsupportedMediaType, Field: "header Content-Type", Rule: "must be application/json", Given: given,
	}
}

func (s *Server) isOwnHost(hostport string) bool {
	host := hostOf(hostport)
	address, err := netip.ParseAddr(host)
	if strings.EqualFold(host, "localhost") || err == nil && address.Unmap().IsLoopback() {
		return true
	}
	return slices.ContainsFunc(s.emulator.Hosts, func(own string) bool {
		configured, notAddress := netip.ParseAddr(own)
		if notAddress == nil && configured.IsUnspecified() {
			return err == nil // a name may have been pointed here by another site, an address not
		}
		return strings.EqualFold(own, host)
	})
}

// hostOf returns a host without its port, and without the brackets of an IPv6 address.
func hostOf(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}
