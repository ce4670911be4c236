package plan

import (
	"regexp"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// saysTime matches names of members that sound like points in time.
var saysTime = regexp.MustCompile(`(^|[a-z])(Time|Date|At|On)($|[A-Z])|(^|[a-z])Time[sS]tamp|^(time|date)`)

// markTime makes the type of a member of a response, or of its items, the type of times if it holds such. The overlay decides that for
// every number and string whose name sounds like a time, so that no new one is missed.
func (b *builder) markTime(x *smithy.Member, key string, t *Type) {
	isTime, decided := b.Overlay.IsTime(key, x.Name)
	t = t.Leaf()
	isScalar := t.Kind == KindInt || t.Kind == KindInt64 || t.Kind == KindString
	switch {
	case isTime && !isScalar:
		b.fail("%s is a time by the overlay, but holds neither integers nor strings", key)
	case isTime && t.Kind == KindString:
		t.time = "cloud.TimeString"
	case isTime:
		t.Kind, t.time = KindInt64, "cloud.Timestamp"
	case !decided && isScalar && saysTime.MatchString(x.Name):
		b.fail("%s sounds like a time: put it in times or, with a reason, in notTimes of the overlay", key)
	}
}
