package dlc

import (
	"cmp"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) downloadOperations() front.Handlers {
	return front.Handlers{
		"CreateResultDownload":   front.Handle(s.createDownload),
		"DescribeResultDownload": front.Handle(s.describeDownload),
	}
}

// AddResultDownload adds or replaces a download, and returns its ID.
func (s *Service) AddResultDownload(downloadID string, download dlc.DescribeResultDownloadResponse) string {
	d := download
	d.Status = cmp.Or(d.Status, dlc.DownloadStatusSucceeded)
	s.downloads.Add(downloadID, s.world.Now(), d)
	return downloadID
}

// createDownload plans a download. A task has one for each format, which is created again only if the request
// has Force and the last attempt failed.
func (s *Service) createDownload(r *front.Received, in dlc.CreateResultDownloadRequest) (any, error) {
	now := s.world.Now()
	if t, ok := s.tasks.Row(in.TaskID).Actual(now); !ok || t.State != dlc.TaskStateSucceeded {
		return nil, &front.Refusal{
			Code:    "InvalidParameter.TaskNotFound",
			Message: "The task " + strconv.Quote(in.TaskID) + " does not exist or has no result.",
		}
	}
	key := world.KeyOf(in.TaskID, in.Format)
	id, ok := s.downloadIDs[key]
	if !ok {
		id = s.world.NewUUID()
		s.downloadIDs[key] = id
	}
	out := &dlc.CreateResultDownloadResponse{DownloadID: id, RequestID: r.RequestID}
	last, ok := s.downloads.Row(id).Actual(now)
	failed := last.Status == dlc.DownloadStatusFailed || last.Status == dlc.DownloadStatusTimedOut
	if ok && (!failed || in.Force == nil || !*in.Force) {
		return out, nil
	}
	c := s.world.Begin("dlc", "CreateResultDownload")
	row := s.downloads.Create(id)
	world.Schedule(row, c, c.Start, dlc.DescribeResultDownloadResponse{Status: dlc.DownloadStatusQueued})
	world.Schedule(row, c, c.Part(1, 3), dlc.DescribeResultDownloadResponse{Status: dlc.DownloadStatusFormatting})
	after := dlc.DescribeResultDownloadResponse{
		Status: dlc.DownloadStatusSucceeded, Reason: "success", Path: "cosn://results/" + id,
		SecretID: "AKIDresult", SecretKey: "result", Token: "result",
	}
	if c.Failed() {
		after = dlc.DescribeResultDownloadResponse{
			Status: dlc.DownloadStatusFailed, Reason: cmp.Or(c.Reason, "The file could not be created."),
		}
	}
	after.Status = cmp.Or(dlc.DownloadStatus(c.State), after.Status)
	world.Finish(row, c, after)
	return out, nil
}

func (s *Service) describeDownload(r *front.Received, in dlc.DescribeResultDownloadRequest) (any, error) {
	d, ok := s.downloads.Row(in.DownloadID).Visible(s.world.Now())
	if !ok {
		return nil, &front.Refusal{Code: "ResourceNotFound", Message: "The download " + strconv.Quote(in.DownloadID) + " does not exist."}
	}
	d.RequestID = r.RequestID
	return &d, nil
}
