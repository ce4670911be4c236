package tencent

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// metadataTimeout is for all requests of one ask. The service is on the same host, and answers in milliseconds.
const metadataTimeout = 2 * time.Second

// roleNames is what a name of a role may be. A page of a gateway, or of an error, is none.
var roleNames = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)

// cvm asks the metadata service for the keys of the instance's role. Where nobody answers, the machine is no CVM; that
// is an error if the role was asked for by name.
func (s *settings) cvm(ctx context.Context) (cloud.Credentials, error) {
	if s.noMetadata {
		return cloud.Credentials{}, cloud.NotConfigured("the metadata service is turned off")
	}
	base, err := origin("the address of the metadata service", s.metadata, anyHost)
	if err != nil {
		return cloud.Credentials{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, metadataTimeout)
	defer cancel()
	name, source := s.cvmRole, "the option"
	if name == "" {
		name, source = s.getenv("TENCENTCLOUD_CAM_ROLE_NAME"), "TENCENTCLOUD_CAM_ROLE_NAME"
	}
	asked := name != ""
	if asked && !roleNames.MatchString(name) {
		return cloud.Credentials{}, refuse("%s must name a role with letters, digits and +=,.@_-, not %.60q", source, name)
	}
	service := metadata{s.metadataTransit, base.JoinPath("latest/meta-data/cam/security-credentials/").String(), base.Host}
	if !asked {
		name, err = service.role(ctx)
	}
	if err != nil {
		return cloud.Credentials{}, err
	}
	return service.keys(ctx, name)
}

// metadata is the metadata service.
type metadata struct {
	transport http.RoundTripper
	address   string // of the names of roles
	host      string
}

// role asks for the name of the role.
func (m metadata) role(ctx context.Context) (string, error) {
	status, body, err := m.get(ctx, "")
	name := strings.TrimSpace(string(body))
	switch {
	case errors.As(err, new(unreached)):
		return "", cloud.NotConfigured("this is no CVM instance: %v", err)
	case err != nil:
		return "", err
	case status == http.StatusNotFound || status == http.StatusOK && name == "":
		return "", cloud.NotConfigured("the instance has no role")
	case status != http.StatusOK:
		return "", unusable("%s: HTTP status %d for the name of the role", m.host, status)
	case !roleNames.MatchString(name):
		return "", unusable("%s: what came is not the name of a role", m.host)
	}
	return name, nil
}

// keys asks for the keys of a role.
func (m metadata) keys(ctx context.Context, role string) (cloud.Credentials, error) {
	status, body, err := m.get(ctx, role)
	switch {
	case err != nil:
		return cloud.Credentials{}, err
	case status == http.StatusNotFound:
		return cloud.Credentials{}, refuse("the instance has no role %s", role)
	case status != http.StatusOK:
		return cloud.Credentials{}, unusable("%s: HTTP status %d for the keys of the role %s", m.host, status, role)
	}
	c, err := parseMetadata(body)
	if err != nil {
		return cloud.Credentials{}, unusable("%s: the keys of the role %s: %w", m.host, role, err)
	}
	c.Source = "CVM role " + role
	return c, nil
}

// parseMetadata reads the keys of a role.
func parseMetadata(body []byte) (cloud.Credentials, error) {
	o, err := parseObject(body)
	if err != nil {
		return cloud.Credentials{}, err
	}
	code, err := o.text("Code")
	switch {
	case err != nil:
		return cloud.Credentials{}, err
	case code != "Success":
		return cloud.Credentials{}, errors.New("the member Code is not Success")
	}
	return temporary(o, o)
}

// temporary returns keys, and when they expire, which is beside or above them.
func temporary(keys, above object) (cloud.Credentials, error) {
	texts, err := keys.need("TmpSecretId", "TmpSecretKey", "Token")
	if err != nil {
		return cloud.Credentials{}, err
	}
	c := credentials(texts["TmpSecretId"], texts["TmpSecretKey"], texts["Token"])
	if c.Expires, err = above.end(); err != nil {
		return cloud.Credentials{}, err
	}
	if !time.Now().Before(c.Expires) {
		return cloud.Credentials{}, fmt.Errorf("they expired at %s", c.Expires.Format(time.RFC3339))
	}
	return c, nil
}

// get reads one address below that of the roles.
func (m metadata) get(ctx context.Context, name string) (status int, body []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, m.address+name, http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	status, body, err = send(m.transport, r)
	if err != nil {
		return 0, nil, fmt.Errorf("%s: %w", m.host, err)
	}
	return status, body, nil
}
