// Package recording stores the exchanges of clients with a real service in files, without secrets, and answers from
// such files.
package recording
