package proton

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/proton"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) tagOperations() front.Handlers {
	return front.Handlers{
		"TagResource":         front.Handle(s.tagResource),
		"UntagResource":       front.Handle(s.untagResource),
		"ListTagsForResource": front.Handle(s.listTags),
	}
}

// setTags sets the tags of a new resource.
func (s *Service) setTags(arn string, tags []proton.Tag) {
	s.tags.Set(arn, s.World.Now(), tagMap(tags))
}

func tagMap(tags []proton.Tag) map[string]string {
	m := map[string]string{}
	for _, t := range tags {
		m[t.Key] = t.Value
	}
	return m
}

// tagList returns tags in the order of their keys.
func tagList(tags map[string]string) []proton.Tag {
	list := []proton.Tag{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, proton.Tag{Key: key, Value: tags[key]})
	}
	return list
}

// requireResource returns a refusal if no resource that can have tags has the ARN.
func (s *Service) requireResource(arn string) error {
	for known := range s.arns(s.World.Now()) {
		if known == arn {
			return nil
		}
	}
	return aws.NotFound("resource", arn)
}

// arns returns the ARNs of all resources that can have tags.
func (s *Service) arns(now time.Time) iter.Seq[string] {
	return func(yield func(string) bool) {
		_ = each(s.environments.rows, now, func(v proton.Environment) bool { return yield(v.ARN) }) &&
			each(s.services, now, func(v proton.Service) bool { return yield(v.ARN) }) &&
			each(s.instances.rows, now, func(v proton.ServiceInstance) bool { return yield(v.ARN) }) &&
			each(s.components.rows, now, func(v proton.Component) bool { return yield(v.ARN) }) &&
			each(s.environmentTemplates, now, func(v proton.EnvironmentTemplate) bool { return yield(v.ARN) }) &&
			each(s.serviceTemplates, now, func(v proton.ServiceTemplate) bool { return yield(v.ARN) }) &&
			each(s.environmentVersions, now, func(v proton.EnvironmentTemplateVersion) bool { return yield(v.ARN) }) &&
			each(s.serviceVersions, now, func(v proton.ServiceTemplateVersion) bool { return yield(v.ARN) }) &&
			each(s.repositories, now, func(v proton.Repository) bool { return yield(v.ARN) }) &&
			each(s.connections, now, func(v proton.EnvironmentAccountConnection) bool { return yield(v.ARN) })
	}
}

// each calls a function with the resources of one kind until it returns false. It reports whether it never did.
func each[T any](t *world.Table[T], now time.Time, f func(T) bool) bool {
	for _, key := range t.Keys {
		if v, ok := t.Row(key).Actual(now); ok && !f(v) {
			return false
		}
	}
	return true
}

func (s *Service) tagResource(_ *front.Received, in proton.TagResourceRequest) (any, error) {
	if err := s.requireResource(in.ResourceARN); err != nil {
		return nil, err
	}
	if !s.tags.Merge(in.ResourceARN, s.World.Now(), tagMap(in.Tags)) {
		return nil, aws.Invalid("A resource can have at most 50 tags.")
	}
	return &proton.TagResourceResponse{}, nil
}

func (s *Service) untagResource(_ *front.Received, in proton.UntagResourceRequest) (any, error) {
	if err := s.requireResource(in.ResourceARN); err != nil {
		return nil, err
	}
	s.tags.Remove(in.ResourceARN, s.World.Now(), in.TagKeys)
	return &proton.UntagResourceResponse{}, nil
}

// listTags lists the tags in the order of their keys.
func (s *Service) listTags(_ *front.Received, in proton.ListTagsForResourceRequest) (any, error) {
	if err := s.requireResource(in.ResourceARN); err != nil {
		return nil, err
	}
	list := tagList(s.tags.Of(in.ResourceARN, s.World.Now()))
	page, next, err := world.NextPage(list, "tags "+in.ResourceARN, in.NextToken, cmp.Or(in.MaxResults, pageSize))
	return &proton.ListTagsForResourceResponse{Tags: page, NextToken: next}, err
}
