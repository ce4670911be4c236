// Package reveal shows the sensitive members of requests and responses, which are hidden everywhere else. It is a
// package of its own so that a reviewer, or a linter, finds its uses.
package reveal

import (
	"encoding/json"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// JSON returns a value that marshals to JSON as v does, but with the sensitive members of requests and
// responses as they are instead of "[redacted]", at any depth in v. A [cloud.Secret] stays hidden. Printed or
// logged, the value still hides them.
//
// [cloud.Secret]: https://pkg.go.dev/github.com/polycloud-sdk/polycloud-go/cloud#Secret
func JSON(v any) json.Marshaler { return wire.Revealed{V: v} }
