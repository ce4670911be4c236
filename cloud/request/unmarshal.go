package request

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Unmarshal reads a JSON object into a request, a pointer to a struct such as *finspace.GetKxClusterRequest. It replaces
// the members that the object has. A member that the request does not have, a value of another type, and text that is
// not JSON are a *cloud.ValidationError that names the member and repeats no value. Nothing else is checked: the
// request's Validate method does that, and every call.
func Unmarshal(data []byte, request any) error {
	v := reflect.ValueOf(request)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return invalid("", "must be a pointer to a struct")
	}
	err := wire.UnmarshalMembers(data, request)
	if e, ok := errors.AsType[*wire.Error](err); ok {
		rule := e.Problem
		if e.Path == "" && e.Offset > 0 {
			rule = fmt.Sprintf("%s, at byte %d", rule, e.Offset)
		}
		return invalid(e.Path, rule)
	}
	return err
}

func invalid(field, rule string) error {
	if field == "" {
		field = "request"
	}
	return &cloud.ValidationError{Service: "request", Problems: []cloud.Problem{{Field: field, Check: cloud.CheckRule, Rule: rule}}}
}
