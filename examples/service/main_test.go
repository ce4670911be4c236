package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

const childVariable = "SERVICE_CHILD"

// child is what a child process serves.
type child struct{ Folder, Endpoint string }

// TestMain is the service itself in a child process, on a free port that it prints.
func TestMain(m *testing.M) {
	text := os.Getenv(childVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var c child
	err := json.Unmarshal([]byte(text), &c)
	if err == nil {
		err = serveChild(c)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func serveChild(c child) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + listener.Addr().String())
	return serve(context.Background(), listener, c.Folder, configOf(c.Endpoint))
}

func configOf(endpoint string) cloud.Config {
	return cloud.Config{
		Region: emulator.DefaultRegion, Endpoint: endpoint, WaitEvery: 50 * time.Millisecond, WaitConfirmAfter: 100 * time.Millisecond,
		Credentials: cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, ""),
	}
}

// A process is a running service.
type process struct {
	*exec.Cmd
	url string
}

func start(t *testing.T, c child) process {
	t.Helper()
	text, err := json.Marshal(c)
	require.NoError(t, err)
	p := process{Cmd: exec.CommandContext(t.Context(), os.Args[0])}
	p.Env = append(os.Environ(), childVariable+"="+string(text))
	p.Stderr = os.Stderr
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	p.url = strings.TrimSpace(line)
	return p
}

func (p process) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, p.Process.Kill()) // SIGKILL
	_ = p.Wait()
}

// call makes a request, and returns the status and the body.
func call(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	out, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = out.Body.Close() }()
	var text strings.Builder
	_, err = bufio.NewReader(out.Body).WriteTo(&text)
	require.NoError(t, err)
	return out.StatusCode, text.String()
}

// An event is one of a stream of server-sent events.
type event struct {
	id, name string
	data     struct {
		Step   string
		Phase  rollout.Phase
		Report *rollout.Report
	}
}

// follow reads events until stop returns true, or the stream ends.
func follow(t *testing.T, url, lastID string, stop func(event) bool) (last event) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	r.Header.Set("Last-Event-ID", lastID)
	out, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = out.Body.Close() }()
	require.Equal(t, http.StatusOK, out.StatusCode)
	var e event
	for lines := bufio.NewScanner(out.Body); lines.Scan(); {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "id":
			e = event{id: value}
		case "event":
			e.name = value
		case "data":
			require.NoError(t, json.Unmarshal([]byte(value), &e.data))
		case "":
			if last = e; stop(e) {
				return last
			}
		}
	}
	return last
}

// world starts an emulator with engines that have an old image.
func world(t *testing.T, names ...string) *emulator.Emulator {
	t.Helper()
	emu, err := emulator.Start(emulator.WithChangeTime(400*time.Millisecond), emulator.WithStaleReads(0))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	for _, image := range []string{"old", "new"} {
		emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: image, EngineType: "SparkSQL"})
	}
	for _, name := range names {
		emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: name, EngineTypeDetail: "SparkSQL", ImageVersionID: "old"})
	}
	return emu
}

const body = `{"image": "new", "engines": ["a", "b", "c"], "smoke": ["SELECT 1"]}`

// TestKilledService kills the service whenever an engine is changing, and starts it again. A client follows the whole.
func TestKilledService(t *testing.T) {
	t.Parallel()
	emu := world(t, "a", "b", "c")
	c := child{t.TempDir(), emu.URL()}
	p := start(t, c)
	for range 2 { // a client that repeats its request
		status, text := call(t, http.MethodPost, p.url+"/releases/new-image", body)
		require.Equal(t, http.StatusAccepted, status, text)
	}
	phases, lastID := map[string]rollout.Phase{}, ""
	for _, engine := range []string{"a", "b"} {
		last := follow(t, p.url+"/releases/new-image/events", lastID, func(e event) bool {
			phases[e.data.Step] = e.data.Phase
			return e.data.Step == engine && e.data.Phase == rollout.PhaseChanging
		})
		require.Equal(t, engine, last.data.Step)
		lastID = last.id
		p.kill(t)
		p = start(t, c)
	}
	end := follow(t, p.url+"/releases/new-image/events", lastID, func(e event) bool {
		phases[e.data.Step] = e.data.Phase
		return e.name == "end"
	})
	require.NotNil(t, end.data.Report)
	assert.Equal(t, rollout.Succeeded, end.data.Report.Outcome)
	delete(phases, "")
	assert.Equal(t, map[string]rollout.Phase{"a": "live", "b": "live", "c": "live"}, phases, "the client has missed nothing")
	starts := 0
	for _, r := range emu.Requests() {
		if r.Operation == "SwitchDataEngineImage" {
			starts += r.Changes
		}
	}
	assert.Equal(t, 3, starts)

	p.kill(t)
	p = start(t, c) // with nothing to continue
	_, text := call(t, http.MethodGet, p.url+"/releases", "")
	assert.JSONEq(t, `{"new-image": "3 of 3 steps have ended"}`, text)
	_, text = call(t, http.MethodGet, p.url+"/releases/new-image", "")
	var report rollout.Report
	require.NoError(t, json.Unmarshal([]byte(text), &report))
	assert.Equal(t, rollout.Succeeded, report.Outcome)
	end = follow(t, p.url+"/releases/new-image/events", "", func(event) bool { return false })
	assert.Equal(t, "end", end.name)
	p.kill(t)
}

func TestServiceRefuses(t *testing.T) {
	t.Parallel()
	emu := world(t, "a", "b", "c")
	ctx, stop := context.WithCancel(t.Context())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error)
	go func() { done <- serve(ctx, listener, t.TempDir(), configOf(emu.URL())) }()
	url := "http://" + listener.Addr().String()
	status, _ := call(t, http.MethodPost, url+"/releases/new-image", body)
	require.Equal(t, http.StatusAccepted, status)
	for _, tt := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"POST", "/releases/x", "{", 400, "body: unexpected EOF"},
		{"POST", "/releases/%0A", "{}", 400, `Name: must have no control characters, given "\n"`},
		{"POST", "/releases/x", "{}", 400, "Engines: required"},
		{"POST", "/releases/x", `{"image": "none", "engines": ["a"]}`, 400, "Image: must be an image for engine a"},
		{"POST", "/releases/new-image", `{"image": "old", "engines": ["a"]}`, 409, `must not be that of another request, given "new-image"`},
		{"GET", "/releases/x", "", 404, "not found"},
		{"GET", "/releases/x/events", "", 404, "not found"},
		{"GET", "/releases/new-image", "", 200, `{"name":"new-image","outcome":`}, // it may have begun or not
	} {
		status, text := call(t, tt.method, url+tt.path, tt.body)
		assert.Equal(t, tt.status, status, tt.path)
		assert.Contains(t, text, tt.want)
	}
	stop()
	require.NoError(t, <-done)
}
