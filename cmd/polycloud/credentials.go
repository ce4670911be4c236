package main

import (
	"cmp"
	"context"
	"log/slog"
	"net/netip"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	alibabachain "github.com/polycloud-sdk/polycloud-go/credentials/alibaba"
	awschain "github.com/polycloud-sdk/polycloud-go/credentials/aws"
	tencentchain "github.com/polycloud-sdk/polycloud-go/credentials/tencent"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// A vendor is a cloud, with credentials of its own.
type vendor string

const (
	aws     vendor = "aws"
	alibaba vendor = "alibaba"
	tencent vendor = "tencent"
)

var vendors = []string{string(aws), string(alibaba), string(tencent)}

// A chain finds credentials, and says where it looked.
type chain interface {
	cloud.CredentialsProvider
	Explain(ctx context.Context) cloud.CredentialsReport
}

func (p *program) chain(v vendor) chain {
	if p.emulated() {
		return emulatorChain(v)
	}
	switch v {
	case aws:
		var opts []awschain.Option
		if p.profile != "" {
			opts = append(opts, awschain.WithProfile(p.profile))
		}
		if p.region != "" {
			opts = append(opts, awschain.WithRegion(p.region))
		}
		return awschain.Chain(opts...)
	case alibaba:
		var opts []alibabachain.Option
		if p.profile != "" {
			opts = append(opts, alibabachain.WithProfile(p.profile))
		}
		return alibabachain.Chain(opts...)
	}
	var opts []tencentchain.Option
	if p.profile != "" {
		opts = append(opts, tencentchain.WithProfile(p.profile))
	}
	return tencentchain.Chain(opts...)
}

// emulatorChain is for an emulator: keys of the environment, or the public ones. It reads no profile, whose keys are not
// for plain HTTP.
func emulatorChain(v vendor) chain {
	environment := map[vendor]cloud.CredentialsProvider{
		aws: cloud.AWSEnvironment(), alibaba: cloud.AlibabaEnvironment(), tencent: cloud.TencentEnvironment(),
	}
	return cloud.NewCredentialsChain(
		cloud.CredentialsSource{Name: "environment", Provider: environment[v]},
		cloud.CredentialsSource{Name: "emulator", Provider: cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, "")},
	)
}

// emulated reports whether the endpoint is plain HTTP on this machine, which no real service is.
func (p *program) emulated() bool {
	u, err := url.Parse(p.endpoint)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

// config returns the configuration of a client.
func (p *program) config(v vendor, region string) cloud.Config {
	cfg := cloud.Config{
		Region: cmp.Or(p.region, region), Environment: p.getenv, Credentials: p.chain(v), Endpoint: p.endpoint, UserAgent: "polycloud-cli",
	}
	if p.verbose {
		cfg.Logger = slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if p.host.config != nil {
		cfg = p.host.config(cfg)
	}
	return cfg
}

// getenv reads the environment as the flags change it.
func (p *program) getenv(name string) string {
	value := os.Getenv(name)
	switch name {
	case "AWS_PROFILE", "ALIBABA_CLOUD_PROFILE", "TCCLI_PROFILE":
		return cmp.Or(p.profile, value)
	case "AWS_REGION", "ALIBABA_CLOUD_REGION_ID", "TENCENTCLOUD_REGION":
		if p.emulated() {
			return cmp.Or(value, emulator.DefaultRegion)
		}
	}
	return value
}

func (p *program) credentialsCommand() *cobra.Command {
	parent := &cobra.Command{Use: "credentials", Short: "Where credentials come from"}
	parent.AddCommand(&cobra.Command{
		Use:   "explain [aws|alibaba|tencent]",
		Short: "Look for credentials as a call does, and say what became of each place",
		Long: `explain looks for credentials where a call does, and says of each place whether
it was used, is not set up, or failed. It shows no secret. With --profile it looks
at that profile alone.`,
		Example:   "  polycloud credentials explain aws --profile prod",
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: vendors,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = vendors
			}
			return p.explain(cmd.Context(), args)
		},
	})
	return parent
}

// sourceReport is a cloud.SourceReport in JSON.
type sourceReport struct {
	Cloud       string `json:"cloud"`
	Source      string `json:"source"`
	Tried       bool   `json:"tried"`
	Used        bool   `json:"used"`
	AccessKeyID string `json:"accessKeyId,omitzero"`
	Error       string `json:"error,omitzero"`
}

// explain shows what became of each source. The error is that of a cloud without credentials, if only that was asked for.
func (p *program) explain(ctx context.Context, names []string) error {
	var all []sourceReport
	missing := ""
	for _, name := range names {
		report := p.chain(vendor(name)).Explain(ctx)
		if report.Used() == "" {
			missing = name
		}
		for _, s := range report {
			one := sourceReport{Cloud: name, Source: s.Source, Tried: s.Tried, Used: s.Tried && s.Err == nil, AccessKeyID: s.AccessKeyID}
			if s.Err != nil {
				one.Error = s.Err.Error()
			}
			all = append(all, one)
		}
		if !p.json() {
			_, _ = p.stdout.Write([]byte(name + "\n" + report.String() + "\n"))
		}
	}
	if p.json() {
		if err := p.write(all); err != nil {
			return err
		}
	}
	if missing != "" && len(names) == 1 {
		return &cloud.Error{Service: missing, Kind: cloud.ErrUnauthenticated, Message: "no credentials in any source"}
	}
	return nil
}
