package resource

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// tagged returns the ARN in a request. It must be one of the service's resources in the emulator's account.
func (e *Engine) tagged(in input) (string, error) {
	arn := text(in.members["resourceArn"])
	prefix := strings.Join([]string{"arn", "aws", e.Service, e.World.Region, world.Account, ""}, ":")
	if !strings.HasPrefix(arn, prefix) || arn == prefix || e.isGone(arn) {
		return "", e.Missing("", "resource", arn)
	}
	return arn, nil
}

// isGone reports whether a declared resource had the ARN and is gone.
func (e *Engine) isGone(arn string) bool {
	d, ok := e.tags.Row(arn).Actual(e.World.Now())
	if !ok || d["kind"] == nil {
		return false
	}
	_, exists := e.kinds[text(d["kind"])].table.Row(text(d["key"])).Actual(e.World.Now())
	return !exists
}

// tagsOf returns the tags of an ARN, by their keys.
func (e *Engine) tagsOf(arn string) map[string]any {
	d, _ := e.tags.Row(arn).Visible(e.World.Now())
	tags, _ := d["tags"].(map[string]any)
	return tags
}

// SetTags replaces the tags of an ARN, for what creates a resource that is not declared.
func (e *Engine) SetTags(arn string, tags map[string]any) {
	d, _ := e.tags.Row(arn).Actual(e.World.Now())
	e.tags.Add(arn, e.World.Now(), Document{}.merge(d).merge(map[string]any{"tags": tags}))
}

// tagCreated keeps the tags of a resource that was just created.
func (e *Engine) tagCreated(k *kind, key string, d Document) {
	for name, value := range d {
		arn, ok := value.(string)
		if k.Make[name] != "" && ok && strings.HasPrefix(arn, "arn:") {
			e.tags.Add(arn, e.World.Now(), Document{"kind": k.Name, "key": key, "tags": tagMap(d["tags"])})
		}
	}
}

// tagMap returns tags by their keys. They are sent as an object, or as a list of keys and values.
func tagMap(value any) map[string]any {
	tags := map[string]any{}
	switch value := value.(type) {
	case map[string]any:
		return value
	case []any:
		for _, item := range value {
			if tag, ok := item.(map[string]any); ok {
				tags[text(tag["key"])] = text(tag["value"])
			}
		}
	}
	return tags
}

func (e *Engine) tag(r *front.Received, op *operation, in input) (any, error) {
	arn, err := e.tagged(in)
	if err != nil {
		return nil, err
	}
	e.SetTags(arn, Document(nil).merge(e.tagsOf(arn)).merge(tagMap(in.members["tags"])))
	return e.respond(r, op, nil), nil
}

func (e *Engine) untag(r *front.Received, op *operation, in input) (any, error) {
	arn, err := e.tagged(in)
	if err != nil {
		return nil, err
	}
	tags, gone := map[string]any{}, texts(in.members["tagKeys"])
	for key, value := range e.tagsOf(arn) {
		if !slices.Contains(gone, key) {
			tags[key] = value
		}
	}
	e.SetTags(arn, tags)
	return e.respond(r, op, nil), nil
}

func (e *Engine) listTags(r *front.Received, op *operation, in input) (any, error) {
	arn, err := e.tagged(in)
	if err != nil {
		return nil, err
	}
	tags := e.tagsOf(arn)
	if f, ok := fieldByPath(op.Response, "Tags"); ok && f.Type.Kind() == reflect.Map {
		return e.respond(r, op, Document{"tags": tags}), nil
	}
	var list []Document
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, Document{"key": key, "value": tags[key]})
	}
	return e.respondWithPage(r, op, in, list)
}
