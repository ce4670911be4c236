package dlc

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// BeginCreateResultDownload starts preparing the result of a task as a file and returns a waiter for
// it. The wait ends well when the file is ready; the response then holds its path and temporary
// credentials for it. When that failed or timed out, the error holds the service's reason. With Force
// the file is prepared anew under the id of the attempt that failed, and nothing tells the two apart,
// so a failure is believed only when the next look finds it too.
func (c *Client) BeginCreateResultDownload(ctx context.Context, r CreateResultDownloadRequest) (*cloud.Waiter[DescribeResultDownloadResponse], error) {
	created, err := c.CreateResultDownload(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := named(&opCreateResultDownload, created.RequestID, created.DownloadID); err != nil {
		return nil, err
	}
	s := &downloadState{created.DownloadID, r.Force != nil && *r.Force}
	return follow.Begin(c.api, &opCreateResultDownload, s, c.download), nil
}

// ResumeCreateResultDownload returns the waiter whose token is given.
func (c *Client) ResumeCreateResultDownload(token string) (*cloud.Waiter[DescribeResultDownloadResponse], error) {
	return follow.Resume(c.api, &opCreateResultDownload, token, c.download)
}

// UntilResultDownloadReady waits until the file of a download is ready, whoever started that; when it
// failed or timed out, the error holds the service's reason.
func (c *Client) UntilResultDownloadReady(r DescribeResultDownloadRequest) *cloud.Waiter[DescribeResultDownloadResponse] {
	return follow.Until(c.api, "UntilResultDownloadReady", c.download(&downloadState{ID: r.DownloadID}))
}

type downloadState struct {
	ID     string `json:"id"`
	Forced bool   `json:"forced,omitzero"`
}

func (c *Client) download(s *downloadState) cloud.Wait[DescribeResultDownloadResponse] {
	w := cloud.Wait[DescribeResultDownloadResponse]{
		Service: service,
		Read: func(ctx context.Context) (*DescribeResultDownloadResponse, error) {
			return c.DescribeResultDownload(ctx, DescribeResultDownloadRequest{DownloadID: s.ID})
		},
		Judge:        judgeDownload,
		AppearWithin: follow.AppearsWithin,
		MinInterval:  follow.QuickInterval,
	}
	if s.Forced {
		w.Confirm = follow.ConfirmWithin
	}
	return w
}

func judgeDownload(r *DescribeResultDownloadResponse) cloud.Judgement {
	j := cloud.Judgement{State: string(r.Status), Reason: explained(r.Reason)}
	switch r.Status {
	case DownloadSucceeded:
		j.Outcome = cloud.Succeeded
	case DownloadFailed, DownloadTimedOut:
		j.Outcome = cloud.Failed
	}
	return j
}
