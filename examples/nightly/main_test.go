package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// world starts an emulator with a database, a dataview and a cluster. In a bubble it is midnight, in the year 2000.
func world(t *testing.T) *emulator.Emulator {
	t.Helper()
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t), emulator.WithChangeTime(20*time.Minute))
	require.NoError(t, err)
	emu.FinSpace.AddKxDatabase("kxenv", finspace.GetKxDatabaseResponse{DatabaseName: "trades"})
	emu.FinSpace.AddKxDataview("kxenv", "trades", finspace.GetKxDataviewResponse{DataviewName: "today", ChangesetID: "before"})
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
		ClusterName: "hdb", Databases: []finspace.KxDatabaseConfiguration{{DatabaseName: "trades", ChangesetID: "before"}},
	})
	return emu
}

func argsFor(folder string, more ...string) []string {
	return append([]string{
		"-environment", "kxenv", "-database", "trades", "-source", "s3://lake/trades/", "-dataviews", "today", "-clusters", "hdb",
		"-folder", folder, "-zone", "UTC",
	}, more...)
}

// reportIn reads the report in a folder.
func reportIn(t *testing.T, folder, name string) (r rollout.Report) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &r))
	return r
}

func TestNightly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, folder := world(t), t.TempDir()
		isDay := func(r finspace.CreateKxChangesetRequest) bool {
			return len(r.ChangeRequests) == 2 && r.ChangeRequests[0].DBPath == "/" && r.ChangeRequests[1] == finspace.ChangeRequest{
				ChangeType: finspace.ChangeTypePut, S3Path: "s3://lake/trades/1999.12.31/", DBPath: "/1999.12.31/",
			}
		}
		emu.Expect("CreateKxChangeset").Times(1).With(emulator.Input(isDay))
		var log bytes.Buffer
		require.Zero(t, run(t.Context(), emu.Config(), argsFor(folder), &log), log.String())
		assert.Contains(t, log.String(), "rollout trades 1999-12-31: succeeded after ")
		report := reportIn(t, folder, "trades 1999-12-31.json")
		assert.Equal(t, rollout.Succeeded, report.Outcome)
		assert.Len(t, report.Steps, 3)
		require.Zero(t, run(t.Context(), emu.Config(), argsFor(folder, "-date", "1999-12-31"), &log), "again: nothing to do")
	})
}

// TestNightlyWaitsForTheNight starts by day, is interrupted at night, and continues.
func TestNightlyWaitsForTheNight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu, folder := world(t), t.TempDir()
		emu.Expect("CreateKxChangeset").Times(1)
		time.Sleep(12 * time.Hour) // noon
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Hour+10*time.Minute)
		defer cancel()
		var log bytes.Buffer
		require.Equal(t, 3, run(ctx, emu.Config(), argsFor(folder), &log), log.String())
		report := reportIn(t, folder, "trades 1999-12-31.json")
		assert.Equal(t, rollout.Interrupted, report.Outcome)
		assert.Equal(t, 22, report.Started.Hour())
		require.Zero(t, run(t.Context(), emu.Config(), argsFor(folder), &log))
		assert.Less(t, time.Since(begun), 14*time.Hour)
	})
}

func TestNightlyThatFails(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		endings []emulator.Ending
		args    []string
		code    int
		want    string
	}{
		{"the dataview goes back", []emulator.Ending{{Operation: "UpdateKxDataview", Fail: true, Reason: "no memory"}}, nil, 4, "no memory"},
		{"the dataview does not go back", []emulator.Ending{
			{Operation: "UpdateKxDataview"}, {Operation: "UpdateKxClusterDatabases", Fail: true, Reason: "no memory"},
			{Operation: "UpdateKxDataview", Fail: true, Reason: "no volume"},
		}, nil, 5, "no volume"},
		{"a changeset stays", []emulator.Ending{{Operation: "CreateKxChangeset", Fail: true, Reason: "no such key"}}, nil, 5, "no such key"},
		{"date", nil, []string{"-date", "today"}, 2, `-date: must be a day such as 2026-11-29, given "today"`},
		{"zone", nil, []string{"-zone", "Mars"}, 2, `-zone: must be a time zone, given "Mars"`},
		{"flag", nil, []string{"-color"}, 2, "-color"},
		{"database", nil, []string{"-database", ""}, 2, "Database: required"},
		{"help", nil, []string{"-h"}, 0, "-clusters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				emu := world(t)
				emu.Script(tt.endings...)
				var log bytes.Buffer
				assert.Equal(t, tt.code, run(t.Context(), emu.Config(), argsFor(t.TempDir(), tt.args...), &log), log.String())
				assert.Contains(t, log.String(), tt.want)
			})
		})
	}
}
