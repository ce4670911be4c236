package control

import (
	"net/http"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Request is a request that arrived, and how it was answered.
type Request struct {
	ID          int       `json:"id"`
	At          time.Time `json:"at"`
	Duration    string    `json:"duration"`
	Service     string    `json:"service,omitempty"`
	Operation   string    `json:"operation"`
	Method      string    `json:"method"`
	Path        string    `json:"path"`
	Query       string    `json:"query,omitempty"`
	AccessKeyID string    `json:"accessKeyId,omitempty"` // redacted unless it is the emulator's own
	Token       string    `json:"token,omitempty"`
	RequestID   string    `json:"requestId"`
	Status      int       `json:"status"` // 0 if the connection was closed instead
	Tier        string    `json:"tier,omitempty"`
	Fault       string    `json:"fault,omitempty"`
	Changes     int       `json:"changes,omitempty"`
	Refused     *Refused  `json:"refused,omitempty"`

	Took time.Duration `json:"-"` // Duration, for the page
}

// Refused says why a request was refused.
type Refused struct {
	Code      string     `json:"code,omitempty"`
	Message   string     `json:"message"`
	Hint      string     `json:"hint,omitempty"`
	Signature *Signature `json:"signature,omitempty"`
}

// Signature compares what had to be signed with what arrived.
type Signature struct {
	CanonicalRequest string          `json:"canonicalRequest,omitempty"`
	StringToSign     string          `json:"stringToSign,omitempty"`
	Received         string          `json:"received,omitempty"`
	Lines            []SignatureLine `json:"lines,omitempty"`
}

// SignatureLine is one part of what had to be signed.
type SignatureLine struct {
	Name     string `json:"name"`
	Expected string `json:"expected"`
	Received string `json:"received"`
	Differs  bool   `json:"differs"`
}

// Differ returns how many lines differ.
func (s *Signature) Differ() (n int) {
	for _, line := range s.Lines {
		if line.Differs {
			n++
		}
	}
	return n
}

// Requests are the last requests, the oldest first.
type Requests struct {
	Requests []Request `json:"requests"`
	Dropped  int       `json:"dropped"` // how many arrived before those that are kept
}

func (s *Server) listRequests(r *http.Request) (any, error) {
	after, err := numberIn(r, "after", 0)
	if err != nil {
		return nil, err
	}
	return s.requests(after), nil
}

// requests returns the requests with an ID above after.
func (s *Server) requests(after int) Requests {
	list := Requests{Requests: []Request{}, Dropped: s.emulator.Front.Dropped()}
	for _, q := range s.emulator.Front.Requests() {
		if q.ID > after {
			list.Requests = append(list.Requests, s.requestOf(q))
		}
	}
	return list
}

func (s *Server) requestOf(q front.Request) Request {
	shown := Request{
		ID: q.ID, At: q.At.UTC(), Duration: q.Duration.Round(time.Microsecond).String(), Service: q.Service, Operation: q.Operation,
		Method: q.Method, Path: q.Path, Query: q.Query, AccessKeyID: q.AccessKeyID, Token: q.Token, RequestID: q.RequestID,
		Took: q.Duration, Status: q.Status, Tier: q.Tier, Fault: string(q.Fault), Changes: q.Changes, Refused: refusedOf(q.Refused),
	}
	if q.AccessKeyID != "" && q.AccessKeyID != s.emulator.Front.Keys.Public {
		for _, text := range []*string{&shown.Path, &shown.Query, &shown.AccessKeyID, &shown.Operation} {
			*text = strings.ReplaceAll(*text, q.AccessKeyID, wire.Redacted)
		}
	}
	return shown
}

func refusedOf(x *front.Refused) *Refused {
	if x == nil {
		return nil
	}
	refused := &Refused{Code: x.Code, Message: x.Message, Hint: x.Hint}
	if x.Signature == nil {
		return refused
	}
	refused.Signature = &Signature{
		CanonicalRequest: x.Signature.CanonicalRequest, StringToSign: x.Signature.StringToSign, Received: x.Signature.Received,
	}
	for _, line := range x.Signature.Lines {
		refused.Signature.Lines = append(refused.Signature.Lines, SignatureLine(line))
	}
	return refused
}
