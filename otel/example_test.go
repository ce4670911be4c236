package otel_test

import (
	"context"
	"fmt"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/otel"
)

// A program sets the global providers up as for its other libraries, and instruments each Config.
func Example() {
	exporter := tracetest.NewInMemoryExporter() // in a program, that of OTLP
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	emu, err := emulator.Start(emulator.WithChangeTime(0), emulator.WithStaleReads(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer emu.Close()
	emu.FinSpace.AddKxCluster("kx7example", finspace.GetKxClusterResponse{ClusterName: "hdb-prod"})

	cfg := emu.Config()
	otel.Instrument(&cfg, otel.WithTracerProvider(provider)) // without options: the global providers
	c, err := finspace.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: "kx7example", ClusterName: "hdb-prod",
		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := w.Wait(ctx, cloud.Every(10*time.Millisecond)); err != nil {
		fmt.Println(err)
		return
	}
	begun := map[trace.SpanID]string{}
	for _, s := range exporter.GetSpans() {
		begun[s.SpanContext.SpanID()] = s.Name
		fmt.Println(s.SpanKind, s.Name)
		for _, l := range s.Links {
			fmt.Println("  linked to", begun[l.SpanContext.SpanID()])
		}
	}
	// Output:
	// client finspace.GetKxCluster
	// client finspace.UpdateKxClusterCodeConfiguration
	// internal start finspace.UpdateKxClusterCodeConfiguration
	// internal wait finspace.UpdateKxClusterCodeConfiguration
	//   linked to start finspace.UpdateKxClusterCodeConfiguration
}
