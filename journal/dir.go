package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// DirJournal keeps its entries in files, one for each key, in a folder that the processes of one machine may share. A
// file is written under another name, synced and renamed, under a lock that a process loses when it ends, however it
// does. So a process that is killed damages nothing, and blocks nobody.
type DirJournal struct {
	path string
	turn sync.Mutex // so that goroutines do not wait in the system call
}

var _ Journal = (*DirJournal)(nil)

// Dir returns a journal that keeps its entries in a folder, which is created when it is needed. Files and folder are
// readable by their owner alone, because tokens are as secret as requests.
func Dir(path string) *DirJournal { return &DirJournal{path: path} }

const (
	lockName   = "lock"
	tempSuffix = ".tmp"
)

// fileOf returns the file of a key. Its name is safe on all file systems, also those that ignore case.
func (d *DirJournal) fileOf(key string) string {
	const longest = 150
	var b strings.Builder
	b.WriteString("key-")
	for i := range len(key) {
		switch c := key[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	name := b.String()
	if len(name) > longest {
		name = fmt.Sprintf("%s~%x", name[:longest-70], sha256.Sum256([]byte(key)))
	}
	return filepath.Join(d.path, name+".jsonl")
}

// Load is Journal.Load. A file that is damaged, or that is not of this journal, is an error and stays as it is.
func (d *DirJournal) Load(_ context.Context, key string) (Entry, error) {
	path := d.fileOf(key)
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Entry{}, nil
	case err != nil:
		return Entry{}, err
	}
	e, err := readEntry(text)
	switch {
	case err != nil:
		return Entry{}, fmt.Errorf("%s: %w; restore it from a backup, or remove it if the change must not go on", path, err)
	case e.Key != key:
		return Entry{}, fmt.Errorf("%s: is of key %.60q, not %.60q", path, e.Key, key)
	}
	return e, nil
}

// Store is Journal.Store.
func (d *DirJournal) Store(ctx context.Context, e Entry) error {
	return d.locked(func() error {
		recorded, err := d.Load(ctx, e.Key)
		switch {
		case err != nil:
			return err
		case recorded.Version != e.Version:
			return ErrChanged
		}
		e.Version++
		text, err := writeEntry(e)
		if err != nil {
			return err
		}
		return d.replace(d.fileOf(e.Key), text)
	})
}

// Delete removes the entry of a change that has ended; the entry of any other is an error. A Run of the same key starts
// the change again, so delete it only when there will be none.
func (d *DirJournal) Delete(ctx context.Context, key string) error {
	return d.locked(func() error {
		e, err := d.Load(ctx, key)
		if err != nil || e.Version == 0 {
			return err
		}
		if err := mayDelete(key, e); err != nil {
			return err
		}
		return errors.Join(os.Remove(d.fileOf(key)), syncFolder(d.path))
	})
}

// mayDelete refuses to delete the entry of a change that has not ended.
func mayDelete(key string, e Entry) error {
	if e.Version > 0 && e.End == nil {
		return fmt.Errorf("journal: delete %q: the change has not ended", key)
	}
	return nil
}

// locked calls f while no other goroutine and process writes to the folder.
func (d *DirJournal) locked(f func() error) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	if err := d.makeFolder(); err != nil {
		return err
	}
	file, err := os.OpenFile(filepath.Join(d.path, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close() // which unlocks it
	if err := lock(file); err != nil {
		return fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	return f()
}

// makeFolder makes the folder so that it survives a crash of the machine.
func (d *DirJournal) makeFolder() error {
	if _, err := os.Stat(d.path); err == nil {
		return nil
	}
	if err := os.MkdirAll(d.path, 0o700); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(d.path))
}

// replace writes a file so that it is there as a whole, or as it was before, whatever crashes.
func (d *DirJournal) replace(path string, text []byte) error {
	temp := path + tempSuffix // that of a process that was killed is overwritten
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncFolder(d.path)
}

// syncFolder makes the names in a folder survive a crash of the machine.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" { // which cannot sync folders
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// fileHead is the first line of a file. The steps follow, one a line, and then a line with the checksum of all before.
type fileHead struct {
	Journal int       `json:"journal"` // the version of the layout
	Key     string    `json:"key"`
	Version int64     `json:"version"`
	Written time.Time `json:"written"`
	Dropped int       `json:"dropped,omitzero"`
	Token   string    `json:"token,omitzero"`
	End     *End      `json:"end,omitzero"`
}

const layout = 1

func writeEntry(e Entry) ([]byte, error) {
	head, err := json.Marshal(fileHead{layout, e.Key, e.Version, time.Now().UTC().Round(0), e.Dropped, e.Token.Reveal(), e.End})
	if err != nil {
		return nil, err
	}
	text := append(append(head, '\n'), e.Steps.String()...)
	return fmt.Appendf(text, `{"crc32":"%08x"}`+"\n", crc32.ChecksumIEEE(text)), nil
}

func readEntry(text []byte) (Entry, error) {
	body, sum := text, ""
	if end := bytes.LastIndexByte(bytes.TrimSuffix(text, []byte("\n")), '\n') + 1; end > 0 {
		body, sum = text[:end], string(text[end:])
	}
	if sum != fmt.Sprintf(`{"crc32":"%08x"}`+"\n", crc32.ChecksumIEEE(body)) {
		return Entry{}, errors.New("is damaged or not complete: its checksum does not match")
	}
	first, rest, _ := bytes.Cut(body, []byte("\n"))
	var head fileHead
	switch err := json.Unmarshal(first, &head); {
	case err != nil:
		return Entry{}, fmt.Errorf("is damaged: %w", err)
	case head.Journal != layout:
		return Entry{}, fmt.Errorf("has layout %d, this module reads %d", head.Journal, layout)
	}
	steps, err := parseSteps(rest)
	if err != nil {
		return Entry{}, fmt.Errorf("is damaged: %w", err)
	}
	return Entry{
		Key: head.Key, Version: head.Version, Token: cloud.NewSecret(head.Token), Steps: steps, Dropped: head.Dropped, End: head.End,
	}, nil
}
