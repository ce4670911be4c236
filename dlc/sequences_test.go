package dlc

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// step is what a read shows from a time after the start on.
type step struct {
	from time.Duration
	body string
}

// script is a service that shows the steps.
type script struct {
	kind
	op    string
	steps []step
	began time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	op := r.Header.Get("X-Tc-Action")
	body, ok := s.fixed[op]
	if op == s.read {
		body, ok = s.shown(), true
	}
	if !ok {
		return nil, errors.New("unexpected call of " + op)
	}
	if op == s.op {
		s.began = time.Now()
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// shown is before until the change has begun, or what shows nothing where it makes something new.
func (s *script) shown() string {
	body := s.before
	if body == "" {
		body = s.absent()
	}
	for _, step := range s.steps {
		if !s.began.IsZero() && time.Since(s.began) >= step.from {
			body = step.body
		}
	}
	return body
}

// absent is a response that says the resource is missing: a list without it, or an error.
func (k kind) absent() string {
	empty := map[string]string{
		"DescribeStandardEngineResourceGroups": "UserEngineResourceGroupInfos", "DescribeNativeSparkSessions": "SparkSessionsList",
		"DescribeTasks": "TaskList", "DescribeSparkAppTasks": "SparkAppTasks", "DescribeDatasourceConnection": "ConnectionSet",
	}
	if list, ok := empty[k.read]; ok {
		return response(list, []int{})
	}
	return `{"Response":{"Error":{"Code":"ResourceNotFound","Message":"no"},"RequestId":"r-1"}}`
}

// listed reports whether one response without the resource proves nothing.
func (k kind) listed() bool { return !strings.Contains(k.absent(), "Error") }

func TestHostileSequences(t *testing.T) {
	t.Parallel()
	const pending, succeeded, failed, lost = "pending", "succeeded", "failed", "superseded"
	all := kinds()
	sequences := map[string]struct {
		steps func(k kind) []step // nil if the kind cannot show this
		want  func(k kind) string
	}{
		"nothing happens": {func(k kind) []step { return without([]step{{0, k.before}}) }, always(pending)},
		"stale for minutes": {func(k kind) []step {
			return without([]step{{0, k.before}, {5 * time.Minute, k.later}})
		}, always(succeeded)},
		"equal times": {func(k kind) []step {
			return without([]step{{0, k.underway}, {time.Minute, k.live}})
		}, always(succeeded)},
		"live at once, then not": {func(k kind) []step {
			if k.before == "" || k.deletes && !k.listed() {
				return nil // it has an id of its own, or the service's word
			}
			return without([]step{{0, k.later}, {10 * time.Second, k.before}, {20 * time.Second, k.underway}, {time.Minute, k.broken}})
		}, always(failed)},
		"flapping": {func(k kind) []step {
			if k.before == "" {
				return nil
			}
			return without([]step{{0, k.underway}, {20 * time.Second, k.broken}, {30 * time.Second, k.underway}, {time.Minute, k.later}})
		}, always(succeeded)},
		"abandoned after it began": {func(k kind) []step {
			return without([]step{{0, k.underway}, {time.Minute, k.undone}})
		}, always(failed)},
		"abandoned in the same second": {func(k kind) []step {
			if k.undone == "" {
				return nil
			}
			return without([]step{{0, k.underway}, {time.Minute, k.before}})
		}, always(failed)},
		"abandoned unseen": {func(k kind) []step {
			return without([]step{{0, k.before}, {time.Minute, k.undone}})
		}, func(k kind) string {
			if k.deletes {
				return pending // it may be deleted yet
			}
			return failed
		}},
		"changed by another before it begins": {func(k kind) []step {
			return without([]step{{0, k.undone}, {2 * time.Minute, k.underway}, {4 * time.Minute, k.later}})
		}, func(k kind) string {
			return succeeded
		}},
		"overtaken": {func(k kind) []step {
			return without([]step{{0, k.underway}, {time.Minute, k.third}})
		}, always(lost)},
		"overtaken unseen": {func(k kind) []step {
			if k.before == "" {
				return nil
			}
			return without([]step{{0, k.before}, {time.Minute, k.third}})
		}, always(lost)},
		"overtaken by another, but stale": {func(k kind) []step {
			if k.before == "" {
				return nil
			}
			return without([]step{{0, k.third}, {2 * time.Minute, k.underway}, {4 * time.Minute, k.later}})
		}, always(succeeded)},
		"broken": {func(k kind) []step { return without([]step{{0, k.underway}, {time.Minute, k.broken}}) }, always(failed)},
		"one list without it": {func(k kind) []step {
			if !k.listed() {
				return nil
			}
			seen := k.underway
			if seen == "" {
				seen = k.before
			}
			// The pause before the next poll is a tenth of the time that has passed, about.
			return without([]step{{0, seen}, {5 * time.Minute, k.absent()}, {5*time.Minute + 40*time.Second, seen}, {time.Hour, k.later}})
		}, always(succeeded)},
		"lists without it, then it is back": {func(k kind) []step {
			if !k.deletes || !k.listed() {
				return nil
			}
			return without([]step{{0, k.before}, {20 * time.Second, k.absent()}, {50 * time.Second, k.before}})
		}, always(pending)},
		"responses without it": {func(k kind) []step {
			return without([]step{{0, k.started()}, {20 * time.Second, response()}, {2 * time.Minute, k.started()}, {5 * time.Minute, k.later}})
		}, always(succeeded)},
		"null instead of it": {func(k kind) []step {
			return without([]step{{0, k.started()}, {20 * time.Second, k.null()}, {50 * time.Second, k.started()}, {5 * time.Minute, k.later}})
		}, always(succeeded)},
		"another one": {func(k kind) []step {
			return without([]step{{0, k.started()}, {5 * time.Minute, k.another}, {5*time.Minute + 40*time.Second, k.started()}, {10 * time.Minute, k.broken}})
		}, always(failed)},
	}
	ran := map[string]int{}
	for op, k := range all {
		for name, sequence := range sequences {
			steps := sequence.steps(k)
			if steps == nil {
				continue
			}
			ran[name]++
			t.Run(op+"/"+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					start, _, _ := strings.Cut(op, ",")
					s := &script{kind: k, op: start, steps: steps}
					wait, err := k.begin(t.Context(), scripted(t, s))
					require.NoError(t, err)
					err = wait(t.Context())
					got := succeeded
					switch {
					case errors.Is(err, cloud.ErrSuperseded):
						got = lost
					case errors.Is(err, cloud.ErrFailed):
						got = failed
					case errors.Is(err, context.DeadlineExceeded):
						got = pending
						assert.ErrorContains(t, err, "the wait exceeded its maximum time")
					default:
						require.NoError(t, err)
						assert.GreaterOrEqual(t, time.Since(s.began), steps[len(steps)-1].from)
					}
					assert.Equal(t, sequence.want(k), got, "%v", err)
				})
			})
		}
	}
	for name := range sequences {
		assert.Positive(t, ran[name], "no kind has the sequence %s", name)
	}

	c := reflect.TypeFor[*Client]()
	var begins []string
	for method := range c.Methods() {
		if op, ok := strings.CutPrefix(method.Name, "Begin"); ok {
			begins = append(begins, op)
			assert.Contains(t, all, op)
		}
	}
	assert.Len(t, slices.DeleteFunc(slices.Collect(maps.Keys(all)), func(op string) bool { return strings.Contains(op, ",") }), len(begins))
}

// started is what the read shows of a change that has not ended.
func (k kind) started() string {
	if k.underway == "" {
		return k.before
	}
	return k.underway
}

// null is the response with null instead of the resource.
func (k kind) null() string {
	members := map[string]string{"DescribeDataEngine": "DataEngine", "DescribeNotebookSession": "Session", "DescribeNotebookSessionStatement": "NotebookSessionStatement"}
	if member, ok := members[k.read]; ok {
		return response(member, nil)
	}
	if !k.listed() {
		return "" // the response is the resource
	}
	return strings.ReplaceAll(k.absent(), "[]", "null")
}

func always(outcome string) func(kind) string { return func(kind) string { return outcome } }

// without is a sequence, if the kind can show all of it.
func without(steps []step) []step {
	if slices.ContainsFunc(steps, func(s step) bool { return s.body == "" }) {
		return nil
	}
	return steps
}

func scripted(t *testing.T, transport http.RoundTripper) *Client {
	t.Helper()
	c, err := New(cloud.Config{
		Region: "ap-guangzhou", Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", ""), RequestRate: -1,
		HTTPClient: &http.Client{Transport: transport},
	})
	require.NoError(t, err)
	return c
}
