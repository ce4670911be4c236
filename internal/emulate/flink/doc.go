// Package flink is Realtime Compute for Apache Flink in the emulator.
package flink
