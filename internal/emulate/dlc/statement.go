package dlc

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// quoted returns a name of SQL, and text a string.
func quoted(parts ...string) string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = "`" + p + "`"
	}
	return strings.Join(names, ".")
}

func text(s string) string { return "'" + strings.ReplaceAll(s, "'", `\'`) + "'" }

func databaseSQL(datasource string, d dlc.DatabaseInfo) string {
	if datasource == "" {
		datasource = managedCatalog
	}
	sql := "CREATE DATABASE IF NOT EXISTS " + quoted(datasource, d.DatabaseName)
	if d.Comment != nil && *d.Comment != "" {
		sql += " COMMENT " + text(*d.Comment)
	}
	if d.Location != "" {
		sql += " LOCATION " + text(d.Location)
	}
	if len(d.Properties) > 0 {
		sql += " WITH DBPROPERTIES " + propertyList(d.Properties)
	}
	return sql
}

func propertyList(properties []dlc.Property) string {
	list := make([]string, len(properties))
	for i, p := range properties {
		list[i] = text(p.Key) + "=" + text(p.Value)
	}
	return "(" + strings.Join(list, ", ") + ")"
}

func tableSQL(d tableDefinition) string {
	b := d.base
	if b.DatasourceConnectionName == "" {
		b.DatasourceConnectionName = managedCatalog
	}
	sql := "CREATE TABLE IF NOT EXISTS "
	if d.external {
		sql = "CREATE EXTERNAL TABLE IF NOT EXISTS "
	}
	sql += quoted(b.DatasourceConnectionName, b.DatabaseName, b.TableName) + " (" + columnList(d.columns) + ")"
	if len(d.partitions) > 0 {
		names := make([]string, len(d.partitions))
		for i, p := range d.partitions {
			names[i] = quoted(p.Name)
			if d.external {
				names[i] += " " + p.Type
			}
		}
		sql += " PARTITIONED BY (" + strings.Join(names, ", ") + ")"
	}
	if b.TableComment != nil && *b.TableComment != "" {
		sql += " COMMENT " + text(*b.TableComment)
	}
	if d.location != "" {
		sql += " LOCATION " + text(d.location)
	}
	if len(d.properties) > 0 {
		sql += " TBLPROPERTIES " + propertyList(d.properties)
	}
	return sql
}

func columnList(columns []dlc.TColumn) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = quoted(c.Name) + " " + c.Type
		if c.NotNull != nil && *c.NotNull {
			list[i] += " NOT NULL"
		}
		if c.Comment != nil && *c.Comment != "" {
			list[i] += " COMMENT " + text(*c.Comment)
		}
	}
	return strings.Join(list, ", ")
}

// pendingStatement is a statement that changes the metadata when its task succeeds.
type pendingStatement struct {
	task       string
	definition definitionStatement
}

// definitionStatement is a statement that creates or drops a database, a table or a view.
type definitionStatement struct {
	drop  bool
	kind  string // DATABASE, TABLE or VIEW
	name  dlc.TableBaseInfo
	after string // what follows the name
}

// definitions matches the beginning of the statements that change the metadata: the verb, the kind and the name.
var definitions = regexp.MustCompile("(?is)^\\s*(create|drop)\\s+(?:or\\s+replace\\s+)?(?:external\\s+)?(database|schema|table|view)\\s+" +
	"(?:if\\s+(?:not\\s+)?exists\\s+)?((?:`[^`]+`|\\w+)(?:\\s*\\.\\s*(?:`[^`]+`|\\w+))*)(.*)$")

// nameParts matches the parts of a name.
var nameParts = regexp.MustCompile("`([^`]+)`|(\\w+)")

// parseDefinition reads a statement. It returns false if it changes no metadata. Names without a data source or a
// database are those of the task.
func parseDefinition(sql, datasource, database string) (d definitionStatement, ok bool) {
	m := definitions.FindStringSubmatch(sql)
	if m == nil {
		return d, false
	}
	d = definitionStatement{drop: strings.EqualFold(m[1], "drop"), kind: strings.ToUpper(m[2]), after: m[4]}
	d.name = dlc.TableBaseInfo{DatasourceConnectionName: datasource, DatabaseName: database}
	var parts []string
	for _, p := range nameParts.FindAllStringSubmatch(m[3], -1) {
		parts = append(parts, p[1]+p[2])
	}
	if d.kind == "SCHEMA" {
		d.kind = "DATABASE"
	}
	targets := []*string{&d.name.DatasourceConnectionName, &d.name.DatabaseName, &d.name.TableName}
	if d.kind == "DATABASE" {
		targets = targets[:2]
	}
	if len(parts) > len(targets) {
		return d, false
	}
	for i, part := range parts {
		*targets[len(targets)-len(parts)+i] = part
	}
	return d, true
}

// decoded returns the SQL of a task, which is in base64.
func decoded(sql string) string {
	text, err := base64.StdEncoding.DecodeString(sql)
	if err != nil {
		return ""
	}
	return string(text)
}

// noteStatement remembers the statement of a task, in base64, if it changes the metadata.
func (s *Service) noteStatement(t dlc.TaskResponseInfo, datasource string) {
	if d, ok := parseDefinition(decoded(t.SQL), datasource, t.DatabaseName); ok {
		s.catalog.statements = append(s.catalog.statements, pendingStatement{t.ID, d})
	}
}

// runStatements executes the statements of the tasks that have succeeded since. One that cannot be executed, because
// the database is missing or the table exists, changes nothing; its task succeeds all the same.
func (s *Service) runStatements() {
	pending := s.catalog.statements
	s.catalog.statements = nil
	for _, p := range pending {
		row := s.tasks.Row(p.task)
		t, ok := row.Actual(s.world.Now())
		switch {
		case !ok || t.State < 0:
		case t.State == dlc.TaskStateSucceeded:
			// What a statement did may not depend on when somebody looks.
			s.world.As(row.Since(s.world.Now()), func() { s.define(p.definition) })
		default:
			s.catalog.statements = append(s.catalog.statements, p)
		}
	}
}

// define executes a statement.
func (s *Service) define(d definitionStatement) {
	switch {
	case d.kind == "DATABASE" && d.drop:
		s.dropDatabase(d.name.DatasourceConnectionName, d.name.DatabaseName)
	case d.kind == "DATABASE":
		if s.newDatabaseName(d.name.DatasourceConnectionName, d.name.DatabaseName) == nil {
			v := databaseState{}
			v.DatabaseName, v.Comment, v.Location = d.name.DatabaseName, clause(d.after, "comment"), clause(d.after, "location")
			v.Properties = properties(d.after)
			s.putDatabase(d.name.DatasourceConnectionName, v)
		}
	case d.drop:
		if t, err := s.table(d.name.DatasourceConnectionName, d.name.DatabaseName, d.name.TableName); err == nil {
			s.dropTable(t)
		}
	case s.newTableName(d.name) == nil:
		s.putTable(s.newTable(d.table()))
	}
}

// table returns the definition in a statement that creates a table or a view.
func (d definitionStatement) table() tableDefinition {
	columns, after := parenthesized(d.after)
	t := tableDefinition{base: d.name, properties: properties(after), location: clause(after, "location")}
	if comment := clause(after, "comment"); comment != "" {
		t.base.TableComment = &comment
	}
	t.base.Type = map[string]string{"TABLE": "TABLE", "VIEW": "VIRTUAL_VIEW"}[d.kind]
	t.columns = parseColumns(columns)
	if i := strings.Index(strings.ToLower(after), "partitioned by"); i >= 0 {
		keys, _ := parenthesized(after[i+len("partitioned by"):])
		for _, c := range parseColumns(keys) {
			i := slices.IndexFunc(t.columns, func(other dlc.TColumn) bool { return other.Name == c.Name })
			if i >= 0 && c.Type == "" {
				c.Type = t.columns[i].Type
			}
			t.partitions = append(t.partitions, dlc.TPartition{Name: c.Name, Type: c.Type})
		}
	}
	return t
}

// scan calls visit for every character outside of strings, with how many brackets are open after it.
func scan(sql string, visit func(i int, c rune, open int)) {
	open, inText := 0, false
	for i, c := range sql {
		switch {
		case c == '\'' && (i == 0 || sql[i-1] != '\\'):
			inText = !inText
		case inText:
		case c == '(' || c == '<':
			open++
		case c == ')' || c == '>':
			open--
		}
		if !inText {
			visit(i, c, open)
		}
	}
}

// parenthesized splits off the list in parentheses that a part of a statement begins with.
func parenthesized(sql string) (list, after string) {
	sql = strings.TrimSpace(sql)
	if !strings.HasPrefix(sql, "(") {
		return "", sql
	}
	end := len(sql)
	scan(sql, func(i int, c rune, open int) {
		if c == ')' && open == 0 {
			end = min(end, i)
		}
	})
	return sql[1:end], sql[min(end+1, len(sql)):]
}

// columnDefinition matches a name, a type and what follows.
var columnDefinition = regexp.MustCompile("(?is)^\\s*(?:`([^`]+)`|(\\w+))\\s*(\\w+(?:\\s*[(<].*[)>])?)?(.*)$")

func parseColumns(list string) []dlc.TColumn {
	var columns []dlc.TColumn
	for _, part := range splitList(list) {
		m := columnDefinition.FindStringSubmatch(part)
		if m == nil {
			continue
		}
		c := dlc.TColumn{Name: m[1] + m[2], Type: m[3]}
		if comment := clause(m[4], "comment"); comment != "" {
			c.Comment = &comment
		}
		columns = append(columns, c)
	}
	return columns
}

// splitList splits a list at the commas that are in no brackets.
func splitList(list string) []string {
	var parts []string
	start := 0
	scan(list, func(i int, c rune, open int) {
		if c == ',' && open == 0 {
			parts, start = append(parts, list[start:i]), i+1
		}
	})
	return append(parts, list[start:])
}

// clauses match a keyword and the string after it.
var clauses = map[string]*regexp.Regexp{
	"comment":  regexp.MustCompile(`(?is)\bcomment\s+'((?:[^'\\]|\\.)*)'`),
	"location": regexp.MustCompile(`(?is)\blocation\s+'((?:[^'\\]|\\.)*)'`),
}

// clause returns the string after a keyword.
func clause(sql, keyword string) string {
	m := clauses[keyword].FindStringSubmatch(sql)
	if m == nil {
		return ""
	}
	return strings.ReplaceAll(m[1], `\'`, "'")
}

var (
	propertyClause = regexp.MustCompile(`(?is)\b(?:tblproperties|dbproperties)\s*\((.*)\)`)
	property       = regexp.MustCompile(`'((?:[^'\\]|\\.)*)'\s*=\s*'((?:[^'\\]|\\.)*)'`)
)

// properties returns the properties that a statement gives.
func properties(sql string) []dlc.Property {
	m := propertyClause.FindStringSubmatch(sql)
	if m == nil {
		return nil
	}
	var list []dlc.Property
	for _, p := range property.FindAllStringSubmatch(m[1], -1) {
		list = append(list, dlc.Property{Key: strings.ReplaceAll(p[1], `\'`, "'"), Value: strings.ReplaceAll(p[2], `\'`, "'")})
	}
	return list
}
