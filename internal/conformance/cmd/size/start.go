package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// start is one process that makes its first call.
type start struct {
	call      time.Duration // from making the client to the response
	cpu, wall time.Duration // of the whole process
}

func startOnce(binary, program string) (start, error) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, answerOf(program))
	}))
	defer server.Close()
	c := exec.Command(binary, server.URL)
	c.Stderr = os.Stderr
	began := time.Now()
	out, err := c.Output()
	wall := time.Since(began)
	if err != nil {
		return start{}, err
	}
	nanos, err := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil {
		return start{}, err
	}
	u, err := usageOf(c)
	return start{time.Duration(nanos), u.cpu, wall}, err
}

// median returns the median of each figure.
func median(all []start) start {
	of := func(figure func(start) time.Duration) time.Duration {
		values := make([]time.Duration, len(all))
		for i, s := range all {
			values[i] = figure(s)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return start{
		of(func(s start) time.Duration { return s.call }),
		of(func(s start) time.Duration { return s.cpu }),
		of(func(s start) time.Duration { return s.wall }),
	}
}
