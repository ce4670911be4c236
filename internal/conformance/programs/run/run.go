// Package run is what the programs of this folder have in common: they make one call to the address that
// is their argument, and print how many nanoseconds that took, making the client included.
package run

import (
	"fmt"
	"os"
	"time"
)

// Main makes the one call. It is given the client too, for programs that keep it behind an interface.
func Main(call func(url string) (client any, err error)) {
	start := time.Now()
	client, err := call(os.Args[1])
	took := time.Since(start)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	show(client)
	fmt.Println(took.Nanoseconds())
}
