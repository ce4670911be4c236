package journal

import "github.com/polycloud-sdk/polycloud-go/cloud"

// Option changes one call of Run.
type Option func(*runner)

// By names who makes the change, for the steps. The default is the host and the process: "build-7/4711".
func By(name string) Option { return func(r *runner) { r.by = name } }

// Check calls f with a change that was prepared, or prepared anew, before it is recorded and started. An error of f ends
// Run as it is, with nothing started.
func Check(f func(cloud.AnyChange) error) Option { return func(r *runner) { r.check = f } }

// OnStep calls f with every step that this call of Run has recorded.
func OnStep(f func(Step)) Option { return func(r *runner) { r.onStep = f } }

// OnPoll calls f with what every poll of this call of Run found.
func OnPoll(f func(cloud.Observation)) Option { return func(r *runner) { r.onPoll = f } }

// MaxRefusals ends the change as failed when the service has refused to start it n times, as far as that is known; the
// last refusal is its reason. What may pass by itself does not count: throttling, and a service that is unavailable or cannot
// be reached. A refusal that repeating cannot change, such as that of an invalid request, is enough. Without this option, or
// with 0, a change that was refused has not ended.
func MaxRefusals(n int) Option { return func(r *runner) { r.refusal = n } }
