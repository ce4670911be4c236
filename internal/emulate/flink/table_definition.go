package flink

import (
	"strings"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

// options reads a comment and the options in WITH (…), which end most definitions.
func (c *cursor) options() (comment string, properties map[string]any) {
	properties = map[string]any{}
	for len(c.tokens) > 0 {
		switch {
		case c.accept("COMMENT"):
			comment = c.text()
		case c.accept("WITH", "("):
			properties = optionsOf(c.untilClosed())
		default:
			c.tokens = c.tokens[1:]
		}
	}
	return comment, properties
}

// text reads the next token.
func (c *cursor) text() string {
	if len(c.tokens) == 0 {
		return ""
	}
	t := c.tokens[0]
	c.tokens = c.tokens[1:]
	return t.text
}

// untilClosed reads what is in a parenthesis that was opened, split at its commas.
func (c *cursor) untilClosed() [][]token {
	var items [][]token
	depth, start := 1, 0
	for i, t := range c.tokens {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		}
		if depth == 0 || depth == 1 && t.is(",") {
			if i > start {
				items = append(items, c.tokens[start:i])
			}
			start = i + 1
		}
		if depth == 0 {
			c.tokens = c.tokens[i+1:]
			return items
		}
	}
	c.tokens = nil
	return items
}

// optionsOf returns options, which are written 'key' = 'value'.
func optionsOf(items [][]token) map[string]any {
	options := map[string]any{}
	for _, item := range items {
		if len(item) == 3 && item[1].is("=") {
			options[item[0].text] = item[2].text
		}
	}
	return options
}

// namesOf returns the names in a list.
func namesOf(items [][]token) []string {
	var names []string
	for _, item := range items {
		names = append(names, item[0].text)
	}
	return names
}

// table reads what follows the name of a table: columns, keys, and options.
func (c *cursor) table(sql string) flink.Table {
	t := flink.Table{Schema: &flink.Schema{}}
	if c.accept("(") {
		for _, item := range c.untilClosed() {
			addToSchema(t.Schema, item, sql)
		}
	}
	for len(c.tokens) > 0 && !c.accept("AS") {
		switch {
		case c.accept("COMMENT"):
			t.Comment = c.text()
		case c.accept("PARTITIONED", "BY", "("):
			t.PartitionKeys = namesOf(c.untilClosed())
		case c.accept("WITH", "("):
			t.Properties = optionsOf(c.untilClosed())
		default:
			c.tokens = c.tokens[1:]
		}
	}
	return t
}

// addToSchema adds a column, a key or a watermark to a schema.
func addToSchema(schema *flink.Schema, item []token, sql string) {
	c := cursor{tokens: item}
	constraint := ""
	if c.accept("CONSTRAINT") {
		constraint = c.text()
	}
	switch {
	case c.accept("PRIMARY", "KEY", "("):
		schema.PrimaryKey = primaryKey(constraint, namesOf(c.untilClosed()))
	case c.accept("WATERMARK", "FOR"):
		w := flink.WatermarkSpec{Column: strings.Join(c.name(), ".")}
		if c.accept("AS") {
			w.WatermarkExpression = textOf(c.tokens, sql)
		}
		schema.WatermarkSpecs = append(schema.WatermarkSpecs, w)
	case len(item) > 0:
		column, isKey := columnOf(c, sql)
		schema.Columns = append(schema.Columns, column)
		if isKey {
			schema.PrimaryKey = primaryKey("", []string{column.Name})
		}
	}
}

func primaryKey(constraint string, columns []string) *flink.PrimaryKey {
	if constraint == "" {
		constraint = "PK_" + strings.Join(columns, "_")
	}
	return &flink.PrimaryKey{Columns: columns, ConstraintName: constraint, ConstraintType: "PRIMARY_KEY"}
}

// textOf returns tokens as they were written.
func textOf(tokens []token, sql string) string {
	if len(tokens) == 0 {
		return ""
	}
	return sql[tokens[0].start:tokens[len(tokens)-1].end]
}

// columnOf reads a column: its name, and its type or the expression that computes it.
func columnOf(c cursor, sql string) (column flink.TableColumn, isKey bool) {
	column = flink.TableColumn{Name: c.text(), Nullable: true}
	if c.accept("AS") {
		column.Expression = textOf(c.until("COMMENT"), sql)
		return column, false
	}
	column.Type = textOf(c.until("METADATA", "NOT", "NULL", "COMMENT", "PRIMARY"), sql)
	column.LogicalType = column.Type
	for len(c.tokens) > 0 {
		switch {
		case c.accept("NOT", "NULL"):
			column.Nullable = false
		case c.accept("PRIMARY", "KEY"):
			column.Nullable, isKey = false, true
		case c.accept("METADATA"):
			column.MetadataInfo = &flink.MetadataInfo{Key: column.Name}
			if c.accept("FROM") {
				column.MetadataInfo.Key = c.text()
			}
			column.MetadataInfo.Virtual = c.accept("VIRTUAL")
		default:
			c.tokens = c.tokens[1:]
		}
	}
	return column, isKey
}

// until reads up to one of several words outside parentheses.
func (c *cursor) until(words ...string) []token {
	depth := 0
	for i, t := range c.tokens {
		switch {
		case t.is("(") || t.is("<"):
			depth++
		case t.is(")") || t.is(">"):
			depth--
		}
		for _, w := range words {
			if depth == 0 && t.is(w) {
				read := c.tokens[:i]
				c.tokens = c.tokens[i:]
				return read
			}
		}
	}
	read := c.tokens
	c.tokens = nil
	return read
}
