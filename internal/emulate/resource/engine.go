package resource

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// Config is what the resources of one service share.
type Config struct {
	Service   string
	World     *world.World
	API       front.API
	PageSize  int           // of lists, if the request does not say
	TokenLife time.Duration // how long idempotency tokens are remembered

	// Missing and Exists make a refusal. The code is empty if the declaration has none.
	Missing, Exists func(code, what, id string) error
	// Time formats a time where the service sends times as strings.
	Time func(time.Time) string
	// Parent refuses a resource whose parents, which are not declared, do not exist. It may be nil.
	Parent func(kind string, d Document) error
}

// Engine has the declared resources of one service. Its methods need the world's lock.
type Engine struct {
	Config
	kinds      map[string]*kind
	operations map[string]*operation
	tiers      map[string]front.Tier
	tokens     front.Tokens
	tags       *world.Table[Document] // by ARN
}

// A kind is a declared kind with its resources.
type kind struct {
	Kind
	table  *world.Table[Document] // by the values of its parents and of its ID
	rows   []row                  // of the table, in order
	unique map[string]string      // keys by the values that must be unique
	known  map[string]bool        // the members that its documents can have
	times  map[string]clock       // by "created" and "updated"
}

// An operation is one of a kind.
type operation struct {
	front.Operation
	name    string
	kind    *kind
	set     map[string]any // by an action
	execute func(r *front.Received, op *operation, in input) (any, error)
}

// A row is one of a table, with its key.
type row struct {
	key string
	*world.Timeline[Document]
}

// inOrder returns the rows of the table, in the order in which they were created. It looks up only those that are new.
func (k *kind) inOrder() []row {
	if len(k.rows) > len(k.table.Keys) {
		k.rows = nil
	}
	for _, key := range k.table.Keys[len(k.rows):] {
		k.rows = append(k.rows, row{key, k.table.Rows[key]})
	}
	return k.rows
}

// New returns the resources that are declared. It panics if a declaration does not fit the operations: what apigen
// accepts does.
func New(c Config, declared []Kind) *Engine {
	e := &Engine{
		Config: c, kinds: map[string]*kind{}, operations: map[string]*operation{}, tiers: map[string]front.Tier{},
		tokens: front.NewTokens(), tags: world.NewTable[Document](),
	}
	for _, k := range declared {
		e.declare(&kind{Kind: k, table: world.NewTable[Document](), unique: map[string]string{}, known: map[string]bool{}})
	}
	return e
}

func (e *Engine) declare(k *kind) {
	e.kinds[k.Name] = k
	if len(k.Tag) > 0 {
		k.table = e.tags
	}
	add := func(names []string, execute func(*front.Received, *operation, input) (any, error)) {
		for _, name := range names {
			op, ok := e.API[name]
			if !ok {
				panic(fmt.Sprintf("resource %s: no operation %s", k.Name, name))
			}
			e.operations[name] = &operation{Operation: op, name: name, kind: k, execute: execute}
		}
	}
	add(k.Create, e.create)
	add(k.Read, e.read)
	add(k.List, e.list)
	add(k.Update, e.update)
	add(k.Delete, e.remove)
	add(k.Tag, e.tag)
	add(k.Untag, e.untag)
	add(k.Tags, e.listTags)
	for name, set := range k.Actions {
		add([]string{name}, e.update)
		e.operations[name].set = set
	}
	e.inferParents(k)
	e.learnMembers(k)
	k.times = e.clocks(k)
}

// ofKind returns the operations of a kind, by name.
func (e *Engine) ofKind(k *kind) []*operation {
	var list []*operation
	for _, name := range slices.Sorted(maps.Keys(e.operations)) {
		if e.operations[name].kind == k {
			list = append(list, e.operations[name])
		}
	}
	return list
}

// inferParents sets the members that identify the parents, if the declaration does not.
func (e *Engine) inferParents(k *kind) {
	if len(k.In) > 0 {
		return
	}
	for _, name := range slices.Concat(k.Create, k.List, k.Read)[:min(1, len(k.Create)+len(k.List)+len(k.Read))] {
		for f := range e.API[name].Request.Fields() {
			member, place := wireName(f)
			member = k.rename(name, member)
			if (place == "path" || place == "header") && member != "" && !slices.Contains(k.ID, member) {
				k.In = append(k.In, member)
			}
		}
	}
	slices.Sort(k.In)
}

// learnMembers finds the members that documents can have: those of what is created, changed and shown.
func (e *Engine) learnMembers(k *kind) {
	for _, op := range e.ofKind(k) {
		if !slices.Contains(k.List, op.name) && !slices.Contains(k.Read, op.name) {
			e.learn(op, op.Request)
		}
	}
	for _, op := range e.ofKind(k) {
		for _, item := range k.itemTypes(op) {
			e.learn(op, item)
		}
	}
	for _, name := range slices.Concat(k.In, k.ID, slices.Collect(maps.Keys(k.Set)), slices.Collect(maps.Keys(k.Make))) {
		k.known[name] = true
	}
}

func (e *Engine) learn(op *operation, t reflect.Type) {
	for f := range t.Fields() {
		name, place := wireName(f)
		renamed := op.kind.rename(op.name, name)
		switch {
		case place == "payload", renamed == ".":
			if inner := structOf(f.Type); inner != nil {
				e.learn(op, inner)
			}
		case renamed != "" && !isPaging(op.Operation, f):
			op.kind.known[renamed] = true
		}
	}
}

// Complete adds what executes the other operations to the handlers of a service: those of declared resources,
// and examples.
func (e *Engine) Complete(handlers front.Handlers) front.Handlers {
	for name, op := range e.API {
		switch {
		case handlers[name] != nil:
			e.tiers[name] = front.Stateful
		case e.operations[name] != nil:
			e.tiers[name], handlers[name] = front.Resource, e.handler(e.operations[name])
		default:
			e.tiers[name], handlers[name] = front.Example, e.example(name, op)
		}
	}
	return handlers
}

// Tier says what executes an operation, "" if there is no such operation. It does not need the lock.
func (e *Engine) Tier(operation string) front.Tier { return e.tiers[operation] }

// Tables returns the resources of each kind, for what stores and restores them. Reindex must be called after they are
// replaced.
func (e *Engine) Tables() map[string]*world.Table[Document] {
	all := map[string]*world.Table[Document]{}
	for name, k := range e.kinds {
		all[name] = k.table
	}
	return all
}

// Reindex finds again what must be unique.
func (e *Engine) Reindex() {
	for _, k := range e.kinds {
		clear(k.unique)
		k.rows = nil
		for _, row := range k.inOrder() {
			if d, ok := row.Actual(e.World.Now()); ok {
				k.index(row.key, d)
			}
		}
	}
}

// Find returns the visible resources of a kind whose members have the given values.
func (e *Engine) Find(kind string, members map[string]any) []Document {
	var found []Document
	now := e.World.Now()
	for _, row := range e.kinds[kind].inOrder() {
		if d, ok := row.Visible(now); ok && d.has(members) {
			found = append(found, d)
		}
	}
	return found
}

// Add adds a resource, or replaces the one with the same ID. Members that it lacks are made as when it is created.
func (e *Engine) Add(kind string, members map[string]any) Document {
	k := e.kinds[kind]
	d := e.complete(k, Document{}.merge(members))
	key := k.key(d)
	k.table.Add(key, e.World.Now(), d)
	k.index(key, d)
	return d
}

func (d Document) has(members map[string]any) bool {
	for name, value := range members {
		if text(d[name]) != text(value) {
			return false
		}
	}
	return true
}
