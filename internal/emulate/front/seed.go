package front

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/journal"
)

// Add adds a resource, and returns its ID. A value that cannot be encoded is a bug of the caller: Add panics, since the test
// would otherwise test something else.
func (srv *Server) Add(service, kind string, place, v any) (id string) {
	document, err := seedDocument(place, v)
	if err == nil {
		err = srv.happen(journal.Event{Seeds: []journal.Seed{{Service: service, Kind: kind, Value: document}}}, &id)
	}
	if err != nil {
		panic("emulator: the resource cannot be added: " + err.Error())
	}
	return id
}

// seedFile has resources by service and kind.
type seedFile map[string]map[string][]json.RawMessage

// Load adds the resources that a seed file names, all or none.
func (srv *Server) Load(r io.Reader) error {
	file, err := readSeedFile(r)
	if err != nil {
		return err
	}
	seeds, err := srv.readSeeds(file)
	if err != nil || len(seeds) == 0 {
		return err
	}
	return srv.happen(journal.Event{Seeds: seeds}, nil)
}

func readSeedFile(r io.Reader) (seedFile, error) {
	var services map[string]json.RawMessage
	d := json.NewDecoder(r)
	err := d.Decode(&services)
	if err == nil && services == nil {
		err = errors.New("it is null")
	}
	if err != nil {
		return nil, fmt.Errorf("the seed is not a JSON object of services, kinds and resources: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("the seed has data after the JSON object")
	}
	file := seedFile{}
	for service, raw := range services {
		var kinds map[string]json.RawMessage
		if json.Unmarshal(raw, &kinds) != nil {
			return nil, fmt.Errorf("%s must be an object of kinds", service)
		}
		file[service] = map[string][]json.RawMessage{}
		for kind, raw := range kinds {
			var list []json.RawMessage
			if json.Unmarshal(raw, &list) != nil {
				return nil, fmt.Errorf("%s %s must be an array of resources", service, kind)
			}
			file[service][kind] = list
		}
	}
	return file, nil
}

// readSeeds checks a file, and returns its resources in the order in which they can be added.
func (srv *Server) readSeeds(file seedFile) ([]journal.Seed, error) {
	srv.World.Lock()
	defer srv.World.Unlock()
	for service, kinds := range file {
		if _, ok := srv.kinds[service]; !ok {
			return nil, fmt.Errorf("service %q is unknown", service)
		}
		for kind := range kinds {
			if _, err := srv.kind(service, kind); err != nil {
				return nil, err
			}
		}
	}
	var seeds []journal.Seed
	for _, s := range srv.services {
		for _, kind := range srv.kinds[s.Name()] {
			for i, document := range file[s.Name()][kind.Name] {
				if err := kind.check(document); err != nil {
					return nil, fmt.Errorf("%s %s[%d]: %w", s.Name(), kind.Name, i, err)
				}
				seeds = append(seeds, journal.Seed{Service: s.Name(), Kind: kind.Name, Value: document})
			}
		}
	}
	return seeds, nil
}

// addSeeds adds resources, and returns the ID of the last one.
func (srv *Server) addSeeds(seeds []journal.Seed) (id string, err error) {
	for _, seed := range seeds {
		kind, err := srv.kind(seed.Service, seed.Kind)
		if err == nil {
			id, err = kind.add(seed.Value)
		}
		if err != nil {
			return "", err
		}
	}
	return id, nil
}

// Save writes a seed file of what reads show now.
func (srv *Server) Save(w io.Writer) error { return srv.save(w, false) }

// SaveRedacted writes what Save writes, without the values of sensitive members. It can still be loaded.
func (srv *Server) SaveRedacted(w io.Writer) error { return srv.save(w, true) }

func (srv *Server) save(w io.Writer, redact bool) error {
	file, err := srv.readResources(redact)
	if err != nil {
		return err
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(file)
}

func (srv *Server) readResources(redact bool) (seedFile, error) {
	srv.World.Lock()
	defer srv.World.Unlock()
	file := seedFile{}
	for _, s := range srv.services {
		for _, kind := range srv.kinds[s.Name()] {
			list, err := kind.list()
			for i := 0; redact && err == nil && i < len(list); i++ {
				list[i], err = kind.redact(list[i])
			}
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", s.Name(), kind.Name, err)
			}
			if len(list) == 0 {
				continue
			}
			if file[s.Name()] == nil {
				file[s.Name()] = map[string][]json.RawMessage{}
			}
			file[s.Name()][kind.Name] = list
		}
	}
	return file, nil
}

// service returns a service by its name, or nil.
func (srv *Server) service(name string) Service {
	i := slices.IndexFunc(srv.services, func(s Service) bool { return s.Name() == name })
	if i < 0 {
		return nil
	}
	return srv.services[i]
}
