package finspace

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var (
	asked = CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"}
	old   = CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"}
)

// codeChangeOf asks for code where before was running, without a reason unless given.
func codeChangeOf(code CodeConfiguration, before *CodeConfiguration, reason string) *codeChange {
	s := &codeChange{Cluster: clusterChange{EnvironmentID: "kxenv", ClusterName: "hdb", Record: baseline}, Code: code, CodeBefore: before}
	s.Cluster.Record.Before.Status, s.Cluster.Record.Before.Reason = string(KxClusterStatusRunning), reason
	return s
}

// judgeCode returns the verdict of a wait for the update on one response.
func judgeCode(s *codeChange, cluster *GetKxClusterResponse) cloud.Verdict {
	return updateKxClusterCodeConfiguration.Spec(&Client{}, s).Judge(cluster)
}

func TestJudgeCodeUpdate(t *testing.T) {
	t.Parallel()
	at := func(status KxClusterStatus, modified time.Time, code *CodeConfiguration, reason string) *GetKxClusterResponse {
		return &GetKxClusterResponse{Status: status, CreatedTimestamp: created, LastModifiedTimestamp: modified, Code: code, StatusReason: reason}
	}
	running, earlier, third := KxClusterStatusRunning, before.Add(-time.Hour), &CodeConfiguration{S3Bucket: "releases", S3Key: "third.zip"}
	versioned := &CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip", S3ObjectVersion: "7"}
	tests := []struct {
		name    string
		reason  string // that stood there before
		cluster *GetKxClusterResponse
		want    verdict
	}{
		{"as before", "", at(running, before, &old, ""), verdict{cloud.Pending, false, ""}},
		{"as before, with its reason", "trouble", at(running, before, &old, "trouble"), verdict{cloud.Pending, false, "trouble"}},
		{"older than before", "", at(running, earlier, third, ""), verdict{cloud.Pending, false, ""}},
		{"updating", "", at(KxClusterStatusUpdating, after, &asked, ""), verdict{cloud.Pending, false, ""}},
		{"live", "", at(running, after, &asked, ""), verdict{cloud.Succeeded, false, ""}},
		{"live, some version", "", at(running, after, versioned, ""), verdict{cloud.Succeeded, false, ""}},
		{"live in the same second", "", at(running, before, &asked, ""), verdict{cloud.Succeeded, false, ""}},
		{"live by a clock that stepped back", "", at(running, earlier, &asked, ""), verdict{cloud.Succeeded, true, ""}},
		{"live without a time", "", at(running, time.Time{}, &asked, ""), verdict{cloud.Succeeded, true, ""}},
		{"live, with an old reason", "trouble", at(running, after, &asked, "trouble"), verdict{cloud.Succeeded, false, "trouble"}},
		{"live, with a new reason", "", at(running, after, &asked, "init.q is slow"), verdict{cloud.Succeeded, false, "init.q is slow"}},
		{"old code, nothing seen on the way", "", at(running, after, &old, ""), verdict{cloud.Pending, false, ""}},
		{"old code, new reason", "", at(running, after, &old, "init.q failed"), verdict{cloud.Failed, true, "init.q failed"}},
		{"old code, new reason in the same second", "", at(running, before, &old, "init.q failed"), verdict{cloud.Failed, true, "init.q failed"}},
		{"old code, old reason", "trouble", at(running, after, &old, "trouble"), verdict{cloud.Failed, true, "trouble"}},
		{"third code", "", at(running, after, third, ""), verdict{cloud.Failed, true, "superseded: the cluster runs s3://releases/third.zip"}},
		{"no code", "", at(running, after, nil, ""), verdict{cloud.Pending, false, ""}},
		{"deleting", "", at(KxClusterStatusDeleting, after, &old, "by hand"), verdict{cloud.Failed, false, "by hand"}},
		{"deleting in the same second", "", at(KxClusterStatusDeleting, before, &old, "by hand"), verdict{cloud.Failed, true, "by hand"}},
		{"a status of next year", "", at("HIBERNATING", after, &asked, ""), verdict{cloud.Pending, false, ""}},
		{"nothing", "", &GetKxClusterResponse{}, verdict{cloud.Pending, false, ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := judgeCode(codeChangeOf(asked, &old, tt.reason), tt.cluster)
			assert.Equal(t, tt.want, verdictOf(v))
			assert.Equal(t, string(tt.cluster.Status), v.State)
			assert.Equal(t, tt.name == "third code", v.Superseded)
		})
	}
}

// TestJudgeCodeUpdateUnderWay is what a waiter says that has seen the cluster UPDATING.
func TestJudgeCodeUpdateUnderWay(t *testing.T) {
	t.Parallel()
	at := func(status KxClusterStatus, modified time.Time, code CodeConfiguration, reason string) *GetKxClusterResponse {
		return &GetKxClusterResponse{Status: status, CreatedTimestamp: created, LastModifiedTimestamp: modified, Code: &code, StatusReason: reason}
	}
	running, earlier := KxClusterStatusRunning, before.Add(-time.Hour)
	const abandoned = "abandoned: the state is RUNNING again, without the update"
	tests := []struct {
		name     string
		seen     time.Time // the time that the cluster showed then
		wasAsked bool      // it ran what is asked for before
		cluster  *GetKxClusterResponse
		want     verdict
	}{
		{"live", after, false, at(running, after, asked, ""), verdict{cloud.Succeeded, false, ""}},
		{"restarted", after, true, at(running, after, asked, ""), verdict{cloud.Succeeded, false, ""}},
		{"restarted in the same second", before, true, at(running, before, asked, ""), verdict{cloud.Succeeded, false, ""}},
		{"restarted by a clock that stepped back", earlier, true, at(running, earlier.Add(time.Minute), asked, ""), verdict{cloud.Succeeded, true, ""}},
		{"restarted with a new reason", after, true, at(running, after, asked, "init.q failed"), verdict{cloud.Failed, true, "init.q failed"}},
		{"the state before again", after, true, at(running, before, asked, ""), verdict{cloud.Pending, false, ""}},
		{"the old state again", after, false, at(running, before, old, ""), verdict{cloud.Pending, false, ""}},
		{"failed", after, false, at(running, after, old, "init.q failed"), verdict{cloud.Failed, false, "init.q failed"}},
		{"abandoned", after, false, at(running, after, old, ""), verdict{cloud.Failed, true, abandoned}},
		{"abandoned in the same second", before, false, at(running, before, old, ""), verdict{cloud.Failed, true, abandoned}},
		{"abandoned by a clock that stepped back", earlier, false, at(running, earlier.Add(time.Minute), old, ""), verdict{cloud.Failed, true, abandoned}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			was := &old
			if tt.wasAsked {
				was = &asked
			}
			s := codeChangeOf(asked, was, "")
			assert.Equal(t, cloud.Pending, judgeCode(s, at(KxClusterStatusUpdating, tt.seen, *was, "")).Outcome)
			assert.Equal(t, tt.want, verdictOf(judgeCode(s, tt.cluster)))
		})
	}
}

// TestJudgeUnclearUpdates checks that what is not shown, or was under way before, proves nothing.
func TestJudgeUnclearUpdates(t *testing.T) {
	t.Parallel()
	at := func(status KxClusterStatus, modified time.Time, code *CodeConfiguration) *GetKxClusterResponse {
		return &GetKxClusterResponse{Status: status, CreatedTimestamp: created, LastModifiedTimestamp: modified, Code: code}
	}
	s := codeChangeOf(asked, &old, "")
	assert.Equal(t, cloud.Pending, judgeCode(s, at(KxClusterStatusUpdating, after, &old)).Outcome)
	assert.Equal(t, cloud.Pending, judgeCode(s, at(KxClusterStatusRunning, after, nil)).Outcome, "the code is not shown")

	s = codeChangeOf(asked, &old, "")
	s.Cluster.Record.Before.Status = string(KxClusterStatusUpdating)
	assert.Equal(t, cloud.Pending, judgeCode(s, at(KxClusterStatusUpdating, before, &old)).Outcome)
	assert.Equal(t, cloud.Pending, judgeCode(s, at(KxClusterStatusRunning, before, &old)).Outcome, "the end of another update")
	assert.Equal(t, cloud.Pending, judgeCode(s, at(KxClusterStatusUpdating, after, &old)).Outcome)
	assert.Equal(t, cloud.Failed, judgeCode(s, at(KxClusterStatusRunning, after, &old)).Outcome, "abandoned")
}

func TestCodeContent(t *testing.T) {
	t.Parallel()
	of := func(key, version string) *CodeConfiguration {
		return &CodeConfiguration{S3Bucket: "b", S3Key: key, S3ObjectVersion: version}
	}
	const other = "the cluster runs s3://b/k"
	tests := []struct {
		name               string
		asked, before, now *CodeConfiguration
		want               content
	}{
		{"new key", of("k", ""), of("j", ""), of("k", ""), content{met: true, changed: true, reasons: true}},
		{"old key", of("k", ""), of("j", ""), of("j", ""), content{reasons: true}},
		{"new version", of("k", "2"), of("k", "1"), of("k", "2"), content{met: true, changed: true, reasons: true}},
		{"old version", of("k", "2"), of("k", "1"), of("k", "1"), content{reasons: true}},
		{"third version", of("k", "2"), of("k", "1"), of("k", "3"), content{changed: true, other: other, reasons: true}},
		{"any version", of("k", ""), of("k", "1"), of("k", "2"), content{met: true, changed: true, reasons: true}},
		{"versions are not shown", of("k", "2"), of("j", ""), of("k", ""), content{met: true, changed: true, reasons: true}},
		{"the version is hidden", of("k", "2"), of("k", "1"), of("k", ""), content{hidden: true, reasons: true}},
		{"first code", of("k", ""), nil, of("k", ""), content{met: true, changed: true, reasons: true}},
		{"no code yet", of("k", ""), nil, nil, content{reasons: true}},
		{"hidden", of("k", ""), of("j", ""), nil, content{hidden: true, reasons: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := codeChange{Code: *tt.asked, CodeBefore: tt.before}
			assert.Equal(t, tt.want, s.contentOf(&GetKxClusterResponse{Code: tt.now}))
		})
	}
}
