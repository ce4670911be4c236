package dlc

import (
	"cmp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) scriptOperations() front.Handlers {
	return front.Handlers{
		"CreateScript":    front.Handle(s.createScript),
		"DescribeScripts": front.Handle(s.describeScripts),
		"DeleteScript":    front.Handle(s.deleteScripts),
	}
}

// AddScript adds a script of SQL, or replaces the one with its ID, and returns the ID.
func (s *Service) AddScript(script dlc.Script) (scriptID string) {
	script.ScriptID = cmp.Or(script.ScriptID, s.world.NewUUID())
	script.ScriptName = cmp.Or(script.ScriptName, "script")
	script.UpdateTime = cmp.Or(script.UpdateTime, cloud.Milliseconds(s.world.Now()))
	s.scripts.Add(script.ScriptID, s.world.Now(), script)
	return script.ScriptID
}

func (s *Service) createScript(r *front.Received, in dlc.CreateScriptRequest) (any, error) {
	if _, _, ok := s.scripts.By(s.world.Now(), in.ScriptName); ok {
		return nil, refuse("FailedOperation", "The script %q already exists.", in.ScriptName)
	}
	id := s.world.NewUUID()
	s.scripts.Add(id, s.world.Now(), dlc.Script{
		ScriptID: id, ScriptName: in.ScriptName, ScriptDesc: in.ScriptDesc, DatabaseName: in.DatabaseName, SQLStatement: in.SQLStatement,
		UpdateTime: cloud.Milliseconds(s.world.Now()),
	})
	return &dlc.CreateScriptResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeScripts(r *front.Received, in dlc.DescribeScriptsRequest) (any, error) {
	list, err := filtered(s.scripts.List(s.world.Now()), in.Filters, filterFields[*dlc.Script]{
		"script-id":           func(v *dlc.Script, value string) bool { return v.ScriptID == value },
		"script-name-keyword": func(v *dlc.Script, value string) bool { return strings.Contains(v.ScriptName, value) },
	})
	if err != nil {
		return nil, err
	}
	compare, err := orderBy(in.SortBy, in.Sorting == dlc.SortingAscending, orders[*dlc.Script]{
		"update-time": func(a, b *dlc.Script) int { return cmp.Compare(a.UpdateTime, b.UpdateTime) },
	})
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(world.Sort(list, compare), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeScriptsResponse{Scripts: world.Copies(page), TotalCount: len(list), RequestID: r.RequestID}, nil
}

// deleteScripts deletes the scripts that exist, and counts them.
func (s *Service) deleteScripts(r *front.Received, in dlc.DeleteScriptRequest) (any, error) {
	out := &dlc.DeleteScriptResponse{RequestID: r.RequestID}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(in.ScriptIDs))) {
		if _, ok := s.scripts.Row(id).Actual(s.world.Now()); ok {
			remove(s, s.scripts, id)
			out.ScriptsAffected++
		}
	}
	return out, nil
}
