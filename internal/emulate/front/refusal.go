package front

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Refusal is a request that was not executed. Each service writes it in its own format.
type Refusal struct {
	Code       string
	Message    string
	Status     int    // 0 is the default for the code
	Reason     string // why the state does not allow the change, if the service has a member for it
	RetryAfter time.Duration
	Hint       string // only for the log
}

func (x *Refusal) Error() string { return x.Code + ": " + x.Message }

// RetryAfterSeconds formats a duration for the Retry-After header, rounded up.
func RetryAfterSeconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}

// ValidationMessage lists the rules that a request breaks.
func ValidationMessage(v *cloud.ValidationError) string {
	messages := make([]string, len(v.Problems))
	for i, p := range v.Problems {
		messages[i] = p.String()
	}
	if len(messages) == 1 {
		return messages[0]
	}
	return fmt.Sprintf("%d problems: %s", len(messages), strings.Join(messages, "; "))
}

// RefusalWithCause is a refusal that keeps its cause for the log.
type RefusalWithCause struct {
	*Refusal
	Cause error
}

func (x *RefusalWithCause) Unwrap() []error { return []error{x.Refusal, x.Cause} }
