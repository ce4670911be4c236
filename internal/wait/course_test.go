package wait_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestCourse(t *testing.T) {
	t.Parallel()
	var c wait.Course
	assert.False(t, c.Saw(false))
	assert.True(t, c.Saw(true))
	assert.True(t, c.Saw(false), "it remembers")
}
