package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
)

// floor is a call by hand: net/http and encoding/json, nothing signed, checked or retried.
type floor struct {
	client *http.Client
	url    string
}

func newFloor(t clients.Target) *floor {
	f := &floor{client: &http.Client{Transport: t.Transport}, url: t.URL}
	if t.Transport == nil {
		f.client.Transport = http.DefaultTransport.(*http.Transport).Clone()
	}
	if f.url == "" {
		f.url = "https://service.example.com"
	}
	return f
}

var errRefused = errors.New("refused")

// call sends in as JSON unless it is nil, and decodes the response into out unless that is nil.
func (f *floor) call(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, f.url+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		var refusal struct{ Code, Message string }
		if err := json.Unmarshal(text, &refusal); err != nil {
			return err
		}
		return errRefused
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}
