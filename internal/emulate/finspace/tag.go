package finspace

import (
	"maps"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/finspace"

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

// kxARN returns the ARN of an environment, or of something in it: the rest alternates kinds and names.
func (s *Service) kxARN(environmentID string, rest ...string) string {
	return s.ARN(strings.Join(append([]string{"kxEnvironment", environmentID}, rest...), "/"))
}

// requireResource returns a refusal if there is no resource with the ARN.
func (s *Service) requireResource(arn string) error {
	parts := strings.Split(strings.TrimPrefix(arn, s.ARN("")), "/")
	var kind, names []string
	for i, part := range parts {
		if i%2 == 0 {
			kind = append(kind, part)
		} else {
			names = append(names, part)
		}
	}
	exists, ok := map[string]func(...string) bool{
		"environment":                         existsIn(s, s.browser),
		"kxEnvironment":                       existsIn(s, s.environments),
		"kxEnvironment kxCluster":             existsIn(s, s.clusters),
		"kxEnvironment kxDatabase":            existsIn(s, s.databases),
		"kxEnvironment kxDatabase kxDataview": existsIn(s, s.dataviews),
		"kxEnvironment kxScalingGroup":        existsIn(s, s.scalingGroups),
		"kxEnvironment kxUser":                existsIn(s, s.users),
		"kxEnvironment kxVolume":              existsIn(s, s.volumes),
	}[strings.Join(kind, " ")]
	if !ok || !exists(names...) {
		return aws.NotFound("resource", arn)
	}
	return nil
}

func existsIn[T any](s *Service, t *world.Table[T]) func(names ...string) bool {
	return func(names ...string) bool { return !kxNameFree(s, t, names...) }
}

func (s *Service) tagResource(_ *front.Received, in finspace.TagResourceRequest) (any, error) {
	if err := s.requireResource(in.ResourceARN); err != nil {
		return nil, err
	}
	if !s.tags.Merge(in.ResourceARN, s.World.Now(), in.Tags) {
		return nil, &front.Refusal{Code: "InvalidRequestException", Message: "A resource can have at most 50 tags."}
	}
	return &finspace.TagResourceResponse{}, nil
}

func (s *Service) untagResource(_ *front.Received, in finspace.UntagResourceRequest) (any, error) {
	if err := s.requireResource(in.ResourceARN); err != nil {
		return nil, err
	}
	s.tags.Remove(in.ResourceARN, s.World.Now(), in.TagKeys)
	return &finspace.UntagResourceResponse{}, nil
}

func (s *Service) listTags(_ *front.Received, in finspace.ListTagsForResourceRequest) (any, error) {
	if err := s.requireResource(in.ResourceARN); err != nil {
		return nil, err
	}
	return &finspace.ListTagsForResourceResponse{Tags: maps.Clone(s.tags.Of(in.ResourceARN, s.World.Now()))}, nil
}
