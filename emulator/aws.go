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

// aws is what FinSpace and Proton have in common.
type aws struct {
	emulator *Emulator
	service  string
	verifier *sigv4.Signer
}

func newAWS(e *Emulator, service string) aws {
	return aws{e, service, sigv4.New(e.region, service)}
}

func (s *aws) name() string { return s.service }

// awsSkew is how far a signature may be off.
const awsSkew = 5 * time.Minute

// scopeOf reads the service out of the credential scope, wherever the signature is.
func scopeOf(r *received) string {
	text := r.Header.Get("Authorization")
	_, credential, _ := strings.Cut(text, "Credential=")
	if !strings.HasPrefix(text, "AWS4-") {
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
	x := s.judge(r, err, now)
	if x == nil {
		return nil
	}
	if err == nil {
		return x
	}
	return &explained{x, err}
}

// judge says what is wrong with a signature, if anything is.
func (s *aws) judge(r *received, err error, now time.Time) *refusal {
	switch {
	case errors.Is(err, sign.ErrMalformed) && r.Header.Get("Authorization") == "" && !r.values.Has("X-Amz-Signature"):
		return &refusal{code: "MissingAuthenticationTokenException", message: "The request is not signed."}
	case errors.Is(err, sign.ErrMalformed):
		return &refusal{code: "IncompleteSignatureException", message: "The signature is incomplete: " + err.Error() + "."}
	case errors.Is(err, sign.ErrUnknownKey):
		return &refusal{code: "UnrecognizedClientException", message: "There is no such access key."}
	case r.check.Region != s.emulator.region || r.check.Service != s.service:
		return &refusal{code: "InvalidSignatureException", message: fmt.Sprintf("The credential scope must be for %s in %s, not for %s in %s.",
			s.service, s.emulator.region, r.check.Service, r.check.Region)}
	case err != nil:
		return &refusal{code: "InvalidSignatureException", message: "The signature is not the one that this request should have."}
	}
	if off := now.Sub(r.check.SignedAt); off > max(awsSkew, r.check.Expires) || off < -awsSkew {
		return &refusal{code: "InvalidSignatureException", message: fmt.Sprintf("The signature is of %s, the service's clock shows %s.",
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

// explain gives every problem one of the codes that all AWS services share.
func (s *aws) explain(err error) *refusal {
	if v, ok := errors.AsType[*cloud.ValidationError](err); ok {
		return &refusal{code: "ValidationException", message: problems(v)}
	}
	if d, ok := errors.AsType[*decodeError](err); ok {
		return &refusal{code: "SerializationException", message: "The request cannot be read: " + d.Error() + "."}
	}
	switch {
	case errors.Is(err, errUnknownOperation):
		return &refusal{code: "UnknownOperationException", message: "There is no such operation in the emulator; package emulator lists what it has."}
	case errors.Is(err, errTooLarge):
		return &refusal{code: "RequestEntityTooLargeException", message: "The request is too large.", status: http.StatusRequestEntityTooLarge}
	}
	return &refusal{code: "InternalServerException", message: err.Error()}
}

func (s *aws) fault(kind FaultKind) refusal {
	switch kind {
	case Throttle:
		return refusal{code: "ThrottlingException", message: "Requests come too fast."}
	case Unavailable:
		return refusal{code: "ServiceUnavailableException", message: "The service is not available.", status: http.StatusServiceUnavailable}
	case ErrorIn200:
		return refusal{code: "InternalServerException", message: "The service failed.", status: http.StatusOK}
	case ExpiredCredentials:
		return refusal{code: "ExpiredTokenException", message: "The session token has expired."}
	case Refuse:
		return refusal{code: "ValidationException", message: "The request is refused."}
	}
	return refusal{code: "InternalServerException", message: "The service failed."}
}

// header starts the headers of an answer.
func (s *aws) header(r *received, x *refusal) http.Header {
	h := http.Header{"X-Amzn-Requestid": {r.requestID}}
	if x != nil && x.retryAfter > 0 {
		h.Set("Retry-After", seconds(x.retryAfter))
	}
	return h
}

// seconds writes a pause as the standard header has it.
func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

// problems lists what a request breaks.
func problems(v *cloud.ValidationError) string {
	texts := make([]string, len(v.Problems))
	for i, p := range v.Problems {
		texts[i] = p.String()
	}
	if len(texts) == 1 {
		return texts[0]
	}
	return fmt.Sprintf("%d problems: %s", len(texts), strings.Join(texts, "; "))
}

// notFound and conflict are refusals that both services have.
func notFound(what, name string) error {
	return &refusal{code: "ResourceNotFoundException", message: fmt.Sprintf("There is no %s %q.", what, name)}
}

func conflict(message, reason string) error {
	return &refusal{code: "ConflictException", message: message, reason: reason}
}

// explained is a refusal that keeps its cause, for the log.
type explained struct {
	*refusal
	cause error
}

func (x *explained) Unwrap() []error { return []error{x.refusal, x.cause} }
