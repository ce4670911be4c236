// Package emulate_test compares the services of the emulator.
package emulate_test

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/finspace"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/proton"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// services makes a service of each kind.
var services = map[string]func(*world.World) front.Service{
	"finspace": func(w *world.World) front.Service { return finspace.New(w, new(front.Keys)) },
	"proton":   func(w *world.World) front.Service { return proton.New(w, new(front.Keys)) },
	"flink":    func(w *world.World) front.Service { return flink.New(w, new(front.Keys)) },
	"dlc":      func(w *world.World) front.Service { return dlc.New(w, new(front.Keys)) },
}

// noKind has the tables that no seed file has, with the reason. Snapshots and the directory of a state have all that requests
// have made, whatever its kind: they repeat the requests.
var noKind = map[string]string{
	"finspace tags.Table":    "the kind Tags has them only while their resource exists; TestSeedHasWhatRequestsMake has some",
	"flink draftDeployments": "the result of a ticket, which nobody can find without having started it",
	"flink draftValidations": "the result of a ticket, which nobody can find without having started it",
	"flink previews":         "the rows of a query of a session, which ends with it",
	"flink resourcePlans":    "the result of a ticket, which nobody can find without having started it",
	"proton outputs":         "the kind Deployment has those of its deployment; TestSeedHasWhatRequestsMake has some",
	"proton tags.Table":      "the kind Tags has them only while their resource exists; TestSeedHasWhatRequestsMake has some",
}

// tables returns the tables in a struct, by the path of their fields.
func tables(v reflect.Value, path string, found map[string]reflect.Value) {
	for f, field := range v.Fields() {
		name := strings.TrimPrefix(path+"."+f.Name, ".")
		field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem() // also of unexported fields
		target := reflect.Indirect(field)
		switch {
		case !target.IsValid() || target.Kind() != reflect.Struct || target.Type() == reflect.TypeFor[world.World]():
		case strings.HasPrefix(target.Type().Name(), "Table["):
			found[name] = field
		case strings.Contains(target.Type().PkgPath(), "internal/emulate/") && target.Type().Name() != "Service":
			tables(target, name, found)
		}
	}
}

// TestTablesHaveKinds checks that Save has what is in any table: otherwise it cannot be seeded, read or kept.
func TestTablesHaveKinds(t *testing.T) {
	t.Parallel()
	for service, newService := range services {
		found := map[string]reflect.Value{}
		tables(reflect.ValueOf(newService(world.New([32]byte{}))).Elem(), "", found)
		require.NotEmpty(t, found)
		for name := range found {
			t.Run(service+"/"+name, func(t *testing.T) {
				t.Parallel()
				w := world.New([32]byte{})
				s := newService(w)
				fresh := map[string]reflect.Value{}
				tables(reflect.ValueOf(s).Elem(), "", fresh)
				before := documents(t, s)
				add := fresh[name].MethodByName("Add")
				zero := reflect.Zero(add.Type().In(2))
				add.Call([]reflect.Value{reflect.ValueOf(world.KeyOf("1", "2", "3", "4")), reflect.ValueOf(time.Unix(0, 0)), zero})
				if reason := noKind[service+" "+name]; reason != "" {
					assert.Equal(t, before, documents(t, s), "it has a kind: take it off the list")
					return
				}
				assert.Greater(t, documents(t, s), before, "no kind in kinds.go shows what is in this table")
			})
		}
	}
}

// documents counts the documents of all kinds.
func documents(t *testing.T, s front.Service) int {
	t.Helper()
	n := 0
	for _, k := range s.Kinds() {
		list, err := k.Documents()
		require.NoError(t, err, k.Name)
		n += len(list)
	}
	return n
}
