package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
)

// checkResources finds operations and members in the declarations of resources that do not exist.
func (b *builder) checkResources() {
	owners := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(b.Overlay.Resources)) {
		r := b.Overlay.Resources[name]
		known := map[string]bool{}
		for _, op := range resourceOperations(r) {
			if owners[op] != "" {
				b.fail("resource %s: %s is an operation of %s already", name, op, owners[op])
			}
			owners[op] = name
			if found := b.operationNamed(op); found != nil {
				known[op] = true
				addMembers(known, op, found.Request, 0)
				addMembers(known, op, found.Response, 0)
			} else {
				b.fail("resource %s: there is no operation %s", name, op)
			}
		}
		for _, member := range resourceMembers(r) {
			if member != "" && member != "." && !known[member] && r.Make[member] == "" {
				b.fail("resource %s: no operation of it has a member %s", name, member)
			}
		}
		if r.Parent != "" && b.Overlay.Resources[r.Parent].ID == nil {
			b.fail("resource %s: the parent %s is not declared", name, r.Parent)
		}
		if len(r.ID) == 0 && len(r.Tag) == 0 && !r.Single {
			b.fail("resource %s: say in id what identifies it", name)
		}
	}
}

func (b *builder) operationNamed(name string) *Operation {
	i := slices.IndexFunc(b.Ops, func(op *Operation) bool { return op.Name == name })
	if i < 0 {
		return nil
	}
	return b.Ops[i]
}

func resourceOperations(r overlay.Resource) []string {
	return slices.Concat(r.Create, r.Read, r.List, r.Update, r.Delete, r.Tag, r.Untag, r.Tags, slices.Sorted(maps.Keys(r.Actions)))
}

// resourceMembers returns all names of members in a declaration.
func resourceMembers(r overlay.Resource) []string {
	names := slices.Concat(r.ID, r.In, r.Unique)
	for _, renamed := range []map[string]string{r.Members, r.Filters} {
		names = slices.AppendSeq(names, maps.Values(renamed))
	}
	names = slices.AppendSeq(names, maps.Keys(r.Members))
	names = slices.AppendSeq(names, maps.Keys(r.Make))
	names = slices.AppendSeq(names, maps.Keys(r.Set))
	for like, members := range r.Like {
		names = append(append(names, like), members...)
	}
	for _, time := range r.Times {
		member, _, _ := strings.Cut(time, ":")
		names = append(names, member)
	}
	for _, set := range r.Actions {
		names = slices.AppendSeq(names, maps.Keys(set))
	}
	return names
}

// maxNesting is how far down members are looked for.
const maxNesting = 4

// addMembers adds the names of the members of a structure, also with the operation's in front.
func addMembers(known map[string]bool, op string, st *Struct, depth int) {
	if depth > maxNesting {
		return
	}
	for _, f := range st.Fields {
		known[f.Wire], known[op+"."+f.Wire] = true, true
		if leaf := f.Type.Leaf(); leaf.Struct != nil {
			addMembers(known, op, leaf.Struct, depth+1)
		}
	}
}
