package rollout_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A world is a service with things that have a value. A start takes effect at most once for each number.
type world struct {
	mu       sync.Mutex
	values   map[string]string
	sent     map[int]time.Time // by number
	ended    map[int]bool
	prepared int
	effects  []string // "a=new" for each start that took effect
	took     map[string]time.Duration
	fail     map[string]cloud.Verdict // how a change ends, by its effect
	refuse   map[string][]error       // the next starts, by effect
	lost     map[string]int           // how many of the next responses do not arrive, by effect
	busiest  int                      // how many changes were under way at once
}

func newWorld(names ...string) *world {
	w := &world{
		values: map[string]string{}, sent: map[int]time.Time{}, ended: map[int]bool{}, took: map[string]time.Duration{},
		fail: map[string]cloud.Verdict{}, refuse: map[string][]error{}, lost: map[string]int{},
	}
	for _, name := range names {
		w.values[name] = "old"
	}
	return w
}

func (w *world) value(name string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.values[name]
}

// A process is one process with access to the world. When it is dead nothing that it does has an effect.
type process struct {
	*world
	mu     sync.Mutex
	passed int
	dieAt  int    // the point at which it dies; 0 never
	died   string // the name of that point
	cancel context.CancelFunc
}

var errDead = errors.New("the process is dead")

// at is a point at which the process may die.
func (p *process) at(point string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passed++
	if p.died == "" && p.passed == p.dieAt {
		p.died = point
		p.cancel()
	}
	if p.died != "" {
		return errDead
	}
	return nil
}

// A mortal journal is one that a process uses while it lives.
type mortal struct {
	journal.Journal
	p *process
}

func (m mortal) Load(ctx context.Context, key string) (journal.Entry, error) {
	if err := m.p.at("load " + key); err != nil {
		return journal.Entry{}, err
	}
	return m.Journal.Load(ctx, key)
}

func (m mortal) Store(ctx context.Context, e journal.Entry) error {
	if err := m.p.at("store " + e.Key); err != nil {
		return err
	}
	err := m.Journal.Store(ctx, e)
	return errors.Join(err, m.p.at("stored "+e.Key))
}

// thing is what a token holds.
type thing struct {
	Resource string    `json:"resource"`
	Prepared time.Time `json:"prepared"`
	Started  time.Time `json:"started,omitzero"`
	Number   int       `json:"number"`
	Before   string    `json:"before"`
	After    string    `json:"after"`
}

type shown struct{ Value string }

// change is one change in one process.
type change struct {
	*process
	thing
	unsent bool
}

// fence is how long after its preparation a change may take effect.
const fence = 2 * time.Minute

func (c *change) effect() string { return c.Resource + "=" + c.After }

func (c *change) token() string {
	payload, err := json.Marshal(c.thing)
	if err != nil {
		panic(err)
	}
	text := strings.Join([]string{"pc1", "things", "ChangeThing", base64.RawURLEncoding.EncodeToString(payload)}, ".")
	return fmt.Sprintf("%s.%08x", text, crc32.ChecksumIEEE([]byte(text)))
}

func (p *process) prepare(name, value string) (cloud.AnyChange, error) {
	if err := p.at("prepare " + name); err != nil {
		return nil, err
	}
	c := &change{process: p, thing: thing{Resource: name, After: value}}
	c.renew()
	return c.change(), nil
}

func (c *change) renew() {
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	c.world.prepared++
	c.Number, c.Prepared, c.Before, c.unsent = c.world.prepared, time.Now().UTC(), c.values[c.Resource], true
}

func (p *process) resume(token string) (cloud.AnyChange, error) {
	if _, err := cloud.PeekToken(token); err != nil {
		return nil, err
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[3])
	if err != nil {
		return nil, err
	}
	c := &change{process: p}
	if err := json.Unmarshal(payload, &c.thing); err != nil {
		return nil, err
	}
	return c.change(), nil
}

func (c *change) change() cloud.AnyChange {
	return cloud.NewChange(cloud.ChangeSpec[shown]{
		Service: "things", Operation: "ChangeThing", HasBegun: !c.Started.IsZero(), Token: c.token, Start: c.start, Began: c.began,
		Renew: func(context.Context) error { c.renew(); return nil },
		Diff: func() []cloud.Difference {
			if c.Before == c.After {
				return nil
			}
			return []cloud.Difference{{Field: "value", Before: c.Before, After: c.After}}
		},
		Undo: func(context.Context) (cloud.AnyChange, error) { return c.prepare(c.Resource, c.Before) },
		Follow: func() *cloud.Waiter[shown] {
			return cloud.NewWaiter(cloud.WaitSpec[shown]{
				Service: "things", Operation: "ChangeThing", Read: c.read, Token: c.token(), Started: c.Started,
				Judge: func(*shown) cloud.Verdict { return c.judge() },
			})
		},
	})
}

func (c *change) start(ctx context.Context) error {
	if c.unsent && time.Since(c.Prepared) < fence {
		return c.send()
	}
	for {
		status, err := c.began(ctx)
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

func (c *change) send() error {
	if err := c.at("send " + c.Resource); err != nil {
		return err
	}
	lost, err := c.take()
	if err != nil {
		return err
	}
	if err := c.at("sent " + c.Resource); err != nil || lost {
		c.unsent = false
		return &cloud.StartError{
			Service: "things", Operation: "ChangeThing", Next: time.Minute,
			Err: &cloud.Error{Service: "things", Operation: "ChangeThing", Kind: cloud.ErrTransport, MaybeExecuted: true},
		}
	}
	return nil
}

// take is what the service does with a request.
func (c *change) take() (lost bool, err error) {
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	if list := c.refuse[c.effect()]; len(list) > 0 {
		c.refuse[c.effect()] = list[1:]
		return false, list[0]
	}
	c.Started = time.Now().UTC()
	c.sent[c.Number] = c.Started
	c.effects = append(c.effects, c.effect())
	c.values[c.Resource] = c.After
	underWay := 0
	for number := range c.sent {
		if !c.world.ended[number] {
			underWay++
		}
	}
	c.busiest = max(c.busiest, underWay)
	if c.lost[c.effect()] > 0 {
		c.lost[c.effect()]--
		return true, nil
	}
	return false, nil
}

func (c *change) began(context.Context) (cloud.StartStatus, error) {
	if err := c.at("look " + c.Resource); err != nil {
		return cloud.Uncertain, err
	}
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	at, ok := c.sent[c.Number]
	switch {
	case ok:
		c.Started = at
		return cloud.Begun, nil
	case c.unsent, time.Since(c.Prepared) > 2*fence:
		return cloud.NotBegun, nil
	}
	return cloud.Uncertain, nil
}

func (c *change) read(context.Context) (*shown, error) {
	if err := c.at("read " + c.Resource); err != nil {
		return nil, err
	}
	return &shown{c.value(c.Resource)}, nil
}

func (c *change) judge() cloud.Verdict {
	c.world.mu.Lock()
	defer c.world.mu.Unlock()
	took, ok := c.took[c.Resource]
	if !ok {
		took = time.Minute
	}
	if time.Since(c.Started) < took {
		return cloud.Verdict{State: "CHANGING"}
	}
	c.world.ended[c.Number] = true
	if v, ok := c.fail[c.effect()]; ok {
		return v
	}
	return cloud.Verdict{State: "RUNNING", Outcome: cloud.Succeeded}
}

// step changes a thing to "new".
func (p *process) step(name string, needs ...string) rollout.Step {
	return rollout.Step{Name: name, Needs: needs, Prepare: func(context.Context) (cloud.AnyChange, error) {
		return p.prepare(name, "new")
	}}
}

func callError(kind cloud.Kind) error {
	return &cloud.Error{Service: "things", Operation: "ChangeThing", Kind: kind}
}
