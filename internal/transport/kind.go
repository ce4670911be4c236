package transport

import (
	"net/http"
	"strings"
	"unicode"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// kind returns the kind of a refusal: from the service's table of codes, or else from the code's name and the
// HTTP status.
func (k *call) kind(code cloud.Code, status int) cloud.Kind {
	if kind := k.client.service.Kinds(code); kind != "" {
		return kind
	}
	if (status < 300 || status == http.StatusNotFound || status == http.StatusGone) && SaysMissing(code) {
		return cloud.ErrNotFound
	}
	return kindOfStatus(status)
}

// kindOfStatus returns the kind of a refusal whose code is unknown. A 404 may be about the address of the call
// as well as the resource, and must not be mistaken for the end of a deletion.
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

// kindOfForeign returns the kind of a response that is not the service's, such as a gateway's page. Its status
// says whether a retry may help, and nothing about the request or the resource.
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

// SaysMissing reports whether the name of a code that no table has says that a resource does not exist:
// "InvalidJob.NotFound", "NoSuchDeployment". Codes about something else, such as the API, the address or the
// caller, or about nothing in particular, do not count.
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

// notResources are words for things that are not resources of the services: the parts of a call, its caller, and
// what storage and web servers report as missing.
var notResources = map[string]bool{
	"api": true, "apis": true, "action": true, "operation": true, "method": true, "function": true, "version": true, "product": true,
	"service": true, "region": true, "zone": true, "endpoint": true, "domain": true, "host": true, "server": true, "backend": true,
	"upstream": true, "gateway": true, "path": true, "route": true, "url": true, "uri": true, "page": true, "stage": true, "app": true,
	"parameter": true, "header": true, "user": true, "account": true, "owner": true, "principal": true, "role": true, "group": true,
	"tenant": true, "customer": true, "key": true, "secret": true, "token": true, "credential": true, "credentials": true, "identity": true,
	"client": true, "signature": true, "bucket": true, "upload": true, "certificate": true, "provider": true,
}

// fillers are words that say nothing about what is missing.
var fillers = map[string]bool{
	"": true, "invalid": true, "exception": true, "fault": true, "error": true, "code": true, "id": true, "name": true, "specified": true,
	"the": true, "s": true,
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
	lower := false // the previous letter is in lower case
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
