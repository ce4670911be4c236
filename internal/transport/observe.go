package transport

import (
	"errors"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// begin tells the observers of the client and of the context that the call begins.
func (k *call) begin() {
	k.observer = cloud.Observers(k.client.observer, cloud.ObserverFrom(k.ctx))
	if k.observer == nil {
		return
	}
	k.started = time.Now()
	ctx, end := k.observer.OnCall(k.ctx, k.info())
	k.end = end
	if ctx != nil {
		k.ctx = ctx
	}
}

// finish tells them that it has ended with err.
func (k *call) finish(err error) {
	if k.end == nil {
		return
	}
	k.end(cloud.CallResult{
		CallInfo: k.info(), RequestID: k.requestID, StatusCode: k.status, Attempts: k.attempts,
		Elapsed: time.Since(k.started), Err: err, Code: k.knownCode(err), IdempotencyToken: tokenOf(k.in),
	})
}

func (k *call) info() cloud.CallInfo {
	return cloud.CallInfo{
		Provider: k.client.service.Provider, Service: k.client.service.Name, Operation: k.op.Name,
		Region: k.client.region, Host: k.client.endpoint.Host, Poll: isPoll(k.ctx),
	}
}

// knownCode is the code of err, if the service lists it.
func (k *call) knownCode(err error) cloud.Code {
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*cloud.Error](err)
	if !ok || !k.client.service.Known(e.Code) {
		return ""
	}
	return e.Code
}

// beginAttempt tells the observers that an attempt begins.
func (k *call) beginAttempt() {
	if k.observer == nil {
		return
	}
	a := &k.attempt
	a.number, a.at = k.attempts+1, time.Now()
	ctx, end := k.observer.OnAttempt(a.ctx, k.attemptInfo())
	a.end = end
	if ctx != nil {
		a.ctx = ctx
	}
}

// finishAttempt tells them that it has ended, and why another one follows.
func (k *call) finishAttempt(retry cloud.RetryReason) {
	a := &k.attempt
	if a.end == nil {
		return
	}
	r := cloud.AttemptResult{
		AttemptInfo: k.attemptInfo(), RequestID: k.requestID, StatusCode: k.status, Elapsed: time.Since(a.at), Retry: retry,
	}
	if k.last != nil {
		r.Err, r.Code = k.last, k.knownCode(k.last)
	}
	if retry != "" {
		r.Pause = k.loop.client.RetryWaitMin
	}
	a.end(r)
}

func (k *call) attemptInfo() cloud.AttemptInfo {
	return cloud.AttemptInfo{CallInfo: k.info(), Number: k.attempt.number, Queued: k.attempt.queued}
}
