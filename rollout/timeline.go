package rollout

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// The measures of the timeline, in pixels. Its font is monospaced, so that the width of a text is known.
const (
	charWidth = 7.3 // of a character of 12 pixels, rounded up
	laneStep  = 24  // from one lane to the next
	laneBar   = 16  // the height of a bar
	margin    = 16
	axisWidth = 720
	maxLabel  = 32 // characters of the name of a step
	headSpace = 44 // for the title
)

// colors are the fills of the phases that take time or end a step, legible on light and on dark ground.
var colors = map[Phase]string{
	PhaseStarting: "#8a94a6", PhaseChanging: "#3b82f6", PhaseVerifying: "#a78bfa", PhaseSoaking: "#14b8a6", PhaseLive: "#22a35a",
	PhaseSkipped: "#9ca3af", PhaseBlocked: "#6b7280", PhaseFailed: "#dc2626", PhaseUnhealthy: "#db2777", PhaseUndoing: "#d97706",
	PhaseUndone: "#a16207", PhaseUndoFailed: "#7f1d1d",
}

const style = `<style>
text{font:12px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:#1f2937}
.title{font-weight:bold}.quiet{fill:#4b5563}.ground{fill:#fff}.line{stroke:#d1d5db}.lane{fill:#f3f4f6}
@media (prefers-color-scheme:dark){text{fill:#e5e7eb}.quiet{fill:#a3acb9}.ground{fill:#111827}.line{stroke:#374151}.lane{fill:#1f2937}}
</style>
`

// SVG returns a picture of the rollout: a lane for each step, with its phases as bars from the first start to the end. It
// needs no other file and follows the light or dark preference of its reader.
func (r *Report) SVG() []byte {
	d := drawing{report: r, scale: r.scale()}
	d.measure()
	fmt.Fprintf(&d.b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img">`+"\n",
		d.width, d.height, d.width, d.height)
	fmt.Fprintf(&d.b, "<title>%s</title>\n%s", escape(d.title()), style)
	fmt.Fprintf(&d.b, `<rect class="ground" width="%d" height="%d"/>`+"\n", d.width, d.height)
	d.text(margin, margin+12, "title", d.title())
	d.axis()
	for i, s := range r.Steps {
		d.lane(i, s)
	}
	d.legend()
	d.b.WriteString("</svg>\n")
	return []byte(d.b.String())
}

// A drawing is a timeline being drawn.
type drawing struct {
	report        *Report
	b             strings.Builder
	scale         time.Duration // the whole axis
	left, right   int           // where the axis begins and ends
	width, height int
	legends       [][]Phase // by row
}

// scale is how long the axis is, at least a second.
func (r *Report) scale() time.Duration { return max(r.Ended.Sub(r.Started), time.Second) }

func (d *drawing) title() string {
	return cloud.OneLine(strings.TrimSpace("rollout "+d.report.Name)+": "+d.report.summary(), 200)
}

// measure finds the columns by the longest texts.
func (d *drawing) measure() {
	label, status := 0, 0
	for _, s := range d.report.Steps {
		label, status = max(label, columnsOf(labelOf(s))), max(status, columnsOf(statusOf(s)))
	}
	d.left = margin + widthOf(label) + margin
	d.right = d.left + axisWidth
	d.width = max(d.right+margin+widthOf(status), margin+widthOf(columnsOf(d.title()))) + margin
	d.legends = d.legendRows()
	d.height = headSpace + len(d.report.Steps)*laneStep + 2*laneStep + len(d.legends)*laneStep + margin
}

func widthOf(chars int) int { return int(float64(chars)*charWidth) + 1 }

func labelOf(s StepReport) string {
	return fmt.Sprintf("%d  %s", s.Wave, cutColumns(cloud.OneLine(s.Name, 4*maxLabel), maxLabel))
}

func statusOf(s StepReport) string {
	if len(s.Spans) == 0 {
		return string(s.Phase)
	}
	return fmt.Sprintf("%s, %s", s.Phase, s.Took().Round(time.Second))
}

func (d *drawing) text(x, y int, class, text string) {
	fmt.Fprintf(&d.b, `<text x="%d" y="%d" class="%s">%s</text>`+"\n", x, y, class, escape(text))
}

// x is where a time is on the axis.
func (d *drawing) x(t time.Time) float64 {
	share := float64(t.Sub(d.report.Started)) / float64(d.scale)
	return float64(d.left) + axisWidth*min(max(share, 0), 1)
}

// ticks are the intervals that an axis may have; the first with at most maxTicks on it is used.
var ticks = []time.Duration{
	time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute,
	15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour,
}

const maxTicks = 8

// axis draws a line and a label for each tick, as time since the start.
func (d *drawing) axis() {
	tick := ticks[0]
	for _, t := range ticks {
		if tick = t; d.scale/t <= maxTicks {
			break
		}
	}
	for d.scale/tick > maxTicks {
		tick *= 2
	}
	bottom := headSpace + len(d.report.Steps)*laneStep
	for at := time.Duration(0); at <= d.scale; at += tick {
		x := d.x(d.report.Started.Add(at))
		fmt.Fprintf(&d.b, `<line class="line" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", x, headSpace-4, x, bottom+4)
		fmt.Fprintf(&d.b, `<text x="%.1f" y="%d" class="quiet" text-anchor="middle">%s</text>`+"\n", x, bottom+18, short(at))
	}
}

// short is a duration without zero parts: "1h30m", "10m".
func short(d time.Duration) string {
	text := d.String()
	if d >= time.Minute {
		text = strings.TrimSuffix(text, "0s")
	}
	if d >= time.Hour {
		text = strings.TrimSuffix(text, "h0m") + map[bool]string{true: "h"}[strings.HasSuffix(text, "h0m")]
	}
	return text
}

// lane draws the row of one step.
func (d *drawing) lane(i int, s StepReport) {
	top := headSpace + i*laneStep + (laneStep-laneBar)/2
	d.text(margin, top+12, "", labelOf(s))
	fmt.Fprintf(&d.b, `<rect class="lane" x="%d" y="%d" width="%d" height="%d"/>`+"\n", d.left, top, axisWidth, laneBar)
	end := float64(d.left)
	for _, span := range s.Spans {
		from, to := d.x(span.From), d.x(span.To)
		if span.Phase.isEnd() {
			d.mark(from, top, span.Phase, "")
			continue
		}
		fmt.Fprintf(&d.b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"><title>%s</title></rect>`+"\n",
			from, top, max(to-from, 1), laneBar, colors[span.Phase],
			escape(fmt.Sprintf("%s: %s for %s", s.Name, span.Phase, span.To.Sub(span.From).Round(time.Millisecond))))
		end = max(to, from+1)
	}
	if len(s.Spans) > 0 && s.Phase.isEnd() {
		d.mark(end, top, s.Phase, s.Reason)
	}
	d.text(d.right+margin, top+12, "quiet", statusOf(s))
}

// mark draws when a step ended, at least for the time being.
func (d *drawing) mark(x float64, top int, phase Phase, why string) {
	fmt.Fprintf(&d.b, `<rect x="%.1f" y="%d" width="4" height="%d" fill="%s"><title>%s</title></rect>`+"\n",
		x-2, top-2, laneBar+4, colors[phase], escape(strings.TrimSuffix(string(phase)+": "+cloud.OneLine(why, maxReason), ": ")))
}

// legendRows returns the phases of the picture in rows that fit.
func (d *drawing) legendRows() (rows [][]Phase) {
	shown := map[Phase]bool{}
	for _, s := range d.report.Steps {
		shown[s.Phase] = len(s.Spans) > 0 || shown[s.Phase]
		for _, span := range s.Spans {
			shown[span.Phase] = true
		}
	}
	room := 0
	for _, p := range phases {
		if !shown[p] {
			continue
		}
		need := legendWidth(p)
		if need > room {
			rows, room = append(rows, nil), axisWidth
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], p)
		room -= need
	}
	return rows
}

func legendWidth(p Phase) int { return laneBar + 6 + widthOf(len(p)) + margin }

// legend draws what the colors mean.
func (d *drawing) legend() {
	y := headSpace + len(d.report.Steps)*laneStep + 2*laneStep
	for _, row := range d.legends {
		x := d.left
		for _, p := range row {
			fmt.Fprintf(&d.b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>`+"\n", x, y-12, laneBar, laneBar, colors[p])
			d.text(x+laneBar+6, y, "quiet", string(p))
			x += legendWidth(p)
		}
		y += laneStep
	}
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
