package world

import "slices"

// Endings returns the endings that no change has met yet.
func (w *World) Endings() []Ending { return slices.Clone(w.endings) }
