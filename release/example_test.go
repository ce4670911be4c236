package release_test

import (
	"context"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// New code for a tickerplant, then the clusters that it feeds, then the gateway before them.
func ExampleFinSpaceCode() {
	emu := started()
	defer emu.Close()
	for _, name := range []string{"tickerplant", "rdb", "hdb", "gateway"} {
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
			ClusterName: name, InitializationScript: "init.q", Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"},
		})
	}
	client, err := finspace.New(emu.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := release.FinSpaceCode{
		Client: client, EnvironmentID: "kxenv", Clusters: [][]string{{"tickerplant"}, {"rdb", "hdb"}, {"gateway"}},
		Code:     finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
		Strategy: finspace.KxClusterCodeDeploymentStrategyRolling,
		Verify: func(_ context.Context, k *finspace.GetKxClusterResponse) error { // a query to the cluster would say more
			fmt.Println(k.ClusterName, "runs", k.Code.S3Key, "with", k.InitializationScript)
			return nil
		},
	}.Build(context.Background(), rollout.Rollout{OnFailure: rollout.UndoWave, InFlight: 1})
	show(r, err)
	// Output:
	// tickerplant runs new.zip with init.q
	// rdb runs new.zip with init.q
	// hdb runs new.zip with init.q
	// gateway runs new.zip with init.q
	// tickerplant live
	// rdb live
	// hdb live
	// gateway live
}

// A changeset in chunks, the dataview that shows it, and a cluster without one.
func ExampleFinSpaceData() {
	emu := started()
	defer emu.Close()
	emu.FinSpace.AddKxDataview("kxenv", "trades", finspace.GetKxDataviewResponse{DataviewName: "today", ChangesetID: "before"})
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
		ClusterName: "hdb", Databases: []finspace.KxDatabaseConfiguration{{DatabaseName: "trades", ChangesetID: "before"}},
	})
	client, err := finspace.New(emu.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := release.FinSpaceData{
		Client: client, EnvironmentID: "kxenv", Database: "trades", Clusters: []string{"hdb"}, ChunkSize: 1,
		Changes: []finspace.ChangeRequest{
			{ChangeType: finspace.ChangeTypePut, DBPath: "/2026.11.29/", S3Path: "s3://data/2026.11.29/"},
			{ChangeType: finspace.ChangeTypePut, DBPath: "/", S3Path: "s3://data/sym"}, // comes first
		},
	}.Build(context.Background(), rollout.Rollout{OnFailure: rollout.UndoWave})
	show(r, err)
	// Output:
	// changeset 1 of 2 live
	// changeset 2 of 2 live
	// dataview today live
	// cluster hdb live
}

// More parallelism without a restart.
func ExampleFlinkChange() {
	emu := started()
	defer emu.Close()
	job := flinkExample(emu)
	r, err := release.FlinkChange{FlinkJob: job, Parallelism: 8}.Build(context.Background(), rollout.Rollout{Soak: 1})
	show(r, err)
	// Output:
	// hot update live
}

// Another statement, from a draft: the job stops with a savepoint and starts from it.
func ExampleFlinkDraft() {
	emu := started()
	defer emu.Close()
	job := flinkExample(emu)
	r, err := release.FlinkDraft{FlinkJob: job, DraftID: "draft", Edit: func(d *flink.DeploymentDraft) {
		d.Artifact.SQLArtifact.SQLScript = "INSERT INTO sink SELECT 2"
	}}.Build(context.Background(), rollout.Rollout{Soak: 1})
	show(r, err)
	// Output:
	// save draft live
	// stop job live
	// deploy draft live
	// start job live
}

// Another image for two engines, the first as a canary. A statement shows that it works; without that it goes back.
func ExampleDLCImage() {
	emu := started()
	defer emu.Close()
	emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "spark-3.5", EngineType: "SparkSQL"})
	for _, name := range []string{"canary", "etl"} {
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: name, EngineTypeDetail: "SparkSQL", ImageVersionID: "spark-3.2"})
	}
	cfg := emu.Config()
	cfg.WaitEvery, cfg.WaitConfirmAfter = time.Millisecond, time.Millisecond // so that the example takes no time
	client, err := dlc.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := release.DLCImage{
		Client: client, Engines: []string{"canary", "etl"}, Image: "spark-3.5",
		Smoke: []string{"SELECT count(*) FROM orders WHERE dt = current_date"}, Database: "sales",
	}.Build(context.Background(), rollout.Rollout{Waves: rollout.Waves(1, rollout.Rest), OnFailure: rollout.UndoWave})
	show(r, err)
	for _, sent := range emu.Requests() {
		if task, ok := sent.Input.(dlc.CreateTaskRequest); ok {
			fmt.Println("a statement on", task.DataEngineName)
		}
	}
	// Output:
	// canary live
	// etl live
	// a statement on canary
	// a statement on etl
}

// A version of a template, created, published and brought to its instances.
func ExampleProtonTemplate() {
	emu := started()
	defer emu.Close()
	emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "web", MajorVersion: "1", MinorVersion: "0"})
	emu.Proton.AddService(proton.Service{Name: "shop", TemplateName: "web"})
	for _, name := range []string{"blue", "green"} {
		emu.Proton.AddServiceInstance(proton.ServiceInstance{
			ServiceName: "shop", Name: name, TemplateName: "web", TemplateMajorVersion: "1", TemplateMinorVersion: "0", Spec: specOf(name),
		})
	}
	client, err := proton.New(emu.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := release.ProtonTemplate{
		Client: client, Template: "web", Major: "1",
		Create: &proton.CreateServiceTemplateVersionRequest{
			Source:                         proton.TemplateVersionSourceInput{S3: &proton.S3ObjectSource{Bucket: "templates", Key: "web.tar.gz"}},
			CompatibleEnvironmentTemplates: []proton.CompatibleEnvironmentTemplateInput{{TemplateName: "vpc", MajorVersion: "1"}},
		},
	}.Build(context.Background(), rollout.Rollout{Waves: rollout.Waves(1, rollout.Rest), OnFailure: rollout.UndoWave})
	show(r, err)
	// Output:
	// create version live
	// publish version live
	// shop/blue live
	// shop/green live
}

// started starts an emulator in which changes take no time.
func started() *emulator.Emulator {
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		panic(err)
	}
	return emu
}

func flinkExample(emu *emulator.Emulator) release.FlinkJob {
	addDeployment(emu, "vvr-8.0.11-flink-1.17")
	client, err := flink.New(emu.Config(), flink.WithWorkspace("ws"), flink.WithNamespace("ns"))
	if err != nil {
		panic(err)
	}
	return release.FlinkJob{Client: client, DeploymentID: "orders"}
}

// show runs a rollout and prints its steps.
func show(r rollout.Rollout, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := r.Run(context.Background())
	if err != nil {
		fmt.Println(err)
	}
	for _, s := range report.Steps {
		fmt.Println(s.Name, s.Phase)
	}
}
