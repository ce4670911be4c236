package tencent

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// maxSize bounds files and responses. Real ones have a few kilobytes.
const maxSize = 64 << 10

// send returns the status and the body of a response. It follows no redirect: keys must not go to another place, nor
// come from one.
func send(t http.RoundTripper, r *http.Request) (status int, body []byte, err error) {
	response, err := t.RoundTrip(r)
	if err != nil {
		return 0, nil, noResponse(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		return 0, nil, unusable("it redirects with HTTP status %d, which is not followed", response.StatusCode)
	}
	body, err = io.ReadAll(io.LimitReader(response.Body, maxSize+1))
	switch {
	case err != nil:
		return 0, nil, noResponse(err)
	case len(body) > maxSize:
		return 0, nil, unusable("its response is longer than %d KB", maxSize>>10)
	}
	return response.StatusCode, body, nil
}

// unusable returns the error of a response that is not what the service documents.
func unusable(format string, args ...any) error {
	return kinded{fmt.Errorf(format, args...), cloud.ErrTransport}
}

// origin checks the address of a service that an option sets: https, or http where plain allows it.
func origin(option, address string, plain func(host string) bool) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return nil, invalid("%s must be a scheme and a host, such as https://host.example", option)
	case u.Scheme != "https" && (u.Scheme != "http" || !plain(u.Hostname())):
		return nil, invalid("%s must begin with https, not %q", option, u.Scheme)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}, nil
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback() || host == "localhost"
}

func anyHost(string) bool { return true }
