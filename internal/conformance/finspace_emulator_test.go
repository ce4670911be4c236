package conformance_test

import (
	"testing"
	"time"

	official "github.com/aws/aws-sdk-go-v2/service/finspace"
	"github.com/aws/aws-sdk-go-v2/service/finspace/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
)

// finspaceRun is a run through all operations. Its parts build on each other: the later ones use and delete what the
// earlier ones created.
type finspaceRun struct {
	*official.Client
	emu         *emulator.Emulator
	environment *string
}

// TestOfficialFinSpaceOperations calls all operations on the emulator with the official client.
func TestOfficialFinSpaceOperations(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start(emulator.WithChangeTime(time.Second), emulator.WithStaleReads(0))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	calls := newAWSCalls(t, "finspace")
	target := clients.Target{URL: emu.URL(), AccessKeyID: emulator.AccessKeyID, Secret: emulator.SecretAccessKey}
	client := official.New(clients.OfficialFinspace(target).Options(), func(o *official.Options) {
		o.APIOptions = append(o.APIOptions, calls.watch)
	})
	r := &finspaceRun{Client: client, emu: emu}
	r.browser(t)
	r.environments(t)
	r.databases(t)
	r.users(t)
	r.scalingGroups(t)
	r.volumes(t)
	r.dataviews(t)
	r.clusters(t)
	r.updateClusters(t)
	r.nodes(t)
	r.deleteClusters(t)
	r.deleteStorage(t)
	r.deleteEnvironments(t)
	calls.requireAll(client)
}

// finish ends the change in progress.
func (r *finspaceRun) finish() { r.emu.Advance(time.Second) }

// gone reads a resource that does not exist.
func gone[In, Out, Options any](t *testing.T, call officialCall[In, Out, Options], in *In) {
	t.Helper()
	refusedAs[*types.ResourceNotFoundException](t, call, in)
}

// tags checks that a resource has its tags, and can get and lose one.
func (r *finspaceRun) tags(t *testing.T, arn *string, tags map[string]string) {
	list := func() map[string]string {
		return must(t, r.ListTagsForResource, &official.ListTagsForResourceInput{ResourceArn: arn}).Tags
	}
	assert.Equal(t, tags, list())
	must(t, r.TagResource, &official.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"stage": "test"}})
	assert.Equal(t, "test", list()["stage"])
	must(t, r.UntagResource, &official.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"stage"}})
	assert.Equal(t, tags, list())
}

var team = map[string]string{"team": "desk"}

func (r *finspaceRun) browser(t *testing.T) {
	federation := &types.FederationParameters{
		FederationProviderName: new("idp"), FederationURN: new("urn:amazon:webservices:finspace"),
		SamlMetadataURL: new("https://idp.example.com/saml"), ApplicationCallBackURL: new("https://app.example.com/"),
	}
	in := &official.CreateEnvironmentInput{
		Name: new("research"), Description: new("old"), KmsKeyId: new("arn:aws:kms:us-east-1:123456789012:key/k"), Tags: team,
		FederationMode: types.FederationModeFederated, FederationParameters: federation,
	}
	out := must(t, r.CreateEnvironment, in)
	other := must(t, r.CreateEnvironment, &official.CreateEnvironmentInput{Name: new("other")})
	r.finish()
	read := &official.GetEnvironmentInput{EnvironmentId: out.EnvironmentId}
	environment := changed(t, r.GetEnvironment, read, in).Environment
	assert.Equal(t, types.EnvironmentStatusCreated, environment.Status)
	assertKept(t, out, environment)
	names := listed(t, r.ListEnvironments, &official.ListEnvironmentsInput{}, "Name")
	assert.Equal(t, []string{"other", "research"}, sorted(names...))
	r.tags(t, out.EnvironmentArn, team)

	update := &official.UpdateEnvironmentInput{EnvironmentId: out.EnvironmentId, Name: new("quants"), Description: new("new")}
	created(t, r.UpdateEnvironment, update)
	changed(t, r.GetEnvironment, read, update)

	for _, id := range []*string{out.EnvironmentId, other.EnvironmentId} {
		must(t, r.DeleteEnvironment, &official.DeleteEnvironmentInput{EnvironmentId: id})
		r.finish()
		gone(t, r.GetEnvironment, &official.GetEnvironmentInput{EnvironmentId: id})
		gone(t, r.DeleteEnvironment, &official.DeleteEnvironmentInput{EnvironmentId: id})
	}
	assert.Empty(t, listed(t, r.ListEnvironments, &official.ListEnvironmentsInput{}, "Name"))
}

func (r *finspaceRun) environments(t *testing.T) {
	in := &official.CreateKxEnvironmentInput{
		Name: new("trading"), Description: new("old"), KmsKeyId: new("arn:aws:kms:us-east-1:123456789012:key/k"), Tags: team,
	}
	out := created(t, r.CreateKxEnvironment, in)
	r.environment = out.EnvironmentId
	created(t, r.CreateKxEnvironment, &official.CreateKxEnvironmentInput{Name: new("spare"), KmsKeyId: in.KmsKeyId})
	r.finish()
	read := &official.GetKxEnvironmentInput{EnvironmentId: r.environment}
	got := changed(t, r.GetKxEnvironment, read, in)
	assert.Equal(t, types.EnvironmentStatusCreated, got.Status)
	assert.Equal(t, out.EnvironmentArn, got.EnvironmentArn)
	names := listed(t, r.ListKxEnvironments, &official.ListKxEnvironmentsInput{}, "Name")
	assert.Equal(t, []string{"spare", "trading"}, sorted(names...))
	r.tags(t, out.EnvironmentArn, team)

	update := &official.UpdateKxEnvironmentInput{EnvironmentId: r.environment, Name: new("desk"), Description: new("new")}
	created(t, r.UpdateKxEnvironment, update)
	changed(t, r.GetKxEnvironment, read, update)

	network := &official.UpdateKxEnvironmentNetworkInput{
		EnvironmentId: r.environment,
		TransitGatewayConfiguration: &types.TransitGatewayConfiguration{
			TransitGatewayID: new("tgw-0123456789abcdef0"), RoutableCIDRSpace: new("100.64.0.0/26"),
			AttachmentNetworkAclConfiguration: []types.NetworkACLEntry{{
				RuleNumber: new(int32(1)), Protocol: new("6"), RuleAction: types.RuleActionAllow, CidrBlock: new("10.0.0.0/8"),
				PortRange: &types.PortRange{From: 1, To: 443},
			}},
		},
		CustomDNSConfiguration: []types.CustomDNSServer{
			{CustomDNSServerName: new("dns.example.com"), CustomDNSServerIP: new("10.0.0.2")},
		},
	}
	created(t, r.UpdateKxEnvironmentNetwork, network)
	refusedAs[*types.ConflictException](t, r.UpdateKxEnvironment, update)
	r.finish()
	got = changed(t, r.GetKxEnvironment, read, network)
	assert.Equal(t, types.TgwStatusSuccessfullyUpdated, got.TgwStatus)
	assert.Equal(t, types.DnsStatusSuccessfullyUpdated, got.DnsStatus)
	gone(t, r.GetKxEnvironment, &official.GetKxEnvironmentInput{EnvironmentId: new("none")})
}

func (r *finspaceRun) databases(t *testing.T) {
	in := &official.CreateKxDatabaseInput{
		EnvironmentId: r.environment, DatabaseName: new("trades"), Description: new("old"), Tags: team, ClientToken: new("a-token"),
	}
	out := created(t, r.CreateKxDatabase, in)
	assert.Equal(t, out.DatabaseArn, created(t, r.CreateKxDatabase, in).DatabaseArn, "the token names an earlier request")
	created(t, r.CreateKxDatabase, &official.CreateKxDatabaseInput{EnvironmentId: r.environment, DatabaseName: new("quotes")})
	refusedAs[*types.ResourceAlreadyExistsException](t, r.CreateKxDatabase,
		&official.CreateKxDatabaseInput{EnvironmentId: r.environment, DatabaseName: new("quotes")})
	read := &official.GetKxDatabaseInput{EnvironmentId: r.environment, DatabaseName: in.DatabaseName}
	changed(t, r.GetKxDatabase, read, in)
	names := listed(t, r.ListKxDatabases, &official.ListKxDatabasesInput{EnvironmentId: r.environment}, "DatabaseName")
	assert.Equal(t, []string{"quotes", "trades"}, sorted(names...))
	r.tags(t, out.DatabaseArn, team)

	update := &official.UpdateKxDatabaseInput{EnvironmentId: r.environment, DatabaseName: in.DatabaseName, Description: new("new")}
	created(t, r.UpdateKxDatabase, update)
	changed(t, r.GetKxDatabase, read, update)

	first, last := r.changeset(t, "/2026.11.20/"), r.changeset(t, "/2026.11.21/")
	ids := listed(t, r.ListKxChangesets,
		&official.ListKxChangesetsInput{EnvironmentId: r.environment, DatabaseName: in.DatabaseName}, "ChangesetId")
	assert.Equal(t, sorted(first, last), sorted(ids...))
	got := must(t, r.GetKxDatabase, read)
	assert.Equal(t, last, *got.LastCompletedChangesetId)
	assert.EqualValues(t, 2, got.NumChangesets)
	gone(t, r.GetKxChangeset,
		&official.GetKxChangesetInput{EnvironmentId: r.environment, DatabaseName: in.DatabaseName, ChangesetId: new("none")})
}

// changeset adds a changeset to the database trades and returns its ID.
func (r *finspaceRun) changeset(t *testing.T, path string) string {
	in := &official.CreateKxChangesetInput{
		EnvironmentId: r.environment, DatabaseName: new("trades"), ChangeRequests: []types.ChangeRequest{
			{ChangeType: types.ChangeTypePut, S3Path: new("s3://releases" + path), DbPath: &path},
			{ChangeType: types.ChangeTypeDelete, DbPath: new("/2019.01.01/")},
		},
	}
	out := created(t, r.CreateKxChangeset, in)
	r.finish()
	got := changed(t, r.GetKxChangeset,
		&official.GetKxChangesetInput{EnvironmentId: r.environment, DatabaseName: in.DatabaseName, ChangesetId: out.ChangesetId}, in)
	assert.Equal(t, types.ChangesetStatusCompleted, got.Status)
	return *out.ChangesetId
}

func (r *finspaceRun) users(t *testing.T) {
	in := &official.CreateKxUserInput{
		EnvironmentId: r.environment, UserName: new("ann"), IamRole: new("arn:aws:iam::123456789012:role/reader"), Tags: team,
	}
	out := created(t, r.CreateKxUser, in)
	created(t, r.CreateKxUser, &official.CreateKxUserInput{EnvironmentId: r.environment, UserName: new("bob"), IamRole: in.IamRole})
	read := &official.GetKxUserInput{EnvironmentId: r.environment, UserName: in.UserName}
	assert.Equal(t, out.UserArn, changed(t, r.GetKxUser, read, in).UserArn)
	names := listed(t, r.ListKxUsers, &official.ListKxUsersInput{EnvironmentId: r.environment}, "UserName")
	assert.Equal(t, []string{"ann", "bob"}, sorted(names...))
	r.tags(t, out.UserArn, team)

	update := &official.UpdateKxUserInput{
		EnvironmentId: r.environment, UserName: in.UserName, IamRole: new("arn:aws:iam::123456789012:role/writer"),
	}
	created(t, r.UpdateKxUser, update)
	changed(t, r.GetKxUser, read, update)

	bob := new("bob")
	must(t, r.DeleteKxUser, &official.DeleteKxUserInput{EnvironmentId: r.environment, UserName: bob})
	gone(t, r.GetKxUser, &official.GetKxUserInput{EnvironmentId: r.environment, UserName: bob})
	gone(t, r.DeleteKxUser, &official.DeleteKxUserInput{EnvironmentId: r.environment, UserName: bob})
}

func (r *finspaceRun) scalingGroups(t *testing.T) {
	in := &official.CreateKxScalingGroupInput{
		EnvironmentId: r.environment, ScalingGroupName: new("hosts"), HostType: new("kx.sg.4xlarge"), AvailabilityZoneId: new("use1-az4"),
		Tags: team,
	}
	created(t, r.CreateKxScalingGroup, in)
	created(t, r.CreateKxScalingGroup, &official.CreateKxScalingGroupInput{
		EnvironmentId: r.environment, ScalingGroupName: new("idle"), HostType: in.HostType, AvailabilityZoneId: in.AvailabilityZoneId,
	})
	r.finish()
	read := &official.GetKxScalingGroupInput{EnvironmentId: r.environment, ScalingGroupName: in.ScalingGroupName}
	got := changed(t, r.GetKxScalingGroup, read, in)
	assert.Equal(t, types.KxScalingGroupStatusActive, got.Status)
	r.tags(t, got.ScalingGroupArn, team)
	names := listed(t, r.ListKxScalingGroups, &official.ListKxScalingGroupsInput{EnvironmentId: r.environment}, "ScalingGroupName")
	assert.Equal(t, []string{"hosts", "idle"}, sorted(names...))
}

func (r *finspaceRun) volumes(t *testing.T) {
	in := &official.CreateKxVolumeInput{
		EnvironmentId: r.environment, VolumeName: new("cache"), VolumeType: types.KxVolumeTypeNas1, AzMode: types.KxAzModeSingle,
		AvailabilityZoneIds: []string{"use1-az4"}, Description: new("old"), Tags: team,
		Nas1Configuration: &types.KxNAS1Configuration{Type: types.KxNAS1TypeSsd1000, Size: new(int32(1200))},
	}
	out := created(t, r.CreateKxVolume, in)
	other := *in
	other.VolumeName = new("savedown")
	created(t, r.CreateKxVolume, &other)
	r.finish()
	read := &official.GetKxVolumeInput{EnvironmentId: r.environment, VolumeName: in.VolumeName}
	assert.Equal(t, types.KxVolumeStatusActive, changed(t, r.GetKxVolume, read, in).Status)
	names := listed(t, r.ListKxVolumes,
		&official.ListKxVolumesInput{EnvironmentId: r.environment, VolumeType: types.KxVolumeTypeNas1}, "VolumeName")
	assert.Equal(t, []string{"cache", "savedown"}, sorted(names...))
	r.tags(t, out.VolumeArn, team)

	update := &official.UpdateKxVolumeInput{
		EnvironmentId: r.environment, VolumeName: in.VolumeName, Description: new("new"),
		Nas1Configuration: &types.KxNAS1Configuration{Type: types.KxNAS1TypeSsd1000, Size: new(int32(2400))},
	}
	must(t, r.UpdateKxVolume, update)
	refusedAs[*types.ConflictException](t, r.UpdateKxVolume, &official.UpdateKxVolumeInput{
		EnvironmentId: r.environment, VolumeName: in.VolumeName, Description: new("again"),
	})
	r.finish()
	changed(t, r.GetKxVolume, read, update)
}

func (r *finspaceRun) changesets(t *testing.T) []string {
	return listed(t, r.ListKxChangesets,
		&official.ListKxChangesetsInput{EnvironmentId: r.environment, DatabaseName: new("trades")}, "ChangesetId")
}

func (r *finspaceRun) dataviews(t *testing.T) {
	changesets := r.changesets(t)
	segments := []types.KxDataviewSegmentConfiguration{{DbPaths: []string{"/*"}, VolumeName: new("cache")}}
	in := &official.CreateKxDataviewInput{
		EnvironmentId: r.environment, DatabaseName: new("trades"), DataviewName: new("day"), AzMode: types.KxAzModeSingle,
		AvailabilityZoneId: new("use1-az4"), ChangesetId: &changesets[0], SegmentConfigurations: segments, Description: new("old"), Tags: team,
	}
	created(t, r.CreateKxDataview, in)
	other := *in
	other.DataviewName, other.AutoUpdate, other.ChangesetId = new("live"), true, nil
	created(t, r.CreateKxDataview, &other)
	r.refusedDataviews(t, *in)
	r.finish()
	read := &official.GetKxDataviewInput{EnvironmentId: r.environment, DatabaseName: in.DatabaseName, DataviewName: in.DataviewName}
	got := changed(t, r.GetKxDataview, read, in)
	assert.Equal(t, types.KxDataviewStatusActive, got.Status)
	assert.Len(t, got.ActiveVersions, 1)
	list := &official.ListKxDataviewsInput{EnvironmentId: r.environment, DatabaseName: in.DatabaseName}
	assert.Equal(t, []string{"day", "live"}, sorted(listed(t, r.ListKxDataviews, list, "DataviewName")...))

	update := &official.UpdateKxDataviewInput{
		EnvironmentId: r.environment, DatabaseName: in.DatabaseName, DataviewName: in.DataviewName, Description: new("new"),
		ChangesetId: &changesets[1], SegmentConfigurations: segments,
	}
	must(t, r.UpdateKxDataview, update)
	r.finish()
	got = changed(t, r.GetKxDataview, read, update)
	assert.Equal(t, changesets[1], *got.ActiveVersions[0].ChangesetId)
	unknown := *update
	unknown.ChangesetId = new("none")
	gone(t, r.UpdateKxDataview, &unknown)
}

// refusedDataviews creates dataviews with parts that do not exist.
func (r *finspaceRun) refusedDataviews(t *testing.T, in official.CreateKxDataviewInput) {
	for _, part := range []func(*official.CreateKxDataviewInput){
		func(in *official.CreateKxDataviewInput) { in.EnvironmentId = new("none") },
		func(in *official.CreateKxDataviewInput) { in.DatabaseName = new("none") },
		func(in *official.CreateKxDataviewInput) { in.ChangesetId = new("none") },
		func(in *official.CreateKxDataviewInput) {
			in.SegmentConfigurations = []types.KxDataviewSegmentConfiguration{{DbPaths: []string{"/*"}, VolumeName: new("none")}}
		},
	} {
		in := in
		in.DataviewName = new("refused")
		part(&in)
		refusal := refusedAs[*types.ResourceNotFoundException](t, r.CreateKxDataview, &in)
		assert.Contains(t, refusal.ErrorMessage(), `"none"`)
	}
	refusedAs[*types.ResourceAlreadyExistsException](t, r.CreateKxDataview, &in)
}

func (r *finspaceRun) clusters(t *testing.T) {
	hdb := r.newHDB(t)
	created(t, r.CreateKxCluster, hdb)
	rdb := r.newRDB()
	created(t, r.CreateKxCluster, rdb)
	r.refusedClusters(t, *rdb)
	r.finish()
	read := &official.GetKxClusterInput{EnvironmentId: r.environment, ClusterName: hdb.ClusterName}
	assert.Equal(t, types.KxClusterStatusRunning, changed(t, r.GetKxCluster, read, hdb).Status)
	got := changed(t, r.GetKxCluster, &official.GetKxClusterInput{EnvironmentId: r.environment, ClusterName: rdb.ClusterName}, rdb)
	assert.Equal(t, []types.Volume{{VolumeName: new("savedown"), VolumeType: types.VolumeTypeNas1}}, got.Volumes)
	list := &official.ListKxClustersInput{EnvironmentId: r.environment}
	assert.Equal(t, []string{"hdb", "rdb"}, sorted(listed(t, r.ListKxClusters, list, "ClusterName")...))
	list = &official.ListKxClustersInput{EnvironmentId: r.environment, ClusterType: types.KxClusterTypeRdb}
	assert.Equal(t, []string{"rdb"}, listed(t, r.ListKxClusters, list, "ClusterName"))
	environment := must(t, r.GetKxEnvironment, &official.GetKxEnvironmentInput{EnvironmentId: r.environment})
	r.tags(t, new(*environment.EnvironmentArn+"/kxCluster/hdb"), team)

	user := must(t, r.GetKxUser, &official.GetKxUserInput{EnvironmentId: r.environment, UserName: new("ann")})
	connect := &official.GetKxConnectionStringInput{EnvironmentId: r.environment, ClusterName: hdb.ClusterName, UserArn: user.UserArn}
	assert.Contains(t, *must(t, r.GetKxConnectionString, connect).SignedConnectionString, ":tcps://")
	gone(t, r.GetKxCluster, &official.GetKxClusterInput{EnvironmentId: r.environment, ClusterName: new("none")})
}

var vpc = &types.VpcConfiguration{
	VpcId: new("vpc-0123456789abcdef0"), SecurityGroupIds: []string{"sg-0123456789abcdef0"}, SubnetIds: []string{"subnet-0123456789abcdef0"},
	IpAddressType: types.IPAddressTypeIpV4,
}

func (r *finspaceRun) newHDB(t *testing.T) *official.CreateKxClusterInput {
	return &official.CreateKxClusterInput{
		EnvironmentId: r.environment, ClusterName: new("hdb"), ClusterType: types.KxClusterTypeHdb, ReleaseLabel: new("1.0"),
		AzMode: types.KxAzModeSingle, AvailabilityZoneId: new("use1-az4"), ClusterDescription: new("history"), VpcConfiguration: vpc,
		CapacityConfiguration: &types.CapacityConfiguration{NodeType: new("kx.s.xlarge"), NodeCount: new(int32(2))},
		AutoScalingConfiguration: &types.AutoScalingConfiguration{
			AutoScalingMetric: types.AutoScalingMetricCpuUtilizationPercentage, MinNodeCount: new(int32(2)), MaxNodeCount: new(int32(4)),
			MetricTarget: new(50.0), ScaleInCooldownSeconds: new(60.0), ScaleOutCooldownSeconds: new(60.0),
		},
		CacheStorageConfigurations: []types.KxCacheStorageConfiguration{{Type: new("CACHE_1000"), Size: new(int32(1200))}},
		Databases: []types.KxDatabaseConfiguration{{
			DatabaseName: new("trades"), ChangesetId: new(r.changesets(t)[0]),
			CacheConfigurations: []types.KxDatabaseCacheConfiguration{{CacheType: new("CACHE_1000"), DbPaths: []string{"/"}}},
		}},
		Code:                 &types.CodeConfiguration{S3Bucket: new("releases"), S3Key: new("old.zip")},
		InitializationScript: new("init.q"), CommandLineArguments: []types.KxCommandLineArgument{{Key: new("s"), Value: new("2")}},
		ExecutionRole: new("arn:aws:iam::123456789012:role/hdb"), Tags: team,
	}
}

func (r *finspaceRun) newRDB() *official.CreateKxClusterInput {
	return &official.CreateKxClusterInput{
		EnvironmentId: r.environment, ClusterName: new("rdb"), ClusterType: types.KxClusterTypeRdb, ReleaseLabel: new("1.0"),
		AzMode: types.KxAzModeSingle, AvailabilityZoneId: new("use1-az4"), VpcConfiguration: vpc,
		ScalingGroupConfiguration: &types.KxScalingGroupConfiguration{
			ScalingGroupName: new("hosts"), NodeCount: new(int32(1)), MemoryReservation: new(int32(6)), MemoryLimit: new(int32(12)), Cpu: new(1.0),
		},
		SavedownStorageConfiguration: &types.KxSavedownStorageConfiguration{VolumeName: new("savedown")},
		Databases:                    []types.KxDatabaseConfiguration{{DatabaseName: new("trades"), DataviewName: new("day")}},
	}
}

// refusedClusters creates clusters with parts that do not exist.
func (r *finspaceRun) refusedClusters(t *testing.T, in official.CreateKxClusterInput) {
	for _, part := range []func(*official.CreateKxClusterInput){
		func(in *official.CreateKxClusterInput) { in.EnvironmentId = new("none") },
		func(in *official.CreateKxClusterInput) {
			in.Databases = []types.KxDatabaseConfiguration{{DatabaseName: new("none")}}
		},
		func(in *official.CreateKxClusterInput) {
			in.Databases = []types.KxDatabaseConfiguration{{DatabaseName: new("trades"), ChangesetId: new("none")}}
		},
		func(in *official.CreateKxClusterInput) {
			in.Databases = []types.KxDatabaseConfiguration{{DatabaseName: new("trades"), DataviewName: new("none")}}
		},
		func(in *official.CreateKxClusterInput) {
			in.ScalingGroupConfiguration = new(*in.ScalingGroupConfiguration)
			in.ScalingGroupConfiguration.ScalingGroupName = new("none")
		},
		func(in *official.CreateKxClusterInput) {
			in.SavedownStorageConfiguration = &types.KxSavedownStorageConfiguration{VolumeName: new("none")}
		},
	} {
		in := in
		in.ClusterName = new("refused")
		part(&in)
		refusal := refusedAs[*types.ResourceNotFoundException](t, r.CreateKxCluster, &in)
		assert.Contains(t, refusal.ErrorMessage(), `"none"`)
	}
}

func (r *finspaceRun) updateClusters(t *testing.T) {
	read := &official.GetKxClusterInput{EnvironmentId: r.environment, ClusterName: new("hdb")}
	code := &official.UpdateKxClusterCodeConfigurationInput{
		EnvironmentId: r.environment, ClusterName: new("hdb"), Code: &types.CodeConfiguration{S3Bucket: new("releases"), S3Key: new("new.zip")},
		InitializationScript: new("start.q"), CommandLineArguments: []types.KxCommandLineArgument{{Key: new("s"), Value: new("4")}},
		DeploymentConfiguration: &types.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: types.KxClusterCodeDeploymentStrategyRolling},
	}
	must(t, r.UpdateKxClusterCodeConfiguration, code)
	databases := &official.UpdateKxClusterDatabasesInput{
		EnvironmentId: r.environment, ClusterName: new("hdb"), Databases: []types.KxDatabaseConfiguration{{
			DatabaseName: new("trades"), ChangesetId: new(r.changesets(t)[1]),
			CacheConfigurations: []types.KxDatabaseCacheConfiguration{{CacheType: new("CACHE_1000"), DbPaths: []string{"/"}}},
		}},
		DeploymentConfiguration: &types.KxDeploymentConfiguration{DeploymentStrategy: types.KxDeploymentStrategyRolling},
	}
	refusedAs[*types.ConflictException](t, r.UpdateKxClusterDatabases, databases)
	r.finish()
	changed(t, r.GetKxCluster, read, code)
	must(t, r.UpdateKxClusterDatabases, databases)
	r.finish()
	changed(t, r.GetKxCluster, read, databases)
	databases.Databases[0].ChangesetId = new("none")
	gone(t, r.UpdateKxClusterDatabases, databases)
}

func (r *finspaceRun) nodes(t *testing.T) {
	list := func() []string {
		return listed(t, r.ListKxClusterNodes,
			&official.ListKxClusterNodesInput{EnvironmentId: r.environment, ClusterName: new("hdb")}, "NodeId")
	}
	nodes := list()
	require.Len(t, nodes, 2)
	remove := &official.DeleteKxClusterNodeInput{EnvironmentId: r.environment, ClusterName: new("hdb"), NodeId: &nodes[0]}
	must(t, r.DeleteKxClusterNode, remove)
	r.finish()
	assert.Equal(t, nodes[1:], list())
	gone(t, r.DeleteKxClusterNode, remove)
}

// deleteClusters deletes the clusters. What they use cannot be deleted before.
func (r *finspaceRun) deleteClusters(t *testing.T) {
	group := &official.DeleteKxScalingGroupInput{EnvironmentId: r.environment, ScalingGroupName: new("hosts")}
	volume := &official.DeleteKxVolumeInput{EnvironmentId: r.environment, VolumeName: new("savedown")}
	dataview := &official.DeleteKxDataviewInput{EnvironmentId: r.environment, DatabaseName: new("trades"), DataviewName: new("day")}
	refusedAs[*types.ConflictException](t, r.DeleteKxScalingGroup, group)
	refusedAs[*types.ConflictException](t, r.DeleteKxVolume, volume)
	refusedAs[*types.ConflictException](t, r.DeleteKxDataview, dataview)
	refusedAs[*types.ConflictException](t, r.DeleteKxDatabase,
		&official.DeleteKxDatabaseInput{EnvironmentId: r.environment, DatabaseName: new("trades")})
	refusedAs[*types.ConflictException](t, r.DeleteKxEnvironment, &official.DeleteKxEnvironmentInput{EnvironmentId: r.environment})
	hosts := must(t, r.GetKxScalingGroup, &official.GetKxScalingGroupInput{EnvironmentId: r.environment, ScalingGroupName: new("hosts")})
	assert.Equal(t, []string{"rdb"}, hosts.Clusters)
	savedown := must(t, r.GetKxVolume, &official.GetKxVolumeInput{EnvironmentId: r.environment, VolumeName: new("savedown")})
	attached := types.KxAttachedCluster{
		ClusterName: new("rdb"), ClusterType: types.KxClusterTypeRdb, ClusterStatus: types.KxClusterStatusRunning,
	}
	assert.Equal(t, []types.KxAttachedCluster{attached}, savedown.AttachedClusters)
	for _, name := range []string{"hdb", "rdb"} {
		must(t, r.DeleteKxCluster, &official.DeleteKxClusterInput{EnvironmentId: r.environment, ClusterName: &name})
		r.finish()
		gone(t, r.GetKxCluster, &official.GetKxClusterInput{EnvironmentId: r.environment, ClusterName: &name})
		gone(t, r.ListKxClusterNodes, &official.ListKxClusterNodesInput{EnvironmentId: r.environment, ClusterName: &name})
	}
}

func (r *finspaceRun) deleteStorage(t *testing.T) {
	database := new("trades")
	for _, name := range []string{"day", "live"} {
		must(t, r.DeleteKxDataview, &official.DeleteKxDataviewInput{EnvironmentId: r.environment, DatabaseName: database, DataviewName: &name})
		r.finish()
		gone(t, r.GetKxDataview, &official.GetKxDataviewInput{EnvironmentId: r.environment, DatabaseName: database, DataviewName: &name})
	}
	for _, name := range []string{"cache", "savedown"} {
		must(t, r.DeleteKxVolume, &official.DeleteKxVolumeInput{EnvironmentId: r.environment, VolumeName: &name})
		r.finish()
		gone(t, r.GetKxVolume, &official.GetKxVolumeInput{EnvironmentId: r.environment, VolumeName: &name})
	}
	for _, name := range []string{"hosts", "idle"} {
		must(t, r.DeleteKxScalingGroup, &official.DeleteKxScalingGroupInput{EnvironmentId: r.environment, ScalingGroupName: &name})
		r.finish()
		gone(t, r.GetKxScalingGroup, &official.GetKxScalingGroupInput{EnvironmentId: r.environment, ScalingGroupName: &name})
	}
	arn := must(t, r.GetKxDatabase, &official.GetKxDatabaseInput{EnvironmentId: r.environment, DatabaseName: database}).DatabaseArn
	must(t, r.DeleteKxDatabase, &official.DeleteKxDatabaseInput{EnvironmentId: r.environment, DatabaseName: database})
	gone(t, r.GetKxDatabase, &official.GetKxDatabaseInput{EnvironmentId: r.environment, DatabaseName: database})
	gone(t, r.ListKxChangesets, &official.ListKxChangesetsInput{EnvironmentId: r.environment, DatabaseName: database})
	gone(t, r.ListTagsForResource, &official.ListTagsForResourceInput{ResourceArn: arn})
}

func (r *finspaceRun) deleteEnvironments(t *testing.T) {
	for _, id := range listed(t, r.ListKxEnvironments, &official.ListKxEnvironmentsInput{}, "EnvironmentId") {
		must(t, r.DeleteKxEnvironment, &official.DeleteKxEnvironmentInput{EnvironmentId: &id})
		r.finish()
		gone(t, r.GetKxEnvironment, &official.GetKxEnvironmentInput{EnvironmentId: &id})
	}
	gone(t, r.ListKxUsers, &official.ListKxUsersInput{EnvironmentId: r.environment})
}
