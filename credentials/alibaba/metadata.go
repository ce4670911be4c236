package alibaba

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

const (
	metadataTimeout = 2 * time.Second // for all requests together
	tokenTimeout    = time.Second     // of them for the token, because networks may drop the request for it
	tokenLifetime   = "60"            // seconds; the token serves the next two requests alone
	metadataRoles   = "/latest/meta-data/ram/security-credentials/"
)

// environmentMetadata asks the metadata service, unless that is turned off.
func (s *settings) environmentMetadata(ctx context.Context) (cloud.Credentials, error) {
	if by := s.metadataOff(); by != "" {
		return cloud.Credentials{}, cloud.NotConfigured("it is turned off by %s", by)
	}
	role := s.getenv("ALIBABA_CLOUD_ECS_METADATA")
	return s.metadata(ctx, role, role != "")
}

// metadataOff returns what turns the service off, "" if nothing does.
func (s *settings) metadataOff() string {
	const variable = "ALIBABA_CLOUD_ECS_METADATA_DISABLED"
	switch {
	case s.withoutMetadata:
		return "WithoutMetadata"
	case s.enabled(variable):
		return variable
	}
	return ""
}

// profileMetadata is for profiles, which have to name a role that is there.
func (s *settings) profileMetadata(ctx context.Context, role string) (cloud.Credentials, error) {
	if by := s.metadataOff(); by != "" {
		return cloud.Credentials{}, unauthenticated("the metadata service of ECS is turned off by %s", by)
	}
	return s.metadata(ctx, role, true)
}

// metadata returns the credentials of the instance's role. If it was asked for, it has to be there; otherwise a machine without
// it is one that is not set up. An empty role is the one that the instance has.
func (s *settings) metadata(ctx context.Context, role string, asked bool) (cloud.Credentials, error) {
	if role != "" && !roleNameForm.MatchString(role) {
		return cloud.Credentials{}, invalid(
			"the name of the ECS RAM role is not 1 to 64 of A-Z, a-z, 0-9 and .-_, it has %d bytes", len(role))
	}
	bounded, cancel := context.WithTimeoutCause(ctx, metadataTimeout, errMetadataSlow)
	defer cancel()
	m := metadataService{settings: s, asked: asked}
	c, err := m.credentials(bounded, role)
	if err != nil {
		return cloud.Credentials{}, within("metadata service of ECS", err)
	}
	return c, nil
}

var errMetadataSlow = errors.New("it takes longer than " + metadataTimeout.String())

// absent is a failure if the role was asked for.
func absent(asked bool, reason string) error {
	if asked {
		return unauthenticated("%s", reason)
	}
	return cloud.NotConfigured("%s", reason)
}

// metadataService is one conversation with the service.
type metadataService struct {
	*settings
	asked bool
	met   bool // it has responded
	token string
}

var (
	roleNameForm      = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	metadataTokenForm = regexp.MustCompile(`^[!-~]+$`)
)

func (m *metadataService) credentials(ctx context.Context, role string) (cloud.Credentials, error) {
	if err := m.takeToken(ctx); err != nil {
		return cloud.Credentials{}, err
	}
	if role == "" {
		var err error
		if role, err = m.roleName(ctx); err != nil {
			return cloud.Credentials{}, err
		}
	}
	got, err := m.get(ctx, metadataRoles+role)
	switch {
	case err != nil:
		return cloud.Credentials{}, err
	case got.status == http.StatusNotFound:
		return cloud.Credentials{}, unauthenticated("the instance does not have the RAM role that is named")
	case got.status != http.StatusOK:
		return cloud.Credentials{}, foreign("HTTP status %d for the credentials of the role", got.status)
	}
	var k temporaryKeys
	if err := decode(got.body, &k); err != nil {
		return cloud.Credentials{}, err
	}
	if err := k.succeeded(); err != nil {
		return cloud.Credentials{}, err
	}
	return k.credentials()
}

// succeeded refuses an error in the form of a success.
func (k *temporaryKeys) succeeded() error {
	switch {
	case k.Code == nil:
		return foreign("it has no Code")
	case *k.Code != "Success":
		return foreign("its Code is not Success")
	}
	return nil
}

// takeToken asks for the token of version 2. Without one, version 1 is used where it is allowed.
func (m *metadataService) takeToken(ctx context.Context) error {
	got, err := m.send(m.request(ctx, http.MethodPut, "/latest/api/token"), direct, tokenTimeout)
	required := m.enabled("ALIBABA_CLOUD_IMDSV1_DISABLED")
	if err == nil {
		m.met = true
		return m.keepToken(got, required)
	}
	switch {
	case ctx.Err() != nil || !errors.Is(err, errNoResponse):
		return err
	case required:
		return absent(m.asked, nobody+err.Error())
	}
	return nil // version 1 may still respond
}

func (m *metadataService) keepToken(got response, required bool) error {
	token := strings.TrimSpace(string(got.body))
	switch {
	case got.status == http.StatusOK && metadataTokenForm.MatchString(token):
		m.token = token
	case got.status == http.StatusOK:
		return foreign("it is not a token")
	case required:
		return foreign("HTTP status %d for a token, and ALIBABA_CLOUD_IMDSV1_DISABLED forbids to do without", got.status)
	}
	return nil
}

func (m *metadataService) roleName(ctx context.Context) (string, error) {
	got, err := m.get(ctx, metadataRoles)
	switch {
	case err != nil:
		return "", err
	case got.status == http.StatusNotFound:
		return "", absent(m.asked, "the instance has no RAM role")
	case got.status != http.StatusOK:
		return "", foreign("HTTP status %d for the name of the role", got.status)
	}
	role := strings.TrimSpace(string(got.body))
	if !roleNameForm.MatchString(role) {
		return "", foreign("it is not the name of a role")
	}
	return role, nil
}

const nobody = "no metadata service of ECS responds: "

// get returns a NotConfigured if there is no metadata service and none was asked for.
func (m *metadataService) get(ctx context.Context, path string) (response, error) {
	got, err := m.send(m.request(ctx, http.MethodGet, path), direct, metadataTimeout)
	interrupted := ctx.Err() != nil && !errors.Is(context.Cause(ctx), errMetadataSlow)
	if errors.Is(err, errNoResponse) && !m.met && !interrupted {
		return response{}, absent(m.asked, nobody+err.Error())
	}
	m.met = m.met || err == nil
	return got, err
}

func (m *metadataService) request(ctx context.Context, method, path string) *http.Request {
	r, err := http.NewRequestWithContext(ctx, method, m.metadataEndpoint+path, nil)
	if err != nil { // the endpoint cannot be parsed; sending it says so
		r = (&http.Request{Method: method, URL: &url.URL{}, Header: http.Header{}}).WithContext(ctx)
	}
	if m.token != "" {
		r.Header.Set("X-Aliyun-Ecs-Metadata-Token", m.token)
	}
	if method == http.MethodPut {
		r.Header.Set("X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds", tokenLifetime)
	}
	return r
}
