package tencent

import (
	"regexp"
	"sync"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// The sites of Tencent Cloud, which have separate accounts and addresses.
const (
	Mainland      = "mainland"
	International = "international"
)

// The languages of error messages.
const (
	chinese = "zh-CN"
	english = "en-US"
)

// requestClientForm is the form of a caller's name that the gateway accepts.
var requestClientForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-zA-Z-_ ,;.]+$`) })

// check refuses options that are none or contradict each other. Clients call them as errors do.
func (s Service) check(cfg cloud.Config) error {
	switch {
	case s.Site != Mainland && s.Site != International:
		return transport.InvalidOption(s.Name, "WithSite", "must be Mainland or International", s.Site)
	case cfg.Endpoint != "" && (s.Internal || s.Regional):
		return transport.InvalidOption(s.Name, "Endpoint", "excludes WithInternalEndpoint and WithRegionalEndpoint", cfg.Endpoint)
	case s.Internal && s.Regional:
		return transport.InvalidOption(s.Name, "WithInternalEndpoint", "excludes WithRegionalEndpoint", "")
	case s.RequestClient != "" && !requestClientForm().MatchString(s.RequestClient):
		return transport.InvalidOption(s.Name, "WithRequestClient", "must consist of letters, digits, spaces and -_,;.", s.RequestClient)
	case s.Language != "" && s.Language != chinese && s.Language != english:
		return transport.InvalidOption(s.Name, "WithLanguage", "must be zh-CN or en-US", s.Language)
	}
	return nil
}

// languageOrDefault returns the language that is set, or that of the site.
func (s Service) languageOrDefault() string {
	switch {
	case s.Language != "":
		return s.Language
	case s.Site == International:
		return english
	}
	return chinese
}
