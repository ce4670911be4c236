// Package page draws the page of the emulator. It has all that it shows from the control API.
package page

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed page.html page.css page.js icon.svg
var files embed.FS

var page = template.Must(template.New("").Funcs(template.FuncMap{
	"clock":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") },
	"hour":     func(t time.Time) string { return t.UTC().Format("15:04:05") },
	"rfc3339":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"millis":   func(t time.Time) int64 { return t.UnixMilli() },
	"left":     left,
	"permille": permille,
	"tone":     tone,
	"status":   status,
	"short":    short,
	"outcome":  outcome,
}).ParseFS(files, "page.html"))

// policy lets the page use nothing but its own files, and no other page show it in a frame.
const policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Handler draws the page from a view. With the query parameter live it draws only the parts that change.
func Handler(view func(r *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := "page"
		if r.URL.Query().Has("live") {
			name = "live"
		}
		var body bytes.Buffer
		v, err := view(r)
		if err == nil {
			err = page.ExecuteTemplate(&body, name, v)
		}
		if err != nil {
			http.Error(w, "The page cannot be drawn.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		_, _ = w.Write(body.Bytes())
	})
}

// Assets serves the style, the script and the icon.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains([]string{"page.css", "page.js", "icon.svg"}, r.URL.Path) {
			http.NotFound(w, r)
			return
		}
		http.ServeFileFS(w, r, files, r.URL.Path)
	})
}

// left returns how long a change still takes.
func left(ends, now time.Time) string {
	d := ends.Sub(now)
	if d <= 0 {
		return "ending"
	}
	return (d + time.Second - 1).Truncate(time.Second).String() + " left"
}

// permille returns how much of a change is done, of 1000.
func permille(started, ends, now time.Time) int64 {
	if !ends.After(started) {
		return 1000
	}
	return min(max(int64(now.Sub(started))/max(int64(ends.Sub(started))/1000, 1), 0), 1000)
}

// short returns a duration with about three digits.
func short(d time.Duration) string {
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if d >= unit {
			return d.Round(unit / 10).String()
		}
	}
	return d.String()
}

// tones are parts of the names of statuses, in upper case. The first that is found counts.
var tones = []struct{ part, tone string }{
	{"FAIL", "bad"}, {"ERROR", "bad"}, {"ABNORMAL", "bad"}, {"BROKEN", "bad"}, {"REJECT", "bad"},
	{"CANCELED", "off"}, {"CANCELLED", "off"}, {"DELETED", "off"}, {"STOPPED", "off"}, {"SUSPENDED", "off"}, {"PAUSED", "off"},
	{"CREATED", "off"}, {"OFFLINE", "off"},
	{"RUNNING", "good"}, {"SUCCE", "good"}, {"ACTIVE", "good"}, {"AVAILABLE", "good"}, {"CONNECTED", "good"}, {"COMPLETE", "good"},
	{"FINISHED", "good"}, {"ONLINE", "good"}, {"IDLE", "good"}, {"PUBLISHED", "good"},
	{"ING", "busy"}, {"PROGRESS", "busy"}, {"BUSY", "busy"},
}

// tone returns the style of a status.
func tone(status string) string {
	upper := strings.ToUpper(status)
	for _, t := range tones {
		if strings.Contains(upper, t.part) {
			return t.tone
		}
	}
	return "off"
}

// status returns how a status is shown. Some services have numbers for theirs.
func status(s string) string {
	if _, err := strconv.Atoi(s); err == nil {
		return "state " + s
	}
	return s
}

// outcome returns the style of a response.
func outcome(status int, refused bool) string {
	switch {
	case status == 0 || status >= 500:
		return "bad"
	case status >= 400 || refused:
		return "warn"
	}
	return "good"
}
