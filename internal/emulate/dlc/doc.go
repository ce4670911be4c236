// Package dlc is Data Lake Compute in the emulator.
package dlc
