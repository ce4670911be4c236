package flink

import (
	"cmp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) lineageOperations() front.Handlers {
	return front.Handlers{"GetLineageInfo": front.Handle(s.getLineage)}
}

// sources returns the tables that a statement reads.
func (st statement) sources() [][]string {
	var names [][]string
	c := cursor{tokens: st.tokens}
	for len(c.tokens) > 0 {
		if c.acceptOne("FROM", "JOIN") == "" {
			c.tokens = c.tokens[1:]
			continue
		}
		if name := fullName(c.name()); len(name) == 3 {
			names = append(names, name)
		}
	}
	return names
}

// sink returns the table that a statement writes.
func (st statement) sink() ([]string, bool) {
	c := cursor{tokens: st.tokens}
	if !c.accept("INSERT") || c.acceptOne("INTO", "OVERWRITE") == "" {
		return nil, false
	}
	c.accept("TABLE")
	name := fullName(c.name())
	return name, len(name) == 3
}

// flows returns the flows from table to table of a job, by the SQL of its program.
func flows(j flink.Job) []flink.LineageRelation {
	if j.Artifact == nil || j.Artifact.SQLArtifact == nil {
		return nil
	}
	statements, problem := parseSQL(j.Artifact.SQLArtifact.SQLScript)
	if problem != nil {
		return nil
	}
	var list []flink.LineageRelation
	for _, st := range statements {
		sink, ok := st.sink()
		if !ok {
			continue
		}
		for _, source := range st.sources() {
			list = append(list, flink.LineageRelation{
				JobID: j.JobID, Source: strings.Join(source, "."), Destination: strings.Join(sink, "."),
			})
		}
	}
	return list
}

// getLineage follows the tables that the SQL of jobs names. The ID of a table is its full name. There are no columns: that
// would take the whole grammar.
func (s *Service) getLineage(_ *front.Received, in flink.GetLineageInfoRequest) (any, error) {
	p := in.GetLineageInfoParams
	workspace := cmp.Or(p.Workspace, in.Workspace)
	if err := s.checkNamespace(workspace, p.Namespace); err != nil {
		return nil, err
	}
	var all, found []flink.LineageRelation
	for _, j := range inNamespace(s, s.jobs, workspace, p.Namespace) {
		all = append(all, flows(*j)...)
	}
	if p.IDType == flink.LineageIDTypeJob {
		if _, err := visible(s, s.jobs, world.KeyOf(workspace, p.Namespace, p.ID), "job", p.ID); err != nil {
			return nil, err
		}
		found = selectFrom(all, func(r flink.LineageRelation) bool { return r.JobID == p.ID })
	} else {
		found = follow(all, p)
	}
	return s.lineage(workspace, p.Namespace, found), nil
}

// follow returns the flows that a table is connected with, up to a number of steps.
func follow(all []flink.LineageRelation, p flink.GetLineageInfoParams) []flink.LineageRelation {
	depth := 1
	if p.Depth != nil {
		depth = *p.Depth
	}
	var found []flink.LineageRelation
	goesUp := !strings.EqualFold(string(p.Direction), string(flink.LineageDirectionDownstream))
	goesDown := !strings.EqualFold(string(p.Direction), string(flink.LineageDirectionUpstream))
	up, down := []string{p.ID}, []string{p.ID}
	for range min(depth, len(all)) {
		var before, after []string
		for _, r := range all {
			upstream := goesUp && slices.Contains(up, r.Destination)
			downstream := goesDown && slices.Contains(down, r.Source)
			if upstream {
				before = append(before, r.Source)
			}
			if downstream {
				after = append(after, r.Destination)
			}
			if (upstream || downstream) && !slices.Contains(found, r) {
				found = append(found, r)
			}
		}
		up, down = before, after
	}
	return found
}

// lineage returns flows with their jobs and tables.
func (s *Service) lineage(workspace, namespace string, found []flink.LineageRelation) *flink.LineageInfo {
	info := &flink.LineageInfo{Edges: &flink.LineageEdge{TableLineage: found}}
	var tables, jobs []string
	for _, r := range found {
		tables, jobs = append(tables, r.Source, r.Destination), append(jobs, r.JobID)
	}
	slices.Sort(tables)
	slices.Sort(jobs)
	for _, id := range slices.Compact(jobs) {
		info.JobInfos = append(info.JobInfos, flink.LineageJob{ID: id})
	}
	for _, id := range slices.Compact(tables) {
		name := strings.SplitN(id, ".", 3)
		node := flink.LineageNode{ID: id, CatalogName: name[0], DatabaseName: name[1]}
		shown := flink.LineageTable{ID: id, TableName: name[2]}
		if t, ok := s.tableNamed(workspace, namespace, name); ok {
			node.Connector, _ = t.Table.Properties["connector"].(string)
			shown.With = t.Table.Properties
		}
		node.Tables = []flink.LineageTable{shown}
		info.Nodes = append(info.Nodes, node)
	}
	return info
}
