package dlc

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

func checkCreateDataEngineRequest(p *validate.Problems, r *CreateDataEngineRequest) {
	checkSuspension(p, r.AutoSuspend, r.CrontabResumeSuspend)
}

func checkUpdateDataEngineRequest(p *validate.Problems, r *UpdateDataEngineRequest) {
	checkSuspension(p, r.AutoSuspend, r.CrontabResumeSuspend)
}

// checkSuspension refuses an engine that is suspended both when idle and by a schedule.
func checkSuspension(p *validate.Problems, idle *bool, schedule *int) {
	if idle != nil && *idle && schedule != nil && *schedule == 1 {
		p.Add("CrontabResumeSuspend", "must be 0 with AutoSuspend true", *schedule)
	}
}
