package main

import (
	"context"
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A recipe is one of package release, by the fields of its type.
type recipe struct {
	DLCImage       *dlcImage       `yaml:"dlcImage"`
	FinSpaceCode   *finSpaceCode   `yaml:"finSpaceCode"`
	FinSpaceData   *finSpaceData   `yaml:"finSpaceData"`
	FlinkChange    *flinkChange    `yaml:"flinkChange"`
	FlinkDraft     *flinkDraft     `yaml:"flinkDraft"`
	ProtonTemplate *protonTemplate `yaml:"protonTemplate"`
}

type dlcImage struct {
	Engines     []string      `yaml:"engines"`
	Image       string        `yaml:"image"`
	Drain       time.Duration `yaml:"drain"`
	Smoke       []string      `yaml:"smoke"`
	Database    string        `yaml:"database"`
	SmokeWithin time.Duration `yaml:"smokeWithin"`
}

type finSpaceCode struct {
	EnvironmentID string                                   `yaml:"environmentId"`
	Clusters      [][]string                               `yaml:"clusters"`
	Code          yaml.Node                                `yaml:"code"`
	Strategy      finspace.KxClusterCodeDeploymentStrategy `yaml:"strategy"`
	Script        *string                                  `yaml:"script"`
	Wait          time.Duration                            `yaml:"wait"`
}

type finSpaceData struct {
	EnvironmentID string                        `yaml:"environmentId"`
	Database      string                        `yaml:"database"`
	Changes       []yaml.Node                   `yaml:"changes"`
	ChunkSize     int                           `yaml:"chunkSize"`
	Dataviews     []string                      `yaml:"dataviews"`
	Clusters      []string                      `yaml:"clusters"`
	Strategy      finspace.KxDeploymentStrategy `yaml:"strategy"`
	Wait          time.Duration                 `yaml:"wait"`
}

type flinkJob struct {
	DeploymentID  string            `yaml:"deploymentId"`
	IfNoSavepoint flink.RestoreKind `yaml:"ifNoSavepoint"`
}

type flinkChange struct {
	flinkJob           `yaml:",inline"`
	Parallelism        int           `yaml:"parallelism"`
	CheckpointInterval time.Duration `yaml:"checkpointInterval"`
	CheckpointTimeout  time.Duration `yaml:"checkpointTimeout"`
	CheckpointMinPause time.Duration `yaml:"checkpointMinPause"`
	Restart            bool          `yaml:"restart"`
}

type flinkDraft struct {
	flinkJob `yaml:",inline"`
	DraftID  string `yaml:"draftId"`
}

type protonTemplate struct {
	Create    *yaml.Node `yaml:"create"`
	Template  string     `yaml:"template"`
	Major     string     `yaml:"major"`
	Minor     string     `yaml:"minor"`
	Instances []struct {
		Service string `yaml:"service"`
		Name    string `yaml:"name"`
	} `yaml:"instances"`
	Wait time.Duration `yaml:"wait"`
}

// A builder is a recipe of package release.
type builder interface {
	Build(ctx context.Context, r rollout.Rollout) (rollout.Rollout, error)
}

// build adds the steps of the recipe to a rollout.
func (c *recipe) build(ctx context.Context, p *program, f *rolloutFile, ro rollout.Rollout) (rollout.Rollout, error) {
	var chosen []func(*program, *rolloutFile) (builder, error)
	if c.DLCImage != nil {
		chosen = append(chosen, c.DLCImage.recipe)
	}
	if c.FinSpaceCode != nil {
		chosen = append(chosen, c.FinSpaceCode.recipe)
	}
	if c.FinSpaceData != nil {
		chosen = append(chosen, c.FinSpaceData.recipe)
	}
	if c.FlinkChange != nil {
		chosen = append(chosen, c.FlinkChange.recipe)
	}
	if c.FlinkDraft != nil {
		chosen = append(chosen, c.FlinkDraft.recipe)
	}
	if c.ProtonTemplate != nil {
		chosen = append(chosen, c.ProtonTemplate.recipe)
	}
	if len(chosen) != 1 {
		return ro, f.invalid("recipe", "must have exactly one recipe")
	}
	b, err := chosen[0](p, f)
	if err != nil {
		return ro, err
	}
	return b.Build(ctx, ro)
}

func (c *dlcImage) recipe(p *program, _ *rolloutFile) (builder, error) {
	client, err := dlc.New(p.config(tencent, ""), dlc.WithSite(dlc.Site(p.site)))
	return release.DLCImage{
		Client: client, Engines: c.Engines, Image: c.Image, Drain: c.Drain, Smoke: c.Smoke, Database: c.Database,
		SmokeWithin: c.SmokeWithin,
	}, err
}

func (c *finSpaceCode) recipe(p *program, f *rolloutFile) (builder, error) {
	r := release.FinSpaceCode{EnvironmentID: c.EnvironmentID, Clusters: c.Clusters, Strategy: c.Strategy, Script: c.Script, Wait: c.Wait}
	err := f.decode("recipe.finSpaceCode.code", c.Code, &r.Code)
	if err == nil {
		r.Client, err = finspace.New(p.config(aws, ""))
	}
	return r, err
}

func (c *finSpaceData) recipe(p *program, f *rolloutFile) (builder, error) {
	r := release.FinSpaceData{
		EnvironmentID: c.EnvironmentID, Database: c.Database, ChunkSize: c.ChunkSize,
		Changes:   make([]finspace.ChangeRequest, len(c.Changes)),
		Dataviews: c.Dataviews, Clusters: c.Clusters, Strategy: c.Strategy, Wait: c.Wait,
	}
	for i := range c.Changes {
		if err := f.decode(fmt.Sprintf("recipe.finSpaceData.changes[%d]", i), c.Changes[i], &r.Changes[i]); err != nil {
			return nil, err
		}
	}
	var err error
	r.Client, err = finspace.New(p.config(aws, ""))
	return r, err
}

func (j *flinkJob) job(p *program) (release.FlinkJob, error) {
	client, err := flink.New(p.config(alibaba, ""), flink.WithWorkspace(p.workspace), flink.WithNamespace(p.namespace))
	return release.FlinkJob{Client: client, DeploymentID: j.DeploymentID, IfNoSavepoint: j.IfNoSavepoint}, err
}

func (c *flinkChange) recipe(p *program, _ *rolloutFile) (builder, error) {
	job, err := c.job(p)
	return release.FlinkChange{
		FlinkJob: job, Parallelism: c.Parallelism, CheckpointInterval: c.CheckpointInterval, CheckpointTimeout: c.CheckpointTimeout,
		CheckpointMinPause: c.CheckpointMinPause, Restart: c.Restart,
	}, err
}

func (c *flinkDraft) recipe(p *program, _ *rolloutFile) (builder, error) {
	job, err := c.job(p)
	return release.FlinkDraft{FlinkJob: job, DraftID: c.DraftID}, err
}

func (c *protonTemplate) recipe(p *program, f *rolloutFile) (builder, error) {
	r := release.ProtonTemplate{Template: c.Template, Major: c.Major, Minor: c.Minor, Wait: c.Wait}
	for _, i := range c.Instances {
		r.Instances = append(r.Instances, release.ProtonInstance{Service: i.Service, Name: i.Name})
	}
	if c.Create != nil {
		r.Create = new(proton.CreateServiceTemplateVersionRequest)
		if err := f.decode("recipe.protonTemplate.create", *c.Create, r.Create); err != nil {
			return nil, err
		}
	}
	var err error
	r.Client, err = proton.New(p.config(aws, ""))
	return r, err
}
