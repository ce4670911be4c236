package finspace

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// checkTest is a request that breaks the rules in want, or none.
type checkTest struct {
	name    string
	request interface{ Validate() error }
	want    []string
}

func runCheckTests(t *testing.T, tests []checkTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.request.Validate()
			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			var invalid *cloud.ValidationError
			require.ErrorAs(t, err, &invalid)
			var got []string
			for _, p := range invalid.Problems {
				got = append(got, p.String())
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestChangesetRules(t *testing.T) {
	t.Parallel()
	request := func(changes ...ChangeRequest) CreateKxChangesetRequest {
		return CreateKxChangesetRequest{EnvironmentID: "kx7example", DatabaseName: "taq", ChangeRequests: changes}
	}
	put := ChangeRequest{ChangeType: ChangeTypePut, DBPath: "/2026.11.21/", S3Path: "s3://ticks/2026.11.21/"}
	remove := ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "/2026.11.20/"}
	runCheckTests(t, []checkTest{
		{"replace a day", request(remove, put), nil},
		{"root", request(ChangeRequest{ChangeType: ChangeTypePut, DBPath: "/", S3Path: "s3://ticks/sym"}), nil},
		{"file", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "/sym"}), nil},
		{"put nothing", request(remove, ChangeRequest{ChangeType: ChangeTypePut, DBPath: "/"}), []string{
			"changeRequests[1].s3Path: required with changeType PUT",
		}},
		{"delete from S3", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "/", S3Path: "s3://ticks/sym"}), []string{
			`changeRequests[0].s3Path: must be empty with changeType DELETE, given "s3://ticks/sym"`,
		}},
		{"path with a wildcard", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "*/2020.01.02/"}), nil},
		{"wildcard alone", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "?sym"}), nil},
		{"path too deep", request(ChangeRequest{ChangeType: ChangeTypeDelete, DBPath: "/a/b/c/d"}), []string{
			`changeRequests[0].dbPath: must match ^(\*)*[\/\?\*]([^\/]+\/){0,2}[^\/]*$, given "/a/b/c/d"`,
		}},
	})
}

func TestFederationRules(t *testing.T) {
	t.Parallel()
	request := func(attributes map[string]string) UpdateEnvironmentRequest {
		return UpdateEnvironmentRequest{EnvironmentID: "kx7example", FederationParameters: &FederationParameters{AttributeMap: attributes}}
	}
	runCheckTests(t, []checkTest{
		{"email", request(map[string]string{"Email": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"}), nil},
		{"no attributes", request(nil), nil},
		{"another attribute", request(map[string]string{"Email": "mail", "Name": "cn"}), []string{
			`federationParameters.attributeMap[Name]: must be named Email, given "Name"`,
		}},
	})
}

func TestNetworkRules(t *testing.T) {
	t.Parallel()
	request := func(space string, from, to int) UpdateKxEnvironmentNetworkRequest {
		return UpdateKxEnvironmentNetworkRequest{
			EnvironmentID: "kx7example",
			TransitGatewayConfiguration: &TransitGatewayConfiguration{
				TransitGatewayID: "tgw-0123456789abcdef0", RoutableCIDRSpace: space,
				AttachmentNetworkACLConfiguration: []NetworkACLEntry{{
					RuleNumber: 1, Protocol: "6", RuleAction: RuleActionAllow, CIDRBlock: "10.0.0.0/8", PortRange: &PortRange{From: from, To: to},
				}},
			},
		}
	}
	space := func(given string) []string {
		return []string{`transitGatewayConfiguration.routableCIDRSpace: must be a /26 range in 100.64.0.0/10, given "` + given + `"`}
	}
	from := "transitGatewayConfiguration.attachmentNetworkAclConfiguration[0].portRange.from: "
	runCheckTests(t, []checkTest{
		{"first range", request("100.64.0.0/26", 0, 65535), nil},
		{"last range", request("100.127.255.192/26", 5000, 5100), nil},
		{"one port", request("100.64.0.0/26", 5000, 5000), nil},
		{"private range", request("10.0.0.0/26", 1, 2), space("10.0.0.0/26")},
		{"range beyond", request("100.128.0.0/26", 1, 2), space("100.128.0.0/26")},
		{"larger range", request("100.64.0.0/24", 1, 2), space("100.64.0.0/24")},
		{"address", request("100.64.0.0", 1, 2), space("100.64.0.0")},
		{"IPv6", request("::ffff:100.64.0.0/26", 1, 2), space("::ffff:100.64.0.0/26")},
		{"no range", request("", 1, 2), []string{"transitGatewayConfiguration.routableCIDRSpace: required"}},
		{"ports the wrong way round", request("100.64.0.0/26", 5100, 5000), []string{from + "must not be above to, given 5100"}},
		{"negative ports", request("100.64.0.0/26", -2, -1), []string{
			from + "must be 0 to 65535, given -2",
			"transitGatewayConfiguration.attachmentNetworkAclConfiguration[0].portRange.to: must be 0 to 65535, given -1",
		}},
	})
}

func TestClusterRules(t *testing.T) {
	t.Parallel()
	request := func(change func(*CreateKxClusterRequest)) CreateKxClusterRequest {
		r := CreateKxClusterRequest{
			EnvironmentID: "kx7example", ClusterName: "hdb-prod", ClusterType: KxClusterTypeHDB, ReleaseLabel: "1.0", AZMode: KxAZModeSingle,
			InitializationScript: "scripts/init.q",
		}
		change(&r)
		return r
	}
	scaling := func(azMode KxAZMode, low, high int) CreateKxClusterRequest {
		return request(func(r *CreateKxClusterRequest) {
			r.AZMode = azMode
			r.AutoScalingConfiguration = &AutoScalingConfiguration{MinNodeCount: low, MaxNodeCount: high}
		})
	}
	sized := func(typ KxClusterType, nodes int) CreateKxClusterRequest {
		return request(func(r *CreateKxClusterRequest) {
			r.ClusterType, r.CapacityConfiguration = typ, &CapacityConfiguration{NodeType: "kx.s.large", NodeCount: nodes}
		})
	}
	cached := func(typ string, size int) CreateKxClusterRequest {
		return request(func(r *CreateKxClusterRequest) {
			r.CacheStorageConfigurations = []KxCacheStorageConfiguration{{Type: typ, Size: size}}
		})
	}
	script := func(path string) CreateKxClusterRequest {
		return request(func(r *CreateKxClusterRequest) { r.InitializationScript = path })
	}
	runCheckTests(t, []checkTest{
		{"historical", request(func(*CreateKxClusterRequest) {}), nil},
		{"realtime", request(func(r *CreateKxClusterRequest) {
			r.ClusterType, r.SavedownStorageConfiguration = KxClusterTypeRDB, &KxSavedownStorageConfiguration{VolumeName: "savedown"}
		}), nil},
		{"realtime without savedown", request(func(r *CreateKxClusterRequest) { r.ClusterType = KxClusterTypeRDB }), []string{
			"savedownStorageConfiguration: required with clusterType RDB",
		}},

		{"general purpose", sized(KxClusterTypeGP, 1), nil},
		{"general purpose in all zones, on many nodes, scaling", request(func(r *CreateKxClusterRequest) {
			r.ClusterType, r.AZMode, r.CapacityConfiguration = KxClusterTypeGP, KxAZModeMulti, &CapacityConfiguration{NodeCount: 4}
			r.AutoScalingConfiguration = &AutoScalingConfiguration{MinNodeCount: 3, MaxNodeCount: 4}
		}), []string{
			`autoScalingConfiguration: must be left out with clusterType GP, given "3 to 4 nodes"`,
			`azMode: must be SINGLE with clusterType GP, given "MULTI"`,
			"capacityConfiguration.nodeCount: must be 1 with clusterType GP, given 4",
		}},
		{"tickerplant", sized(KxClusterTypeTickerplant, 1), nil},
		{"tickerplant on two nodes", sized(KxClusterTypeTickerplant, 2), []string{
			"capacityConfiguration.nodeCount: must be 1 with clusterType TICKERPLANT, given 2",
		}},
		{"gateway on two nodes", sized(KxClusterTypeGateway, 2), nil},

		{"scaling in one zone", scaling(KxAZModeSingle, 1, 5), nil},
		{"scaling in all zones", scaling(KxAZModeMulti, 3, 5), nil},
		{"scaling left to the service", scaling(KxAZModeMulti, 0, 0), nil},
		{"scaling too far", scaling(KxAZModeSingle, 1, 6), []string{"autoScalingConfiguration.maxNodeCount: must be at most 5, given 6"}},
		{"scaling nowhere", scaling(KxAZModeSingle, 2, 2), []string{"autoScalingConfiguration.minNodeCount: must be less than maxNodeCount, given 2"}},
		{"too few for all zones", scaling(KxAZModeMulti, 2, 5), []string{"autoScalingConfiguration.minNodeCount: must be at least 3 with azMode MULTI, given 2"}},

		{"smallest fast cache", cached("CACHE_1000", 1200), nil},
		{"larger cache", cached("CACHE_250", 7200), nil},
		{"slow cache", cached("CACHE_12", 18000), nil},
		{"fast cache of a size that is none", cached("CACHE_250", 3600), []string{
			"cacheStorageConfigurations[0].size: must be 1200 or a multiple of 2400, given 3600",
		}},
		{"fast cache without a size", cached("CACHE_1000", 0), []string{
			"cacheStorageConfigurations[0].size: must be 1200 or a multiple of 2400, given 0",
		}},
		{"slow cache of a size that is none", cached("CACHE_12", 1200), []string{"cacheStorageConfigurations[0].size: must be a multiple of 6000, given 1200"}},
		{"cache that is none", cached("CACHE_500", 1200), []string{
			`cacheStorageConfigurations[0].type: must be one of CACHE_1000, CACHE_250, CACHE_12, given "CACHE_500"`,
		}},

		{"script at the top", script("init.q"), nil},
		{"no script", script(""), nil},
		{"script by an absolute path", script("/scripts/init.q"), []string{
			`initializationScript: must be a relative path that ends in a file name, given "/scripts/init.q"`,
		}},
		{"script that is a folder", script("scripts/"), []string{
			`initializationScript: must be a relative path that ends in a file name, given "scripts/"`,
		}},
	})
}

func TestCodeUpdateRules(t *testing.T) {
	t.Parallel()
	request := func(strategy KxClusterCodeDeploymentStrategy, script string, arguments ...KxCommandLineArgument) UpdateKxClusterCodeConfigurationRequest {
		return UpdateKxClusterCodeConfigurationRequest{
			EnvironmentID: "kx7example", ClusterName: "hdb-prod", Code: CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
			InitializationScript: script, CommandLineArguments: arguments,
			DeploymentConfiguration: &KxClusterCodeDeploymentConfiguration{DeploymentStrategy: strategy},
		}
	}
	argument := KxCommandLineArgument{Key: "threads", Value: "4"}
	runCheckTests(t, []checkTest{
		{"rolling", request(KxClusterCodeDeploymentStrategyRolling, "init.q", argument), nil},
		{"force", request(KxClusterCodeDeploymentStrategyForce, "init.q", argument), nil},
		{"no restart", request(KxClusterCodeDeploymentStrategyNoRestart, ""), nil},
		{"no restart, but with what only a restart can change", request(KxClusterCodeDeploymentStrategyNoRestart, "init.q", argument), []string{
			`initializationScript: must be empty with deploymentStrategy NO_RESTART, given "init.q"`,
			"commandLineArguments: must be empty with deploymentStrategy NO_RESTART, given 1",
		}},
		{"script by an absolute path", request(KxClusterCodeDeploymentStrategyRolling, "/init.q"), []string{
			`initializationScript: must be a relative path that ends in a file name, given "/init.q"`,
		}},
	})
}

func TestVolumeRules(t *testing.T) {
	t.Parallel()
	create := func(mode KxAZMode, nas *KxNAS1Configuration) CreateKxVolumeRequest {
		return CreateKxVolumeRequest{
			EnvironmentID: "kx7example", VolumeType: KxVolumeTypeNAS1, VolumeName: "cache-1", AZMode: mode,
			AvailabilityZoneIDs: []string{"use1-az1"}, NAS1Configuration: nas,
		}
	}
	update := func(typ KxNAS1Type, size int) UpdateKxVolumeRequest {
		return UpdateKxVolumeRequest{EnvironmentID: "kx7example", VolumeName: "cache-1", NAS1Configuration: &KxNAS1Configuration{Type: typ, Size: size}}
	}
	runCheckTests(t, []checkTest{
		{"create", create(KxAZModeSingle, &KxNAS1Configuration{Type: KxNAS1TypeSSD1000, Size: 1200}), nil},
		{"create in all zones", create(KxAZModeMulti, &KxNAS1Configuration{Type: KxNAS1TypeSSD1000, Size: 1200}), []string{
			`azMode: must be SINGLE, given "MULTI"`,
		}},
		{"create without a configuration", create(KxAZModeSingle, nil), []string{"nas1Configuration: required with volumeType NAS_1"}},
		{"fast disk", update(KxNAS1TypeSSD250, 4800), nil},
		{"slow disk", update(KxNAS1TypeHDD12, 6000), nil},
		{"size alone", update("", 1300), nil},
		{"type alone", update(KxNAS1TypeHDD12, 0), nil},
		{"fast disk of a size that is none", update(KxNAS1TypeSSD1000, 6000), []string{
			"nas1Configuration.size: must be 1200 or a multiple of 2400, given 6000",
		}},
		{"slow disk of a size that is none", update(KxNAS1TypeHDD12, 2400), []string{"nas1Configuration.size: must be a multiple of 6000, given 2400"}},
	})
}

func TestDataviewRules(t *testing.T) {
	t.Parallel()
	create := func(change func(*CreateKxDataviewRequest)) CreateKxDataviewRequest {
		r := CreateKxDataviewRequest{EnvironmentID: "kx7example", DatabaseName: "taq", DataviewName: "taq-view", AZMode: KxAZModeSingle}
		change(&r)
		return r
	}
	segment := func(volume string, paths ...string) KxDataviewSegmentConfiguration {
		return KxDataviewSegmentConfiguration{VolumeName: volume, DBPaths: paths}
	}
	update := func(segments ...KxDataviewSegmentConfiguration) UpdateKxDataviewRequest {
		return UpdateKxDataviewRequest{EnvironmentID: "kx7example", DatabaseName: "taq", DataviewName: "taq-view", ChangesetID: "QqO4hBX", SegmentConfigurations: segments}
	}
	twice := []KxDataviewSegmentConfiguration{segment("fast", "/2026.11.20/"), segment("fast", "/2026.11.21/", "/2026.11.20/")}
	runCheckTests(t, []checkTest{
		{"updates itself", create(func(r *CreateKxDataviewRequest) { r.AutoUpdate = true }), nil},
		{"writable", create(func(r *CreateKxDataviewRequest) { r.ReadWrite = true }), nil},
		{"writable and updates itself", create(func(r *CreateKxDataviewRequest) { r.ReadWrite, r.AutoUpdate = true, true }), []string{
			"autoUpdate: must be false with readWrite true, given true",
		}},
		{"in all zones", create(func(r *CreateKxDataviewRequest) { r.AZMode = KxAZModeMulti }), []string{`azMode: must be SINGLE, given "MULTI"`}},
		{"path on two volumes", update(segment("fast", "/2026.11.20/"), segment("slow", "/2026.11.20/")), nil},
		{"two paths on one volume", update(segment("fast", "/2026.11.20/"), segment("fast", "/2026.11.21/")), nil},
		{"path twice on one volume", update(twice...), []string{
			`segmentConfigurations[1].dbPaths[1]: must not come twice for one volume, given "/2026.11.20/"`,
		}},
		{"path twice in one segment", update(segment("fast", "/sym", "/sym")), []string{
			`segmentConfigurations[0].dbPaths[1]: must not come twice for one volume, given "/sym"`,
		}},
		{"path twice in a new dataview", create(func(r *CreateKxDataviewRequest) { r.SegmentConfigurations = twice }), []string{
			`segmentConfigurations[1].dbPaths[1]: must not come twice for one volume, given "/2026.11.20/"`,
		}},
		{"path twice in a cluster's dataview", UpdateKxClusterDatabasesRequest{
			EnvironmentID: "kx7example", ClusterName: "hdb-prod",
			Databases: []KxDatabaseConfiguration{{DatabaseName: "taq", DataviewConfiguration: &KxDataviewConfiguration{SegmentConfigurations: twice}}},
		}, []string{
			`databases[0].dataviewConfiguration.segmentConfigurations[1].dbPaths[1]: must not come twice for one volume, given "/2026.11.20/"`,
		}},
	})
}
