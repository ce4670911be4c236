package journal

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"
)

const (
	logFormat = "polycloud emulator log"
	logName   = "emulator.log"
	lockName  = "emulator.lock"
)

// A Log is a file with a header and an event on each line, after a checksum of the line.
type Log struct {
	dir  string
	lock io.Closer

	queue   sync.Mutex // guards pending and appended
	pending []Event
	added   int64 // how many events were ever added

	disk   sync.Mutex // guards the rest; taken before queue
	file   *os.File
	synced int64 // how many of the added events are on the disk
	err    error // why the log cannot be written anymore
}

type logHeader struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Header
}

// Open returns the journal that the log in a directory has, or one with the given header and events if there is none yet.
// It makes the directory. No other process can open it until the journal is closed.
func Open(dir string, h Header, events ...Event) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := lockFile(filepath.Join(dir, lockName))
	if err != nil {
		return nil, fmt.Errorf("another process uses %s, or it cannot be locked: %w", dir, err)
	}
	j, err := openLog(&Log{dir: dir, lock: lock}, h, events)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return j, nil
}

func openLog(l *Log, h Header, events []Event) (*Journal, error) {
	f, err := os.OpenFile(filepath.Join(l.dir, logName), os.O_RDWR, 0)
	if errors.Is(err, os.ErrNotExist) {
		return &Journal{h, events, l}, l.rewrite(h, events)
	}
	if err != nil {
		return nil, err
	}
	j, size, err := readLog(f)
	if err == nil {
		err = f.Chmod(0o600) // it has secrets, and may have been copied
	}
	if err == nil {
		err = f.Truncate(size) // a line that was not written whole
	}
	if err == nil {
		_, err = f.Seek(size, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", f.Name(), err), f.Close())
	}
	l.file, j.log = f, l
	return j, nil
}

// readLog returns the events of a log, and the size without a last line that was not written whole.
func readLog(f io.Reader) (*Journal, int64, error) {
	r := bufio.NewReader(f)
	var h logHeader
	size, err := readLine(r, &h)
	switch {
	case err != nil:
		return nil, 0, fmt.Errorf("the file is not a log: line 1: %w", err)
	case h.Format != logFormat:
		return nil, 0, fmt.Errorf("the file is not a log: its format is %q, not %q", h.Format, logFormat)
	case h.Version != formatVersion:
		return nil, 0, fmt.Errorf("the log has version %d of its format; only version %d can be read", h.Version, formatVersion)
	}
	j := &Journal{Header: h.Header}
	for line := 2; ; line++ {
		var e Event
		n, err := readLine(r, &e)
		if err != nil {
			if _, more := r.Peek(1); more == nil {
				return nil, 0, fmt.Errorf("line %d: %w", line, err)
			}
			return j, size, nil
		}
		j.Events, size = append(j.Events, e), size+n
	}
}

// readLine decodes one line and returns its length.
func readLine(r *bufio.Reader, v any) (int64, error) {
	line, err := r.ReadBytes('\n')
	if err != nil {
		return 0, err
	}
	sum, data, _ := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
	if string(sum) != checksum(data) {
		return 0, errors.New("the checksum is wrong")
	}
	return int64(len(line)), json.Unmarshal(data, v)
}

func appendLine(b []byte, v any) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return b, err
	}
	b = append(append(b, checksum(data)...), ' ')
	return append(append(b, data...), '\n'), nil
}

func checksum(data []byte) string {
	sum := crc32.ChecksumIEEE(data)
	return hex.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

func (l *Log) append(e Event) {
	l.queue.Lock()
	defer l.queue.Unlock()
	l.pending, l.added = append(l.pending, e), l.added+1
}

func (l *Log) mark() int64 {
	l.queue.Lock()
	defer l.queue.Unlock()
	return l.added
}

func (l *Log) take() ([]Event, int64) {
	l.queue.Lock()
	defer l.queue.Unlock()
	events := l.pending
	l.pending = nil
	return events, l.added
}

// sync writes all pending events, unless the ones before the mark are on the disk. The callers that wait meanwhile need
// not write theirs.
func (l *Log) sync(mark int64) error {
	l.disk.Lock()
	defer l.disk.Unlock()
	if l.err != nil || l.synced >= mark {
		return l.err
	}
	events, added := l.take()
	var lines []byte
	for _, e := range events {
		if lines, l.err = appendLine(lines, e); l.err != nil {
			return l.err
		}
	}
	if _, l.err = l.file.Write(lines); l.err == nil {
		l.err = l.file.Sync()
	}
	if l.err == nil {
		l.synced = added
	}
	return l.err
}

// rewrite replaces the file by one with other events. Events that are not written yet are dropped.
func (l *Log) rewrite(h Header, events []Event) error {
	l.disk.Lock()
	defer l.disk.Unlock()
	file, err := l.writeNew(h, events)
	if err != nil {
		return err
	}
	if l.file != nil {
		_ = l.file.Close()
	}
	_, added := l.take()
	l.file, l.synced, l.err = file, added, nil
	return nil
}

// writeNew puts a new file in the place of the old one, whole or not at all.
func (l *Log) writeNew(h Header, events []Event) (*os.File, error) {
	f, err := os.CreateTemp(l.dir, logName+".*")
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriter(f)
	line, err := appendLine(nil, logHeader{logFormat, formatVersion, h})
	for i := 0; err == nil; i++ {
		if _, err = w.Write(line); err != nil || i == len(events) {
			break
		}
		line, err = appendLine(line[:0], events[i])
	}
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(l.dir, logName))
	}
	if err == nil {
		err = syncDir(l.dir)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	return f, nil
}

func (l *Log) close() error {
	l.disk.Lock()
	defer l.disk.Unlock()
	err := errors.Join(l.file.Close(), l.lock.Close())
	l.err = errors.Join(l.err, os.ErrClosed)
	return err
}
