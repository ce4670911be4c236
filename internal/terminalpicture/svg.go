package main

import (
	"fmt"
	"html"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	fontSize    = 13
	charWidth   = 7.83 // of the font, or textLength makes it so
	lineHeight  = 19
	columns     = 92 // longer lines are wrapped, as by a terminal
	margin      = 16
	titleHeight = 34

	longestPause = 1200 * time.Millisecond // in the picture; the times in the lines remain
	typing       = 700 * time.Millisecond
)

// style has colors for light and dark pages. Without animation the whole of the output is there.
const style = `
svg { color-scheme: light dark }
.window { fill: #ffffff; stroke: #d0d7de }
.title, .dim { fill: #6e7781 }
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #24292f; white-space: pre }
.good { fill: #116329 } .bad { fill: #cf222e } .odd { fill: #9a6700 } .prompt { fill: #0550ae }
@media (prefers-color-scheme: dark) {
.window { fill: #0d1117; stroke: #30363d }
.title, .dim { fill: #8b949e }
text { fill: #e6edf3 }
.good { fill: #3fb950 } .bad { fill: #ff7b72 } .odd { fill: #d29922 } .prompt { fill: #79c0ff }
}
@media (prefers-reduced-motion: no-preference) {
.line { animation: appear 1ms both }
}
@keyframes appear { from { opacity: 0 } to { opacity: 1 } }
`

// svg returns the picture of a command and its output.
func svg(command string, lines []line) string {
	lines = wrapped(lines)
	width := 2*margin + int(math.Ceil(columns*charWidth))
	height := titleHeight + (len(lines)+1)*lineHeight + margin
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" `)
	fmt.Fprintf(&b, `viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" role="img">`, width, height)
	fmt.Fprintf(&b, "\n<title>Output of %s</title>\n<style>%s</style>\n", html.EscapeString(command), style)
	fmt.Fprintf(&b, `<rect class="window" x="0.5" y="0.5" width="%d" height="%d" rx="8"/>`+"\n", width-1, height-1)
	for i, color := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="17" r="5.5" fill="%s"/>`, 18+18*i, color)
	}
	b.WriteString("\n")
	write(&b, 0, 0, line{text: "$ " + command})
	shown, before := typing, time.Duration(0)
	for i, l := range lines {
		shown += min(l.at-before, longestPause)
		before = l.at
		write(&b, i+1, shown, l)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// wrapped breaks lines that are too long for the window.
func wrapped(lines []line) (rows []line) {
	for _, l := range lines {
		text, bad := []rune(l.text), false
		for len(text) > columns {
			rows = append(rows, line{text: string(text[:columns]), at: l.at, bad: bad})
			text, bad = text[columns:], bad || strings.Contains(l.text, "failed: ")
		}
		rows = append(rows, line{text: string(text), at: l.at, bad: bad})
	}
	return rows
}

// write writes the text of a line that appears after a while.
func write(b *strings.Builder, row int, after time.Duration, l line) {
	if l.text == "" {
		return
	}
	text := colored(l.text)
	if l.bad {
		text = `<tspan class="bad">` + html.EscapeString(l.text) + `</tspan>`
	}
	y := titleHeight + row*lineHeight + fontSize
	fmt.Fprintf(b, `<text class="line" style="animation-delay:%dms" x="%d" y="%d" `, after.Milliseconds(), margin, y)
	length := float64(utf8.RuneCountInString(l.text)) * charWidth
	fmt.Fprintf(b, `textLength="%.0f" lengthAdjust="spacingAndGlyphs" xml:space="preserve">%s</text>`+"\n", length, text)
}

var (
	times  = regexp.MustCompile(`^ *\d+\.\ds`)
	words  = regexp.MustCompile(`\b(succeeded|poll failed: [a-z ]+|failed(: .*)?|as before the change)`)
	prompt = regexp.MustCompile(`^\$ `)
)

// colored marks the words that matter, each with its class.
func colored(text string) string {
	text = html.EscapeString(text)
	text = prompt.ReplaceAllString(text, `<tspan class="prompt">${0}</tspan>`)
	text = times.ReplaceAllString(text, `<tspan class="dim">$0</tspan>`)
	return words.ReplaceAllStringFunc(text, func(word string) string {
		class := "bad"
		switch {
		case word == "succeeded":
			class = "good"
		case strings.HasPrefix(word, "poll failed"):
			class = "odd"
		case strings.HasPrefix(word, "as before"):
			class = "dim"
		}
		return fmt.Sprintf(`<tspan class="%s">%s</tspan>`, class, word)
	})
}
