package emulator

import (
	"cmp"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func (s *dlcService) downloadActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateResultDownload":   action(s.createDownload),
		"DescribeResultDownload": action(s.describeDownload),
	}
}

// AddResultDownload adds or replaces a download. Status defaults to succeeded.
func (e *Emulator) AddResultDownload(downloadID string, download dlc.DescribeResultDownloadResponse) {
	e.mu.Lock()
	defer e.mu.Unlock()
	d := deepCopy(download)
	d.Status = cmp.Or(d.Status, dlc.DownloadStatusSucceeded)
	e.dlc.downloads.add(downloadID, e.now(), d)
}

// createDownload plans a download. A task has one for each format, which is created again only if the request
// has Force and the last attempt failed.
func (s *dlcService) createDownload(r *received, in dlc.CreateResultDownloadRequest) (any, error) {
	now := s.emulator.now()
	if t, ok := s.tasks.row(in.TaskID).actual(now); !ok || t.State != dlc.TaskStateSucceeded {
		return nil, &refusal{
			code:    "InvalidParameter.TaskNotFound",
			message: "The task " + strconv.Quote(in.TaskID) + " does not exist or has no result.",
		}
	}
	key := keyOf(in.TaskID, in.Format)
	id, ok := s.downloadIDs[key]
	if !ok {
		id = newUUID()
		s.downloadIDs[key] = id
	}
	out := &dlc.CreateResultDownloadResponse{DownloadID: id, RequestID: r.requestID}
	last, ok := s.downloads.row(id).actual(now)
	failed := last.Status == dlc.DownloadStatusFailed || last.Status == dlc.DownloadStatusTimedOut
	if ok && (!failed || in.Force == nil || !*in.Force) {
		return out, nil
	}
	c := s.emulator.begin("dlc", "CreateResultDownload")
	row := s.downloads.create(id)
	schedule(row, c, c.start, dlc.DescribeResultDownloadResponse{Status: dlc.DownloadStatusQueued})
	schedule(row, c, c.part(1, 3), dlc.DescribeResultDownloadResponse{Status: dlc.DownloadStatusFormatting})
	after := dlc.DescribeResultDownloadResponse{
		Status: dlc.DownloadStatusSucceeded, Reason: "success", Path: "cosn://results/" + id,
		SecretID: "AKIDresult", SecretKey: "result", Token: "result",
	}
	if c.failed() {
		after = dlc.DescribeResultDownloadResponse{
			Status: dlc.DownloadStatusFailed, Reason: cmp.Or(c.Reason, "The file could not be created."),
		}
	}
	after.Status = cmp.Or(dlc.DownloadStatus(c.State), after.Status)
	finish(row, c, after)
	return out, nil
}

func (s *dlcService) describeDownload(r *received, in dlc.DescribeResultDownloadRequest) (any, error) {
	d, ok := s.downloads.row(in.DownloadID).visible(s.emulator.now())
	if !ok {
		return nil, &refusal{code: "ResourceNotFound", message: "The download " + strconv.Quote(in.DownloadID) + " does not exist."}
	}
	d.RequestID = r.requestID
	return &d, nil
}
