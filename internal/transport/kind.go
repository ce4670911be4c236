package transport

import (
	"net/http"
	"strings"
	"unicode"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// kind is what a refusal of the service means: what its table says of the code, else what the code's name
// and the HTTP status say.
func (k *call) kind(code cloud.Code, status int) cloud.Kind {
	if kind := k.client.service.Kinds(code); kind != "" {
		return kind
	}
	if (status < 300 || status == http.StatusNotFound || status == http.StatusGone) && SaysMissing(code) {
		return cloud.ErrNotFound
	}
	return kindOfStatus(status)
}

// kindOfStatus is what the status of a refusal means that no code explains. A 404 is about the address of
// the call as likely as about the resource, and must not be taken for the end of a deletion.
func kindOfStatus(status int) cloud.Kind {
	switch status {
	case http.StatusUnauthorized:
		return cloud.ErrUnauthenticated
	case http.StatusPaymentRequired:
		return cloud.ErrQuota
	case http.StatusForbidden:
		return cloud.ErrDenied
	case http.StatusNotFound, http.StatusGone, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return cloud.ErrUnsupported
	case http.StatusConflict, http.StatusPreconditionFailed, http.StatusLocked:
		return cloud.ErrConflict
	}
	if kind := kindOfForeign(status); kind != cloud.ErrTransport {
		return kind
	}
	switch {
	case status >= 400:
		return cloud.ErrInvalid
	case status >= 300:
		return cloud.ErrTransport
	}
	return cloud.ErrInternal // an error inside a 2xx with an unknown code
}

// kindOfForeign is what a status means in a response that has nothing of the service in it, such as a
// gateway's page. It tells whether trying again may help, and nothing of the request or the resource.
func kindOfForeign(status int) cloud.Kind {
	switch status {
	case http.StatusTooManyRequests:
		return cloud.ErrThrottled
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return cloud.ErrUnavailable
	case http.StatusNotImplemented:
		return cloud.ErrTransport
	}
	if status >= 500 {
		return cloud.ErrInternal
	}
	return cloud.ErrTransport
}

// SaysMissing reports whether a code that no table has says of a resource that it does not exist, by its
// name: "InvalidJob.NotFound", "NoSuchDeployment". What says so of something else, the API, the address,
// the caller, or of nothing in particular, does not count.
func SaysMissing(code cloud.Code) bool {
	subject := string(code)
	for _, word := range [...]string{"DoesNotExist", "NotFound", "NotExist", "NonExistent", "NoSuch"} {
		if before, after, found := strings.Cut(subject, word); found {
			subject = before + "." + after
			return aboutResource(subject)
		}
	}
	return false
}

// notResources are words for what is not a resource of the services: the parts of a call, who makes it, and
// what storage and web servers miss.
var notResources = map[string]bool{
	"api": true, "apis": true, "action": true, "operation": true, "method": true, "function": true, "version": true, "product": true, "service": true,
	"region": true, "zone": true, "endpoint": true, "domain": true, "host": true, "server": true, "backend": true, "upstream": true, "gateway": true,
	"path": true, "route": true, "url": true, "uri": true, "page": true, "stage": true, "app": true, "parameter": true, "header": true,
	"user": true, "account": true, "owner": true, "principal": true, "role": true, "group": true, "tenant": true, "customer": true,
	"key": true, "secret": true, "token": true, "credential": true, "credentials": true, "identity": true, "client": true, "signature": true,
	"bucket": true, "upload": true, "certificate": true, "provider": true,
}

// fillers are words that name nothing.
var fillers = map[string]bool{
	"": true, "invalid": true, "exception": true, "fault": true, "error": true, "code": true, "id": true, "name": true, "specified": true, "the": true, "s": true,
}

func aboutResource(subject string) bool {
	named := false
	for _, word := range words(subject) {
		if notResources[word] {
			return false
		}
		named = named || !fillers[word]
	}
	return named
}

// words splits a code into its words, in lower case: "InvalidApi.NotFound" has three.
func words(code string) []string {
	var b strings.Builder
	lower := false // the letter before is a small one
	for _, r := range code {
		switch {
		case !unicode.IsLetter(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && lower:
			b.WriteByte(' ')
			fallthrough
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		lower = unicode.IsLower(r)
	}
	return strings.Fields(b.String())
}
