package flows_test

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

var updatePermissions = flag.Bool("update-permissions", false, "in TestPermissions, write the tables of docs/permissions.md")

const permissionsPage = "../../../docs/permissions.md"

// actionPrefix is how each cloud names the permission for an operation in its policies, before the operation's name.
var actionPrefix = map[string]string{"finspace": "finspace", "proton": "proton", "flink": "stream", "dlc": "dlc"}

// permissions are the operations that one kind of change calls.
type permissions struct {
	service, start             string
	follow, diagnose, takeBack map[string]bool
}

// row is a line of the table: what following takes beside the start, and what the others take beside that.
func (p permissions) row() string {
	known := map[string]bool{p.start: true}
	list := func(operations map[string]bool) string {
		var names []string
		for name := range operations {
			if !known[name] {
				names = append(names, "`"+name+"`")
			}
		}
		slices.Sort(names)
		if len(names) == 0 {
			return ""
		}
		return strings.Join(names, " ")
	}
	follow := list(p.follow)
	for name := range p.follow {
		known[name] = true
	}
	return fmt.Sprintf("| `%s` | %s | %s | %s |", p.start, follow, list(p.diagnose), list(p.takeBack))
}

// TestPermissions holds the page of permissions to the requests that arrive at the services.
func TestPermissions(t *testing.T) {
	if testing.Short() {
		t.Skip("it makes every change several times")
	}
	t.Parallel()
	var mu sync.Mutex
	all := map[string]*permissions{}
	t.Run("flows", func(t *testing.T) {
		each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
			p := permissionsOf(t, f, emu)
			mu.Lock()
			defer mu.Unlock()
			key := f.service + " " + f.start
			if all[key] == nil {
				all[key] = &p
				return
			}
			merge(all[key].follow, p.follow)
			merge(all[key].diagnose, p.diagnose)
			merge(all[key].takeBack, p.takeBack)
		})
	})
	page, err := os.ReadFile(permissionsPage)
	require.NoError(t, err)
	want := string(page)
	for _, service := range []string{"finspace", "proton", "flink", "dlc"} {
		want = withTable(t, want, service, all)
	}
	want = between(t, want, "shared", sharedLists(t))
	if *updatePermissions {
		require.NoError(t, os.WriteFile(permissionsPage, []byte(want), 0o666))
		return
	}
	assert.Equal(t, want, string(page), "go test ./internal/tests/flows -run TestPermissions -update-permissions writes it")
}

func merge(into, from map[string]bool) {
	for name := range from {
		into[name] = true
	}
}

// permissionsOf carries out a change, takes it back, lets it fail in each way, and diagnoses that.
func permissionsOf(t *testing.T, f flow, emu *emulator.Emulator) permissions {
	t.Helper()
	p := permissions{service: f.service, start: f.start}
	ch, err := f.begin(t.Context(), newClients(t, emu))
	require.NoError(t, err)
	_, err = ch.WaitAny(t.Context())
	require.NoError(t, err)
	p.follow = operations(emu.Requests())
	sent := len(emu.Requests())
	takeBack(t, ch)
	p.takeBack = operations(emu.Requests()[sent:])
	run(t, f, func(emu *emulator.Emulator) {
		startLost(t, f, emu)
		merge(p.follow, operations(emu.Requests()))
	})
	p.diagnose = map[string]bool{}
	for _, end := range f.ends {
		run(t, f, func(emu *emulator.Emulator) {
			wait := failed(t, f, end, emu)
			merge(p.follow, operations(emu.Requests()))
			sent := len(emu.Requests())
			_, _ = wait.Diagnose(t.Context()) // TestDiagnose checks what it returns
			merge(p.diagnose, operations(emu.Requests()[sent:]))
		})
	}
	return p
}

// startLost starts a change whose first response is lost, and goes on until it is known whether it has begun.
func startLost(t *testing.T, f flow, emu *emulator.Emulator) {
	t.Helper()
	ch, err := f.prepare(t.Context(), newClients(t, emu))
	require.NoError(t, err)
	emu.Inject(emulator.Fault{Operation: f.start, Kind: emulator.Reset, AfterEffect: true})
	for range 60 {
		if err = ch.Start(t.Context()); err == nil || !errors.Is(err, cloud.ErrUncertain) {
			return
		}
		time.Sleep(time.Minute)
	}
}

// takeBack undoes a change if that can be undone.
func takeBack(t *testing.T, ch cloud.AnyChange) {
	t.Helper()
	back, err := ch.Undo(t.Context())
	if err != nil {
		require.ErrorIs(t, err, cloud.ErrUnsupported)
		return
	}
	require.NoError(t, back.Start(t.Context()))
	_, err = back.WaitAny(t.Context())
	require.NoError(t, err)
}

func operations(requests []emulator.Request) map[string]bool {
	names := map[string]bool{}
	for _, r := range requests {
		names[r.Operation] = true
	}
	return names
}

// sharedLists returns a table of the lists that several waits of one kind read together.
func sharedLists(t *testing.T) string {
	t.Helper()
	var table strings.Builder
	table.WriteString("| changes of | list |\n|---|---|\n")
	for _, tt := range manyWaitsOfOneList {
		synctest.Test(t, func(t *testing.T) {
			emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(changeTime))
			require.NoError(t, err)
			defer emu.Close()
			c := newClients(t, emu)
			waiters := []cloud.AnyWaiter{tt.begin(t, emu, c, 0), tt.begin(t, emu, c, 1)}
			sent := len(emu.Requests())
			_, err = cloud.WaitAll(t.Context(), waiters...)
			require.NoError(t, err)
			lists := map[string]bool{}
			for _, r := range emu.Requests()[sent:] {
				if r.Operation != tt.own {
					lists["`"+actionPrefix[r.Service]+":"+r.Operation+"`"] = true
				}
			}
			fmt.Fprintf(&table, "| %s | %s |\n", tt.name, strings.Join(slices.Sorted(maps.Keys(lists)), " "))
		})
	}
	return table.String()
}

// withTable returns the page with the table of a service replaced.
func withTable(t *testing.T, page, service string, all map[string]*permissions) string {
	t.Helper()
	var rows []string
	for _, p := range all {
		if p.service == service {
			rows = append(rows, p.row())
		}
	}
	slices.Sort(rows)
	head := "| `" + actionPrefix[service] + ":` to start | to prepare and follow | to diagnose | to undo |\n|---|---|---|---|\n"
	return between(t, page, service, head+strings.Join(rows, "\n")+"\n")
}

// between returns the page with what follows a mark replaced.
func between(t *testing.T, page, mark, text string) string {
	t.Helper()
	mark, end := "<!-- "+mark+" -->\n", "<!-- end -->\n"
	before, rest, found := strings.Cut(page, mark)
	require.True(t, found, mark)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found, mark)
	return before + mark + text + end + after
}
