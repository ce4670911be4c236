package main

import (
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// A service is one that the program can call.
type service struct {
	name, title string
	cloud       vendor
	client      reflect.Type
	open        func(s settings, cfg cloud.Config) (cloud.Resumer, error)
}

var services = []*service{
	{"finspace", "Amazon FinSpace, Managed kdb Insights", aws, reflect.TypeFor[*finspace.Client](), openFinSpace},
	{"proton", "AWS Proton", aws, reflect.TypeFor[*proton.Client](), openProton},
	{"flink", "Alibaba Cloud Realtime Compute for Apache Flink", alibaba, reflect.TypeFor[*flink.Client](), openFlink},
	{"dlc", "Tencent Cloud Data Lake Compute", tencent, reflect.TypeFor[*dlc.Client](), openDLC},
}

func openFinSpace(_ settings, cfg cloud.Config) (cloud.Resumer, error) {
	return opened(finspace.New(cfg))
}

func openProton(_ settings, cfg cloud.Config) (cloud.Resumer, error) { return opened(proton.New(cfg)) }

func openFlink(s settings, cfg cloud.Config) (cloud.Resumer, error) {
	return opened(flink.New(cfg, flink.WithWorkspace(s.workspace), flink.WithNamespace(s.namespace)))
}

func openDLC(s settings, cfg cloud.Config) (cloud.Resumer, error) {
	return opened(dlc.New(cfg, dlc.WithSite(dlc.Site(s.site))))
}

// opened keeps a client that is nil from being a Resumer that is not.
func opened[C cloud.Resumer](client C, err error) (cloud.Resumer, error) {
	if err != nil {
		return nil, err
	}
	return client, nil
}

func serviceOf(name string) (*service, error) {
	for _, s := range services {
		if s.name == name {
			return s, nil
		}
	}
	return nil, usage("service: must be finspace, proton, flink or dlc, given %q", name)
}

// open returns the client of a service, one for each region, so that all calls share its limits. The region is that of the
// flags, or else the given one, or else the environment's.
func (p *program) open(s *service, region string) (cloud.Resumer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := s.name + " " + region
	if client, ok := p.clients[key]; ok {
		return client, nil
	}
	client, err := s.open(p.settings, p.config(s.cloud, region))
	if err != nil {
		return nil, err
	}
	if p.clients == nil {
		p.clients = map[string]cloud.Resumer{}
	}
	p.clients[key] = client
	return client, nil
}

// openByName is open by the name of the service.
func (p *program) openByName(name, region string) (cloud.Resumer, error) {
	s, err := serviceOf(name)
	if err != nil {
		return nil, err
	}
	return p.open(s, region)
}
