package otel

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// schemaURL is the version of the semantic conventions that the names below are of.
const schemaURL = "https://opentelemetry.io/schemas/1.44.0"

// Attributes of the semantic conventions.
const (
	rpcSystemName   = attribute.Key("rpc.system.name")
	rpcMethod       = attribute.Key("rpc.method")
	rpcStatusCode   = attribute.Key("rpc.status_code")
	errorType       = attribute.Key("error.type")
	serverAddress   = attribute.Key("server.address")
	serverPort      = attribute.Key("server.port")
	cloudProvider   = attribute.Key("cloud.provider")
	cloudRegion     = attribute.Key("cloud.region")
	awsRequestID    = attribute.Key("aws.request_id")
	httpStatusCode  = attribute.Key("http.response.status_code")
	httpResendCount = attribute.Key("http.request.resend_count")
	deploymentID    = attribute.Key("deployment.id")
	deploymentName  = attribute.Key("deployment.name")
	deploymentState = attribute.Key("deployment.status")
)

// Attributes of our own, where the conventions have none.
const (
	requestID       = attribute.Key("polycloud.request_id")
	errorKind       = attribute.Key("polycloud.error.kind")
	attempts        = attribute.Key("polycloud.attempts")
	attemptNumber   = attribute.Key("polycloud.attempt")
	attemptQueued   = attribute.Key("polycloud.attempt.queued")
	retryReason     = attribute.Key("polycloud.retry.reason")
	retryPause      = attribute.Key("polycloud.retry.pause")
	poll            = attribute.Key("polycloud.poll")
	startOutcome    = attribute.Key("polycloud.start.outcome")
	changeOperation = attribute.Key("polycloud.change.operation")
	changeResult    = attribute.Key("polycloud.change.result")
	changeState     = attribute.Key("polycloud.change.state")
	changeElapsed   = attribute.Key("polycloud.change.elapsed")
	changePolls     = attribute.Key("polycloud.change.polls")
	changeResumed   = attribute.Key("polycloud.change.resumed")
	waitDuration    = attribute.Key("polycloud.wait.duration")
)

// The values of polycloud.change.result, which are those of cicd.pipeline.result.
const (
	resultSuccess      = "success"
	resultFailure      = "failure"
	resultCancellation = "cancellation"
	resultTimeout      = "timeout"
	resultError        = "error"
)

// requestIDKey is where the request ID of a provider goes.
func requestIDKey(provider string) attribute.Key {
	if provider == "aws" {
		return awsRequestID
	}
	return requestID
}

// callAttributes are those of the span of a call at its start, with which a sampler can decide.
func callAttributes(call cloud.CallInfo) []attribute.KeyValue {
	list := append(methodAttributes(call), cloudProvider.String(call.Provider))
	host, port, err := net.SplitHostPort(call.Host)
	if err != nil {
		return append(list, serverAddress.String(strings.Trim(call.Host, "[]")))
	}
	list = append(list, serverAddress.String(host))
	if n, err := strconv.Atoi(port); err == nil {
		list = append(list, serverPort.Int(n))
	}
	return list
}

// methodAttributes are those that spans and metrics of a call have.
func methodAttributes(call cloud.CallInfo) []attribute.KeyValue {
	list := []attribute.KeyValue{
		rpcSystemName.String(call.Provider + "-api"),
		rpcMethod.String(call.Service + "/" + call.Operation),
		cloudRegion.String(call.Region),
	}
	if call.Poll {
		list = append(list, poll.Bool(true))
	}
	return list
}

// A failure is what attributes say about an error: a kind, and the code if the package of the service knows it.
type failure struct{ kind, code string }

func failureOf(err error, code cloud.Code) failure {
	if err == nil {
		return failure{}
	}
	return failure{kindOf(err), string(code)}
}

// kindOf is the kind of an error. Errors without one are few: those of contexts, and all others together.
func kindOf(err error) string {
	if kind := cloud.KindOf(err); kind != "" {
		return string(kind)
	}
	for _, e := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, e) {
			return e.Error()
		}
	}
	return "_OTHER"
}

// attributes appends those of the failure, if it is one.
func (f failure) attributes(list []attribute.KeyValue) []attribute.KeyValue {
	switch {
	case f.kind == "":
		return list
	case f.code == "":
		return append(list, errorType.String(f.kind), errorKind.String(f.kind))
	}
	return append(list, errorType.String(f.code), errorKind.String(f.kind), rpcStatusCode.String(f.code))
}

// seriesAttributes are those of the metrics of changes.
func seriesAttributes(change cloud.ChangeInfo) []attribute.KeyValue {
	return []attribute.KeyValue{
		changeOperation.String(change.Service + "/" + change.Operation),
		cloudRegion.String(change.Region),
	}
}

// changeAttributes are those of the spans of changes.
func changeAttributes(change cloud.ChangeInfo) []attribute.KeyValue {
	list := seriesAttributes(change)
	if change.ID != "" {
		list = append(list, deploymentID.String(change.ID))
	}
	if change.Resource != "" {
		list = append(list, deploymentName.String(change.Resource))
	}
	return list
}

// resultOf is the end of a wait in the words of cicd.pipeline.result, and empty if the wait ended before the change. A
// change that another one replaced counts as canceled, as a run in a pipeline does.
func resultOf(ctx context.Context, r cloud.WaitResult) string {
	switch {
	case r.Outcome == cloud.Succeeded:
		return resultSuccess
	case r.Outcome == cloud.Canceled, r.Superseded:
		return resultCancellation
	case r.Outcome == cloud.Failed:
		return resultFailure
	case r.Err == nil || errors.Is(ctx.Err(), context.Canceled):
		return ""
	case errors.Is(r.Err, context.DeadlineExceeded):
		return resultTimeout
	}
	return resultError
}

// word returns s if it looks like the name or the ID that it should be. Services send it, and could send anything.
func word(s string) string {
	const longest = 128
	ok := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
	}
	if len(s) > longest || strings.ContainsFunc(s, func(c rune) bool { return !ok(c) }) {
		return ""
	}
	return s
}
