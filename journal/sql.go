package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Dialect is how a database writes SQL.
type Dialect string

const (
	DialectPostgreSQL Dialect = "PostgreSQL" // 9.5 or later
	DialectSQLite     Dialect = "SQLite"     // 3.24 or later
)

// DefaultTable is the name of the table unless SQLOptions has another one.
const DefaultTable = "cloud_changes"

// SQLOptions say how a journal is kept in a database.
type SQLOptions struct {
	Dialect Dialect // required
	Table   string  // "cloud_changes", or "schema.table"; the default is DefaultTable
}

// SQLJournal keeps its entries in a table of a database. The table has one row for each key:
//
//	change_key TEXT PRIMARY KEY
//	version    BIGINT  the version of the entry
//	outcome    TEXT    pending, succeeded, failed or canceled
//	updated    TEXT    when the row was written, in UTC: "2026-11-29T13:07:00Z"
//	token      TEXT    the token, as secret as the request until the change has begun
//	steps      TEXT    the steps, as lines of JSON
//	dropped    BIGINT  how many steps were left out
//	ended      TEXT    how the change ended, as JSON; empty until then
//
// Programs need the rights to SELECT, INSERT and UPDATE, and Delete that to DELETE. For people who may read the audit trail
// but no secrets, make a view without the token.
type SQLJournal struct {
	db      *sql.DB
	dialect Dialect
	table   string
}

var _ Journal = (*SQLJournal)(nil)

// SQL returns a journal that keeps its entries in a table. [SQLJournal.Create] makes the table.
//
// Each Load and Store is one statement, and no transaction is open between them. With SQLite, set a busy timeout in the
// name of the database, so that processes wait for each other's statements instead of failing.
func SQL(db *sql.DB, o SQLOptions) (*SQLJournal, error) {
	if o.Table == "" {
		o.Table = DefaultTable
	}
	var problems []cloud.Problem
	if o.Dialect != DialectPostgreSQL && o.Dialect != DialectSQLite {
		problems = append(problems, cloud.Problem{
			Field: "Dialect", Check: cloud.CheckEnum, Rule: "must be PostgreSQL or SQLite", Given: fmt.Sprintf("%.60q", o.Dialect),
		})
	}
	if !tableName.MatchString(o.Table) {
		problems = append(problems, cloud.Problem{
			Field: "Table", Check: cloud.CheckPattern, Rule: "must be a name of letters, digits and underscores, with a schema or without",
			Given: fmt.Sprintf("%.60q", o.Table),
		})
	}
	if db == nil {
		problems = append(problems, cloud.Problem{Field: "db", Check: cloud.CheckRequired, Rule: "required"})
	}
	if problems != nil {
		return nil, &cloud.ValidationError{Service: "journal", Problems: problems}
	}
	return &SQLJournal{db, o.Dialect, o.Table}, nil
}

var tableName = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*\.)?[A-Za-z_][A-Za-z0-9_]*$`)

// statement puts the name of the table and the dialect's placeholders into a statement.
func (j *SQLJournal) statement(text string) string {
	text = strings.ReplaceAll(text, "TABLE_NAME", j.table)
	if j.dialect != DialectPostgreSQL {
		return text
	}
	parts := strings.Split(text, "?")
	var b strings.Builder
	b.WriteString(parts[0])
	for i, part := range parts[1:] {
		b.WriteString("$" + strconv.Itoa(i+1) + part)
	}
	return b.String()
}

// Create makes the table unless it exists. It needs the right to do so, which the other methods do not.
func (j *SQLJournal) Create(ctx context.Context) error {
	_, err := j.db.ExecContext(ctx, j.statement(`CREATE TABLE IF NOT EXISTS TABLE_NAME (
	change_key TEXT PRIMARY KEY,
	version BIGINT NOT NULL,
	outcome TEXT NOT NULL,
	updated TEXT NOT NULL,
	token TEXT NOT NULL,
	steps TEXT NOT NULL,
	dropped BIGINT NOT NULL,
	ended TEXT NOT NULL
)`))
	return err
}

// Load is Journal.Load.
func (j *SQLJournal) Load(ctx context.Context, key string) (Entry, error) {
	row := j.db.QueryRowContext(ctx, j.statement(
		`SELECT version, token, steps, dropped, ended FROM TABLE_NAME WHERE change_key = ?`), key)
	e := Entry{Key: key}
	var token, steps, ended string
	switch err := row.Scan(&e.Version, &token, &steps, &e.Dropped, &ended); {
	case errors.Is(err, sql.ErrNoRows):
		return Entry{}, nil
	case err != nil:
		return Entry{}, err
	}
	e.Token = cloud.NewSecret(token)
	var err error
	if e.Steps, err = parseSteps([]byte(steps)); err != nil {
		return Entry{}, fmt.Errorf("table %s, column steps: %w", j.table, err)
	}
	if ended != "" {
		e.End = new(End)
		if err := json.Unmarshal([]byte(ended), e.End); err != nil {
			return Entry{}, fmt.Errorf("table %s, column ended: %w", j.table, err)
		}
	}
	return e, nil
}

// Store is Journal.Store.
func (j *SQLJournal) Store(ctx context.Context, e Entry) error {
	text, values, err := j.StoreStatement(e)
	if err != nil {
		return err
	}
	result, err := j.db.ExecContext(ctx, text, values...)
	if isSerialization(err) {
		return ErrChanged
	}
	return changed(result, err)
}

// StoreStatement returns the statement of Store and its arguments, for a transaction of the caller's. It has to affect one
// row; if it affects none, somebody else has changed the entry.
func (j *SQLJournal) StoreStatement(e Entry) (text string, values []any, err error) {
	outcome, ended := cloud.Pending, []byte(nil)
	if e.End != nil {
		if ended, err = json.Marshal(e.End); err != nil {
			return "", nil, err
		}
		outcome = e.End.Outcome
	}
	text = `UPDATE TABLE_NAME SET version = ?, outcome = ?, updated = ?, token = ?, steps = ?, dropped = ?, ended = ?
WHERE change_key = ? AND version = ?`
	values = []any{
		e.Version + 1, outcome.String(), time.Now().UTC().Format(time.RFC3339), e.Token.Reveal(), e.Steps.String(), e.Dropped,
		string(ended), e.Key, e.Version,
	}
	if e.Version == 0 {
		text = `INSERT INTO TABLE_NAME (version, outcome, updated, token, steps, dropped, ended, change_key)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (change_key) DO NOTHING`
		values = values[:len(values)-1]
	}
	return j.statement(text), values, nil
}

// isSerialization reports whether a statement failed because another one changed the row first, as it does if the
// database's default isolation is stricter than usual.
func isSerialization(err error) bool {
	e, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err)
	return ok && e.SQLState() == "40001"
}

// changed returns ErrChanged for a statement that found no row.
func changed(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	rows, err := result.RowsAffected()
	if err == nil && rows == 0 {
		return ErrChanged
	}
	return err
}

// Delete removes the entry of a change that has ended; the entry of any other is an error. A Run of the same key starts
// the change again, so delete it only when there will be none. Rows of changes that have ended may be deleted by any
// other means, too.
func (j *SQLJournal) Delete(ctx context.Context, key string) error {
	e, err := j.Load(ctx, key)
	if err != nil || e.Version == 0 {
		return err
	}
	if err := mayDelete(key, e); err != nil {
		return err
	}
	return changed(j.db.ExecContext(ctx, j.statement(`DELETE FROM TABLE_NAME WHERE change_key = ? AND version = ?`), key, e.Version))
}
