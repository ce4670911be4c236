package importer

import (
	"fmt"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// kept are the traits that hold facts. A trait in neither list is left out too, but reported, so that a new
// kind of fact is not overlooked.
var kept = []string{
	"aws.api#arn", "aws.api#arnReference", "aws.api#service", "aws.auth#sigv4", smithy.RestJSON, smithy.AWSJSON, "aws.protocols#awsJson1_1",
	smithy.TraitDefault, smithy.TraitDeprecated, smithy.TraitEnum, smithy.TraitEnumValue, smithy.TraitError, smithy.TraitHTTP,
	smithy.TraitHTTPError, smithy.TraitHeader, smithy.TraitIdempotent, smithy.TraitLabel, smithy.TraitLength, smithy.TraitPaginated,
	smithy.TraitPattern, smithy.TraitPayload, smithy.TraitQuery, smithy.TraitRange, smithy.TraitReadonly, smithy.TraitRequired,
	smithy.TraitSensitive, smithy.TraitToken, "smithy.api#box", "smithy.api#clientOptional", "smithy.api#input", "smithy.api#jsonName",
	"smithy.api#mediaType", "smithy.api#output", "smithy.api#retryable", "smithy.api#sparse", "smithy.api#timestampFormat",
	"smithy.api#uniqueItems",
}

// dropped are the traits that hold prose, or rules for clients that are not built like ours.
var dropped = []string{
	"smithy.api#documentation", "smithy.api#examples", "smithy.api#externalDocumentation",
	"smithy.api#noReplace", "smithy.api#references", "smithy.api#title", "smithy.api#xmlNamespace",
	"smithy.rules#endpointBdd", "smithy.rules#endpointRuleSet", "smithy.rules#endpointTests",
	"smithy.rules#clientContextParams", "smithy.waiters#waitable", "smithy.test#smokeTests",
}

// importAWS strips a published Smithy model to its facts.
func importAWS(data []byte) (tree *smithy.Object, notes []string, err error) {
	tree, err = smithy.ParseObject(data)
	if err != nil {
		return nil, nil, err
	}
	if !tree.Has("shapes") {
		return nil, nil, fmt.Errorf("not a Smithy model: it has no shapes")
	}
	tree.Remove("metadata")
	shapes := tree.Object("shapes")
	slices.Sort(shapes.Keys)
	unknown := map[string]bool{}
	for _, id := range shapes.Keys {
		stripShape(shapes.Object(id), unknown)
	}
	for id := range unknown {
		notes = append(notes, "trait "+id+" is not known and was left out")
	}
	slices.Sort(notes)
	return tree, notes, nil
}

func stripShape(s *smithy.Object, unknown map[string]bool) {
	stripTraits(s, unknown)
	for _, part := range []string{"member", "key", "value"} {
		stripTraits(s.Object(part), unknown)
	}
	members := s.Object("members")
	for _, name := range members.Keys {
		stripTraits(members.Object(name), unknown)
	}
}

func stripTraits(s *smithy.Object, unknown map[string]bool) {
	if !s.Has("traits") {
		return
	}
	t := s.Object("traits")
	for _, id := range slices.Clone(t.Keys) {
		if slices.Contains(kept, id) {
			continue
		}
		t.Remove(id)
		if !slices.Contains(dropped, id) {
			unknown[id] = true
		}
	}
	if d := t.Object(smithy.TraitDeprecated); t.Has(smithy.TraitDeprecated) {
		d.Remove("message")
	}
	for _, value := range t.List(smithy.TraitEnum) {
		value.(*smithy.Object).Remove("documentation")
	}
	slices.Sort(t.Keys)
	if len(t.Keys) == 0 {
		s.Remove("traits")
	}
}
