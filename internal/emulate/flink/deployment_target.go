package flink

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) targetOperations() front.Handlers {
	return front.Handlers{
		"ListDeploymentTargets":    front.Handle(s.listTargets),
		"CreateDeploymentTarget":   front.Handle(s.createTarget),
		"CreateDeploymentTargetV2": front.Handle(s.createElasticTarget),
		"UpdateDeploymentTarget":   front.Handle(s.updateTarget),
		"UpdateDeploymentTargetV2": front.Handle(s.updateElasticTarget),
		"DeleteDeploymentTarget":   front.Handle(s.deleteTarget),
	}
}

// AddDeploymentTarget adds a deployment target to a namespace of a workspace, or replaces it, and returns its name.
func (s *Service) AddDeploymentTarget(workspace, namespace string, target flink.DeploymentTarget) (name string) {
	s.know(workspace, namespace)
	t := target
	t.Name, t.Namespace = cmp.Or(t.Name, "default-queue"), namespace
	t.Quota = cmp.Or(t.Quota, quotaOf(flink.ResourceSpec{CPU: new(10.0), Memory: "40Gi"}, nil))
	save(s, s.targets, world.KeyOf(workspace, namespace, t.Name), t)
	return t.Name
}

// quotaOf returns the quota of fixed and elastic resources: jobs can use both, but only the fixed ones are set aside.
func quotaOf(fixed flink.ResourceSpec, elastic *flink.ResourceSpec) *flink.ResourceQuota {
	request, limit := fixed, fixed
	if elastic != nil {
		limit.Memory = addMemory(fixed.Memory, elastic.Memory)
		if elastic.CPU != nil {
			sum := *elastic.CPU
			if fixed.CPU != nil {
				sum += *fixed.CPU
			}
			limit.CPU = &sum
		}
	}
	return &flink.ResourceQuota{Request: &request, Limit: &limit, Used: &flink.ResourceSpec{CPU: new(0.0), Memory: "0Gi"}}
}

// addMemory adds two amounts of memory, such as "4Gi". An amount without a known unit is left out.
func addMemory(a, b string) string {
	m, okA := mebibytes(a)
	n, okB := mebibytes(b)
	switch sum := m + n; {
	case !okA:
		return b
	case !okB:
		return a
	case sum%1024 == 0:
		return fmt.Sprintf("%dGi", sum/1024)
	default:
		return fmt.Sprintf("%dMi", sum)
	}
}

func mebibytes(amount string) (int64, bool) {
	for unit, size := range map[string]float64{"Mi": 1, "Gi": 1024, "Ti": 1024 * 1024} {
		if number, ok := strings.CutSuffix(amount, unit); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
			return int64(n * size), err == nil
		}
	}
	return 0, false
}

func (s *Service) listTargets(_ *front.Received, in flink.ListDeploymentTargetsRequest) (any, error) {
	return pageOfNamespace(s, s.targets, in.Workspace, in.Namespace, in.PageIndex, in.PageSize), nil
}

func (s *Service) createTarget(_ *front.Received, in flink.CreateDeploymentTargetRequest) (any, error) {
	return s.newTarget(in.Workspace, in.Namespace, in.DeploymentTargetName, quotaOf(in.ResourceSpec, nil))
}

func (s *Service) createElasticTarget(_ *front.Received, in flink.CreateDeploymentTargetV2Request) (any, error) {
	quota := quotaOf(in.Resource.FixedResource, in.Resource.ElasticResource)
	return s.newTarget(in.Workspace, in.Namespace, in.DeploymentTargetName, quota)
}

func (s *Service) newTarget(workspace, namespace, name string, quota *flink.ResourceQuota) (any, error) {
	key := world.KeyOf(workspace, namespace, name)
	if exists(s, s.targets, key) {
		return nil, stateConflict("deployment target", name, "already exists")
	}
	t := flink.DeploymentTarget{Name: name, Namespace: namespace, Quota: quota}
	save(s, s.targets, key, t)
	return &t, nil
}

func (s *Service) updateTarget(_ *front.Received, in flink.UpdateDeploymentTargetRequest) (any, error) {
	return s.changeTarget(in.Workspace, in.Namespace, in.DeploymentTargetName, quotaOf(in.ResourceSpec, nil))
}

func (s *Service) updateElasticTarget(_ *front.Received, in flink.UpdateDeploymentTargetV2Request) (any, error) {
	quota := quotaOf(in.Resource.FixedResource, in.Resource.ElasticResource)
	return s.changeTarget(in.Workspace, in.Namespace, in.DeploymentTargetName, quota)
}

func (s *Service) changeTarget(workspace, namespace, name string, quota *flink.ResourceQuota) (any, error) {
	key := world.KeyOf(workspace, namespace, name)
	t, err := actual(s, s.targets, key, "deployment target", name)
	if err != nil {
		return nil, err
	}
	t.Quota = quota
	save(s, s.targets, key, t)
	return &t, nil
}

// deleteTarget deletes a target where no job runs.
func (s *Service) deleteTarget(_ *front.Received, in flink.DeleteDeploymentTargetRequest) (any, error) {
	name := in.DeploymentTargetName
	for _, d := range inNamespace(s, s.deployments, in.Workspace, in.Namespace) {
		if active, busy := s.activeJob(*d); busy && d.DeploymentTarget != nil && d.DeploymentTarget.Name == name {
			return nil, stateConflict("deployment target", name, "is used by job "+active.JobID)
		}
	}
	t, err := remove(s, s.targets, world.KeyOf(in.Workspace, in.Namespace, name), "deployment target", name)
	if err != nil {
		return nil, err
	}
	return &t, nil
}
