// Package otel reports what the clients of this module do as traces and metrics of OpenTelemetry: calls with their
// attempts, starts of changes, and waits, also if a wait continues in another process.
//
//	cfg := cloud.Config{Region: "us-east-1"}
//	otel.Instrument(&cfg)
//	c, err := finspace.New(cfg)
//
// # Spans
//
// A call is a span of kind CLIENT, such as finspace.GetKxCluster, that covers all its attempts. An attempt is an event
// of it if there is more than one, or a span with [WithAttemptSpans]. The calls of polls have no spans unless
// [WithPollSpans] asks for them, since a wait of an hour makes hundreds.
//
// The start of a change is a span. Its wait is a span too, but a short one, made when the wait ends and linked to the
// start, wherever that was: the token of the change carries the start's traceparent. So no span is ever as long as a
// wait, and a wait that was resumed after a restart leads to the trace in which the change began.
//
// # Metrics
//
// rpc.client.call.duration counts and times all calls, those of polls included. polycloud.call.retries,
// polycloud.change.duration, polycloud.change.active, polycloud.change.polls and polycloud.change.uncertain say the
// rest. Their attributes have few values: operations, regions, kinds of errors, and codes that the packages know.
//
// # What is left out
//
// No header is added to any request: the services would drop it, and a header that a proxy changes breaks a signature.
// No attribute, event or status has anything of a request, a response or the credentials, and no error message, which
// may repeat what was sent, unless [WithErrorMessages] asks for it.
//
// Do not give Config.HTTPClient a transport that makes spans as well, such as that of otelhttp: it would count each
// call twice and add headers.
package otel
