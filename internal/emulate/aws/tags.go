package aws

import (
	"maps"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// MaxTags is how many tags a resource can have.
const MaxTags = 50

// Tags has the tags of resources, by ARN. A resource that is deleted does not need to be removed: services only ask for
// the tags of resources that exist, and set those of a new one.
type Tags struct {
	*world.Table[map[string]string]
}

// NewTags returns no tags.
func NewTags() Tags { return Tags{world.NewTable[map[string]string]()} }

// Of returns the tags of a resource, which the caller must not change.
func (t Tags) Of(arn string, now time.Time) map[string]string {
	tags, _ := t.Row(arn).Actual(now)
	return tags
}

// Set sets the tags of a new resource.
func (t Tags) Set(arn string, now time.Time, tags map[string]string) {
	if _, known := t.Row(arn).Actual(now); len(tags) == 0 && !known {
		return
	}
	t.Add(arn, now, maps.Clone(tags))
}

// Merge adds tags to a resource, or replaces those with the same keys. It reports whether there is room for them.
func (t Tags) Merge(arn string, now time.Time, tags map[string]string) bool {
	merged := map[string]string{}
	maps.Copy(merged, t.Of(arn, now))
	maps.Copy(merged, tags)
	if len(merged) > MaxTags {
		return false
	}
	t.Add(arn, now, merged)
	return true
}

// Remove removes the tags with the given keys, if the resource has them.
func (t Tags) Remove(arn string, now time.Time, keys []string) {
	left := maps.Clone(t.Of(arn, now))
	for _, key := range keys {
		delete(left, key)
	}
	t.Set(arn, now, left)
}
