package transport

import (
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Errors are read loosely: what a service or a gateway writes as another type, or in another case, must not
// cost the code and the message.

// textOf reads a text, or a number as it would be written as one.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

// member returns the first of the named members of an object that says something.
func member(v any, names ...string) string {
	object, _ := v.(map[string]any)
	for _, name := range names {
		if text := firstOf(textOf(object[name])); text != "" {
			return text
		}
	}
	return ""
}

// deniesSuccess reports whether a flag of success says no.
func deniesSuccess(v any) bool {
	switch v := v.(type) {
	case bool:
		return !v
	case string:
		return strings.EqualFold(strings.TrimSpace(v), "false")
	}
	return textOf(v) == "0"
}

// isNumber reports whether a code is digits alone.
func isNumber(code string) bool {
	return code != "" && strings.Trim(code, "0123456789") == ""
}

// errorBody has the members that errors have on the three clouds, and in the gateways before them.
type errorBody struct {
	Type             any `json:"__type"`
	CodeUpper        any `json:"Code"`
	Code             any `json:"code"`
	ErrorCode        any `json:"errorCode"`
	ErrorCodeUpper   any `json:"ErrorCode"`
	CodeDesc         any `json:"codeDesc"`
	MessageUpper     any `json:"Message"`
	Message          any `json:"message"`
	ErrorMessage     any `json:"errorMessage"`
	ErrorMessageUp   any `json:"ErrorMessage"`
	ErrorMsg         any `json:"errorMsg"`
	Reason           any `json:"reason"`
	RequestIDUpper   any `json:"RequestId"`
	RequestID        any `json:"requestId"`
	RequestIDLower   any `json:"requestid"`
	HostID           any `json:"HostId"`
	Success          any `json:"success"`
	SuccessUpper     any `json:"Success"`
	Error            any `json:"Error"`
	AccessDenied     any `json:"AccessDeniedDetail"`
	AccessDeniedHere any `json:"accessDeniedDetail"`
}

func (e *errorBody) message() string {
	return firstOf(textOf(e.MessageUpper), textOf(e.Message), textOf(e.ErrorMessage), textOf(e.ErrorMessageUp), textOf(e.ErrorMsg),
		member(e.Error, "Message", "message"))
}

func (e *errorBody) requestID() string {
	return firstOf(textOf(e.RequestIDUpper), textOf(e.RequestID), textOf(e.RequestIDLower))
}

// readError reads what there is of an error in a body, of JSON or XML.
func readError(body []byte) (e errorBody) {
	if !isXML(body) {
		_ = wire.Unmarshal(body, &e) // what is no JSON has no error of the service in it
		return e
	}
	x := readXML(body)
	return errorBody{CodeUpper: x.code, MessageUpper: x.message, RequestIDUpper: x.requestID}
}
