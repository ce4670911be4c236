package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Provider gets credentials by the AWS SDK. It is safe for concurrent use.
type Provider struct {
	options options
	fixed   *awssdk.Config // of FromConfig; nil if the configuration is loaded at each ask
}

var _ cloud.CredentialsProvider = (*Provider)(nil)

// Chain returns the provider of AWS's chain of sources. It reads nothing before it is asked.
func Chain(opts ...Option) *Provider {
	p := &Provider{}
	for _, opt := range opts {
		opt(&p.options)
	}
	return p
}

// FromConfig returns the provider of the credentials that cfg has. The SDK's cache in it is used and left alone, so keys
// change when the SDK renews them.
func FromConfig(cfg awssdk.Config) *Provider {
	return &Provider{fixed: &cfg}
}

// Credentials returns the credentials of the first source that is set up. Their Source names it. If none is, the error
// is cloud.ErrUnauthenticated and says of each source why.
func (p *Provider) Credentials(ctx context.Context) (cloud.Credentials, error) {
	chain, s := p.chain(ctx)
	found, err := chain.Credentials(ctx)
	if s.nothing {
		err = fmt.Errorf("%w; run `aws sso login` or `aws login`, set AWS_PROFILE, or give the program a role", err)
	}
	return found, err
}

// Explain asks as Credentials does and reports what became of each source. The report holds no secret.
func (p *Provider) Explain(ctx context.Context) cloud.CredentialsReport {
	chain, _ := p.chain(ctx)
	return chain.Explain(ctx)
}

// Region returns the region of the configuration: of WithRegion, AWS_REGION, AWS_DEFAULT_REGION or the profile, or else
// of the EC2 instance that the program runs on.
func (p *Provider) Region(ctx context.Context) (string, error) {
	if p.fixed != nil {
		if p.fixed.Region == "" {
			return "", errors.New("the aws.Config has no region")
		}
		return p.fixed.Region, nil
	}
	s, err := p.load(ctx)
	switch {
	case err != nil:
		return "", err
	case s.config.Region != "":
		return s.config.Region, nil
	}
	region, err := s.metadata.region(ctx)
	if err != nil {
		return "", fmt.Errorf("no region: set AWS_REGION, or a region in the %s of %s (%s: %w)",
			s.profileName(), s.files, instanceMetadata, err)
	}
	return region, nil
}

// chain returns the sources as they are now.
func (p *Provider) chain(ctx context.Context) (*cloud.CredentialsChain, *setup) {
	if p.fixed != nil {
		s := &setup{config: *p.fixed, selected: ownConfig}
		return cloud.NewCredentialsChain(s.source(ownConfig, nil)), s
	}
	s, err := p.load(ctx)
	if err != nil {
		return cloud.NewCredentialsChain(cloud.CredentialsSource{Name: "AWS configuration", Provider: failing(err)}), &setup{}
	}
	return cloud.NewCredentialsChain(s.sources()...), s
}

// failing is a source with this error.
func failing(err error) cloud.CredentialsProvider {
	return cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) { return cloud.Credentials{}, err })
}

// load reads the variables and files.
func (p *Provider) load(ctx context.Context) (*setup, error) { //nolint:contextcheck // only for a caller without a context
	if ctx == nil {
		ctx = context.Background()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := &setup{options: p.options, metadata: &metadata{off: p.options.withoutMetadata}}
	opts := p.options.forSDK(s.metadata)
	s.files = filesOf(opts)
	cfg, err := config.LoadDefaultConfig(ctx, opts...)
	if err != nil {
		return nil, s.explainLoad(err)
	}
	s.use(cfg)
	return s, nil
}

// filesOf returns the files that the SDK reads profiles from.
func filesOf(opts []func(*config.LoadOptions) error) profileFiles {
	var o config.LoadOptions
	for _, opt := range opts {
		if opt(&o) != nil {
			return profileFiles{}
		}
	}
	env, _ := config.NewEnvConfig() // a variable that it refuses fails the load too
	first := func(choices ...[]string) []string {
		i := slices.IndexFunc(choices, func(c []string) bool { return len(c) > 0 && c[0] != "" })
		return choices[i]
	}
	return append(
		slices.Clone(first(o.SharedConfigFiles, []string{env.SharedConfigFile}, []string{config.DefaultSharedConfigFilename()})),
		first(o.SharedCredentialsFiles, []string{env.SharedCredentialsFile}, []string{config.DefaultSharedCredentialsFilename()})...,
	)
}
