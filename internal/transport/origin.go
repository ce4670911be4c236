package transport

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Origin is where a change was begun, as its token says.
type Origin struct {
	Service string
	Region  string
	// Account is that of the credentials that began the change: the account number if the access key ID holds it,
	// as on AWS, otherwise the access key ID; empty for other temporary credentials.
	Account string
	// Site is the host of a Config.Endpoint that is not the vendor's, or the name of one of the vendor's sites, which
	// have separate accounts; empty for the main one.
	Site string
}

// Origin is that of changes that c begins now; zero for a client that was not made with New.
func (c *Client) Origin() Origin {
	if c == nil {
		return Origin{}
	}
	return Origin{Service: c.service.Name, Region: c.region, Account: c.account(), Site: c.site}
}

// siteOf returns the site that a client calls, for tokens. The vendor's own addresses are one site, regardless of
// network, IP version and FIPS; a gateway is a site of its own.
func siteOf(s *Service, endpoint *url.URL) string {
	host, name := strings.ToLower(endpoint.Host), strings.ToLower(endpoint.Hostname())
	for _, domain := range s.Domains {
		if strings.HasSuffix(name, "."+domain) {
			return s.Site
		}
	}
	return host
}

// CheckOrigin refuses the token of a change of another account or site. It is not sure while the client has no
// credentials, which may need more time to load than ctx allows.
func (c *Client) CheckOrigin(ctx context.Context, op *Operation, o Origin) (sure bool, err error) {
	switch {
	case c.foreignTokens:
		return true, nil
	case o.Site != c.site:
		return true, c.foreign(op, "is for "+siteName(o.Site)+", this client is for "+siteName(c.site))
	case o.Account == "":
		return true, nil
	}
	credentials, err := c.credentials.Credentials(ctx)
	if err != nil {
		return false, nil //nolint:nilerr // the call itself will report it
	}
	if account := c.accountOf(credentials); account != "" && account != o.Account {
		return true, c.foreign(op, fmt.Sprintf("is of account %.60q, the credentials of this client are of %q", o.Account, account))
	}
	return true, nil
}

func (c *Client) foreign(op *Operation, rule string) error {
	return &cloud.ValidationError{Service: c.service.Name, Operation: op.Name, Problems: []cloud.Problem{
		{Field: "token", Rule: rule + "; set Config.AllowForeignTokens to resume it anyway"},
	}}
}

func siteName(site string) string {
	if site == "" {
		return "the service's own site"
	}
	return fmt.Sprintf("site %.60q", site)
}

// account is the account of the cached credentials; empty without any, or if they do not show it.
func (c *Client) account() string {
	credentials, err := c.credentials.Credentials(AtOnce)
	if err != nil {
		return ""
	}
	return c.accountOf(credentials)
}

// AtOnce is a context for calls that must not wait: it has ended already.
var AtOnce = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *Client) accountOf(credentials cloud.Credentials) string {
	if c.service.Account != nil {
		if account := c.service.Account(credentials); account != "" {
			return account
		}
	}
	return keyAccount(credentials)
}

// keyAccount identifies the account if its number is not known: by the access key ID of a long-term key.
func keyAccount(c cloud.Credentials) string {
	if !c.SessionToken.IsZero() {
		return ""
	}
	return c.AccessKeyID
}
