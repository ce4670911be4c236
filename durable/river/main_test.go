package river_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/durable/river"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/postgrestest"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// server is the one that all tests but the long one share, each with a database of its own.
var server struct {
	sync.Once
	*postgrestest.Server
	err error
}

func TestMain(m *testing.M) {
	if text := os.Getenv(workerVariable); text != "" {
		if err := work(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if server.Server != nil {
		server.Stop()
	}
	os.Exit(code)
}

// newDatabase returns the address of an empty database.
func newDatabase(t testing.TB) string {
	t.Helper()
	server.Do(func() { server.Server, server.err = postgrestest.Start("fsync=off") })
	postgrestest.Need(t, server.err)
	pool := connect(t, server.URL("postgres"))
	name := "test_" + strings.ToLower(strings.NewReplacer("/", "_", " ", "_").Replace(t.Name()))
	_, err := pool.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	return server.URL(name)
}

func connect(t testing.TB, address string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), address)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// migrated returns a connection to a database with all tables.
func migrated(t testing.TB) *pgxpool.Pool {
	t.Helper()
	pool := connect(t, newDatabase(t))
	for range 2 {
		require.NoError(t, river.Migrate(t.Context(), river.Config{Pool: pool}), "also if they are there")
	}
	return pool
}

const (
	environment = "kx7example"
	workspace   = "edcef1fe-76a5-4a5c-8f9f-5ea3a2dd3b10"
	namespace   = "default"
	deployment  = "58718c99-3b29-4c5e-93bb-c9fc4ec60002"
)

// services are the clients of all four services.
type services struct {
	finspace *finspace.Client
	proton   *proton.Client
	flink    *flink.Client
	dlc      *dlc.Client
}

func newServices(cfg cloud.Config) (s services, err error) {
	if s.finspace, err = finspace.New(cfg); err != nil {
		return s, err
	}
	if s.proton, err = proton.New(cfg); err != nil {
		return s, err
	}
	if s.flink, err = flink.New(cfg, flink.WithWorkspace(workspace), flink.WithNamespace(namespace)); err != nil {
		return s, err
	}
	s.dlc, err = dlc.New(cfg)
	return s, err
}

func (s services) resumers() []cloud.Resumer {
	return []cloud.Resumer{s.finspace, s.proton, s.flink, s.dlc}
}

// seed adds what n changes of each service need.
func seed(emu *emulator.Emulator, n int) {
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old"})
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
	emu.Flink.AddDeployment(workspace, namespace, flink.Deployment{DeploymentID: deployment, Name: "orders"})
	emu.Flink.AddJob(workspace, namespace, flink.Job{DeploymentID: deployment})
	for i := range n {
		emu.FinSpace.AddKxDatabase(environment, finspace.GetKxDatabaseResponse{DatabaseName: fmt.Sprintf("trades-%d", i)})
		emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: fmt.Sprintf("shop-%d", i), Spec: "old"})
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{
			DataEngineID: fmt.Sprintf("DataEngine-%d", i), DataEngineName: fmt.Sprintf("etl-%d", i), ImageVersionID: "old",
		})
	}
}

// kinds are the changes that the tests make, by service.
var kinds = []struct {
	service string
	prepare func(ctx context.Context, s services, i int) (cloud.AnyChange, error)
}{
	{"finspace", func(ctx context.Context, s services, i int) (cloud.AnyChange, error) {
		return s.finspace.PrepareCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
			EnvironmentID: environment, DatabaseName: fmt.Sprintf("trades-%d", i),
			ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypePut, S3Path: "s3://releases/2026/", DBPath: "/2026/"}},
		})
	}},
	{"proton", func(ctx context.Context, s services, i int) (cloud.AnyChange, error) {
		return s.proton.PrepareUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
			ServiceName: "shop", Name: fmt.Sprintf("shop-%d", i), DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
			Spec: secretSpec,
		})
	}},
	{"flink", func(ctx context.Context, s services, i int) (cloud.AnyChange, error) {
		return s.flink.PrepareCreateSavepoint(ctx, flink.CreateSavepointRequest{
			DeploymentID: deployment, Description: new(fmt.Sprintf("savepoint-%d", i)),
		})
	}},
	{"dlc", func(ctx context.Context, s services, i int) (cloud.AnyChange, error) {
		return s.dlc.PrepareSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
			DataEngineID: fmt.Sprintf("DataEngine-%d", i), NewImageVersionID: "new",
		})
	}},
}

// secretSpec is in the request of a change, and must be nowhere but in its token.
const secretSpec = "password: correct-horse-battery-staple"

// quick shortens the times of a client for an emulator that responds at once and whose changes are quick.
func quick(cfg cloud.Config) cloud.Config {
	cfg.Timeout = 2 * time.Second
	cfg.StartWithin, cfg.StartConfirmAfter = 4*time.Second, 2*time.Second
	cfg.WaitEvery, cfg.WaitConfirmAfter = 500*time.Millisecond, time.Second
	cfg.RequestRate = -1
	return cfg
}
