package dlc

import (
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
		return &downloadChange{Forced: r.Force != nil && *r.Force}
	},
	Accepted: func(s *downloadChange, _ *CreateResultDownloadRequest, out *CreateResultDownloadResponse, _ time.Time) error {
		s.ID = out.DownloadID
		return nil
	},
	Spec: (*Client).downloadSpec,
}

// UntilResultDownloadReady waits until the file of a download is ready. If that failed or timed out, the error holds
// the service's reason.
func (c *Client) UntilResultDownloadReady(r DescribeResultDownloadRequest) *cloud.Waiter[DescribeResultDownloadResponse] {
	return wait.Until(c.api, "UntilResultDownloadReady", c.downloadSpec(&downloadChange{ID: r.DownloadID}))
}

// downloadChange is the resume state of a download. Its ID is new unless it is forced.
type downloadChange struct {
	ID     string `json:"id"`
	Forced bool   `json:"forced,omitzero"`

	course wait.Course
}

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
