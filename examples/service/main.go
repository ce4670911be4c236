// Service releases images of data engines over HTTP. It continues after a crash, and shows progress as server-sent events:
//
//	go run ./examples/service -folder /tmp/releases
//	curl -d '{"image":"image-2","engines":["etl","adhoc"],"smoke":["SELECT 1"]}' http://127.0.0.1:8080/releases/spark-3.5
//	curl http://127.0.0.1:8080/releases
//	curl http://127.0.0.1:8080/releases/spark-3.5
//	curl -N http://127.0.0.1:8080/releases/spark-3.5/events
//
// A POST that is repeated starts nothing twice. Without -region it uses that of the environment; with -endpoint it talks to
// an emulator. Anybody who reaches its address can release: put your own authentication before it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/release"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func main() {
	cfg := cloud.FromEnvironment()
	address := flag.String("addr", "127.0.0.1:8080", "the `address` to listen on")
	folder := flag.String("folder", "releases", "the `folder` that keeps the releases")
	flag.StringVar(&cfg.Region, "region", "", "the region, if not that of the environment")
	flag.StringVar(&cfg.Endpoint, "endpoint", "", "the `URL` of an emulator")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := net.Listen("tcp", *address)
	if err == nil {
		err = serve(ctx, listener, *folder, cfg)
	}
	if err != nil {
		log.Print(err)
		os.Exit(1)
	}
}

// serve continues what was running, and serves until the context ends.
func serve(ctx context.Context, listener net.Listener, folder string, cfg cloud.Config) error {
	client, err := dlc.New(cfg)
	if err != nil {
		return err
	}
	jobs, err := rollout.NewJobs(ctx, folder, func(ctx context.Context, asked request, r rollout.Rollout) (rollout.Rollout, error) {
		r.Waves, r.OnFailure = rollout.Waves(1, 10, rollout.Rest), rollout.UndoWave
		return release.DLCImage{Client: client, Engines: asked.Engines, Image: asked.Image, Smoke: asked.Smoke}.Build(ctx, r)
	})
	if err != nil {
		return err
	}
	defer jobs.Wait()
	h := http.Server{
		Handler: routes(jobs), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx }, // so that streams end with it
	}
	context.AfterFunc(ctx, func() { _ = h.Shutdown(context.WithoutCancel(ctx)) })
	if err := h.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// request is the body of a POST.
type request struct {
	Image   string   `json:"image"`
	Engines []string `json:"engines"`
	Smoke   []string `json:"smoke,omitempty"` // SQL statements
}

func routes(jobs *rollout.Jobs[request]) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /releases", func(w http.ResponseWriter, _ *http.Request) { list(w, jobs) })
	mux.HandleFunc("POST /releases/{name}", func(w http.ResponseWriter, r *http.Request) {
		var asked request
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&asked); err != nil {
			fail(w, fmt.Errorf("%w: body: %w", cloud.ErrInvalid, err))
			return
		}
		if _, err := jobs.Start(r.Context(), r.PathValue("name"), asked); err != nil {
			fail(w, err)
			return
		}
		reply(w, http.StatusAccepted, asked)
	})
	mux.HandleFunc("GET /releases/{name}", func(w http.ResponseWriter, r *http.Request) {
		job, ok := jobs.Get(r.PathValue("name"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		report, err := job.Rollout.Status(r.Context())
		if err != nil {
			fail(w, err)
			return
		}
		reply(w, http.StatusOK, report)
	})
	mux.HandleFunc("GET /releases/{name}/events", func(w http.ResponseWriter, r *http.Request) {
		job, ok := jobs.Get(r.PathValue("name"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		job.Feed.ServeHTTP(w, r)
	})
	return mux
}

func list(w http.ResponseWriter, jobs *rollout.Jobs[request]) {
	lines := map[string]string{}
	for _, job := range jobs.All() {
		lines[job.Name] = job.Feed.Last().String() // "3 of 50 steps have ended"
	}
	reply(w, http.StatusOK, lines)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func fail(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch cloud.KindOf(err) {
	case cloud.ErrInvalid:
		status = http.StatusBadRequest
	case cloud.ErrConflict:
		status = http.StatusConflict
	}
	http.Error(w, err.Error(), status)
}
