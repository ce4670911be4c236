package flink

import (
	"errors"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) catalogOperations() front.Handlers {
	return front.Handlers{
		"GetCatalogs":  front.Handle(s.getCatalogs),
		"GetDatabases": front.Handle(s.getDatabases),
		"GetTables":    front.Handle(s.getTables),
	}
}

const (
	// defaultCatalog is in every namespace.
	defaultCatalog = "vvp"
	// defaultDatabase is in every catalog.
	defaultDatabase = "default"
)

// database is a database and where it is.
type database struct {
	Catalog  string
	Database flink.Database
}

// table is a table or view and where it is.
type table struct {
	Catalog, Database string
	Table             flink.Table
}

func (s *Service) catalogsIn(workspace, namespace string) []flink.Catalog {
	first := flink.Catalog{Name: defaultCatalog, Properties: map[string]any{}}
	return append([]flink.Catalog{first}, world.Copies(inNamespace(s, s.catalogs, workspace, namespace))...)
}

// databasesIn returns the databases of a catalog.
func (s *Service) databasesIn(workspace, namespace, catalog string) ([]flink.Database, error) {
	if !slices.ContainsFunc(s.catalogsIn(workspace, namespace), func(c flink.Catalog) bool { return c.Name == catalog }) {
		return nil, objectNotFound("catalog", catalog)
	}
	list := []flink.Database{{Name: defaultDatabase}}
	for _, d := range s.databases.ListIn(s.world.Now(), workspace, namespace, catalog) {
		list = append(list, d.Database)
	}
	return list, nil
}

// tablesIn returns the tables of a database.
func (s *Service) tablesIn(workspace, namespace, catalog, name string) ([]flink.Table, error) {
	databases, err := s.databasesIn(workspace, namespace, catalog)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(databases, func(d flink.Database) bool { return d.Name == name }) {
		return nil, objectNotFound("database", name)
	}
	list := []flink.Table{}
	for _, t := range s.tables.ListIn(s.world.Now(), workspace, namespace, catalog, name) {
		list = append(list, t.Table)
	}
	return list, nil
}

func (s *Service) getCatalogs(_ *front.Received, in flink.GetCatalogsRequest) (any, error) {
	return selectFrom(s.catalogsIn(in.Workspace, in.Namespace), func(c flink.Catalog) bool {
		return world.MatchesName(in.CatalogName, c.Name)
	}), nil
}

func (s *Service) getDatabases(_ *front.Received, in flink.GetDatabasesRequest) (any, error) {
	list, err := s.databasesIn(in.Workspace, in.Namespace, in.CatalogName)
	if err != nil {
		return nil, err
	}
	return selectFrom(list, func(d flink.Database) bool { return world.MatchesName(in.DatabaseName, d.Name) }), nil
}

func (s *Service) getTables(_ *front.Received, in flink.GetTablesRequest) (any, error) {
	list, err := s.tablesIn(in.Workspace, in.Namespace, in.CatalogName, in.DatabaseName)
	if err != nil {
		return nil, err
	}
	return selectFrom(list, func(t flink.Table) bool { return world.MatchesName(in.TableName, t.Name) }), nil
}

// fullName completes the name of a table with the default catalog and database.
func fullName(parts []string) []string {
	switch len(parts) {
	case 1:
		return []string{defaultCatalog, defaultDatabase, parts[0]}
	case 2:
		return []string{defaultCatalog, parts[0], parts[1]}
	}
	return parts
}

func (s *Service) tableNamed(workspace, namespace string, name []string) (table, bool) {
	return s.tables.Row(world.KeyOf(slices.Concat([]string{workspace, namespace}, name)...)).Actual(s.world.Now())
}

// execute executes a statement. Those that only read succeed without a result.
func (s *Service) execute(workspace, namespace string, st statement) *sqlProblem {
	first, c := st.tokens[0], cursor{tokens: st.tokens[1:]}
	switch {
	case st.kind == flink.ValidationResultValidSelectQuery:
		return problemAt(first, "queries cannot be executed, only previewed")
	case first.is("INSERT"):
		c.acceptOne("INTO", "OVERWRITE")
		c.accept("TABLE")
		name := fullName(c.name())
		if _, ok := s.tableNamed(workspace, namespace, name); !ok {
			return problemAt(first, "table %s does not exist", strings.Join(name, "."))
		}
		return nil
	case first.is("CREATE"), first.is("DROP"):
		d, problem := c.definition(first)
		if problem != nil || d.temporary {
			return problem // a temporary object ends with the session of the statement
		}
		x := execution{s, workspace, namespace, first}
		if first.is("CREATE") {
			return x.create(d, st, &c)
		}
		return x.drop(d, c.acceptOne("CASCADE") != "")
	case st.kind == flink.ValidationResultValidDDLStatement:
		return problemAt(first, "the emulator does not execute %s", strings.ToUpper(first.text))
	}
	return nil
}

// execution executes a statement that creates or drops something in a namespace.
type execution struct {
	s                    *Service
	workspace, namespace string
	first                token
}

func (x execution) key(name ...string) string {
	return world.KeyOf(slices.Concat([]string{x.workspace, x.namespace}, name)...)
}

// place completes the name of an object and returns its key. It refuses a name whose catalog or database does not exist.
func (x execution) place(d *definition) (string, *sqlProblem) {
	var err error
	switch {
	case d.object == "TABLE", d.object == "VIEW":
		d.name = fullName(d.name)
		if len(d.name) == 3 {
			_, err = x.s.tablesIn(x.workspace, x.namespace, d.name[0], d.name[1])
		}
	case d.object == "DATABASE" && len(d.name) == 1:
		d.name = []string{defaultCatalog, d.name[0]}
	}
	want := map[string]int{"CATALOG": 1, "DATABASE": 2, "TABLE": 3, "VIEW": 3}[d.object]
	switch {
	case want == 0:
		return "", problemAt(x.first, "the emulator does not execute statements on a %s", d.object)
	case len(d.name) != want:
		return "", problemAt(x.first, "the name %s has too many parts", strings.Join(d.name, "."))
	case want == 2:
		_, err = x.s.databasesIn(x.workspace, x.namespace, d.name[0])
	}
	if err != nil {
		return "", problemAt(x.first, "%s", messageOf(err))
	}
	return x.key(d.name...), nil
}

func (x execution) has(d definition, key string) bool {
	switch d.object {
	case "CATALOG":
		return d.name[0] == defaultCatalog || exists(x.s, x.s.catalogs, key)
	case "DATABASE":
		return d.name[1] == defaultDatabase || exists(x.s, x.s.databases, key)
	}
	return exists(x.s, x.s.tables, key)
}

func (x execution) create(d definition, st statement, c *cursor) *sqlProblem {
	key, problem := x.place(&d)
	if problem != nil {
		return problem
	}
	name := d.name[len(d.name)-1]
	if x.has(d, key) {
		if d.conditional {
			return nil
		}
		return problemAt(x.first, "%s %s already exists", strings.ToLower(d.object), name)
	}
	switch d.object {
	case "CATALOG":
		_, properties := c.options()
		save(x.s, x.s.catalogs, key, flink.Catalog{Name: name, Properties: properties})
	case "DATABASE":
		comment, properties := c.options()
		save(x.s, x.s.databases, key, database{d.name[0], flink.Database{Name: name, Comment: comment, Properties: properties}})
	default:
		t := c.table(st.sql)
		t.Name, t.TableType = name, d.object
		save(x.s, x.s.tables, key, table{d.name[0], d.name[1], t})
	}
	return nil
}

func (x execution) drop(d definition, cascade bool) *sqlProblem {
	key, problem := x.place(&d)
	if problem != nil {
		return problem
	}
	name := d.name[len(d.name)-1]
	switch {
	case !x.has(d, key) && d.conditional:
		return nil
	case !x.has(d, key):
		return problemAt(x.first, "%s %s does not exist", strings.ToLower(d.object), name)
	case d.object == "CATALOG" && name == defaultCatalog, d.object == "DATABASE" && name == defaultDatabase:
		return problemAt(x.first, "%s %s cannot be dropped", strings.ToLower(d.object), name)
	}
	switch d.object {
	case "CATALOG":
		dropWithin(x.s, x.s.databases, key)
		dropWithin(x.s, x.s.tables, key)
		_, _ = remove(x.s, x.s.catalogs, key, "catalog", name)
	case "DATABASE":
		if list, _ := x.s.tablesIn(x.workspace, x.namespace, d.name[0], name); len(list) > 0 && !cascade {
			return problemAt(x.first, "database %s is not empty", name)
		}
		dropWithin(x.s, x.s.tables, key)
		_, _ = remove(x.s, x.s.databases, key, "database", name)
	default:
		_, _ = remove(x.s, x.s.tables, key, "table", name)
	}
	return nil
}

// dropWithin drops what is in a catalog or a database.
func dropWithin[T any](s *Service, t *world.Table[T], key string) {
	for k := range t.Within(key) {
		_, _ = remove(s, t, k, "", k) // some are gone already
	}
}

// messageOf returns what the service says of a refusal.
func messageOf(err error) string {
	if x, ok := errors.AsType[*front.Refusal](err); ok {
		return x.Message
	}
	return err.Error()
}
