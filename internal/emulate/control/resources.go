package control

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stateOf lists the resources that the filter matches, and of each service at most limit. Without a filter it looks at
// no more resources than it lists.
func (s *Server) stateOf(filter string, limit int) (State, error) {
	state := State{Resources: map[string][]Item{}, Total: map[string]int{}}
	for service := range s.emulator.Front.Operations() {
		state.Resources[service], state.Total[service] = []Item{}, 0
	}
	filter = strings.ToLower(filter)
	wanted := func(service string) bool {
		if filter == "" && limit > 0 && len(state.Resources[service]) == limit {
			state.Total[service]++ // without a look at it
			return false
		}
		return true
	}
	err := s.emulator.Front.Each(filter, wanted, func(service, kind string, document json.RawMessage) error {
		item, err := readItem(kind, document)
		if err != nil || !item.matches(filter) {
			return err
		}
		state.Total[service]++
		if limit == 0 || len(state.Resources[service]) < limit {
			state.Resources[service] = append(state.Resources[service], item)
		}
		return nil
	})
	return state, err
}

// matches reports whether one of the texts of a resource contains a filter, which is in lower case.
func (i Item) matches(filter string) bool {
	return strings.Contains(strings.ToLower(strings.Join([]string{i.Kind, i.In, i.ID, i.Name, i.Status}, "\n")), filter)
}

func readItem(kind string, document json.RawMessage) (Item, error) {
	var members map[string]any
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	if err := d.Decode(&members); err != nil {
		return Item{}, fmt.Errorf("the state cannot be read: %w", err)
	}
	return itemOf(kind, members), nil
}

// itemOf finds in a document the members that say which resource it is, how it is, and when it changed last. Each
// service, and sometimes each kind, has names of its own for them.
func itemOf(kind string, document map[string]any) Item {
	item := Item{Kind: kind}
	statusMember, other := "", "" // the last resort for an ID
	for _, member := range slices.Sorted(maps.Keys(document)) {
		lower, value := strings.ToLower(member), document[member]
		switch {
		case lower == strings.ToLower(kind):
			other = textOf(value)
		case names(kind, lower, "id"):
			item.ID = cmp.Or(item.ID, textOf(value))
		case names(kind, lower, "name"):
			item.Name = cmp.Or(item.Name, textOf(value))
		case strings.HasSuffix(lower, "status") || strings.HasSuffix(lower, "state"):
			text := textOf(value)
			if text != "" && (statusMember == "" || len(member) < len(statusMember)) {
				item.Status, statusMember = text, member
			}
		case otherID.MatchString(lower):
			other = cmp.Or(other, textOf(value))
		default:
			if t, ok := timeOf(lower, value); ok && (item.Updated == nil || t.After(*item.Updated)) {
				item.Updated = &t
			}
		}
	}
	item.ID = cmp.Or(item.ID, item.Name, versionOf(document), other)
	if item.ID == item.Name {
		item.Name = ""
	}
	item.In = containerOf(document, item)
	return item
}

// otherID is the form of members that identify something, though not by the name of the kind.
var otherID = regexp.MustCompile(`id$|^resourcearn$`)

// containers are the members that say which resources another one is part of, the outer ones first.
var containers = []string{"environmentId", "databaseName", "serviceName", "workspace", "namespace"}

// containerOf returns the resources that one is part of.
func containerOf(document map[string]any, item Item) string {
	var parts []string
	for _, member := range containers {
		text := textOf(document[member])
		partOf := !names(item.Kind, strings.ToLower(member), "id") && !names(item.Kind, strings.ToLower(member), "name")
		if text != "" && text != item.ID && partOf {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "/")
}

// versionOf returns the template and the version that a document is of.
func versionOf(document map[string]any) string {
	major, minor := textOf(document["majorVersion"]), textOf(document["minorVersion"])
	if major == "" {
		return ""
	}
	return textOf(document["templateName"]) + " " + major + "." + minor
}

// names reports whether a member is the ID or the name of a kind: clusterName of KxCluster, or name of any.
func names(kind, member, suffix string) bool {
	of, ok := strings.CutSuffix(member, suffix)
	return ok && strings.HasSuffix(strings.ToLower(kind), of)
}

// textOf returns a string, a number, or the status in an object.
func textOf(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case map[string]any:
		for _, member := range slices.Sorted(maps.Keys(v)) {
			if text, ok := v[member].(string); ok && strings.HasSuffix(strings.ToLower(member), "status") {
				return text
			}
		}
	}
	return ""
}

// timeOf returns the time in a member, which may be in seconds, in milliseconds, or a text.
func timeOf(member string, value any) (time.Time, bool) {
	if !strings.Contains(member, "time") && !strings.HasSuffix(member, "at") && !strings.Contains(member, "modified") {
		return time.Time{}, false
	}
	text := textOf(value)
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.UTC(), true
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return time.Time{}, false
	}
	if seconds > 1e11 {
		seconds /= 1000
	}
	return time.UnixMilli(int64(seconds * 1000)).UTC(), seconds > 1e9
}
