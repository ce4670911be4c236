package release_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/proton"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

var protonInstances = []string{"blue", "green"}

func specOf(name string) string { return "proton: ServiceSpec\ninstances:\n  - name: " + name + "\n" }

func addInstances(emu *emulator.Emulator) {
	emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "web", MajorVersion: "1", MinorVersion: "0"})
	emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "other", MajorVersion: "1", MinorVersion: "0"})
	emu.Proton.AddService(proton.Service{Name: "shop", TemplateName: "web"})
	emu.Proton.AddService(proton.Service{Name: "mail", TemplateName: "other"})
	for _, name := range protonInstances {
		emu.Proton.AddServiceInstance(proton.ServiceInstance{
			ServiceName: "shop", Name: name, TemplateName: "web", TemplateMajorVersion: "1", TemplateMinorVersion: "0", Spec: specOf(name),
		})
	}
	emu.Proton.AddServiceInstance(proton.ServiceInstance{
		ServiceName: "mail", Name: "only", TemplateName: "other", TemplateMajorVersion: "1", TemplateMinorVersion: "0", Spec: specOf("only"),
	})
}

func newProton(t *testing.T, cfg cloud.Config) *proton.Client {
	t.Helper()
	c, err := proton.New(cfg)
	require.NoError(t, err)
	return c
}

func protonTemplate(c *proton.Client) release.ProtonTemplate {
	return release.ProtonTemplate{
		Client: c, Template: "web", Major: "1",
		Create: &proton.CreateServiceTemplateVersionRequest{
			Source:                         proton.TemplateVersionSourceInput{S3: &proton.S3ObjectSource{Bucket: "templates", Key: "web.tar.gz"}},
			CompatibleEnvironmentTemplates: []proton.CompatibleEnvironmentTemplateInput{{TemplateName: "vpc", MajorVersion: "1"}},
		},
	}
}

// runsVersion requires minor versions of the instances, each with its own spec.
func runsVersion(t *testing.T, cfg cloud.Config, minor ...string) {
	t.Helper()
	c := newProton(t, cfg)
	for i, name := range protonInstances {
		out, err := c.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{ServiceName: "shop", Name: name})
		require.NoError(t, err)
		assert.Equal(t, minor[i], out.ServiceInstance.TemplateMinorVersion, name)
		assert.Equal(t, specOf(name), out.ServiceInstance.Spec)
	}
	versions := 0
	for v, err := range c.AllServiceTemplateVersions(t.Context(), proton.ListServiceTemplateVersionsRequest{TemplateName: "web", MajorVersion: "1"}) {
		require.NoError(t, err)
		assert.Equal(t, proton.TemplateVersionStatusPublished, v.Status)
		versions++
	}
	assert.Equal(t, 2, versions)
}

var protonProof = proof{
	world: addInstances,
	build: func(t *testing.T, cfg cloud.Config, r rollout.Rollout) (rollout.Rollout, error) {
		return protonTemplate(newProton(t, cfg)).Build(t.Context(), r)
	},
	effects: map[string]int{"UpdateServiceInstance": 2, "CreateServiceTemplateVersion": 1},
	writes:  map[string]int{"UpdateServiceTemplateVersion": 1},
	live:    "create version live new, publish version live new, shop/blue live new, shop/green live new",
	check:   func(t *testing.T, cfg cloud.Config) { runsVersion(t, cfg, "1", "1") },
	undone:  "create version live new, publish version live new, shop/blue undone old, shop/green undone old",
	restored: func(t *testing.T, cfg cloud.Config) {
		runsVersion(t, cfg, "0", "0")
	},
	undo: rollout.UndoWave,
	stands: func(t *testing.T, cfg cloud.Config, step string, as rollout.Stands) bool {
		c := newProton(t, cfg)
		if name, ok := strings.CutPrefix(step, "shop/"); ok {
			out, err := c.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{ServiceName: "shop", Name: name})
			require.NoError(t, err)
			return as == oldOrNew(out.ServiceInstance.TemplateMinorVersion == "0")
		}
		out, err := c.GetServiceTemplateVersion(t.Context(), proton.GetServiceTemplateVersionRequest{TemplateName: "web", MajorVersion: "1", MinorVersion: "1"})
		return as == oldOrNew(err != nil || step == "publish version" && out.ServiceTemplateVersion.Status != proton.TemplateVersionStatusPublished)
	},
}

func TestProtonTemplate(t *testing.T) { protonProof.test(t) }

func TestProtonTemplateThatFails(t *testing.T) {
	t.Parallel()
	const op, create = "UpdateServiceInstance", "CreateServiceTemplateVersion"
	for _, tt := range []struct {
		name    string
		endings []emulator.Ending
		want    string
		minor   []string
		errs    []string
	}{
		{
			"the version", []emulator.Ending{{Operation: create, Fail: true, Reason: "no schema"}},
			"create version undo failed unknown, publish version blocked old, shop/blue blocked old, shop/green blocked old", nil, []string{"no schema"},
		},
		{
			"the second instance", []emulator.Ending{{Operation: op}, {Operation: op, Fail: true, Reason: "no subnet"}},
			"create version live new, publish version live new, shop/blue undone old, shop/green undone old", []string{"0", "0"},
			[]string{"no subnet"},
		},
		{
			"the way back", []emulator.Ending{
				{Operation: op}, {Operation: op, Fail: true, Reason: "no subnet"}, {Operation: op, Fail: true, Reason: "no role"},
			},
			"create version live new, publish version live new, shop/blue undo failed unknown, shop/green undone old",
			nil, []string{"no subnet", "no role"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				report, emu, err := protonProof.ends(t, func(r *rollout.Rollout) { r.OnFailure, r.InFlight = rollout.UndoWave, 1 }, tt.endings...)
				require.Error(t, err)
				assert.Equal(t, tt.want, phasesOf(report))
				for _, text := range tt.errs {
					require.ErrorContains(t, err, text)
				}
				if tt.minor != nil {
					runsVersion(t, emu.Config(), tt.minor...)
				}
			})
		})
	}
}

// TestProtonTemplateWaits has a component of one instance, and the other instance, in progress.
func TestProtonTemplateWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := protonProof.start(t)
		c := newProton(t, emu.Config())
		emu.Proton.AddComponent(proton.Component{
			Name: "queue", ServiceName: "shop", ServiceInstanceName: "blue", DeploymentStatus: proton.DeploymentStatusInProgress,
		})
		_, err := c.BeginUpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{
			ServiceName: "shop", Name: "green", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: specOf("green"),
		})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		recipe := protonTemplate(c)
		recipe.Wait = 10 * time.Minute
		recipe.Create, recipe.Minor = nil, "1"
		emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "web", MajorVersion: "1", MinorVersion: "1"})
		r, err := recipe.Build(t.Context(), rollout.Rollout{MaxFailures: 1})
		require.NoError(t, err)
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrConflict)
		require.ErrorContains(t, err, "component queue of instance shop/blue is IN_PROGRESS, after 10m0s of waiting")
		assert.Equal(t, "shop/blue failed old, shop/green live new", phasesOf(report))
		runsVersion(t, emu.Config(), "0", "1")
	})
}

func TestProtonTemplateIsChecked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := protonProof.start(t)
		c := newProton(t, emu.Config())
		for _, tt := range []struct {
			edit func(*release.ProtonTemplate)
			want string
		}{
			{func(p *release.ProtonTemplate) { p.Client = nil }, "Client: required"},
			{func(p *release.ProtonTemplate) { p.Template = "" }, "Template: required"},
			{func(p *release.ProtonTemplate) { p.Major = "" }, "Major: required"},
			{func(p *release.ProtonTemplate) { p.Create = nil }, "Minor: required without Create"},
			{func(p *release.ProtonTemplate) { p.Minor = "3" }, "Minor: must be empty with Create"},
		} {
			recipe := protonTemplate(c)
			tt.edit(&recipe)
			_, err := recipe.Build(t.Context(), rollout.Rollout{})
			require.ErrorContains(t, err, tt.want)
		}
	})
}

// TestProtonTemplateInWaves has a canary, and the version again for nothing to do.
func TestProtonTemplateInWaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := protonProof.start(t)
		recipe := protonTemplate(newProton(t, emu.Config()))
		recipe.Instances = []release.ProtonInstance{{"shop", "green"}, {"shop", "blue"}}
		j := journal.Memory()
		r, err := recipe.Build(t.Context(), rollout.Rollout{Name: "first", Journal: j, Waves: rollout.Waves(1, rollout.Rest)})
		require.NoError(t, err)
		assert.Equal(t, rollout.Waves(2, 1, rollout.Rest), r.Waves)
		plan, err := r.Plan(t.Context())
		require.NoError(t, err)
		assert.Contains(t, plan.String(), `not known yet: rollout: the change of step "create version" has not ended`)
		report, err := r.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "create version live new, publish version live new, shop/green live new, shop/blue live new", phasesOf(report))
		assert.Equal(t, 3, report.Steps[3].Wave)

		recipe.Create, recipe.Minor = nil, "1"
		r, err = recipe.Build(t.Context(), rollout.Rollout{Name: "again", Journal: j})
		require.NoError(t, err)
		report, err = r.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "shop/green skipped new, shop/blue skipped new", phasesOf(report))
	})
}
