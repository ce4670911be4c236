package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
)

// aws is what FinSpace and Proton share.
type aws struct {
	emulator *Emulator
	service  string
	verifier *sigv4.Signer
}

func newAWS(e *Emulator, service string) aws {
	return aws{e, service, sigv4.New(e.region, service)}
}

func (s *aws) name() string { return s.service }

// awsSkew is how far the time of a signature may differ from the service's clock.
const awsSkew = 5 * time.Minute

// scopeOf returns the service in the credential scope, which is in a header or in the query.
func scopeOf(r *received) string {
	header := r.Header.Get("Authorization")
	_, credential, _ := strings.Cut(header, "Credential=")
	if !strings.HasPrefix(header, "AWS4-") {
		credential = r.values.Get("X-Amz-Credential")
	}
	credential, _, _ = strings.Cut(credential, ",")
	parts := strings.Split(credential, "/")
	if len(parts) != 5 {
		return ""
	}
	return parts[3]
}

func isAWS(r *received) bool {
	return strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-") || r.values.Has("X-Amz-Signature") ||
		r.Header.Get("X-Amz-Date") != ""
}

func (s *aws) verify(r *received, now time.Time) error {
	var err error
	r.check, err = s.verifier.Verify(&r.Request, s.emulator.secret)
	x := s.checkSignature(r, err, now)
	if x == nil {
		return nil
	}
	if err == nil {
		return x
	}
	return &refusalWithCause{x, err}
}

// checkSignature returns a refusal if the signature is missing, wrong or expired. err is the result of the
// verifier.
func (s *aws) checkSignature(r *received, err error, now time.Time) *refusal {
	switch {
	case errors.Is(err, sign.ErrMalformed) && r.Header.Get("Authorization") == "" && !r.values.Has("X-Amz-Signature"):
		return &refusal{code: "MissingAuthenticationTokenException", message: "The request is not signed."}
	case errors.Is(err, sign.ErrMalformed):
		return &refusal{code: "IncompleteSignatureException", message: "The signature is incomplete: " + err.Error() + "."}
	case errors.Is(err, sign.ErrUnknownKey):
		return &refusal{code: "UnrecognizedClientException", message: "The access key does not exist."}
	case r.check.Region != s.emulator.region || r.check.Service != s.service:
		return &refusal{code: "InvalidSignatureException", message: fmt.Sprintf(
			"The credential scope must be for %s in %s, not for %s in %s.",
			s.service, s.emulator.region, r.check.Service, r.check.Region)}
	case err != nil:
		return &refusal{code: "InvalidSignatureException", message: "The signature does not match the request."}
	}
	if off := now.Sub(r.check.SignedAt); off > max(awsSkew, r.check.Expires) || off < -awsSkew {
		return &refusal{code: "InvalidSignatureException", message: fmt.Sprintf(
			"The request was signed at %s, but the service's time is %s.",
			r.check.SignedAt.Format(time.RFC3339), now.UTC().Format(time.RFC3339))}
	}
	switch err := s.emulator.checkToken(r.check.AccessKeyID, awsToken(r), now); {
	case errors.Is(err, errTokenExpired):
		return &refusal{code: "ExpiredTokenException", message: "The session token has expired."}
	case err != nil:
		return &refusal{code: "UnrecognizedClientException", message: "The session token is not valid."}
	}
	return nil
}

func awsToken(r *received) string {
	if t := r.Header.Get("X-Amz-Security-Token"); t != "" {
		return t
	}
	return r.values.Get("X-Amz-Security-Token")
}

// explain maps an error to one of the codes that all AWS services share.
func (s *aws) explain(err error) *refusal {
	if v, ok := errors.AsType[*cloud.ValidationError](err); ok {
		return &refusal{code: "ValidationException", message: validationMessage(v)}
	}
	if d, ok := errors.AsType[*decodeError](err); ok {
		return &refusal{code: "SerializationException", message: "The request cannot be decoded: " + d.Error() + "."}
	}
	switch {
	case errors.Is(err, errUnknownOperation):
		return &refusal{
			code:    "UnknownOperationException",
			message: "The emulator does not have this operation. The documentation of package emulator lists its operations.",
		}
	case errors.Is(err, errTooLarge):
		return &refusal{
			code: "RequestEntityTooLargeException", message: "The request is too large.",
			status: http.StatusRequestEntityTooLarge,
		}
	}
	return &refusal{code: "InternalServerException", message: err.Error()}
}

func (s *aws) fault(kind FaultKind) refusal {
	switch kind {
	case Throttle:
		return refusal{code: "ThrottlingException", message: "The request rate is too high."}
	case Unavailable:
		return refusal{code: "ServiceUnavailableException", message: "The service is unavailable.", status: http.StatusServiceUnavailable}
	case ErrorIn200:
		return refusal{code: "InternalServerException", message: "The service failed.", status: http.StatusOK}
	case ExpiredCredentials:
		return refusal{code: "ExpiredTokenException", message: "The session token has expired."}
	case Refuse:
		return refusal{code: "ValidationException", message: "The request is refused."}
	}
	return refusal{code: "InternalServerException", message: "The service failed."}
}

// header returns the headers that every response has.
func (s *aws) header(r *received, x *refusal) http.Header {
	h := http.Header{"X-Amzn-Requestid": {r.requestID}}
	if x != nil && x.retryAfter > 0 {
		h.Set("Retry-After", retryAfterSeconds(x.retryAfter))
	}
	return h
}

// retryAfterSeconds formats a duration for the Retry-After header, rounded up.
func retryAfterSeconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}

// validationMessage lists the rules that a request breaks.
func validationMessage(v *cloud.ValidationError) string {
	messages := make([]string, len(v.Problems))
	for i, p := range v.Problems {
		messages[i] = p.String()
	}
	if len(messages) == 1 {
		return messages[0]
	}
	return fmt.Sprintf("%d problems: %s", len(messages), strings.Join(messages, "; "))
}

// awsNotFound and awsConflict are refusals that FinSpace and Proton share.
func awsNotFound(what, name string) error {
	return &refusal{code: "ResourceNotFoundException", message: fmt.Sprintf("The %s %q does not exist.", what, name)}
}

func awsConflict(message, reason string) error {
	return &refusal{code: "ConflictException", message: message, reason: reason}
}

// refusalWithCause is a refusal that keeps its cause for the log.
type refusalWithCause struct {
	*refusal
	cause error
}

func (x *refusalWithCause) Unwrap() []error { return []error{x.refusal, x.cause} }
