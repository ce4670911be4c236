package journal_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// store is a journal as this package has them.
type store interface {
	journal.Journal
	Delete(ctx context.Context, key string) error
}

func stores(t *testing.T) map[string]store {
	return map[string]store{"memory": journal.Memory(), "dir": journal.Dir(filepath.Join(t.TempDir(), "journal"))}
}

func anEntry() journal.Entry {
	at := time.Date(2026, 11, 29, 13, 7, 0, 500, time.UTC)
	return journal.Entry{
		Key: key, Token: cloud.NewSecret("pc1.secret"), Dropped: 2,
		Steps: journal.Steps{
			{
				At: at, By: "build-7/4711", What: journal.EventPrepared, Service: "dlc", Resource: "dataengine-1", Took: time.Second,
				Replaces: []cloud.Difference{{Field: "a", Before: "1\n2", After: "3"}}, RequestIDs: []string{"r-1", "r-2"},
			},
			{At: at, What: journal.EventEnded, Outcome: cloud.Failed, State: "S", Reason: "why", Superseded: true, Error: "<&>"},
		},
		End: &journal.End{
			Service: "dlc", Operation: "SwitchDataEngineImage", Outcome: cloud.Failed, State: "S", Reason: "why", Superseded: true,
			Started: at, Ended: at.Add(time.Minute), Took: time.Minute, Value: []byte(`{"a":1}`),
		},
	}
}

func TestEveryJournalKeepsWhatIsStored(t *testing.T) {
	t.Parallel()
	for name, j := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			none, err := j.Load(ctx, key)
			require.NoError(t, err)
			assert.Zero(t, none)
			require.NoError(t, j.Delete(ctx, key), "nothing to delete")

			e := anEntry()
			e.End = nil
			require.NoError(t, j.Store(ctx, e))
			require.ErrorIs(t, j.Store(ctx, e), journal.ErrChanged)
			require.ErrorContains(t, j.Delete(ctx, key), "has not ended")
			e = anEntry()
			e.Version = 2
			require.ErrorIs(t, j.Store(ctx, e), journal.ErrChanged)
			e.Version = 1
			require.NoError(t, j.Store(ctx, e))
			e.Version = 2
			got, err := j.Load(ctx, key)
			require.NoError(t, err)
			assert.Equal(t, e, got)
			assert.NotContains(t, fmt.Sprintf("%+v %#v", got, got), "pc1.secret")

			e.Key, e.Version = "another key", 0
			require.NoError(t, j.Store(ctx, e))
			require.NoError(t, j.Delete(ctx, key))
			gone, err := j.Load(ctx, key)
			require.NoError(t, err)
			assert.EqualValues(t, 0, gone.Version)
			kept, err := j.Load(ctx, "another key")
			require.NoError(t, err)
			assert.EqualValues(t, 1, kept.Version)
		})
	}
}

func TestOneOfManyStoresWins(t *testing.T) {
	t.Parallel()
	for name, j := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const workers, each = 8, 20
			var won, lost atomic.Int64
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for n := 0; n < each; {
						e, err := j.Load(t.Context(), key)
						if !assert.NoError(t, err) {
							return
						}
						e.Key = key
						e.Dropped++
						switch err := j.Store(t.Context(), e); err {
						case nil:
							n++
							won.Add(1)
						case journal.ErrChanged:
							lost.Add(1)
						default:
							assert.NoError(t, err)
							return
						}
					}
				})
			}
			wg.Wait()
			e, err := j.Load(t.Context(), key)
			require.NoError(t, err)
			assert.EqualValues(t, workers*each, won.Load())
			assert.EqualValues(t, workers*each, e.Version)
			assert.Equal(t, workers*each, e.Dropped, "no update is lost")
		})
	}
}

func TestLongTrailsAreCut(t *testing.T) {
	t.Parallel()
	s, j := newServer(), journal.Memory()
	for range journal.MaxSteps {
		s.refusals = []error{&cloud.Error{Kind: cloud.ErrQuota}}
		_, err := run(t, j, s)
		require.ErrorIs(t, err, cloud.ErrQuota)
	}
	e, err := j.Load(t.Context(), key)
	require.NoError(t, err)
	assert.Len(t, e.Steps, journal.MaxSteps)
	assert.Equal(t, journal.MaxSteps, e.Dropped)
	assert.Equal(t, journal.EventPrepared, e.Steps[0].What)
	assert.Equal(t, journal.EventRefused, e.Steps[journal.MaxSteps-1].What)
}

func TestKeysHaveFilesOfTheirOwn(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	j := journal.Dir(path)
	long := strings.Repeat("x", 400)
	keys := []string{"a", "A", "..", ".", "/", "../a", "a/b", `a\b`, "a b", "%41", "ä", "con", "*?", long, long + "y", strings.ToUpper(long), "key-a"}
	for _, k := range keys {
		require.NoError(t, j.Store(t.Context(), journal.Entry{Key: k}))
	}
	seen := map[string]bool{}
	list, err := os.ReadDir(path)
	require.NoError(t, err)
	for _, folder := range list {
		if folder.Name() == "lock" {
			continue
		}
		seen[strings.ToLower(folder.Name())] = true
		assert.LessOrEqual(t, len(folder.Name()), 160)
		assert.Regexp(t, `^key-[a-z0-9_~%-]*[.]jsonl$`, folder.Name())
	}
	assert.Len(t, seen, len(keys), "also where case does not count")
	for _, k := range keys {
		e, err := j.Load(t.Context(), k)
		require.NoError(t, err)
		assert.Equal(t, k, e.Key)
	}
}

// theFile returns the one file of a journal with one entry.
func theFile(t *testing.T, path string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path, "key-*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	return files[0]
}

func TestFilesAreTheOwnersAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "journal")
	j := journal.Dir(path)
	require.NoError(t, j.Store(t.Context(), journal.Entry{Key: key}))
	file := theFile(t, path)
	for name, mode := range map[string]os.FileMode{file: 0o600, path: 0o700 | os.ModeDir} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		assert.Equal(t, mode, info.Mode(), name)
	}
}

func TestLeftoversOfAKilledProcessDoNotMatter(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	j := journal.Dir(path)
	require.NoError(t, j.Store(t.Context(), journal.Entry{Key: key}))
	temp := theFile(t, path) + ".tmp"
	require.NoError(t, os.WriteFile(temp, []byte("torn"), 0o600))
	require.NoError(t, j.Store(t.Context(), journal.Entry{Key: key, Version: 1}))
	assert.NoFileExists(t, temp)
	e, err := j.Load(t.Context(), key)
	require.NoError(t, err)
	assert.EqualValues(t, 2, e.Version)
}

func TestDamagedFilesAreNamedAndKept(t *testing.T) {
	t.Parallel()
	whole := func(t *testing.T) (path, file string, text []byte) {
		path = t.TempDir()
		require.NoError(t, journal.Dir(path).Store(t.Context(), anEntry()))
		file = theFile(t, path)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		return path, file, text
	}
	tests := []struct {
		name   string
		damage func(t *testing.T, file string, text []byte)
		says   string
	}{
		{"empty", func(t *testing.T, file string, _ []byte) { require.NoError(t, os.WriteFile(file, nil, 0o600)) }, "not complete"},
		{"torn", func(t *testing.T, file string, text []byte) {
			require.NoError(t, os.WriteFile(file, text[:len(text)/2], 0o600))
		}, "not complete"},
		{"without its last line", func(t *testing.T, file string, text []byte) {
			require.NoError(t, os.WriteFile(file, text[:strings.LastIndex(string(text), `{"crc32`)], 0o600))
		}, "checksum"},
		{"flipped", func(t *testing.T, file string, text []byte) {
			text[len(text)/3] ^= 1
			require.NoError(t, os.WriteFile(file, text, 0o600))
		}, "checksum"},
		{"foreign", func(t *testing.T, file string, _ []byte) {
			require.NoError(t, os.WriteFile(file, []byte("hello\n"), 0o600))
		}, "checksum"},
		{"of another key", func(t *testing.T, file string, _ []byte) {
			other := t.TempDir()
			require.NoError(t, journal.Dir(other).Store(t.Context(), journal.Entry{Key: "another"}))
			require.NoError(t, os.Rename(theFile(t, other), file))
		}, `is of key "another"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path, file, text := whole(t)
			tt.damage(t, file, text)
			s := newServer()
			_, err := run(t, journal.Dir(path), s)
			require.ErrorContains(t, err, tt.says)
			assert.ErrorContains(t, err, file)
			assert.NotContains(t, err.Error(), "pc1.secret")
			assert.Empty(t, s.effects)
			theFile(t, path)
		})
	}
}

func FuzzEntryFile(f *testing.F) {
	path := f.TempDir()
	if err := journal.Dir(path).Store(f.Context(), anEntry()); err != nil {
		f.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(path, "key-*"))
	text, err := os.ReadFile(files[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add(text[:100])
	f.Add([]byte("{}\n{}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := t.TempDir()
		file := filepath.Join(path, filepath.Base(files[0]))
		require.NoError(t, os.WriteFile(file, text, 0o600))
		j := journal.Dir(path)
		e, err := j.Load(t.Context(), key)
		if err != nil {
			require.ErrorContains(t, err, file)
			return
		}
		require.NoError(t, j.Store(t.Context(), e))
		again, err := j.Load(t.Context(), key)
		require.NoError(t, err)
		require.Equal(t, e.Steps.String(), again.Steps.String())
		require.Equal(t, e.Version+1, again.Version)
	})
}
