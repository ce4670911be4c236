package journal

import (
	"encoding/json"
	"fmt"
	"time"
)

// formatVersion is the version of snapshots and of logs.
const formatVersion = 1

const snapshotFormat = "polycloud emulator snapshot"

type snapshot struct {
	Format  string    `json:"format"`
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	Header
	Events []Event `json:"events"`
}

// Snapshot returns the journal as JSON. At is the time of the clock.
func (j *Journal) Snapshot(at time.Time) ([]byte, error) {
	return json.Marshal(snapshot{snapshotFormat, formatVersion, at, j.Header, j.Events})
}

// ReadSnapshot returns the journal in a snapshot, and when it was taken.
func ReadSnapshot(data []byte) (*Journal, time.Time, error) {
	var s snapshot
	err := json.Unmarshal(data, &s)
	switch {
	case err != nil:
		return nil, s.At, fmt.Errorf("the snapshot is not valid JSON: %w", err)
	case s.Format != snapshotFormat:
		return nil, s.At, fmt.Errorf("the snapshot has format %q, not %q", s.Format, snapshotFormat)
	case s.Version != formatVersion:
		return nil, s.At, fmt.Errorf("the snapshot has version %d of its format; only version %d can be read", s.Version, formatVersion)
	}
	return &Journal{Header: s.Header, Events: s.Events}, s.At, nil
}
