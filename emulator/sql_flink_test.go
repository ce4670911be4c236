package emulator_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// execute executes one statement, which must succeed.
func execute(t *testing.T, c clients, sql string) {
	t.Helper()
	result := tryExecute(t, c, sql)
	require.True(t, result.ExecuteSuccess, "%s: %+v", sql, result.ErrorDetails)
}

func tryExecute(t *testing.T, c clients, sql string) *flink.SQLStatementExecuteResult {
	t.Helper()
	out, err := c.flink.ExecuteSQLStatement(t.Context(), flink.ExecuteSQLStatementRequest{
		SQLStatementWithContext: flink.SQLStatementWithContext{Statement: sql},
	})
	require.NoError(t, err)
	return out.Data
}

// flinkSQL are the operations that read SQL.
var flinkSQL = map[string]func(t *testing.T, c clients){
	"Catalogs": func(t *testing.T, c clients) {
		execute(t, c, "CREATE CATALOG lake WITH ('type' = 'paimon')")
		execute(t, c, "CREATE DATABASE IF NOT EXISTS lake.sales COMMENT 'of the shop'")
		execute(t, c, `CREATE TABLE lake.sales.orders (
			id BIGINT NOT NULL COMMENT 'the number', price DECIMAL(10, 2), total AS price * 2,
			ts TIMESTAMP(3) METADATA FROM 'timestamp' VIRTUAL, PRIMARY KEY (id) NOT ENFORCED,
			WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
		) COMMENT 'it''s all' PARTITIONED BY (id) WITH ('connector' = 'kafka', 'topic' = 'a,b')`)
		catalogs, err := c.flink.GetCatalogs(t.Context(), flink.GetCatalogsRequest{})
		require.NoError(t, err)
		assert.Equal(t, []flink.Catalog{
			{Name: "vvp", Properties: map[string]any{}}, {Name: "lake", Properties: map[string]any{"type": "paimon"}},
		}, catalogs.Data)
		databases, err := c.flink.GetDatabases(t.Context(), flink.GetDatabasesRequest{CatalogName: "lake"})
		require.NoError(t, err)
		assert.Equal(t, []flink.Database{
			{Name: "default"}, {Name: "sales", Comment: "of the shop", Properties: map[string]any{}},
		}, databases.Data)
		tables, err := c.flink.GetTables(t.Context(), flink.GetTablesRequest{CatalogName: "lake", DatabaseName: "sales"})
		require.NoError(t, err)
		assert.Equal(t, []flink.Table{{
			Name: "orders", Comment: "it's all", PartitionKeys: []string{"id"}, TableType: "TABLE",
			Properties: map[string]any{"connector": "kafka", "topic": "a,b"},
			Schema: &flink.Schema{
				Columns: []flink.TableColumn{
					{Name: "id", Type: "BIGINT", LogicalType: "BIGINT"},
					{Name: "price", Type: "DECIMAL(10, 2)", LogicalType: "DECIMAL(10, 2)", Nullable: true},
					{Name: "total", Expression: "price * 2", Nullable: true},
					{
						Name: "ts", Type: "TIMESTAMP(3)", LogicalType: "TIMESTAMP(3)", Nullable: true,
						MetadataInfo: &flink.MetadataInfo{Key: "timestamp", Virtual: true},
					},
				},
				PrimaryKey:     &flink.PrimaryKey{Columns: []string{"id"}, ConstraintName: "PK_id", ConstraintType: "PRIMARY_KEY"},
				WatermarkSpecs: []flink.WatermarkSpec{{Column: "ts", WatermarkExpression: "ts - INTERVAL '5' SECOND"}},
			},
		}}, tables.Data)
		execute(t, c, "INSERT INTO lake.sales.orders VALUES (1)")
		execute(t, c, "SHOW TABLES")
		for _, sql := range []string{
			"CREATE CATALOG lake", "CREATE DATABASE lake.sales", "DROP DATABASE lake.sales", "DROP TABLE orders",
			"CREATE TABLE nowhere.d.t (a INT)", "CREATE TABLE lake.nowhere.t (a INT)", "DROP CATALOG vvp", "SELECT 1",
			"INSERT INTO orders SELECT 1", "CREATE FUNCTION f AS 'a.F'", "ALTER TABLE lake.sales.orders RENAME TO o",
			"CREATE CATALOG a; CREATE CATALOG b", "CREATE DATABASE a.b.c",
		} {
			result := tryExecute(t, c, sql)
			assert.False(t, result.ExecuteSuccess, sql)
			assert.NotEmpty(t, result.ErrorDetails.Message, sql)
		}
		execute(t, c, "DROP TABLE IF EXISTS orders")
		execute(t, c, "CREATE VIEW cheap AS SELECT * FROM lake.sales.orders")
		execute(t, c, "DROP VIEW cheap")
		execute(t, c, "DROP DATABASE lake.sales CASCADE")
		_, err = c.flink.GetTables(t.Context(), flink.GetTablesRequest{CatalogName: "lake", DatabaseName: "sales"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		execute(t, c, "DROP CATALOG lake")
		_, err = c.flink.GetDatabases(t.Context(), flink.GetDatabasesRequest{CatalogName: "lake"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Valid SQL": func(t *testing.T, c clients) {
		for sql, want := range map[string]flink.ValidationResult{
			"SELECT a FROM t -- all; of it":           flink.ValidationResultValidSelectQuery,
			"/* first */ insert into t select 'a;b'":  flink.ValidationResultValidInsertQuery,
			"CREATE TEMPORARY TABLE `my t` (a INT)":   flink.ValidationResultValidDDLStatement,
			"SET 'a' = 'b';":                          flink.ValidationResultValidCommandStatement,
			"CREATE OR REPLACE TABLE IF NOT EXISTS t": flink.ValidationResultValidDDLStatement,
		} {
			out, err := c.flink.ValidateSQLStatement(t.Context(), flink.ValidateSQLStatementRequest{
				SQLStatementWithContext: flink.SQLStatementWithContext{Statement: sql},
			})
			require.NoError(t, err)
			assert.True(t, out.Data.Success, sql)
			assert.Equal(t, want, out.Data.ValidationResult, sql)
		}
	},
	"Invalid SQL": func(t *testing.T, c clients) {
		for sql, want := range map[string][4]string{
			"SELEC 1":                     {"1", "1", "1", "5"},
			"SELECT 1;\n  hello world":    {"2", "3", "2", "7"},
			"SELECT (1":                   {"1", "8", "1", "8"},
			"SELECT 1)":                   {"1", "9", "1", "9"},
			"SELECT 'a":                   {"1", "8", "1", "8"},
			"SELECT":                      {"1", "1", "1", "6"},
			"INSERT t SELECT 1":           {"1", "8", "1", "8"},
			"INSERT INTO t":               {"1", "13", "1", "13"},
			"CREATE\nTHING x":             {"2", "1", "2", "5"},
			"DROP TABLE":                  {"1", "6", "1", "10"},
			"SELECT é # 1":                {"1", "10", "1", "10"},
			"-- nothing at all":           {"1", "1", "1", "1"},
			"SELECT 1 /* to be continued": {"1", "10", "1", "10"},
		} {
			out, err := c.flink.ValidateSQLStatement(t.Context(), flink.ValidateSQLStatementRequest{
				SQLStatementWithContext: flink.SQLStatementWithContext{Statement: sql},
			})
			require.NoError(t, err)
			assert.False(t, out.Data.Success, sql)
			assert.Equal(t, flink.ValidationResultInvalidQuery, out.Data.ValidationResult, sql)
			d := out.Data.ErrorDetails
			require.NotNil(t, d, sql)
			assert.Equal(t, want, [4]string{d.LineNumber, d.ColumnNumber, d.EndLineNumber, d.EndColumnNumber}, "%s: %s", sql, d.Message)
		}
	},
	"Previews": func(t *testing.T, c clients) {
		submit := func(cluster, sql string) (*flink.SubmitPreviewResult, error) {
			out, err := c.flink.SubmitSQLPreview(t.Context(), flink.SubmitSQLPreviewRequest{
				SessionClusterName: cluster, SQLStatementWithContext: flink.SQLStatementWithContext{Statement: sql},
			})
			if err != nil {
				return nil, err
			}
			return out.Data, nil
		}
		p, err := submit(sessionCluster, "SELECT 1 AS one, 'x'")
		require.NoError(t, err)
		assert.Equal(t, []flink.TableColumn{{Name: "one", Type: "INT"}, {Name: "EXPR$1", Type: "STRING"}}, p.TableSchemas[0].Schema.Columns)
		fetch := flink.FetchSQLPreviewResultsRequest{SessionClusterName: sessionCluster, SessionID: p.SessionID, QueryID: p.QueryID}
		rows, err := c.flink.FetchSQLPreviewResults(t.Context(), fetch)
		require.NoError(t, err)
		assert.Equal(t, []flink.Cell{{Value: "1"}, {Value: "x"}}, rows.Data.TableResults[0].RowUpdates[0].Row.Cells)
		end, err := c.flink.FetchSQLPreviewResults(t.Context(), fetch)
		require.NoError(t, err)
		assert.Equal(t, &flink.FetchResult{ResultType: "EOS"}, end.Data)
		_, err = c.flink.CancelSQLPreview(t.Context(), flink.CancelSQLPreviewRequest(fetch))
		require.NoError(t, err)
		_, err = c.flink.FetchSQLPreviewResults(t.Context(), fetch)
		require.ErrorIs(t, err, cloud.ErrNotFound)

		execute(t, c, "CREATE TABLE t (a INT)")
		p, err = submit(sessionCluster, "SELECT * FROM t")
		require.NoError(t, err)
		assert.Equal(t, "a", p.TableSchemas[0].Schema.Columns[0].Name)
		_, err = submit(sessionCluster, "DROP TABLE t")
		require.ErrorIs(t, err, cloud.Code("InvalidParameter"))
		_, err = submit(sessionCluster, "SELECT (")
		require.ErrorContains(t, err, "line 1, column 8")
		_, err = submit(stoppedCluster, "SELECT 1")
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		_, err = submit("none", "SELECT 1")
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Lineage": func(t *testing.T, c clients) {
		execute(t, c, "CREATE TABLE raw (a INT) WITH ('connector' = 'kafka')")
		var ids []string
		for _, sql := range []string{
			"INSERT INTO clean SELECT * FROM raw JOIN lake.d.names ON TRUE; SELECT 1", "INSERT INTO report SELECT * FROM clean",
		} {
			made, err := c.flink.CreateDeployment(t.Context(), flink.CreateDeploymentRequest{Deployment: flink.Deployment{
				Name: sql[:20], Artifact: &flink.Artifact{SQLArtifact: &flink.SQLArtifact{SQLScript: sql}},
			}})
			require.NoError(t, err)
			job, err := c.flink.StartJobWithParams(t.Context(), flink.StartJobWithParamsRequest{
				JobStartParameters: flink.JobStartParameters{DeploymentID: made.Data.DeploymentID},
			})
			require.NoError(t, err)
			ids = append(ids, job.Data.JobID)
		}
		ask := func(p flink.GetLineageInfoParams) *flink.LineageInfo {
			p.Namespace = namespace
			out, err := c.flink.GetLineageInfo(t.Context(), flink.GetLineageInfoRequest{GetLineageInfoParams: p})
			require.NoError(t, err)
			return out.Data
		}
		in := ask(flink.GetLineageInfoParams{ID: ids[0], IDType: flink.LineageIDTypeJob})
		assert.Equal(t, []flink.LineageRelation{
			{JobID: ids[0], Source: "vvp.default.raw", Destination: "vvp.default.clean"},
			{JobID: ids[0], Source: "lake.d.names", Destination: "vvp.default.clean"},
		}, in.Edges.TableLineage)
		require.Len(t, in.Nodes, 3)
		assert.Equal(t, "kafka", in.Nodes[2].Connector)
		table := flink.GetLineageInfoParams{ID: "vvp.default.clean", IDType: flink.LineageIDTypeTable, Direction: flink.LineageDirectionBoth}
		assert.Len(t, ask(table).Edges.TableLineage, 3)
		table.Direction = flink.LineageDirectionDownstream
		assert.Len(t, ask(table).Edges.TableLineage, 1)
		far := flink.GetLineageInfoParams{
			ID: "vvp.default.report", IDType: flink.LineageIDTypeTable, Direction: flink.LineageDirectionUpstream, Depth: new(2),
		}
		assert.Len(t, ask(far).Edges.TableLineage, 3)
		far.Depth = nil
		assert.Len(t, ask(far).Edges.TableLineage, 1)
		_, err := c.flink.GetLineageInfo(t.Context(), flink.GetLineageInfoRequest{GetLineageInfoParams: flink.GetLineageInfoParams{
			Namespace: namespace, ID: "x", IDType: flink.LineageIDTypeJob,
		}})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
}

// TestInvalidDraft checks that the validation of a draft reports where its SQL is wrong.
func TestInvalidDraft(t *testing.T) {
	t.Parallel()
	emu := start(t)
	id := emu.Flink.AddDeploymentDraft(workspace, namespace, flink.DeploymentDraft{
		Artifact: &flink.Artifact{SQLArtifact: &flink.SQLArtifact{SQLScript: "INSERT INTO t\nSELECT (1"}},
	})
	c := clientsOf(t, withoutRetries(emu))
	ticket, err := c.flink.ValidateDeploymentDraftAsync(t.Context(), flink.ValidateDeploymentDraftAsyncRequest{
		DraftValidateParams: flink.DraftValidateParams{DeploymentDraftID: id},
	})
	require.NoError(t, err)
	emu.Advance(time.Hour)
	out, err := c.flink.GetValidateDeploymentDraftResult(t.Context(),
		flink.GetValidateDeploymentDraftResultRequest{TicketID: ticket.Data.TicketID})
	require.NoError(t, err)
	assert.False(t, out.Data.Success)
	assert.Equal(t, "2", out.Data.DraftValidationDetail.SQLErrorDetail.LineNumber)
}
