package emulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// TestFaultsOnTheWire checks how each service reports each fault.
func TestFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault  emulator.Fault
		want   refusals
		header map[string]string // by scheme: "Name: value"
	}{
		{emulator.Fault{Kind: emulator.Throttle, RetryAfter: 1500 * time.Millisecond}, refusals{
			"finspace": {"ThrottlingException", 429}, "proton": {"ThrottlingException", 400},
			"acs3": {"Throttling.User", 400}, "tc3": {"RequestLimitExceeded", 200},
		}, map[string]string{"finspace": "Retry-After: 2", "proton": "Retry-After: 2", "acs3": "X-Acs-Retry-After: 1500"}},
		{emulator.Fault{Kind: emulator.ServerError}, refusals{
			"finspace": {"InternalServerException", 500}, "proton": {"InternalServerException", 500},
			"acs3": {"InternalError", 500}, "tc3": {"InternalError", 200},
		}, nil},
		{emulator.Fault{Kind: emulator.Unavailable, RetryAfter: time.Second}, refusals{
			"finspace": {"ServiceUnavailableException", 503}, "proton": {"ServiceUnavailableException", 503},
			"acs3": {"ServiceUnavailable", 503}, "tc3": {"ServiceUnavailable", 200},
		}, map[string]string{"finspace": "Retry-After: 1"}},
		{emulator.Fault{Kind: emulator.ErrorIn200}, refusals{
			"finspace": {"InternalServerException", 200}, "proton": {"InternalServerException", 200},
			"acs3": {"998001", 200}, "tc3": {"InternalError", 200},
		}, nil},
		{emulator.Fault{Kind: emulator.ExpiredCredentials}, refusals{
			"finspace": {"ExpiredTokenException", 403}, "proton": {"ExpiredTokenException", 400},
			"acs3": {"InvalidSecurityToken.Expired", 400}, "tc3": {"AuthFailure.TokenFailure", 200},
		}, nil},
		{emulator.Fault{Kind: emulator.ClockSkew}, refusals{
			"finspace": {"InvalidSignatureException", 403}, "proton": {"InvalidSignatureException", 400},
			"acs3": {"InvalidTimeStamp.Expired", 400}, "tc3": {"AuthFailure.SignatureExpire", 200},
		}, nil},
		{emulator.Fault{Kind: emulator.Refuse, Code: "TeapotException", Message: "short and stout", Status: 418}, refusals{
			"finspace": {"TeapotException", 418}, "proton": {"TeapotException", 418},
			"acs3": {"TeapotException", 418}, "tc3": {"TeapotException", 418},
		}, nil},
	}
	for _, tt := range tests {
		for scheme, want := range tt.want {
			t.Run(string(tt.fault.Kind)+"/"+scheme, func(t *testing.T) {
				t.Parallel()
				emu := start(t)
				remove := emu.Inject(tt.fault)
				r := reads()[scheme].send(t, emu)
				assert.Equal(t, want.status, r.status, "%s", r.body)
				assert.Equal(t, want.code, r.code(scheme), "%s", r.body)
				if name, value, ok := strings.Cut(tt.header[scheme], ": "); ok {
					assert.Equal(t, value, r.header.Get(name))
				}
				requests := emu.Requests()
				require.Len(t, requests, 1)
				assert.Equal(t, tt.fault.Kind, requests[0].Fault)
				assert.Equal(t, want.code, requests[0].Code)
				remove()
				assert.Equal(t, http.StatusOK, reads()[scheme].send(t, emu).status)
			})
		}
	}
}

func TestBrokenResponses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind   emulator.FaultKind
		status int
		body   string
	}{
		{emulator.HTML, 502, "<html>"},
		{emulator.EmptyBody, 200, ""},
		{emulator.NullBody, 200, "null"},
		{emulator.EmptyObject, 200, "{}"},
	}
	for _, tt := range tests {
		for scheme, c := range reads() {
			t.Run(string(tt.kind)+"/"+scheme, func(t *testing.T) {
				t.Parallel()
				emu := start(t)
				emu.Inject(emulator.Fault{Kind: tt.kind})
				r := c.send(t, emu)
				assert.Equal(t, tt.status, r.status)
				assert.True(t, strings.HasPrefix(string(r.body), tt.body), "%s", r.body)
				if tt.kind != emulator.HTML {
					assert.Len(t, r.body, len(tt.body))
				}
			})
		}
	}
}

// TestBrokenConnections runs each test over a socket and in process.
func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, emu *emulator.Emulator){
		"reset": func(t *testing.T, emu *emulator.Emulator) {
			emu.Inject(emulator.Fault{Kind: emulator.Reset})
			resp, err := emu.Config().HTTPClient.Do(reads()["proton"].request(t, emu))
			if err == nil {
				_ = resp.Body.Close()
			}
			require.ErrorIs(t, err, io.EOF)
			assert.Equal(t, 0, emu.Requests()[0].Status)
		},
		"truncated": func(t *testing.T, emu *emulator.Emulator) {
			whole := reads()["finspace"].send(t, emu)
			emu.Inject(emulator.Fault{Kind: emulator.Truncate, AfterEffect: true})
			resp, err := emu.Config().HTTPClient.Do(reads()["finspace"].request(t, emu))
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.NoError(t, resp.Body.Close())
			assert.Equal(t, int64(len(whole.body)), resp.ContentLength)
			assert.Equal(t, whole.body[:len(whole.body)/2], body)
		},
		"oversize": func(t *testing.T, emu *emulator.Emulator) {
			emu.Inject(emulator.Fault{Kind: emulator.Oversize, AfterEffect: true})
			cfg := withoutRetries(emu)
			cfg.MaxResponseBytes = 1 << 20
			_, err := clientsOf(t, cfg).finspace.GetKxCluster(t.Context(),
				finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
			require.ErrorIs(t, err, cloud.ErrTransport)
			assert.ErrorContains(t, err, "larger than 1048576 bytes")
		},
	}
	for name, f := range tests {
		t.Run(name+"/loopback", func(t *testing.T) {
			t.Parallel()
			f(t, start(t))
		})
		t.Run(name+"/in process", func(t *testing.T) {
			t.Parallel()
			bubble(t, f)
		})
	}
}

// TestFaultsBeforeAndAfterEffect repeats a request with its idempotency token, to check whether the first was
// executed.
func TestFaultsBeforeAndAfterEffect(t *testing.T) {
	t.Parallel()
	kinds := []emulator.FaultKind{
		emulator.ServerError, emulator.Unavailable, emulator.Reset, emulator.Truncate, emulator.HTML, emulator.EmptyBody,
		emulator.NullBody, emulator.EmptyObject, emulator.ErrorIn200, emulator.Throttle,
	}
	for _, kind := range kinds {
		for _, after := range []bool{false, true} {
			name := string(kind) + " before"
			if after {
				name = string(kind) + " after"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				emu := start(t, emulator.WithStaleReads(0))
				emu.Inject(emulator.Fault{Operation: "CreateKxChangeset", Kind: kind, AfterEffect: after})
				c := clientsOf(t, withoutRetries(emu))
				count := func() int {
					out, err := c.finspace.ListKxChangesets(t.Context(), finspace.ListKxChangesetsRequest{
						EnvironmentID: environment, DatabaseName: database,
					})
					require.NoError(t, err)
					return len(out.KxChangesets)
				}
				// How the client handles the response is not tested here.
				_, _ = c.finspace.CreateKxChangeset(t.Context(), changeset("token-1"))
				want := 0
				if after {
					want = 1
				}
				assert.Equal(t, want, count())
				_, err := c.finspace.CreateKxChangeset(t.Context(), changeset("token-1"))
				require.NoError(t, err)
				assert.Equal(t, 1, count())
			})
		}
	}
}

func TestSkipAndTimes(t *testing.T) {
	t.Parallel()
	emu := start(t)
	emu.Inject(emulator.Fault{Service: "proton", Operation: "GetServiceInstance", Kind: emulator.Throttle, Skip: 2, Times: 2})
	emu.Inject(emulator.Fault{Service: "dlc", Kind: emulator.ServerError, Times: -1})
	var codes []string
	for range 6 {
		codes = append(codes, reads()["proton"].send(t, emu).code("proton"))
		assert.Equal(t, "InternalError", reads()["tc3"].send(t, emu).code("tc3"))
		assert.Empty(t, reads()["acs3"].send(t, emu).code("acs3"), "the faults are for other services")
	}
	assert.Equal(t, []string{"", "", "ThrottlingException", "ThrottlingException", "", ""}, codes)
}

func TestFaultsIgnoreUnverifiedRequests(t *testing.T) {
	t.Parallel()
	emu := start(t)
	emu.Inject(emulator.Fault{Kind: emulator.Throttle})
	c := reads()["proton"]
	c.key.AccessKeyID = "nobody"
	assert.Equal(t, "UnrecognizedClientException", c.send(t, emu).code("proton"))
	assert.Equal(t, "ThrottlingException", reads()["proton"].send(t, emu).code("proton"))
}

func TestLatency(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		bubble(t, func(t *testing.T, emu *emulator.Emulator) {
			emu.Inject(emulator.Fault{Operation: "UpdateServiceInstance", Kind: emulator.Latency, Delay: time.Minute, AfterEffect: after})
			c := clientsOf(t, withoutRetries(emu))
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			started := time.Now()
			_, err := c.proton.UpdateServiceInstance(ctx, instanceUpdate("4", ""))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, 10*time.Second, time.Since(started))

			time.Sleep(time.Hour)
			out, err := c.proton.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{Name: instance, ServiceName: serviceName})
			require.NoError(t, err)
			want := "3"
			if after {
				want = "4"
			}
			assert.Equal(t, want, out.ServiceInstance.TemplateMinorVersion)
		})
	}
}

func TestDelayedResponse(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		emu.Inject(emulator.Fault{Kind: emulator.Latency, Delay: 5 * time.Second})
		started := time.Now()
		assert.Equal(t, http.StatusOK, reads()["tc3"].send(t, emu).status)
		assert.Equal(t, 5*time.Second, time.Since(started))
	})
}

// TestClientsCorrectClockSkew checks that the clients set their clock by the Date of the refusal.
func TestClientsCorrectClockSkew(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{time.Hour, -time.Hour} {
		bubble(t, func(t *testing.T, emu *emulator.Emulator) {
			emu.Inject(emulator.Fault{Kind: emulator.ClockSkew, Delay: skew})
			c := clientsOf(t, withoutRetries(emu))
			for _, name := range []string{"GetKxCluster", "GetServiceInstance", "GetJob", "DescribeDataEngine"} {
				operations[name](t, c)
			}
			assert.Len(t, emu.Requests(), 8, "one refusal per service")
		})
	}
}

func TestClientsRetryFaults(t *testing.T) {
	t.Parallel()
	kinds := []emulator.FaultKind{
		emulator.Throttle, emulator.ServerError, emulator.Unavailable, emulator.Reset, emulator.Truncate, emulator.HTML,
	}
	reads := map[string]string{
		"finspace": "GetKxCluster", "proton": "GetServiceInstance", "flink": "GetJob", "dlc": "DescribeDataEngine",
	}
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				c := clientsOf(t, emu.Config())
				for service, name := range reads {
					emu.Inject(emulator.Fault{Service: service, Kind: kind, Times: 2})
					operations[name](t, c)
				}
				assert.Len(t, emu.Requests(), 12)
			})
		})
	}
}

func TestErrorIn200IsAnErrorToClients(t *testing.T) {
	t.Parallel()
	emu := start(t)
	emu.Inject(emulator.Fault{Kind: emulator.ErrorIn200, Times: -1})
	c := clientsOf(t, withoutRetries(emu))
	_, err := c.flink.GetJob(t.Context(), flink.GetJobRequest{JobID: job})
	var e *cloud.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, flink.CodeBackendUnavailable, e.Code)
	assert.Equal(t, http.StatusOK, e.StatusCode)
}

func TestCloseInterruptsCalls(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		emu.Inject(emulator.Fault{Kind: emulator.Latency, Delay: time.Hour})
		failed := make(chan error)
		go func() {
			_, err := clientsOf(t, withoutRetries(emu)).proton.GetServiceInstance(t.Context(),
				proton.GetServiceInstanceRequest{Name: instance, ServiceName: serviceName})
			failed <- err
		}()
		time.Sleep(time.Second)
		emu.Close()
		require.ErrorIs(t, <-failed, cloud.ErrTransport)
		emu.Close()

		_, err := clientsOf(t, withoutRetries(emu)).proton.GetServiceInstance(t.Context(),
			proton.GetServiceInstanceRequest{Name: instance, ServiceName: serviceName})
		require.ErrorIs(t, err, cloud.ErrTransport)
	})
}

func TestCloseOverLoopback(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	seed(emu)
	operations["GetJob"](t, clientsOf(t, withoutRetries(emu)))
	emu.Close()
	_, err = emu.Config().HTTPClient.Get(emu.URL())
	require.Error(t, err)
	require.False(t, errors.Is(err, context.Canceled))
}
