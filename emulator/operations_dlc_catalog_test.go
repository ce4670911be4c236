package emulator_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// run runs a statement as a task and waits for its end.
func run(t *testing.T, c *dlc.Client, emu *emulator.Emulator, sql string) {
	t.Helper()
	must(c.CreateTask(t.Context(), dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64(sql)}}}))(t)
	emu.Advance(emulator.DefaultChangeTime)
}

// dlcCatalog calls the operations of databases, tables, views and partitions.
var dlcCatalog = map[string]func(t *testing.T, c *dlc.Client, emu *emulator.Emulator){
	"databases by SQL": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		sql := must(c.CreateDatabase(ctx, dlc.CreateDatabaseRequest{DatabaseInfo: dlc.DatabaseInfo{
			DatabaseName: "sales", Comment: new("what we sell, it's all"), Properties: []dlc.Property{{Key: "env", Value: "dev"}},
		}}))(t).Execution.SQL
		assert.Zero(t, must(c.DescribeDatabases(ctx, dlc.DescribeDatabasesRequest{}))(t).TotalCount, "it only writes the statement")
		run(t, c, emu, sql)
		got := must(c.DescribeDatabase(ctx, dlc.DescribeDatabaseRequest{DatabaseName: "sales"}))(t).DatabaseInfo
		assert.Equal(t, "what we sell, it's all", got.Comment)
		assert.Equal(t, []dlc.Property{{Key: "env", Value: "dev"}}, got.Properties)
		run(t, c, emu, "create database if not exists other")
		list := must(c.DescribeDatabases(ctx, dlc.DescribeDatabasesRequest{Sort: "Name"}))(t)
		require.Len(t, list.DatabaseList, 2)
		assert.Equal(t, "sales", list.DatabaseList[0].DatabaseName, "descending")
		_, err := c.DescribeDatabases(ctx, dlc.DescribeDatabasesRequest{Sort: "Color"})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterInvalidSortByType)
		run(t, c, emu, "DROP DATABASE other")
		assert.Equal(t, 1, must(c.DescribeDatabases(ctx, dlc.DescribeDatabasesRequest{KeyWord: "e"}))(t).TotalCount)
		_, err = c.CreateDatabase(ctx, dlc.CreateDatabaseRequest{
			DatabaseInfo: dlc.DatabaseInfo{DatabaseName: "x"}, DatasourceConnectionName: "nowhere",
		})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundDatasourceNotFound)
	},
	"statements of tasks that fail": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.Script(emulator.Ending{Operation: "CreateTask", Fail: true})
		run(t, c, emu, "CREATE DATABASE lost")
		task := must(c.CreateTask(t.Context(), dlc.CreateTaskRequest{
			Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("CREATE DATABASE canceled")}},
		}))(t).TaskID
		must(c.CancelTask(t.Context(), dlc.CancelTaskRequest{TaskID: task}))(t)
		emu.Advance(emulator.DefaultChangeTime)
		assert.Zero(t, must(c.DescribeDatabases(t.Context(), dlc.DescribeDatabasesRequest{}))(t).TotalCount)
	},
	"databases of the metadata": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		r := dlc.CreateDMSDatabaseRequest{Name: "sales", Location: "cosn://b/sales", Asset: &dlc.Asset{Description: new("first")}}
		must(c.CreateDMSDatabase(ctx, r))(t)
		_, err := c.CreateDMSDatabase(ctx, r)
		require.ErrorContains(t, err, "already exists")
		assert.Equal(t, "sales", must(c.DescribeDatabases(ctx, dlc.DescribeDatabasesRequest{}))(t).DatabaseList[0].DatabaseName)
		must(c.AlterDMSDatabase(ctx, dlc.AlterDMSDatabaseRequest{CurrentName: "sales", Asset: &dlc.Asset{Description: new("second")}}))(t)
		got := must(c.DescribeDMSDatabase(ctx, dlc.DescribeDMSDatabaseRequest{Name: "sales"}))(t)
		assert.Equal(t, "second", *got.Asset.Description)
		assert.Equal(t, "cosn://b/sales", got.Location, "what the request leaves out stays the same")
		assert.Equal(t, 1, must(c.DescribeDMSDatabaseList(ctx, dlc.DescribeDMSDatabaseListRequest{}))(t).TotalCount)

		emu.DLC.AddTable(dlc.TableResponseInfo{TableBaseInfo: &dlc.TableBaseInfo{DatabaseName: "sales", TableName: "orders"}})
		_, err = c.DropDMSDatabase(ctx, dlc.DropDMSDatabaseRequest{Name: "sales"})
		require.ErrorIs(t, err, dlc.CodeFailedOperationMetastoreError, "it has a table")
		must(c.DropDMSDatabase(ctx, dlc.DropDMSDatabaseRequest{Name: "sales", Cascade: new(true)}))(t)
		_, err = c.DescribeDMSDatabase(ctx, dlc.DescribeDMSDatabaseRequest{Name: "sales"})
		require.ErrorContains(t, err, "does not exist")
		must(c.CreateDMSDatabase(ctx, r))(t)
		assert.Zero(t, must(c.DescribeTables(ctx, dlc.DescribeTablesRequest{DatabaseName: "sales"}))(t).TotalCount, "a new one is empty")
	},
	"tables by SQL": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		emu.DLC.AddDatabase(dlc.DatabaseResponseInfo{DatabaseName: "sales"})
		base := dlc.TableBaseInfo{DatabaseName: "sales", TableName: "orders", TableComment: new("all orders")}
		columns := []dlc.TColumn{{Name: "id", Type: "bigint"}, {Name: "price", Type: "decimal(10,2)"}, {Name: "day", Type: "string"}}
		managed := must(c.GenerateCreateMangedTableSQL(ctx, dlc.GenerateCreateMangedTableSQLRequest{
			TableBaseInfo: base, Columns: columns, Partitions: []dlc.TPartition{{Name: "day"}},
			Properties: []dlc.Property{{Key: "a", Value: "b"}},
		}))(t).Execution.SQL
		internal := must(c.GenerateInternalTable(ctx, dlc.GenerateInternalTableRequest{TableBaseInfo: base, Columns: columns}))(t).Execution.SQL
		assert.Equal(t, internal, must(c.CreateInternalTable(ctx, dlc.CreateInternalTableRequest{TableBaseInfo: base, Columns: columns}))(t).Execution)
		assert.Zero(t, must(c.DescribeTables(ctx, dlc.DescribeTablesRequest{DatabaseName: "sales"}))(t).TotalCount)
		run(t, c, emu, managed)
		got := must(c.DescribeTable(ctx, dlc.DescribeTableRequest{DatabaseName: "sales", TableName: "orders"}))(t).Table
		require.Len(t, got.Columns, 3)
		assert.Equal(t, "decimal(10,2)", got.Columns[1].Type)
		assert.Equal(t, "all orders", *got.TableBaseInfo.TableComment)
		require.Len(t, got.Partitions, 1)
		assert.Equal(t, dlc.Partition{Name: "day", Type: "string"}.Type, got.Partitions[0].Type)
		assert.Equal(t, []dlc.Property{{Key: "a", Value: "b"}}, got.Properties)
		path := must(c.QueryInternalTableWarehouse(ctx, dlc.QueryInternalTableWarehouseRequest{DatabaseName: "sales", TableName: "orders"}))(t)
		assert.Equal(t, got.Location, path.WarehousePath)

		external := must(c.CreateTable(ctx, dlc.CreateTableRequest{TableInfo: dlc.TableInfo{
			TableBaseInfo: dlc.TableBaseInfo{DatabaseName: "sales", TableName: "raw"}, Location: "cosn://b/raw/",
			Columns: []dlc.Column{{Name: "line", Type: "string", Comment: "a line, (as it came)"}}, Partitions: []dlc.Partition{},
		}}))(t).Execution.SQL
		run(t, c, emu, external)
		raw := must(c.DescribeTable(ctx, dlc.DescribeTableRequest{DatabaseName: "sales", TableName: "raw"}))(t).Table
		assert.Equal(t, "cosn://b/raw/", raw.Location)
		require.Len(t, raw.Columns, 1)
		assert.Equal(t, "a line, (as it came)", raw.Columns[0].Comment)

		run(t, c, emu, "CREATE OR REPLACE VIEW sales.big AS SELECT * FROM sales.orders")
		views := must(c.DescribeViews(ctx, dlc.DescribeViewsRequest{DatabaseName: "sales"}))(t)
		require.Len(t, views.ViewList, 1)
		assert.Equal(t, "big", views.ViewList[0].ViewBaseInfo.ViewName)
		names := must(c.DescribeTablesName(ctx, dlc.DescribeTablesNameRequest{DatabaseName: "sales", TableType: "TABLE"}))(t)
		assert.Equal(t, []string{"orders", "raw"}, names.TableNameList)

		must(c.AlterTableComment(ctx, dlc.AlterTableCommentRequest{
			TableBaseInfo: dlc.TableBaseInfo{DatabaseName: "sales", TableName: "orders", TableComment: new("old orders")},
		}))(t)
		list := must(c.DescribeTables(ctx, dlc.DescribeTablesRequest{
			DatabaseName: "sales", Filters: []dlc.Filter{{Name: "table-name", Values: []string{"ord"}}},
		}))(t)
		require.Len(t, list.TableList, 1)
		assert.Equal(t, "old orders", *list.TableList[0].TableBaseInfo.TableComment)
		must(c.DeleteTable(ctx, dlc.DeleteTableRequest{TableBaseInfo: base}))(t)
		_, err := c.DeleteTable(ctx, dlc.DeleteTableRequest{TableBaseInfo: base})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundTableNotFound)
		_, err = c.DescribeTables(ctx, dlc.DescribeTablesRequest{DatabaseName: "nowhere"})
		require.ErrorContains(t, err, `"nowhere"`)
	},
	"Iceberg tables": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		r := dlc.CreateTcIcebergTableRequest{
			TableBaseInfo: dlc.TableBaseInfo{DatabaseName: "sales", TableName: "orders", PrimaryKeys: []string{"id"}},
			Columns:       []dlc.TColumn{{Name: "id", Type: "string"}}, DryRun: true,
		}
		_, err := c.CreateTcIcebergTable(ctx, r)
		require.ErrorContains(t, err, `"sales"`, "tables need their database")
		emu.DLC.AddDatabase(dlc.DatabaseResponseInfo{DatabaseName: "sales"})
		must(c.CreateTcIcebergTable(ctx, r))(t)
		assert.Zero(t, must(c.DescribeTables(ctx, dlc.DescribeTablesRequest{DatabaseName: "sales"}))(t).TotalCount, "a dry run")
		r.DryRun = false
		must(c.CreateTcIcebergTable(ctx, r))(t)
		_, err = c.CreateTcIcebergTable(ctx, r)
		require.ErrorIs(t, err, dlc.CodeFailedOperationMetastoreError)
		got := must(c.DescribeTable(ctx, dlc.DescribeTableRequest{DatabaseName: "sales", TableName: "orders"}))(t).Table
		assert.Equal(t, []string{"id"}, got.TableBaseInfo.PrimaryKeys)
		assigned := must(c.AssignMangedTableProperties(ctx, dlc.AssignMangedTablePropertiesRequest{
			TableBaseInfo: r.TableBaseInfo, Columns: r.Columns, Properties: []dlc.Property{{Key: "write.metadata.previous-versions-max", Value: "9"}},
		}))(t).Properties
		assert.Contains(t, assigned, dlc.Property{Key: "write.metadata.previous-versions-max", Value: "9"})
		assert.Contains(t, assigned, dlc.Property{Key: "smart-optimizer.inherit", Value: "default"})
	},
	"tables of the lake": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		emu.DLC.AddDatabase(dlc.DatabaseResponseInfo{DatabaseName: "sales"})
		created := must(c.CreateDLCTable(ctx, dlc.CreateDLCTableRequest{
			TableBaseInfo: dlc.TableBaseInfo{DatabaseName: "sales", TableName: "orders"}, TableType: "MANAGED_TABLE",
			Columns: []dlc.TColumn{{Name: "id", Type: "int", Comment: new("key")}},
		}))(t)
		assert.Equal(t, "key", *created.DLCTable.Columns[0].Comment)
		got := must(c.DescribeDLCTable(ctx, dlc.DescribeDLCTableRequest{DBName: "sales", Name: "orders"}))(t)
		assert.Equal(t, created.DLCTable, got.DLCTable)
		list := must(c.DescribeDLCTableList(ctx, dlc.DescribeDLCTableListRequest{DBName: "sales", Type: "MANAGED_TABLE"}))(t)
		assert.Equal(t, 1, list.TotalCount)
		must(c.DropDLCTable(ctx, dlc.DropDLCTableRequest{DataEngineName: engineName, DBName: "sales", Name: "orders"}))(t)
		_, err := c.DescribeDLCTable(ctx, dlc.DescribeDLCTableRequest{DBName: "sales", Name: "orders"})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundTableNotFound)
	},
	"tables of the metadata": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		emu.DLC.AddDatabase(dlc.DatabaseResponseInfo{DatabaseName: "sales"})
		must(c.CreateDMSTable(ctx, dlc.CreateDMSTableRequest{
			DBName: "sales", Name: "orders", Type: "EXTERNAL_TABLE", Columns: []dlc.DMSColumn{{Name: "id", Type: "int", Description: "key"}},
			PartitionKeys: []dlc.DMSColumn{{Name: "day", Type: "string"}}, SDS: &dlc.DMSSDS{Location: "cosn://b/orders"},
			Asset: &dlc.Asset{Description: new("all orders"), Params: []dlc.KVPair{{Key: "a", Value: "b"}}},
		}))(t)
		shown := must(c.DescribeTable(ctx, dlc.DescribeTableRequest{DatabaseName: "sales", TableName: "orders"}))(t).Table
		assert.Equal(t, "cosn://b/orders", shown.Location)
		assert.Equal(t, "key", shown.Columns[0].Comment)
		assert.Equal(t, "all orders", *shown.TableBaseInfo.TableComment)
		emu.DLC.AddTable(dlc.TableResponseInfo{TableBaseInfo: &dlc.TableBaseInfo{DatabaseName: "sales", TableName: "taken"}})
		_, err := c.AlterDMSTable(ctx, dlc.AlterDMSTableRequest{CurrentDBName: "sales", CurrentName: "orders", Name: "taken"})
		require.ErrorIs(t, err, dlc.CodeFailedOperationMetastoreError)
		must(c.AddDMSPartitions(ctx, dlc.AddDMSPartitionsRequest{Partitions: []dlc.DMSPartition{
			{DatabaseName: "sales", TableName: "orders", Values: []string{"2026-01-01"}},
		}}))(t)
		must(c.AlterDMSTable(ctx, dlc.AlterDMSTableRequest{CurrentDBName: "sales", CurrentName: "orders", Name: "sold", RecordCount: new(int64(7))}))(t)
		got := must(c.DescribeDMSTable(ctx, dlc.DescribeDMSTableRequest{DBName: "sales", Name: "sold"}))(t)
		assert.Equal(t, int64(7), got.RecordCount)
		assert.Equal(t, []dlc.KVPair{{Key: "a", Value: "b"}}, got.Asset.Params)
		require.Len(t, got.Partitions, 1, "its partitions moved too")
		list := must(c.DescribeDMSTables(ctx, dlc.DescribeDMSTablesRequest{DBName: "sales", Keyword: "so"}))(t)
		require.Len(t, list.TableList, 1)
		assert.Equal(t, "sold", list.TableList[0].Table.Name)
		must(c.DropDMSTable(ctx, dlc.DropDMSTableRequest{DBName: "sales", Name: "sold"}))(t)
		_, err = c.DescribeDMSTable(ctx, dlc.DescribeDMSTableRequest{DBName: "sales", Name: "sold"})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundTableNotFound)
	},
	"partitions of tables": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		emu.DLC.AddTable(dlc.TableResponseInfo{TableBaseInfo: &dlc.TableBaseInfo{DatabaseName: "sales", TableName: "orders"}})
		var partitions []dlc.DMSPartition
		for _, day := range []string{"01", "02", "03"} {
			partitions = append(partitions, dlc.DMSPartition{DatabaseName: "sales", TableName: "orders", Values: []string{"2026", day}})
		}
		assert.Equal(t, 3, must(c.AddDMSPartitions(ctx, dlc.AddDMSPartitionsRequest{Partitions: partitions}))(t).Total)
		_, err := c.AddDMSPartitions(ctx, dlc.AddDMSPartitionsRequest{Partitions: partitions[:1]})
		require.ErrorContains(t, err, "already exists")
		list := must(c.DescribeDMSPartitions(ctx, dlc.DescribeDMSPartitionsRequest{
			DatabaseName: "sales", TableName: "orders", Values: []string{"2026", "02"},
		}))(t)
		require.Equal(t, 1, list.Total)
		must(c.AlterDMSPartition(ctx, dlc.AlterDMSPartitionRequest{
			CurrentDBName: "sales", CurrentTableName: "orders", CurrentValues: "2026/02", Partition: &dlc.DMSPartition{RecordCount: new(int64(5))},
		}))(t)
		page := must(c.DescribeTablePartitions(ctx, dlc.DescribeTablePartitionsRequest{
			Catalog: "DataLakeCatalog", Database: "sales", Table: "orders", Limit: 2,
		}))(t).MixedPartitions
		require.Len(t, page.HivePartitions, 2)
		assert.Equal(t, 3, page.TotalSize)
		assert.Equal(t, 5, page.HivePartitions[1].Records, "the one that was altered")
		rest := must(c.DescribeTablePartitions(ctx, dlc.DescribeTablePartitionsRequest{
			Catalog: "DataLakeCatalog", Database: "sales", Table: "orders", Limit: 2, Cursor: page.NextCursor,
		}))(t).MixedPartitions
		require.Len(t, rest.HivePartitions, 1)
		assert.Equal(t, "2026/03", rest.HivePartitions[0].Partition)
		assert.Empty(t, rest.NextCursor)
		assert.True(t, must(c.DropDMSPartitions(ctx, dlc.DropDMSPartitionsRequest{
			DatabaseName: "sales", TableName: "orders", Values: []string{"2026", "01"},
		}))(t).Status)
		_, err = c.DropDMSPartitions(ctx, dlc.DropDMSPartitionsRequest{
			DatabaseName: "sales", TableName: "orders", Values: []string{"2026", "01"},
		})
		require.ErrorContains(t, err, "does not exist")
	},
	"tasks in order": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		out := must(c.CreateTasksInOrder(t.Context(), dlc.CreateTasksInOrderRequest{Tasks: dlc.TasksInfo{
			TaskType: "SQLTask", FailureTolerance: "Terminate", SQL: dlc.Base64("CREATE DATABASE sales; CREATE TABLE sales.orders (id int)"),
		}}))(t)
		assert.Len(t, out.TaskIDSet, 2)
		emu.Advance(emulator.DefaultChangeTime)
		assert.Equal(t, 1, must(c.DescribeTables(t.Context(), dlc.DescribeTablesRequest{DatabaseName: "sales"}))(t).TotalCount)
	},
}
