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

// tableState is a table or a view, with what only the metadata shows of it.
type tableState struct {
	dlc.TableResponseInfo
	Meta     dlc.DMSTable // without what the fields above have
	Asset    dlc.Asset
	External *dlc.ExternalDataConfiguration
}

// base is who a table is.
func (t tableState) base() dlc.TableBaseInfo { return *t.TableBaseInfo }

func (t tableState) isView() bool {
	return strings.Contains(strings.ToUpper(t.TableBaseInfo.Type), "VIEW")
}

func (s *Service) tableOperations() front.Handlers {
	return front.Handlers{
		"CreateTable":                  front.Handle(s.createTable),
		"GenerateCreateMangedTableSql": front.Handle(s.generateManagedTable),
		"GenerateInternalTable":        front.Handle(s.generateInternalTable),
		"CreateInternalTable":          front.Handle(s.createInternalTable),
		"CreateTcIcebergTable":         front.Handle(s.createIcebergTable),
		"DescribeTable":                front.Handle(s.describeTable),
		"DescribeTables":               front.Handle(s.describeTables),
		"DescribeTablesName":           front.Handle(s.describeTableNames),
		"DescribeViews":                front.Handle(s.describeViews),
		"AlterTableComment":            front.Handle(s.alterTableComment),
		"DeleteTable":                  front.Handle(s.deleteTable),
		"QueryInternalTableWarehouse":  front.Handle(s.queryWarehouse),
		"AssignMangedTableProperties":  front.Handle(s.assignTableProperties),
	}
}

// AddTable adds a table to a database, which is created if it does not exist, and returns its name.
func (s *Service) AddTable(of OfTable, table dlc.TableResponseInfo) string {
	t := tableState{TableResponseInfo: table, Meta: of.Meta, Asset: of.Asset, External: of.External}
	if t.TableBaseInfo == nil {
		t.TableBaseInfo = &dlc.TableBaseInfo{}
	}
	b := t.TableBaseInfo
	b.DatabaseName, b.TableName = cmp.Or(b.DatabaseName, "database"), cmp.Or(b.TableName, "table")
	if _, err := s.database(b.DatasourceConnectionName, b.DatabaseName); err != nil {
		d := databaseState{}
		d.DatabaseName = b.DatabaseName
		s.putDatabase(b.DatasourceConnectionName, d)
	}
	s.putTable(t)
	return b.TableName
}

// putTable adds or replaces a table.
func (s *Service) putTable(t tableState) {
	b := t.base()
	b.DatasourceConnectionName = cmp.Or(b.DatasourceConnectionName, managedCatalog)
	b.Type = cmp.Or(b.Type, "TABLE")
	b.UserSubUIN = cmp.Or(b.UserSubUIN, account)
	t.TableBaseInfo = &b
	t.CreateTime = cmp.Or(t.CreateTime, world.Digits(s.world.Now().UnixMilli()))
	t.ModifiedTime = cmp.Or(t.ModifiedTime, t.CreateTime)
	t.Columns, t.Partitions = slices.Clone(t.Columns), slices.Clone(t.Partitions)
	for i := range t.Columns {
		c := &t.Columns[i]
		c.Precision, c.Scale, c.Position = cmp.Or(c.Precision, new(0)), cmp.Or(c.Scale, new(0)), cmp.Or(c.Position, new(i))
		c.IsPartition = cmp.Or(c.IsPartition, new(false))
	}
	for i := range t.Partitions {
		t.Partitions[i].CreateTime = cmp.Or(t.Partitions[i].CreateTime, new(cloud.Timestamp(0)))
	}
	s.catalog.tables.Add(tableKey(b), s.world.Now(), t)
}

func tableKey(b dlc.TableBaseInfo) string {
	return world.KeyOf(databaseKey(b.DatasourceConnectionName, b.DatabaseName), b.TableName)
}

// table returns a table of a database that exists.
func (s *Service) table(datasource, database, name string) (tableState, error) {
	s.runStatements()
	if _, err := s.database(datasource, database); err != nil {
		return tableState{}, err
	}
	b := dlc.TableBaseInfo{DatasourceConnectionName: datasource, DatabaseName: database, TableName: name}
	t, ok := s.catalog.tables.Row(tableKey(b)).Actual(s.world.Now())
	if !ok {
		return t, refuse("ResourceNotFound.TableNotFound", "The table %q does not exist.", database+"."+name)
	}
	return t, nil
}

// newTableName checks that a table can be created: that its database exists, and that it does not.
func (s *Service) newTableName(b dlc.TableBaseInfo) error {
	s.runStatements()
	if _, err := s.database(b.DatasourceConnectionName, b.DatabaseName); err != nil {
		return err
	}
	if _, err := s.table(b.DatasourceConnectionName, b.DatabaseName, b.TableName); err == nil {
		return refuse("FailedOperation.MetastoreError", "The table %q already exists.", b.DatabaseName+"."+b.TableName)
	}
	return nil
}

// tablesOf returns the tables and the views of a database.
func (s *Service) tablesOf(datasource, database string) []*tableState {
	return s.catalog.tables.ListIn(s.world.Now(), cmp.Or(datasource, managedCatalog), database)
}

// forgetTables removes the tables of a database.
func (s *Service) forgetTables(datasource, database string) {
	for _, t := range s.tablesOf(datasource, database) {
		s.dropTable(*t)
	}
}

// dropTable removes a table and its partitions.
func (s *Service) dropTable(t tableState) {
	key := tableKey(t.base())
	remove(s, s.catalog.tables, key)
	for partition := range s.catalog.partitions.Within(key) {
		remove(s, s.catalog.partitions, partition)
	}
}

// A tableDefinition is what requests say of a table.
type tableDefinition struct {
	base       dlc.TableBaseInfo
	columns    []dlc.TColumn
	partitions []dlc.TPartition
	properties []dlc.Property
	location   string
	external   bool
}

func (s *Service) newTable(d tableDefinition) tableState {
	t := tableState{}
	t.TableBaseInfo, t.Properties, t.Location = new(world.DeepCopy(d.base)), d.properties, d.location
	for i, c := range d.columns {
		column := world.CommonTo[dlc.Column](c)
		column.Position = new(i)
		t.Columns = append(t.Columns, column)
	}
	for _, p := range d.partitions {
		t.Partitions = append(t.Partitions, world.CommonTo[dlc.Partition](p))
	}
	t.Location = cmp.Or(t.Location, warehouse(d.base))
	return t
}

// warehouse is where the data of a managed table is.
func warehouse(b dlc.TableBaseInfo) string {
	return "lakefs://lakefs-" + applicationID + "/" + b.DatabaseName + ".db/" + b.TableName
}

// createTable writes the statement that creates an external table. A task has to run it.
func (s *Service) createTable(r *front.Received, in dlc.CreateTableRequest) (any, error) {
	d := tableDefinition{base: in.TableInfo.TableBaseInfo, location: in.TableInfo.Location, external: true}
	for _, c := range in.TableInfo.Columns {
		d.columns = append(d.columns, world.CommonTo[dlc.TColumn](c))
	}
	for _, p := range in.TableInfo.Partitions {
		d.partitions = append(d.partitions, world.CommonTo[dlc.TPartition](p))
	}
	return &dlc.CreateTableResponse{Execution: &dlc.Execution{SQL: tableSQL(d)}, RequestID: r.RequestID}, nil
}

func (s *Service) generateManagedTable(r *front.Received, in dlc.GenerateCreateMangedTableSQLRequest) (any, error) {
	sql := tableSQL(tableDefinition{base: in.TableBaseInfo, columns: in.Columns, partitions: in.Partitions, properties: in.Properties})
	return &dlc.GenerateCreateMangedTableSQLResponse{Execution: &dlc.Execution{SQL: sql}, RequestID: r.RequestID}, nil
}

func (s *Service) generateInternalTable(r *front.Received, in dlc.GenerateInternalTableRequest) (any, error) {
	sql := tableSQL(tableDefinition{base: in.TableBaseInfo, columns: in.Columns, partitions: in.Partitions, properties: in.Properties})
	return &dlc.GenerateInternalTableResponse{Execution: &dlc.Execution{SQL: sql}, RequestID: r.RequestID}, nil
}

func (s *Service) createInternalTable(r *front.Received, in dlc.CreateInternalTableRequest) (any, error) {
	sql := tableSQL(tableDefinition{base: in.TableBaseInfo, columns: in.Columns, partitions: in.Partitions, properties: in.Properties})
	return &dlc.CreateInternalTableResponse{Execution: sql, RequestID: r.RequestID}, nil
}

func (s *Service) createIcebergTable(r *front.Received, in dlc.CreateTcIcebergTableRequest) (any, error) {
	if err := s.newTableName(in.TableBaseInfo); err != nil {
		return nil, err
	}
	d := tableDefinition{base: in.TableBaseInfo, columns: in.Columns, partitions: in.Partitions, properties: in.Properties}
	d.base.TableFormat = cmp.Or(d.base.TableFormat, "T_ICEBERG")
	if !in.DryRun {
		s.putTable(s.newTable(d))
	}
	return &dlc.CreateTcIcebergTableResponse{
		SessionID: s.world.NewUUID(), SQL: tableSQL(d), DryRun: in.DryRun, RequestID: r.RequestID,
	}, nil
}

func (s *Service) describeTable(r *front.Received, in dlc.DescribeTableRequest) (any, error) {
	t, err := s.table(in.DatasourceConnectionName, in.DatabaseName, in.TableName)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeTableResponse{Table: &t.TableResponseInfo, RequestID: r.RequestID}, nil
}

// A tableQuery asks for tables of a database.
type tableQuery struct {
	datasource, database string
	filters              []dlc.Filter
	from, to             string // of the last change
	sort                 string
	ascending            *bool
	kind, format         string
}

// queryTables returns tables, and their order: by name unless asked otherwise.
func (s *Service) queryTables(q tableQuery) (list []*tableState, order func(a, b *tableState) int, err error) {
	s.runStatements()
	if _, err := s.database(q.datasource, q.database); err != nil {
		return nil, nil, err
	}
	list, err = filtered(s.tablesOf(q.datasource, q.database), q.filters, filterFields[*tableState]{
		"table-name": func(t *tableState, value string) bool { return strings.Contains(t.base().TableName, value) },
		"table-id":   func(t *tableState, value string) bool { return t.Asset.Guid == value },
		"view-name":  func(t *tableState, value string) bool { return strings.Contains(t.base().TableName, value) },
		"view-id":    func(t *tableState, value string) bool { return t.Asset.Guid == value },
	})
	if err != nil {
		return nil, nil, err
	}
	list = slices.DeleteFunc(list, func(t *tableState) bool {
		changed := t.ModifiedTime.Time()
		return q.from != "" && changed.Before(cloud.TimeString(q.from).Time()) ||
			q.to != "" && changed.After(cloud.TimeString(q.to).Time()) ||
			!matchesFold(q.kind, t.base().Type) || !matchesFold(q.format, t.base().TableFormat)
	})
	order, err = orderTables(q.sort, q.ascending != nil && *q.ascending, tableOrders)
	return list, order, err
}

// orderTables returns an order of tables. Those that are equal in it are in the order of their names.
func orderTables(name string, ascending bool, by orders[*tableState]) (func(a, b *tableState) int, error) {
	compare, err := orderBy(name, ascending, by)
	if compare == nil {
		return byTableName, err
	}
	return func(a, b *tableState) int { return cmp.Or(compare(a, b), byTableName(a, b)) }, nil
}

func byTableName(a, b *tableState) int {
	return cmp.Compare(a.TableBaseInfo.TableName, b.TableBaseInfo.TableName)
}

// matchesFold is world.MatchesName without regard to case.
func matchesFold(want, value string) bool { return want == "" || strings.EqualFold(want, value) }

var tableOrders = orders[*tableState]{
	"CreateTime":  func(a, b *tableState) int { return compareTimes(a.CreateTime, b.CreateTime) },
	"UpdateTime":  func(a, b *tableState) int { return compareTimes(a.ModifiedTime, b.ModifiedTime) },
	"StorageSize": func(a, b *tableState) int { return cmp.Compare(a.StorageSize, b.StorageSize) },
	"RecordCount": func(a, b *tableState) int { return cmp.Compare(a.RecordCount, b.RecordCount) },
	"Name":        byTableName,
}

func (s *Service) describeTables(r *front.Received, in dlc.DescribeTablesRequest) (any, error) {
	list, order, err := s.queryTables(tableQuery{
		in.DatasourceConnectionName, in.DatabaseName, in.Filters, in.StartTime, in.EndTime, in.Sort, in.Asc, in.TableType,
		string(in.TableFormat),
	})
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(world.Sort(list, order), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeTablesResponse{TotalCount: len(list), RequestID: r.RequestID}
	for _, t := range page {
		out.TableList = append(out.TableList, t.TableResponseInfo)
	}
	return out, nil
}

func (s *Service) describeTableNames(r *front.Received, in dlc.DescribeTablesNameRequest) (any, error) {
	list, order, err := s.queryTables(tableQuery{
		in.DatasourceConnectionName, in.DatabaseName, in.Filters, in.StartTime, in.EndTime, in.Sort, in.Asc, in.TableType,
		string(in.TableFormat),
	})
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(world.Sort(list, order), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeTablesNameResponse{TotalCount: len(list), RequestID: r.RequestID}
	for _, t := range page {
		out.TableNameList = append(out.TableNameList, t.base().TableName)
	}
	return out, nil
}

func (s *Service) describeViews(r *front.Received, in dlc.DescribeViewsRequest) (any, error) {
	list, order, err := s.queryTables(tableQuery{
		in.DatasourceConnectionName, in.DatabaseName, in.Filters, in.StartTime, in.EndTime, in.Sort, in.Asc, "", "",
	})
	if err != nil {
		return nil, err
	}
	views := slices.DeleteFunc(list, func(t *tableState) bool { return !t.isView() })
	page, err := sortedPage(world.Sort(views, order), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeViewsResponse{TotalCount: len(views), RequestID: r.RequestID}
	for _, t := range page {
		b := t.base()
		out.ViewList = append(out.ViewList, dlc.ViewResponseInfo{
			ViewBaseInfo: &dlc.ViewBaseInfo{
				DatabaseName: b.DatabaseName, ViewName: b.TableName, UserAlias: b.UserAlias, UserSubUIN: b.UserSubUIN,
			},
			Columns: t.Columns, Properties: t.Properties, CreateTime: t.CreateTime, ModifiedTime: t.ModifiedTime,
		})
	}
	return out, nil
}

func (s *Service) alterTableComment(r *front.Received, in dlc.AlterTableCommentRequest) (any, error) {
	b := in.TableBaseInfo
	t, err := s.table(b.DatasourceConnectionName, b.DatabaseName, b.TableName)
	if err != nil {
		return nil, err
	}
	base := t.base()
	base.TableComment = b.TableComment
	t.TableBaseInfo, t.ModifiedTime = &base, world.Digits(s.world.Now().UnixMilli())
	s.putTable(t)
	return &dlc.AlterTableCommentResponse{RequestID: r.RequestID}, nil
}

func (s *Service) deleteTable(r *front.Received, in dlc.DeleteTableRequest) (any, error) {
	b := in.TableBaseInfo
	t, err := s.table(b.DatasourceConnectionName, b.DatabaseName, b.TableName)
	if err != nil {
		return nil, err
	}
	s.dropTable(t)
	return &dlc.DeleteTableResponse{RequestID: r.RequestID}, nil
}

func (s *Service) queryWarehouse(r *front.Received, in dlc.QueryInternalTableWarehouseRequest) (any, error) {
	t, err := s.table(in.DatasourceConnectionName, in.DatabaseName, in.TableName)
	if err != nil {
		return nil, err
	}
	return &dlc.QueryInternalTableWarehouseResponse{WarehousePath: t.Location, RequestID: r.RequestID}, nil
}

// assignTableProperties returns the properties of a request with those that the service gives to every managed table.
func (s *Service) assignTableProperties(r *front.Received, in dlc.AssignMangedTablePropertiesRequest) (any, error) {
	properties := slices.Clone(in.Properties)
	for _, p := range managedProperties {
		if !slices.ContainsFunc(properties, func(other dlc.Property) bool { return other.Key == p.Key }) {
			properties = append(properties, p)
		}
	}
	return &dlc.AssignMangedTablePropertiesResponse{Properties: properties, RequestID: r.RequestID}, nil
}

var managedProperties = []dlc.Property{
	{Key: "write.metadata.delete-after-commit.enabled", Value: "true"},
	{Key: "write.metadata.previous-versions-max", Value: "100"},
	{Key: "write.metadata.metrics.default", Value: "full"},
	{Key: "smart-optimizer.inherit", Value: "default"},
}
