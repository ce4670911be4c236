// Package toolchain runs commands of this module with several versions of Go.
package toolchain

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Versions are the oldest Go that the main module supports and the newest one.
const Versions = "go1.26.8,go1.27.3"

// RunEach runs the package of a command, with the arguments of this process, once for each of the versions, which are
// separated by commas. The command must take a flag go that is empty then.
func RunEach(versions, command string) error {
	for version := range strings.SplitSeq(versions, ",") {
		fmt.Println(version)
		c := exec.Command("go", append(append([]string{"run", command}, os.Args[1:]...), "-go=")...)
		c.Env = append(os.Environ(), "GOTOOLCHAIN="+version)
		c.Stdout, c.Stderr = os.Stdout, os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("%s: %w", version, err)
		}
		fmt.Println()
	}
	return nil
}
