package wait

import (
	"iter"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// Find returns the item of a list that matches, for resources that only lists show. A list without it is
// ErrNotFound; what names the item in that error.
func Find[T any](service string, op *transport.Operation, what string, items iter.Seq2[T, error], matches func(*T) bool) (*T, error) {
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		if matches(&item) {
			return &item, nil
		}
	}
	return nil, &cloud.Error{Service: service, Operation: op.Name, Kind: cloud.ErrNotFound, Message: "the list has no " + what}
}

// Fetched is Items for a list that is there already, or could not be read.
func Fetched[T any](list []T, err error) iter.Seq2[T, error] {
	if err == nil {
		return Items(list)
	}
	return func(yield func(T, error) bool) {
		var none T
		yield(none, err)
	}
}

// Items ranges over a list that one response holds, for [Find].
func Items[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range list {
			if !yield(item, nil) {
				return
			}
		}
	}
}
