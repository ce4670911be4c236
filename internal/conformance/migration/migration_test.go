package migration

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/tea"
	awsfinspace "github.com/aws/aws-sdk-go-v2/service/finspace"
	awsproton "github.com/aws/aws-sdk-go-v2/service/proton"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

const page = "../../../docs/from-the-vendors-sdk.md"

// start starts an emulator whose changes take no time, and returns where it is.
func start(t *testing.T, opts ...emulator.Option) (*emulator.Emulator, clients.Target) {
	t.Helper()
	emu, err := emulator.Start(append([]emulator.Option{emulator.WithTest(t), emulator.WithChangeTime(0), emulator.WithStaleReads(0)}, opts...)...)
	require.NoError(t, err)
	return emu, clients.Target{URL: emu.URL(), AccessKeyID: emulator.AccessKeyID, Secret: emulator.SecretAccessKey}
}

func TestFinSpace(t *testing.T) {
	t.Parallel()
	emu, target := start(t, emulator.WithStaleReads(time.Hour)) // reads show the state before the change
	for _, name := range []string{"hdb-1", "hdb-2"} {
		emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: name, ClusterType: finspace.KxClusterTypeHDB})
	}
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "rdb", ClusterType: finspace.KxClusterTypeRDB})
	theirs := clients.OfficialFinspace(target)
	ours, err := clients.Finspace(target)
	require.NoError(t, err)

	before, err := clustersBefore(t.Context(), theirs, "kx7example")
	require.NoError(t, err)
	after, err := clustersAfter(t.Context(), ours, "kx7example")
	require.NoError(t, err)
	assert.Equal(t, []string{"hdb-1", "hdb-2"}, before)
	assert.Equal(t, before, after)

	err = updateBefore(t.Context(), theirs, "kx7example", "gone", "2.zip", time.Millisecond)
	assert.Equal(t, "no such cluster", explainBefore(err))
	err = updateAfter(t.Context(), ours, "kx7example", "gone", "2.zip")
	assert.Equal(t, "no such cluster", explainAfter(err))

	emu.Script(emulator.Ending{Operation: "UpdateKxClusterCodeConfiguration", Fail: true, Reason: "init.q failed"})
	require.NoError(t, updateBefore(t.Context(), theirs, "kx7example", "hdb-1", "2.zip", time.Millisecond),
		"the loop takes the state before the change for its end, as the page says")
}

func TestFinSpaceUpdate(t *testing.T) {
	t.Parallel()
	emu, target := start(t)
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-1"})
	cfg := clients.Config(target, clients.AWSRegion)
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	ours, err := finspace.New(cfg)
	require.NoError(t, err)
	require.NoError(t, updateAfter(t.Context(), ours, "kx7example", "hdb-1", "2.zip"))
	emu.Script(emulator.Ending{Operation: "UpdateKxClusterCodeConfiguration", Fail: true, Reason: "init.q failed"})
	require.ErrorContains(t, updateAfter(t.Context(), ours, "kx7example", "hdb-1", "3.zip"), "init.q failed")
}

func TestProton(t *testing.T) {
	t.Parallel()
	emu, target := start(t)
	for _, name := range []string{"prod", "staging"} {
		emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: name})
	}
	theirs := clients.OfficialProton(target)
	cfg := clients.Config(target, clients.AWSRegion)
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	ours, err := proton.New(cfg)
	require.NoError(t, err)

	before, err := instancesBefore(t.Context(), theirs, "shop")
	require.NoError(t, err)
	after, err := instancesAfter(t.Context(), ours, "shop")
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"prod", "staging"}, before)
	assert.Equal(t, before, after)

	require.NoError(t, deployBefore(t.Context(), theirs, "shop", "prod", "proton: ServiceSpec", time.Minute))
	require.NoError(t, deployAfter(t.Context(), ours, "shop", "prod", "proton: ServiceSpec"))
	for range 2 {
		emu.Script(emulator.Ending{Operation: "UpdateServiceInstance", Fail: true, Reason: "no free addresses"})
	}
	err = deployBefore(t.Context(), theirs, "shop", "prod", "proton: ServiceSpec", time.Minute)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "no free addresses", "their error lacks the reason, as the page says")
	require.ErrorContains(t, deployAfter(t.Context(), ours, "shop", "prod", "proton: ServiceSpec"), "no free addresses")
}

func TestFlink(t *testing.T) {
	t.Parallel()
	emu, target := start(t)
	emu.Flink.AddDeployment("a14bd5d90a", "default", flink.Deployment{DeploymentID: "orders"})
	emu.Flink.AddJob("a14bd5d90a", "default", flink.Job{JobID: "job-1"})
	host := strings.TrimPrefix(target.URL, "http://")
	theirs, err := openapi.NewClient(&utils.Config{
		AccessKeyId: &target.AccessKeyID, AccessKeySecret: &target.Secret, Endpoint: &host, Protocol: tea.String("http"),
		RegionId: tea.String(clients.AlibabaRegion),
	})
	require.NoError(t, err)
	cfg := clients.Config(target, clients.AlibabaRegion)
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	ours, err := flink.New(cfg, flink.WithWorkspace("a14bd5d90a"), flink.WithNamespace("default"))
	require.NoError(t, err)

	before, err := jobStateBefore(theirs, "a14bd5d90a", "default", "job-1")
	require.NoError(t, err)
	after, err := jobStateAfter(t.Context(), ours, "job-1")
	require.NoError(t, err)
	assert.Equal(t, "RUNNING", before)
	assert.Equal(t, before, after)

	_, err = jobStateBefore(theirs, "a14bd5d90a", "default", "gone")
	require.ErrorContains(t, err, "990301")
	_, err = jobStateAfter(t.Context(), ours, "gone")
	require.ErrorContains(t, err, "there is no job gone")
	require.NoError(t, startAfter(t.Context(), ours, "orders"))
}

func TestDLC(t *testing.T) {
	t.Parallel()
	emu, target := start(t)
	for _, name := range []string{"adhoc", "etl"} {
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "id-" + name, DataEngineName: name})
	}
	theirs := clients.OfficialDLC(target)
	cfg := clients.Config(target, clients.TencentRegion)
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond
	ours, err := dlc.New(cfg)
	require.NoError(t, err)

	before, err := enginesBefore(theirs)
	require.NoError(t, err)
	after, err := enginesAfter(t.Context(), ours)
	require.NoError(t, err)
	assert.Equal(t, []string{"adhoc", "etl"}, before)
	assert.Equal(t, before, after)

	require.ErrorContains(t, describeBefore(theirs, "gone"), "there is no engine gone, request ")
	require.ErrorContains(t, describeAfter(t.Context(), ours, "gone"), "there is no engine gone, request ")
	require.NoError(t, queryAfter(t.Context(), ours, "etl", "SELECT 1"))
}

var row = regexp.MustCompile("(?m)^\\| `([A-Z]\\w+)` \\| (.+) \\|$")

// TestTheTablesNameMethodsThatExist looks up all names in the tables of the page.
func TestTheTablesNameMethodsThatExist(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile(page)
	require.NoError(t, err)
	sections := strings.Split(string(document), "\n## ")
	tests := []struct {
		section      string
		ours, theirs reflect.Type // no type where the vendor's client of the product is no module that can be had
	}{
		{"Amazon FinSpace", reflect.TypeFor[*finspace.Client](), reflect.TypeFor[*awsfinspace.Client]()},
		{"AWS Proton", reflect.TypeFor[*proton.Client](), reflect.TypeFor[*awsproton.Client]()},
		{"Flink", reflect.TypeFor[*flink.Client](), nil},
		{"DLC", reflect.TypeFor[*dlc.Client](), nil},
	}
	for _, tt := range tests {
		t.Run(tt.section, func(t *testing.T) {
			t.Parallel()
			var text string
			for _, s := range sections {
				if strings.HasPrefix(s, tt.section+"\n") {
					text = s
				}
			}
			rows := row.FindAllStringSubmatch(text, -1)
			assert.GreaterOrEqual(t, len(rows), 10)
			for _, r := range rows {
				if tt.theirs != nil {
					assertMethod(t, tt.theirs, r[1])
				}
				for _, name := range regexp.MustCompile("`([A-Z]\\w+)`").FindAllStringSubmatch(r[2], -1) {
					assertMethod(t, tt.ours, name[1])
				}
			}
		})
	}
}

func assertMethod(t *testing.T, client reflect.Type, name string) {
	t.Helper()
	_, ok := client.MethodByName(name)
	assert.True(t, ok, "%s has no method %s", client, name)
}
