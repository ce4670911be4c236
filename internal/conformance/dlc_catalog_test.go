package conformance_test

import (
	"fmt"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// run runs a statement as a task, to its end.
func (d *dlcCaller) run(sql string) string {
	d.Helper()
	id := d.id("TaskId", "CreateTask",
		object{"Task": object{"SQLTask": object{"SQL": dlc.Base64(sql)}}, "DatabaseName": "", "DataEngineName": "sql"})
	d.wait()
	return id
}

// dlcDatabases creates databases with statements, tasks and in the metadata.
func dlcDatabases(d *dlcCaller) {
	info := object{
		"DatabaseName": "sales", "Comment": "what we sell", "Location": "cosn://b/sales", "Properties": []object{{"Key": "env",
			"Value": "dev"}},
	}
	sql := d.id("Execution.SQL", "CreateDatabase", object{"DatabaseInfo": info})
	d.pages("DatabaseList", 0, "DescribeDatabases", object{})
	d.run(sql)
	d.shows(d.do("DescribeDatabase", object{"DatabaseName": "sales"})["DatabaseInfo"], info)
	d.run("CREATE DATABASE stock")
	d.do("CreateMetaDatabase", object{"MetaDatabaseInfo": object{"DatabaseName": "staff", "Comment": "who"}}, object{"TaskIdSet.#": 2})
	d.wait()
	d.pages("DatabaseList", 3, "DescribeDatabases", object{})
	d.pages("DatabaseList", 2, "DescribeDatabases", object{"KeyWord": "st", "Sort": "Name", "Asc": true})
	d.do("DescribeDatabases", object{"Sort": "Name", "Asc": false}, object{"DatabaseList.0.DatabaseName": "stock"})
	d.refuse("InvalidParameter.InvalidSortByType", "DescribeDatabases", object{"Sort": "Color"})
	d.do("DeleteMetaDatabase", object{"DatabaseName": "staff"}, object{"TaskIdSet.#": 2})
	d.wait()
	d.run("DROP DATABASE stock")
	d.pages("DatabaseList", 1, "DescribeDatabases", object{})
	d.refuse("ResourceNotFound", "DescribeDatabase", object{"DatabaseName": "stock"})
	d.refuse("ResourceNotFound", "DeleteMetaDatabase", object{"DatabaseName": "staff"})
	d.refuse("FailedOperation", "CreateMetaDatabase", object{"MetaDatabaseInfo": object{"DatabaseName": "sales"}})
	d.refuse("ResourceNotFound.DatasourceNotFound", "CreateDatabase", object{"DatabaseInfo": info, "DatasourceConnectionName": "none"})

	meta := object{"Name": "lake", "SchemaName": "s", "Location": "cosn://b/lake", "Asset": object{
		"Description": "first", "Params": []object{{"Key": "a", "Value": "b"}},
	}}
	d.do("CreateDMSDatabase", meta)
	d.refuse("FailedOperation", "CreateDMSDatabase", meta)
	d.shows(d.do("DescribeDMSDatabase", object{"Name": "lake"}), meta)
	d.pages("DatabaseList", 2, "DescribeDMSDatabaseList", object{})
	d.pages("DatabaseList", 1, "DescribeDMSDatabaseList", object{"Name": "lake"})
	d.do("AlterDMSDatabase", object{"CurrentName": "lake", "Asset": object{"Description": "second"}})
	d.do("DescribeDMSDatabase", object{"Name": "lake"}, object{"Asset.Description": "second", "Location": "cosn://b/lake"})
	d.do("DropDMSDatabase", object{"Name": "lake", "Cascade": true, "DeleteData": true})
	d.refuse("ResourceNotFound", "DescribeDMSDatabase", object{"Name": "lake"})
	d.refuse("ResourceNotFound", "AlterDMSDatabase", object{"CurrentName": "lake", "Location": "x"})
	d.refuse("ResourceNotFound", "DropDMSDatabase", object{"Name": "lake"})
}

// dlcTables creates tables and views with statements.
func dlcTables(d *dlcCaller) {
	d.run("CREATE DATABASE sales")
	base := func(name string) object {
		return object{"DatabaseName": "sales", "TableName": name, "TableComment": "first"}
	}
	columns := []object{{"Name": "id", "Type": "bigint", "Comment": "key"}, {"Name": "price", "Type": "decimal(10,2)"},
		{"Name": "day", "Type": "string"}}
	definition := func(name string) object {
		return object{
			"TableBaseInfo": base(name), "Columns": columns, "Partitions": []object{{"Name": "day"}},
			"Properties": []object{{"Key": "a", "Value": "b"}},
		}
	}
	const missing = "ResourceNotFound.TableNotFound"
	d.run(d.id("Execution.SQL", "GenerateCreateMangedTableSql", definition("orders")))
	d.run(d.id("Execution.SQL", "GenerateInternalTable", definition("items")))
	d.run(d.id("Execution", "CreateInternalTable", definition("offers")))
	d.run(d.id("Execution.SQL", "CreateTable", object{"TableInfo": object{
		"TableBaseInfo": base("raw"), "DataFormat": object{"CSV": object{"CodeCompress": "None"}}, "Columns": []object{{"Name": "line",
			"Type": "string"}},
		"Partitions": []object{}, "Location": "cosn://b/raw/",
	}}))
	for _, name := range []string{"orders", "items", "offers"} {
		shown := d.do("DescribeTable", object{"DatabaseName": "sales", "TableName": name})["Table"]
		d.shows(shown, object{"TableBaseInfo": base(name), "Properties": []object{{"Key": "a", "Value": "b"}}})
		require.Equal(d, "decimal(10,2) key day",
			fmt.Sprint(at(shown, "Columns.1.Type"), " ", at(shown, "Columns.0.Comment"), " ", at(shown, "Partitions.0.Name")))
		d.do("QueryInternalTableWarehouse", object{"DatabaseName": "sales", "TableName": name},
			object{"WarehousePath": at(shown, "Location")})
	}
	d.run("CREATE VIEW sales.big AS SELECT * FROM sales.orders")
	in := object{"DatabaseName": "sales"}
	d.pages("TableList", 5, "DescribeTables", in)
	d.pages("TableList", 2, "DescribeTables", object{"DatabaseName": "sales", "Filters": filter("table-name", "o", "ff"), "Sort": "Name"})
	d.pages("TableNameList", 5, "DescribeTablesName", in)
	d.pages("ViewList", 1, "DescribeViews", in)
	d.do("DescribeViews", in, object{"ViewList.0.ViewBaseInfo.ViewName": "big"})

	d.do("AlterTableComment", object{"TableBaseInfo": object{"DatabaseName": "sales", "TableName": "raw", "TableComment": "second"}})
	d.do("DescribeTable", object{"DatabaseName": "sales", "TableName": "raw"},
		object{"Table.TableBaseInfo.TableComment": "second", "Table.Location": "cosn://b/raw/"})
	d.do("DeleteTable", object{"TableBaseInfo": base("raw")})
	d.pages("TableList", 4, "DescribeTables", in)
	d.refuse(missing, "DescribeTable", object{"DatabaseName": "sales", "TableName": "raw"})
	d.refuse(missing, "DeleteTable", object{"TableBaseInfo": base("raw")})
	d.refuse(missing, "AlterTableComment", object{"TableBaseInfo": base("raw")})
	d.refuse(missing, "QueryInternalTableWarehouse", object{"DatabaseName": "sales", "TableName": "raw"})
	for _, list := range []string{"DescribeTables", "DescribeTablesName", "DescribeViews"} {
		d.refuse("ResourceNotFound", list, object{"DatabaseName": "none"})
	}
	d.do("AssignMangedTableProperties", definition("orders"), object{"Properties.0.Key": "a"})
	dlcIceberg(d, definition("ice"))
}

// dlcIceberg creates a table without a task.
func dlcIceberg(d *dlcCaller, definition object) {
	definition["DryRun"] = true
	d.do("CreateTcIcebergTable", definition, object{"DryRun": true})
	d.refuse("ResourceNotFound.TableNotFound", "DescribeTable", object{"DatabaseName": "sales", "TableName": "ice"})
	definition["DryRun"] = false
	d.id("SQL", "CreateTcIcebergTable", definition)
	d.refuse("FailedOperation.MetastoreError", "CreateTcIcebergTable", definition)
	d.shows(d.do("DescribeTable", object{"DatabaseName": "sales", "TableName": "ice"})["Table"],
		object{"TableBaseInfo": definition["TableBaseInfo"]})
}

// dlcMetadata creates tables in the metadata, and their partitions.
func dlcMetadata(d *dlcCaller) {
	d.do("CreateDMSDatabase", object{"Name": "sales"})
	columns := []object{{"Name": "id", "Type": "int", "Description": "key"}}
	for _, name := range []string{"orders", "items", "offers"} {
		table := object{
			"DbName": "sales", "Name": name, "Type": "EXTERNAL_TABLE", "Columns": columns, "PartitionKeys": []object{{"Name": "day",
				"Type": "string"}},
			"Sds": object{"Location": "cosn://b/" + name, "NumBuckets": 4}, "RecordCount": 5, "StorageSize": 6, "LifeTime": 7,
			"Asset": object{"Description": "first", "Params": []object{{"Key": "a", "Value": "b"}}},
		}
		d.do("CreateDMSTable", table)
		d.refuse("FailedOperation.MetastoreError", "CreateDMSTable", table)
		d.shows(d.do("DescribeDMSTable", object{"DbName": "sales", "Name": name}), table)
	}
	d.pages("TableList", 3, "DescribeDMSTables", object{"DbName": "sales"})
	d.pages("TableList", 2, "DescribeDMSTables", object{"DbName": "sales", "Keyword": "er"})
	d.do("AlterDMSTable", object{"CurrentDbName": "sales", "CurrentName": "orders", "Name": "sold", "RecordCount": 9})
	d.do("DescribeDMSTable", object{"DbName": "sales", "Name": "sold"},
		object{"RecordCount": 9, "Sds.Location": "cosn://b/orders", "LifeTime": 7})
	d.do("DropDMSTable", object{"DbName": "sales", "Name": "items", "DeleteData": true})
	d.pages("TableList", 2, "DescribeDMSTables", object{"DbName": "sales"})
	const missing = "ResourceNotFound.TableNotFound"
	d.refuse(missing, "DescribeDMSTable", object{"DbName": "sales", "Name": "items"})
	d.refuse(missing, "AlterDMSTable", object{"CurrentDbName": "sales", "CurrentName": "items", "RecordCount": 9})
	d.refuse(missing, "DropDMSTable", object{"DbName": "sales", "Name": "items"})

	var days []object
	for _, day := range []string{"01", "02", "03"} {
		days = append(days, object{"DatabaseName": "sales", "TableName": "sold", "Values": []string{"2026", day}, "RecordCount": 1})
	}
	d.shows(d.do("AddDMSPartitions", object{"Partitions": days}), object{"Partitions": days, "Total": 3})
	in := object{"DatabaseName": "sales", "TableName": "sold"}
	d.pages("Partitions", 3, "DescribeDMSPartitions", in)
	second := joined([]object{in, {"Values": []string{"2026", "02"}}})
	d.shows(d.only("Partitions", "DescribeDMSPartitions", second), days[1])
	d.do("AlterDMSPartition", object{
		"CurrentDbName": "sales", "CurrentTableName": "sold", "CurrentValues": "2026/02", "Partition": object{"RecordCount": 8},
	})
	d.shows(d.only("Partitions", "DescribeDMSPartitions", second), object{"RecordCount": 8, "Values": []string{"2026", "02"}})
	list := object{"Catalog": "DataLakeCatalog", "Database": "sales", "Table": "sold", "Offset": 0, "Limit": 2}
	page := d.do("DescribeTablePartitions", list, object{"MixedPartitions.HivePartitions.#": 2, "MixedPartitions.TotalSize": 3})
	list["Cursor"] = at(page, "MixedPartitions.NextCursor")
	d.do("DescribeTablePartitions", list, object{"MixedPartitions.HivePartitions.#": 1, "MixedPartitions.NextCursor": ""})
	d.do("DropDMSPartitions", second, object{"Status": true})
	d.pages("Partitions", 2, "DescribeDMSPartitions", in)
	d.refuse("ResourceNotFound", "DropDMSPartitions", second)
	d.refuse(missing, "DescribeTablePartitions",
		object{"Catalog": "DataLakeCatalog", "Database": "sales", "Table": "none", "Offset": 0, "Limit": 2})
}

// dlcLake creates tables of the lake, locks metadata, and asks for what the lake is like.
func dlcLake(d *dlcCaller) {
	d.run("CREATE DATABASE sales")
	for _, name := range []string{"orders", "items"} {
		table := object{
			"TableBaseInfo": object{"DatabaseName": "sales", "TableName": name}, "TableType": "MANAGED_TABLE",
			"Columns": []object{{"Name": "id", "Type": "int", "Comment": "key"}}, "Properties": []object{{"Key": "a", "Value": "b"}},
		}
		created := d.do("CreateDLCTable", table)
		d.refuse("FailedOperation.MetastoreError", "CreateDLCTable", table)
		shown := d.do("DescribeDLCTable", object{"DbName": "sales", "Name": name})["DLCTable"]
		require.Equal(d, created["DLCTable"], shown)
		delete(table, "TableType")
		d.shows(shown, table)
	}
	d.pages("TableList", 2, "DescribeDLCTableList", object{"DbName": "sales"})
	d.pages("TableList", 1, "DescribeDLCTableList", object{"DbName": "sales", "Filters": filter("table-name", "ord")[0]})
	d.id("TaskId", "CopyDLCTable", object{
		"SourceData":              []object{{"SourceDatabaseName": "sales", "SourceTableNameList": []string{"orders"}}},
		"DestinationDatabaseName": "sales", "DestinationTableName": "items", "DataEngineName": "sql", "IsCreateTable": false,
	})
	d.do("DropDLCTable", object{"DataEngineName": "sql", "DbName": "sales", "Name": "orders", "DeleteData": true})
	d.pages("TableList", 1, "DescribeDLCTableList", object{"DbName": "sales"})
	d.refuse("ResourceNotFound.TableNotFound", "DescribeDLCTable", object{"DbName": "sales", "Name": "orders"})
	d.refuse("ResourceNotFound.TableNotFound", "DropDLCTable", object{"DataEngineName": "sql", "DbName": "sales", "Name": "orders"})

	lock := d.number("LockId", "LockMetaData",
		object{"LockComponentList": []object{{"DbName": "sales", "TableName": "items", "LockType": "EXCLUSIVE"}}})
	d.do("CheckLockMetaData", object{"LockId": lock}, object{"LockState": "WAITING", "LockId": lock})
	d.wait()
	d.do("CheckLockMetaData", object{"LockId": lock}, object{"LockState": "ACQUIRED"})
	d.valid("ReportHeartbeatMetaData", object{"LockId": lock})
	d.do("UnlockMetaData", object{"LockId": lock})
	d.refuse("ResourceNotFound", "CheckLockMetaData", object{"LockId": lock})
	d.refuse("ResourceNotFound", "UnlockMetaData", object{"LockId": lock})

	smart := object{"BaseInfo": object{"Uin": "100", "PolicyType": "TABLE", "Catalog": "DataLakeCatalog", "Database": "sales",
		"Table": "items"}}
	d.valid("GetOptimizerPolicy", object{"SmartPolicy": smart})
	smart["Policy"] = object{"Inherit": "none", "Written": object{"WrittenEnable": "enable"}}
	d.valid("SetOptimizerPolicy", object{"SmartPolicy": smart})
	d.valid("AddOptimizerEngines",
		object{"Catalog": "DataLakeCatalog", "Engines": []object{{"HouseName": "sql", "HouseId": "DataEngine-1", "HouseSize": 16}}})
	for _, operation := range []string{
		"InitializeTCLake", "DescribeTCLakeMetaInstance", "DescribeForbiddenTablePro", "ModifyGovernEventRule",
		"DescribeSubUserAccessPolicy",
		"DescribeMCPSubUin",
	} {
		d.valid(operation, object{})
	}
}
