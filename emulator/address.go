package emulator

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// maxSpeed is the highest speed of the clock. At a higher one a long run would leave the range of time.Duration.
const maxSpeed = 1000

// WithAddress makes the emulator listen on an address, such as "127.0.0.1:4566". The default is a free port on
// loopback. Its keys are public: any program that reaches the address may do everything.
func WithAddress(address string) Option { return func(o *options) { o.address = address } }

// WithSpeed makes the clock run at a multiple of the speed of time.Now: with 60, a change of a minute takes a second.
// It must be more than 0 and at most 1000.
func WithSpeed(factor float64) Option {
	return func(o *options) {
		o.speed = factor
		if !(factor > 0 && factor <= maxSpeed) { // NaN is neither
			o.err = fmt.Errorf("emulator: speed: must be more than 0 and at most %d, given %v", maxSpeed, factor)
		}
	}
}

// check reports options that cannot be had.
func (o *options) check() error {
	if o.err == nil && o.inProcess && o.address != "" {
		return errors.New("emulator: address: must be empty in process, given " + strconv.Quote(o.address))
	}
	return o.err
}

// reachable returns the address at which this machine reaches a listener: one on all addresses is on loopback too.
func reachable(addr net.Addr) string {
	at, err := netip.ParseAddrPort(addr.String())
	if err != nil || !at.Addr().IsUnspecified() {
		return addr.String()
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port()).String()
}

// Shutdown stops the emulator as [Emulator.Close] does, but lets calls in progress finish until the context ends.
func (e *Emulator) Shutdown(ctx context.Context) error {
	err := e.server.Shutdown(ctx)
	e.Close()
	return err
}
