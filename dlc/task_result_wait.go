package dlc

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the statuses of a download mean.
var downloadReady = wait.Statuses[DownloadStatus]{
	Succeeded: []DownloadStatus{DownloadStatusSucceeded},
	Failed:    []DownloadStatus{DownloadStatusFailed, DownloadStatusTimedOut},
}

var createResultDownload = change[
	CreateResultDownloadRequest, CreateResultDownloadResponse, downloadChange, DescribeResultDownloadResponse,
]{
	State: func(r *CreateResultDownloadRequest) *downloadChange {
		return &downloadChange{TaskID: r.TaskID, Forced: r.Force != nil && *r.Force}
	},
	Accepted: func(s *downloadChange, _ *CreateResultDownloadRequest, out *CreateResultDownloadResponse, _ time.Time) error {
		s.ID = out.DownloadID
		return nil
	},
	Began: downloadBegan,
	Spec:  (*Client).downloadSpec,
}

// downloadBegan says that a download can be created again: a task has one for each format, and the service returns its ID
// again. A forced one may be another attempt, and nothing but the response has its ID.
func downloadBegan(
	_ *Client, _ context.Context, s *downloadChange, _ *CreateResultDownloadRequest, _ time.Time,
) (cloud.StartStatus, error) {
	if s.Forced {
		return cloud.Uncertain, nil
	}
	return cloud.NotBegun, nil
}

// UntilResultDownloadReady waits until the file of a download is ready. If that failed or timed out, the error holds
// the service's reason.
func (c *Client) UntilResultDownloadReady(r DescribeResultDownloadRequest) *cloud.Waiter[DescribeResultDownloadResponse] {
	return wait.Until(c.api, "UntilResultDownloadReady", c.downloadSpec(&downloadChange{ID: r.DownloadID}))
}

// downloadChange is the resume state of a download. Its ID is new unless it is forced, and in nothing but the
// response to the start.
type downloadChange struct {
	ID     string `json:"id"`
	TaskID string `json:"taskId,omitzero"`
	Forced bool   `json:"forced,omitzero"`

	course wait.Course
}

// Resource is the task, or the download.
func (s *downloadChange) Resource() string { return cmp.Or(s.TaskID, s.ID) }

// Check refuses a state that names no download.
func (s *downloadChange) Check() error { return wait.Lacks("id", s.ID) }

func (c *Client) downloadSpec(s *downloadChange) cloud.WaitSpec[DescribeResultDownloadResponse] {
	return cloud.WaitSpec[DescribeResultDownloadResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeResultDownloadResponse, error) {
			return c.DescribeResultDownload(ctx, DescribeResultDownloadRequest{DownloadID: s.ID})
		},
		Judge:        s.judge,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
		MinInterval:  wait.QuickInterval,
	}
}

// judge counts an end if this attempt was seen, or if there was no other.
func (s *downloadChange) judge(r *DescribeResultDownloadResponse) cloud.Verdict {
	v := downloadReady.Verdict(r.Status, explained(r.Reason))
	v.Inferred = !s.course.Saw(v.Outcome == cloud.Pending) && s.Forced
	return v
}
