package dlc

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// managedCatalog is the data source of the service itself.
const managedCatalog = "DataLakeCatalog"

// catalog has the metadata: databases, tables and partitions, whichever API made them.
type catalog struct {
	databases  *world.Table[databaseState]    // by data source and name
	tables     *world.Table[tableState]       // by data source, database and name
	partitions *world.Table[dlc.DMSPartition] // by data source, database, table and values
	statements []pendingStatement             // of tasks that have not ended
}

func newCatalog() catalog {
	return catalog{
		databases: world.NewTable[databaseState](), tables: world.NewTable[tableState](), partitions: world.NewTable[dlc.DMSPartition](),
	}
}

// databaseState is a database with what only the metadata shows of it.
type databaseState struct {
	dlc.DatabaseResponseInfo
	Schema string
	Asset  dlc.Asset
}

func (s *Service) databaseOperations() front.Handlers {
	return front.Handlers{
		"CreateDatabase":          front.Handle(s.createDatabase),
		"DescribeDatabase":        front.Handle(s.describeDatabase),
		"DescribeDatabases":       front.Handle(s.describeDatabases),
		"CreateMetaDatabase":      front.Handle(s.createMetaDatabase),
		"DeleteMetaDatabase":      front.Handle(s.deleteMetaDatabase),
		"CreateDMSDatabase":       front.Handle(s.createDMSDatabase),
		"DescribeDMSDatabase":     front.Handle(s.describeDMSDatabase),
		"DescribeDMSDatabaseList": front.Handle(s.describeDMSDatabases),
		"AlterDMSDatabase":        front.Handle(s.alterDMSDatabase),
		"DropDMSDatabase":         front.Handle(s.dropDMSDatabase),
	}
}

// AddDatabase adds a database, or replaces the one with its name and data source, and returns its name.
func (s *Service) AddDatabase(of OfDatabase, database dlc.DatabaseResponseInfo) string {
	d := database
	d.DatabaseName = cmp.Or(d.DatabaseName, "database")
	s.putDatabase(d.CatalogName, databaseState{DatabaseResponseInfo: d, Schema: of.SchemaName, Asset: of.Asset})
	return d.DatabaseName
}

// putDatabase adds or replaces a database.
func (s *Service) putDatabase(datasource string, d databaseState) {
	s.catalog.databases.Add(databaseKey(datasource, d.DatabaseName), s.world.Now(), s.newDatabase(datasource, d))
}

// newDatabase returns a database with what the service adds to it.
func (s *Service) newDatabase(datasource string, d databaseState) databaseState {
	d.CatalogName = cmp.Or(d.CatalogName, datasource, managedCatalog)
	d.UserSubUIN = cmp.Or(d.UserSubUIN, account)
	d.CreateTime = cmp.Or(d.CreateTime, world.Digits(s.world.Now().Unix()))
	d.ModifiedTime = cmp.Or(d.ModifiedTime, d.CreateTime)
	return d
}

// databaseKey returns the key of a database. Without a data source it is in the managed one.
func databaseKey(datasource, name string) string {
	return world.KeyOf(cmp.Or(datasource, managedCatalog), name)
}

// database returns a database that exists.
func (s *Service) database(datasource, name string) (databaseState, error) {
	d, ok := s.catalog.databases.Row(databaseKey(datasource, name)).Actual(s.world.Now())
	if !ok {
		return d, databaseNotFound(name)
	}
	return d, nil
}

func databaseNotFound(name string) error {
	return refuse("ResourceNotFound", "The database %q does not exist.", name)
}

// newDatabaseName checks that a database can be created: that its data source exists, and that it does not.
func (s *Service) newDatabaseName(datasource, name string) error {
	if name == "" {
		return refuse("MissingParameter", "The name of the database is missing.")
	}
	if err := s.datasource(datasource); err != nil {
		return err
	}
	if _, err := s.database(datasource, name); err == nil {
		return refuse("FailedOperation", "The database %q already exists.", name)
	}
	s.forgetTables(datasource, name)
	return nil
}

// datasource checks that a data source exists.
func (s *Service) datasource(name string) error {
	if name == "" || name == managedCatalog {
		return nil
	}
	if _, _, ok := s.datasources.By(s.world.Now(), name); !ok {
		return refuse("ResourceNotFound.DatasourceNotFound", "The data source %q does not exist.", name)
	}
	return nil
}

// createDatabase writes the statement that creates a database. A task has to run it.
func (s *Service) createDatabase(r *front.Received, in dlc.CreateDatabaseRequest) (any, error) {
	if err := s.datasource(in.DatasourceConnectionName); err != nil {
		return nil, err
	}
	return &dlc.CreateDatabaseResponse{
		Execution: &dlc.Execution{SQL: databaseSQL(in.DatasourceConnectionName, in.DatabaseInfo)}, RequestID: r.RequestID,
	}, nil
}

func (s *Service) describeDatabase(r *front.Received, in dlc.DescribeDatabaseRequest) (any, error) {
	s.runStatements()
	d, ok := s.catalog.databases.Row(databaseKey(in.DatasourceConnectionName, in.DatabaseName)).Visible(s.world.Now())
	if !ok {
		return nil, databaseNotFound(in.DatabaseName)
	}
	return &dlc.DescribeDatabaseResponse{DatabaseInfo: &d.DatabaseResponseInfo, RequestID: r.RequestID}, nil
}

// databasesOf returns the databases of a data source.
func (s *Service) databasesOf(datasource string) []*databaseState {
	s.runStatements()
	return s.catalog.databases.ListIn(s.world.Now(), cmp.Or(datasource, managedCatalog))
}

func (s *Service) describeDatabases(r *front.Received, in dlc.DescribeDatabasesRequest) (any, error) {
	list := slices.DeleteFunc(s.databasesOf(in.DatasourceConnectionName), func(d *databaseState) bool {
		return !strings.Contains(d.DatabaseName, in.KeyWord)
	})
	compare, err := orderBy(in.Sort, in.Asc != nil && *in.Asc, orders[*databaseState]{
		"CreateTime": func(a, b *databaseState) int { return compareTimes(a.CreateTime, b.CreateTime) },
		"Name":       func(a, b *databaseState) int { return cmp.Compare(a.DatabaseName, b.DatabaseName) },
	})
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(world.Sort(list, compare), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	shown := world.ShownAs(page, func(d *databaseState) dlc.DatabaseResponseInfo { return d.DatabaseResponseInfo })
	return &dlc.DescribeDatabasesResponse{DatabaseList: shown, TotalCount: len(list), RequestID: r.RequestID}, nil
}

// compareTimes compares times as the service sends them.
func compareTimes(a, b cloud.TimeString) int { return a.Time().Compare(b.Time()) }

// createMetaDatabase plans a database, which two tasks create: one after the other.
func (s *Service) createMetaDatabase(r *front.Received, in dlc.CreateMetaDatabaseRequest) (any, error) {
	if in.MetaDatabaseInfo == nil {
		return nil, refuse("MissingParameter", "The parameter MetaDatabaseInfo is missing.")
	}
	s.runStatements()
	if err := s.newDatabaseName(in.DatasourceConnectionName, in.MetaDatabaseInfo.DatabaseName); err != nil {
		return nil, err
	}
	c := s.world.Begin("dlc", "CreateMetaDatabase")
	out := &dlc.CreateMetaDatabaseResponse{BatchID: s.world.NewUUID(), RequestID: r.RequestID}
	out.TaskIDSet = s.databaseTasks(c, "CREATE", in.MetaDatabaseInfo.DatabaseName)
	if !c.Failed() && c.State == "" {
		d := world.CommonTo[dlc.DatabaseResponseInfo](*in.MetaDatabaseInfo)
		d.CreateTime = world.Digits(c.End.Unix())
		row := s.catalog.databases.Create(databaseKey(in.DatasourceConnectionName, d.DatabaseName))
		world.Schedule(row, c, c.End, s.newDatabase(in.DatasourceConnectionName, databaseState{DatabaseResponseInfo: d}))
	}
	return out, nil
}

// deleteMetaDatabase plans the end of a database.
func (s *Service) deleteMetaDatabase(r *front.Received, in dlc.DeleteMetaDatabaseRequest) (any, error) {
	s.runStatements()
	if _, err := s.database(in.DatasourceConnectionName, in.DatabaseName); err != nil {
		return nil, err
	}
	c := s.world.Begin("dlc", "DeleteMetaDatabase")
	out := &dlc.DeleteMetaDatabaseResponse{BatchID: s.world.NewUUID(), RequestID: r.RequestID,
		TaskIDSet: s.databaseTasks(c, "DROP", in.DatabaseName)}
	if !c.Failed() && c.State == "" {
		world.Remove(s.catalog.databases.Row(databaseKey(in.DatasourceConnectionName, in.DatabaseName)), c)
	}
	return out, nil
}

// databaseTasks plans the two tasks that create or delete a database, and returns their IDs.
func (s *Service) databaseTasks(c world.Change, verb, database string) []string {
	const parts = 2
	var ids []string
	for n := range parts {
		t := dlc.TaskResponseInfo{DatabaseName: database, SQLType: "DDL", SQL: dlc.Base64(verb + " DATABASE `" + database + "`")}
		ids = append(ids, s.startTask(c, t, n, parts).ID)
	}
	return ids
}

func (s *Service) createDMSDatabase(r *front.Received, in dlc.CreateDMSDatabaseRequest) (any, error) {
	s.runStatements()
	if err := s.newDatabaseName(in.DatasourceConnectionName, in.Name); err != nil {
		return nil, err
	}
	d := databaseState{Schema: in.SchemaName}
	d.DatabaseName, d.Location = in.Name, in.Location
	s.putDatabase(in.DatasourceConnectionName, d.withAsset(in.Asset))
	return &dlc.CreateDMSDatabaseResponse{RequestID: r.RequestID}, nil
}

// withAsset returns a database with what an asset says about it. Its parameters are the properties of the database.
func (d databaseState) withAsset(asset *dlc.Asset) databaseState {
	if asset == nil {
		return d
	}
	d.Asset = world.DeepCopy(*asset)
	d.Properties = nil
	for _, p := range asset.Params {
		d.Properties = append(d.Properties, world.CommonTo[dlc.Property](p))
	}
	if asset.Description != nil {
		d.Comment = *asset.Description
	}
	return d
}

// dms returns a database as the metadata shows it.
func (d databaseState) dms() dlc.DMSDatabaseInfo {
	asset := d.Asset
	asset.Name, asset.Catalog, asset.Owner = cmp.Or(asset.Name, d.DatabaseName), d.CatalogName, cmp.Or(asset.Owner, d.UserSubUIN)
	asset.Description = new(d.Comment)
	asset.CreateTime, asset.ModifiedTime = beijingTime(d.CreateTime.Time()), beijingTime(d.ModifiedTime.Time())
	asset.Params = nil
	for _, p := range d.Properties {
		asset.Params = append(asset.Params, world.CommonTo[dlc.KVPair](p))
	}
	return dlc.DMSDatabaseInfo{Name: d.DatabaseName, SchemaName: d.Schema, Location: d.Location, Asset: &asset}
}

func (s *Service) describeDMSDatabase(r *front.Received, in dlc.DescribeDMSDatabaseRequest) (any, error) {
	s.runStatements()
	d, ok := s.catalog.databases.Row(databaseKey(in.DatasourceConnectionName, in.Name)).Visible(s.world.Now())
	if !ok {
		return nil, databaseNotFound(in.Name)
	}
	v := d.dms()
	return &dlc.DescribeDMSDatabaseResponse{
		Name: v.Name, SchemaName: v.SchemaName, Location: v.Location, Asset: v.Asset, RequestID: r.RequestID,
	}, nil
}

func (s *Service) describeDMSDatabases(r *front.Received, in dlc.DescribeDMSDatabaseListRequest) (any, error) {
	list := slices.DeleteFunc(s.databasesOf(""), func(d *databaseState) bool {
		return !world.MatchesName(in.Name, d.DatabaseName) || !world.MatchesName(in.SchemaName, d.Schema)
	})
	if in.Asc != nil && !*in.Asc {
		slices.Reverse(list)
	}
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	shown := world.ShownAs(page, func(d *databaseState) dlc.DMSDatabaseInfo { return d.dms() })
	return &dlc.DescribeDMSDatabaseListResponse{DatabaseList: shown, TotalCount: len(list), RequestID: r.RequestID}, nil
}

func (s *Service) alterDMSDatabase(r *front.Received, in dlc.AlterDMSDatabaseRequest) (any, error) {
	s.runStatements()
	d, err := s.database(in.DatasourceConnectionName, in.CurrentName)
	if err != nil {
		return nil, err
	}
	d = d.withAsset(in.Asset)
	d.Schema = cmp.Or(in.SchemaName, d.Schema)
	if in.Location != nil {
		d.Location = *in.Location
	}
	d.ModifiedTime = world.Digits(s.world.Now().Unix())
	s.putDatabase(in.DatasourceConnectionName, d)
	return &dlc.AlterDMSDatabaseResponse{RequestID: r.RequestID}, nil
}

// dropDMSDatabase removes a database. One with tables is only removed with them.
func (s *Service) dropDMSDatabase(r *front.Received, in dlc.DropDMSDatabaseRequest) (any, error) {
	s.runStatements()
	d, err := s.database(in.DatasourceConnectionName, in.Name)
	if err != nil {
		return nil, err
	}
	tables := s.tablesOf(in.DatasourceConnectionName, in.Name)
	if len(tables) > 0 && (in.Cascade == nil || !*in.Cascade) {
		return nil, refuse("FailedOperation.MetastoreError", "The database %q is not empty: it has %s tables.",
			in.Name, strconv.Itoa(len(tables)))
	}
	s.dropDatabase(d.CatalogName, in.Name)
	return &dlc.DropDMSDatabaseResponse{RequestID: r.RequestID}, nil
}

// dropDatabase removes a database and its tables.
func (s *Service) dropDatabase(datasource, name string) {
	remove(s, s.catalog.databases, databaseKey(datasource, name))
	s.forgetTables(datasource, name)
}
