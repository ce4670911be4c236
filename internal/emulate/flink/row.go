package flink

import (
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// Resources that change at once are read and written with these. Their keys begin with the workspace and the namespace.

// inNamespace returns the resources of a namespace that reads show, in the order in which they were added. The types of
// many do not have the workspace, so their keys decide. They must not be modified.
func inNamespace[T any](s *Service, t *world.Table[T], workspace, namespace string) []*T {
	return t.ListIn(s.world.Now(), workspace, namespace)
}

// pageOfNamespace returns one page of the resources of a namespace.
func pageOfNamespace[T any](s *Service, t *world.Table[T], workspace, namespace string, index, size int) listPage {
	list := world.Shown(t, s.world.Now(), "all", nil, workspace, namespace)
	return sortedPage(list, index, size, func(v *T) *T { return v })
}

// selectFrom returns the items of a list that match.
func selectFrom[T any](list []T, matches func(T) bool) []T {
	selected := []T{}
	for _, v := range list {
		if matches(v) {
			selected = append(selected, v)
		}
	}
	return selected
}

// actual returns a resource as it is now.
func actual[T any](s *Service, t *world.Table[T], key, what, id string) (T, error) {
	v, ok := t.Row(key).Actual(s.world.Now())
	if !ok {
		return v, objectNotFound(what, id)
	}
	return v, nil
}

// visible returns a resource as reads show it.
func visible[T any](s *Service, t *world.Table[T], key, what, id string) (T, error) {
	v, ok := t.Row(key).Visible(s.world.Now())
	if !ok {
		return v, objectNotFound(what, id)
	}
	return v, nil
}

// save creates or changes a resource at once.
func save[T any](s *Service, t *world.Table[T], key string, v T) {
	now, row := s.world.Now(), t.Create(key)
	row.Forget(now)
	row.Put(now, now, v)
}

// remove deletes a resource at once and returns what it was.
func remove[T any](s *Service, t *world.Table[T], key, what, id string) (T, error) {
	v, err := actual(s, t, key, what, id)
	if err == nil {
		now := s.world.Now()
		world.Remove(t.Row(key), world.Change{Start: now, End: now})
	}
	return v, err
}

// exists reports whether there is a resource with a key.
func exists[T any](s *Service, t *world.Table[T], key string) bool {
	_, ok := t.Row(key).Actual(s.world.Now())
	return ok
}
