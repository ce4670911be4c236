// Package proton is AWS Proton in the emulator.
package proton
