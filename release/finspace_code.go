package release

import (
	"context"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// FinSpaceCode puts new code on kdb clusters, in the order in which they depend on each other. The initialization script
// and the command line arguments of each cluster are kept: the service would drop those that an update leaves out.
type FinSpaceCode struct {
	Client        *finspace.Client
	EnvironmentID string
	// Clusters are the names of the clusters, in groups: {{"tp"}, {"rdb", "hdb"}, {"gateway"}}. A group starts when all
	// clusters of the one before are live. Each group is a wave, unless the rollout has other ones.
	Clusters [][]string
	// Code is the package to run. Each release needs a key or version of its own: an update to the code that a cluster
	// has already is skipped.
	Code finspace.CodeConfiguration
	// Strategy is how the code reaches the processes; the default is that of the service. NO_RESTART is refused for a
	// cluster with a script or arguments, because it would drop them, and for clusters that are not general purpose.
	Strategy finspace.KxClusterCodeDeploymentStrategy
	// Script replaces the initialization scripts, and Arguments the arguments; nil keeps those of each cluster.
	Script    *string
	Arguments []finspace.KxCommandLineArgument
	// Verify checks that a cluster with the new code is good: a query to it says most. It may be nil.
	Verify func(ctx context.Context, cluster *finspace.GetKxClusterResponse) error
	// Wait is how long a cluster that is busy may take to be running before its update. The default is an hour.
	Wait time.Duration
}

// Build returns r with the steps of the release.
func (f FinSpaceCode) Build(_ context.Context, r rollout.Rollout) (rollout.Rollout, error) {
	const recipe = "FinSpaceCode"
	switch {
	case f.Client == nil:
		return r, required(recipe, "Client")
	case len(f.Clusters) == 0:
		return r, required(recipe, "Clusters")
	}
	r, err := recorded(r, recipe, f.Client)
	if err != nil {
		return r, err
	}
	var needs []string
	var waves []int
	for i, group := range f.Clusters {
		if len(group) == 0 {
			return r, required(recipe, fmt.Sprintf("Clusters[%d]", i))
		}
		for _, name := range group {
			r.Steps = append(r.Steps, f.step(name, needs))
		}
		needs, waves = group, append(waves, len(group))
	}
	if r.Waves == nil {
		r.Waves = waves
	}
	return r, nil
}

func (f FinSpaceCode) step(name string, needs []string) rollout.Step {
	return rollout.Step{
		Name: name, Needs: needs, Verify: verifier(f.Verify),
		Ready: func(ctx context.Context) error { return kxClusterRuns(ctx, f.Client, f.EnvironmentID, name, f.Wait) },
		Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
			r, err := f.request(ctx, name)
			if err != nil {
				return nil, err
			}
			return change(f.Client.PrepareUpdateKxClusterCodeConfiguration(ctx, r))
		},
	}
}

// request returns the update of a cluster, with what the cluster keeps.
func (f FinSpaceCode) request(ctx context.Context, name string) (r finspace.UpdateKxClusterCodeConfigurationRequest, err error) {
	now, err := f.Client.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: f.EnvironmentID, ClusterName: name})
	if err != nil {
		return r, err
	}
	r = finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: f.EnvironmentID, ClusterName: name, Code: f.Code,
		InitializationScript: now.InitializationScript, CommandLineArguments: now.CommandLineArguments,
	}
	if f.Script != nil {
		r.InitializationScript = *f.Script
	}
	if f.Arguments != nil {
		r.CommandLineArguments = f.Arguments
	}
	if f.Strategy != "" {
		r.DeploymentConfiguration = &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: f.Strategy}
	}
	if f.Strategy != finspace.KxClusterCodeDeploymentStrategyNoRestart {
		return r, nil
	}
	switch {
	case now.ClusterType != finspace.KxClusterTypeGP:
		return r, f.noRestart("is for general purpose clusters; cluster %s is of type %s", name, now.ClusterType)
	case now.InitializationScript != "" || r.InitializationScript != "":
		return r, f.noRestart("would drop the initialization script of cluster %s", name)
	case len(now.CommandLineArguments) > 0 || len(r.CommandLineArguments) > 0:
		return r, f.noRestart("would drop the command line arguments of cluster %s", name)
	}
	return r, nil
}

func (f FinSpaceCode) noRestart(rule string, args ...any) error {
	return invalid("FinSpaceCode", "Strategy", cloud.CheckRule, fmt.Sprintf(rule, args...), string(f.Strategy))
}

// kxClusterWait is how long a cluster may be busy before its update, unless the caller has said.
const kxClusterWait = time.Hour

// kxClusterRuns waits until a cluster that is being created or updated runs.
func kxClusterRuns(ctx context.Context, c *finspace.Client, environmentID, name string, within time.Duration) error {
	if within == 0 {
		within = kxClusterWait
	}
	return until(ctx, within, func(ctx context.Context) (string, error) {
		now, err := c.GetKxCluster(ctx, finspace.GetKxClusterRequest{EnvironmentID: environmentID, ClusterName: name})
		switch {
		case err != nil:
			return "", err
		case now.Status == finspace.KxClusterStatusRunning:
			return "", nil
		case now.Status == finspace.KxClusterStatusUpdating || now.Status == finspace.KxClusterStatusCreating ||
			now.Status == finspace.KxClusterStatusPending:
			return fmt.Sprintf("cluster %s is %s", name, now.Status), nil
		}
		return "", conflict("cluster %s is %s, and must be RUNNING", name, now.Status)
	})
}
