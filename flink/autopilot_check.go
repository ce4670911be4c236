package flink

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)

// maxTuningSpan is the longest time range that one list of tuning histories covers.
const maxTuningSpan = 30 * 24 * time.Hour

// checkListAutopilotTuningHistoriesRequest limits the time range.
func checkListAutopilotTuningHistoriesRequest(p *validate.Problems, r *ListAutopilotTuningHistoriesRequest) {
	if r.StartTime == 0 || r.EndTime == 0 {
		return // the service has a default
	}
	switch span := r.EndTime - r.StartTime; {
	case span < 0:
		p.Add("endTime", "must not be before startTime", r.EndTime)
	case span > maxTuningSpan.Milliseconds():
		p.Add("endTime", "must be at most 30 days after startTime", r.EndTime)
	}
}

// checkAutopilotSilentPeriod checks the times of a period, whose unit depends on its level.
func checkAutopilotSilentPeriod(p *validate.Problems, r *AutopilotSilentPeriod) {
	var low, high int64
	switch r.Level {
	case SilentPeriodLevelDay:
		low, high = 0, 24*60-1 // minutes
	case SilentPeriodLevelWeek:
		low, high = 1, 7 // days
	default:
		return
	}
	if r.BeginTime != nil {
		p.Int("beginTime", int64(*r.BeginTime), low, high)
	}
	if r.EndTime != nil {
		p.Int("endTime", int64(*r.EndTime), low, high)
	}
}

// checkAutopilotPolicy requires thresholds at which tuning does not add again what it has just removed.
func checkAutopilotPolicy(p *validate.Problems, r *AutopilotPolicy) {
	down, up := r.ScaleDownRules, r.ScaleUpRules
	if down == nil || up == nil {
		return
	}
	if d, u := down.MemoryScaleDownRule, up.MemoryScaleUpRule; d != nil && u != nil {
		checkBelow(p, "scaleDownRules.memoryScaleDownRule.memUsageScaleDownThreshold",
			d.MemUsageScaleDownThreshold, u.MemUsageScaleUpThreshold)
	}
	if d, u := down.SlotBusyScaleDownRule, up.SlotBusyScaleUpRule; d != nil && u != nil {
		checkBelow(p, "scaleDownRules.slotBusyScaleDownRule.slotBusyScaleDownThreshold",
			d.SlotBusyScaleDownThreshold, u.SlotBusyScaleUpThreshold)
	}
}

func checkBelow(p *validate.Problems, name string, down, up *float64) {
	if down != nil && up != nil && *down >= *up {
		p.Add(name, "must be less than the threshold for adding", *down)
	}
}
