// Nightly loads the data of a day into a kdb database and brings it to the dataviews and clusters that show it, between
// 22:00 and 05:00. Run again, after a crash or by the next timer, it continues, and does nothing if all is loaded:
//
//	go run ./examples/nightly -environment kx7example -database trades -source s3://lake/trades -clusters hdb -date 2026-11-29
//
// The table of the report goes to the log, and the report as JSON to a file. The exit code says how it ended: 0 loaded, 1
// failed, 2 for a mistake in the flags, 3 interrupted, 4 undone, 5 not undone. Region, credentials and endpoint are those of
// the environment.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, cloud.FromEnvironment(), os.Args[1:], os.Stderr))
}

// options are the flags.
type options struct {
	environment, database, source, folder, zone, date string
	dataviews, clusters                               []string
}

func parse(args []string, log io.Writer) (o options, err error) {
	f := flag.NewFlagSet("nightly", flag.ContinueOnError)
	f.SetOutput(log)
	f.StringVar(&o.environment, "environment", "", "the ID of the kdb environment")
	f.StringVar(&o.database, "database", "", "the database")
	f.StringVar(&o.source, "source", "", "the S3 `path` with the sym file and a folder for each day")
	f.StringVar(&o.folder, "folder", "nightly", "the `folder` of the journal and the reports")
	f.StringVar(&o.zone, "zone", "UTC", "the time zone of the hours")
	f.StringVar(&o.date, "date", "", "the day, such as 2026-11-29; the default is yesterday in the zone")
	names := func(list *[]string) func(string) error {
		return func(v string) error { *list = strings.Split(v, ","); return nil }
	}
	f.Func("dataviews", "the `names` of dataviews to move, with commas", names(&o.dataviews))
	f.Func("clusters", "the `names` of clusters that have the database without a dataview, with commas", names(&o.clusters))
	return o, f.Parse(args)
}

const misused = 2

// codes are the exit codes.
var codes = map[rollout.Outcome]int{
	rollout.Succeeded: 0, rollout.Failed: 1, rollout.Interrupted: 3, rollout.Undone: 4, rollout.UndoFailed: 5,
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, cfg cloud.Config, args []string, log io.Writer) int {
	o, err := parse(args, log)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return misused
	}
	report, err := load(ctx, cfg, o, log)
	if err != nil {
		fmt.Fprintln(log, err)
	}
	if report == nil { // nothing has begun
		return misused
	}
	fmt.Fprint(log, report)
	file := filepath.Join(o.folder, report.Name+".json")
	if err := os.WriteFile(file, report.JSON(), 0o600); err != nil {
		fmt.Fprintln(log, err)
		return max(codes[report.Outcome], codes[rollout.Failed])
	}
	return codes[report.Outcome]
}

// load loads the data of the day.
func load(ctx context.Context, cfg cloud.Config, o options, log io.Writer) (*rollout.Report, error) {
	zone, err := time.LoadLocation(o.zone)
	if err != nil {
		return nil, fmt.Errorf("-zone: must be a time zone, given %q: %w", o.zone, err)
	}
	date := cmp.Or(o.date, time.Now().In(zone).AddDate(0, 0, -1).Format(time.DateOnly))
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return nil, fmt.Errorf("-date: must be a day such as 2026-11-29, given %q", o.date)
	}
	client, err := finspace.New(cfg)
	if err != nil {
		return nil, err
	}
	night := rollout.Hours{From: 22 * time.Hour, To: 5 * time.Hour, In: zone}
	r, err := release.FinSpaceData{
		Client: client, EnvironmentID: o.environment, Database: o.database,
		Changes: changes(strings.TrimSuffix(o.source, "/"), day), Dataviews: append([]string{}, o.dataviews...), Clusters: o.clusters,
	}.Build(ctx, rollout.Rollout{
		Name: o.database + " " + date, Journal: journal.Dir(filepath.Join(o.folder, "journal")),
		Approve: night.Approve, OnFailure: rollout.UndoWave,
	})
	if err != nil {
		return nil, err
	}
	return rollout.Show(log, r.Watch(ctx))
}

// changes put the partition of a day and the sym file into the database.
func changes(source string, day time.Time) []finspace.ChangeRequest {
	partition := "/" + day.Format("2006.01.02") + "/"
	return []finspace.ChangeRequest{
		{ChangeType: finspace.ChangeTypePut, S3Path: source + "/sym", DBPath: "/"},
		{ChangeType: finspace.ChangeTypePut, S3Path: source + partition, DBPath: partition},
	}
}
