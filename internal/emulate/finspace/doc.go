// Package finspace is Amazon FinSpace in the emulator.
package finspace
