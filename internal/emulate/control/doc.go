// Package control serves the control API of the emulator, for programs in any language, and its page.
package control
