package protocol

import (
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Errors are read leniently: a member of an unexpected type, or in another case, must not lose the code and the
// message.

// String returns a string, or a number as a string.
func String(v any) string {
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

// Member returns the first of the named members of an object that is not empty.
func Member(v any, names ...string) string {
	object, _ := v.(map[string]any)
	for _, name := range names {
		if text := FirstOf(String(object[name])); text != "" {
			return text
		}
	}
	return ""
}

// IsNumber reports whether a code consists of digits.
func IsNumber(code string) bool {
	return code != "" && strings.Trim(code, "0123456789") == ""
}

// ErrorBody has the members of errors on the three clouds, and of their gateways.
type ErrorBody struct {
	Type             any `json:"__type"`
	CodeUpper        any `json:"Code"`
	Code             any `json:"code"`
	ErrorCode        any `json:"errorCode"`
	ErrorCodeUpper   any `json:"ErrorCode"`
	CodeDesc         any `json:"codeDesc"`
	MessageUpper     any `json:"Message"`
	MessageLower     any `json:"message"`
	ErrorMessage     any `json:"errorMessage"`
	ErrorMessageUp   any `json:"ErrorMessage"`
	ErrorMsg         any `json:"errorMsg"`
	Reason           any `json:"reason"`
	RequestIDUpper   any `json:"RequestId"`
	RequestIDCamel   any `json:"requestId"`
	RequestIDLower   any `json:"requestid"`
	HostID           any `json:"HostId"`
	Success          any `json:"success"`
	SuccessUpper     any `json:"Success"`
	Error            any `json:"Error"`
	AccessDenied     any `json:"AccessDeniedDetail"`
	AccessDeniedHere any `json:"accessDeniedDetail"`
}

// Message returns the message under any of its names.
func (e *ErrorBody) Message() string {
	return FirstOf(String(e.MessageUpper), String(e.MessageLower), String(e.ErrorMessage), String(e.ErrorMessageUp), String(e.ErrorMsg),
		Member(e.Error, "Message", "message"))
}

// RequestID returns the request id under any of its names.
func (e *ErrorBody) RequestID() string {
	return FirstOf(String(e.RequestIDUpper), String(e.RequestIDCamel), String(e.RequestIDLower))
}

// ReadError reads as much of an error as a JSON or XML body has.
func ReadError(body []byte) (e ErrorBody) {
	if !isXML(body) {
		_ = wire.Unmarshal(body, &e) // a body that is not JSON holds no error of the service
		return e
	}
	x := readXML(body)
	return ErrorBody{CodeUpper: x.code, MessageUpper: x.message, RequestIDUpper: x.requestID}
}

// FirstOf returns the first string that is not empty. Alibaba Cloud sometimes writes an empty code as a pair of
// quotation marks.
func FirstOf(strings ...string) string {
	for _, s := range strings {
		if s != "" && s != `""` {
			return s
		}
	}
	return ""
}
