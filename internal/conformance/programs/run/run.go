// Package run is shared by the programs of this folder: they make one call to the address in their argument,
// and print how many nanoseconds that took, including making the client.
package run

import (
	"fmt"
	"os"
	"time"
)

// Main makes the call. call also returns the client, for programs that keep it behind an interface.
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
