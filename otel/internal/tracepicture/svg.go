package main

import (
	"errors"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"
)

// palette is the colors of a picture.
type palette struct{ page, ink, quiet, line, root, inner, call, link, event string }

var (
	light = palette{"#ffffff", "#1f2328", "#59636e", "#d1d9e0", "#8c959f", "#8250df", "#0969da", "#bc4c00", "#bf8700"}
	dark  = palette{"#0d1117", "#f0f6fc", "#9198a1", "#3d444d", "#656c76", "#a371f7", "#4493f8", "#db6d28", "#e3b341"}
)

// The layout, in pixels.
const (
	width   = 960
	names   = 400 // where the bars begin
	right   = 850 // where they end, with place for a time
	row     = 30
	bar     = 14
	indent  = 18
	heading = 44
	beside  = 62 // the place of a time beside a bar
)

// A canvas collects the elements of a picture.
type canvas struct {
	palette
	b strings.Builder
	y int
}

func (c *canvas) add(format string, args ...any) { fmt.Fprintf(&c.b, format+"\n", args...) }

func (c *canvas) text(x, y int, fill, more, s string) {
	c.add(`<text x="%d" y="%d" fill="%s"%s>%s</text>`, x, y, fill, more, html.EscapeString(s))
}

// svg draws the spans of the two processes, one below the other.
func svg(first, second []span, colors palette) (string, error) {
	c := &canvas{palette: colors}
	wait := slices.IndexFunc(second, func(s span) bool { return len(s.Links) == 1 })
	if wait < 0 {
		return "", errors.New("no span of the second process is linked")
	}
	linked := slices.IndexFunc(first, func(s span) bool { return s.ID == second[wait].Links[0] })
	if linked < 0 {
		return "", errors.New("the link is not to a span of the first process")
	}
	rows := c.process("first process", "begins the change, saves its token and ends", first)
	c.y += row / 2
	waited, err := c.wait(second[wait])
	if err != nil {
		return "", err
	}
	from := waited
	to := rows[first[linked].ID]
	c.add(`<path d="M %d %d C 960 %d, 975 %d, %d %d" fill="none" stroke="%s" stroke-width="1.5" stroke-dasharray="5 4" `+
		`marker-end="url(#arrow)"/>`,
		from.x+4, from.y-bar/2-2, from.y-30, to.y-12, to.x+beside, to.y-bar/2, c.link)
	c.text(right+30, (from.y+to.y)/2+8, c.link, ` text-anchor="end"`, "link, by the traceparent in the token")

	head := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" `+
		`font-family="system-ui, -apple-system, 'Segoe UI', sans-serif" font-size="13" role="img">`, width, c.y, width, c.y)
	return head + "\n<title>The spans of a change that is begun in one process and waited for in another</title>\n" +
		fmt.Sprintf(`<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">`+
			`<path d="M0 0L8 4L0 8z" fill="%s"/></marker></defs>`, c.link) + "\n" +
		fmt.Sprintf(`<rect width="%d" height="%d" fill="%s"/>`, width, c.y, c.page) + "\n" + c.b.String() + "</svg>\n", nil
}

type point struct{ x, y int }

// title begins the part of a process.
func (c *canvas) title(name, does string) {
	c.y += heading
	c.text(20, c.y-16, c.ink, ` font-weight="600"`, name)
	c.text(150, c.y-16, c.quiet, "", does)
	c.add(`<line x1="20" x2="%d" y1="%d" y2="%d" stroke="%s"/>`, width-20, c.y-6, c.y-6, c.line)
}

// process draws spans as a tree, and returns the end of each span's bar.
func (c *canvas) process(name, does string, spans []span) map[string]point {
	c.title(name, does)
	slices.SortStableFunc(spans, func(a, b span) int { return a.Start.Compare(b.Start) })
	began, ended := spans[0].Start, spans[0].End
	for _, s := range spans {
		ended = later(ended, s.End)
	}
	at := func(t time.Time) int {
		return names + int(float64(right-names)*float64(t.Sub(began))/float64(ended.Sub(began)))
	}
	depth, ends := map[string]int{}, map[string]point{}
	for _, s := range spans {
		d, below := depth[s.Parent]
		if below {
			d++
		}
		depth[s.ID] = d
		middle := c.y + row/2
		c.text(20+d*indent, middle+4, c.ink, "", s.Name)
		from, to := at(s.Start), max(at(s.End), at(s.Start)+3)
		c.add(`<rect x="%d" y="%d" width="%d" height="%d" rx="3" fill="%s"/>`, from, middle-bar/2, to-from, bar, c.fill(s))
		c.text(to+8, middle+4, c.quiet, "", milliseconds(s.End.Sub(s.Start)))
		c.events(s, middle, at)
		ends[s.ID] = point{to, middle + bar/2}
		c.y += row
	}
	return ends
}

// events draws the attempts of a call.
func (c *canvas) events(s span, middle int, at func(time.Time) int) {
	for _, e := range s.Events {
		x := at(e.At)
		c.add(`<circle cx="%d" cy="%d" r="4.5" fill="%s" stroke="%s" stroke-width="1.5"/>`, x, middle, c.event, c.page)
		if e.Reason != "" {
			c.text(x, middle+bar/2+13, c.quiet, ` text-anchor="middle" font-size="11"`, "attempt: "+e.Reason)
		}
	}
}

// fill is the color of a span.
func (c *canvas) fill(s span) string {
	switch {
	case s.Attributes["rpc.method"] != "":
		return c.call
	case s.Attributes["deployment.id"] != "":
		return c.inner
	}
	return c.root
}

// wait draws the second process: no span while it waits, and a short one at the end. It returns where that is.
func (c *canvas) wait(s span) (point, error) {
	waited, err := strconv.ParseFloat(s.Attributes["polycloud.wait.duration"], 64)
	if err != nil {
		return point{}, err
	}
	c.y += row
	c.title("second process", "resumes the change from the token, and waits until it is live")
	middle := c.y + row/2
	c.text(20, middle+4, c.ink, "", s.Name)
	c.add(`<line x1="%d" x2="%d" y1="%d" y2="%d" stroke="%s" stroke-width="2" stroke-dasharray="1 5" stroke-linecap="round"/>`,
		names, right, middle, middle, c.quiet)
	c.text(names, middle+22, c.quiet, ` font-size="11"`,
		fmt.Sprintf("%.1f s and %s polls: no spans, metrics only", waited, s.Attributes["polycloud.change.polls"]))
	c.add(`<rect x="%d" y="%d" width="6" height="%d" rx="2" fill="%s"/>`, right-3, middle-bar/2, bar, c.inner)
	c.text(right+11, middle+4, c.quiet, "", "< 1 ms")
	c.y += row + row/2
	for _, key := range []string{
		"deployment.name", "deployment.status", "polycloud.change.result", "polycloud.change.resumed",
	} {
		c.text(20+indent, c.y+8, c.quiet, ` font-size="11"`, key+" = "+s.Attributes[key])
		c.y += 17
	}
	c.y += 18
	return point{right, middle}, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) + " ms" }
