package signtest

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// Recording is a request that a client of the vendor sent.
type Recording struct {
	Vector
	Sent http.Header
}

// recorded is a recording as stored in the file.
type recorded struct {
	Name             string            `json:"name"`
	Algorithm        string            `json:"algorithm"`
	AccessKeyID      string            `json:"accessKeyId"`
	AccessKeySecret  string            `json:"accessKeySecret"`
	Method           string            `json:"method"`
	Host             string            `json:"host"`
	RequestURI       string            `json:"requestUri"`
	HeadersAsSent    map[string]string `json:"headersAsSent"`
	Body             string            `json:"body"`
	CanonicalRequest string            `json:"canonicalRequest"`
	StringToSign     string            `json:"stringToSign"`
	Signature        string            `json:"signature"`
	Authorization    string            `json:"authorization"`
}

// Alibaba reads the recordings that are signed with an algorithm, or skips the test where there are none. The headers that
// signing sets are set; at reads the time from those sent.
func Alibaba(t *testing.T, algorithm string, at func(sent http.Header) (time.Time, error), set ...string) []Recording {
	t.Helper()
	data, err := os.ReadFile(Beside(t, "shared", "vectors", "alibaba.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []recorded `json:"vectors"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var recordings []Recording
	for _, s := range file.Vectors {
		if s.Algorithm != algorithm {
			continue
		}
		sent := http.Header{}
		for name, value := range s.HeadersAsSent {
			sent.Set(name, value)
		}
		sent.Del("Host")
		signedAt, err := at(sent)
		if err != nil {
			t.Fatal(s.Name, err)
		}
		v := Vector{
			Name: s.Name, Method: s.Method, Host: s.Host, Header: sent.Clone(), Body: s.Body,
			AccessKeyID: s.AccessKeyID, Secret: s.AccessKeySecret, Token: sent.Get("X-Acs-Security-Token"),
			Time: signedAt, Nonce: sent.Get("X-Acs-Signature-Nonce"),
			CanonicalRequest: s.CanonicalRequest, StringToSign: s.StringToSign, Signature: s.Signature, Authorization: s.Authorization,
		}
		v.Path, v.Query, _ = strings.Cut(s.RequestURI, "?")
		for _, name := range set {
			delete(v.Header, name)
		}
		recordings = append(recordings, Recording{v, sent})
	}
	if len(recordings) == 0 {
		t.Fatal("there are no recordings with " + algorithm)
	}
	return recordings
}
