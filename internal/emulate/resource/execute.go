package resource

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// An input is a request.
type input struct {
	value   reflect.Value // the struct
	members map[string]any
	token   string // the idempotency token
}

// handler executes an operation of a kind.
func (e *Engine) handler(op *operation) front.Handler {
	return func(r *front.Received) (any, error) {
		v, err := r.Decode(op.Operation)
		if err != nil {
			return nil, err
		}
		in := op.read(r, v)
		if in.token == "" {
			return op.execute(r, op, in)
		}
		return e.tokens.Once(r, in.token, v.Interface(), e.TokenLife, func() (any, error) { return op.execute(r, op, in) })
	}
}

// read returns the members of a request by their names in documents.
func (op *operation) read(r *front.Received, v reflect.Value) input {
	in := input{value: v, members: map[string]any{}}
	given := givenMembers(r.Body)
	for f, field := range v.Fields() {
		if f.Tag.Get("auto") == "token" {
			in.token = reflect.Indirect(field).String()
			if field.Kind() == reflect.Pointer && field.IsNil() {
				in.token = ""
			}
		}
	}
	op.collect(in.members, v, given)
	return in
}

// collect adds the members of a struct, with those of the payload and of structs that stand for the document. What is in the
// path says which resource is meant, so it overrides the payload.
func (op *operation) collect(members map[string]any, v reflect.Value, given map[string]bool) {
	set := membersOf(v, given)
	for f, field := range v.Fields() {
		name, where := wireName(f)
		renamed := op.kind.rename(op.name, name)
		if (where != "payload" && renamed != ".") || field.Kind() == reflect.Pointer && field.IsNil() {
			continue
		}
		if inner := reflect.Indirect(field); inner.Kind() == reflect.Struct {
			op.collect(members, inner, given)
		}
	}
	for f := range v.Fields() {
		name, _ := wireName(f)
		renamed := op.kind.rename(op.name, name)
		if value, ok := set[name]; ok && renamed != "" && renamed != "." && f.Tag.Get("auto") == "" && !isPaging(op.Operation, f) {
			members[renamed] = value
		}
	}
}

// key returns the key of a document in its table.
func (k *kind) key(d map[string]any) string {
	var names []string
	for _, name := range slices.Concat(k.In, k.ID) {
		names = append(names, text(d[name]))
	}
	return world.KeyOf(names...)
}

// uniqueKey returns the values that must be unique, "" if the document has none of them.
func (k *kind) uniqueKey(d map[string]any) string {
	var names []string
	for _, name := range k.Unique {
		names = append(names, text(d[name]))
	}
	if strings.Join(names, "") == "" {
		return ""
	}
	for _, name := range k.In {
		names = append(names, text(d[name]))
	}
	return world.KeyOf(names...)
}

func (k *kind) index(key string, d Document) {
	if unique := k.uniqueKey(d); unique != "" {
		k.unique[unique] = key
	}
}

// name returns what the members that identify a resource say of it, for messages.
func (k *kind) name(members map[string]any) string {
	var names []string
	for _, name := range slices.Concat(k.ID, k.Unique) {
		if value := text(members[name]); value != "" {
			names = append(names, value)
		}
	}
	return strings.Join(names, " ")
}

// taken reports whether another resource than the one with the key has a unique value of the document.
func (k *kind) taken(key string, d Document, now time.Time) bool {
	unique := k.uniqueKey(d)
	other, ok := k.unique[unique]
	if unique == "" || !ok || other == key {
		return false
	}
	found, ok := k.table.Row(other).Actual(now)
	return ok && k.uniqueKey(found) == unique
}

func (e *Engine) create(r *front.Received, op *operation, in input) (any, error) {
	k, now := op.kind, e.World.Now()
	d := e.complete(k, Document{}.merge(in.members))
	if err := e.checkParents(k, d); err != nil {
		return nil, err
	}
	key := k.key(d)
	if _, exists := k.table.Row(key).Actual(now); exists || k.taken(key, d, now) {
		return nil, e.Exists(k.Exists, k.Name, k.name(d))
	}
	if k.table.Rows[key] != nil { // it existed before: it is a new one
		k.table.Delete(key)
		k.rows = nil
	}
	visible := now
	if k.Stale {
		visible = now.Add(e.World.StaleReads)
	}
	k.table.Create(key).Put(now, visible, d)
	k.index(key, d)
	e.tagCreated(k, key, d)
	return e.respond(r, op, d), nil
}

// checkParents refuses a resource whose parents do not exist.
func (e *Engine) checkParents(k *kind, d Document) error {
	if e.Parent != nil {
		if err := e.Parent(k.Name, d); err != nil {
			return err
		}
	}
	parent := e.kinds[k.Parent]
	if parent == nil {
		return nil
	}
	members := map[string]any{}
	for i, name := range slices.Concat(parent.In, parent.ID) {
		if i < len(k.In) {
			members[name] = d[k.In[i]]
		}
	}
	if _, _, err := e.actual(parent, members); err != nil {
		return err
	}
	return nil
}

// identity returns the members of a request that say which resource is meant: nil if only its parents are known. It is
// whole if it makes a key.
func (k *kind) identity(members map[string]any) (identity map[string]any, whole bool) {
	identity, whole = map[string]any{}, true
	take := func(names []string) {
		for _, name := range names {
			if text(members[name]) != "" {
				identity[name] = members[name]
			}
		}
	}
	take(k.ID)
	if len(identity) < len(k.ID) {
		take(k.Unique)
		whole = false
	}
	if len(identity) == 0 && len(k.ID) > 0 {
		return nil, false
	}
	take(k.In)
	return identity, whole
}

// keyFor returns the key of the resource that a request means, in a state in which it exists.
func (e *Engine) keyFor(k *kind, members map[string]any, state func(*world.Timeline[Document]) (Document, bool)) (string, Document, error) {
	identity, whole := k.identity(members)
	if whole {
		key := k.key(identity)
		if d, ok := state(k.table.Row(key)); ok {
			return key, d, nil
		}
	}
	if identity != nil && (!whole || len(identity) < len(k.In)+len(k.ID)) {
		for _, row := range k.inOrder() {
			if d, ok := state(row.Timeline); ok && d.has(identity) {
				return row.key, d, nil
			}
		}
	}
	return "", nil, e.Missing(k.Missing, k.Name, k.name(members))
}

// actual returns the resource that a request means, as it is.
func (e *Engine) actual(k *kind, members map[string]any) (string, Document, error) {
	now := e.World.Now()
	return e.keyFor(k, members, func(t *world.Timeline[Document]) (Document, bool) { return t.Actual(now) })
}

func (e *Engine) read(r *front.Received, op *operation, in input) (any, error) {
	now := e.World.Now()
	_, d, err := e.keyFor(op.kind, in.members, func(t *world.Timeline[Document]) (Document, bool) { return t.Visible(now) })
	if err != nil && op.kind.Single {
		return e.respond(r, op, nil), nil
	}
	if err != nil {
		return nil, err
	}
	return e.respond(r, op, d), nil
}

// change is one that takes effect at once, but that reads show later.
func (e *Engine) change() world.Change {
	now := e.World.Now()
	return world.Change{Start: now, End: now, StaleUntil: now.Add(e.World.StaleReads)}
}

func (e *Engine) update(r *front.Received, op *operation, in input) (any, error) {
	k := op.kind
	keys, err := e.targets(op, in)
	if err != nil && k.Upsert {
		return e.create(r, op, in)
	}
	if err != nil {
		return nil, err
	}
	var d Document
	for _, key := range keys {
		before, _ := k.table.Row(key).Actual(e.World.Now())
		d = before.merge(in.members, slices.Concat(k.In, k.ID)...).merge(op.set)
		if k.taken(key, d, e.World.Now()) {
			return nil, e.Exists(k.Exists, k.Name, k.name(d))
		}
		e.stamp(k, d, "updated")
		c := e.change()
		world.Finish(k.table.Row(key), c, d)
		k.index(key, d)
	}
	return e.respond(r, op, d), nil
}

func (e *Engine) remove(r *front.Received, op *operation, in input) (any, error) {
	keys, err := e.targets(op, in)
	if err != nil {
		return nil, err
	}
	var d Document
	for _, key := range keys {
		row := op.kind.table.Row(key)
		d, _ = row.Actual(e.World.Now())
		world.Remove(row, e.change())
	}
	return e.respond(r, op, d), nil
}

// targets returns the keys of the resources that a request means: one, or those whose IDs are in a member that is named with
// the plural of the ID.
func (e *Engine) targets(op *operation, in input) ([]string, error) {
	k := op.kind
	if len(k.ID) == 1 {
		for _, plural := range []string{k.ID[0] + "s", k.ID[0] + "List", k.ID[0] + "Set"} {
			if ids, ok := in.members[plural].([]any); ok && in.members[k.ID[0]] == nil {
				return e.each(k, in.members, ids)
			}
		}
		if ids, ok := in.members[k.ID[0]].([]any); ok {
			return e.each(k, in.members, ids)
		}
	}
	key, _, err := e.actual(k, in.members)
	return []string{key}, err
}

func (e *Engine) each(k *kind, members map[string]any, ids []any) ([]string, error) {
	var keys []string
	for _, id := range ids {
		key, _, err := e.actual(k, Document(members).merge(map[string]any{k.ID[0]: id}))
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}
