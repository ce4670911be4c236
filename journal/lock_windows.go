package journal

import (
	"os"
	"syscall"
	"unsafe"
)

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// lock waits until no other process has the file locked, and locks it until it is closed.
func lock(file *os.File) error {
	const exclusive = 2
	var whole syscall.Overlapped
	if ok, _, err := lockFileEx.Call(file.Fd(), exclusive, 0, 1, 0, uintptr(unsafe.Pointer(&whole))); ok == 0 {
		return err
	}
	return nil
}
