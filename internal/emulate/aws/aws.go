package aws

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// API is what FinSpace and Proton share.
type API struct {
	World    *world.World
	keys     *front.Keys
	Service  string
	verifier *sigv4.Signer
}

func New(w *world.World, k *front.Keys, service string) API {
	return API{w, k, service, sigv4.New(w.Region, service)}
}

func (s *API) Name() string { return s.Service }

// ARN returns the ARN of a resource in the emulator's account.
func (s *API) ARN(resource string) string {
	return "arn:aws:" + s.Service + ":" + s.World.Region + ":" + world.Account + ":" + resource
}

// Instant returns a change that takes no time. Reads are stale after it too.
func (s *API) Instant() world.Change {
	now := s.World.Now()
	return world.Change{Start: now, End: now, StaleUntil: now.Add(s.World.StaleReads)}
}

// Invalid is a refusal that FinSpace and Proton share.
func Invalid(message string) error {
	return &front.Refusal{Code: "ValidationException", Message: message}
}

// maxSkew is how far the time of a signature may differ from the service's clock.
const maxSkew = 5 * time.Minute

// ScopeOf returns the service in the credential scope, which is in a header or in the query.
func ScopeOf(r *front.Received) string {
	header := r.Header.Get("Authorization")
	_, credential, _ := strings.Cut(header, "Credential=")
	if !strings.HasPrefix(header, "AWS4-") {
		credential = r.Values.Get("X-Amz-Credential")
	}
	credential, _, _ = strings.Cut(credential, ",")
	parts := strings.Split(credential, "/")
	if len(parts) != 5 {
		return ""
	}
	return parts[3]
}

func IsSigned(r *front.Received) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-") || r.Values.Has("X-Amz-Signature") ||
		r.Header.Get("X-Amz-Date") != ""
}

func (s *API) Verify(r *front.Received, now time.Time) error {
	var err error
	r.Check, err = s.verifier.Verify(&r.Request, s.keys.Secret)
	x := s.checkSignature(r, err, now)
	if x == nil {
		return nil
	}
	if err == nil {
		return x
	}
	return &front.RefusalWithCause{Refusal: x, Cause: err}
}

// checkSignature returns a refusal if the signature is missing, wrong or expired. err is the result of the
// verifier.
func (s *API) checkSignature(r *front.Received, err error, now time.Time) *front.Refusal {
	switch {
	case errors.Is(err, sign.ErrMalformed) && r.Header.Get("Authorization") == "" && !r.Values.Has("X-Amz-Signature"):
		return &front.Refusal{Code: "MissingAuthenticationTokenException", Message: "The request is not signed."}
	case errors.Is(err, sign.ErrMalformed):
		return &front.Refusal{Code: "IncompleteSignatureException", Message: "The signature is incomplete: " + err.Error() + "."}
	case errors.Is(err, sign.ErrUnknownKey):
		return &front.Refusal{Code: "UnrecognizedClientException", Message: "The access key does not exist."}
	case r.Check.Region != s.World.Region || r.Check.Service != s.Service:
		return &front.Refusal{Code: "InvalidSignatureException", Message: fmt.Sprintf(
			"The credential scope must be for %s in %s, not for %s in %s.",
			s.Service, s.World.Region, r.Check.Service, r.Check.Region)}
	case err != nil:
		return &front.Refusal{Code: "InvalidSignatureException", Message: "The signature does not match the request."}
	}
	if off := now.Sub(r.Check.SignedAt); off > max(maxSkew, r.Check.Expires) || off < -maxSkew {
		return &front.Refusal{Code: "InvalidSignatureException", Message: fmt.Sprintf(
			"The request was signed at %s, but the service's time is %s.",
			r.Check.SignedAt.Format(time.RFC3339), now.UTC().Format(time.RFC3339))}
	}
	switch err := s.keys.Check(r.Check.AccessKeyID, sessionToken(r), now); {
	case errors.Is(err, front.ErrTokenExpired):
		return &front.Refusal{Code: "ExpiredTokenException", Message: "The session token has expired."}
	case err != nil:
		return &front.Refusal{Code: "UnrecognizedClientException", Message: "The session token is not valid."}
	}
	return nil
}

func sessionToken(r *front.Received) string {
	if t := r.Header.Get("X-Amz-Security-Token"); t != "" {
		return t
	}
	return r.Values.Get("X-Amz-Security-Token")
}

// Explain maps an error to one of the codes that all AWS services share.
func (s *API) Explain(err error) *front.Refusal {
	if v, ok := errors.AsType[*cloud.ValidationError](err); ok {
		return &front.Refusal{Code: "ValidationException", Message: front.ValidationMessage(v)}
	}
	if d, ok := errors.AsType[*front.DecodeError](err); ok {
		return &front.Refusal{Code: "SerializationException", Message: "The request cannot be decoded: " + d.Error() + "."}
	}
	switch {
	case errors.Is(err, world.ErrPageToken):
		return &front.Refusal{Code: "ValidationException", Message: "nextToken was not issued for this list."}
	case errors.Is(err, front.ErrUnknownOperation):
		return &front.Refusal{
			Code:    "UnknownOperationException",
			Message: "The emulator does not have this operation. The documentation of package emulator lists its operations.",
		}
	case errors.Is(err, front.ErrTooLarge):
		return &front.Refusal{
			Code: "RequestEntityTooLargeException", Message: "The request is too large.",
			Status: http.StatusRequestEntityTooLarge,
		}
	}
	return &front.Refusal{Code: "InternalServerException", Message: err.Error()}
}

func (s *API) Fault(kind front.FaultKind) front.Refusal {
	switch kind {
	case front.Throttle:
		return front.Refusal{Code: "ThrottlingException", Message: "The request rate is too high."}
	case front.Unavailable:
		return front.Refusal{
			Code:    "ServiceUnavailableException",
			Message: "The service is unavailable.", Status: http.StatusServiceUnavailable,
		}
	case front.ErrorIn200:
		return front.Refusal{Code: "InternalServerException", Message: "The service failed.", Status: http.StatusOK}
	case front.ExpiredCredentials:
		return front.Refusal{Code: "ExpiredTokenException", Message: "The session token has expired."}
	case front.Refuse:
		return front.Refusal{Code: "ValidationException", Message: "The request is refused."}
	}
	return front.Refusal{Code: "InternalServerException", Message: "The service failed."}
}

// Header returns the headers that every response has.
func (s *API) Header(r *front.Received, x *front.Refusal) http.Header {
	h := http.Header{"X-Amzn-Requestid": {r.RequestID}}
	if x != nil && x.RetryAfter > 0 {
		h.Set("Retry-After", front.RetryAfterSeconds(x.RetryAfter))
	}
	return h
}

// NotFound and Conflict are refusals that FinSpace and Proton share.
func NotFound(what, name string) error {
	return &front.Refusal{Code: "ResourceNotFoundException", Message: fmt.Sprintf("The %s %q does not exist.", what, name)}
}

func Conflict(message, reason string) error {
	return &front.Refusal{Code: "ConflictException", Message: message, Reason: reason}
}
