package flows_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

// eachKx runs test for every flow of FinSpace, in virtual time, with an emulator of its own.
func eachKx(t *testing.T, test func(t *testing.T, f flow, emu *emulator.Emulator), opts ...emulator.Option) {
	for _, f := range finspaceFlows {
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, f, func(emu *emulator.Emulator) { test(t, f, emu) }, opts...)
			})
		})
	}
}

// startPatiently calls Start as often as its error says that this can help.
func startPatiently(t *testing.T, ch cloud.AnyChange) error {
	t.Helper()
	for range 100 {
		err := ch.Start(t.Context())
		start, ok := errors.AsType[*cloud.StartError](err)
		if !ok || start.Status == cloud.NotBegun || start.Next == 0 {
			return err
		}
		time.Sleep(start.Next)
	}
	return errors.New("Start never finds out")
}

// effects counts the requests that started something: the service recognizes a client token for ten minutes.
func effects(emu *emulator.Emulator, operation string) (n int) {
	seen := map[string]time.Time{}
	for _, r := range emu.Requests() {
		at, known := seen[r.Token]
		if r.Operation != operation || r.Status != 200 || known && r.Token != "" && r.At.Sub(at) < 10*time.Minute {
			continue
		}
		seen[r.Token] = r.At
		n++
	}
	return n
}

// goesLive waits for the change, which must have begun once.
func goesLive(t *testing.T, f flow, emu *emulator.Emulator, ch cloud.AnyChange) {
	t.Helper()
	value, err := ch.WaitAny(t.Context())
	require.NoError(t, err)
	f.live(t, value)
	assert.Equal(t, 1, effects(emu, f.start))
}

// nodeDeletion has no client token, and nothing shows that a node is leaving. Its start is uncertain while the node is
// listed.
const nodeDeletion = "DeleteKxClusterNode"

// TestKxLostBeforeTheEffect is a request that never arrives, however often it is sent.
func TestKxLostBeforeTheEffect(t *testing.T) {
	t.Parallel()
	eachKx(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		repair := emu.Inject(emulator.Fault{Operation: f.start, Kind: emulator.Reset, Times: -1})
		ch, err := f.prepare(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		first := ch.Token()
		err = ch.Start(t.Context())
		require.ErrorIs(t, err, cloud.ErrUncertain)
		began, want := time.Now(), cloud.ErrNotBegun
		if f.start == nodeDeletion {
			want = cloud.ErrUncertain
		}
		require.ErrorIs(t, ch.Start(t.Context()), want)
		assert.Greater(t, time.Since(began), 2*time.Minute)
		repair()
		if f.start == nodeDeletion {
			return
		}

		again, err := f.resume(newClients(t, emu), first)
		require.NoError(t, err)
		require.ErrorIs(t, again.Start(t.Context()), cloud.ErrNotBegun, "another process finds the same")
		require.NoError(t, ch.Renew(t.Context()))
		assert.NotEqual(t, first, ch.Token())
		require.NoError(t, ch.Start(t.Context()))
		goesLive(t, f, emu, ch)
	})
}

// TestKxLostAfterTheEffect is a request that arrives once, and whose response and repetitions are lost.
func TestKxLostAfterTheEffect(t *testing.T) {
	t.Parallel()
	eachKx(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		emu.Inject(emulator.Fault{Operation: f.start, Kind: emulator.Reset, AfterEffect: true})
		emu.Inject(emulator.Fault{Operation: f.start, Kind: emulator.Reset, Times: -1})
		ch, err := f.prepare(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		require.ErrorIs(t, ch.Start(t.Context()), cloud.ErrUncertain)
		if f.start == nodeDeletion {
			require.ErrorIs(t, startPatiently(t, ch), cloud.ErrUncertain)
			time.Sleep(changeTime)
		}
		require.NoError(t, startPatiently(t, ch))
		value, err := ch.WaitAny(t.Context())
		require.NoError(t, err)
		f.live(t, value)
	})
}

// TestKxResumedStarts is a process that saved the token of a prepared change and died before or after it sent the
// request. Another one takes over, while the service remembers the client token, afterward, and when all is over.
func TestKxResumedStarts(t *testing.T) {
	t.Parallel()
	for _, stale := range []time.Duration{0, time.Minute} {
		for _, later := range []time.Duration{2 * time.Minute, 12 * time.Minute, time.Hour} {
			for _, sent := range []bool{false, true} {
				t.Run(fmt.Sprintf("stale %s, sent %t, after %s", stale, sent, later), func(t *testing.T) {
					t.Parallel()
					eachKx(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
						ch, err := f.prepare(t.Context(), newClients(t, emu))
						require.NoError(t, err)
						token := ch.Token()
						if sent {
							require.NoError(t, ch.Start(t.Context()))
						}
						time.Sleep(later)
						testResumedStart(t, f, emu, token, sent, later)
					}, emulator.WithStaleReads(stale))
				})
			}
		}
	}
}

func testResumedStart(t *testing.T, f flow, emu *emulator.Emulator, token string, sent bool, later time.Duration) {
	again, err := f.resume(newClients(t, emu), token)
	require.NoError(t, err)
	info, err := cloud.PeekToken(token)
	require.NoError(t, err)
	assert.Equal(t, f.start != "CreateKxEnvironment", info.Resource != "")
	err = startPatiently(t, again)
	if f.start == nodeDeletion && (!sent || later < changeTime) {
		require.ErrorIs(t, err, cloud.ErrUncertain)
		return
	}
	if !sent && later > 10*time.Minute {
		require.ErrorIs(t, err, cloud.ErrNotBegun)
		require.NoError(t, again.Renew(t.Context()))
		err = again.Start(t.Context())
	}
	require.NoError(t, err)
	goesLive(t, f, emu, again)
}

// TestKxFailedMeanwhile is a change that failed before a process finds out that it has begun.
func TestKxFailedMeanwhile(t *testing.T) {
	t.Parallel()
	eachKx(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		if len(f.ends) == 0 {
			return // it cannot fail
		}
		outcome := f.ends[0].outcome
		outcome.Service, outcome.Operation = f.service, f.start
		emu.Script(outcome)
		ch, err := f.prepare(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		token := ch.Token()
		require.NoError(t, ch.Start(t.Context()))
		time.Sleep(time.Hour)
		again, err := f.resume(newClients(t, emu), token)
		require.NoError(t, err)
		require.NoError(t, again.Start(t.Context()))
		_, err = again.WaitAny(t.Context())
		require.ErrorIs(t, err, cloud.ErrFailed)
		require.ErrorContains(t, err, f.ends[0].reason)
		assert.Equal(t, 1, count(emu, f.start))
	})
}

// TestKxEqualChange is a change that another caller made meanwhile as it was asked for.
func TestKxEqualChange(t *testing.T) {
	t.Parallel()
	eachKx(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		ch, err := f.prepare(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		time.Sleep(time.Minute)
		theirs, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		_, err = theirs.WaitAny(t.Context())
		require.NoError(t, err)
		again, err := f.resume(newClients(t, emu), ch.Token())
		require.NoError(t, err)
		require.NoError(t, again.Start(t.Context()))
		goesLive(t, f, emu, again)
	})
}

// A kxRival is a change that another caller makes while it is not known whether ours has begun.
type kxRival struct {
	name string
	flow string
	make func(context.Context, *finspace.Client) error
	want error
}

var kxRivals = []kxRival{
	{"other code", "UpdateKxClusterCodeConfiguration", func(ctx context.Context, c *finspace.Client) error {
		_, err := c.UpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "theirs.zip"},
		})
		return err
	}, cloud.ErrUncertain},
	{"the code with another script", "UpdateKxClusterCodeConfiguration", func(ctx context.Context, c *finspace.Client) error {
		_, err := c.UpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"}, InitializationScript: "theirs.q",
		})
		return err
	}, nil}, // ours asks for no script
	{"another changeset", "UpdateKxClusterDatabases", func(ctx context.Context, c *finspace.Client) error {
		_, err := c.UpdateKxClusterDatabases(ctx, finspace.UpdateKxClusterDatabasesRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Databases: []finspace.KxDatabaseConfiguration{{DatabaseName: "trades", ChangesetID: "theirs"}},
		})
		return err
	}, cloud.ErrUncertain},
	{"another database", "UpdateKxClusterDatabases", func(ctx context.Context, c *finspace.Client) error {
		_, err := c.UpdateKxClusterDatabases(ctx, finspace.UpdateKxClusterDatabasesRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Databases: []finspace.KxDatabaseConfiguration{{DatabaseName: "quotes", ChangesetID: "theirs"}},
		})
		return err
	}, cloud.ErrUncertain},
	{"the code of the cluster", "DeleteKxCluster", func(ctx context.Context, c *finspace.Client) error {
		_, err := c.UpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "theirs.zip"},
		})
		return err
	}, cloud.ErrUncertain},
	{"a smaller volume", "UpdateKxVolume", func(ctx context.Context, c *finspace.Client) error {
		_, err := c.UpdateKxVolume(ctx, finspace.UpdateKxVolumeRequest{
			EnvironmentID: "kxenv", VolumeName: "cache", NAS1Configuration: &finspace.KxNAS1Configuration{Size: 4800},
		})
		return err
	}, cloud.ErrUncertain},
	{"another type of cluster", "CreateKxCluster", func(ctx context.Context, c *finspace.Client) error {
		_, err := c.CreateKxCluster(ctx, finspace.CreateKxClusterRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", ClusterType: finspace.KxClusterTypeGP, ReleaseLabel: "1.0", AZMode: finspace.KxAZModeSingle,
		})
		return err
	}, cloud.ErrUncertain},
	{"another environment", "CreateKxEnvironment", func(ctx context.Context, c *finspace.Client) error {
		_, err := c.CreateKxEnvironment(ctx, finspace.CreateKxEnvironmentRequest{Name: "theirs", KMSKeyID: "arn:aws:kms:us-east-1:123456789012:key/k"})
		return err
	}, cloud.ErrNotBegun},
	{"a changeset of other files", "CreateKxChangeset", func(ctx context.Context, c *finspace.Client) error {
		_, err := c.CreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
			EnvironmentID: "kxenv", DatabaseName: "trades", ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypeDelete, DBPath: "/theirs/"}},
		})
		return err
	}, cloud.ErrNotBegun},
}

// TestKxRivals is that what another caller did counts only where it is what was asked for, and that nothing is started
// where the service does not show whether this change came before it.
func TestKxRivals(t *testing.T) {
	t.Parallel()
	for _, rival := range kxRivals {
		for _, later := range []time.Duration{9 * time.Minute, time.Hour} {
			t.Run(fmt.Sprint(rival.name, " after ", later), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f := finspaceFlow(rival.flow)
					run(t, f, func(emu *emulator.Emulator) {
						ch, err := f.prepare(t.Context(), newClients(t, emu))
						require.NoError(t, err)
						time.Sleep(time.Minute)
						require.NoError(t, rival.make(t.Context(), newClients(t, emu).finspace))
						time.Sleep(later)
						again, err := f.resume(newClients(t, emu), ch.Token())
						require.NoError(t, err)
						sent := len(emu.Requests())
						require.ErrorIs(t, startPatiently(t, again), rival.want)
						for _, r := range emu.Requests()[sent:] {
							assert.Equal(t, "GET", r.Method)
						}
					})
				})
			})
		}
	}
}

func finspaceFlow(start string) flow {
	for _, f := range finspaceFlows {
		if f.start == start {
			return f
		}
	}
	return flow{}
}

// TestKxRefusedRepetition is a start that is repeated while the service remembers the client token, and refused because of
// what another caller does.
func TestKxRefusedRepetition(t *testing.T) {
	t.Parallel()
	kxBubble(t, seedCluster, func(t *testing.T, emu *emulator.Emulator, c *finspace.Client) {
		f := finspaceFlow("UpdateKxClusterCodeConfiguration")
		ch, err := f.prepare(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		require.NoError(t, kxRivals[0].make(t.Context(), c))
		time.Sleep(3 * time.Minute)
		again, err := f.resume(newClients(t, emu), ch.Token())
		require.NoError(t, err)
		err = again.Start(t.Context())
		require.ErrorIs(t, err, cloud.ErrUncertain)
		require.ErrorContains(t, err, "the state is UPDATING; whether this change is the cause shows when it is done")
		require.ErrorIs(t, startPatiently(t, again), cloud.ErrUncertain, "it may have come before theirs")
	})
}

// TestKxTwins is two equal things that were made at a time when ours may have been.
func TestKxTwins(t *testing.T) {
	t.Parallel()
	for _, start := range []string{"CreateKxChangeset", "CreateKxEnvironment"} {
		t.Run(start, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := finspaceFlow(start)
				run(t, f, func(emu *emulator.Emulator) {
					ch, err := f.prepare(t.Context(), newClients(t, emu))
					require.NoError(t, err)
					for range 2 {
						_, err := f.begin(t.Context(), newClients(t, emu))
						require.NoError(t, err)
					}
					time.Sleep(time.Hour)
					again, err := f.resume(newClients(t, emu), ch.Token())
					require.NoError(t, err)
					status, err := again.Began(t.Context())
					require.NoError(t, err)
					assert.Equal(t, cloud.Uncertain, status)
					require.ErrorIs(t, again.Start(t.Context()), cloud.ErrUncertain)
					assert.Equal(t, 2, count(emu, start))

					late, err := f.prepare(t.Context(), newClients(t, emu))
					require.NoError(t, err)
					time.Sleep(time.Hour)
					_, err = f.begin(t.Context(), newClients(t, emu))
					require.NoError(t, err)
					late, err = f.resume(newClients(t, emu), late.Token())
					require.NoError(t, err)
					require.ErrorIs(t, late.Start(t.Context()), cloud.ErrNotBegun, "no request takes so long")
				})
			})
		})
	}
}

// TestKxRepeatedTokens is a reconciler that begins an update again with the client token of its own, because it lost what
// the first call returned.
func TestKxRepeatedTokens(t *testing.T) {
	t.Parallel()
	for _, start := range []string{
		"UpdateKxClusterCodeConfiguration", "UpdateKxClusterDatabases", "UpdateKxDataview", "UpdateKxVolume", "UpdateKxEnvironmentNetwork", "CreateKxVolume",
	} {
		for _, later := range []time.Duration{time.Second, 20 * time.Second, time.Minute, 5 * time.Minute} {
			t.Run(fmt.Sprint(start, " after ", later), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f := finspaceFlow(start)
					run(t, f, func(emu *emulator.Emulator) {
						_, err := beginWithToken(t.Context(), newClients(t, emu).finspace, start)
						require.NoError(t, err)
						time.Sleep(later)
						again, err := beginWithToken(t.Context(), newClients(t, emu).finspace, start)
						require.NoError(t, err)
						began := time.Now()
						goesLive(t, f, emu, again)
						assert.Less(t, time.Since(began), 4*time.Minute)
					}, emulator.WithChangeTime(30*time.Second))
				})
			})
		}
	}
}

// beginWithToken begins what the flow of an operation does, with a client token of its own.
func beginWithToken(ctx context.Context, c *finspace.Client, start string) (cloud.AnyChange, error) {
	const token = "release-7"
	switch start {
	case "UpdateKxClusterCodeConfiguration":
		return anyChange(c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"}, ClientToken: token,
		}))
	case "UpdateKxClusterDatabases":
		return anyChange(c.BeginUpdateKxClusterDatabases(ctx, finspace.UpdateKxClusterDatabasesRequest{
			EnvironmentID: "kxenv", ClusterName: "hdb", Databases: []finspace.KxDatabaseConfiguration{{DatabaseName: "trades", ChangesetID: "new"}}, ClientToken: token,
		}))
	case "UpdateKxDataview":
		return anyChange(c.BeginUpdateKxDataview(ctx, finspace.UpdateKxDataviewRequest{
			EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "recent", ChangesetID: "new", ClientToken: token,
		}))
	case "UpdateKxVolume":
		return anyChange(c.BeginUpdateKxVolume(ctx, finspace.UpdateKxVolumeRequest{
			EnvironmentID: "kxenv", VolumeName: "cache", NAS1Configuration: &finspace.KxNAS1Configuration{Size: 2400}, ClientToken: token,
		}))
	case "UpdateKxEnvironmentNetwork":
		return anyChange(c.BeginUpdateKxEnvironmentNetwork(ctx, finspace.UpdateKxEnvironmentNetworkRequest{
			EnvironmentID:               "kxenv",
			TransitGatewayConfiguration: &finspace.TransitGatewayConfiguration{TransitGatewayID: "tgw-1", RoutableCIDRSpace: "100.64.0.0/26"},
			CustomDNSConfiguration:      []finspace.CustomDNSServer{{CustomDNSServerName: "dns.example.com", CustomDNSServerIP: "10.0.0.2"}},
			ClientToken:                 token,
		}))
	}
	r := newKxVolume
	r.ClientToken = token
	return anyChange(c.BeginCreateKxVolume(ctx, r))
}

func anyChange[T any](ch *cloud.Change[T], err error) (cloud.AnyChange, error) { return ch, err }

// TestKxRepeatedFailures is a change that is begun again with its client token when it has failed, or when another one has
// replaced it. The service starts nothing, and the wait ends.
func TestKxRepeatedFailures(t *testing.T) {
	t.Parallel()
	const start = "UpdateKxClusterCodeConfiguration"
	for _, tt := range []struct {
		name   string
		fails  bool
		reason string
	}{
		{"failed", true, "init.q: 'type"},
		{"replaced", false, "the client token was used before, and the change that it started then has ended"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			kxBubble(t, seedCluster, func(t *testing.T, emu *emulator.Emulator, c *finspace.Client) {
				emu.Script(emulator.Ending{Operation: start, Fail: tt.fails, Reason: tt.reason})
				_, err := beginWithToken(t.Context(), c, start)
				require.NoError(t, err)
				time.Sleep(time.Minute)
				if !tt.fails {
					require.NoError(t, kxRivals[0].make(t.Context(), c))
					time.Sleep(time.Minute)
				}
				again, err := beginWithToken(t.Context(), c, start)
				require.NoError(t, err)
				token := again.Token()
				began := time.Now()
				_, err = again.WaitAny(t.Context())
				require.ErrorIs(t, err, cloud.ErrFailed)
				require.ErrorContains(t, err, tt.reason)
				assert.Less(t, time.Since(began), 10*time.Minute)
				resumed, err := c.Resume(token)
				require.NoError(t, err)
				_, err = resumed.WaitAny(t.Context())
				require.ErrorContains(t, err, tt.reason)
			}, emulator.WithChangeTime(30*time.Second))
		})
	}
}

// TestKxSameCodeAgain is an update to the code that the cluster runs already, with a client token of the caller's own. It
// is none that repeats another, although reads show nothing of it for a while.
func TestKxSameCodeAgain(t *testing.T) {
	t.Parallel()
	seed := func(emu *emulator.Emulator) {
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
			ClusterName: "hdb", Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"}, LastModifiedTimestamp: time.Now(),
		})
	}
	kxBubble(t, seed, func(t *testing.T, _ *emulator.Emulator, c *finspace.Client) {
		ch, err := beginWithToken(t.Context(), c, "UpdateKxClusterCodeConfiguration")
		require.NoError(t, err)
		began := time.Now()
		_, err = ch.WaitAny(t.Context())
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(began), changeTime)
	}, emulator.WithStaleReads(90*time.Second))
}

// TestKxForgottenToken is a client token that is used again when the service has forgotten it: it carries the update out
// again, and the wait is for that one.
func TestKxForgottenToken(t *testing.T) {
	t.Parallel()
	kxBubble(t, seedCluster, func(t *testing.T, _ *emulator.Emulator, c *finspace.Client) {
		const start = "UpdateKxClusterCodeConfiguration"
		_, err := beginWithToken(t.Context(), c, start)
		require.NoError(t, err)
		time.Sleep(11 * time.Minute)
		again, err := beginWithToken(t.Context(), c, start)
		require.NoError(t, err)
		p, err := again.PollAny(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "UPDATING", p.State)
		began := time.Now()
		_, err = again.WaitAny(t.Context())
		require.NoError(t, err)
		assert.GreaterOrEqual(t, time.Since(began), 29*time.Second)
	}, emulator.WithChangeTime(30*time.Second), emulator.WithStaleReads(0))
}

// TestUndoneCode brings back code with its script and arguments.
func TestUndoneCode(t *testing.T) {
	t.Parallel()
	seed := func(emu *emulator.Emulator) {
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
			ClusterName: "hdb", Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip", S3ObjectVersion: "7"},
			InitializationScript: "old.q", CommandLineArguments: []finspace.KxCommandLineArgument{{Key: "password", Value: "hunter2"}},
		})
	}
	for _, strategy := range []finspace.KxClusterCodeDeploymentStrategy{"", finspace.KxClusterCodeDeploymentStrategyForce, finspace.KxClusterCodeDeploymentStrategyNoRestart} {
		t.Run("with strategy "+string(strategy), func(t *testing.T) {
			t.Parallel()
			kxBubble(t, seed, func(t *testing.T, emu *emulator.Emulator, c *finspace.Client) {
				before, err := c.GetKxCluster(t.Context(), kxCluster)
				require.NoError(t, err)
				r := finspace.UpdateKxClusterCodeConfigurationRequest{
					EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
				}
				fields := []string{"code.s3Key"}
				if strategy != "" {
					r.DeploymentConfiguration = &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: strategy}
				}
				if strategy != finspace.KxClusterCodeDeploymentStrategyNoRestart {
					r.InitializationScript, r.CommandLineArguments = "new.q", []finspace.KxCommandLineArgument{{Key: "password", Value: "hunter3"}}
					fields = append(fields, "commandLineArguments", "initializationScript")
				}
				ch, err := c.BeginUpdateKxClusterCodeConfiguration(t.Context(), r)
				require.NoError(t, err)
				for i, d := range ch.Diff() {
					assert.Equal(t, fields[i], d.Field)
					assert.NotContains(t, d.Before+d.After, "hunter")
				}
				assert.Len(t, ch.Diff(), len(fields))
				_, err = ch.Wait(t.Context())
				require.NoError(t, err)
				back, err := ch.Undo(t.Context())
				require.NoError(t, err)
				assert.Len(t, back.Diff(), len(fields)+1, "and the version, which the change left open")
				require.NoError(t, back.Start(t.Context()))
				_, err = back.WaitAny(t.Context())
				require.NoError(t, err)
				now, err := c.GetKxCluster(t.Context(), kxCluster)
				require.NoError(t, err)
				assert.Equal(t, []any{before.Code, before.InitializationScript, before.CommandLineArguments},
					[]any{now.Code, now.InitializationScript, now.CommandLineArguments})
			})
		})
	}
}

// TestUndoneSegments takes away the segments of a dataview that had none, and leaves what the update left.
func TestUndoneSegments(t *testing.T) {
	t.Parallel()
	kxBubble(t, seedKxDataview, func(t *testing.T, emu *emulator.Emulator, c *finspace.Client) {
		emu.FinSpace.AddKxVolume("kxenv", finspace.GetKxVolumeResponse{VolumeName: "cache"})
		ch, err := c.BeginUpdateKxDataview(t.Context(), finspace.UpdateKxDataviewRequest{
			EnvironmentID: "kxenv", DatabaseName: "trades", DataviewName: "recent",
			SegmentConfigurations: []finspace.KxDataviewSegmentConfiguration{{DBPaths: []string{"/2026.11.21/"}, VolumeName: "cache"}},
		})
		require.NoError(t, err)
		dataview, err := ch.Wait(t.Context())
		require.NoError(t, err)
		assert.Len(t, dataview.SegmentConfigurations, 1)
		again, err := c.Resume(ch.Token())
		require.NoError(t, err)
		back, err := again.Undo(t.Context())
		require.NoError(t, err)
		require.NoError(t, back.Start(t.Context()))
		value, err := back.WaitAny(t.Context())
		require.NoError(t, err)
		assert.Empty(t, value.(*finspace.GetKxDataviewResponse).SegmentConfigurations)
		assert.Equal(t, "old", value.(*finspace.GetKxDataviewResponse).ChangesetID)
	})
}

// TestUndoOfAReplacedResource is a creation whose resource another caller has replaced, which Undo must not delete.
func TestUndoOfAReplacedResource(t *testing.T) {
	t.Parallel()
	kxBubble(t, seedKxEnvironment, func(t *testing.T, emu *emulator.Emulator, c *finspace.Client) {
		ch, err := c.BeginCreateKxVolume(t.Context(), newKxVolume)
		require.NoError(t, err)
		_, err = ch.Wait(t.Context())
		require.NoError(t, err)
		emu.FinSpace.AddKxVolume("kxenv", finspace.GetKxVolumeResponse{VolumeName: "cache", CreatedTimestamp: time.Now()})
		_, err = ch.Undo(t.Context())
		require.ErrorIs(t, err, cloud.ErrSuperseded)
		assert.ErrorContains(t, err, "another of the same name was created at")
	})
}
