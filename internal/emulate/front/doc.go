// Package front receives the requests of clients: it finds the service and the operation, verifies signatures, decodes,
// applies faults, and keeps a log.
package front
