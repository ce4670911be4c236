// Temporal runs releases of code for kdb clusters as workflows of Temporal. It is a worker, and needs a Temporal server:
//
//	export RELEASE_KEY=$(head -c 32 /dev/urandom | base64)
//	go run .
//
// docs/temporal.md of the main module explains it.
package main

import (
	"encoding/base64"
	"fmt"
	"log"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

const taskQueue = "releases"

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	key, err := base64.StdEncoding.DecodeString(os.Getenv("RELEASE_KEY"))
	if err != nil {
		return fmt.Errorf("RELEASE_KEY: must be base64: %w", err)
	}
	encrypted, err := newConverter(key)
	if err != nil {
		return fmt.Errorf("RELEASE_KEY: %w", err)
	}
	service, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS"), DataConverter: encrypted})
	if err != nil {
		return err
	}
	defer service.Close()
	clusters, err := finspace.New(cloud.FromEnvironment())
	if err != nil {
		return err
	}
	w := worker.New(service, taskQueue, worker.Options{})
	w.RegisterWorkflow(Release)
	w.RegisterActivity(&Activities{clusters})
	return w.Run(worker.InterruptCh())
}
