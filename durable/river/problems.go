package river

import (
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// problems are all that is wrong with what a caller gave.
type problems []cloud.Problem

func (p *problems) add(field, rule string, given any) {
	text := fmt.Sprint(given)
	if s, ok := given.(string); ok && s != "" {
		text = fmt.Sprintf("%.60q", s)
	}
	*p = append(*p, cloud.Problem{Field: field, Rule: rule, Given: text})
}

// addTimes checks the times of jobs; rescue is the name of the second.
func (p *problems) addTimes(timeout, rescueAfter time.Duration, rescue string) {
	switch {
	case timeout < time.Second:
		p.add("JobTimeout", "must be at least 1s", timeout)
	case rescueAfter <= timeout:
		p.add(rescue, fmt.Sprintf("must be longer than JobTimeout, %s, so that no job is worked twice at once", timeout), rescueAfter)
	case rescueAfter > MaxRescueAfter:
		p.add(rescue, fmt.Sprintf("must be at most %s, while FinSpace recognizes a repeated request", MaxRescueAfter), rescueAfter)
	}
}

// err returns the problems as one error, or nil.
func (p *problems) err() error {
	if len(*p) == 0 {
		return nil
	}
	return &cloud.ValidationError{Service: "durable/river", Problems: *p}
}
