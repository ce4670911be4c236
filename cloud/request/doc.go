// Package request reads the requests of all services from JSON as people and programs write it, and describes their
// members: for command lines, files of configuration and forms.
//
// A request has all its members in one object, under their names on the wire, wherever they travel: in the body, the
// path, the query or a header. A request whose body is one structure has that under its name, as in
// {"namespace": "default", "deployment": {…}}. That is also how requests marshal to JSON.
package request
