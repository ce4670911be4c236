package transport

import (
	"errors"
	"net"
	"net/url"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// parseEndpoint parses an address when the client is created, so that calls need not.
func parseEndpoint(address string, allowPlain bool) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("must be a URL")
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.Opaque != "":
		return nil, errors.New("must be an https URL with a host, as https://example.com")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("must have no user, query or fragment")
	case u.Scheme == "http" && !allowPlain && !isLoopback(u.Hostname()):
		return nil, errors.New("must be https beyond loopback, unless Config.AllowPlainHTTP is set")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimRight(u.EscapedPath(), "/")}, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// CheckEndpoint reports an address that cannot be an endpoint. The field is where it comes from.
func CheckEndpoint(service, field, address string, allowPlain bool) error {
	if _, err := parseEndpoint(address, allowPlain); err != nil {
		return InvalidOption(service, field, err.Error(), shownAddress(address))
	}
	return nil
}

// CheckRegion reports a region that is missing or cannot be part of a host name. The field is where it comes from.
func CheckRegion(service, field, region string) error {
	if region == "" {
		return InvalidOption(service, field, "required", "")
	}
	const rule = "must consist of lower-case letters, digits and hyphens, as a part of a host name"
	if len(region) > 63 || strings.HasPrefix(region, "-") || strings.HasSuffix(region, "-") {
		return InvalidOption(service, field, rule, region)
	}
	for _, c := range region {
		if c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return InvalidOption(service, field, rule, region)
		}
	}
	return nil
}

// endpointField is the field of the Config whose value may have a password in it.
const endpointField = "Endpoint"

// InvalidOption is the error of an option, or a field of the Config, with a value that is not allowed.
func InvalidOption(service, field, rule, given string) error {
	if field == endpointField {
		given = shownAddress(given)
	}
	if given != "" {
		given = `"` + cloud.OneLine(given, maxName) + `"`
	}
	return &cloud.ValidationError{Service: service, Problems: []cloud.Problem{{Field: field, Rule: rule, Given: given}}}
}

// shownAddress returns what an error may show of an address: scheme, host and path. An address that does not
// parse is not shown, because a password may be anywhere in it.
func shownAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
}
