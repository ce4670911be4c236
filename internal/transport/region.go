package transport

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"slices"
	"strings"
)

// noteRegion logs a region that is not listed. It may be a new one, so it is used unchanged.
func (c *Client) noteRegion(byRule bool) {
	if c.logger == nil || !byRule || len(c.service.Regions) == 0 || slices.Contains(c.service.Regions, c.region) {
		return
	}
	c.logger.LogAttrs(context.Background(), slog.LevelDebug, "unknown region",
		slog.String("service", c.service.Name), slog.String("region", c.region), slog.String("host", c.endpoint.Host))
}

// unresolved explains a host that does not resolve, most often because of a misspelled region.
func (c *Client) unresolved(err error) string {
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok || !dns.IsNotFound {
		return ""
	}
	host := c.endpoint.Hostname()
	switch {
	case dns.Name != "" && dns.Name != host: // a proxy's, say
		return ""
	case c.region != "" && strings.Contains(host, c.region):
		return "the host " + host + " of region " + c.region + " does not resolve; check the region"
	}
	return "the host " + host + " does not resolve; check the address"
}
