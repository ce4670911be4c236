package proton

import (
	"cmp"
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

// requireResource returns a refusal if no resource that can have tags has the ARN.
func (s *Service) requireResource(arn string) error {
	now := s.World.Now()
	if has(s.environments.rows, now, arn, func(v proton.Environment) string { return v.ARN }) ||
		has(s.services, now, arn, func(v proton.Service) string { return v.ARN }) ||
		has(s.instances.rows, now, arn, func(v proton.ServiceInstance) string { return v.ARN }) ||
		has(s.components.rows, now, arn, func(v proton.Component) string { return v.ARN }) ||
		has(s.environmentTemplates, now, arn, func(v proton.EnvironmentTemplate) string { return v.ARN }) ||
		has(s.serviceTemplates, now, arn, func(v proton.ServiceTemplate) string { return v.ARN }) ||
		has(s.environmentVersions, now, arn, func(v proton.EnvironmentTemplateVersion) string { return v.ARN }) ||
		has(s.serviceVersions, now, arn, func(v proton.ServiceTemplateVersion) string { return v.ARN }) ||
		has(s.repositories, now, arn, func(v proton.Repository) string { return v.ARN }) ||
		has(s.connections, now, arn, func(v proton.EnvironmentAccountConnection) string { return v.ARN }) {
		return nil
	}
	return aws.NotFound("resource", arn)
}

// has reports whether a resource of one kind has the ARN.
func has[T any](t *world.Table[T], now time.Time, arn string, arnOf func(T) string) bool {
	return slices.ContainsFunc(t.Keys, func(key string) bool {
		v, ok := t.Row(key).Actual(now)
		return ok && arnOf(v) == arn
	})
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
	tags, list := s.tags.Of(in.ResourceARN, s.World.Now()), []proton.Tag{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, proton.Tag{Key: key, Value: tags[key]})
	}
	page, next, err := world.NextPage(list, "tags "+in.ResourceARN, in.NextToken, cmp.Or(in.MaxResults, pageSize))
	return &proton.ListTagsForResourceResponse{Tags: page, NextToken: next}, err
}
