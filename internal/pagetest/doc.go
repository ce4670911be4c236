// Package pagetest tests the page of the emulator in a browser. It is a module of its own, so that what drives the browser
// is no dependency of the main one.
package pagetest
