package aws

import (
	"net/http"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
)

// requestTimeout limits one request for credentials. The SDK has no limit of its own.
const requestTimeout = 10 * time.Second

// Option changes where Chain looks.
type Option func(*options)

type options struct {
	profile, region string
	transport       http.RoundTripper
	withoutMetadata bool
	sessionRefresh  bool
	more            []func(*config.LoadOptions) error
}

// WithProfile uses this profile. It overrides the keys and roles of the environment, which AWS_PROFILE does not.
func WithProfile(name string) Option { return func(o *options) { o.profile = name } }

// WithRegion sets the region, also that of the requests for credentials to STS.
func WithRegion(name string) Option { return func(o *options) { o.region = name } }

// WithTransport sends the requests for credentials through rt, those to instance metadata and containers included. The
// SDK refuses it beside AWS_CA_BUNDLE and the ca_bundle of a profile; rt has its own roots.
func WithTransport(rt http.RoundTripper) Option { return func(o *options) { o.transport = rt } }

// WithoutMetadata leaves out the instance metadata of EC2, as AWS_EC2_METADATA_DISABLED=true does.
func WithoutMetadata() Option { return func(o *options) { o.withoutMetadata = true } }

// WithSessionRefresh lets the SDK refresh expired sessions of SSO and `aws login`, as the AWS CLI does. It then writes
// them to the cache that it shares with the CLI, in ~/.aws/sso/cache and ~/.aws/login/cache.
func WithSessionRefresh() Option { return func(o *options) { o.sessionRefresh = true } }

// WithConfigOptions passes options to the SDK's config.LoadDefaultConfig, after those of this package.
func WithConfigOptions(opts ...func(*config.LoadOptions) error) Option {
	return func(o *options) { o.more = append(o.more, opts...) }
}

// forSDK returns the options for the SDK.
func (o *options) forSDK(m *metadata) []func(*config.LoadOptions) error {
	var client awssdk.HTTPClient = awshttp.NewBuildableClient().WithTimeout(requestTimeout) // which AWS_CA_BUNDLE needs
	if o.transport != nil {
		client = &http.Client{Transport: o.transport, Timeout: requestTimeout}
	}
	opts := []func(*config.LoadOptions) error{
		config.WithLogger(logging.Nop{}),
		config.WithHTTPClient(client),
		config.WithEndpointCredentialOptions(func(e *endpointcreds.Options) { e.HTTPClient = client }),
		config.WithEC2RoleCredentialOptions(func(e *ec2rolecreds.Options) { e.Client = m }),
		config.WithAPIOptions([]func(*middleware.Stack) error{sessions{o.sessionRefresh}.addTo}),
	}
	if o.profile != "" {
		opts = append(opts, config.WithSharedConfigProfile(o.profile))
	}
	if o.region != "" {
		opts = append(opts, config.WithRegion(o.region))
	}
	return append(opts, o.more...)
}
