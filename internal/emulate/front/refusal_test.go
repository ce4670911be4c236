package front

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	one := cloud.Problem{Field: "name", Rule: "required"}
	two := cloud.Problem{Field: "size", Rule: "must be 1 to 5"}
	assert.Equal(t, "name: required", ValidationMessage(&cloud.ValidationError{Problems: []cloud.Problem{one}}))
	assert.Equal(t, "2 problems: name: required; size: must be 1 to 5",
		ValidationMessage(&cloud.ValidationError{Problems: []cloud.Problem{one, two}}))
}
