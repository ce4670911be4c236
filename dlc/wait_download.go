package dlc

import (
	"context"
	"errors"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateResultDownload starts preparing the result of a task as a file and returns a waiter for
// it. The wait ends well when the file is ready; the response then holds its path and temporary
// credentials for it. When that failed or timed out, the error holds the service's reason. With Force
// the file is prepared anew under the id of the attempt that failed, and nothing tells the two apart,
// so an end is believed at once only when the file was seen being prepared, and else when it is still seen half a
// minute later.
func (c *Client) BeginCreateResultDownload(ctx context.Context, r CreateResultDownloadRequest) (*cloud.Waiter[DescribeResultDownloadResponse], error) {
	created, err := c.CreateResultDownload(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := named(&opCreateResultDownload, created.RequestID, created.DownloadID); err != nil {
		return nil, err
	}
	s := &downloadState{ID: created.DownloadID, Forced: r.Force != nil && *r.Force}
	return wait.Begin(c.api, &opCreateResultDownload, s, c.download), nil
}

// ResumeCreateResultDownload returns the waiter whose token is given.
func (c *Client) ResumeCreateResultDownload(token string) (*cloud.Waiter[DescribeResultDownloadResponse], error) {
	return wait.Resume(c.api, &opCreateResultDownload, token, c.download)
}

// UntilResultDownloadReady waits until the file of a download is ready, whoever started that; when it
// failed or timed out, the error holds the service's reason.
func (c *Client) UntilResultDownloadReady(r DescribeResultDownloadRequest) *cloud.Waiter[DescribeResultDownloadResponse] {
	return wait.Until(c.api, "UntilResultDownloadReady", c.download(&downloadState{ID: r.DownloadID}))
}

type downloadState struct {
	ID     string `json:"id"`
	Forced bool   `json:"forced,omitzero"`

	course wait.Course
}

// Check refuses what no start has made.
func (s *downloadState) Check() error {
	if s.ID == "" {
		return errors.New("names no download")
	}
	return nil
}

func (c *Client) download(s *downloadState) cloud.WaitSpec[DescribeResultDownloadResponse] {
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

// judge takes an end for that of this attempt if the attempt was seen, or if there was no other.
func (s *downloadState) judge(r *DescribeResultDownloadResponse) cloud.Verdict {
	j := judgeDownload(r)
	j.Inferred = !s.course.Saw(j.Outcome == cloud.Pending) && s.Forced
	return j
}

func judgeDownload(r *DescribeResultDownloadResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(r.Status), Reason: explained(r.Reason)}
	switch r.Status {
	case DownloadStatusSucceeded:
		j.Outcome = cloud.Succeeded
	case DownloadStatusFailed, DownloadStatusTimedOut:
		j.Outcome = cloud.Failed
	}
	return j
}
