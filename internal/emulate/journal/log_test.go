package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var header = Header{Seed: Key{1, 2, 3}, Advanced: time.Hour}

// event returns an event that differs from those with another number.
func event(n int) Event {
	return Event{At: time.Unix(int64(n), 0).UTC(), Request: &Request{Service: "dlc", Operation: "CreateTask", Body: strconv.Itoa(n)}}
}

// write makes a log with n events, and returns its content.
func write(t *testing.T, dir string, n int) []byte {
	t.Helper()
	j, err := Open(dir, header)
	require.NoError(t, err)
	for i := range n {
		j.Append(event(i))
	}
	require.NoError(t, j.Sync(j.Mark()))
	require.NoError(t, j.Close())
	data, err := os.ReadFile(filepath.Join(dir, logName))
	require.NoError(t, err)
	return data
}

func TestLogContinues(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "state")
	write(t, dir, 3)
	j, err := Open(dir, Header{})
	require.NoError(t, err)
	assert.Equal(t, header, j.Header)
	assert.Equal(t, []Event{event(0), event(1), event(2)}, j.Events)
	j.Append(event(3))
	require.NoError(t, j.Sync(j.Mark()))
	require.NoError(t, j.Close())

	j, err = Open(dir, Header{})
	require.NoError(t, err)
	defer j.Close()
	assert.Equal(t, []Event{event(0), event(1), event(2), event(3)}, j.Events)
}

// TestLogTorn cuts a log after each byte: the events on whole lines stay, and more can be appended.
func TestLogTorn(t *testing.T) {
	t.Parallel()
	data := write(t, t.TempDir(), 3)
	first := bytes.IndexByte(data, '\n') + 1
	for cut := first; cut < len(data); cut++ {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, logName), data[:cut], 0o600))
		j, err := Open(dir, Header{})
		require.NoError(t, err)
		whole := bytes.Count(data[first:cut], []byte("\n"))
		require.Len(t, j.Events, whole)
		j.Append(event(9))
		require.NoError(t, j.Sync(j.Mark()))
		require.NoError(t, j.Close())
		j, err = Open(dir, Header{})
		require.NoError(t, err)
		require.Len(t, j.Events, whole+1)
		require.NoError(t, j.Close())
	}
}

func TestLogRefused(t *testing.T) {
	t.Parallel()
	data := write(t, t.TempDir(), 3)
	later, err := appendLine(nil, logHeader{logFormat, formatVersion + 1, header})
	require.NoError(t, err)
	other, err := appendLine(nil, logHeader{"something else", formatVersion, header})
	require.NoError(t, err)
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "the file is not a log: line 1: EOF"},
		{"text", []byte("hello\n"), "the file is not a log: line 1: the checksum is wrong"},
		{"another format", other, `the file is not a log: its format is "something else", not "polycloud emulator log"`},
		{"a later version", later, "the log has version 2 of its format; only version 1 can be read"},
		{"a changed line", bytes.Replace(data, []byte("CreateTask"), []byte("DeleteTask"), 1), "line 2: the checksum is wrong"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			name := filepath.Join(dir, logName)
			require.NoError(t, os.WriteFile(name, tt.data, 0o600))
			_, err := Open(dir, Header{})
			require.ErrorContains(t, err, name+": "+tt.want)
			after, err := os.ReadFile(name)
			require.NoError(t, err)
			assert.Equal(t, len(tt.data), len(after), "the file stays as it is")

			require.NoError(t, os.Remove(name))
			j, err := Open(dir, Header{})
			require.NoError(t, err, "the lock is free")
			require.NoError(t, j.Close())
		})
	}
}

func TestLogIsLocked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := Open(dir, header)
	require.NoError(t, err)
	_, err = Open(dir, header)
	require.ErrorContains(t, err, "another process uses "+dir)
	require.NoError(t, j.Close())
	j, err = Open(dir, header)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	require.ErrorIs(t, j.Sync(j.Mark()+1), os.ErrClosed)
}

func TestLogReplace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := Open(dir, header)
	require.NoError(t, err)
	j.Append(event(0))
	mark := j.Mark()
	replacement := &Journal{Header: Header{Advanced: time.Minute}, Events: []Event{event(7)}}
	require.NoError(t, j.Replace(replacement))
	require.NoError(t, j.Sync(mark))
	j.Append(event(8))
	require.NoError(t, j.Sync(j.Mark()))
	require.NoError(t, j.Close())

	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, files, 2, "no temporary file is left")
	j, err = Open(dir, header)
	require.NoError(t, err)
	defer j.Close()
	assert.Equal(t, replacement.Header, j.Header)
	assert.Equal(t, []Event{event(7), event(8)}, j.Events)
}

// TestLogReplaceFails checks that nothing is replaced if the new file cannot be made.
func TestLogReplaceFails(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	j, err := Open(dir, header, event(0))
	require.NoError(t, err)
	defer j.Close()
	require.NoError(t, os.RemoveAll(dir))
	require.Error(t, j.Replace(&Journal{}))
	assert.Equal(t, []Event{event(0)}, j.Events)
}

// TestLogSharesSyncs appends from many goroutines at once.
func TestLogSharesSyncs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := Open(dir, header)
	require.NoError(t, err)
	var world sync.Mutex
	var wg sync.WaitGroup
	const writers, each = 20, 10
	for range writers {
		wg.Go(func() {
			for range each {
				world.Lock()
				j.Append(event(len(j.Events)))
				mark := j.Mark()
				world.Unlock()
				assert.NoError(t, j.Sync(mark))
			}
		})
	}
	wg.Wait()
	require.NoError(t, j.Close())
	j, err = Open(dir, Header{})
	require.NoError(t, err)
	defer j.Close()
	require.Len(t, j.Events, writers*each)
	for i, e := range j.Events {
		assert.Equal(t, event(i), e)
	}
}

func TestSnapshotRoundTrip(t *testing.T) {
	t.Parallel()
	j := New(header)
	j.Append(event(1))
	j.Append(Event{At: time.Unix(2, 0).UTC(), Advance: time.Minute})
	data, err := j.Snapshot(time.Unix(3, 0).UTC())
	require.NoError(t, err)
	got, at, err := ReadSnapshot(data)
	require.NoError(t, err)
	assert.Equal(t, j, got)
	assert.Equal(t, time.Unix(3, 0).UTC(), at)
	assert.Equal(t, time.Hour+time.Minute, got.Clock())
}
