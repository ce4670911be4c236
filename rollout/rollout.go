package rollout

import (
	"context"
	"math"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Rollout makes many changes as one. Its methods do not change it, and may be called again.
type Rollout struct {
	// Name is the prefix of the keys in the journal. Rollouts that share a journal need different names.
	Name  string
	Steps []Step
	// Waves is how many steps each wave has, in the order of Steps; see the function Waves. The default is one wave.
	Waves []int
	// InFlight is how many steps are carried out at once. The default is DefaultInFlight.
	InFlight int
	// MaxFailures is how many steps may fail before OnFailure applies.
	MaxFailures int
	// Soak is how long the steps of a wave must stay healthy before the next wave: Verify is called again and again,
	// the last time at the end of the soak. It needs no goroutine and no call per step.
	Soak time.Duration
	// OnFailure is what happens when more than MaxFailures steps have failed. The default is Stop.
	OnFailure OnFailure
	// Approve is called before a wave starts anything, and again if Run is called again within the wave. It returns nil
	// when the wave may start, and may wait for that; see Freeze, Hours and AllOf. Its error ends Run, which can be called
	// again.
	Approve func(ctx context.Context, w Wave) error
	// Approved is the plan to carry out, as Plan returned it. Without one, Run makes a plan when it is first called.
	// In both cases a step whose resource has changed since the plan is not started.
	Approved *Plan

	// Journal records what was done, so that another process can continue. The default keeps it in memory for one
	// call of Run.
	Journal journal.Journal
	// History keeps how long changes took, for the estimates of later rollouts. The default is Journal.
	History journal.Journal
	// Resume restores the change of a token; see Clients. It is required with a Journal.
	Resume func(token string) (cloud.AnyChange, error)
}

// DefaultInFlight is how many steps are carried out at once unless Rollout.InFlight says otherwise.
const DefaultInFlight = 5

// Step is one change of a rollout.
type Step struct {
	// Name is unique in the rollout, and the same whenever the rollout is continued.
	Name string
	// Needs names the steps that must be live before this one starts, in the same wave or an earlier one. Steps of a wave
	// that change the same resource, as the plan names it, are carried out one after another without that.
	Needs []string
	// Ready waits until the step may start, and may be nil: until what else uses its resource has ended. It is not called
	// for the plan. Its error means that the step has failed without having changed anything.
	Ready func(ctx context.Context) error
	// Prepare prepares the change, with a Prepare method of a client. It is called for the plan, when the step is to
	// start, and again when a start was refused. Each time it must ask for the same.
	Prepare func(ctx context.Context) (cloud.AnyChange, error)
	// Verify checks that what is live is good, and may be nil. It gets what the wait for the change returned, a pointer
	// to the last response of the service. Its error means that the step is live and unhealthy.
	Verify func(ctx context.Context, live any) error
	// Undo prepares the change back, and may be nil: then it is the Undo of the change that the step has made. Like that,
	// it may return a change with an empty Diff if there is nothing to take back.
	Undo func(ctx context.Context, made cloud.AnyChange) (cloud.AnyChange, error)
	// Always starts the change even if its Diff is empty. Without it such a step is skipped.
	Always bool
}

// OnFailure is what a rollout does when more steps have failed than may fail.
type OnFailure string

const (
	// Stop starts no more steps. Those that have started are followed to their end.
	Stop OnFailure = "stop"
	// UndoWave stops, and then undoes the steps of the wave. Each failed step is undone at once, also within
	// MaxFailures.
	UndoWave OnFailure = "undo wave"
	// UndoAll stops, and then undoes all steps of the rollout. Each failed step is undone at once, also within
	// MaxFailures.
	UndoAll OnFailure = "undo all"
	// Continue carries out all steps but those that need a failed one.
	Continue OnFailure = "continue"
)

// undoes reports whether failed steps are undone.
func (o OnFailure) undoes() bool { return o == UndoWave || o == UndoAll }

// Rest is the size of a last wave that has all steps that are left.
const Rest = math.MaxInt

// Waves returns how many steps each wave has. Waves(1, 10, Rest) is a canary, ten steps, and the rest. A wave without
// steps is left out.
func Waves(sizes ...int) []int { return sizes }

// Clients returns a function for Rollout.Resume that restores the changes of the services of these clients.
func Clients(clients ...cloud.Resumer) func(token string) (cloud.AnyChange, error) {
	return func(token string) (cloud.AnyChange, error) { return cloud.Resume(token, clients...) }
}
