package flink

import (
	"strings"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

func (s *Service) statementOperations() front.Handlers {
	return front.Handlers{
		"ValidateSqlStatement": front.Handle(s.validateStatement),
		"ExecuteSqlStatement":  front.Handle(s.executeStatement),
	}
}

// A statement is one statement of SQL.
type statement struct {
	sql    string // the text that the tokens are in
	tokens []token
	kind   flink.ValidationResult
}

// statementKinds are the first words of statements. The emulator does not know the whole grammar of Flink: it refuses what
// is plainly no statement.
var statementKinds = map[string]flink.ValidationResult{
	"SELECT": flink.ValidationResultValidSelectQuery, "WITH": flink.ValidationResultValidSelectQuery,
	"VALUES": flink.ValidationResultValidSelectQuery, "(": flink.ValidationResultValidSelectQuery,
	"INSERT": flink.ValidationResultValidInsertQuery, "UPDATE": flink.ValidationResultValidInsertQuery,
	"DELETE": flink.ValidationResultValidInsertQuery, "EXECUTE": flink.ValidationResultValidInsertQuery,
	"CREATE": flink.ValidationResultValidDDLStatement, "DROP": flink.ValidationResultValidDDLStatement,
	"ALTER": flink.ValidationResultValidDDLStatement, "TRUNCATE": flink.ValidationResultValidDDLStatement,
	"ANALYZE": flink.ValidationResultValidDDLStatement,
	"USE":     flink.ValidationResultValidCommandStatement, "SHOW": flink.ValidationResultValidCommandStatement,
	"DESCRIBE": flink.ValidationResultValidCommandStatement, "DESC": flink.ValidationResultValidCommandStatement,
	"EXPLAIN": flink.ValidationResultValidCommandStatement, "SET": flink.ValidationResultValidCommandStatement,
	"RESET": flink.ValidationResultValidCommandStatement, "ADD": flink.ValidationResultValidCommandStatement,
	"REMOVE": flink.ValidationResultValidCommandStatement, "LOAD": flink.ValidationResultValidCommandStatement,
	"UNLOAD": flink.ValidationResultValidCommandStatement, "CALL": flink.ValidationResultValidCommandStatement,
	"BEGIN": flink.ValidationResultValidCommandStatement, "END": flink.ValidationResultValidCommandStatement,
}

// parseSQL splits SQL into statements and checks each.
func parseSQL(sql string) ([]statement, *sqlProblem) {
	tokens, problem := scan(sql)
	if problem != nil {
		return nil, problem
	}
	var list []statement
	var part []token
	for _, t := range append(tokens, token{text: ";"}) {
		if !t.is(";") {
			part = append(part, t)
			continue
		}
		if len(part) == 0 {
			continue
		}
		kind, problem := checkStatement(part)
		if problem != nil {
			return nil, problem
		}
		list = append(list, statement{sql, part, kind})
		part = nil
	}
	if len(list) == 0 {
		return nil, &sqlProblem{"there is no statement", position{1, 1}, position{1, 1}}
	}
	return list, nil
}

func checkStatement(tokens []token) (flink.ValidationResult, *sqlProblem) {
	first := tokens[0]
	kind, ok := statementKinds[strings.ToUpper(first.text)]
	if !ok || first.quote != 0 {
		return "", problemAt(first, "a statement cannot begin with %q", first.text)
	}
	if len(tokens) == 1 && !first.is("BEGIN") && !first.is("END") && !first.is("SET") && !first.is("RESET") {
		return "", problemAt(first, "the statement ends after %q", first.text)
	}
	if problem := checkPairs(tokens); problem != nil {
		return "", problem
	}
	c := cursor{tokens: tokens[1:]}
	switch {
	case first.is("INSERT"):
		return kind, c.checkInsert(tokens[len(tokens)-1])
	case first.is("CREATE"), first.is("DROP"), first.is("ALTER"):
		return kind, c.checkDefinition(tokens[len(tokens)-1])
	}
	return kind, nil
}

// checkPairs checks that every parenthesis has its other half.
func checkPairs(tokens []token) *sqlProblem {
	var open []token
	for _, t := range tokens {
		switch {
		case t.is("("):
			open = append(open, t)
		case t.is(")") && len(open) == 0:
			return problemAt(t, "the parenthesis was not opened")
		case t.is(")"):
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return problemAt(open[len(open)-1], "the parenthesis is not closed")
	}
	return nil
}

// A cursor reads tokens in order.
type cursor struct{ tokens []token }

// accept skips words if they are next.
func (c *cursor) accept(words ...string) bool {
	if len(c.tokens) < len(words) {
		return false
	}
	for i, w := range words {
		if !c.tokens[i].is(w) {
			return false
		}
	}
	c.tokens = c.tokens[len(words):]
	return true
}

// acceptOne skips one of several words if it is next.
func (c *cursor) acceptOne(words ...string) string {
	for _, w := range words {
		if c.accept(w) {
			return w
		}
	}
	return ""
}

// name reads a name, such as catalog.database.table.
func (c *cursor) name() []string {
	var parts []string
	for len(c.tokens) > 0 && c.tokens[0].isName() {
		parts = append(parts, c.tokens[0].text)
		c.tokens = c.tokens[1:]
		if !c.accept(".") {
			break
		}
	}
	return parts
}

// missing reports what should be next.
func (c *cursor) missing(after token, what string) *sqlProblem {
	if len(c.tokens) > 0 {
		return problemAt(c.tokens[0], "expected %s instead of %q", what, c.tokens[0].text)
	}
	return problemAt(after, "the statement ends without %s", what)
}

func (c *cursor) checkInsert(last token) *sqlProblem {
	if c.acceptOne("INTO", "OVERWRITE") == "" {
		return c.missing(last, "INTO or OVERWRITE")
	}
	if len(c.name()) == 0 {
		return c.missing(last, "the name of a table")
	}
	for _, t := range c.tokens {
		if t.is("SELECT") || t.is("VALUES") || t.is("TABLE") {
			return nil
		}
	}
	return c.missing(last, "SELECT or VALUES")
}

// definable are the kinds of objects that statements define.
var definable = []string{"TABLE", "VIEW", "CATALOG", "DATABASE", "FUNCTION", "MODEL"}

func (c *cursor) checkDefinition(first token) *sqlProblem {
	d, problem := c.definition(first)
	if problem == nil && len(d.name) == 0 {
		problem = c.missing(first, "a name")
	}
	return problem
}

// A definition is the beginning of a statement that creates, drops or alters an object.
type definition struct {
	object      string // such as TABLE
	name        []string
	temporary   bool
	conditional bool // IF NOT EXISTS or IF EXISTS
}

func (c *cursor) definition(first token) (d definition, problem *sqlProblem) {
	c.accept("OR", "REPLACE")
	d.temporary = c.accept("TEMPORARY")
	c.accept("SYSTEM")
	c.accept("MATERIALIZED")
	if d.object = c.acceptOne(definable...); d.object == "" {
		return d, c.missing(first, "TABLE, VIEW, CATALOG, DATABASE, FUNCTION or MODEL")
	}
	d.conditional = c.accept("IF", "NOT", "EXISTS") || c.accept("IF", "EXISTS")
	d.name = c.name()
	return d, nil
}

func (s *Service) validateStatement(_ *front.Received, in flink.ValidateSQLStatementRequest) (any, error) {
	statements, problem := parseSQL(in.SQLStatementWithContext.Statement)
	if problem != nil {
		return &flink.SQLStatementValidationResult{
			ValidationResult: flink.ValidationResultInvalidQuery, Message: problem.message, ErrorDetails: problem.details(),
		}, nil
	}
	return &flink.SQLStatementValidationResult{Success: true, ValidationResult: statements[0].kind}, nil
}

// executeStatement executes one statement on the metadata. A statement that fails is no error of the request.
func (s *Service) executeStatement(_ *front.Received, in flink.ExecuteSQLStatementRequest) (any, error) {
	sql := in.SQLStatementWithContext.Statement
	result := &flink.SQLStatementExecuteResult{Statement: sql}
	statements, problem := parseSQL(sql)
	if problem == nil && len(statements) > 1 {
		problem = problemAt(statements[1].tokens[0], "only one statement can be executed at a time")
	}
	if problem == nil {
		problem = s.execute(in.Workspace, in.Namespace, statements[0])
	}
	if problem != nil {
		result.ErrorDetails = problem.details()
		return result, nil
	}
	result.ExecuteSuccess = true
	return result, nil
}
