package finspace

import "testing"

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
		{"fast cache of another size", cached("CACHE_250", 3600), []string{
			"cacheStorageConfigurations[0].size: must be 1200 or a multiple of 2400, given 3600",
		}},
		{"fast cache without a size", cached("CACHE_1000", 0), []string{
			"cacheStorageConfigurations[0].size: must be 1200 or a multiple of 2400, given 0",
		}},
		{"slow cache of another size", cached("CACHE_12", 1200), []string{"cacheStorageConfigurations[0].size: must be a multiple of 6000, given 1200"}},
		{"unknown type of cache", cached("CACHE_500", 1200), []string{
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
		{"no restart, with what only a restart can change", request(KxClusterCodeDeploymentStrategyNoRestart, "init.q", argument), []string{
			`initializationScript: must be empty with deploymentStrategy NO_RESTART, given "init.q"`,
			"commandLineArguments: must be empty with deploymentStrategy NO_RESTART, given 1",
		}},
		{"script by an absolute path", request(KxClusterCodeDeploymentStrategyRolling, "/init.q"), []string{
			`initializationScript: must be a relative path that ends in a file name, given "/init.q"`,
		}},
	})
}
