package dlc

import (
	"cmp"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// missing is the refusal for a declared resource that does not exist.
func missing(code, what, id string) error {
	return &front.Refusal{Code: cmp.Or(code, "ResourceNotFound"), Message: fmt.Sprintf("The %s %q does not exist.", what, id)}
}

// exists is the refusal for a resource that exists already.
func exists(code, what, id string) error {
	return &front.Refusal{Code: cmp.Or(code, "FailedOperation"), Message: fmt.Sprintf("The %s %q already exists.", what, id)}
}

func timeString(t time.Time) string { return string(beijingTime(t)) }
