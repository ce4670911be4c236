package wait

import (
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// NoMember is the error of a start whose response lacks the member that says what to follow. Begin names the
// operation in it.
func NoMember(requestID, member string) error {
	return Unexpected(requestID, "it has no "+member)
}

// Unexpected is the error of a start whose response is not about the request. Begin names the operation in it.
func Unexpected(requestID, why string) error {
	return &cloud.Error{Kind: cloud.ErrTransport, RequestID: requestID, MaybeExecuted: true, Message: "unexpected response: " + why}
}

// Required refuses to look for a resource without a name in a list, which would report it as not found.
func Required(service string, op *transport.Operation, field, name string) error {
	if name != "" {
		return nil
	}
	return &cloud.ValidationError{
		Service: service, Operation: op.Name, Problems: []cloud.Problem{{Field: field, Check: cloud.CheckRequired, Rule: "required"}},
	}
}

// Lacks refuses a state with an empty member. members are names and values in turn.
func Lacks(members ...string) error {
	for i := 0; i+1 < len(members); i += 2 {
		if members[i+1] == "" {
			return fmt.Errorf("has no %s", members[i])
		}
	}
	return nil
}
