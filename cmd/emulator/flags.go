package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// settings are what the flags set.
type settings struct {
	address, region   string
	seed, state       string // paths; empty without
	seedIDs           *uint64
	changeTime, stale time.Duration
	speed             float64
	level             slog.Level
}

// parse reads the flags. Help goes to out.
func parse(args []string, out io.Writer) (settings, error) {
	s := settings{
		address: "127.0.0.1:4566", region: emulator.DefaultRegion, changeTime: emulator.DefaultChangeTime,
		stale: emulator.DefaultStaleReads, speed: 1, level: slog.LevelWarn,
	}
	f := flag.NewFlagSet("emulator", flag.ContinueOnError)
	f.SetOutput(io.Discard) // the error says all, and the flags are shown only if asked for
	declare(f, &s)
	err := f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(out, "Runs the emulator of Amazon FinSpace, AWS Proton, Realtime Compute for Apache Flink and Data Lake Compute.")
		f.SetOutput(out)
		f.PrintDefaults()
	case err != nil:
		err = fmt.Errorf("emulator: %w (-h lists the flags)", err)
	case f.NArg() > 0:
		err = fmt.Errorf("emulator: arguments: must be flags, given %q (-h lists the flags)", f.Arg(0))
	}
	return s, err
}

func declare(f *flag.FlagSet, s *settings) {
	declareNetwork(f, s)
	f.Func("change-time", "how `long` a change takes (default 30s)", durationOf(&s.changeTime))
	f.Func("stale", "the `duration` for which reads show the state from before a change (default 2s)", durationOf(&s.stale))
	f.Func("seed", "a `file` of resources to start with, unless the state has some already", pathOf(&s.seed))
	f.Func("state", "a `directory` that keeps the state, and is made if it does not exist (default is memory)", pathOf(&s.state))
	f.Func("seed-ids", "a `number` on which all IDs depend, so that they are the same each time (default random)", func(v string) error {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			return errors.New("must be an integer of at least 0")
		}
		s.seedIDs = &n
		return nil
	})
	f.Func("speed", "the `factor` by which the clock runs faster than real time, up to 1000 (default 1)", func(v string) (err error) {
		s.speed, err = strconv.ParseFloat(v, 64)
		if err != nil || !(s.speed > 0 && s.speed <= 1000) {
			return errors.New("must be a number more than 0 and at most 1000")
		}
		return nil
	})
	f.Func("log", "the `level` to log from: debug for every request, warn for refused ones, error (default warn)", func(v string) error {
		if s.level.UnmarshalText([]byte(v)) != nil {
			return errors.New("must be debug, info, warn or error")
		}
		return nil
	})
}

// declareNetwork declares the flags of what clients see.
func declareNetwork(f *flag.FlagSet, s *settings) {
	f.Func("addr", "the `address` to listen on; port 0 is any that is free (default 127.0.0.1:4566)", func(v string) (err error) {
		s.address, err = v, checkAddress(v)
		return err
	})
	f.Func("region", "the `region` that AWS requests must be signed for (default "+emulator.DefaultRegion+")", func(v string) error {
		s.region = v
		if v == "" || strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return errors.New("must be lowercase letters, digits and hyphens, such as us-east-1")
		}
		return nil
	})
}

// durationOf returns a function that parses a duration.
func durationOf(d *time.Duration) func(string) error {
	return func(v string) (err error) {
		*d, err = time.ParseDuration(v)
		if err != nil || *d < 0 {
			return errors.New("must be a duration of at least 0, such as 30s")
		}
		return nil
	}
}

// pathOf returns a function that takes a path.
func pathOf(path *string) func(string) error {
	return func(v string) error {
		if *path = v; v == "" {
			return errors.New("must be a path")
		}
		return nil
	}
}

func checkAddress(v string) error {
	_, port, err := net.SplitHostPort(v)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return errors.New("must be a host and a port up to 65535, such as 127.0.0.1:4566")
	}
	return nil
}

// loopback reports whether only this machine reaches an address.
func loopback(address string) bool {
	host, _, _ := net.SplitHostPort(address)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
