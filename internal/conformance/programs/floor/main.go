// Command floor makes a call by hand.
package main

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/programs/run"
)

type job struct {
	Data struct{ JobHotUpdateID string }
}

func main() {
	run.Main(func(url string) (any, error) {
		resp, err := http.Post(url, "application/json", strings.NewReader("{}"))
		if err != nil {
			return nil, err
		}
		defer func() { _ = resp.Body.Close() }()
		out := &job{}
		return out, json.NewDecoder(resp.Body).Decode(out)
	})
}
