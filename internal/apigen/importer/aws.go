package importer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// kept are the traits that hold facts. Those in neither list are kept without their values, which may be prose: the
// generator refuses what it does not follow, so that a new kind of fact is not overlooked.
var kept = []string{
	"aws.api#arn", "aws.api#arnReference", "aws.api#service", "aws.auth#sigv4", smithy.RestJSON, smithy.AWSJSON, smithy.AWSJSON1,
	smithy.TraitAuth, smithy.TraitDefault, smithy.TraitDeprecated, smithy.TraitEnum, smithy.TraitEnumValue, smithy.TraitError,
	smithy.TraitHTTP, smithy.TraitHTTPError, smithy.TraitHeader, smithy.TraitIdempotent, smithy.TraitJSONName, smithy.TraitLabel,
	smithy.TraitLength, smithy.TraitMediaType, smithy.TraitPaginated, smithy.TraitPattern, smithy.TraitPayload, smithy.TraitQuery,
	smithy.TraitRange, smithy.TraitReadonly, smithy.TraitRequired, smithy.TraitSensitive, smithy.TraitTimeFormat, smithy.TraitToken,
	"smithy.api#box", "smithy.api#clientOptional", "smithy.api#input", "smithy.api#output", "smithy.api#retryable",
	"smithy.api#uniqueItems",
}

// dropped are the traits that hold prose, or rules for clients that are not built like ours.
var dropped = []string{
	"smithy.api#documentation", "smithy.api#examples", "smithy.api#externalDocumentation", "smithy.api#title", "smithy.api#since",
	"smithy.api#suppress", "smithy.api#tags", "smithy.api#unstable", "smithy.api#internal", "smithy.api#private", "smithy.api#recommended",
	"smithy.api#addedDefault", "smithy.api#cors", "smithy.api#noReplace", "smithy.api#references", "smithy.api#property",
	"smithy.api#notProperty", "smithy.api#nestedProperties", "smithy.api#resourceIdentifier",
	"smithy.api#xmlAttribute", "smithy.api#xmlFlattened", "smithy.api#xmlName", "smithy.api#xmlNamespace",
	"smithy.rules#endpointBdd", "smithy.rules#endpointRuleSet", "smithy.rules#endpointTests",
	"smithy.rules#clientContextParams", "smithy.waiters#waitable", "smithy.test#smokeTests", "smithy.test#httpRequestTests",
	"smithy.test#httpResponseTests",
}

// droppedNamespaces are those of traits about other products.
var droppedNamespaces = []string{"aws.cloudformation#", "aws.iam#"}

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
	for _, id := range shapes.Keys {
		stripShape(shapes.Object(id))
	}
	return tree, nil, nil
}

func stripShape(s *smithy.Object) {
	stripTraits(s)
	for _, part := range []string{"member", "key", "value"} {
		stripTraits(s.Object(part))
	}
	members := s.Object("members")
	for _, name := range members.Keys {
		stripTraits(members.Object(name))
	}
}

func stripTraits(s *smithy.Object) {
	if !s.Has("traits") {
		return
	}
	t := s.Object("traits")
	for _, id := range slices.Clone(t.Keys) {
		switch {
		case isDropped(id):
			t.Remove(id)
		case !slices.Contains(kept, id):
			t.Set(id, smithy.NewObject())
		}
	}
	if t.Has(smithy.TraitDeprecated) {
		t.Object(smithy.TraitDeprecated).Remove("message")
	}
	for _, value := range t.List(smithy.TraitEnum) {
		if o, ok := value.(*smithy.Object); ok {
			o.Remove("documentation")
		}
	}
	slices.Sort(t.Keys)
	if len(t.Keys) == 0 {
		s.Remove("traits")
	}
}

func isDropped(id string) bool {
	return slices.Contains(dropped, id) ||
		slices.ContainsFunc(droppedNamespaces, func(namespace string) bool { return strings.HasPrefix(id, namespace) })
}
