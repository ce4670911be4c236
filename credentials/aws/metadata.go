package aws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// metadataTimeout limits a request for instance metadata, with its token and retries. Off AWS nothing answers.
const metadataTimeout = 2 * time.Second

// rolesPath lists the role of the instance.
const rolesPath = "/iam/security-credentials/"

// metadata is the instance metadata service, with a limit of time.
type metadata struct {
	client *imds.Client
	off    bool
}

// use makes the client, which needs the configuration that is loaded with metadata as one of its options.
func (m *metadata) use(cfg awssdk.Config) { m.client = imds.NewFromConfig(cfg) }

// GetMetadata is the request that the SDK's source makes.
func (m *metadata) GetMetadata(
	ctx context.Context, in *imds.GetMetadataInput, opts ...func(*imds.Options),
) (*imds.GetMetadataOutput, error) {
	if err := m.disabled(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, metadataTimeout)
	defer cancel()
	out, err := m.client.GetMetadata(ctx, in, opts...)
	if err != nil && in.Path == rolesPath {
		return nil, noRole(err)
	}
	return out, err
}

// region returns the region of the instance.
func (m *metadata) region(ctx context.Context) (string, error) {
	if err := m.disabled(); err != nil {
		return "", err
	}
	bounded, cancel := context.WithTimeout(ctx, metadataTimeout)
	defer cancel()
	out, err := m.client.GetRegion(bounded, nil)
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", noRole(err)
	}
	return out.Region, nil
}

// absentError says why there is no instance metadata here.
type absentError struct{ reason string }

func (e *absentError) Error() string { return e.reason }

func (m *metadata) disabled() error {
	switch {
	case m.off:
		return &absentError{"WithoutMetadata leaves it out"}
	case strings.EqualFold(os.Getenv("AWS_EC2_METADATA_DISABLED"), "true"):
		return &absentError{"AWS_EC2_METADATA_DISABLED is true"}
	}
	return nil
}

// noRole tells an instance without a role, and a host that is no instance, from a service that fails.
func noRole(err error) error {
	response, ok := errors.AsType[*smithyhttp.ResponseError](err)
	switch {
	case !ok:
		return &absentError{fmt.Sprintf("no service answered within %s", metadataTimeout)}
	case response.HTTPStatusCode() == http.StatusNotFound:
		return &absentError{"the instance has no role"}
	case response.HTTPStatusCode() < http.StatusInternalServerError:
		return &absentError{fmt.Sprintf("the service refused with status %d", response.HTTPStatusCode())}
	}
	return err
}
