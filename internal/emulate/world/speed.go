package world

import "time"

// SetSpeed makes the clock run at a multiple of the speed of time.Now. It must be called before the world is used.
func (w *World) SetSpeed(factor float64) {
	w.speed = factor
	now := time.Now()
	w.origin.Store(&now)
}

// restart sets the clock back to time.Now, from where it has its speed again.
func (w *World) restart() {
	if w.origin.Load() != nil {
		now := time.Now()
		w.origin.Store(&now)
	}
}

// wall is the clock without what Advance has added.
func (w *World) wall() time.Time {
	origin := w.origin.Load()
	if origin == nil {
		return time.Now()
	}
	return origin.Add(time.Duration(float64(time.Since(*origin)) * w.speed))
}

// NotBefore moves the clock forward if it is behind a time.
func (w *World) NotBefore(t time.Time) {
	if behind := t.Sub(w.Clock()); behind > 0 {
		w.Advance(behind)
	}
}
