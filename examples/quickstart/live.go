package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// liveFlags describe one real change. The credentials come from the environment.
type liveFlags struct {
	change, region, endpoint, resume                                   string
	environment, cluster, bucket, key, strategy, database, source, dir string // finspace
	workspace, namespace, job                                          string // flink
	engine, image, site                                                string // dlc
	service, instance, deployment, spec, major, minor                  string // proton
}

func (l *liveFlags) add(f *flag.FlagSet) {
	f.StringVar(&l.change, "live", "", "make one real change: "+strings.Join(names, ", "))
	f.StringVar(&l.region, "region", "", "live: the region")
	f.StringVar(&l.endpoint, "endpoint", "", "live: the endpoint, if not the region's own")
	f.StringVar(&l.resume, "resume", "", "live: a resume token; wait for its change instead of starting one")
	f.StringVar(&l.environment, "environment", "", "code, changeset: the kdb environment ID")
	f.StringVar(&l.cluster, "cluster", "", "code: the cluster")
	f.StringVar(&l.bucket, "bucket", "", "code: the S3 bucket of the code")
	f.StringVar(&l.key, "key", "", "code: the S3 key of the code")
	f.StringVar(&l.strategy, "strategy", "", "code: ROLLING, NO_RESTART or FORCE")
	f.StringVar(&l.database, "database", "", "changeset: the database")
	f.StringVar(&l.source, "source", "", "changeset: the s3:// path to add; empty deletes -path")
	f.StringVar(&l.dir, "path", "", "changeset: the path in the database")
	f.StringVar(&l.workspace, "workspace", "", "hotupdate: the workspace ID")
	f.StringVar(&l.namespace, "namespace", "", "hotupdate: the namespace")
	f.StringVar(&l.job, "job", "", "hotupdate: the job ID")
	f.StringVar(&l.engine, "engine", "", "image: the engine ID")
	f.StringVar(&l.image, "image", "", "image: the new image version ID")
	f.StringVar(&l.site, "site", string(dlc.Mainland), "image: mainland or international")
	f.StringVar(&l.service, "service", "", "instance: the service")
	f.StringVar(&l.instance, "instance", "", "instance: the service instance")
	f.StringVar(&l.deployment, "deployment", string(proton.DeploymentUpdateTypeCurrentVersion), "instance: CURRENT_VERSION, MINOR_VERSION or MAJOR_VERSION")
	f.StringVar(&l.spec, "spec", "", "instance: a file with the new spec")
	f.StringVar(&l.major, "major", "", "instance: the template's major version")
	f.StringVar(&l.minor, "minor", "", "instance: the template's minor version")
}

// plan returns the one change that the flags describe.
func (l *liveFlags) plan() (change, error) {
	cfg := cloud.Config{Region: l.region, Endpoint: l.endpoint, UserAgent: "polycloud-quickstart"}
	switch l.change {
	case "code", "changeset":
		return l.planFinspace(cfg)
	case "hotupdate":
		return l.planFlink(cfg)
	case "image":
		return l.planDLC(cfg)
	case "instance":
		return l.planProton(cfg)
	}
	return change{}, fmt.Errorf("-live must be one of %s, given %q", strings.Join(names, ", "), l.change)
}

func (l *liveFlags) planFinspace(cfg cloud.Config) (change, error) {
	c, err := finspace.New(cfg)
	if err != nil {
		return change{}, err
	}
	if l.change == "changeset" {
		request := finspace.ChangeRequest{ChangeType: finspace.ChangeTypePut, S3Path: l.source, DBPath: l.dir}
		if l.source == "" {
			request.ChangeType = finspace.ChangeTypeDelete
		}
		made := createChangeset(c, finspace.CreateKxChangesetRequest{
			EnvironmentID: l.environment, DatabaseName: l.database, ChangeRequests: []finspace.ChangeRequest{request},
		})
		return resumed(l, made, c.ResumeCreateKxChangeset), nil
	}
	r := finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: l.environment, ClusterName: l.cluster, Code: finspace.CodeConfiguration{S3Bucket: l.bucket, S3Key: l.key},
	}
	if l.strategy != "" {
		r.DeploymentConfiguration = &finspace.KxClusterCodeDeploymentConfiguration{
			DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategy(l.strategy),
		}
	}
	return resumed(l, updateCode(c, r), c.ResumeUpdateKxClusterCodeConfiguration), nil
}

func (l *liveFlags) planFlink(cfg cloud.Config) (change, error) {
	c, err := flink.New(cfg, flink.WithWorkspace(l.workspace), flink.WithNamespace(l.namespace))
	if err != nil {
		return change{}, err
	}
	return resumed(l, hotUpdate(c, flink.HotUpdateJobRequest{JobID: l.job}), c.ResumeHotUpdateJob), nil
}

func (l *liveFlags) planDLC(cfg cloud.Config) (change, error) {
	c, err := dlc.New(cfg, dlc.WithSite(dlc.Site(l.site)))
	if err != nil {
		return change{}, err
	}
	made := switchImage(c, dlc.SwitchDataEngineImageRequest{DataEngineID: l.engine, NewImageVersionID: l.image})
	return resumed(l, made, c.ResumeSwitchDataEngineImage), nil
}

func (l *liveFlags) planProton(cfg cloud.Config) (change, error) {
	c, err := proton.New(cfg)
	if err != nil {
		return change{}, err
	}
	r := proton.UpdateServiceInstanceRequest{
		ServiceName: l.service, Name: l.instance, DeploymentType: proton.DeploymentUpdateType(l.deployment),
		TemplateMajorVersion: l.major, TemplateMinorVersion: l.minor,
	}
	if l.spec != "" {
		spec, err := os.ReadFile(l.spec)
		if err != nil {
			return change{}, err
		}
		r.Spec = string(spec)
	}
	return resumed(l, updateInstance(c, r), c.ResumeUpdateServiceInstance), nil
}

// resumed takes up a change by its token, if there is one, instead of starting it.
func resumed[T any](l *liveFlags, c change, resume func(string) (*cloud.Waiter[T], error)) change {
	if l.resume != "" {
		c.begin = func(context.Context) (watcher, error) { return started(resume(l.resume)) }
	}
	return c
}
