package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// A screen shows progress to people: on a terminal one live line that is written again and again, elsewhere a line for
// each new state. Lines that stay go above the live one.
type screen struct {
	out   io.Writer
	width int // 0 if it is no terminal

	mu   sync.Mutex
	live func() string // the live line as it is now; nil if there is none
	last string        // the state of the last line, where there is no live one
	stop func()        // ends the clock of the live line; nil if it does not run
}

// screen returns the screen for progress, on standard error. For programs it shows nothing.
func (p *program) screen() *screen {
	if p.json() {
		return &screen{out: io.Discard}
	}
	return &screen{out: p.stderr, width: width(p.stderr)}
}

// print writes lines that stay.
func (s *screen) print(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	fmt.Fprintln(s.out, strings.TrimRight(text, "\n"))
	s.draw()
}

// update shows how things are now. Where there is no live line, it prints the text if the state is new.
func (s *screen) update(state string, text func() string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.width == 0 {
		if state != s.last {
			fmt.Fprintln(s.out, text())
		}
		s.last = state
		return
	}
	s.clear()
	s.live = text
	s.draw()
	if s.stop == nil {
		s.stop = s.clock()
	}
}

// clock draws the live line every second, until the function that it returns is called.
func (s *screen) clock() (stop func()) {
	ticker, done := time.NewTicker(time.Second), make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				s.mu.Lock()
				s.clear()
				s.draw()
				s.mu.Unlock()
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
	}
}

// end removes the live line.
func (s *screen) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	s.live = nil
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

func (s *screen) clear() {
	if s.live != nil {
		fmt.Fprint(s.out, "\r\x1b[K")
	}
}

// draw writes the live line, without its end and never wider than the terminal.
func (s *screen) draw() {
	if s.live == nil {
		return
	}
	text := s.live()
	text = cloud.OneLine(text, len(text))
	for utf8.RuneCountInString(text) > s.width-1 {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	fmt.Fprint(s.out, text)
}

// poll shows what a poll of a change found. On a terminal its times run on.
func (s *screen) poll(o cloud.Observation) {
	at := time.Now()
	state := o.State
	if state == "" {
		state = "no state yet"
	}
	rest := fmt.Sprintf(" %s, %s", o.Outcome, state)
	if o.Reason != "" {
		rest += ": " + o.Reason
	}
	if o.Err != nil {
		rest += " (" + o.Err.Error() + ")"
	}
	s.update(rest, func() string {
		since := time.Since(at)
		text := (o.Elapsed + since).Round(time.Second).String() + rest
		if next := o.Next - since; s.width > 0 && next > 0 {
			text += ", next poll in " + next.Round(time.Second).String()
		}
		return text
	})
}
