package resource

// A Kind declares a kind of resource. See the documentation of the package; apigen makes it from the overlay.
type Kind struct {
	Name   string
	ID     []string
	In     []string
	Parent string

	Create, Read, List, Update, Delete []string
	Tag, Untag, Tags                   []string
	Actions                            map[string]map[string]any

	Make    map[string]string
	Set     map[string]any
	Unique  []string
	Members map[string]string
	Times   map[string]string
	Like    map[string][]string
	Filters map[string]string

	Missing, Exists string
	Stale           bool
	Single, Upsert  bool
}

// rename returns the name in documents of a member of an operation, "" if documents do not have it.
func (k *Kind) rename(operation, member string) string {
	if name, ok := k.Members[operation+"."+member]; ok {
		return name
	}
	if name, ok := k.Members[member]; ok {
		return name
	}
	return member
}
