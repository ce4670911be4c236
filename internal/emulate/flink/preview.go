package flink

import (
	"fmt"
	"slices"
	"unicode"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) previewOperations() front.Handlers {
	return front.Handlers{
		"SubmitSqlPreview":       front.Handle(s.submitPreview),
		"FetchSqlPreviewResults": front.Handle(s.fetchPreview),
		"CancelSqlPreview":       front.Handle(s.cancelPreview),
	}
}

// preview is a query whose rows are fetched once.
type preview struct {
	Cluster string
	Schema  flink.TableSchema
	Rows    []flink.RowUpdate
	Fetched bool
}

// The types of results are those of Flink's SQL gateway, because the service publishes none.
const (
	previewPayload = "PAYLOAD"
	previewEnd     = "EOS"
)

// submitPreview starts a query on a running session cluster. Tables of the emulator have no rows; a query of literals has
// one.
func (s *Service) submitPreview(_ *front.Received, in flink.SubmitSQLPreviewRequest) (any, error) {
	name := in.SessionClusterName
	k, err := actual(s, s.clusters, world.KeyOf(in.Workspace, in.Namespace, name), "session cluster", name)
	if err != nil {
		return nil, err
	}
	if state := k.Status.CurrentSessionClusterStatus; state != flink.SessionClusterStateRunning {
		return nil, stateConflict("session cluster", name, "is "+string(state))
	}
	statements, problem := parseSQL(in.SQLStatementWithContext.Statement)
	if problem == nil && statements[len(statements)-1].kind != flink.ValidationResultValidSelectQuery {
		problem = problemAt(statements[len(statements)-1].tokens[0], "only a query can be previewed")
	}
	if problem != nil {
		return nil, &front.Refusal{Code: "InvalidParameter", Message: fmt.Sprintf(
			"The statement is not valid: line %d, column %d: %s.", problem.from.line, problem.from.column, problem.message)}
	}
	p := s.runPreview(in.Workspace, in.Namespace, statements[len(statements)-1])
	p.Cluster = name
	session, query := s.world.NewUUID(), s.world.NewUUID()
	save(s, s.previews, world.KeyOf(in.Workspace, in.Namespace, session, query), p)
	return &flink.SubmitPreviewResult{SessionID: session, QueryID: query, TableSchemas: []flink.TableSchema{p.Schema}}, nil
}

// runPreview returns the columns and rows of a query.
func (s *Service) runPreview(workspace, namespace string, st statement) preview {
	if sources := st.sources(); len(sources) > 0 {
		p := preview{Schema: flink.TableSchema{TableName: sources[0][2], Schema: &flink.Schema{}}}
		if t, ok := s.tableNamed(workspace, namespace, sources[0]); ok {
			p.Schema.Schema = t.Table.Schema
		}
		return p
	}
	c := cursor{tokens: st.tokens}
	p := preview{Schema: flink.TableSchema{TableName: "preview", Schema: &flink.Schema{}}}
	if !c.accept("SELECT") {
		return p
	}
	c.tokens = append(slices.Clip(c.tokens), token{text: ")"})
	row := &flink.Row{}
	for i, item := range c.untilClosed() {
		name, kind := fmt.Sprintf("EXPR$%d", i), "STRING"
		if n := len(item); n > 2 && item[n-2].is("AS") {
			name = item[n-1].text
		}
		if item[0].quote == 0 && unicode.IsDigit(rune(item[0].text[0])) {
			kind = "INT"
		}
		p.Schema.Schema.Columns = append(p.Schema.Schema.Columns, flink.TableColumn{Name: name, Type: kind})
		row.Cells = append(row.Cells, flink.Cell{Value: item[0].text})
	}
	p.Rows = []flink.RowUpdate{{RowKind: "INSERT", Row: row}}
	return p
}

func (s *Service) previewOf(workspace, namespace, session, query, cluster string) (string, preview, error) {
	key := world.KeyOf(workspace, namespace, session, query)
	p, err := actual(s, s.previews, key, "query", query)
	if err == nil && p.Cluster != cluster {
		err = objectNotFound("query", query)
	}
	return key, p, err
}

// fetchPreview returns the rows, and the end of the result from the next time on.
func (s *Service) fetchPreview(_ *front.Received, in flink.FetchSQLPreviewResultsRequest) (any, error) {
	key, p, err := s.previewOf(in.Workspace, in.Namespace, in.SessionID, in.QueryID, in.SessionClusterName)
	if err != nil {
		return nil, err
	}
	if p.Fetched || len(p.Rows) == 0 {
		return &flink.FetchResult{ResultType: previewEnd}, nil
	}
	p.Fetched = true
	save(s, s.previews, key, p)
	return &flink.FetchResult{ResultType: previewPayload, TableResults: []flink.TableResult{
		{TableName: p.Schema.TableName, RowUpdates: p.Rows},
	}}, nil
}

func (s *Service) cancelPreview(_ *front.Received, in flink.CancelSQLPreviewRequest) (any, error) {
	key, _, err := s.previewOf(in.Workspace, in.Namespace, in.SessionID, in.QueryID, in.SessionClusterName)
	if err != nil {
		return nil, err
	}
	_, err = remove(s, s.previews, key, "query", in.QueryID)
	return nil, err
}
