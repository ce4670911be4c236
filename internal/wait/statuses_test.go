package wait_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

type status string

type number int

func (n number) String() string { return map[number]string{2: "Running"}[n] }

func TestStatuses(t *testing.T) {
	t.Parallel()
	words := wait.Statuses[status]{Succeeded: []status{"ACTIVE", "UPDATED"}, Failed: []status{"FAILED"}, Canceled: []status{"STOPPED"}}
	for shown, want := range map[status]cloud.Outcome{
		"ACTIVE": cloud.Succeeded, "UPDATED": cloud.Succeeded, "FAILED": cloud.Failed, "STOPPED": cloud.Canceled, "CREATING": cloud.Pending, "": cloud.Pending,
	} {
		assert.Equal(t, cloud.Verdict{State: string(shown), Outcome: want, Reason: "why"}, words.Verdict(shown, "why"))
	}
	numbers := wait.Statuses[number]{Succeeded: []number{2}}
	assert.Equal(t, cloud.Verdict{State: "Running", Outcome: cloud.Succeeded}, numbers.Verdict(2, ""))
	assert.Equal(t, "succeeded ACTIVE UPDATED; failed FAILED; canceled STOPPED", words.String())
	assert.Equal(t, "succeeded Running", numbers.String())
}

func TestSuperseded(t *testing.T) {
	t.Parallel()
	v := wait.Superseded(cloud.Verdict{State: "RUNNING", Outcome: cloud.Succeeded, Reason: "done"}, "it was deleted")
	assert.Equal(t, cloud.Verdict{State: "RUNNING", Outcome: cloud.Failed, Superseded: true, Reason: "superseded: it was deleted"}, v)
}
