// Package journaltest tests package journal with real databases and with processes that are killed. It is a module of its
// own, so that the drivers of the databases are no dependencies of the main one.
package journaltest
