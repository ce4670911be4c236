package flows_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// roundTrip is a service of a test's own.
type roundTrip func(*http.Request) (status int, code, body string)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	status, code, body := f(r)
	h := http.Header{"Content-Type": {"application/json"}, "Date": {time.Now().UTC().Format(http.TimeFormat)}}
	if code != "" {
		h.Set("X-Amzn-Errortype", code)
	}
	return &http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: h, Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// vendor is how one service responds to a simple read, and how it refuses a key.
type vendor struct {
	name string
	read func(ctx context.Context, cfg cloud.Config) error
	good string
	// refuse is an error of that code.
	refuse func(code string) (status int, header, body string)
	codes  []string // of refused keys
}

var vendors = []vendor{
	{
		"finspace", func(ctx context.Context, cfg cloud.Config) error {
			c, err := finspace.New(cfg)
			if err != nil {
				return err
			}
			_, err = c.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: "kx7", ClusterName: "hdb"})
			return err
		}, `{"clusterName":"hdb","status":"RUNNING"}`,
		func(code string) (int, string, string) { return 403, code, `{"message":"no"}` },
		[]string{"UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "ExpiredTokenException"},
	},
	{
		"proton", func(ctx context.Context, cfg cloud.Config) error {
			c, err := proton.New(cfg)
			if err != nil {
				return err
			}
			_, err = c.GetEnvironment(ctx, proton.GetEnvironmentRequest{Name: "e"})
			return err
		}, `{"environment":{"name":"e","deploymentStatus":"SUCCEEDED"}}`,
		func(code string) (int, string, string) { return 400, "", `{"__type":"` + code + `","message":"no"}` },
		[]string{"UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException"},
	},
	{
		"flink", func(ctx context.Context, cfg cloud.Config) error {
			c, err := flink.New(cfg, flink.WithWorkspace("w"), flink.WithNamespace("n"))
			if err != nil {
				return err
			}
			_, err = c.GetJob(ctx, flink.GetJobRequest{JobID: "j"})
			return err
		}, `{"success":true,"requestId":"r","data":{"jobId":"j"}}`,
		func(code string) (int, string, string) {
			return 404, "", `{"Code":"` + code + `","Message":"no","RequestId":"r"}`
		},
		[]string{"InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.Inactive", "SignatureDoesNotMatch", "InvalidSecurityToken.Expired"},
	},
	{
		"dlc", func(ctx context.Context, cfg cloud.Config) error {
			c, err := dlc.New(cfg)
			if err != nil {
				return err
			}
			_, err = c.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: "e"})
			return err
		}, `{"Response":{"RequestId":"r","DataEngine":{"DataEngineName":"e","DataEngineId":"D-1","State":2}}}`,
		func(code string) (int, string, string) {
			return 200, "", `{"Response":{"RequestId":"r","Error":{"Code":"` + code + `","Message":"no"}}}`
		},
		[]string{"AuthFailure.SecretIdNotFound", "AuthFailure.InvalidSecretId", "AuthFailure.SignatureFailure", "AuthFailure.TokenFailure"},
	},
}

// TestRefusedKeysHeal is a key that is replaced while a program runs, on every service and for every code that
// refuses it.
func TestRefusedKeysHeal(t *testing.T) {
	t.Parallel()
	for _, v := range vendors {
		for _, code := range v.codes {
			t.Run(v.name+" "+code, func(t *testing.T) {
				t.Parallel()
				sent, asked, key, good := 0, 0, "OLDKEY", "OLDKEY"
				cfg := cloud.Config{Region: "us-east-1", RequestRate: -1}
				cfg.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (int, string, string) {
					sent++
					if strings.Contains(r.Header.Get("Authorization"), good) {
						return 200, "", v.good
					}
					return v.refuse(code)
				})}
				cfg.Credentials = cloud.CacheCredentials(cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
					asked++
					return cloud.Credentials{AccessKeyID: key, SecretAccessKey: cloud.NewSecret("secret")}, nil
				}))
				require.NoError(t, v.read(t.Context(), cfg))
				key, good = "NEWKEY", "NEWKEY"
				require.NoError(t, v.read(t.Context(), cfg), "the client found the new key by itself")
				assert.Equal(t, 2, asked)
				assert.Equal(t, 3, sent)

				good = "ANOTHER"
				err := v.read(t.Context(), cfg)
				require.ErrorIs(t, err, cloud.ErrUnauthenticated)
				require.ErrorIs(t, err, cloud.Code(code), "the provider has no other: the service's words")
				assert.Equal(t, 3, asked)
				assert.Equal(t, 4, sent, "and nothing is sent twice")
			})
		}
	}
}

// TestKeysThatCannotSign checks that no service is sent anything with them.
func TestKeysThatCannotSign(t *testing.T) {
	t.Parallel()
	for _, v := range vendors {
		for _, provider := range []cloud.CredentialsProvider{
			cloud.StaticCredentials("AKIDEXAMPLE ", "secret", ""),
			cloud.StaticCredentials("AKIDEXAMPLE", "\tsecret", ""),
			cloud.StaticCredentials("AKIDEXAMPLE", "secret\n", ""),
			cloud.StaticCredentials("AKIDEXAMPLE", "secret", "token\r\n"),
			cloud.StaticCredentials("STS.NUexample", "secret", ""),
			cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) { return cloud.Credentials{}, nil }),
			cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
				return cloud.Credentials{AccessKeyID: "AKIDEXAMPLE"}, nil
			}),
		} {
			sent := 0
			cfg := cloud.Config{Region: "us-east-1", Credentials: provider}
			cfg.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (int, string, string) { sent++; return 200, "", v.good })}
			kind := cloud.ErrUnauthenticated
			if _, asked := provider.(cloud.CredentialsFunc); !asked {
				kind = cloud.ErrInvalid // New refuses them
			}
			require.ErrorIs(t, v.read(t.Context(), cfg), kind)
			assert.Zero(t, sent)
		}
	}
}

// TestAProviderThatIgnoresItsContextOnEveryService checks that a call ends with its own context.
func TestAProviderThatIgnoresItsContextOnEveryService(t *testing.T) {
	t.Parallel()
	for _, v := range vendors {
		synctest.Test(t, func(t *testing.T) {
			cfg := cloud.Config{Region: "us-east-1"}
			cfg.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (int, string, string) { return 200, "", v.good })}
			cfg.Credentials = cloud.CacheCredentials(cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
				time.Sleep(3 * time.Second)
				return cloud.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: cloud.NewSecret("secret")}, nil
			}))
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			began := time.Now()
			err := v.read(ctx, cfg)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, 300*time.Millisecond, time.Since(began))
			require.NoError(t, v.read(t.Context(), cfg))
			assert.Equal(t, 3*time.Second, time.Since(began), "the refresh that was under way is not begun again")
		})
	}
}

// TestTokensOfOtherSites holds which addresses of a service are one site, and that AWS's keys tell the account.
func TestTokensOfOtherSites(t *testing.T) {
	t.Parallel()
	config := func(endpoint, key string) cloud.Config {
		return cloud.Config{
			Region: "us-east-1", Endpoint: endpoint, Credentials: cloud.StaticCredentials(key, "secret", ""),
			HTTPClient: &http.Client{Transport: roundTrip(func(*http.Request) (int, string, string) {
				return 200, "", `{"changesetId":"cs-1","Response":{"RequestId":"r","TaskId":"t-1"}}`
			})},
		}
	}
	ofDLC := func(endpoint string, opts ...dlc.Option) *dlc.Client {
		c, err := dlc.New(config(endpoint, "AKIDEXAMPLE"), opts...)
		require.NoError(t, err)
		return c
	}
	task, err := ofDLC("").BeginCreateTask(t.Context(), dlc.CreateTaskRequest{DatabaseName: new("db"), Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: "c2VsZWN0IDE="}}})
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		client *dlc.Client
		ok     bool
	}{
		"internal":                 {ofDLC("", dlc.WithInternalEndpoint()), true},
		"regional":                 {ofDLC("", dlc.WithRegionalEndpoint()), true},
		"by address":               {ofDLC("https://dlc.ap-guangzhou.tencentcloudapi.com"), true},
		"international":            {ofDLC("", dlc.WithSite(dlc.International)), false},
		"international by address": {ofDLC("https://dlc.intl.tencentcloudapi.com"), false},
		"a gateway":                {ofDLC("https://gateway.example.com"), false},
	} {
		_, err := tt.client.ResumeCreateTask(task.Token())
		assert.Equal(t, tt.ok, err == nil, "%s: %v", name, err)
	}

	ofAWS := func(endpoint, key string, opts ...finspace.Option) *finspace.Client {
		c, err := finspace.New(config(endpoint, key), opts...)
		require.NoError(t, err)
		return c
	}
	changeset, err := ofAWS("", "AKIAQNZGKIQY56JQ7WML").BeginCreateKxChangeset(t.Context(), finspace.CreateKxChangesetRequest{
		EnvironmentID: "kx7", DatabaseName: "trades", ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypeDelete, DBPath: "/a"}},
	})
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		client *finspace.Client
		ok     bool
	}{
		"another key of the account": {ofAWS("", "AKIAQNZGKIQYZZZZZZZZ"), true},
		"FIPS and dual stack":        {ofAWS("", "AKIAQNZGKIQY56JQ7WML", finspace.WithFIPS(), finspace.WithDualStack()), true},
		"a private link":             {ofAWS("https://vpce-1.finspace.us-east-1.vpce.amazonaws.com", "AKIAQNZGKIQY56JQ7WML"), true},
		"another account":            {ofAWS("", "AKIAY34FZKBOKMUTVV7A"), false},
		"a gateway":                  {ofAWS("https://gateway.example.com", "AKIAQNZGKIQY56JQ7WML"), false},
	} {
		_, err := tt.client.ResumeCreateKxChangeset(changeset.Token())
		assert.Equal(t, tt.ok, err == nil, "%s: %v", name, err)
	}
	assert.NotContains(t, changeset.Token(), "secret")
}

// TestResponsesInLogsHideTheirSecrets is what a wait for a real type puts into logs of JSON.
func TestResponsesInLogsHideTheirSecrets(t *testing.T) {
	t.Parallel()
	cfg := cloud.Config{Region: "us-east-1", Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", "")}
	cfg.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (int, string, string) {
		return 200, "", `{"serviceInstance":{"name":"i","serviceName":"s","deploymentStatus":"FAILED","spec":"password: hunter2"}}`
	})}
	c, err := proton.New(cfg)
	require.NoError(t, err)
	w := c.UntilServiceInstanceDeployed(proton.GetServiceInstanceRequest{Name: "i", ServiceName: "s"})
	p, failure := w.Poll(t.Context())
	require.Error(t, failure)
	require.NotNil(t, p.Value)
	results, fleet := cloud.WaitAll(t.Context(), w)
	var b strings.Builder
	for _, v := range []any{p, results, results[0], failure, []error{failure}, *failure.(*cloud.WaitError), fleet, w} {
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v)
		fmt.Fprintf(&b, "%v %+v %#v %s %q %x", v, v, v, v, v, v)
	}
	assert.Contains(t, b.String(), "[redacted]")
	assert.NotContains(t, b.String(), "hunter2")
	assert.NotContains(t, b.String(), fmt.Sprintf("%x", "hunter2"))
}
