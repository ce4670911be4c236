package wait

// Course records whether a waiter has seen its change under way. It is not part of a token: a resumed waiter
// begins a new one.
type Course struct{ underway bool }

// Saw records whether a poll shows the change under way, and reports whether this or an earlier poll did.
func (c *Course) Saw(underway bool) bool {
	c.underway = c.underway || underway
	return c.underway
}
