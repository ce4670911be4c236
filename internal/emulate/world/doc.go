// Package world is what the services of an emulator share: a clock, a lock, changes that are under way, and tables of
// resources with their past and planned states. It knows no service.
package world
