package cloud

import "github.com/polycloud-sdk/polycloud-go/internal/wire"

// Reveal returns a value that marshals to JSON as v does, but with the sensitive members of requests and
// responses as they are instead of "[redacted]", however deep they lie in v. A [Secret] stays hidden. Printed
// or logged as text, the value still shows none of them.
func Reveal(v any) any { return wire.Revealed{V: v} }
