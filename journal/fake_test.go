package journal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// server is a service with one kind of change. A start takes effect at most once for each token; the service itself
// recognizes nothing.
type server struct {
	mu       sync.Mutex
	prepared int
	sent     map[string]time.Time // by token
	effects  []string             // the tokens of the starts that took effect
	took     time.Duration        // of a change
	verdict  cloud.Verdict        // of a change that has ended

	refusals []error            // of the next sends
	lost     int                // how many of the next responses do not arrive
	crash    func(point string) // called at every step
	renewErr error

	adoptErrs []error // of the next calls of Adopt
	canceled  int     // how many calls of Cancel there were
}

type resource struct {
	Tokens int    `json:"tokens"`
	Key    string `json:"key"`
}

func newServer() *server {
	return &server{
		sent: map[string]time.Time{}, took: time.Minute, verdict: cloud.Verdict{State: "RUNNING", Outcome: cloud.Succeeded},
		crash: func(string) {},
	}
}

// fence is how long after its preparation a change may take effect.
const fence = 2 * time.Minute

// thing is one change in one process.
type thing struct {
	*server
	number int
	at     time.Time // of the preparation
	unsent bool
	begun  bool
	never  bool
}

func (t *thing) token() string {
	if t.begun {
		return fmt.Sprintf("begun-%d", t.number)
	}
	return fmt.Sprintf("secret-%d-%d", t.number, t.at.UnixNano())
}

func (s *server) prepare(context.Context) (*cloud.Change[resource], error) {
	s.crash("prepare")
	t := &thing{server: s}
	t.renew()
	return t.change(), nil
}

func (t *thing) renew() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prepared++
	t.number, t.at, t.unsent, t.never = t.prepared, time.Now(), true, false
}

func (s *server) resume(token string) (*cloud.Change[resource], error) {
	t := &thing{server: s}
	if _, err := fmt.Sscanf(token, "begun-%d", &t.number); err == nil {
		t.begun = true
		return t.change(), nil
	}
	var at int64
	if _, err := fmt.Sscanf(token, "secret-%d-%d", &t.number, &at); err != nil {
		return nil, errors.New("not a token: " + token)
	}
	t.at = time.Unix(0, at)
	return t.change(), nil
}

func (t *thing) change() *cloud.Change[resource] {
	return cloud.NewChange(cloud.ChangeSpec[resource]{
		Service: "things", Operation: "ChangeThing", HasBegun: t.begun,
		Token: t.token, Start: t.start, Began: t.began, Renew: t.again, Adopt: t.adopt,
		Cancel: func(context.Context) error {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.canceled++
			t.verdict = cloud.Verdict{State: "STOPPED", Outcome: cloud.Canceled}
			return nil
		},
		Diff: func() []cloud.Difference { return []cloud.Difference{{Field: "size", Before: "1", After: "2"}} },
		Follow: func() *cloud.Waiter[resource] {
			return cloud.NewWaiter(cloud.WaitSpec[resource]{
				Service: "things", Operation: "ChangeThing", Read: t.read, Token: t.token(), Started: t.startedAt(),
				Judge: func(*resource) cloud.Verdict { return t.judge() },
			})
		},
	})
}

func (t *thing) start(ctx context.Context) error {
	if t.unsent && time.Since(t.at) < fence {
		return t.send(ctx)
	}
	for {
		status, err := t.began(ctx)
		switch {
		case err != nil:
			return err
		case status == cloud.Begun:
			return nil
		case status == cloud.NotBegun:
			return &cloud.StartError{Service: "things", Operation: "ChangeThing", Status: status}
		}
		select {
		case <-time.After(10 * time.Second):
		case <-ctx.Done():
			return &cloud.StartError{Service: "things", Operation: "ChangeThing", Next: time.Minute, Err: ctx.Err()}
		}
	}
}

func (t *thing) send(ctx context.Context) error {
	t.crash("send")
	if err := t.take(ctx); err != nil {
		return err
	}
	t.crash("sent")
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost > 0 {
		t.lost--
		t.unsent = false
		return &cloud.StartError{
			Service: "things", Operation: "ChangeThing", Token: t.token(), Next: time.Minute,
			Err: &cloud.Error{Service: "things", Operation: "ChangeThing", Kind: cloud.ErrTransport, MaybeExecuted: true},
		}
	}
	t.begun = true
	return nil
}

// take is what the service does with a request.
func (t *thing) take(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return &cloud.Error{Service: "things", Operation: "ChangeThing", Kind: cloud.ErrTransport, Err: err}
	}
	if len(t.refusals) > 0 {
		err := t.refusals[0]
		t.refusals = t.refusals[1:]
		return err
	}
	t.sent[fmt.Sprint(t.number)] = time.Now()
	t.effects = append(t.effects, fmt.Sprint(t.number))
	if o := cloud.ObserverFrom(ctx); o != nil {
		call := cloud.CallInfo{Service: "things", Operation: "ChangeThing"}
		_, end := o.OnCall(ctx, call)
		end(cloud.CallResult{CallInfo: call, RequestID: fmt.Sprintf("req-%d", t.number)})
	}
	return nil
}

func (t *thing) began(context.Context) (cloud.StartStatus, error) {
	t.crash("look")
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.sent[fmt.Sprint(t.number)]
	switch {
	case ok:
		t.begun = true
		return cloud.Begun, nil
	case t.unsent, time.Since(t.at) > 2*fence:
		t.never = true
		return cloud.NotBegun, nil
	}
	return cloud.Uncertain, nil
}

func (t *thing) again(context.Context) error {
	t.crash("renew")
	if t.renewErr != nil {
		return t.renewErr
	}
	t.renew()
	return nil
}

func (t *thing) adopt(context.Context) error {
	t.crash("adopt")
	if len(t.adoptErrs) > 0 {
		err := t.adoptErrs[0]
		t.adoptErrs = t.adoptErrs[1:]
		return err
	}
	t.renew()
	return nil
}

func (t *thing) startedAt() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sent[fmt.Sprint(t.number)]
}

func (t *thing) read(context.Context) (*resource, error) {
	t.crash("read")
	t.mu.Lock()
	defer t.mu.Unlock()
	return &resource{Tokens: len(t.effects), Key: strings.Join(t.effects, ",")}, nil
}

func (t *thing) judge() cloud.Verdict {
	if time.Since(t.startedAt()) < t.took {
		return cloud.Verdict{State: "CHANGING"}
	}
	return t.verdict
}
