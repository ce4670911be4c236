package flink

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTimeOf(t *testing.T) {
	t.Parallel()
	tests := map[string]time.Time{
		"1714058507":           time.Date(2024, 4, 25, 15, 21, 47, 0, time.UTC),
		"1785981634652":        time.Date(2026, 8, 6, 2, 0, 34, 652e6, time.UTC),
		"2026-08-13T08:30Z":    time.Date(2026, 8, 13, 8, 30, 0, 0, time.UTC),
		"2026-08-13T08:30:15Z": time.Date(2026, 8, 13, 8, 30, 15, 0, time.UTC),
		"":                     {},
		"0":                    {},
		"-5":                   {},
		"yesterday":            {},
	}
	for s, want := range tests {
		assert.Equal(t, want, timeOf(s), s)
	}
}

// TestEveryTimeStringHasAMethod sets every time field that is a string and calls its method.
func TestEveryTimeStringHasAMethod(t *testing.T) {
	t.Parallel()
	methods := 0
	for _, v := range []any{
		&Deployment{}, &Job{}, &ScheduledPlan{}, &ScheduledPlanAppliedInfo{}, &ScheduledPlanExecutedInfo{}, &Event{}, &PatrolReport{}, &PatrolReportDetail{},
	} {
		value := reflect.ValueOf(v).Elem()
		for f, field := range value.Fields() {
			name, isTime := strings.CutSuffix(f.Name, "At")
			if !isTime || f.Type.Kind() != reflect.String {
				continue
			}
			field.SetString("1714058507")
			method := value.MethodByName(name + "Time")
			if assert.True(t, method.IsValid(), "%T.%s", v, f.Name) {
				methods++
				assert.Equal(t, time.Unix(1714058507, 0).UTC(), method.Call(nil)[0].Interface())
			}
		}
	}
	assert.Equal(t, 17, methods)
}
