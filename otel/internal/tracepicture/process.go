package main

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/otel"
)

// reported is what a process has done.
type reported struct {
	Token string
	Spans []span
}

// span is an ended span.
type span struct {
	Name       string
	ID, Parent string
	Start, End time.Time
	Events     []event
	Links      []string // IDs
	Attributes map[string]string
}

type event struct {
	At     time.Time
	Reason string // why another attempt followed; empty for the last one
}

// tracing is a client whose spans are kept.
type tracing struct {
	*finspace.Client
	provider *sdktrace.TracerProvider
	exporter *tracetest.InMemoryExporter
}

func newTracing(endpoint string) (tracing, error) {
	exporter := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exporter))
	cfg := cloud.Config{
		Region: emulator.DefaultRegion, Endpoint: endpoint, WaitEvery: 300 * time.Millisecond,
		Credentials: cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, ""),
	}
	otel.Instrument(&cfg, otel.WithTracerProvider(provider))
	c, err := finspace.New(cfg)
	return tracing{c, provider, exporter}, err
}

// begin is the first process: a release that begins a change, and ends.
func begin(ctx context.Context, endpoint string) (reported, error) {
	c, err := newTracing(endpoint)
	if err != nil {
		return reported{}, err
	}
	ctx, release := c.provider.Tracer("tracepicture").Start(ctx, "release")
	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: environment, ClusterName: cluster,
		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
	})
	release.End()
	if err != nil {
		return reported{}, err
	}
	return reported{Token: w.Token(), Spans: c.spans()}, nil
}

// resume is the second process: it waits for the change of a token.
func resume(ctx context.Context, endpoint, token string) (reported, error) {
	c, err := newTracing(endpoint)
	if err != nil {
		return reported{}, err
	}
	w, err := c.ResumeUpdateKxClusterCodeConfiguration(token)
	if err != nil {
		return reported{}, err
	}
	if _, err := w.Wait(ctx); err != nil {
		return reported{}, err
	}
	return reported{Spans: c.spans()}, nil
}

// spans are those that have ended, in the order of their starts.
func (c tracing) spans() []span {
	var list []span
	for _, s := range c.exporter.GetSpans() {
		one := span{
			Name: s.Name, ID: s.SpanContext.SpanID().String(), Parent: s.Parent.SpanID().String(), Start: s.StartTime, End: s.EndTime,
			Attributes: texts(s.Attributes),
		}
		for _, e := range s.Events {
			one.Events = append(one.Events, event{e.Time, texts(e.Attributes)["polycloud.retry.reason"]})
		}
		for _, l := range s.Links {
			one.Links = append(one.Links, l.SpanContext.SpanID().String())
		}
		list = append(list, one)
	}
	return list
}

func texts(list []attribute.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range list {
		all[string(a.Key)] = a.Value.String()
	}
	return all
}
