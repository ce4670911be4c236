package control

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// resources returns what a seed of the current state has, by service. The kinds of a service are in the order of their
// names.
func (s *Server) resources() (map[string][]Item, error) {
	var seed bytes.Buffer
	if err := s.emulator.Front.Save(&seed); err != nil {
		return nil, err
	}
	var services map[string]map[string][]map[string]any
	d := json.NewDecoder(&seed)
	d.UseNumber()
	if err := d.Decode(&services); err != nil {
		return nil, fmt.Errorf("the state cannot be read: %w", err)
	}
	all := map[string][]Item{}
	for service, kinds := range services {
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			for _, document := range kinds[kind] {
				all[service] = append(all[service], itemOf(kind, document))
			}
		}
	}
	return all, nil
}

// itemOf finds in a document the members that say which resource it is, how it is, and when it changed last. Each
// service, and sometimes each kind, has names of its own for them.
func itemOf(kind string, document map[string]any) Item {
	item := Item{Kind: kind}
	statusMember, other := "", "" // the last resort for an ID
	for _, member := range slices.Sorted(maps.Keys(document)) {
		lower, value := strings.ToLower(member), document[member]
		switch {
		case names(kind, lower, "id"):
			item.ID = cmp.Or(item.ID, textOf(value))
		case names(kind, lower, "name"):
			item.Name = cmp.Or(item.Name, textOf(value))
		case strings.HasSuffix(lower, "status") || strings.HasSuffix(lower, "state"):
			text := textOf(value)
			if text != "" && (statusMember == "" || len(member) < len(statusMember)) {
				item.Status, statusMember = text, member
			}
		case strings.HasSuffix(lower, "id"):
			other = cmp.Or(other, textOf(value))
		default:
			if t, ok := timeOf(lower, value); ok && (item.Updated == nil || t.After(*item.Updated)) {
				item.Updated = &t
			}
		}
	}
	item.ID = cmp.Or(item.ID, item.Name, other)
	if item.ID == item.Name {
		item.Name = ""
	}
	return item
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
