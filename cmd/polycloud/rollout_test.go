package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

const twoSteps = `name: release
journal: rollouts
waves: [1, rest]
inFlight: 2
soak: 10s
onFailure: undo all
steps:
  - name: code
    service: finspace
    operation: UpdateKxClusterCodeConfiguration
    request:
      environmentId: kx7example
      clusterName: hdb-prod
      code: {s3Bucket: releases, s3Key: v2.zip}
    verify:
      operation: GetKxCluster
      request: {environmentId: kx7example, clusterName: hdb-prod}
      path: code.s3Key
      equals: v2.zip
  - name: image
    needs: [code]
    service: dlc
    operation: SwitchDataEngineImage
    request: {DataEngineId: DataEngine-1, NewImageVersionId: image-2}
`

// writeFile writes the file of a rollout into a folder of its own.
func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "release.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestRollout(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		file := writeFile(t, twoSteps)
		svg := filepath.Join(filepath.Dir(file), "release.svg")
		r := s.run(t.Context(), "rollout", "report", "-f", file)
		assert.Equal(t, exitNotFound, r.code, r.stderr)
		r = s.run(t.Context(), "rollout", "plan", "-f", file)
		require.Zero(t, r.code, r.stderr)
		assert.Equal(t, `WAVE  STEP   RESOURCE             FIELD              BEFORE          AFTER
1     code   kx7example/hdb-prod  code.s3Key         2026.11.14.zip  v2.zip
2     image  etl                  NewImageVersionId  image-1         image-2
`, r.stdout)
		r = s.run(t.Context(), "rollout", "run", "-f", file)
		assert.Equal(t, exitInvalid, r.code)
		assert.Contains(t, r.stderr, "--yes: required without a terminal; nothing was changed")
		assert.Zero(t, started(s.emu, updateCode))

		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		r = s.run(ctx, "rollout", "run", "-f", file, "--yes")
		assert.Equal(t, exitPending, r.code, r.stderr)
		assert.Contains(t, r.stderr, "follow it with: polycloud rollout resume -f "+file)
		r = s.run(t.Context(), "rollout", "run", "-f", file, "--yes")
		assert.Equal(t, exitInvalid, r.code)
		assert.Contains(t, r.stderr, `the journal has the rollout "release" already`)

		r = s.run(t.Context(), "rollout", "resume", "-f", file, "-o", "json", "--svg", svg)
		require.Zero(t, r.code, r.stderr)
		names, data := events(t, r.stdout)
		assert.Equal(t, "end", names[len(names)-1])
		assert.Contains(t, string(data[len(data)-1]), `"outcome":"succeeded"`)
		picture, err := os.ReadFile(svg)
		require.NoError(t, err)
		assert.Contains(t, string(picture), "<svg")

		r = s.run(t.Context(), "rollout", "report", "-f", file)
		require.Zero(t, r.code, r.stderr)
		assert.Contains(t, r.stdout, "\nrollout release: succeeded after ")
		r = s.run(t.Context(), "rollout", "report", "-f", file, "-o", "json")
		var report rollout.Report
		require.NoError(t, json.Unmarshal([]byte(r.stdout), &report))
		assert.Equal(t, rollout.PhaseLive, report.Steps[1].Phase)
		assert.Equal(t, 1, started(s.emu, updateCode))
		assert.Equal(t, 1, started(s.emu, "SwitchDataEngineImage"))
	})
}

func TestRolloutThatIsNotGood(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		file := writeFile(t, strings.Replace(twoSteps, "equals: v2.zip", "equals: v3.zip", 1))
		r := s.run(t.Context(), "rollout", "run", "-f", file, "-y")
		assert.Equal(t, exitUnhealthy, r.code)
		assert.Contains(t, r.stderr, `GetKxCluster: code.s3Key must be "v3.zip", and is "v2.zip"`)
		assert.Contains(t, r.stdout, "rollout release: undone after ")
		assert.Equal(t, 2, started(s.emu, updateCode))
		assert.Zero(t, started(s.emu, "SwitchDataEngineImage"))
	})
}

func TestRolloutThatFails(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		s.emu.Script(emulator.Ending{Operation: updateCode, Fail: true, Reason: "out of memory"})
		file := writeFile(t, strings.NewReplacer("undo all", "stop", "journal: rollouts\n", "").Replace(twoSteps))
		r := s.run(t.Context(), "rollout", "run", "-f", file, "-y")
		assert.Equal(t, exitFailed, r.code)
		assert.Contains(t, r.stdout, "out of memory")
		r = s.run(t.Context(), "rollout", "resume", "-f", file)
		assert.Equal(t, exitInvalid, r.code)
		assert.Contains(t, r.stderr, "journal: required for what was done before")
	})
}

func TestRecipes(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		for name, test := range map[string]struct{ recipe, plan string }{
			"dlcImage":       {`{engines: [etl], image: image-2, smoke: [SELECT 1], drain: 5m}`, "image-1"},
			"finSpaceCode":   {`{environmentId: kx7example, clusters: [[hdb-prod], [gateway]], code: {s3Bucket: releases, s3Key: v2.zip}}`, "v2.zip"},
			"finSpaceData":   {`{environmentId: kx7example, database: trades, changes: [{changeType: DELETE, dbPath: /2025/}], dataviews: []}`, "trades"},
			"protonTemplate": {`{template: web, major: "2", minor: "3", instances: [{service: shop, name: staging}]}`, "staging"},
			"flinkChange":    {`{deploymentId: orders-enriched, parallelism: 8}`, "8"},
		} {
			file := writeFile(t, "name: release\nrecipe:\n  "+name+": "+test.recipe+"\n")
			r := s.run(t.Context(), "rollout", "plan", "-f", file, "--workspace", "a14bd5d90a", "--namespace", "default")
			assert.Zero(t, r.code, "%s: %s", name, r.stderr)
			assert.Contains(t, r.stdout, test.plan, name)
		}
		s.emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-9", DataEngineName: "idle", ImageVersionID: "image-1"})
		file := writeFile(t, "name: release\nrecipe: {dlcImage: {engines: [idle], image: image-2, smoke: [SELECT 1]}}\n")
		r := s.run(t.Context(), "rollout", "run", "-f", file, "-y")
		assert.Zero(t, r.code, r.stderr)
		assert.Contains(t, r.stdout, "succeeded")
	})
}

func TestRolloutFilesThatAreWrong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ from, to, says string }{
		{"onFailure:", "onFailur:", ":6: field onFailur not found"},
		{"name: release", "name: [", ":"},
		{"name: release\n", "", ":1: name: required"},
		{"waves: [1, rest]", "waves: [some]", `:3: waves: must be numbers or rest, given "some"`},
		{"waves: [1, rest]", "waves: [rest, 1]", ":3: waves[0]: must be the last wave"},
		{"undo all", "explode", `:6: onFailure: must be Stop, UndoWave, UndoAll or Continue, given "explode"`},
		{"soak: 10s", "soak: long", ":5: cannot unmarshal"},
		{"name: code", "name: ''", ":8: steps[0].name: required"},
		{"needs: [code]", "needs: [cod]", `:21: steps[1].needs[0]: must be the name of a step, given "cod"`},
		{"service: dlc", "service: s3", `:22: steps[1].service: service: must be finspace, proton, flink or dlc, given "s3"`},
		{"SwitchDataEngineImage", "DescribeDataEngine", ":24: steps[1].request.DataEngineId: unknown member"},
		{"SwitchDataEngineImage", "Nope", `:23: steps[1].operation: operation: dlc has no "Nope"`},
		{"s3Key: v2.zip", "s3key: v2.zip", ":14: steps[0].request.code.s3key: unknown member"},
		{"clusterName: hdb-prod\n      code", "code", ":12: steps[0].request.clusterName: required"},
		{"path: code.s3Key", "path: ''", ":18: steps[0].verify.path: required"},
		{"equals: v2.zip", "equals: []", ":19: steps[0].verify.equals: required, and must be a single value"},
		{"steps:", "recipe: {dlcImage: {}}\nsteps:", ":9: steps: either steps or a recipe is required"},
		{"image-2}\n", "image-2}\n---\nname: two\n", ": must be one YAML document"},
	} {
		file := writeFile(t, strings.Replace(twoSteps, test.from, test.to, 1))
		r := shell{}.run(t.Context(), "rollout", "plan", "-f", file, "--endpoint", "http://127.0.0.1:1")
		assert.Equal(t, exitInvalid, r.code, "%s: %s", test.to, r.stderr)
		assert.Contains(t, r.stderr, file+test.says, test.to)
	}
	file := writeFile(t, "name: release\nrecipe: {dlcImage: {engine: etl}}\n")
	r := shell{}.run(t.Context(), "rollout", "plan", "-f", file)
	assert.Contains(t, r.stderr, file+":2: field engine not found")
	file = writeFile(t, "name: release\nrecipe:\n  finSpaceCode:\n    clusters: []\n    code:\n      bucket: releases\n")
	r = shell{}.run(t.Context(), "rollout", "plan", "-f", file)
	assert.Contains(t, r.stderr, file+":6: recipe.finSpaceCode.code.bucket: unknown member")
}

func TestValueAt(t *testing.T) {
	t.Parallel()
	response := map[string]any{"items": []any{map[string]any{"status": "RUNNING", "count": 3, "on": true}}}
	for path, want := range map[string]string{"items[0].status": "RUNNING", "items[0].count": "3", "items[0].on": "true"} {
		got, err := valueAt(response, path)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for path, says := range map[string]string{"items[1]": "no such item", "items.status": "no such member", "nope": "no such member"} {
		_, err := valueAt(response, path)
		assert.ErrorContains(t, err, says)
	}
}
