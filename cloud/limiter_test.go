package cloud_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestPriorityString(t *testing.T) {
	t.Parallel()
	for p, want := range map[cloud.Priority]string{
		0: "default", cloud.PriorityLow: "low", cloud.PriorityNormal: "normal", cloud.PriorityHigh: "high", 4: "Priority(4)", -1: "Priority(-1)",
	} {
		assert.Equal(t, want, p.String())
	}
}
