//go:build unix && !aix

package transport

import (
	"crypto/tls"
	"errors"
	"net"
	"syscall"
)

// isClosed reports whether an idle connection has something to read, without reading it: the server closed it,
// which net/http may not have noticed yet. A change that is written to such a connection is lost, and the error
// does not say whether it was carried out.
func isClosed(c net.Conn) bool {
	if t, ok := c.(*tls.Conn); ok {
		if t.ConnectionState().NegotiatedProtocol == "h2" {
			return false // whose servers send on idle connections
		}
		c = t.NetConn()
	}
	s, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	over := false
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		over = !errors.Is(err, syscall.EAGAIN)
	})
	return err == nil && over
}
