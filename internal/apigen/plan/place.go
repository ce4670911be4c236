package plan

import (
	"maps"
	"slices"
	"strings"
)

// sharedFile holds the types that belong to no resource.
const sharedFile = "types"

// placeTypes gives every structure and enum a file: the one that uses it; of several, the one whose name
// it begins with, or else the shared one.
func (b *builder) placeTypes() {
	files := map[string]map[string]bool{} // files that use a structure, by owner
	for changed := true; changed; {
		changed = false
		for _, st := range b.Structs {
			if st.users == nil {
				continue
			}
			owner := "type " + st.Name
			if files[owner] == nil {
				files[owner] = map[string]bool{}
			}
			before := len(files[owner])
			maps.Copy(files[owner], resolve(st.users, files))
			changed = changed || len(files[owner]) > before
		}
	}
	for _, st := range b.Structs {
		if st.users != nil {
			st.File = b.place(st.Shape.Name(), st.Name, files["type "+st.Name])
		}
	}
	for _, e := range b.Enums {
		e.File = b.place(e.Keys[0], e.Name, resolve(e.users, files))
	}
}

// resolve replaces the structures among the users by the files that use those.
func resolve(users map[string]bool, files map[string]map[string]bool) map[string]bool {
	out := map[string]bool{}
	for u := range users {
		if strings.HasPrefix(u, "type ") {
			maps.Copy(out, files[u])
		} else {
			out[u] = true
		}
	}
	return out
}

func (b *builder) place(shapeName, name string, users map[string]bool) string {
	for _, file := range slices.Sorted(maps.Keys(b.Overlay.Files)) {
		if slices.Contains(b.Overlay.Files[file].Types, shapeName) {
			return file
		}
	}
	sorted := slices.Sorted(maps.Keys(users))
	if len(sorted) == 1 {
		return sorted[0]
	}
	best := sharedFile
	for _, file := range sorted {
		if strings.HasPrefix(snake(name)+"_", file+"_") && (best == sharedFile || len(file) > len(best)) {
			best = file
		}
	}
	return best
}

// owner is the user of a type: a file, or another structure that has no file yet.
func (st *Struct) owner() string {
	if st.File != "" {
		return st.File
	}
	return "type " + st.Name
}

func (st *Struct) use(from *Struct) {
	if st.users != nil && st != from {
		st.users[from.owner()] = true
	}
}
