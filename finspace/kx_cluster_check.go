package finspace

import (
	"fmt"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// checkCreateKxClusterRequest checks what each type of cluster needs and what it cannot have.
func checkCreateKxClusterRequest(p *validate.Problems, r *CreateKxClusterRequest) {
	switch r.ClusterType {
	case KxClusterTypeRDB:
		if r.SavedownStorageConfiguration == nil {
			p.Add("savedownStorageConfiguration", "required with clusterType RDB", nil)
		}
	case KxClusterTypeGP:
		checkGeneralPurpose(p, r)
		checkOneNode(p, r)
	case KxClusterTypeTickerplant:
		checkOneNode(p, r)
	}
	if a := r.AutoScalingConfiguration; a != nil && r.AZMode == KxAZModeMulti && a.MinNodeCount > 0 && a.MinNodeCount < 3 {
		p.Add("autoScalingConfiguration.minNodeCount", "must be at least 3 with azMode MULTI", a.MinNodeCount)
	}
	checkInitializationScript(p, r.InitializationScript)
}

func checkGeneralPurpose(p *validate.Problems, r *CreateKxClusterRequest) {
	if a := r.AutoScalingConfiguration; a != nil {
		p.Add("autoScalingConfiguration", "must be left out with clusterType GP",
			fmt.Sprintf("%d to %d nodes", a.MinNodeCount, a.MaxNodeCount))
	}
	if r.AZMode == KxAZModeMulti {
		p.Add("azMode", "must be SINGLE with clusterType GP", string(r.AZMode))
	}
}

func checkOneNode(p *validate.Problems, r *CreateKxClusterRequest) {
	if c := r.CapacityConfiguration; c != nil && c.NodeCount > 1 {
		p.Add("capacityConfiguration.nodeCount", "must be 1 with clusterType "+string(r.ClusterType), c.NodeCount)
	}
}

// maxScaledNodes is the highest maxNodeCount that the service accepts.
const maxScaledNodes = 5

// checkAutoScalingConfiguration requires room to scale.
func checkAutoScalingConfiguration(p *validate.Problems, r *AutoScalingConfiguration) {
	if r.MinNodeCount > 0 && r.MaxNodeCount > 0 && r.MinNodeCount >= r.MaxNodeCount {
		p.Add("minNodeCount", "must be less than maxNodeCount", r.MinNodeCount)
	}
	if r.MaxNodeCount > maxScaledNodes {
		p.Add("maxNodeCount", fmt.Sprintf("must be at most %d", maxScaledNodes), r.MaxNodeCount)
	}
}

// checkKxCacheStorageConfiguration checks the type of a cache, and that it comes in this size.
func checkKxCacheStorageConfiguration(p *validate.Problems, r *KxCacheStorageConfiguration) {
	switch r.Type {
	case "": // reported already, as the model requires it
	case "CACHE_1000", "CACHE_250":
		checkSSDSize(p, r.Size)
	case "CACHE_12":
		checkHDDSize(p, r.Size)
	default:
		p.Add("type", "must be one of CACHE_1000, CACHE_250, CACHE_12", r.Type)
	}
}

// checkUpdateKxClusterCodeConfigurationRequest refuses, for an update without a restart, what only a restart of the
// q process can change.
func checkUpdateKxClusterCodeConfigurationRequest(p *validate.Problems, r *UpdateKxClusterCodeConfigurationRequest) {
	checkInitializationScript(p, r.InitializationScript)
	d := r.DeploymentConfiguration
	if d == nil || d.DeploymentStrategy != KxClusterCodeDeploymentStrategyNoRestart {
		return
	}
	if r.InitializationScript != "" {
		p.Add("initializationScript", "must be empty with deploymentStrategy NO_RESTART", r.InitializationScript)
	}
	if len(r.CommandLineArguments) > 0 {
		p.Add("commandLineArguments", "must be empty with deploymentStrategy NO_RESTART", len(r.CommandLineArguments))
	}
}

// checkInitializationScript requires a file, by its path in the code package.
func checkInitializationScript(p *validate.Problems, script string) {
	if strings.HasPrefix(script, "/") || strings.HasSuffix(script, "/") {
		p.Add("initializationScript", "must be a relative path that ends in a file name", script)
	}
}
