package recording

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// A Replayer answers requests from a recording. It is safe for concurrent use.
type Replayer struct {
	Region     string
	repeatLast bool
	ignored    []string

	recorded []*answer            // in the order of the recording
	byOwn    map[string][]*answer // those to equal requests, by their key

	mu         sync.Mutex // guards the rest, and which answers were used
	unexpected []Unexpected
	dropped    int
}

// An answer is a recorded exchange.
type answer struct {
	File
	members map[string]any
	used    bool
}

// Unexpected is a request that was not recorded, or not so often. Nearest is the file of the recorded one with the
// fewest Differences; empty if none of the operation was recorded.
type Unexpected struct {
	Service, Operation string
	Nearest            string
	Differences        []Difference
	again              int // how often an equal request was recorded
}

func (u Unexpected) String() string {
	what := "The request " + u.Service + " " + u.Operation
	switch {
	case u.Nearest == "":
		return what + " is not in the recording, nor another of this operation"
	case u.again > 0:
		return fmt.Sprintf("%s was recorded %d times and has been answered as often; the last is %s", what, u.again, u.Nearest)
	}
	parts := make([]string, len(u.Differences))
	for i, d := range u.Differences {
		parts[i] = d.String()
	}
	return what + " is not in the recording; the nearest is " + u.Nearest + ", which differs in " + strings.Join(parts, "; ")
}

// maxUnexpected is how many unexpected requests are kept.
const maxUnexpected = 1000

// ReplayOptions change how requests are matched.
type ReplayOptions struct {
	RepeatLast bool
	Ignored    []string
}

// NewReplayer reads a recording of the services.
func NewReplayer(dir string, services Services, o ReplayOptions) (*Replayer, error) {
	files, err := Read(dir, services)
	if err != nil {
		return nil, err
	}
	p := &Replayer{
		Region: files[0].Region, repeatLast: o.RepeatLast, ignored: o.Ignored, byOwn: map[string][]*answer{},
	}
	for _, file := range files {
		all, err := members(services.api(file.Service)[file.Operation], &file.Request, p.ignored)
		if err != nil {
			return nil, fmt.Errorf("%s: request.body: %w", file.Name, err)
		}
		a := &answer{File: file, members: all}
		p.recorded = append(p.recorded, a)
		key := keyOf(file.Service, file.Operation, all)
		p.byOwn[key] = append(p.byOwn[key], a)
	}
	return p, nil
}

// Services returns the services, which must be for Region, as the recording answers for them.
func (p *Replayer) Services(of Services) []front.Service { return of.answering(p.respond) }

func keyOf(service, operation string, all map[string]any) string {
	return service + " " + operation + " " + shown(all)
}

// respond answers a request whose signature is right.
func (p *Replayer) respond(s front.Service, r *front.Received) (front.Response, error) {
	op := s.Operations()[r.Operation]
	// What is hidden in a recording is hidden here too, so that equal requests are equal.
	stored, err := newScrubber(&r.Request, nil).request(op, &r.Request)
	if err != nil {
		return front.Response{}, refusal(unexpectedRequest, "The request cannot be replayed: "+err.Error())
	}
	given, err := members(op, &stored, p.ignored)
	if err != nil {
		return front.Response{}, refusal(unexpectedRequest, "The request cannot be replayed: "+err.Error())
	}
	found, unexpected := p.next(s.Name(), r.Operation, given)
	if found == nil {
		return front.Response{}, refusal(unexpectedRequest, unexpected.String())
	}
	resp := front.Response{Status: found.Response.Status, Header: http.Header{}, Body: found.Response.body()}
	for name, value := range found.Response.Header {
		resp.Header.Set(name, value)
	}
	return resp, nil
}

// refusal is an error that clients do not retry. Its code is not one of the services', so that no program takes it for
// one that it handles.
func refusal(code, message string) error {
	return &front.Refusal{Code: code, Message: message + ".", Status: http.StatusBadRequest}
}

const unexpectedRequest = "UnexpectedRequest"

// next returns the first answer to such a request that was not used.
func (p *Replayer) next(service, operation string, given map[string]any) (*answer, Unexpected) {
	p.mu.Lock()
	defer p.mu.Unlock()
	equal := p.byOwn[keyOf(service, operation, given)]
	for _, a := range equal {
		if !a.used {
			a.used = true
			return a, Unexpected{}
		}
	}
	if len(equal) > 0 && p.repeatLast {
		return equal[len(equal)-1], Unexpected{}
	}
	u := Unexpected{Service: service, Operation: operation, again: len(equal)}
	if len(equal) > 0 {
		u.Nearest = equal[len(equal)-1].Name
	} else {
		u.Nearest, u.Differences = p.nearest(service, operation, given)
	}
	if len(p.unexpected) == maxUnexpected {
		p.dropped++
	} else {
		p.unexpected = append(p.unexpected, u)
	}
	return nil, u
}

// nearest returns the recorded request of an operation with the fewest differences.
func (p *Replayer) nearest(service, operation string, given map[string]any) (file string, fewest []Difference) {
	for _, a := range p.recorded {
		if a.Service != service || a.Operation != operation {
			continue
		}
		found := differences("", a.members, given)
		if file == "" || len(found) < len(fewest) {
			file, fewest = a.Name, found
		}
	}
	return file, fewest
}

// Unexpected returns the requests that were not recorded, oldest first. Only the first 1000 are kept.
func (p *Replayer) Unexpected() []Unexpected {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.unexpected)
}

// Unused returns the files of the exchanges that no request asked for.
func (p *Replayer) Unused() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var names []string
	for _, a := range p.recorded {
		if !a.used {
			names = append(names, a.Name)
		}
	}
	return names
}

// Verify returns an error that lists what was not as recorded.
func (p *Replayer) Verify() error {
	unused, unexpected := p.Unused(), p.Unexpected()
	if len(unused)+len(unexpected) == 0 {
		return nil
	}
	var lines []string
	for _, u := range unexpected {
		lines = append(lines, u.String())
	}
	p.mu.Lock()
	dropped := p.dropped
	p.mu.Unlock()
	if dropped > 0 {
		lines = append(lines, fmt.Sprintf("%d more unexpected requests", dropped))
	}
	for _, name := range unused {
		lines = append(lines, "nothing asked for "+name)
	}
	return &VerifyError{lines}
}

// VerifyError lists what was not as recorded.
type VerifyError struct{ lines []string }

// maxLines is how many lines an error has.
const maxLines = 20

func (e *VerifyError) Error() string {
	lines := e.lines
	if more := len(lines) - maxLines; more > 0 {
		lines = append(slices.Clone(lines[:maxLines]), fmt.Sprintf("and %d more", more))
	}
	return cmp.Or(strings.Join(lines, "\n"), "nothing")
}
