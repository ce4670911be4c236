package flink

import (
	"fmt"
	"net/http"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// missingResource is the refusal for a declared resource that does not exist.
func missingResource(code, what, id string) error {
	if code == "" {
		return objectNotFound(what, id)
	}
	return &front.Refusal{Code: code, Message: fmt.Sprintf("%s %q does not exist", what, id), Status: http.StatusOK}
}

// resourceExists is the refusal for a resource that exists already.
func resourceExists(code, what, id string) error {
	if code == "" {
		return stateConflict(what, id, "already exists")
	}
	return &front.Refusal{Code: code, Message: fmt.Sprintf("%s %q already exists", what, id), Status: http.StatusOK}
}

func timeString(t time.Time) string { return string(unixSeconds(t)) }
