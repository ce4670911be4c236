// Package aws is what the emulated services of AWS share: signatures, and errors.
package aws
