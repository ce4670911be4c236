package plan

import (
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// followed are the traits that are generated as they say, or that change nothing for a client.
var followed = setOf("aws.api#arn aws.api#arnReference aws.api#controlPlane aws.api#data aws.api#dataPlane aws.api#service " +
	"aws.api#taggable aws.api#tagEnabled aws.auth#sigv4 polycloud.protocols#eventStream polycloud.protocols#nullable " +
	"polycloud.protocols#pages " +
	"polycloud.protocols#returned polycloud.protocols#roa polycloud.protocols#site polycloud.protocols#tc3 polycloud.protocols#values " +
	"smithy.api#box smithy.api#clientOptional smithy.api#default smithy.api#deprecated smithy.api#enum smithy.api#enumValue " +
	"smithy.api#error smithy.api#http smithy.api#httpError smithy.api#httpHeader smithy.api#httpLabel smithy.api#httpPayload " +
	"smithy.api#httpQuery smithy.api#idempotencyToken smithy.api#idempotent smithy.api#input smithy.api#jsonName smithy.api#length " +
	"smithy.api#mediaType smithy.api#output smithy.api#paginated smithy.api#pattern smithy.api#range smithy.api#readonly " +
	"smithy.api#required smithy.api#retryable smithy.api#sensitive smithy.api#timestampFormat smithy.api#uniqueItems")

// protocols are those that the clients speak. A service may have others beside one of them.
var protocols = []string{smithy.RestJSON, smithy.AWSJSON, smithy.AWSJSON1, smithy.TraitROA, smithy.TraitTC3}

// otherProtocols are those that a service may have, too.
var otherProtocols = setOf("aws.protocols#awsQuery aws.protocols#awsQueryCompatible aws.protocols#ec2Query aws.protocols#restXml " +
	"smithy.protocols#rpcv2Cbor")

// checkTraits refuses what the model says and the generated code would not do.
func (b *builder) checkTraits() {
	service := b.Model.Service
	if !slices.ContainsFunc(protocols, service.Traits.Has) {
		b.fail("the service %s has none of the protocols that are generated: %v", service.Name(), protocols)
	}
	b.refuseTraits("the service "+service.Name(), service.Traits)
	seen := map[string]bool{}
	for _, op := range b.Model.Operations() {
		for _, id := range slices.Sorted(maps.Keys(b.Model.Below(op.ID))) {
			s := b.Model.Shapes[id]
			if seen[id] {
				continue
			}
			seen[id] = true
			where := "the operation " + op.Name()
			if s != op {
				where = s.Name() + ", of the operation " + op.Name()
			}
			b.refuseTraits(where, s.Traits)
			for _, x := range s.Parts() {
				b.refuseTraits(s.Name()+"."+x.Name+", of the operation "+op.Name(), x.Traits)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.Overlay.Ignore)) {
		if followed[id] {
			b.fail("the overlay ignores the trait %s, which is followed", id)
		}
	}
}

// refuseTraits refuses the traits of one place that are not followed.
func (b *builder) refuseTraits(where string, t smithy.Traits) {
	for _, id := range slices.Sorted(maps.Keys(t)) {
		switch {
		case followed[id], slices.Contains(protocols, id), otherProtocols[id], b.Overlay.Ignore[id] != "":
		case id == smithy.TraitAuth && usesSigV4(t[id]):
		default:
			b.fail("%s: the trait %s is not generated. If clients need not follow it, list it under ignore in the overlay, or remove it "+
				"here under apply, with a reason", where, id)
		}
	}
}

// usesSigV4 reports whether a list of ways to authenticate begins with the one that is implemented.
func usesSigV4(value any) bool {
	list, _ := value.([]any)
	return len(list) > 0 && list[0] == "aws.auth#sigv4"
}
