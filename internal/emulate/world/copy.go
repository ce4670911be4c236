package world

import (
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// CopyMembers sets the members of dst, a pointer to a struct, that src has under the same names on the wire. They share
// no memory afterward. It uses the codec, which will also send dst. A value that cannot be encoded is a bug of the
// caller: see the documentation of the package.
func CopyMembers(dst, src any) {
	data, err := wire.Append(nil, src)
	if err == nil {
		err = wire.Unmarshal(data, dst)
	}
	if err != nil {
		panic("emulator: the resource cannot be encoded: " + err.Error())
	}
}

// DeepCopy copies a value, so that it can be changed without changing the other.
func DeepCopy[T any](v T) (out T) {
	CopyMembers(&out, v)
	return out
}

// CommonTo converts a resource to the type that shows it in a list.
func CommonTo[T, S any](v S) (item T) {
	CopyMembers(&item, v)
	return item
}

// Digits formats a number of seconds or milliseconds where a service sends times as strings.
func Digits(n int64) cloud.TimeString { return cloud.TimeString(strconv.FormatInt(n, 10)) }
