package transport

import (
	"context"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// siteOf is what tokens say about where a client sends its calls. The vendor's own addresses are one site, be it
// by another network, another protocol version or another module for cryptography; a gateway is one of its own.
func siteOf(s *Service, endpoint *url.URL) string {
	host, name := strings.ToLower(endpoint.Host), strings.ToLower(endpoint.Hostname())
	for _, domain := range s.Domains {
		if strings.HasSuffix(name, "."+domain) {
			return s.Site
		}
	}
	return host
}

// CheckOrigin refuses the token of a change that another account or site has. It is sure when the client's
// credentials need not be asked again: what they are may not be known before ctx allows for waiting.
func (c *Client) CheckOrigin(ctx context.Context, op *Operation, t cloud.Token) (sure bool, err error) {
	switch {
	case c.foreignTokens:
		return true, nil
	case t.Site != c.site:
		return true, c.foreign(op, "is for "+siteName(t.Site)+", this client is for "+siteName(c.site))
	case t.Account == "":
		return true, nil
	}
	credentials, err := c.credentials.Credentials(ctx)
	if err != nil {
		return false, nil // the call itself will say so
	}
	if account := c.service.Account(credentials); account != "" && account != t.Account {
		return true, c.foreign(op, fmt.Sprintf("is of account %.60q, the credentials of this client are of %q", t.Account, account))
	}
	return true, nil
}

func (c *Client) foreign(op *Operation, rule string) error {
	return &cloud.ValidationError{Service: c.service.Name, Operation: op.Name, Problems: []cloud.Problem{
		{Field: "token", Rule: rule + "; set Config.AllowForeignTokens to resume it all the same"},
	}}
}

func siteName(site string) string {
	if site == "" {
		return "the service's own site"
	}
	return fmt.Sprintf("site %.60q", site)
}

// account is the account of the credentials at hand; empty when there are none, or they do not tell.
func (c *Client) account() string {
	credentials, err := c.credentials.Credentials(AtOnce)
	if err != nil {
		return ""
	}
	return c.service.Account(credentials)
}

// AtOnce is for what must not wait: it has ended already.
var AtOnce = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// keyAccount stands for the account where a key does not name it: by the key, if it is a lasting one.
func keyAccount(c cloud.Credentials) string {
	if !c.SessionToken.IsZero() {
		return ""
	}
	return c.AccessKeyID
}

// awsAccount is the account number of AWS credentials, or what stands for it.
func awsAccount(c cloud.Credentials) string {
	if number := awsAccountNumber(c.AccessKeyID); number != "" {
		return number
	}
	return keyAccount(c)
}

// awsAccountNumber reads the 12 digits that an access key ID holds: after a prefix of four letters there are 80
// bits in base32, of which the first is set in all IDs made since 2019 and the next 40 are the number.
func awsAccountNumber(accessKeyID string) string {
	if len(accessKeyID) != 20 || !strings.HasPrefix(accessKeyID, "AKIA") && !strings.HasPrefix(accessKeyID, "ASIA") {
		return ""
	}
	var bits [10]byte
	if _, err := base32.StdEncoding.Decode(bits[:], []byte(accessKeyID[4:])); err != nil {
		return ""
	}
	head := binary.BigEndian.Uint64(bits[:8])
	const isSet, most = 1 << 63, 999_999_999_999
	number := head << 1 >> 24
	if head&isSet == 0 || number > most {
		return ""
	}
	return fmt.Sprintf("%012d", number)
}
