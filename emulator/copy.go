package emulator

import "github.com/polycloud-sdk/polycloud-go/internal/wire"

// copyMembers sets the members of dst, a pointer to a struct, that src has under the same names on the wire. They share
// no memory afterward. It uses the codec, which will also send dst. A value that cannot be encoded is a bug of the
// caller: see the documentation of the package.
func copyMembers(dst, src any) {
	data, err := wire.Append(nil, src)
	if err == nil {
		err = wire.Unmarshal(data, dst)
	}
	if err != nil {
		panic("emulator: the resource cannot be encoded: " + err.Error())
	}
}

// deepCopy copies a value of the caller, so that the emulator shares no memory with it.
func deepCopy[T any](v T) (out T) {
	copyMembers(&out, v)
	return out
}

// commonTo converts a resource to the type that shows it in a list.
func commonTo[T, S any](v S) (item T) {
	copyMembers(&item, v)
	return item
}
