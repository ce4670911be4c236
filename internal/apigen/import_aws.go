package main

import (
	"fmt"
	"slices"
)

// kept are the traits that hold facts. What is in neither list is left out too, and named, so that
// a new kind of fact is not overlooked.
var kept = []string{
	"aws.api#arn", "aws.api#arnReference", "aws.api#service", "aws.auth#sigv4",
	restJSON, awsJSON, "aws.protocols#awsJson1_1",
	traitDefault, traitDeprecated, traitEnum, traitEnumValue, traitError, traitHTTP, traitHTTPError,
	traitHeader, traitIdempotent, traitLabel, traitLength, traitPaginated, traitPattern, traitPayload,
	traitQuery, traitRange, traitReadonly, traitRequired, traitSensitive, traitToken,
	"smithy.api#box", "smithy.api#clientOptional", "smithy.api#input", "smithy.api#jsonName",
	"smithy.api#mediaType", "smithy.api#output", "smithy.api#retryable", "smithy.api#sparse",
	"smithy.api#timestampFormat", "smithy.api#uniqueItems",
}

// dropped are the traits that hold prose, or rules for clients that are not built like ours.
var dropped = []string{
	"smithy.api#documentation", "smithy.api#examples", "smithy.api#externalDocumentation",
	"smithy.api#noReplace", "smithy.api#references", "smithy.api#title", "smithy.api#xmlNamespace",
	"smithy.rules#endpointBdd", "smithy.rules#endpointRuleSet", "smithy.rules#endpointTests",
	"smithy.rules#clientContextParams", "smithy.waiters#waitable", "smithy.test#smokeTests",
}

// importAWS strips a published Smithy model to its facts.
func importAWS(data []byte) (tree *object, notes []string, err error) {
	tree, err = parseObject(data)
	if err != nil {
		return nil, nil, err
	}
	if !tree.has("shapes") {
		return nil, nil, fmt.Errorf("not a Smithy model: it has no shapes")
	}
	tree.remove("metadata")
	shapes := tree.object("shapes")
	slices.Sort(shapes.keys)
	unknown := map[string]bool{}
	for _, id := range shapes.keys {
		stripShape(shapes.object(id), unknown)
	}
	for id := range unknown {
		notes = append(notes, "trait "+id+" is not known and was left out")
	}
	slices.Sort(notes)
	return tree, notes, nil
}

func stripShape(s *object, unknown map[string]bool) {
	stripTraits(s, unknown)
	for _, part := range []string{"member", "key", "value"} {
		stripTraits(s.object(part), unknown)
	}
	members := s.object("members")
	for _, name := range members.keys {
		stripTraits(members.object(name), unknown)
	}
}

func stripTraits(s *object, unknown map[string]bool) {
	if !s.has("traits") {
		return
	}
	t := s.object("traits")
	for _, id := range slices.Clone(t.keys) {
		if slices.Contains(kept, id) {
			continue
		}
		t.remove(id)
		if !slices.Contains(dropped, id) {
			unknown[id] = true
		}
	}
	if d := t.object(traitDeprecated); t.has(traitDeprecated) {
		d.remove("message")
	}
	for _, value := range t.list(traitEnum) {
		value.(*object).remove("documentation")
	}
	slices.Sort(t.keys)
	if len(t.keys) == 0 {
		s.remove("traits")
	}
}
